"""Where an nbgrader course keeps what: its ``nbgrader_config.py``, or this course's own two folders."""

import contextlib
import glob
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path

from autograder.errors import CourseBroken
from autograder.text import one_line

CONFIG = ("nbgrader_config.py", "nbgrader_config.json")
DEFAULT_COURSE = "default_course"  # nbgrader's own word
_STRUCTURE = "{nbgrader_step}/{student_id}/{assignment_id}"
_IGNORE = (".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback")  # nbgrader's own
_STUDENT, _ASSIGNMENT = "\0student\0", "\0assignment\0"
_EXECUTE = ("Execute", "ExecutePreprocessor", "NotebookClient")  # nbgrader's class and those it is derived from
UNLIMITED = 3600.0  # seconds for one cell where nbgrader would wait for ever: an endless loop must end some day
_MOST = 86400.0


@dataclass(frozen=True)
class Layout:
    """The names of a course's folders, as nbgrader's ``CourseDirectory`` has them."""

    root: Path
    source: str = "source"
    release: str = "release"
    submitted: str = "submitted"
    autograded: str = "autograded"
    feedback: str = "feedback"
    structure: str = _STRUCTURE
    ignore: tuple[str, ...] = _IGNORE
    course_id: str = DEFAULT_COURSE
    db_url: str | None = None  # None: gradebook.db in the class folder
    seconds: float | None = None  # for one cell; None: nothing is said of it
    house: bool = False  # solutions/ and exercises/, with this project's own rules and words
    config: object = field(default=None, compare=False)  # traitlets Config, or None

    def path(self, step, assignment, student=".", root=None):
        """Return the folder of an assignment in a step (a name such as `submitted`), below `root` or the course."""
        names = {"nbgrader_step": step, "student_id": student, "assignment_id": assignment}
        return Path(root or self.root, self.structure.format(**names))

    def find(self, step, *, students=True, root=None):
        """Return [(student, assignment, folder)] of the folders there are in a step, sorted.

        Without `students` (sources, releases) the first is always ``"."``.
        """
        names = {"nbgrader_step": step, "student_id": _STUDENT if students else ".", "assignment_id": _ASSIGNMENT}
        parts = Path(self.structure.format(**names)).parts
        pattern, regex = [], []
        for part in parts:
            pattern.append(re.sub("\0[a-z]+\0", "*", glob.escape(part)))
            name = re.escape(part).replace(re.escape(_STUDENT), "(?P<student>[^/]+)")
            regex.append(name.replace(re.escape(_ASSIGNMENT), "(?P<assignment>[^/]+)"))
        base, found = Path(root or self.root), []
        for folder in base.glob("/".join(pattern)):
            match = re.fullmatch("/".join(regex), folder.relative_to(base).as_posix())
            if match and folder.is_dir() and not folder.name.startswith("."):
                found.append((match.groupdict().get("student", "."), match["assignment"], folder))
        return sorted(found)


def is_nbgrader_course(root):
    """Whether a folder has nbgrader's configuration in it; nothing is run to find out."""
    return any((Path(root) / name).is_file() for name in CONFIG)


def read(root):
    """Return the :class:`Layout` of the course in `root`; raises CourseBroken.

    A course with a configuration is what that says (it is Python, and is run); one without has ``solutions/`` and
    ``exercises/``, or nbgrader's default folders.
    """
    root = Path(root)
    if not is_nbgrader_course(root):
        if (root / "source").is_dir() and not (root / "solutions").is_dir():
            return Layout(root)
        return Layout(root, source="solutions", release="exercises", ignore=(), house=True)
    config = read_config(root)
    named = config.CourseDirectory
    if "root" in named:
        root = (root / str(named.root)).resolve()
    names = {}
    for step in ("source", "release", "submitted", "autograded", "feedback"):
        names[step] = str(_value(named, f"{step}_directory", step))
    if "source_directory" not in named and not (root / "source").is_dir() and (root / "solutions").is_dir():
        names |= {"source": "solutions", "release": str(_value(named, "release_directory", "exercises"))}
    structure = str(_value(named, "directory_structure", _STRUCTURE))
    try:
        structure.format(nbgrader_step="a", student_id="b", assignment_id="c")
    except (KeyError, IndexError, ValueError):
        raise CourseBroken(f"CourseDirectory.directory_structure trong {root} viết sai: {structure}.") from None
    return Layout(
        root,
        **names,
        structure=structure,
        ignore=tuple(_value(named, "ignore", list(_IGNORE))),
        course_id=str(_value(named, "course_id", "")).strip() or DEFAULT_COURSE,
        db_url=str(named.db_url) if "db_url" in named else None,
        seconds=_seconds(root, config),
        config=config,
    )


def read_config(root):
    """Return what a folder's ``nbgrader_config.py`` and ``.json`` say, as one traitlets Config; raises CourseBroken."""
    from traitlets.config import Config
    from traitlets.config.loader import JSONFileConfigLoader, PyFileConfigLoader

    config, loaders = Config(), (PyFileConfigLoader, JSONFileConfigLoader)
    for name, loader in zip(CONFIG, loaders, strict=True):
        if not (root / name).is_file():
            continue
        try:
            # it is written to be run in the course's folder; what it prints is not ours to print
            with contextlib.chdir(root), contextlib.redirect_stdout(sys.stderr):
                config.merge(loader(name, path=str(root)).load_config())
        except (Exception, SystemExit) as error:
            told = one_line(f"{type(error).__name__}: {error}", 200)
            raise CourseBroken(f"{root / name} chạy không được: {told}") from None
    return config


def allowed(timeout):
    """Return the seconds for one cell that nbgrader's ``timeout`` stands for; None, 0 and below are no limit to it."""
    return min(float(timeout), _MOST) if timeout is not None and timeout > 0 else UNLIMITED


def _seconds(root, config):
    """Return what ``c.Execute.timeout`` comes to, None where it is not set; raises CourseBroken."""
    for name in _EXECUTE:
        if name in config and "timeout" in config[name]:
            value = config[name].timeout
            if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
                raise CourseBroken(f"{name}.timeout trong {root} cần là một số giây: {one_line(value, 60)}.")
            return allowed(value)
    return None


def _value(section, name, default):
    """Return a setting; one that was built up (``c.X.y.append(…)``) is built upon the default."""
    if name not in section:
        return default
    value = section[name]
    return value.get_value(default) if hasattr(value, "get_value") else value
