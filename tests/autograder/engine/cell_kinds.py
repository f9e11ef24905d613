"""Kinds of test cell: each passes in one IPython process; which can be examined is what test_kinds.py says."""

from typing import NamedTuple


class Kind(NamedTuple):
    name: str
    setup: str
    solution: str
    test: str


KINDS = [
    Kind(
        "scalar function",
        "",
        """
def f(x):
    return x * x
""",
        "assert f(3) == 9",
    ),
    Kind(
        "returns numpy bool/int",
        "import numpy as np",
        """
def f(x):
    return np.int64(x) * 2
""",
        "assert f(3) == 6 and isinstance(f(3), np.integer)",
    ),
    Kind(
        "list/dict/set/tuple",
        "",
        """
def f():
    return [1, (2, 3), {'a': {4}}, None, True, 'é', b'x', 1j]
""",
        "assert f() == [1, (2, 3), {'a': {4}}, None, True, 'é', b'x', 1j]",
    ),
    Kind(
        "type checks",
        "",
        """
def f():
    return (1, 2)
""",
        "assert isinstance(f(), tuple) and type(f()[0]) is int",
    ),
    Kind(
        "kwargs and defaults",
        "",
        """
def f(a, *b, c=3, **d):
    return (a, b, c, d)
""",
        "assert f(1, 2, c=4, e=5) == (1, (2,), 4, {'e': 5})",
    ),
    Kind(
        "variable by value",
        "import numpy as np",
        """
x = np.arange(6).reshape(2, 3)
n = 5
""",
        "assert x.shape == (2, 3) and n == 5 and (x.dtype.kind == 'i')",
    ),
    Kind(
        "missing name -> NameError",
        "",
        "pass",
        """
try:
    f(3)
except NameError:
    pass
else:
    raise AssertionError
""",
    ),
    Kind(
        "raises builtin exception",
        "",
        """
def f(x):
    if x < 0:
        raise ValueError('neg')
    return x
""",
        """
try:
    f(-1)
except ValueError as e:
    assert 'neg' in str(e)
else:
    assert False
""",
    ),
    Kind(
        "raises own exception",
        "",
        """
class MyErr(ValueError):
    pass

def f(x):
    raise MyErr('bad')
""",
        """
try:
    f(-1)
except MyErr as e:
    assert str(e) == 'bad'
else:
    assert False
""",
    ),
    Kind(
        "own exception caught as its builtin base",
        "",
        """
class MyErr(ValueError):
    pass

def f(x):
    raise MyErr('bad')
""",
        """
try:
    f(-1)
except ValueError:
    pass
""",
    ),
    Kind(
        "in-place array",
        "import numpy as np",
        """
def f(x):
    x *= 2
""",
        """
a = np.arange(3.0)
f(a)
assert a.tolist() == [0, 2, 4]
""",
    ),
    Kind(
        "in-place list sort",
        "",
        """
def f(x):
    x.sort()
""",
        """
a = [3, 1, 2]
f(a)
assert a == [1, 2, 3]
""",
    ),
    Kind(
        "in-place nested",
        "",
        """
def f(d):
    d['a'].append(4)
    d['b'] = 1
""",
        """
d = {'a': [1]}
f(d)
assert d == {'a': [1, 4], 'b': 1}
""",
    ),
    Kind(
        "argument not changed",
        "import numpy as np",
        """
def f(x):
    return x + 1
""",
        """
a = np.zeros(3)
f(a)
assert (a == 0).all()
""",
    ),
    Kind(
        "returns its argument (is)",
        "",
        """
def f(x):
    x.append(1)
    return x
""",
        """
a = []
assert f(a) is a and a == [1]
""",
    ),
    Kind(
        "view of argument shares memory",
        "import numpy as np",
        """
def f(x):
    return x[1:]
""",
        """
a = np.arange(4)
v = f(a)
assert np.shares_memory(a, v)
""",
    ),
    Kind(
        "callback lambda",
        "",
        """
def numgrad(f, x, h=1e-05):
    return (f(x + h) - f(x - h)) / (2 * h)
""",
        "assert abs(numgrad(lambda x: x ** 2, 3.0) - 6) < 0.0001",
    ),
    Kind(
        "callback numpy function",
        "import numpy as np",
        """
def ap(f, x):
    return f(x)
""",
        "assert np.allclose(ap(np.tanh, np.ones(2)), np.tanh(1))",
    ),
    Kind(
        "callback mutating its argument",
        "",
        """
def ap(f):
    x = [1]
    f(x)
    return x
""",
        "assert ap(lambda l: l.append(2)) == [1, 2]",
    ),
    Kind(
        "student function given back to student",
        "",
        """
def comp(f, g):
    return lambda x: f(g(x))

def inc(x):
    return x + 1
""",
        "assert comp(inc, inc)(1) == 3 and comp(inc, lambda x: 2 * x)(5) == 11",
    ),
    Kind(
        "closure / decorator",
        "",
        """
def memo(f):
    c = {}

    def g(x):
        if x not in c:
            c[x] = f(x)
        return c[x]
    return g
""",
        """
n = 0

def slow(x):
    global n
    n += 1
    return x
g = memo(slow)
g(1)
g(1)
assert n == 1
""",
    ),
    Kind(
        "class: attributes and methods",
        "",
        """
class Account:

    def __init__(self, b=0):
        self.balance = b

    def deposit(self, x):
        self.balance += x
        return self
""",
        """
a = Account(5)
a.deposit(3)
assert a.balance == 8 and a.deposit(1).balance == 9
""",
    ),
    Kind(
        "class: isinstance of own class",
        "",
        """
class A:
    pass

class B(A):
    pass
""",
        """
b = B()
assert isinstance(b, A) and (not isinstance(3, A))
""",
    ),
    Kind(
        "class: issubclass",
        "",
        """
class A:
    pass

class B(A):
    pass
""",
        "assert issubclass(B, A)",
    ),
    Kind(
        "class: operators",
        "",
        """
class V:

    def __init__(s, x):
        s.x = x

    def __add__(s, o):
        return V(s.x + o.x)

    def __eq__(s, o):
        return s.x == o.x

    def __mul__(s, k):
        return V(s.x * k)

    def __len__(s):
        return 7

    def __repr__(s):
        return f'V({s.x})'
""",
        """
assert V(1) + V(2) == V(3) and (V(2) * 3).x == 6 and (len(V(1)) == 7) and (repr(V(1)) == 'V(1)')
""",
    ),
    Kind(
        "class subclassed by the test",
        "",
        """
class Base:

    def area(s):
        return 0

    def twice(s):
        return 2 * s.area()
""",
        """
class Sq(Base):

    def area(s):
        return 4
assert Sq().twice() == 8
""",
    ),
    Kind(
        "object of a test class given to student",
        """
class Node:

    def __init__(s, v, n=None):
        s.val, s.next = (v, n)
""",
        """
def total(n):
    t = 0
    while n:
        t += n.val
        n = n.next
    return t
""",
        "assert total(Node(1, Node(2))) == 3",
    ),
    Kind(
        "object of a setup class returned by the student",
        """
class Node:

    def __init__(s, v, n=None):
        s.val, s.next = (v, n)
""",
        """
def push(n, v):
    return Node(v, n)
""",
        """
m = push(Node(1), 2)
assert m.val == 2 and m.next.val == 1 and isinstance(m, Node)
""",
    ),
    Kind(
        "student sets attribute of test object",
        """
class Node:

    def __init__(s, v):
        s.val = v
""",
        """
def bump(n):
    n.val += 1
""",
        """
k = Node(1)
bump(k)
assert k.val == 2
""",
    ),
    Kind(
        "generator",
        "",
        """
def gen(n):
    for i in range(n):
        yield i
""",
        """
assert list(gen(4)) == [0, 1, 2, 3]
g = gen(2)
assert next(g) == 0
""",
    ),
    Kind(
        "iterator given to student",
        "",
        """
def f(it):
    return sum(it)
""",
        "assert f(iter([1, 2])) == 3 and f((x for x in range(4))) == 6",
    ),
    Kind(
        "context manager",
        "",
        """
class C:

    def __enter__(s):
        return 5

    def __exit__(s, *a):
        return True
""",
        """
with C() as c:
    assert c == 5
""",
    ),
    Kind(
        "global state changed by calls",
        "",
        """
hist = []

def f(x):
    hist.append(x)
""",
        """
f(1)
f(2)
assert hist == [1, 2]
""",
    ),
    Kind(
        "test changes a student's global",
        "",
        """
K = [1]

def f():
    return sum(K)
""",
        """
K.append(5)
assert f() == 6
""",
    ),
    Kind(
        "test rebinds a student's name",
        "",
        """
k = 2

def f():
    return k
""",
        """
k = 5
assert f() == 5
""",
    ),
    Kind(
        "monkeypatching a student dependency",
        "",
        """
def helper():
    return 1

def f():
    return helper()
""",
        """
old = helper
helper = lambda: 42
assert f() == 42
""",
    ),
    Kind(
        "unittest.mock.patch of builtins.print/input",
        "",
        """
def f():
    return input('n?')
""",
        """
from unittest import mock
with mock.patch('builtins.input', return_value='7'):
    assert f() == '7'
""",
    ),
    Kind(
        "stdout captured by the test",
        "",
        """
def hello():
    print('hi')
""",
        """
import io, contextlib
b = io.StringIO()
with contextlib.redirect_stdout(b):
    hello()
assert b.getvalue() == 'hi\\n'
""",
    ),
    Kind(
        "inspect.getsource",
        "",
        """
def f(n):
    return n
""",
        """
import inspect
assert 'return' in inspect.getsource(f)
""",
    ),
    Kind(
        "inspect.signature",
        "",
        """
def f(a, b=2):
    return a
""",
        """
import inspect
assert list(inspect.signature(f).parameters) == ['a', 'b']
""",
    ),
    Kind(
        "docstring and __name__",
        "",
        'def f():\n    """doc"""',
        "assert f.__doc__ == 'doc' and f.__name__ == 'f'",
    ),
    Kind(
        "callable / hasattr",
        "",
        """
def f():
    pass

class A:
    x = 1
""",
        "assert callable(f) and hasattr(A, 'x') and (not hasattr(A, 'nope'))",
    ),
    Kind(
        "'f' in globals()",
        "",
        """
def f():
    pass
""",
        "assert 'f' in globals() and 'g' not in globals()",
    ),
    Kind(
        "random: np.random.seed in the test",
        "import numpy as np",
        """
def f(n):
    return np.random.rand(n)
""",
        """
np.random.seed(0)
a = f(3)
np.random.seed(0)
assert np.allclose(a, np.random.rand(3))
""",
    ),
    Kind(
        "random: Generator argument",
        "import numpy as np",
        """
def f(rng, n):
    return rng.normal(size=n)
""",
        """
assert np.allclose(f(np.random.default_rng(0), 3), np.random.default_rng(0).normal(size=3))
""",
    ),
    Kind(
        "object array / ragged",
        "import numpy as np",
        """
def f():
    return np.array([1, 'a', None], dtype=object)
""",
        "assert f()[1] == 'a'",
    ),
    Kind(
        "big int, nan, inf",
        "",
        """
def f():
    return (2 ** 300, float('nan'), float('-inf'))
""",
        """
a, b, c = f()
assert a == 2 ** 300 and b != b and (c < 0)
""",
    ),
    Kind(
        "datetime",
        "import datetime",
        """
def f():
    return datetime.date(2020, 1, 2)
""",
        "assert f() == datetime.date(2020, 1, 2)",
    ),
    Kind(
        "Fraction/Decimal",
        "from fractions import Fraction",
        """
def f():
    return Fraction(1, 3)
""",
        "assert f() == Fraction(1, 3)",
    ),
    Kind(
        "namedtuple / Counter",
        "from collections import namedtuple, Counter",
        """
P = namedtuple('P', 'x y')

def f():
    return (P(1, 2), Counter('aab'))
""",
        """
p, c = f()
assert p.x == 1 and p == (1, 2) and (c['a'] == 2) and isinstance(c, Counter)
""",
    ),
    Kind(
        "enum / dataclass",
        "",
        """
from dataclasses import dataclass

@dataclass
class D:
    a: int
    b: int = 2
""",
        """
d = D(1)
assert d.a == 1 and d == D(1) and (repr(d) == 'D(a=1, b=2)')
""",
    ),
    Kind(
        "torch: function",
        "import torch",
        """
def f(x):
    return x @ x.T
""",
        """
x = torch.randn(3, 4)
assert torch.allclose(f(x), x @ x.T)
""",
    ),
    Kind(
        "torch: in-place",
        "import torch",
        """
def f(x):
    x.add_(1)
""",
        """
x = torch.zeros(2)
f(x)
assert x.sum() == 2
""",
    ),
    Kind(
        "torch: autograd through student code",
        "import torch",
        """
def loss(w):
    return (w ** 2).sum()
""",
        """
w = torch.ones(3, requires_grad=True)
loss(w).backward()
assert torch.allclose(w.grad, 2 * torch.ones(3))
""",
    ),
    Kind(
        "torch: nn.Module forward",
        "import torch",
        """
class Net(torch.nn.Module):

    def __init__(s):
        super().__init__()
        s.l = torch.nn.Linear(4, 2)

    def forward(s, x):
        return s.l(x)
""",
        """
n = Net()
assert n(torch.zeros(3, 4)).shape == (3, 2) and sum((p.numel() for p in n.parameters())) == 10
""",
    ),
    Kind(
        "torch: isinstance(net, nn.Module)",
        "import torch",
        """
class Net(torch.nn.Module):
    pass
net = Net()
""",
        "assert isinstance(net, torch.nn.Module)",
    ),
    Kind(
        "torch: test trains the student's net",
        "import torch",
        """
class Net(torch.nn.Module):

    def __init__(s):
        super().__init__()
        s.l = torch.nn.Linear(1, 1)

    def forward(s, x):
        return s.l(x)
""",
        """
n = Net()
o = torch.optim.SGD(n.parameters(), lr=0.1)
for _ in range(3):
    o.zero_grad()
    l = ((n(torch.ones(4, 1)) - 1) ** 2).mean()
    l.backward()
    o.step()
assert l < 10
""",
    ),
    Kind(
        "torch: manual_seed",
        "import torch",
        """
def f():
    return torch.rand(2)
""",
        """
torch.manual_seed(0)
a = f()
torch.manual_seed(0)
assert torch.equal(a, torch.rand(2))
""",
    ),
    Kind(
        "sympy expression",
        "import sympy",
        """
x = sympy.Symbol('x')
d = sympy.diff(sympy.sin(x) * x ** 2, x)
""",
        "assert sympy.simplify(d - (sympy.cos(x) * x ** 2 + 2 * x * sympy.sin(x))) == 0",
    ),
    Kind(
        "sympy function, matrix",
        "import sympy",
        """
def jac(f, v):
    return sympy.Matrix([f]).jacobian(v)
""",
        """
a, b = sympy.symbols('a b')
assert jac(a * b, [a, b]) == sympy.Matrix([[b, a]])
""",
    ),
    Kind(
        "matplotlib figure/axes checks",
        "import matplotlib.pyplot as plt",
        """
fig, ax = plt.subplots()
ax.plot([1, 2], [3, 4])
ax.set_title('t')
""",
        "assert ax.get_title() == 't' and len(ax.lines) == 1",
    ),
    Kind(
        "plt.gca() in the test",
        "import matplotlib.pyplot as plt",
        """
plt.plot([1, 2], [3, 4])
plt.title('t')
""",
        "assert plt.gca().get_title() == 't'",
    ),
    Kind(
        "files written by the student",
        "import os",
        "open('out.txt', 'w').write('hi')",
        "assert open('out.txt').read() == 'hi'",
    ),
    Kind(
        "plain number by name",
        "",
        "y = 3",
        "assert y == 3",
    ),
    Kind(
        "IPython magic in the test",
        "",
        """
def f():
    return 1
""",
        "%time f()",
    ),
    Kind(
        "warnings expected",
        "import warnings",
        """
def f():
    warnings.warn('w')
""",
        """
with warnings.catch_warnings(record=True) as w:
    warnings.simplefilter('always')
    f()
assert len(w) == 1
""",
    ),
    Kind(
        "timeit of a student's function",
        "import timeit",
        """
def f():
    return sum(range(100))
""",
        "assert timeit.timeit(f, number=100) < 1",
    ),
    Kind(
        "recursion error",
        "",
        """
def f(n):
    return f(n + 1)
""",
        """
try:
    f(0)
except RecursionError:
    pass
""",
    ),
    Kind(
        "sklearn-like estimator",
        "import numpy as np",
        """
class KNN:

    def __init__(self, k=1):
        self.k = k

    def fit(self, X, y):
        self.X, self.y = (X, y)
        return self

    def predict(self, Z):
        return self.y[((Z[:, None] - self.X[None]) ** 2).sum(-1).argmin(1)]
""",
        """
X = np.random.default_rng(0).normal(size=(20, 2))
y = np.arange(20)
assert (KNN(1).fit(X, y).predict(X) == y).all()
""",
    ),
    Kind(
        "async function",
        "",
        """
async def f():
    return 3
""",
        """
import asyncio
assert asyncio.run(f()) == 3
""",
    ),
]
