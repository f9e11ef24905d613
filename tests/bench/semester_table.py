"""What a simulated semester was measured at, to read: for a terminal, and for the instructor's guide."""

import json
import os
import re
import statistics
from datetime import datetime
from pathlib import Path

LINES = "semester.jsonl"
STEPS = ("make", "new", "collect", "grade", "feedback", "report", "export", "check", "processes", "dask")
BOUNDS = ((30, "dưới nửa phút"), (60, "nửa phút đến một phút"), (120, "một đến hai phút"), (300, "hai đến năm phút"))
WALKED = ("collect", "grade", "feedback", "report", "export")
LONGEST = "hơn năm phút"


def lines_of(folder):
    """Return the lines of a semester."""
    path = folder / LINES
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.is_file() else []


def table(folders):
    """Return the steps of some semesters as text: sums of the times, the highest memory."""
    rows = [("", "step", "times", "wall s", "CPU s", "CPU s each", "peak MB", "first", "last", "files")]
    for folder in folders:
        lines = lines_of(folder)
        handed = _handed(lines)
        for step in STEPS:
            mine = [line for line in lines if line["step"] == step]
            if not mine:
                continue
            cpu, peaks = sum(line.get("cpu_s", 0) for line in mine), [line.get("peak_mb", 0) for line in mine]
            count = sum(handed.get(line.get("what"), 0) for line in mine) or sum(handed.values())
            told = (len(mine), sum(line["wall_s"] for line in mine), cpu, cpu / count if count else 0)
            files = mine[-1].get("files", 0)
            numbers = (f"{told[0]}", f"{told[1]:.1f}", f"{told[2]:.1f}", f"{told[3]:.3f}", f"{max(peaks):.0f}")
            name = f"{folder.name} ({sum(handed.values())})" if step == STEPS[0] else ""
            rows.append((name, step, *numbers, f"{peaks[0]:.0f}", f"{peaks[-1]:.0f}", f"{files}"))
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    return "\n".join(
        "  ".join(
            text.ljust(w) if n < 2 else text.rjust(w) for n, (text, w) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    )


def guide(folder):
    """Return what the instructor's guide says of a semester, as Markdown; call it on the machine that ran it."""
    lines = lines_of(folder)
    steps = {step: [line for line in lines if line["step"] == step] for step in STEPS}
    if not steps["check"]:
        raise SystemExit(f"{folder}: the scores were not compared yet, there is nothing to tell")
    steps["report"] = steps["report"][:1]  # the others came with what was graded again
    parts = [_what_ran(folder, steps), _steps(steps), _how_long(steps), _per_submission(steps)]
    parts += [_on_dask(steps)] if steps["dask"] else []
    return "\n\n".join(parts)


def _what_ran(folder, steps):
    checked, students = steps["check"][0], steps["make"][0]["students"]
    day = datetime.fromtimestamp((folder / LINES).stat().st_mtime)
    cores, memory = os.cpu_count(), os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"Bảng dưới là một lần chạy {students} sinh viên với {len(steps['make'])} bài tập, "
        f"{_grouped(checked['submissions'])} bài nộp (mỗi bài tập cứ mười người thì một người không nộp), "
        f"{_grouped(checked['cells'])} ô kiểm tra; mọi điểm đúng như đã đoán. "
        f"Máy có {cores} nhân CPU (`{_processor()}`) "
        f"và {memory:.0f} GB bộ nhớ, không làm việc gì khác; đo ngày {day:%d-%m-%Y}."
    )


def _steps(steps):
    students, assignments = steps["make"][0]["students"], len(steps["make"])
    grade = sorted(steps["grade"], key=lambda line: line["wall_s"])
    middle = statistics.median(line["wall_s"] for line in grade)
    told = {
        "collect": ("`collect` từ zip của LMS", f"{_each(steps['collect'])} mỗi bài tập"),
        "grade": (
            "`grade`",
            f"cả thảy {_time(_wall(grade))}; một bài tập từ {_time(grade[0]['wall_s'])} đến "
            f"{_time(grade[-1]['wall_s'])}, ở giữa là {_time(middle)}",
        ),
        "feedback": ("`feedback`", f"{_time(_wall(steps['feedback']))}, {students} sinh viên × {assignments} trang"),
        "report": ("`report`", _time(steps["report"][0]["wall_s"])),
        "export": ("`export`", f"{_each(steps['export'])} mỗi tệp"),
    }
    rows = [("Bước", "Số lần", "Thời gian", "Bộ nhớ nhiều nhất"), ("---", "---:", "---", "---:")]
    for step, (name, time) in told.items():
        mine = steps[step]
        most = max(mine, key=lambda line: line["peak_mb"])
        who = f" (`{most['what']}`)" if step == "grade" and len(mine) > 1 else ""
        rows.append((name, str(len(mine)), time, _memory(mine) + who))
    return _markdown(rows)


def _how_long(steps):
    students, groups = steps["make"][0]["students"], {}
    for line in sorted(steps["grade"], key=lambda line: line["wall_s"]):
        group = next((name for most, name in BOUNDS if line["wall_s"] < most), LONGEST)
        groups.setdefault(group, []).append(f"`{line['what']}` ({line['wall_s']:.0f})")
    rows = [(f"Chấm một bài tập của {students} sinh viên", "Bài tập (số giây)"), ("---", "---")]
    return _markdown(rows + [(name, ", ".join(found)) for name, found in groups.items()])


def _per_submission(steps):
    handed = _handed(steps["make"])
    each = sorted(line["cpu_s"] / handed[line["what"]] for line in steps["grade"])
    done = [line for step in WALKED for line in steps[step]]
    return (
        f"Cả thảy {_time(_wall(done))}, và thư mục lớp nặng {done[-1]['mb'] / 1000:.2f} GB. "
        f"Chấm một bài nộp tốn {each[0]:.2f} đến {each[-1]:.2f} giây CPU, ở giữa là {statistics.median(each):.2f}; "
        "lấy số giây ấy nhân với số bài nộp của lớp bạn rồi chia cho số nhân CPU thì biết phải chờ chừng bao lâu."
    )


def _on_dask(steps):
    rows = [("Chấm", "Bằng gì", "Thời gian", "Thời gian CPU", "Bộ nhớ nhiều nhất")]
    rows.append(("---", "---", "---:", "---:", "---:"))
    told = "Cùng những bài nộp, chấm lại từ đầu theo hai cách; điểm giống nhau. Cụm đã dựng sẵn khi bắt đầu tính giờ."
    handed = _handed(steps["make"])
    for dask in steps["dask"]:
        slug, count = dask["what"], dask["workers"]
        for line in (*(line for line in steps["processes"] if line["what"] == slug), dask):
            how = f"`Dask`, {count} tiến trình trên cùng máy ấy" if line is dask else f"một máy, {count} tiến trình"
            times = (_time(line["wall_s"]), _time(line["cpu_s"]))
            rows.append((f"`{slug}`, {handed[slug]} bài nộp", how, *times, _memory([line])))
    return f"{told}\n\n{_markdown(rows)}"


# --- small things -------------------------------------------------------------------------------------------------


def _handed(lines):
    return {line["what"]: line["submissions"] for line in lines if line["step"] == "make"}


def _wall(lines):
    return sum(line["wall_s"] for line in lines)


def _each(lines):
    return _time(_wall(lines) / len(lines))


def _time(seconds):
    if seconds < 10:
        return f"{seconds:.1f} giây"
    if seconds < 120:
        return f"{seconds:.0f} giây"
    minutes = round(seconds / 60)
    if minutes < 10:
        return f"{seconds / 60:.1f} phút"
    return f"{minutes} phút" if minutes < 60 else f"{minutes // 60} giờ {minutes % 60} phút"


def _memory(lines):
    most = max(line["peak_mb"] for line in lines)
    return f"{most:.0f} MB" if most < 200 else f"{most / 1000:.2f} GB"


def _grouped(number):
    return f"{number:,}".replace(",", "\N{NO-BREAK SPACE}")  # a space that does not break


def _processor():
    found = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    return found[1].split(" with ")[0].strip() if found else "không rõ"


def _markdown(rows):
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)
