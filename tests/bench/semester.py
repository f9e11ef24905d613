"""A simulated semester: a class made from the banks of answers walks through the real commands, and is measured.

    python -m tests.bench.semester FOLDER [--students 500] [--assignments 30] [--workers 2] [--budget SECONDS]
                                          [--dask NAMES]
    python -m tests.bench.semester --table FOLDER [FOLDER …]
    python -m tests.bench.semester --guide FOLDER

For each assignment the download of an LMS (Moodle and Canvas in turn) is made, collected and graded; then come
feedback, report and export; last, every score is compared with the one predicted from the losses that the banks
state (``check``; anything else than equality ends the run with code 1). `--assignments` is a number, or names with
commas.

Each step prints a JSON line and keeps it in ``FOLDER/semester.jsonl``: wall and CPU seconds, the highest memory of the
whole process tree, the files there are afterwards. What has its line is not done again, so a run that was
interrupted goes on when it is started again; a step that was under way says ``resumed``. `--budget` ends it
after so many seconds, between two steps. `--table` shows what was measured, `--guide` prints what the instructor's
guide says of it.

`--dask` grades some assignments of the class again from nothing, twice: by as many processes as there are CPUs (or
`--workers`), and by as many workers of a Dask cluster on this same machine; the scores are compared after each. The
cluster stands when the time begins, and is counted in CPU time and memory.
"""

import argparse
import csv
import json
import os
import sys
import tempfile
import time
from pathlib import Path

from tests.bench import measure, semester_class
from tests.bench.dask_cluster import DaskCluster
from tests.bench.semester_table import LINES, guide, lines_of, table
from tests.graders.assignment import EXERCISES, ROOT, bank, slugs
from tests.graders.runner import Runner

RUNNING = "running.json"
CLOSE = 2e-4  # files for an LMS have four decimals


class Paused(Exception):  # noqa: N818
    """The time that was given is over."""


class Semester:
    """One class in one folder."""

    def __init__(self, folder, names, count, workers, budget=None, say=print):
        self.folder, self.names, self.count, self.workers, self.say = folder, names, count, workers, say
        self.ends = time.monotonic() + budget if budget else None
        self.lop = folder / "lop"
        folder.mkdir(parents=True, exist_ok=True)
        self.lines = lines_of(folder)
        self.everybody = semester_class.students(count)
        asked = {"students": count, "assignments": names}
        if _text(folder / "asked.json", json.dumps(asked)) != json.dumps(asked):
            raise SystemExit(f"{folder} holds another semester: {_text(folder / 'asked.json')}")
        (folder / "asked.json").write_text(json.dumps(asked))

    def run(self):
        """Do all steps that are not done yet. Raises Paused, or SystemExit where a score is not the predicted one."""
        self.make()
        self.step("new", None, self.new)
        for number, slug in enumerate(self.names):
            sources = [self.folder / "downloads" / f"{slug}.zip"]
            sheet = self.folder / "downloads" / f"Grades-{slug}.csv"
            sources += [sheet] if sheet.exists() else []
            lms = "moodle" if number % 2 == 0 else "canvas"
            self.step("collect", slug, lambda s=sources: self.command("collect", self.lop, *s), lms=lms)
            workers = ("-j", self.workers) if self.workers else ()
            self.step("grade", slug, lambda s=slug, w=workers: self.command("grade", self.lop, "-a", s, *w))
        self.step("feedback", None, lambda: self.command("feedback", self.lop))
        self.step("report", None, lambda: self.command("report", self.lop, "--json", self.folder / "scores.json"))
        for kind in ("moodle", "canvas", "csv"):
            more = ("--template", self.folder / "canvas.csv") if kind == "canvas" else ()
            target = ("-o", self.folder / f"export-{kind}.csv")
            self.step(
                "export", kind, lambda k=kind, m=(*more, *target): self.command("export", self.lop, "--to", k, *m)
            )
        self.step("check", None, self.check)

    def again(self, slugs):
        """Grade some assignments once more from nothing, by processes and by Dask workers; raises as `run` does."""
        count = self.workers or os.cpu_count()
        for slug in slugs:
            grade = ("grade", self.lop, "-a", slug, "--force")
            self.step("processes", slug, lambda g=grade: self.command(*g, "-j", count), workers=count)
            self.compare(f"{slug}, processes")
            self.step("dask", slug, lambda g=grade: self.on_dask(g, count), workers=count)
            self.compare(f"{slug}, dask")

    def compare(self, what):
        """Compare every score once more."""
        self.step("report", what, lambda: self.command("report", self.lop, "--json", self.folder / "scores.json"))
        self.step("check", what, self.check)

    def on_dask(self, grade, count):
        """Run the command on a Dask cluster of so many workers."""
        with tempfile.TemporaryDirectory(prefix="dask-") as name, DaskCluster(Path(name)) as cluster:
            for _ in range(count):
                cluster.worker()
            cluster.wait(count)
            return self.command(*grade, "--cluster", cluster.address, also=cluster.pids)

    def step(self, step, what, act, **more):
        """Do one step, unless it is done; keep its line."""
        if any(line["step"] == step and line.get("what") == what for line in self.lines):
            return
        if self.ends is not None and time.monotonic() > self.ends:
            raise Paused
        running, now = self.folder / RUNNING, json.dumps([step, what])
        line = {"bench": "semester", "step": step, "students": self.count} | ({"what": what} if what else {}) | more
        if _text(running) == now:
            line["resumed"] = True
        running.write_text(now)
        start = time.perf_counter()
        found = act() or {}
        line |= {"wall_s": time.perf_counter() - start} | {k: v for k, v in found.items() if k != "told"}
        line = {k: round(v, 3) if isinstance(v, float) else v for k, v in line.items()}
        with (self.folder / LINES).open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
        running.unlink()
        self.lines.append(line)
        self.say(json.dumps(line, ensure_ascii=False))

    def command(self, name, *arguments, also=()):
        """Run the real command; return what was measured, with `also`, and the files there are in the class."""
        course = ("--course", ROOT) if name not in ("report", "export") else ()
        words = [sys.executable, "-m", "autograder", name, *map(str, (*arguments, *course))]
        return measure.command(words, ROOT, also) | _size(self.lop)

    # --- making it ------------------------------------------------------------------------------------------------

    def make(self):
        """Make the downloads and what every submission is worth."""
        with Runner(workers=self.workers or 2) as runner:
            for number, slug in enumerate(self.names):
                self.step("make", slug, lambda n=number, s=slug: self.make_one(n, s, runner))

    def make_one(self, number, slug, runner):
        """Make one assignment's download."""
        answers = semester_class.Answers(slug, runner)
        place = self.folder / "downloads"
        handed = semester_class.pack(place, slug, number, answers, self.everybody)
        kinds = [one.kind for one in handed.values()]
        expected = {
            student: {"kind": one.kind, "score": one.score, "penalty": one.penalty, "cells": one.cells}
            for student, one in handed.items()
            if one.kind != semester_class.MISSING
        }
        (self.folder / "expected").mkdir(exist_ok=True)
        (self.folder / "expected" / f"{slug}.json").write_text(json.dumps(expected), encoding="utf-8")
        return {
            "submissions": len(expected),
            "odd": {kind: kinds.count(kind) for kind in sorted(set(kinds) - {"plain"})},
            "late": sum(one.days > 0 for one in handed.values()),
            "answers": sum(map(len, (*answers.right.values(), *answers.wrong.values()))),
            "answers_left_out": answers.left_out,
            "zip_mb": (place / f"{slug}.zip").stat().st_size / 1e6,
        }

    def new(self):
        """Make the class, its settings, and the gradebook that Canvas would export."""
        roster = self.folder / "danh-sach.csv"
        rows = [("Mã sinh viên", "Họ và tên", "Email"), *((s.id, s.name, s.email) for s in self.everybody)]
        _write(roster, rows)
        found = self.command("new", self.lop, "--roster", roster)
        text = f'roster = "sinh-vien.csv"\n[late]\npercent_per_day = {semester_class.PERCENT}\ngrace_minutes = 15\n'
        text += f"max_percent = {semester_class.MOST_PERCENT}\n"
        for number, slug in enumerate(self.names):
            text += f'[assignments."{slug}"]\ndeadline = {semester_class.deadline(number):%Y-%m-%dT%H:%M:%S}\n'
        (self.lop / "class.toml").write_text(text, encoding="utf-8")
        heads = [f"{slug} ({9000 + number})" for number, slug in enumerate(self.names)]
        rows = [["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *heads]]
        rows.append(["    Points Possible", "", "", "", "", *("10" for _ in heads)])
        rows += [[_sorted(s.name), s.number, s.id, s.id, "L1", *("" for _ in heads)] for s in self.everybody]
        _write(self.folder / "canvas.csv", rows)
        return found

    # --- was it right ---------------------------------------------------------------------------------------------

    def check(self):
        """Compare every score with the predicted one, cell by cell and in every file for an LMS."""
        report = json.loads((self.folder / "scores.json").read_text(encoding="utf-8"))
        got = {(one["student"], one["assignment"]): one | {"cells": {}} for one in report["submissions"]}
        for row in report["rows"]:
            got[row["student"], row["assignment"]]["cells"][row["cell"]] = row["score"]
        exported = {kind: read(self) for kind, read in READERS.items()}
        wrong, count, compared = [], 0, 0
        for slug in self.names:
            expected = json.loads((self.folder / "expected" / f"{slug}.json").read_text(encoding="utf-8"))
            count += len(expected)
            compared += sum(len(one["cells"]) for one in expected.values())
            for student in self.everybody:
                key = student.id, slug
                files = {kind: found[key] for kind, found in exported.items() if key in found}
                told = differences(expected.get(student.id), got.pop(key, None), files)
                wrong += [f"{student.id}/{slug}: {text}" for text in told]
        wrong += [f"{student}/{slug}: nobody handed that in" for student, slug in got]
        if wrong:
            raise SystemExit(f"{len(wrong)} scores are not as predicted:\n" + "\n".join(wrong[:20]))
        return {"submissions": count, "cells": compared, "exports": len(exported), "all_as_predicted": True}


def differences(expected, got, files):
    """Yield what is not as predicted of one submission; `files` are the final scores by kind of export."""
    if expected is None:
        if got is not None or files:
            yield f"not handed in, and has a score ({got and got['score']}, {', '.join(files)})"
        return
    if got is None:
        yield f"no score, {expected['score']} predicted ({expected['kind']})"
        return
    for name, points in expected["cells"].items():
        if got["cells"].get(name) is None or abs(got["cells"][name] - points) > 1e-9:
            yield f"{name} got {got['cells'].get(name)}, not {points:g} ({expected['kind']})"
    penalty = got.get("penalty") or 0.0
    if abs(got["score"] - expected["score"]) > 1e-9 or abs(penalty - expected["penalty"]) > 1e-6:
        yield f"{got['score']} − {penalty}, not {expected['score']} − {expected['penalty']}"
    for kind in READERS:
        if abs(files.get(kind, -1.0) - (expected["score"] - expected["penalty"])) > CLOSE:
            yield f"{files.get(kind)} in the file for {kind}"


def _moodle(semester):
    ids = {student.email: student.id for student in semester.everybody}
    rows = _read(semester.folder / "export-moodle.csv")
    return {(ids[row["Email address"]], s): float(row[s]) for row in rows for s in semester.names if row[s] != "-"}


def _canvas(semester):
    ids, heads = {str(student.number): student.id for student in semester.everybody}, {}
    rows = [row for row in _read(semester.folder / "export-canvas.csv") if row["ID"]]
    for head in rows[0] if rows else ():
        heads[head.rsplit(" (", 1)[0]] = head
    return {(ids[row["ID"]], s): float(row[heads[s]]) for row in rows for s in semester.names if row[heads[s]]}


def _csv(semester):
    rows = _read(semester.folder / "export-csv.csv")
    names = {s: next(head for head in rows[0] if head.startswith(f"{s} (tối đa")) for s in semester.names}
    return {(row["Mã sinh viên"], s): float(row[names[s]]) for row in rows for s in semester.names if row[names[s]]}


READERS = {"moodle": _moodle, "canvas": _canvas, "csv": _csv}


# --- small things -------------------------------------------------------------------------------------------------


def _text(path, default=""):
    return path.read_text(encoding="utf-8") if path.is_file() else default


def _write(path, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def _read(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _sorted(name):
    *first, last = name.split()
    return f"{last}, {' '.join(first)}"


def _size(folder):
    count = size = 0
    for where, _, names in os.walk(folder):
        count += len(names)
        size += sum((Path(where) / name).lstat().st_size for name in names)
    return {"files": count, "mb": size / 1e6}


def _names(text):
    known = [slug for slug in slugs() if (EXERCISES / slug / f"{slug}.ipynb").is_file() and not bank(slug).problem]
    if text.isdigit():
        if int(text) > len(known):
            print(f"{len(known)} assignments are released and have a bank, not {text}: all are taken", file=sys.stderr)
        return known[: int(text)]
    unknown = set(text.split(",")) - set(known)
    if unknown:
        raise SystemExit(f"no such assignment: {', '.join(sorted(unknown))}")
    return text.split(",")


def main(argv=None):
    """Run, go on, or show a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    parser.add_argument("--students", type=int, default=500)
    parser.add_argument("--assignments", default="30", help="how many, or names with commas")
    parser.add_argument("--workers", type=int, help="submissions graded at a time; as many as there are CPUs")
    parser.add_argument("--budget", type=float, help="seconds after which no step is begun")
    parser.add_argument("--dask", default="", metavar="NAMES", help="grade these once more, without Dask and with it")
    parser.add_argument("--table", action="store_true", help="only show what was measured")
    parser.add_argument("--guide", action="store_true", help="only print what the guide says of it")
    options = parser.parse_args(argv)
    if options.table or options.guide:
        print(guide(options.folders[0]) if options.guide else table(options.folders))
        return 0
    names, once_more = _names(options.assignments), list(filter(None, options.dask.split(",")))
    if unknown := set(once_more) - set(names):
        raise SystemExit(f"not of this semester: {', '.join(sorted(unknown))}")
    semester = Semester(options.folders[0].resolve(), names, options.students, options.workers, options.budget)
    try:
        semester.run()
        semester.again(once_more)
    except Paused:
        print("paused; the same command goes on", file=sys.stderr)
        return 0
    print(table([semester.folder]), file=sys.stderr)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
