"""Shared by all tests: the repository's root, and the offline data folder made absolute."""

import os
import signal
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# notebooks and graders run in folders of their own: a relative COURSE_DATA is meant from where pytest was started
if os.environ.get("COURSE_DATA"):
    os.environ["COURSE_DATA"] = str(Path(os.environ["COURSE_DATA"]).resolve())

# what a shell starts in the background ignores Ctrl-C, and so would the programs that tests start and interrupt
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def root():
    """The repository's root folder."""
    return ROOT
