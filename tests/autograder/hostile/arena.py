"""Runs the attacks, inside namespaces of its own with limits, so that a hole in the walls harms nothing.

    python -m tests.autograder.hostile.arena FOLDER [NAME …]

prints one line of JSON for each attack, or for those of these names. ``ARENA_WALLS`` names other walls than the
thickest (see :mod:`autograder.engine.sandbox`); where they cannot be put up, the only line says why.
"""

import base64
import ctypes
import json
import os
import re
import resource
import signal
import sys
import time
from pathlib import Path

SECRET = "bimat" + os.urandom(8).hex()
ASKED = 100_000 + int.from_bytes(os.urandom(4), "big") % 400_000  # what a hidden test calls `double` with
SECONDS = 1.0  # the limit of a cell
NEWNS, NEWPID, NEWUSER, NEWNET = 0x20000, 0x20000000, 0x10000000, 0x40000000


def enclosed(work):
    """Run `work` in a child in a process namespace of its own, with limits; return its exit status.

    Everything in there ends when it ends. Raises OSError where there are no namespaces.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    told, telling = os.pipe()
    go, going = os.pipe()
    uid = os.getuid()
    outer = os.fork()
    if outer == 0:
        try:
            libc.prctl(1, signal.SIGKILL, 0, 0, 0)
            if libc.unshare(NEWUSER | NEWPID | NEWNS | NEWNET):
                os.write(telling, b"n")
                os._exit(70)
            os.write(telling, b"y")
            os.read(go, 1)
            inner = os.fork()
            if inner:
                libc.prctl(1, signal.SIGKILL, 0, 0, 0)
                os._exit(os.waitstatus_to_exitcode(os.waitpid(inner, 0)[1]) & 0xFF)
            libc.prctl(1, signal.SIGKILL, 0, 0, 0)
            libc.mount(b"none", b"/", None, ctypes.c_ulong(0x44000), None)
            libc.mount(b"proc", b"/proc", b"proc", 0, None)
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 30, 1 << 30))
            work()
            os._exit(0)
        except BaseException:
            import traceback

            traceback.print_exc()
        finally:
            os._exit(71)
    if os.read(told, 1) != b"y":
        os.waitpid(outer, 0)
        raise OSError("no user namespaces")
    count = 65536 if uid == 0 else 1
    try:
        if uid != 0:
            Path(f"/proc/{outer}/setgroups").write_text("deny")
        Path(f"/proc/{outer}/uid_map").write_text(f"0 {uid} {count}")
        Path(f"/proc/{outer}/gid_map").write_text(f"0 {os.getgid()} {count}")
        cgroup = _cgroup(outer)
    finally:
        os.write(going, b"x")
    try:
        return os.waitstatus_to_exitcode(os.waitpid(outer, 0)[1])
    finally:
        for path in cgroup:
            for _ in range(50):
                try:
                    path.rmdir()
                    break
                except OSError:
                    time.sleep(0.1)


def _cgroup(pid):
    """Put a process under limits of memory and of processes, where this user may; return the folders made."""
    made = []
    for base, settings in (
        ("memory", {"memory.limit_in_bytes": 8 << 30}),
        ("pids", {"pids.max": 1000}),
        ("", {"memory.max": 8 << 30, "pids.max": 1000}),
    ):
        folder = Path("/sys/fs/cgroup", base, f"arena-{os.getpid()}")
        try:
            if base or Path("/sys/fs/cgroup/cgroup.controllers").exists():
                folder.mkdir()
                made.append(folder)
                for name, value in settings.items():
                    (folder / name).write_text(str(value))
                (folder / "cgroup.procs").write_text(str(pid))
        except OSError:
            continue
    return made


def main(folder):
    """Run every attack, one after the other, and a right submission between them."""
    from autograder import release
    from autograder.course import find_course
    from autograder.engine.sandbox import cages
    from tests.autograder.course_builder import RIGHT, build_course
    from tests.autograder.engine.conftest import Bench
    from tests.autograder.engine.processes import descendants, zygotes
    from tests.autograder.engine.test_session import FULL
    from tests.autograder.hostile.attacks import ATTACKS

    walls = os.environ.pop("ARENA_WALLS", "")
    if walls:
        cages.probe = lambda: walls
    if walls == "bubblewrap" and (why := cages.bubblewrap_fails()):
        print(json.dumps({"unusable": why}))
        return
    folder = Path(folder)
    course, home = folder / "course", folder / "home"
    home.mkdir()
    os.environ.update(HOME=str(home), ARENA_SECRET=SECRET)
    (home / "secret.txt").write_text(SECRET)
    build_course(course)
    hidden = "check.number(double(-2), -4, name='double(-2)')"
    path = course / "solutions" / "so-va-tong" / "so-va-tong.ipynb"
    text = path.read_text()
    assert text.count(hidden) == 1
    path.write_text(text.replace(hidden, f"check.number(double(-{ASKED}), {-2 * ASKED}, name='double(số âm)')"))
    release.release(find_course(course), ())
    path.write_text(path.read_text().replace("secret_accumulator", f"secret_{SECRET}"))
    bench = Bench(course, folder, sandbox="ARENA_OPEN" not in os.environ)
    group = bench.group.folder
    (group / "gradebook.db").write_text(SECRET)
    other = bench.group.submit("ban-khac", {"double": f"# {SECRET}"})
    places = {
        "@SOLUTION@": path, "@GRADEBOOK@": group / "gradebook.db", "@OTHER@": other, "@HOME@": home / "secret.txt",
        "@CLASS@": group, "@COURSE@": course,
    }  # fmt: skip
    before = {p: p.read_bytes() for p in (path, group / "gradebook.db", other, home / "secret.txt")}
    bench.run(RIGHT)
    assert not walls or bench.runner.walls == walls
    chosen = set(sys.argv[2:])
    for number, attack in enumerate(ATTACKS):
        if chosen and attack.name not in chosen:
            continue
        start = time.monotonic()
        result = {"name": attack.name}
        try:
            scores, execution, given = bench.run(
                {"double": _filled(attack.code, places)} | ({"total": attack.total} if attack.total else {}),
                lambda nb, a=attack: _add(nb, a, places),
                attack.files,
                student=f"sv{number}",
                cell_seconds=SECONDS,
                second_chance_seconds=SECONDS,
                memory_bytes=1 << 30,
            )
            text = json.dumps(execution.notebook, allow_nan=False) + repr(execution.runs)
            result |= {
                "points": sum(scores.values()),
                "told": [w for w in _writings() if w in _made(execution) + " ".join(m.reason for m in given)]
                + [n for n in _spelled(execution) if n == ASKED],
                "secret": SECRET in text.replace(f"secret_{SECRET}", ""),
                "said": [
                    w
                    for w in ("THẤY-KIỂM-TRA", "NỐI-ĐƯỢC", "LỒNG-ĐƯỢC", "GẮN-ĐƯỢC", "TRACE-ĐƯỢC")
                    if _said(execution, w)
                ],
                "size": len(text),
                "browser": [w for w in BROWSER if _shown(execution, w)],
            }
        except BaseException as error:
            result["error"] = f"{type(error).__name__}: {error}"
        result["seconds"] = round(time.monotonic() - start, 2)
        result["survivors"] = len(descendants() - zygotes(bench))
        result["changed"] = [p.name for p, data in before.items() if p.read_bytes() != data] + [
            p.name for p in group.iterdir() if p.name == "x"
        ]
        if number % 8 == 7 or "error" in result or result["seconds"] > 10:
            result["others"] = bench.run(RIGHT)[0] == FULL
        print(json.dumps(result, ensure_ascii=False), flush=True)
    print(json.dumps({"name": "sau cùng", "others": bench.run(RIGHT)[0] == FULL}), flush=True)
    bench.runner.close()


BROWSER = ("<script", "onerror=", "application/javascript", "<iframe", "href", "background", "poster=", "//h", "<!--")


def _writings():
    """Return the ways in which an attack writes down what it has heard."""
    digits = str(ASKED)
    letters = "".join(chr(97 + int(digit)) for digit in digits)
    return digits, digits[::-1], hex(ASKED), letters, ".".join(digits), str(ASKED * 1000003)


def _made(execution):
    """Return all that came out of the run, as one text; the cells themselves are not meant."""
    return json.dumps([_outputs(execution), repr(execution.runs)], ensure_ascii=False)


def _spelled(execution):
    """Return the numbers that are spelled by what the added cells show, one after the other."""
    from tests.autograder.hostile.attacks import BITS, KINDS

    cells = [
        (json.dumps([cell.outputs, run.status, run.error, run.message], default=repr), run)
        for cell, run in zip(execution.notebook.cells, execution.runs, strict=True)
        if run is not None and "nbgrader" not in cell.metadata
    ]
    kinds = "".join(str(KINDS.index(run.error)) if run.error in KINDS else " " for _, run in cells)
    names = "".join("".join(re.findall(r"'q(\d)'", run.message)) for _, run in cells)
    texts = [re.sub(r'"execution_count": \d+', "", text) for text, _ in cells]
    for start in range(len(texts) - len(BITS)):
        yield sum((texts[start + 1 + bit] != texts[start]) << bit for bit in BITS)
    yield from (int(text) for text in (*kinds.split(), names) if text)


def _filled(text, places):
    for mark, place in places.items():
        text = text.replace(mark, str(place))
    return text


def _add(nb, attack, places):
    from tests.autograder.course_builder import code

    sources = [_filled(source, places) for source in (attack.first, *attack.early) if source]
    nb["cells"][:0] = [code(source) for source in sources]
    nb["cells"] += [code(_filled(source, places)) for source in (attack.last, *attack.more) if source]


def _outputs(execution):
    return [o for cell in execution.notebook.cells for o in cell.get("outputs", [])]


def _said(execution, word):
    return any(word in o.get("text", "") for o in _outputs(execution))


def _shown(execution, word):
    """Return whether a browser would read the word: a picture's bytes are never read as markup."""
    return any(
        word in mime or (word in str(v) and not _is_picture(mime, v))
        for o in _outputs(execution)
        for mime, v in o.get("data", {}).items()
        if mime != "text/plain"
    )


def _is_picture(mime, value):
    """Return whether it is Base64 of a PNG or JPEG and nothing else; letters in there mean nothing."""
    try:
        data = base64.b64decode("".join(value).replace("\n", ""), validate=True)
    except (TypeError, ValueError):
        return False
    return mime in ("image/png", "image/jpeg") and data.startswith((b"\x89PNG", b"\xff\xd8"))


if __name__ == "__main__":
    sys.exit(enclosed(lambda: main(sys.argv[1])))
