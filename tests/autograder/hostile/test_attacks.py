"""No attack gains a point, reads a secret, leaves a process, harms another submission or takes longer than it may."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

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
    folder = tmp_path_factory.mktemp("arena")
    done = subprocess.run(
        [sys.executable, "-m", "tests.autograder.hostile.arena", str(folder)],
        cwd=ROOT,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    if "no user namespaces" in done.stderr:
        pytest.skip("no user namespaces here: these attacks are run nowhere else")
    assert done.returncode == 0, done.stderr[-3000:]
    return {result["name"]: result for result in map(json.loads, done.stdout.splitlines())}


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_attack(results, attack):
    result = results[attack.name]
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
