"""No attack gains a point, reads a secret, leaves a process, harms another submission or takes longer than it may."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.engine.sandbox import landlock
from tests.autograder import reach
from tests.autograder.hostile.arena import SECONDS
from tests.autograder.hostile.attacks import ATTACKS

ROOT = Path(__file__).resolve().parents[3]
# of one attack: the calls in five test cells, each with its grace, and the processes started anew
MOST_SECONDS = 5 * (SECONDS + 2) + 5
MOST_TEXT = 3_000_000


def test_there_are_enough():
    assert len({attack.name for attack in ATTACKS}) == len(ATTACKS) >= 60


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """What became of each attack, all of them run in namespaces with limits."""
    if sys.platform != "linux":
        pytest.skip("the arena needs Linux")
    return fought(tmp_path_factory.mktemp("arena"))


def fought(folder, *names, prefix=(), **env):
    """Return {name: what became of the attack}, of all or of these; skips where they cannot be run."""
    done = subprocess.run(
        [*prefix, sys.executable, "-m", "tests.autograder.hostile.arena", str(folder), *names],
        cwd=ROOT,
        env=os.environ | {"OMP_NUM_THREADS": "1"} | env,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    if "no user namespaces" in done.stderr:
        pytest.skip("no user namespaces here: these attacks are run nowhere else")
    assert done.returncode == 0, done.stderr[-3000:]
    told = [json.loads(line) for line in done.stdout.splitlines()]
    if "unusable" in told[0]:
        pytest.skip(f"these walls cannot be put up here: {told[0]['unusable']}")
    return {result["name"]: result for result in told}


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_attack(results, attack):
    check(results[attack.name])


def check(result):
    assert "error" not in result
    assert result["points"] == 0
    assert not result["secret"] and not result["said"] and not result["changed"]
    assert not result["told"], "what a hidden test asked has come out"
    assert result["survivors"] == 0
    assert result.get("others", True)
    assert result["seconds"] < MOST_SECONDS
    assert result["size"] < MOST_TEXT and not result["browser"]


def test_all_others_are_as_before(results):
    assert results["sau cùng"]["others"]


# where the walls themselves are tried: network, files, memory, pipes, signals, processes
TELLING = (
    "mạng", "socket trừu tượng và tệp socket", "đọc mọi tệp", "đọc qua liên kết", "ghi sổ điểm",
    "đọc bộ nhớ tiến trình khác", "không gian tên lồng nhau", "bom bộ nhớ dùng chung", "đầy đĩa",
    "bom tiến trình", "sống sót", "giết tất cả lúc được gọi", "kết quả giả trên mọi ống", "để lại cho lần chạy sau",
    "thư mục lồng rất sâu",
)  # fmt: skip


@pytest.fixture(scope="module", params=["bubblewrap", "landlock"])
def behind_others(request, tmp_path_factory):
    """What became of the telling attacks behind the walls that are not this machine's first choice."""
    prefix = ()
    if sys.platform != "linux" or (request.param == "bubblewrap" and shutil.which("bwrap") is None):
        pytest.skip(f"{request.param} is not to be had here")
    if request.param == "landlock" and (not landlock.version() or (prefix := reach.opening()) is None):
        pytest.skip("landlock does not work here")
    return fought(tmp_path_factory.mktemp("arena"), *TELLING, prefix=prefix, ARENA_WALLS=request.param)


@pytest.mark.parametrize("name", TELLING)
def test_attack_behind_other_walls(behind_others, name):
    check(behind_others[name])


def test_all_others_are_as_before_behind_other_walls(behind_others):
    assert behind_others["sau cùng"]["others"] and len(behind_others) == len(TELLING) + 1
