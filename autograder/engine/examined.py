"""The engine with two processes for each submission: one runs the student's cells, the other the tests."""

import contextlib
import os
import sys
import time
from dataclasses import replace
from pathlib import Path

from autograder.engine import MB, TRIES, job, results, sandbox, testcode
from autograder.engine.preload import ALWAYS, imported_by, keep_memory, pack_memory, preload, uncollected
from autograder.engine.session import Session
from autograder.engine.zygote import Begun, Zygote, shared
from autograder.errors import EngineFailed, SandboxUnavailable

_KEPT = 4  # zygotes, and assignments, that one worker keeps ready


class Examined:
    """The :class:`~autograder.engine.Engine` of this module; one for each worker process.

    Parameters
    ----------
    sandbox : bool
        False lets the student's cells run with the rights of the caller, in the folder they are given.
    """

    guarded = True  # tests that run in the student's process are guarded

    def __init__(self, sandbox=True):
        self.sandbox = sandbox
        self._zygotes, self._tests = {}, {}  # the one used last comes last
        self._handed = None  # (names and sizes, descriptor) of the files beside the notebook that is run

    @property
    def walls(self):
        """The name of the walls around the student's process, see :mod:`autograder.engine.sandbox`."""
        return sandbox.choose(self.sandbox)

    def execute(self, assignment, notebook, folder, limits):
        """Run the notebook, see :class:`~autograder.engine.Engine`. Raises EngineFailed or SandboxUnavailable."""
        try:
            return self._execute(assignment, notebook, folder, limits)
        finally:
            if self._handed:
                os.close(self._handed[1])
            self._handed = None

    def _execute(self, assignment, notebook, folder, limits):
        if not hasattr(os, "fork"):
            raise EngineFailed("Máy này không có fork; hãy chấm bằng --kernel.")
        from autograder.engine import namespace

        if not namespace.works():
            raise EngineFailed("Bản Python này không tra tên qua một lớp con của dict; hãy chấm bằng --kernel.")
        start = time.monotonic()
        assignment = _as_in(notebook, assignment)
        tests, modules = self._prepared(assignment, self._scratch(Path(folder), limits))
        plan, places, cells = _plan(notebook)
        outcome = self._undisturbed(
            lambda: self._run(tests, modules, plan, cells, Path(folder), limits, assignment.inprocess),
            start + limits.total_seconds,
        )
        hidden = {cell.grade_id: cell.hidden for cell in assignment.cells}
        kinds = {name: (place, hidden[name]) for kind, name, place in _steps(notebook) if kind == "test"}
        asked = None
        if self.walls in sandbox.SEPARATE:
            asked = results.to_ask_openly(notebook, kinds, places, outcome)
        if asked is not None:
            asked = asked - set(assignment.inprocess)
            known = [step for step in plan if step[0] != "test" or step[1] in asked]
            outcome.open = self._again(tests, modules, known, cells, Path(folder), limits, start + limits.total_seconds)
        found = results.execution(notebook, places, kinds, hidden, outcome, limits, time.monotonic() - start)
        tampered = [str(told["message"]) for told in outcome.reports.values() if told.get("tampered") is True]
        return replace(found, tampered=" ".join(dict.fromkeys(tampered)))

    def close(self):
        """End the zygotes."""
        while self._zygotes:
            self._zygotes.popitem()[1].close()

    def _undisturbed(self, run, deadline):
        """Return the Outcome of `run`, which is run again when somebody else ended its processes. Raises EngineFailed.

        Who kills once may kill again before one submission is through: memory that is short, say. An answer that ends
        its own process looks the same, so there is a last try, and that counts: the fourth, or the one that was begun
        before the deadline and ends after it.
        """
        for tries_left in reversed(range(TRIES)):
            try:
                outcome = run()
            except EngineFailed:
                self.close()
                if not tries_left:
                    raise
                continue
            if not outcome.disturbed or time.monotonic() >= deadline:
                break
        return outcome

    def _run(self, tests, modules, plan, cells, folder, limits, inside=()):
        """Run the plan; the tests `inside` in another process of the student's, once the others are done."""
        apart = [step for step in plan if step[0] != "test" or step[1] not in inside]
        outcome = self._session(tests, modules, apart, cells, folder, limits)
        if inside:
            shared = [step for step in plan if step[0] != "test" or step[1] in inside]
            other = self._session(tests, modules, shared, cells, folder, limits, "inprocess")
            outcome.reports.update({name: other.reports[name] for name in inside if name in other.reports})
            outcome.disturbed |= other.disturbed
            outcome.cpu_seconds += other.cpu_seconds
            outcome.peak_bytes = max(outcome.peak_bytes, other.peak_bytes)
        return outcome

    def _again(self, tests, modules, plan, cells, folder, limits, deadline):
        """Run a plan without hidden tests; return the Outcome, None when that fails.

        From the first hidden test on a student's process knows what it was asked, so nothing that it says later can be
        told. A process that hears of none may tell all. What comes out here counts for nothing, so it is given little
        time and no second process.
        """
        limits = replace(limits, cell_seconds=min(limits.cell_seconds, limits.second_chance_seconds), restarts=0)
        try:
            return self._undisturbed(
                lambda: self._session(tests, modules, plan, cells, folder, limits, deadline=deadline, telling=True),
                deadline,
            )
        except EngineFailed:
            return None

    def _session(self, tests, modules, plan, cells, folder, limits, kind="examined", deadline=None, telling=False):
        from autograder.engine import examiner, inprocess

        zygote = self._zygote(modules, self._scratch(folder, limits), telling)
        zygote.ready()
        contained = self.walls != "none"
        # as they were before any examiner: what a hidden test writes there, the next process is not to find
        files = self._handed[0] if self._handed else tuple(sorted(files_in(folder))) if contained else ()
        limits = replace(limits, scratch_bytes=limits.scratch_bytes + sum(size for _, size in files))
        work = job.Job(tuple(cells), limits, files, "" if contained else str(folder.resolve()), kind)
        if contained:
            sandbox.readable_by_examiner(len(sys.modules))  # found out here, once for all examiners
        number = job.pack(work, self._handed[1] if self._handed else folder)
        self._handed = self._handed or (files, os.dup(number))

        def examine(steps, connect, report, before_hidden):
            os.chdir(folder)
            if contained:
                sandbox.confine_examiner(folder)
            sys.path[:] = [path for path in sys.path if path not in ("", ".")]  # what was handed in is no module here
            if kind == "inprocess":
                inprocess.examine(tests, steps, connect, report, limits, self.guarded)
            else:
                examiner.examine(tests, steps, connect, report, limits, cells, before_hidden)

        try:
            return Session(zygote, examine, plan, number, limits, deadline).run()
        finally:
            os.close(number)

    def _scratch(self, folder, limits):
        """Return the bytes for files where a zygote's students share one folder, 0 where each gets one of its own."""
        if self.walls != sandbox.Bubblewrap.name:
            return 0
        return shared_scratch(limits.scratch_bytes, files_in(folder))

    def _prepared(self, assignment, scratch=0):
        """Return (the compiled tests, the modules to have ready)."""
        key = (assignment.slug, assignment.digest, tuple(cell.source for cell in assignment.graded))
        if key not in self._tests:
            modules, imports = _modules(assignment)
            self._zygote(modules, scratch)  # it imports them while this process does
            with uncollected():
                preload(sorted(imports))  # for the examiners, which are forked from here
                self._tests[key] = testcode.compile_tests(assignment), modules
                _forget_oldest(self._tests)
                keep_memory()
                pack_memory()
        self._tests[key] = self._tests.pop(key)
        return self._tests[key]

    def _zygote(self, modules, scratch, telling=False):
        # behind walls that students share, even the number of a process tells of those before it: what may tell all
        # runs where no hidden test was ever asked
        key = modules, scratch, telling and self.walls == sandbox.Bubblewrap.name
        zygote = self._zygotes.pop(key, None) or Zygote(modules, self.walls, wait=False, scratch=scratch)
        self._zygotes[key] = zygote
        for old in _forget_oldest(self._zygotes):
            old.close()
        return zygote


def begin(contained):
    """Start what the engines of several processes can share, None where they cannot; see :func:`sharing`."""
    with contextlib.suppress(EngineFailed, SandboxUnavailable):  # which the engines will say themselves
        cage = sandbox.choose(contained)
        return Begun(cage) if cage == "namespaces" else None
    return None


@contextlib.contextmanager
def sharing(begun, assignment):
    """Have the engines of processes that are forked meanwhile import what this assignment needs once for all."""
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(EngineFailed):
            stack.enter_context(shared(_modules(assignment)[0], begun))
        yield


def _modules(assignment):
    """Return the names of the modules to have ready for (the students' processes, the examiners)."""
    sources = [cell.source for cell in assignment.cells if cell.cell_type == "code"]
    # what the model solution needs, the students' will: an optimizer of torch's, for one, takes a second
    imports = {"numpy", *imported_by([*sources, *testcode.model_sources(assignment)])}
    modules = frozenset({*ALWAYS, *imports})
    if not any("optim" in cell.source for cell in assignment.cells if cell.kind in ("test", "locked")):
        imports.discard("torch._dynamo")  # the students' optimizers are made in their own processes
    shown = {*ALWAYS, *imported_by(cell.released for cell in assignment.cells if cell.cell_type == "code")}
    # what only the tests import is no business of the students, unless it lies with the libraries
    return frozenset(name for name in modules if name in shown or sandbox.is_public(name)), imports


def _forget_oldest(kept):
    return [kept.pop(key) for key in list(kept)[:-_KEPT]]


def _as_in(notebook, assignment):
    """Return the assignment with the tests that stand in the notebook: the released ones, when it was made so."""
    sources = {name: notebook.cells[place].source for kind, name, place in _steps(notebook) if kind == "test"}
    cells = tuple(
        replace(cell, source=cell.released, hidden=False) if sources.get(cell.grade_id) == cell.released else cell
        for cell in assignment.cells
    )
    return replace(assignment, cells=cells) if cells != assignment.cells else assignment


def _steps(notebook):
    """Yield (kind, grade_id or None, place) of the code cells: "test", "setup" (locked, not graded) or "own"."""
    for place, cell in enumerate(notebook.cells):
        if cell.cell_type != "code" or not cell.source.strip():
            continue
        mark = cell.metadata.get("nbgrader", {})
        name = mark.get("grade_id")
        if mark.get("grade") and not mark.get("solution"):
            yield "test", name, place
        elif mark.get("locked") and not mark.get("solution"):
            yield "setup", name, place
        else:
            yield "own", name, place


def _plan(notebook):
    """Return (the plan, the places of the student's cells, their sources); setup cells run in both processes."""
    plan, places, cells = [], [], []
    for kind, name, place in _steps(notebook):
        if kind == "test":
            plan.append(("test", name))
            continue
        source = notebook.cells[place].source
        plan.append(("run", len(cells), testcode.names_bound(source)))
        if kind == "setup":
            plan.append(("setup", name))
        places.append(place)
        cells.append(source)
    return plan, places, cells


def shared_scratch(size, files):
    """Return the size of a folder that takes these files and `size` bytes more.

    The files' own part is a power of two: so most of a class can share one zygote, which has to be made with the size.
    """
    return size + (1 << max(sum(size for _, size in files) - 1, MB - 1).bit_length())


def files_in(folder):
    """Yield (relative path, size) of the regular files in a folder."""
    for where, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not Path(where, name).is_symlink()]
        for name in names:
            path = Path(where, name)
            with contextlib.suppress(OSError):
                if path.is_file() and not path.is_symlink():
                    yield str(path.relative_to(folder)), path.stat().st_size
