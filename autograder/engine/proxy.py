"""Objects that stand for an object of the other process.

On the examiner's side they answer what a test asks of a student's function, class or object. Nothing they say of
themselves is taken for data: NumPy may not convert them, and comparing one with data is not the student's to judge.
"""

import inspect
import sys
import types

BINARY = ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "and", "or", "xor", "lshift", "rshift")
COMPARED = ("__eq__", "__ne__")
_OTHERS = (
    "eq", "ne", "lt", "le", "gt", "ge", "neg", "pos", "abs", "invert", "setitem", "delitem", "enter", "exit", "int",
    "float", "index", "hash", "round", "reversed", "complex", "bytes", "format",
)  # fmt: skip
DUNDERS = frozenset(f"__{name}__" for name in (*(side + name for side in ("", "r", "i") for name in BINARY), *_OTHERS))
# truth, too: what it comes to may rest on __len__, or on a class that the model solution does not define itself
ALWAYS = frozenset({"__iter__", "__next__", "__len__", "__getitem__", "__contains__", "__bool__"})
_SHOWN = frozenset({"__name__", "__doc__", "__qualname__"})
_TEXT = 10_000

# what an object may be known as: isinstance() asks for it, and says what the student's side said of the object
KNOWN_AS = {
    "function": (types.__name__, "FunctionType"),
    "method": (types.__name__, "MethodType"),
    "generator": (types.__name__, "GeneratorType"),
    "module": ("torch.nn", "Module"),
    "optimizer": ("torch.optim", "Optimizer"),
    "dataset": ("torch.utils.data", "Dataset"),
    "loader": ("torch.utils.data", "DataLoader"),
    "figure": ("matplotlib.figure", "Figure"),
    "axes": ("matplotlib.axes", "Axes"),
    "artist": ("matplotlib.artist", "Artist"),
    "estimator": ("sklearn.base", "BaseEstimator"),
}


def known_class(label):
    """Return the class of this label, or None where its library is not loaded."""
    module, name = KNOWN_AS.get(label, ("", ""))
    return getattr(sys.modules.get(module), name, None)


def label_of(value):
    """Return the label of the first well-known class an object (or, for a class, its subclass) belongs to, or ""."""
    for label in KNOWN_AS:
        kind = known_class(label)
        if kind is not None and (issubclass(value, kind) if isinstance(value, type) else isinstance(value, kind)):
            return label
    return ""


class Proxy:
    """An object of the other side."""

    __slots__ = ("__weakref__", "_proxy_label", "_proxy_name", "_proxy_number", "_proxy_peer")

    def __init__(self, peer, number, name, label=""):
        set_slot = object.__setattr__
        set_slot(self, "_proxy_peer", peer)
        set_slot(self, "_proxy_number", number)
        set_slot(self, "_proxy_name", name)
        set_slot(self, "_proxy_label", label)

    def __getattr__(self, name):
        if name.startswith("__") and name.endswith("__") and name not in _SHOWN:
            raise AttributeError(name)
        peer = self._proxy_peer
        if (self._proxy_number, name) in peer.methods:
            return MethodProxy(peer, self._proxy_number, name)
        return peer.ask("get", self._proxy_number, name)

    def __setattr__(self, name, value):
        self._proxy_peer.ask("set", self._proxy_number, name, value)

    def __delattr__(self, name):
        self._proxy_peer.ask("del", self._proxy_number, name)

    def __dir__(self):
        return self._proxy_peer.ask("dir", self._proxy_number)

    @property
    def __dict__(self):
        return self._proxy_peer.ask("get", self._proxy_number, "__dict__")

    @property
    def __class__(self):
        return known_class(self._proxy_label) or type(self)

    __array_ufunc__ = None

    def __array__(self, *_, **__):
        raise TypeError(f"an object of class {self._proxy_name} is not an array")

    def __repr__(self):
        return str(self._proxy_peer.ask("op", self._proxy_number, "__repr__"))[:_TEXT]

    def __str__(self):
        return str(self._proxy_peer.ask("op", self._proxy_number, "__str__"))[:_TEXT]

    def __copy__(self):
        return self._proxy_peer.ask("copy", self._proxy_number, False)

    def __deepcopy__(self, memo):
        return self._proxy_peer.ask("copy", self._proxy_number, True)

    def __reduce_ex__(self, protocol):
        raise TypeError(f"an object of class {self._proxy_name} stays in its process")


def _forward(dunder):
    def method(self, *arguments):
        if dunder in ALWAYS or dunder in self._proxy_peer.dunders:
            if dunder in COMPARED and not isinstance(arguments[0], Proxy):
                return NotImplemented  # data is never judged by the student
            return self._proxy_peer.ask("op", self._proxy_number, dunder, *arguments)
        if dunder == "__eq__":
            return self is arguments[0]
        if dunder == "__ne__":
            return self is not arguments[0]
        if dunder == "__hash__":
            return self._proxy_number
        if dunder == "__format__":
            return format(str(self), *arguments)
        if len(arguments) == 1:
            return NotImplemented
        raise TypeError(f"{dunder} is not part of this exercise")

    method.__name__ = dunder
    return method


for _dunder in DUNDERS | ALWAYS:
    setattr(Proxy, _dunder, _forward(_dunder))


class CallableProxy(Proxy):
    """A function of the other side, or an object that can be called."""

    __slots__ = ()

    def __call__(self, *arguments, **named):
        """Call it there."""
        return self._proxy_peer.call(self._proxy_number, arguments, named)

    @property
    def __name__(self):
        return self._proxy_name

    @property
    def __doc__(self):
        return self._proxy_peer.ask("get", self._proxy_number, "__doc__")

    @property
    def __signature__(self):
        parameters = []
        for name, kind, default in self._proxy_peer.ask("signature", self._proxy_number):
            value = default[0] if default else inspect.Parameter.empty
            parameters.append(inspect.Parameter(name, inspect._ParameterKind(kind), default=value))
        return inspect.Signature(parameters)

    def __get__(self, instance, owner=None):
        return self if instance is None else types.MethodType(self, instance)


class MethodProxy(CallableProxy):
    """A method of the object of this number; it is looked up over there when it is called."""

    __slots__ = ()

    def __call__(self, *arguments, **named):
        """Call it there."""
        return self._proxy_peer.call(self._proxy_number, arguments, named, self._proxy_name)

    def __bool__(self):
        return True  # whatever the object is whose method it is

    def _real(self):
        return self._proxy_peer.ask("method", self._proxy_number, self._proxy_name)

    def __getattr__(self, name):
        return getattr(self._real(), name)

    def __repr__(self):
        return repr(self._real())

    __str__ = __repr__
    __doc__ = property(lambda self: self._real().__doc__)
    __signature__ = property(lambda self: self._real().__signature__)
    __class__ = property(lambda self: types.MethodType)

    def __eq__(self, other):
        if type(other) is not MethodProxy:
            return False
        return (self._proxy_number, self._proxy_name) == (other._proxy_number, other._proxy_name)

    def __hash__(self):
        return hash((self._proxy_number, self._proxy_name))


class ClassProxy(CallableProxy):
    """A class of the other side."""

    __slots__ = ()

    @property
    def __class__(self):
        return type

    @property
    def __bases__(self):
        return (known_class(self._proxy_label) or object,)

    @property
    def __mro__(self):
        return (self, *self.__bases__[0].__mro__)

    def __get__(self, instance, owner=None):
        return self

    def __instancecheck__(self, value):
        return _is_proxy(value) and self._proxy_peer.ask("isinstance", value, self._proxy_number) is True

    def __subclasscheck__(self, value):
        return _is_proxy(value) and self._proxy_peer.ask("issubclass", value, self._proxy_number) is True

    def __mro_entries__(self, bases):
        if len(bases) > 1:
            raise TypeError(f"{self._proxy_name} stays in the student's process: a test can derive from it alone")
        return (type.__new__(_Derived, "Derived", (), {"_proxy_base": self}),)


class _Derived(type):
    """Makes the class that a test derives from a student's class over there, with the test's methods lent to it."""

    def __new__(cls, name, bases, members):
        base = bases[0]._proxy_base
        if "__classcell__" in members:
            raise TypeError("super() without arguments does not work in a class derived from a student's class")
        members = {k: v for k, v in members.items() if k not in ("__module__", "__qualname__", "__orig_bases__")}
        if any(isinstance(v, (property, classmethod, staticmethod)) for v in members.values()):
            raise TypeError("only methods and data can be given to a class derived from a student's class")
        return base._proxy_peer.ask("subclass", base._proxy_number, name, members)

    def __init__(cls, *_):
        pass


def _is_proxy(value):
    return issubclass(type(value), Proxy)


def number_of(value, peer):
    """Return the number of what `value` stands for on the other side, or None when it stands for nothing there."""
    kind = type(value)
    if issubclass(kind, Proxy):
        return object.__getattribute__(value, "_proxy_number") if value._proxy_peer is peer else None
    if isinstance(value, type) and issubclass(value, BaseException):
        remote = value.__dict__.get("_remote")
        return remote[1] if type(remote) is tuple and remote[0] is peer else None
    return None


def coroutine(peer, number):
    """Return a coroutine that has the other side's one run to its end."""

    async def run():
        return peer.ask("await", number)

    return run()
