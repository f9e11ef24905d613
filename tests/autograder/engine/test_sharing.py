"""One zygote imports what those of all workers need; and nobody depends on it."""

import os
import signal
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from autograder import engine
from autograder.engine import examined, sandbox, zygote
from tests.autograder.course_builder import RIGHT
from tests.autograder.engine.conftest import Bench
from tests.autograder.engine.processes import descendants
from tests.autograder.engine.test_session import FULL

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or sandbox.probe() != "namespaces", reason="nothing is shared between these walls"
)


@pytest.fixture
def begun():
    found = engine.begin()
    yield found
    found.close()


def twin(made):
    """Return the only zygote of an engine."""
    (found,) = made.runner._zygotes.values()
    return found


def test_a_worker_gets_a_fork_of_it(released_course, tmp_path, begun):
    before = descendants()
    made = Bench(released_course, tmp_path)
    with engine.sharing(begun, made.sheet):
        first = zygote._first
        assert made.run(RIGHT)[0] == FULL
        assert twin(made).process is None and twin(made).place() in descendants(first.process.pid)
        other = Bench(released_course, tmp_path / "2")
        with ThreadPoolExecutor(1) as pool:  # both at the same time
            running = pool.submit(other.run, {}, student="b")
            assert made.run(RIGHT)[0] == FULL
            assert set(running.result()[0].values()) == {0.0}
        assert twin(made).place() != twin(other).place()
        other.runner.close()
        made.runner.close()
    assert zygote._first is None and not descendants() - before


def test_nobody_has_to_wait_until_it_is_ready():
    for _ in range(2):
        begun = engine.begin()
        with zygote.shared(frozenset({"json"}), begun):
            early = zygote.Zygote({"json"}, "namespaces")  # while the shared one is still importing
            assert early.process is None and early.place()
            early.close()


def test_what_is_killed_is_replaced(released_course, tmp_path, begun):
    made = Bench(released_course, tmp_path)
    with engine.sharing(begun, made.sheet):
        assert made.run(RIGHT)[0] == FULL
        os.kill(twin(made).place(), signal.SIGKILL)
        assert made.run(RIGHT)[0] == FULL and twin(made).process is None
        os.kill(zygote._first.process.pid, signal.SIGKILL)
        assert made.run(RIGHT)[0] == FULL  # the fork lives on
        os.kill(twin(made).place(), signal.SIGKILL)
        assert made.run(RIGHT)[0] == FULL and twin(made).process is not None
        made.runner.close()


def test_one_that_nobody_takes_ends():
    before = descendants()
    found = engine.begin()
    assert len(descendants() - before) == 1
    del found
    assert not descendants() - before


def test_other_modules_need_another_zygote(begun):
    with zygote.shared(frozenset({"json"}), begun):
        own = zygote.Zygote({"json", "csv"}, "namespaces")
        assert own.process is not None
        own.close()


def test_other_walls_are_not_shared():
    assert examined.begin(contained=False) is None
