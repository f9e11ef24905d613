"""An IPython shell whose outputs are kept as a notebook keeps them, without a kernel around it.

It is made once, in a process that never runs a student's cell, and used in children forked from that process: what a
cell prints, shows and draws is what the same cell would have printed, shown and drawn in a Jupyter kernel. What needs
somebody at the keyboard, another program or the network does not happen; the cell says so and goes on.
"""

import ast
import asyncio
import builtins
import contextlib
import linecache
import os
import signal
import sys
import tempfile

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.error import StdinNotImplementedError
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Type
from traitlets.config import Config

from autograder.engine import FAILED, OK, TIMEOUT
from autograder.engine.failures import CellTimeoutError
from autograder.engine.screen import OutStream, Screen, json_value

NO_COMMANDS = "Lệnh hệ thống không được chạy khi chấm: {}\n"
_INSTALLERS = ("pip", "conda", "mamba", "micromamba", "uv")
_SCRIPTS = ("bash", "sh", "script", "perl", "ruby", "system", "sx", "!")
# what a cell without is not changed by IPython, if it is valid Python that begins in its first column
_CHANGED = (">>>", "In [", "...:")
_WARM = (
    "1 + 1",
    "print(1)",
    "def f():\n    raise ValueError(1)\nf()",
    "assert 1 == 2",
    "def f(:",
    "import warnings\nwarnings.warn('x')",
    "%time 1",
)
_WARM_FIGURE = (
    "import matplotlib.pyplot as plt\nplt.plot([0, 1], label='ạ')\nplt.title('ạ')\nplt.legend()\nplt.show()",
    "plt.imshow([[0, 1]], cmap='gray')\nplt.colorbar();",
    "plt.close('all')",
)


class _Publisher(DisplayPublisher):
    screen = None

    def publish(self, data, metadata=None, *, transient=None, update=False, **_):
        name = (transient or {}).get("display_id")
        if not update:
            self.screen.show("display_data", data, metadata, display_id=name)
            return
        for output in self.screen.outputs if name is not None else ():
            if output.get("display_id") == name:
                output["data"] = {str(mime): json_value(value) for mime, value in dict(data).items()}
                output["metadata"] = dict(metadata or {})

    def clear_output(self, wait=False):
        if wait:
            self.screen.wait = True
        else:
            self.screen.outputs = []


class _Hook(DisplayHook):
    screen = None
    _formats = None

    def write_output_prompt(self):
        pass

    def write_format_data(self, format_dict, md_dict=None):
        self._formats = (format_dict, md_dict)

    def finish_displayhook(self):
        if self._formats and self._formats[0]:
            data, metadata = self._formats
            self.screen.show("execute_result", data, metadata, execution_count=self.prompt_count)
        self._formats = None


class _IPython(InteractiveShell):
    """IPython as ipykernel has it, as far as a notebook that nobody sits at can tell."""

    displayhook_class = Type(_Hook)
    display_pub_class = Type(_Publisher)
    screen = None
    _plain = "", False

    def transform_cell(self, raw_cell):
        """Do what InteractiveShell does, without the work where nothing can come of it."""
        if self._is_plain(raw_cell):
            return raw_cell if raw_cell.endswith("\n") else f"{raw_cell}\n"
        return super().transform_cell(raw_cell)

    def should_run_async(self, raw_cell, **known):
        """See InteractiveShell."""
        if "await" not in raw_cell and "async" not in raw_cell and self._is_plain(raw_cell):
            return False
        return super().should_run_async(raw_cell, **known)

    def keep_transformers(self):
        """Take the transformers of now for the usual ones."""
        self._usual = self._transformers()

    def _transformers(self):
        manager = self.input_transformer_manager
        lists = manager.cleanup_transforms, manager.line_transforms, manager.token_transformers
        return tuple(list(one) for one in (*lists, self.input_transformers_post))

    def _is_plain(self, source):
        """Whether a cell of several lines is Python alone, so that no transformer would change it."""
        if self._plain[0] is not source:
            is_plain = source[:1] not in ("", " ", "\t", "\n", "\r", "\f") and "\n" in source.rstrip()
            is_plain = is_plain and not any(text in source for text in _CHANGED)
            if is_plain:
                try:
                    ast.parse(source)
                except (SyntaxError, ValueError, RecursionError, MemoryError):
                    is_plain = False
            self._plain = source, is_plain
        return self._plain[1] and self._usual == self._transformers()

    def _showtraceback(self, etype, evalue, stb):
        self.screen.fail(str(etype.__name__), str(evalue), list(stb))

    def enable_gui(self, gui=None):
        """Do nothing: there is no window to draw in."""

    def ask_exit(self):
        """End the cell, and nothing else."""
        raise SystemExit

    def system(self, cmd):
        """Say that the command does not run."""
        self.refuse(f"!{self.var_expand(cmd, depth=1)}")
        self.user_ns["_exit_code"] = 1

    system_piped = system_raw = system

    def getoutput(self, cmd, split=True, depth=0):
        """Say that the command does not run; it printed nothing."""
        self.refuse(f"!{self.var_expand(cmd, depth=depth + 1)}")
        from IPython.utils.text import LSString, SList

        return SList([]) if split else LSString("")

    def refuse(self, what):
        """Say that another program does not run."""
        self.screen.write("stdout", NO_COMMANDS.format(what.strip()[:200]))

    def init_virtualenv(self):
        """Look for no virtual environment: this is it."""


class Shell:
    """One shell with captured outputs.

    Parameters
    ----------
    output_bytes : int
        What is kept of the output of one cell.
    """

    def __init__(self, output_bytes=1_000_000):
        config = Config()
        config.HistoryManager.enabled = False
        config.HistoryManager.hist_file = ":memory:"
        config.InteractiveShell.xmode = "Plain"
        config.InteractiveShell.colors = "nocolor"
        with tempfile.TemporaryDirectory(prefix="autograder-") as folder:
            os.environ["IPYTHONDIR"], os.environ["MPLBACKEND"] = folder, "module://matplotlib_inline.backend_inline"
            self.ip = _IPython.instance(config=config)
            del os.environ["IPYTHONDIR"]
        self.screen = Screen(output_bytes)
        self.ip.screen = self.ip.display_pub.screen = self.ip.displayhook.screen = self.screen
        self.ip.set_hook("show_in_pager", lambda *_, **__: None, 99)  # help has a window of its own in Jupyter
        for name in _INSTALLERS + _SCRIPTS:
            self._replace_magic(name)
        self._streams = OutStream(self.screen, "stdout"), OutStream(self.screen, "stderr")
        self._count, self._names, self._loop, self._files = 0, {}, None, ()
        self.ip.keep_transformers()
        self._make_name = self.ip.compile.get_code_name
        self.ip.compile.get_code_name = self._name_cell

    @property
    def names(self):
        """The dict of the names the cells have defined."""
        return self.ip.user_ns

    def warm(self):
        """Run some cells, so that what the first ones import and build is there before the fork; forget them."""
        kept = sys.stdout, sys.stderr, builtins.input, signal.getsignal(signal.SIGALRM)
        figures = _WARM_FIGURE if "matplotlib.pyplot" in sys.modules else ()
        try:
            self.begin(files=False)
            for source in (*_WARM, *figures):
                self.run(source, 60)
        finally:
            sys.stdout, sys.stderr, builtins.input = kept[:3]
            signal.signal(signal.SIGALRM, kept[3])
        if self._loop is not None:
            self._loop.close()
            asyncio.set_event_loop(None)
        self.ip.reset(new_session=True)
        self.ip.execution_count = 1
        self._count, self._names, self._loop = 0, {}, None
        self.ip.compile._filename_map.clear()
        linecache.clearcache()  # IPython asks of every file in it, before every cell, whether it has changed

    def begin(self, files=True):
        """Take over this process's streams; to be called once, in the process that runs the cells.

        With `files`, what is written to the descriptors 1 and 2 (by C code, by other programs) becomes output too.
        """
        sys.stdout, sys.stderr = self._streams
        builtins.input = self._no_input
        import getpass

        getpass.getpass = self._no_password
        signal.signal(signal.SIGALRM, self._alarm)
        if files:
            names = "stdout", "stderr"
            self._files = tuple((tempfile.TemporaryFile(mode="ab+", buffering=0), name) for name in names)  # noqa: SIM115
            for number, (file, _) in enumerate(self._files, 1):
                os.dup2(file.fileno(), number)

    def run(self, source, seconds):
        """Run one cell.

        Returns
        -------
        outputs : list of dict
            As nbformat keeps them.
        run : dict
            ``status`` (OK, FAILED or TIMEOUT), ``error``, ``message`` and ``frames``: pairs (number of the cell, line),
            where the first cell that was run has the number 0.
        """
        self.screen.clear()
        self._late, result, error = False, None, None
        try:
            signal.setitimer(signal.ITIMER_REAL, seconds, 1.0)  # again each second: a cell may catch the first
            try:
                result = self._execute(source)
            finally:
                signal.setitimer(signal.ITIMER_REAL, 0)
        except CellTimeoutError:
            self._drop_loop()
        except BaseException as caught:  # IPython reports what a cell raises; this comes from its own machinery
            error = caught
            self.screen.fail(type(caught).__name__, _text(caught))
        self._count += 1
        self._read_files()
        if self._late:
            message = f"chạy quá {seconds:g} giây"
            self.screen.outputs = [o for o in self.screen.outputs if o["output_type"] != "error"]
            self.screen.fail("CellTimeoutError", message)
            return self.screen.taken(), _run(TIMEOUT, "CellTimeoutError", message)
        if result is not None:
            error = result.error_before_exec or result.error_in_exec
        if error is None:
            shown = next((o for o in self.screen.outputs if o["output_type"] == "error"), None)  # by a hook of IPython
            run = _run(FAILED, shown["ename"], shown["evalue"]) if shown else _run(OK)
        else:
            run = _run(FAILED, type(error).__name__, _text(error), self.frames(error.__traceback__))
            if not any(o["output_type"] == "error" for o in self.screen.outputs):  # IPython told it in another way
                self.screen.fail(run["error"], run["message"])
        return self.screen.taken(), run

    def printed(self):
        """Return (stdout, stderr): the text put out since the last cell or the last such call."""
        self._read_files()
        if not self.screen.outputs and not self.screen.spent:
            return "", ""
        streams = [o for o in self.screen.outputs if o["output_type"] == "stream"]
        self.screen.clear()
        return tuple("".join("".join(o["text"]) for o in streams if o["name"] == name) for name in ("stdout", "stderr"))

    def frames(self, traceback):
        """Return the lines of cells in a traceback, outermost first: pairs (number of the cell, line)."""
        found = []
        while traceback is not None and len(found) < 50:
            number = self._names.get(traceback.tb_frame.f_code.co_filename)
            if number is not None:
                found.append((number, traceback.tb_lineno))
            traceback = traceback.tb_next
        return found

    def _execute(self, source):
        """Run a cell the way ipykernel does: inside a running event loop."""
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            asyncio.set_event_loop(self._loop)
        return self._loop.run_until_complete(self._inside(source))

    async def _inside(self, source):
        try:
            transformed, problem = self.ip.transform_cell(source), None
        except Exception:
            transformed, problem = source, sys.exc_info()
        if not self.ip.should_run_async(source, transformed_cell=transformed, preprocessing_exc_tuple=problem):
            return self.ip.run_cell(source, store_history=True)
        result = await self.ip.run_cell_async(
            source, store_history=True, transformed_cell=transformed, preprocessing_exc_tuple=problem
        )
        self.ip.events.trigger("post_execute")
        self.ip.events.trigger("post_run_cell", result)
        return result

    def _drop_loop(self):
        """Forget what still waits in the event loop."""
        loop, self._loop = self._loop, None
        with contextlib.suppress(BaseException):
            for task in asyncio.all_tasks(loop):
                task._log_destroy_pending = False

    def _name_cell(self, raw_code, transformed_code, number):
        name = self._make_name(raw_code, transformed_code, number)
        self._names[name] = self._count
        return name

    def _read_files(self):
        for file, name in self._files:
            try:
                number = file.fileno()
                size = os.fstat(number).st_size
                if size:
                    text = os.pread(number, min(size, self.screen.limit), 0).decode("utf-8", "replace")
                    os.ftruncate(number, 0)
                    self.screen.write(name, text)
            except (OSError, ValueError):
                pass

    def _replace_magic(self, name):
        def magic(line, cell=None):
            self.ip.refuse(f"%{name} {line}" if cell is None else f"%%{name} {line}")

        self.ip.register_magic_function(magic, "line_cell", name)

    def _alarm(self, *_):
        self._late = True
        raise CellTimeoutError("chạy quá thời gian")

    def _no_input(self, prompt=""):
        raise StdinNotImplementedError("raw_input was called, but this frontend does not support input requests.")

    def _no_password(self, prompt="", stream=None):
        raise StdinNotImplementedError("getpass was called, but this frontend does not support input requests.")


def _run(status, error="", message="", frames=()):
    return {"status": status, "error": error[:200], "message": message[:2000], "frames": list(frames)}


def _text(error):
    try:
        return str(error)
    except BaseException as worse:
        return f"<{type(worse).__name__}>"
