"""torch: tensors with their place in the autograd graph, and the small values that describe them.

torch is never imported from here: without it in the process no such value exists.
"""

import sys

import numpy as np

from autograder.engine.codec.arrays import build, dtype
from autograder.engine.codec.core import LOOSE, decodes
from autograder.engine.wire import WireError

_LEAF, _PARAMETER, _NODE = 1, 2, 4
_KINDS = {
    "float32": "<f4", "float64": "<f8", "float16": "<f2", "bfloat16": "<i2", "int64": "<i8", "int32": "<i4",
    "int16": "<i2", "int8": "|i1", "uint8": "|u1", "bool": "|b1", "complex64": "<c8", "complex128": "<c16",
}  # fmt: skip


def _torch():
    torch = sys.modules.get("torch")
    if torch is None:
        raise WireError("torch is not here")
    return torch


def _of(name):
    def matches(encoder, value):
        torch = sys.modules.get("torch")
        kind = getattr(torch, name, None)
        return kind is not None and isinstance(value, kind)

    return matches


def _tensor(encoder, value, depth):
    torch = _torch()
    if type(value) not in (torch.Tensor, torch.nn.Parameter) and not encoder.peer.trusting:
        raise TypeError(f"a {type(value).__name__} cannot be passed on")
    name = str(value.dtype).removeprefix("torch.")
    if value.layout is not torch.strided or name not in _KINDS or value.device.type != "cpu":
        raise TypeError(f"a tensor of dtype {value.dtype} and layout {value.layout} cannot be passed on")
    encoder.mutable(value)
    flat = value.detach().resolve_conj().resolve_neg().contiguous()
    flat = (flat.view(torch.int16) if name == "bfloat16" else flat).numpy()
    tree = ["T", name, list(value.shape), encoder.buffer(flat.tobytes())]
    if not value.requires_grad:
        return [*tree, 0]
    if value.grad_fn is not None:
        node = encoder.peer.graphs.lend(encoder, value)
        return [*tree, _LEAF] if node is None else [*tree, _NODE, *node]
    form = _LEAF | (_PARAMETER if isinstance(value, torch.nn.Parameter) else 0)
    return [*tree, form, None if value.grad is None else encoder.encode(value.grad.detach(), depth + 1)]


@decodes("T")
def _to_tensor(decoder, tree, depth):
    torch = _torch()
    name, shape, number, form = tree[1:5]
    array = build(dtype(_KINDS[name]), shape, decoder.bytes_of(number))
    value = torch.from_numpy(array)
    if name == "bfloat16":
        value = value.view(torch.bfloat16)
    if type(form) is not int or form not in (0, _LEAF, _LEAF | _PARAMETER, _NODE):
        raise WireError("bad tensor")
    if form and name not in ("float32", "float64", "float16", "bfloat16", "complex64", "complex128"):
        raise WireError("bad tensor")
    if form == _NODE:
        return decoder.mutable(decoder.peer.graphs.attach(decoder, value, *tree[5:]))
    if form & _LEAF:
        value = torch.nn.Parameter(value) if form & _PARAMETER else value.requires_grad_()
    place = len(decoder.mutables)
    decoder.mutable(value)
    if form & _LEAF:
        decoder.leaves.append(place)
        if len(tree) > 5 and tree[5] is not None:
            grad = decoder.decode(tree[5], depth + 1)
            if type(grad) is not torch.Tensor or grad.shape != value.shape or grad.dtype != value.dtype:
                raise WireError("bad gradient")
            value.grad = grad
    return value


def _size(encoder, value, depth):
    return ["ts", *value]


@decodes("ts")
def _to_size(decoder, tree, depth):
    if any(type(n) is not int for n in tree[1:]):
        raise WireError("bad size")
    return _torch().Size(tree[1:])


def _dtype(encoder, value, depth):
    return ["ty", str(value).removeprefix("torch.")]


@decodes("ty")
def _to_dtype(decoder, tree, depth):
    if tree[1] not in _KINDS:
        raise WireError("bad dtype")
    return getattr(_torch(), tree[1])


def _device(encoder, value, depth):
    return ["tv", value.type]


@decodes("tv")
def _to_device(decoder, tree, depth):
    if tree[1] not in ("cpu", "meta"):
        raise WireError("bad device")
    return _torch().device(tree[1])


def _generator(encoder, value, depth):
    encoder.mutable(value)
    return ["tg", encoder.buffer(value.get_state().numpy().tobytes())]


@decodes("tg")
def _to_generator(decoder, tree, depth):
    torch = _torch()
    value = decoder.mutable(torch.Generator())
    value.set_state(torch.from_numpy(np.frombuffer(decoder.bytes_of(tree[1]), np.uint8).copy()))
    return value


LOOSE[:0] = [
    (_of("Tensor"), _tensor),
    (_of("Size"), _size),
    (_of("dtype"), _dtype),
    (_of("device"), _device),
    (_of("Generator"), _generator),
]
