"""Changes in place: to see that a value was changed, and to write the changed one into the original."""

import collections
import enum
import random
import sys

import numpy as np

from autograder.engine.codec.objects import attributes, fill

_CONTAINERS = (list, dict, set, bytearray, collections.deque, collections.OrderedDict, collections.Counter)
_MAPPINGS = (dict, collections.OrderedDict, collections.Counter, collections.defaultdict)
_SEQUENCES = (list, collections.deque)


def snapshot(value, raw=None):
    """Return what :func:`changed` needs to compare `value` with; `raw` are the bytes an array was made from."""
    kind = type(value)
    if kind is np.ndarray:
        return raw if raw is not None and value.flags.c_contiguous and value.dtype.kind != "b" else value.copy()
    if kind in _CONTAINERS or kind is collections.defaultdict:
        return kind(value) if kind is not collections.defaultdict else dict(value)
    if kind is np.random.Generator:
        return value.bit_generator.state
    if kind is random.Random:
        return value.getstate()
    if _is_tensor(value):
        grad = value.grad if value.is_leaf else None
        return value.detach().clone(), None if grad is None else grad.clone()
    if _is_matrix(value):
        return value.flat()
    if isinstance(value, enum.Enum) or not hasattr(value, "__dict__"):
        return None
    return attributes(value) if kind.__module__ == "__main__" else None


def changed(value, before):
    """Whether `value` differs from its snapshot; parts are compared by identity, as they have their own."""
    kind = type(value)
    if kind is np.ndarray:
        if type(before) is not np.ndarray:
            return value.nbytes != len(before) or value.tobytes() != bytes(before)
        if value.shape != before.shape:
            return True
        if value.dtype.kind == "O":
            return any(a is not b for a, b in zip(value.flat, before.flat, strict=True))
        return value.tobytes() != before.tobytes()
    if kind in _SEQUENCES:
        return len(value) != len(before) or any(a is not b for a, b in zip(value, before, strict=True))
    if kind in _MAPPINGS:
        return list(value) != list(before) or any(value[key] is not before[key] for key in value)
    if kind in (set, bytearray):
        return value != before
    if kind is np.random.Generator:
        return value.bit_generator.state != before
    if kind is random.Random:
        return value.getstate() != before
    if _is_tensor(value):
        data, grad = before
        now = value.grad if value.is_leaf else None
        return not _same_tensor(value.detach(), data) or not (grad is now is None or _same_tensor(now, grad))
    if _is_matrix(value):
        return value.flat() != before
    if before is None:
        return False
    now = attributes(value)
    return now.keys() != before.keys() or any(now[name] is not before[name] for name in now)


def write(old, new):
    """Write `new` into `old`, a value of the same kind. Raises TypeError when it does not fit."""
    kind = type(old)
    if kind is not type(new) and not (_is_tensor(old) and _is_tensor(new)):
        raise TypeError(f"a {type(new).__name__} cannot become a {kind.__name__}")
    if kind is np.ndarray:
        if old.shape != new.shape or old.dtype != new.dtype:
            raise TypeError("an array of another shape or dtype")
        old[...] = new
    elif kind in _MAPPINGS:
        old.clear()
        dict.update(old, new)
    elif kind in _SEQUENCES or kind is set:
        items = list(new)
        old.clear()
        old.update(items) if kind is set else old.extend(items)
    elif kind is bytearray:
        old[:] = new
    elif kind is np.random.Generator:
        old.bit_generator.state = new.bit_generator.state
    elif kind is random.Random:
        old.setstate(new.getstate())
    elif _is_tensor(old):
        _write_tensor(old, new)
    elif _is_matrix(old):
        old[:, :] = new
    elif kind.__module__ == "__main__":
        fill(old, attributes(new))
    else:
        raise TypeError(f"a {kind.__name__} cannot be changed in place")


def _write_tensor(old, new):
    torch = sys.modules["torch"]
    if old.shape != new.shape or old.dtype != new.dtype:
        raise TypeError("a tensor of another shape or dtype")
    if not _same_tensor(old.detach(), new.detach()):
        with torch.no_grad():
            old.copy_(new)
    if old.is_leaf:
        if old.requires_grad != new.requires_grad:
            old.requires_grad_(new.requires_grad)
        if new.grad is None:
            old.grad = None
        elif old.grad is None:
            old.grad = new.grad.detach().clone()
        else:
            old.grad.detach().copy_(new.grad)


def _same_tensor(a, b):
    if a is None or b is None:
        return a is b
    torch = sys.modules["torch"]
    return a.shape == b.shape and bool(((a == b) | ((a != a) & (b != b))).all()) if not torch.equal(a, b) else True


def _is_tensor(value):
    torch = sys.modules.get("torch")
    return hasattr(torch, "Tensor") and isinstance(value, torch.Tensor)


def _is_matrix(value):
    sympy = sys.modules.get("sympy")
    return hasattr(sympy, "MutableDenseMatrix") and type(value) is sympy.MutableDenseMatrix
