"""A real kernel inside the walls."""

import json
import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from autograder import engine
from autograder.assignment import Assignment
from autograder.engine import DEAD, FAILED, OK, TIMEOUT, Limits, sandbox
from autograder.errors import EngineFailed
from autograder.jupyter import nbformat
from tests.autograder.course_builder import code, notebook
from tests.autograder.engine.processes import descendants

pytestmark = pytest.mark.skipif(sys.platform != "linux" or sandbox.probe() == "none", reason="no walls work here")


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "nop"
    (place / "sub").mkdir(parents=True)
    (place / "sub" / "a.txt").write_text("kèm theo")
    return place


def run(sources, folder, language=None, **limits):
    spec = {"name": language, "language": language} if language else {}
    sheet = Assignment("bai", "Bài", folder, (), (), "x", kernelspec=spec)
    nb = nbformat.from_dict(notebook([code(source) for source in sources]))
    runner = engine.start("kernel")
    try:
        return runner.execute(sheet, nb, folder, Limits(**{"cell_seconds": 5} | limits))
    finally:
        runner.close()


def text(cell):
    return "".join(o.get("text", "") for o in cell.outputs)


def test_it_runs_and_sees_nothing(folder, tmp_path, monkeypatch):
    monkeypatch.setenv("SECRET_OF_THE_INSTRUCTOR", "1234")
    secret = tmp_path / "gradebook.db"
    secret.write_text("điểm")
    before = descendants()
    execution = run(
        [
            "import os\nprint(open('sub/a.txt').read(), os.environ.get('SECRET_OF_THE_INSTRUCTOR'), os.getpid())",
            f"open({str(secret)!r}).read()",
            f"open({str(secret)!r}, 'w')",
            "import socket\nsocket.create_connection(('1.1.1.1', 53), timeout=1)",
            "import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', 'import time; time.sleep(300)'], "
            "start_new_session=True)\nprint(sorted(os.listdir()))",
            "while True: pass",
            "await __import__('asyncio').sleep(0); 42",
            "os.kill(os.getppid(), 9)",
            "print('còn đây')",
        ],
        folder,
        cell_seconds=2,
    )
    cells, runs = execution.notebook.cells, execution.runs
    assert text(cells[0]).startswith("kèm theo None"), cells[0]
    assert [r.status for r in runs[1:4]] == [FAILED] * 3
    assert {r.error for r in runs[1:3]} <= {"FileNotFoundError", "PermissionError"}
    assert text(cells[4]) == "['.tmp', 'sub']\n"
    assert runs[5].status == TIMEOUT
    assert cells[6].outputs[0].data["text/plain"] == "42"
    assert runs[8] is not None  # whatever became of it, there is an answer
    assert secret.read_text() == "điểm" and list(folder.iterdir()) == [folder / "sub"]
    nbformat.validate(execution.notebook)
    assert descendants() == before


def test_a_dead_kernel_much_memory_and_a_figure(folder):
    draw = "import matplotlib.pyplot as plt\nplt.plot([1, 2]);"
    sources = ["x = 7", "import os\nos._exit(1)", "print(x)", "y = bytearray(10 ** 10)", "print(x)", draw]
    execution = run(sources, folder, cell_seconds=60)
    assert [r.status for r in execution.runs] == [OK, DEAD, OK, FAILED, OK, OK]
    assert execution.runs[3].error == "MemoryError"
    assert any("image/png" in o.get("data", {}) for o in execution.notebook.cells[5].outputs)


def test_somebody_kills_the_box(folder):
    before, sleeping = descendants(), "import time\ntime.sleep(1.5)\nprint(6 * 7)"
    box = []

    def kill():
        while not box:
            time.sleep(0.05)
            box.extend(pid for pid in sorted(descendants() - before) if _parents(pid) == 2)
        time.sleep(1)
        os.kill(box[0], signal.SIGKILL)

    intruder = threading.Thread(target=kill)
    intruder.start()
    execution = run([sleeping], folder)
    intruder.join()
    assert text(execution.notebook.cells[0]) == "42\n"


def _parents(pid):
    """Return how many processes stand between this one and that."""
    count = 0
    while pid != os.getpid():
        try:
            pid = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            return 0
        count += 1
    return count


def install(folder, monkeypatch, name, argv):
    place = folder / "jupyter" / "kernels" / name
    place.mkdir(parents=True)
    (place / "kernel.json").write_text(json.dumps({"argv": argv, "display_name": name, "language": name}))
    monkeypatch.setenv("JUPYTER_PATH", os.fspath(folder / "jupyter"))


def test_a_kernel_of_another_language(folder, tmp_path, monkeypatch):
    start = f"import sys; print({sys.version_info[0]}); from ipykernel.kernelapp import launch_new_instance as go; go()"
    install(tmp_path, monkeypatch, "vidu", [sys.executable, "-c", start, "-f", "{connection_file}"])
    execution = run(["import sys\nprint(sys.argv[0])", "1 / 0"], folder, "vidu")
    assert [r.status for r in execution.runs] == [OK, FAILED], execution.runs
    assert text(execution.notebook.cells[0]) == "-c\n"  # this kernel, and not python3


def test_a_kernel_that_is_not_installed_is_said_in_one_line(folder):
    with pytest.raises(EngineFailed, match=r"«khong-co».*jupyter kernelspec list"):
        run(["1"], folder, "khong-co")


def test_a_kernel_that_does_not_start(folder, tmp_path, monkeypatch):
    install(tmp_path, monkeypatch, "hong", [sys.executable, "-c", "raise SystemExit(3)", "{connection_file}"])
    with pytest.raises(EngineFailed, match="Không khởi động được"):
        run(["1"], folder, "hong")
