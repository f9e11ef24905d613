"""What lies around a call and changes what it does, without being an argument: it rides along on the request.

Warnings filters, NumPy's error state, torch's gradient mode, the random state, functions a test has patched. Inside
one process a test sets them around a call of the student's function; here they are put up around it over there.
"""

import builtins
import contextlib
import random
import sys
import warnings

import numpy as np

from autograder.engine.codec import WireError
from autograder.engine.codec.objects import LIBRARIES

_WATCHED = (*LIBRARIES, "time", "os", "os.path")
_MODES = frozenset({"ignore", "warn", "raise", "call", "print", "log"})
CATEGORIES = {
    name: kind
    for module in (builtins, np.exceptions)
    for name, kind in vars(module).items()
    if isinstance(kind, type) and issubclass(kind, Warning)
}


def random_state():
    """Return the state of all random generators that have one for the process."""
    torch = sys.modules.get("torch")
    numpy_state = np.random.get_state()
    return (
        random.getstate(),
        tuple(numpy_state),
        torch.get_rng_state().numpy() if hasattr(torch, "get_rng_state") else None,  # the other side may have no torch
    )


def set_random_state(state):
    """Put the generators into a state that came over the wire. Raises WireError."""
    plain, of_numpy, of_torch = state
    name, key, position, has_gauss, gauss = of_numpy
    if name != "MT19937" or type(key) is not np.ndarray or key.dtype != np.uint32 or key.shape != (624,):
        raise WireError("bad random state")
    if type(position) is not int or not 0 <= position <= 624 or type(has_gauss) is not int or type(gauss) is not float:
        raise WireError("bad random state")
    if of_torch is not None and type(of_torch) is not np.ndarray:
        raise WireError("bad random state")
    try:
        random.setstate(plain)
        np.random.set_state((name, key, position, has_gauss, gauss))
        torch = sys.modules.get("torch")
        if of_torch is not None and hasattr(torch, "set_rng_state"):
            torch.set_rng_state(torch.from_numpy(of_torch))
    except (TypeError, ValueError, RuntimeError, OverflowError):
        raise WireError("bad random state") from None


def _shield():
    """Give the modules of the engine built-in functions of their own, which a test's patch does not reach."""
    for name, module in list(sys.modules.items()):
        if name.startswith("autograder.engine."):
            for key, value in vars(builtins).items():
                vars(module).setdefault(key, value)


class Surroundings:
    """What differs from the usual on the examiner's side."""

    def __init__(self):
        self.filters, self.errors, self.seeded = list(warnings.filters), np.geterr(), False
        self.pristine = None

    def begin(self, code):
        """Look at a test cell before it runs."""
        self.seeded = self.seeded or code.seeds
        if code.patches and self.pristine is None:
            _shield()
            self.pristine = {name: dict(vars(sys.modules[name])) for name in _WATCHED if name in sys.modules}

    def now(self):
        """Return what a call must find, as pairs, or None."""
        found = []
        if warnings.filters != self.filters:
            found.append(("warnings", True))
        errors = np.geterr()
        if errors != self.errors:
            found.append(("errors", tuple(errors.items())))
        torch = sys.modules.get("torch")
        if torch is not None and not torch.is_grad_enabled():
            found.append(("no_grad", torch.is_inference_mode_enabled()))
        if self.seeded:
            found.append(("random", random_state()))
        if self.pristine is not None:
            patched = tuple(
                (module, name, value)
                for module, names in self.pristine.items()
                for name, value in vars(sys.modules[module]).items()
                if names.get(name) is not value and not name.startswith("__")
            )
            if patched:
                found.append(("patched", patched))
        return tuple(found) or None

    @property
    def filters_changed(self):
        """Whether the test has its own filters for warnings."""
        return warnings.filters != self.filters


@contextlib.contextmanager
def surrounded(pairs, names):
    """On the student's side, put up around a call what came with it; `names` are the globals of the student's code."""
    with contextlib.ExitStack() as stack:
        for name, value in pairs:
            if name == "warnings":
                stack.enter_context(_all_warnings())
            elif name == "errors":
                stack.enter_context(np.errstate(**{k: v for k, v in value if v in _MODES - {"call", "log"}}))
            elif name == "no_grad":
                torch = sys.modules["torch"]
                stack.enter_context(torch.inference_mode() if value else torch.no_grad())
            elif name == "random":
                set_random_state(value)
            elif name == "patched":
                for module, attribute, new in value:
                    stack.enter_context(_patched(module, attribute, new, names))
        yield


@contextlib.contextmanager
def _all_warnings():
    kept, shown = warnings.filters[:], warnings.showwarning
    warnings.simplefilter("always")
    try:
        yield
    finally:
        warnings.filters[:] = kept
        warnings._filters_mutated()
        warnings.showwarning = shown


@contextlib.contextmanager
def _patched(module, name, new, names):
    if module not in _WATCHED or module not in sys.modules:
        raise WireError("bad module")
    if module != "builtins":
        names = vars(sys.modules[module])
    elif name in names:
        yield  # the student's own name hides the built-in one, patched or not
        return
    # a built-in function is patched for the student's code alone: what runs here besides needs its own
    old = names.get(name, _MISSING)
    names[name] = new
    try:
        yield
    finally:
        if old is _MISSING:
            names.pop(name, None)
        else:
            names[name] = old


_MISSING = object()
