import pytest

from tests.autograder.classroom import lms
from tests.autograder.conftest import course, group, invoke, released_course

__all__ = ["course", "group", "invoke", "released_course"]


@pytest.fixture
def classroom(tmp_path, released_course, invoke):
    """A class folder made by the command, with four students."""
    path = tmp_path / "ds.csv"
    path.write_text(lms.STUDENTS, encoding="utf-8")
    code, _, err = invoke("new", tmp_path / "lop", "--roster", path, "--course", released_course)
    assert code == 0, err
    return tmp_path / "lop"
