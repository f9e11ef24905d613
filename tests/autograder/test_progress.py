"""What a person at a terminal sees while a class is graded, and what a program reads; a real terminal, and none."""

import json
import os
import re
import subprocess
import sys

import pytest

from tests.autograder.conftest import environment
from tests.autograder.course_builder import HALF, RIGHT

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="has no pseudo-terminals")
SLUG = "so-va-tong"
SLOW = RIGHT | {"double": "import time\ntime.sleep(6)\n" + RIGHT["double"]}
MANY = 12


@pytest.fixture
def filled(group):
    """A class with one submission that takes long and four that cannot be graded."""
    group.submit("cham", SLOW)
    for number in range(4):
        group.submit_text(f"hong{number}", '{"cells": [')
    for number in range(MANY - 5):
        group.submit(f"sv{number}", HALF)
    return group.folder


def watched(folder, course, *options):
    """Grade with stderr on a pseudo-terminal; return (exit code, stdout, what was drawn)."""
    import pty

    ours, theirs = pty.openpty()
    env = environment() | {"TERM": "xterm-256color", "COLUMNS": "100", "LINES": "30"}
    command = [sys.executable, "-m", "autograder", "grade", str(folder), "--course", str(course), "-j", "2", *options]
    process = subprocess.Popen(command, stdin=theirs, stdout=subprocess.PIPE, stderr=theirs, env=env)
    os.close(theirs)
    drawn = b""
    try:
        while True:
            try:
                piece = os.read(ours, 65536)
            except OSError:  # Linux, when nobody has the other end any more
                break
            if not piece:
                break
            drawn += piece
        out = process.communicate(timeout=60)[0].decode()
    finally:
        process.kill()
        os.close(ours)
    return process.returncode, out, drawn.decode()


def plain(drawn):
    """Return the text of what was drawn, without the terminal's commands."""
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", drawn).replace("\r", "\n")


def test_the_bar(filled, released_course):
    code, out, drawn = watched(filled, released_course)
    text = plain(drawn)
    assert code == 3 and "Đang chấm" not in out and "\x1b" not in out
    counts = [int(done) for done, total in re.findall(r"(\d+)/(\d+) còn", text) if int(total) == MANY]
    assert counts == sorted(counts) and counts[-1] == MANY and len({*counts}) > 2
    assert re.search(rf"[1-9]\d*/{MANY} còn \d\d:\d\d", text), text  # the time left, once there is something to go by
    last = re.findall(r"4 bài không chấm được: gần nhất là (.*)", text)[-1]
    assert len(re.findall(r"hong\d/so-va-tong", last)) == 3
    assert re.search(r"Lâu nhất: cham/so-va-tong \(\d+ giây\)", text)
    assert max(map(len, text.splitlines())) <= 100
    # it is gone when the class is graded: each line that it had is erased
    assert drawn.rstrip().endswith("\x1b[2K") and drawn.count("\x1b[?25l") == drawn.count("\x1b[?25h") == 1
    assert "Lâu nhất: cham/so-va-tong" in out and "hong0" in out


def test_json_is_all_that_a_program_reads(filled, released_course):
    code, out, drawn = watched(filled, released_course, "--json")
    assert code == 3 and "Đang chấm" in drawn  # the person at the terminal still sees the bar
    data = json.loads(out)
    assert (data["graded"], data["ungradable"], len(data["submissions"])) == (MANY, 4, MANY)
    lines = out.splitlines()
    (place,) = (number for number, line in enumerate(lines) if "submissions" in line)
    told = [json.loads(line.rstrip(",")) for line in lines[place + 1 : place + 1 + MANY]]  # one to a line
    assert told == data["submissions"]


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_no_bar_where_there_is_no_terminal(group, released_course, options):
    group.submit_text("hong", '{"cells": [')
    command = [sys.executable, "-m", "autograder", "grade", str(group.folder), "--course", str(released_course)]
    env = environment() | {"TERM": "xterm-256color"}
    done = subprocess.run([*command, *options], env=env, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 3 and done.stderr == "" and "\x1b" not in done.stdout
    assert "Đang chấm" not in done.stdout
    if options:
        assert json.loads(done.stdout)["graded"] == 1
