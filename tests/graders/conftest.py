"""One warm runner for each process of the test run."""

import pytest

from tests.graders.runner import Runner, workers_here


@pytest.fixture(scope="session")
def runner():
    with Runner(workers=workers_here()) as runner:
        yield runner
