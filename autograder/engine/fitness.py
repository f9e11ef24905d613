"""Which test cells can be examined from a process of their own: the model solution tells, run both ways.

A test cell is *fit* when the model solution comes out of it the same whether the test runs apart from the student's
code (:mod:`autograder.engine.examined`) or in one shell with it. One that is not fit runs in the student's process,
guarded (:mod:`autograder.engine.inprocess`); a notebook whose model solution needs a real kernel goes there as a whole.
What a student hands in has no say in any of this.
"""

import contextlib
import copy
import functools
import hashlib
import importlib.metadata
import json
import os
import shutil
import sys
import tempfile
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from autograder.engine import OK, Limits
from autograder.errors import EngineFailed
from autograder.text import one_line

KERNEL = "kernel"
CACHE = ".fitness.json"
_ROUNDS = 4


@dataclass(frozen=True)
class Fitness:
    """What was found out about one notebook of an assignment."""

    inprocess: tuple[str, ...] = ()  # test cells that cannot be examined
    engine: str | None = None  # KERNEL: what a kernel makes of the model solution, nothing else does
    failing: tuple[str, ...] = ()  # test cells in which the model solution itself does not get full marks
    why: tuple[str, ...] = ()  # for each in `inprocess`: what happened when it was examined


def of(sheet, model, limits=None, folder=None):
    """Return the :class:`Fitness` of an assignment's notebook.

    Parameters
    ----------
    sheet : Assignment
    model : callable
        Returns the notebook with the model solution ; only called when needed.
    limits : Limits, optional
    folder : Path, optional
        Where to keep and look for the answer (a class's ``reports/``), besides the user's cache.

    Raises EngineFailed when nothing can be run.
    """
    if sheet.language != "python":
        return Fitness(engine=KERNEL)
    tests = [cell for cell in sheet.graded if _is_test(cell)]
    if not tests:
        return Fitness()
    key = _key(sheet, limits or Limits())
    places = [path for path in (folder and Path(folder) / CACHE, _user_cache(key)) if path]
    for path in places:
        found = _remembered(path, key)
        if found is not None:
            break
    else:
        found = _apart(sheet, model(), limits or Limits())
    for path in places:
        _remember(path, key, found, every=path == _user_cache(key))
    return found


@dataclass(frozen=True)
class Fitted:
    """An assignment as it is to be graded."""

    sheets: tuple
    engine: str | None  # KERNEL or the usual one
    notices: tuple[str, ...]  # what the instructor should know, Vietnamese sentences


def fit(sheets, model, limits=None, folder=None):
    """Return the :class:`Fitted` of one assignment's notebooks; `model` is called with one, the rest is as in `of`."""
    found = [of(sheet, functools.partial(model, sheet), limits, folder) for sheet in sheets]
    notices = [text for sheet, one in zip(sheets, found, strict=True) for text in _notices(sheet, one)]
    if any(one.engine == KERNEL for one in found):
        return Fitted(tuple(sheets), KERNEL, tuple(dict.fromkeys(notices)))
    ready = tuple(replace(s, inprocess=f.inprocess) if f.inprocess else s for s, f in zip(sheets, found, strict=True))
    return Fitted(ready, None, tuple(notices))


def _notices(sheet, found):
    name = f"«{sheet.slug}»" if sheet.notebook == sheet.slug else f"«{sheet.slug}/{sheet.notebook}»"
    if sheet.language != "python":
        yield f"{name} dùng ngôn ngữ {one_line(sheet.language, 30)}, nên cả bài được chấm bằng kernel Jupyter."
    elif found.engine == KERNEL:
        yield f"{name}: lời giải mẫu chỉ chạy đúng trong kernel Jupyter thật, nên cả bài được chấm bằng kernel."
    elif found.inprocess:
        yield f"{name}: ô {listed(found.inprocess)} không tách được khỏi mã của sinh viên, nên chạy chung tiến trình."
    if found.failing:
        yield f"{name}: chính lời giải mẫu không được trọn điểm ở ô {listed(found.failing)}."


def listed(names):
    """Return names as a text: ``a, b, c``."""
    return ", ".join(f"`{name}`" for name in names)


def _is_test(cell):
    return cell.kind == "test" and cell.cell_type == "code"


# --- finding out ------------------------------------------------------------------------------------------------


def _apart(sheet, model, limits):
    """Find out in a child process: what the model solution imports is not for this one. Raises EngineFailed."""
    if not hasattr(os, "fork"):
        raise EngineFailed("Máy này không có fork; hãy chấm bằng --kernel.")
    with tempfile.TemporaryFile() as told:
        sys.stdout.flush()
        sys.stderr.flush()
        child = os.fork()
        if child == 0:
            try:
                try:
                    answer = asdict(_find_out(sheet, model, limits))
                except Exception as error:
                    answer = {"error": one_line(f"{type(error).__name__}: {error}", 300)}
                told.write(json.dumps(answer).encode())
                told.flush()
            finally:
                os._exit(0)
        try:
            os.waitpid(child, 0)
        except BaseException:
            with contextlib.suppress(OSError):
                os.kill(child, 15)
                os.waitpid(child, 0)
            raise
        told.seek(0)
        try:
            answer = json.loads(told.read())
        except ValueError:
            answer = {"error": "tiến trình đã dừng"}
    if "error" in answer:
        raise EngineFailed(f"Không chạy được lời giải mẫu của «{sheet.notebook}»: {answer['error']}.")
    return _fitness(answer)


def _find_out(sheet, model, limits):
    """Run the model solution in every way that is needed to know."""
    from autograder.engine import sandbox
    from autograder.engine.examined import Examined

    walled = sandbox.probe() != sandbox.Open.name  # it is the instructor's own code
    tests = [cell for cell in sheet.graded if _is_test(cell)]
    names = {cell.grade_id: cell.points for cell in tests}
    with contextlib.closing(Examined(sandbox=walled)) as engine:
        together = _outcomes(_Together(engine), replace(sheet, inprocess=tuple(names)), model, names, limits)
        inside, why = set(), {}
        for _ in range(_ROUNDS):  # a test that is taken out may have left something behind for those after it
            apart = _outcomes(engine, replace(sheet, inprocess=()), model, names, limits, inside)
            different = {n for n in names if n not in inside and apart.get(n, None) != together[n]}
            why |= {name: _told(apart.get(name)) for name in different}
            inside |= different
            if not different or inside == names.keys():
                break
        failing = [name for name in names if not together[name].full]
        if inside:
            guarded = replace(sheet, inprocess=tuple(name for name in names if name in inside))
            found = _outcomes(engine, guarded, model, names, limits)
            if found != together:  # what these tests leave behind is needed by others
                inside = set(names)
                found = _outcomes(engine, replace(sheet, inprocess=tuple(names)), model, names, limits)
                failing += [name for name in names if found[name] != together[name] and name not in failing]
    listed = tuple(name for name in names if name in inside)
    told = tuple(why.get(name, "") for name in listed)
    if not failing:
        return Fitness(listed, None, (), told)
    in_kernel = _kernel(sheet, model, names, limits, walled)
    broken = tuple(name for name in names if not in_kernel[name].full)
    if all(in_kernel[name].score == together[name].score for name in failing):
        return Fitness(listed, None, broken, told)
    return Fitness((), KERNEL, broken)


class _Together:
    """The engine with no guard and all tests in the student's process: as in one kernel."""

    def __init__(self, engine):
        self.engine = engine

    def execute(self, *arguments):
        self.engine.guarded = False
        try:
            return self.engine.execute(*arguments)
        finally:
            self.engine.guarded = True


@dataclass(frozen=True)
class _Outcome:
    """What a test cell came to, as far as a score depends on it."""

    status: str
    stderr: bool
    value: object  # a number that it returned, or None
    points: float
    told: str = ""

    def __eq__(self, other):
        mine, theirs = ((o.status == OK, o.stderr, o.value) if isinstance(o, _Outcome) else None for o in (self, other))
        return mine == theirs

    __hash__ = None

    @property
    def score(self):
        """What nbgrader gives."""
        if self.status != OK or self.stderr:
            return 0.0
        return self.points if self.value is None else self.value

    @property
    def full(self):
        """Whether it gets all its points."""
        return self.score == self.points


def _told(outcome):
    return "" if outcome is None else outcome.told


def _outcomes(engine, sheet, model, names, limits, left_out=()):
    """Run the model solution; return {grade_id: _Outcome} of the tests that are not left out."""
    notebook = copy.deepcopy(model)
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") in left_out:
            cell.source = ""
    with tempfile.TemporaryDirectory(prefix="autograder-", ignore_cleanup_errors=True) as folder:
        for name in sheet.files:
            (Path(folder) / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(sheet.folder / name, Path(folder) / name)
        execution = engine.execute(sheet, notebook, Path(folder), limits)
    found = {}
    for cell, run in zip(execution.notebook.cells, execution.runs, strict=True):
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if name in names and run is not None:
            found[name] = _outcome(cell, run, names[name])
    return found


def _outcome(cell, run, points):
    stderr = any(o.output_type == "stream" and o.name == "stderr" for o in cell.outputs)
    values = [o.data.get("text/plain", "") for o in cell.outputs if o.output_type == "execute_result"]
    value = None
    with contextlib.suppress(ValueError, IndexError):
        value = float(values[0])
    told = one_line(f"{run.error}: {run.message}", 200) if run.error else ""
    return _Outcome(run.status, stderr, value, points, told)


def _kernel(sheet, model, names, limits, walled):
    from autograder.engine import start

    with contextlib.closing(start("kernel", sandbox=walled)) as engine:
        return _outcomes(engine, sheet, model, names, limits)


# --- remembering ------------------------------------------------------------------------------------------------


def _key(sheet, limits):
    """Hash what the answer depends on: assignment, limits, this engine, Python and the libraries."""
    from autograder.engine.preload import ALWAYS, imported_by

    modules = imported_by(cell.source for cell in sheet.cells if cell.cell_type == "code")
    versions = {name: _version(name) for name in sorted({m.partition(".")[0] for m in (*modules, *ALWAYS)})}
    parts = [sheet.slug, sheet.notebook, sheet.digest, repr(limits), sys.version, versions, _own_source()]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


@functools.cache
def _version(name):
    try:
        return importlib.metadata.version({"sklearn": "scikit-learn", "skimage": "scikit-image"}.get(name, name))
    except (importlib.metadata.PackageNotFoundError, ValueError):
        return ""


@functools.cache
def _own_source():
    root, digest = Path(__file__).parent, hashlib.sha256()
    for path in sorted(root.rglob("*.py")):
        digest.update(f"{path.relative_to(root)}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def _user_cache(key):
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "autograder" / "fitness" / f"{key[:32]}.json"


def _fitness(data):
    return Fitness(
        tuple(map(str, data["inprocess"])),
        KERNEL if data["engine"] == KERNEL else None,
        tuple(map(str, data["failing"])),
        tuple(map(str, data["why"])),
    )


def _read(path):
    try:
        known = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return known if isinstance(known, dict) else {}


def _remembered(path, key):
    with contextlib.suppress(KeyError, TypeError, ValueError):
        return _fitness(_read(path)[key])
    return None


def _remember(path, key, found, every):
    """Keep an answer; that it cannot be kept is no reason not to grade."""
    known = {} if every else _read(path)
    if _remembered(path, key) == found:
        return
    aside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        aside.write_text(json.dumps(known | {key: asdict(found)}, ensure_ascii=False, indent=1), encoding="utf-8")
        aside.replace(path)
