"""What a test sees through the wall is what it would see in one process: right answers pass, wrong ones fail."""
# ruff: noqa: E501  (sources of cells and forged trees, one a line)

import textwrap

import numpy as np  # noqa: F401  the processes are forked from this one
import pytest

from autograder.engine.testcode import Code
from tests.autograder.engine.pair import examined

STACK = """
class Stack:
    def __init__(self, items):
        self.items = {init}
    def content(self):
        return {content}
    def pop(self):
        return self.items.pop()
"""
RETURNS_COPY = """
s = Stack([1, 2])
s.content().append(9)
assert s.content() == [1, 2]
"""
KEEPS_COPY = """
mine = [1, 2]
s = Stack(mine)
mine.append(9)
assert s.content() == [1, 2]
"""
SHARES = """
mine = [1, 2]
s = Stack(mine)
assert s.content() is mine
s.pop()
assert mine == [1]
mine.append(5)
assert s.content() == [1, 5]
"""
LAYER = """
import numpy as np
class Layer:
    def __init__(self):
        self.W = np.arange(4.0)
    def forward(self):
        return self.W.sum()
    def step(self):
        self.W {step}
    def weights(self):
        return {weights}
"""
WRITES_WEIGHTS = "l = Layer(); l.W[...] = 1; assert l.forward() == 4"
HOLDS_WEIGHTS = "l = Layer(); w = l.W; l.step(); assert w[1] == 2 and w is l.W"
WEIGHTS_SAFE = "l = Layer(); l.weights()[:] = 0; assert l.forward() == 6"
TORCH = """
import torch
class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.line = torch.nn.Linear(2, 1)
        self.scale = torch.nn.Parameter(torch.ones(1))
    def forward(self, x):
        return {forward}
def parameters_of(net):
    return [net.line.weight, net.line.bias]
def hold(x):
    w = torch.zeros(2, requires_grad=True)
    return w
def square(w):
    return (w ** 2).sum()
def train(w, loss, n):
    for _ in range(n):
        w.grad = None
        loss(w).backward()
        with torch.no_grad():
            w -= 0.1 * w.grad
"""
NET = TORCH.format(forward="self.scale * self.line(x)")
DEAD_NET = TORCH.format(forward="self.scale.detach() * self.line(x).detach()")
TRAIN = """
import torch
torch.manual_seed(0)
x = torch.randn(16, 2); y = x.sum(1, keepdim=True)
net = Net(); optimizer = torch.optim.{optimizer}
first = ((net(x) - y) ** 2).mean().item()
for _ in range(60):
    optimizer.zero_grad()
    loss = ((net(x) - y) ** 2).mean()
    loss.backward()
    optimizer.step()
last = ((net(x) - y) ** 2).mean().item()
assert last < 0.05 * first, (first, last)
"""

SAME = "ok"
CASES = {
    "a method returns a copy": (STACK.format(init="list(items)", content="list(self.items)"), RETURNS_COPY, SAME),
    "a method returns its list": (STACK.format(init="list(items)", content="self.items"), RETURNS_COPY, "failed"),
    "a constructor copies": (STACK.format(init="list(items)", content="list(self.items)"), KEEPS_COPY, SAME),
    "a constructor keeps its argument": (STACK.format(init="items", content="list(self.items)"), KEEPS_COPY, "failed"),
    "one list for both": (STACK.format(init="items", content="self.items"), SHARES, SAME),
    "two lists": (STACK.format(init="list(items)", content="self.items"), SHARES, "failed"),
    "a test writes an attribute's array": (LAYER.format(step="*= 2", weights="self.W"), WRITES_WEIGHTS, SAME),
    "a test holds an attribute's array": (LAYER.format(step="*= 2", weights="self.W"), HOLDS_WEIGHTS, SAME),
    "the array is replaced": (LAYER.format(step="= self.W * 2", weights="self.W"), HOLDS_WEIGHTS, "failed"),
    "a view of the weights": (LAYER.format(step="*= 2", weights="self.W[:]"), WEIGHTS_SAFE, "failed"),
    "a copy of the weights": (LAYER.format(step="*= 2", weights="self.W.copy()"), WEIGHTS_SAFE, SAME),
    "a copy of the argument": (
        "def f(x): return x[1:].copy()",
        "import numpy as np\na = np.arange(4.0)\nassert not np.shares_memory(a, f(a))",
        SAME,
    ),
    "a view of the argument": (
        "def f(x): return x[::-2]",
        "import numpy as np\na = np.arange(4.0)\nv = f(a)\nassert v.tolist() == [3, 1]\nv[0] = 7\nassert a[3] == 7",
        SAME,
    ),
    "np.errstate around a call": (
        "import numpy as np\ndef f(x): return 1 / x",
        "import numpy as np\nwith np.errstate(all='raise'): f(np.zeros(2))",
        "failed",
    ),
    "a forbidden built-in": (
        "def f(x): return sum(x)",
        "from unittest import mock\nwith mock.patch('builtins.sum', side_effect=AssertionError('no')): f([1])",
        "failed",
    ),
    "a forbidden function of NumPy": (
        "import numpy as np\ndef f(x): return np.linalg.norm(x)",
        "import numpy as np\nold = np.linalg.norm\nnp.linalg.norm = None\ntry: f(np.ones(2))\nfinally: np.linalg.norm = old",
        "failed",
    ),
    "warnings as errors": (
        "import warnings\ndef f(): warnings.warn('w')",
        "import warnings\nwith warnings.catch_warnings():\n    warnings.simplefilter('error'); f()",
        "failed",
    ),
    "an assertion inside a callback": (
        "def f(g):\n    try: return g(1)\n    finally: pass",
        "def g(x): raise AssertionError('expected 42')\ntry: f(g)\nexcept AssertionError as e: assert str(e) == 'expected 42'",
        SAME,
    ),
    "KeyError keeps its key": (
        "def f(d): return d['a']",
        "try: f({})\nexcept KeyError as e: assert e.args == ('a',)",
        SAME,
    ),
    "changes before an exception": (
        "def f(x):\n    x.append(1); raise ValueError",
        "a = []\ntry: f(a)\nexcept ValueError: pass\nassert a == [1]",
        SAME,
    ),
    "a long linked list": (
        "def total(n):\n    t = 0\n    while n: t += n.value; n = n.next\n    return t",
        "n = None\nfor i in range(500): n = Node(i, n)\nassert total(n) == sum(range(500))",
        SAME,
    ),
    "exit() is no exception": ("def f(): exit()", "try: f()\nexcept Exception: pass", "failed"),
    "a bare except hides no time limit": (
        "def f():\n    while True: pass",
        "try: f()\nexcept BaseException: pass",
        "timeout",
    ),
    "a bare except hides no death": (
        "import os\ndef f(): os._exit(0)",
        "try: f()\nexcept BaseException: pass",
        "dead",
    ),
    "super() in a derived class": (
        "class A:\n    def f(self): return 1",
        "class B(A):\n    def f(self): return super().f()\nassert B().f() == 1",
        "failed",
    ),
    "deepcopy": (
        "class A:\n    def __init__(self): self.x = [1]",
        "import copy\na = A(); b = copy.deepcopy(a); b.x.append(2); assert a.x == [1] and b.x == [1, 2]",
        SAME,
    ),
    "attributes called like ours": (
        "class A:\n    def __init__(self): self._n = 7; self._peer = 8; self.name = 9",
        "a = A(); assert (a._n, a._peer, a.name) == (7, 8, 9) and vars(a)['name'] == 9",
        SAME,
    ),
    "gradient through a student's function": (
        NET,
        "import torch\nw = torch.ones(3, requires_grad=True)\nsquare(square(2 * w) * w).backward()\n"
        "v = torch.ones(3, requires_grad=True)\n(((2 * v) ** 2).sum() * v).pow(2).sum().backward()\n"
        "assert torch.allclose(w.grad, v.grad)",
        SAME,
    ),
    "a student's loop over a test's loss": (
        NET,
        "import torch\nw = torch.ones(3, requires_grad=True)\nt = torch.arange(3.0)\n"
        "train(w, lambda w: ((w - t) ** 2).sum(), 50)\nassert torch.allclose(w, t, atol=1e-3)",
        SAME,
    ),
    "no gradient through a detached result": (
        "import torch\ndef square(w): return (w.detach() ** 2).sum()",
        "import torch\nw = torch.ones(3, requires_grad=True)\nsquare(w).backward()\nassert w.grad is not None",
        "failed",
    ),
    "no_grad around a call": (
        NET,
        "import torch\nw = torch.ones(3, requires_grad=True)\nwith torch.no_grad(): y = square(w)\nassert not y.requires_grad",
        SAME,
    ),
    "a test trains a student's net": (NET, TRAIN.format(optimizer="SGD(net.parameters(), lr=0.05)"), SAME),
    "a test trains a net by Adam": (NET, TRAIN.format(optimizer="Adam(net.parameters(), lr=0.1)"), SAME),
    "a test trains what a function returned": (
        NET,
        TRAIN.format(optimizer="SGD(parameters_of(net), lr=0.05)"),
        SAME,
    ),
    "a net that cannot be trained": (DEAD_NET, TRAIN.format(optimizer="SGD(net.parameters(), lr=0.05)"), "failed"),
    "a test writes into a state_dict": (
        NET,
        "import torch\nnet = Net(); state = net.state_dict()\nstate['line.weight'].fill_(3); state['line.bias'].zero_()\n"
        "assert net(torch.ones(1, 2)).item() == 6",
        SAME,
    ),
    "a test writes into parts of a result": (
        "import numpy as np\nW = np.ones(2)\ndef parts(): return {'layers': [W, [W]]}\ndef total(): return W.sum()",
        "p = parts(); p['layers'][0][:] = 3; assert total() == 6 and p['layers'][1][0][0] == 3",
        SAME,
    ),
    "a test raises its own exception in a student's function": (
        "def f(g):\n    try: g()\n    except ValueError: return 1",
        "class Own(ValueError): pass\ndef g(): raise Own('x')\ndef h(): raise KeyError('y')\nassert f(g) == 1\n"
        "try: f(h)\nexcept KeyError as e: assert e.args == ('y',)",
        SAME,
    ),
    "threads of a test": (
        "def f(x): return 2 * x",
        "from concurrent.futures import ThreadPoolExecutor\nwith ThreadPoolExecutor(4) as pool:\n"
        "    assert list(pool.map(f, range(50))) == [2 * i for i in range(50)]",
        SAME,
    ),
    "a test sets a parameter": (
        NET,
        "import torch\nnet = Net()\nwith torch.no_grad():\n    net.line.weight.fill_(2); net.line.bias.zero_()\n"
        "assert net(torch.ones(1, 2)).item() == 4\nnet.scale.data.mul_(3)\nassert net(torch.ones(1, 2)).item() == 12",
        SAME,
    ),
    "gradients of a student's parameters": (
        NET,
        "import torch\nnet = Net()\nnet(torch.ones(1, 2)).sum().backward()\n"
        "assert net.line.weight.grad.tolist() == [[1, 1]]\nassert all(p.grad is not None for p in net.parameters())",
        SAME,
    ),
}
SETUP = "class Node:\n    def __init__(self, value, next=None): self.value, self.next = value, next"


@pytest.fixture(scope="module", autouse=True)
def libraries():
    pytest.importorskip("torch")

    import torch._dynamo  # noqa: F401  optimizers import it when they are made, for seconds


@pytest.mark.parametrize("name", CASES)
def test_answer(name):
    solution, test, status = CASES[name]
    report = examined(textwrap.dedent(solution), test, SETUP)
    assert report["status"] == status, report


@pytest.mark.parametrize("name", CASES)
def test_one_process_agrees(name):
    solution, test, status = CASES[name]
    if status in ("timeout", "dead") or name in ("exit() is no exception", "super() in a derived class"):
        pytest.skip("it would end this process, or is refused on purpose")
    names = {"__name__": "__main__"}
    found = "ok"
    for source in (SETUP, textwrap.dedent(solution), test):
        try:
            exec(compile(source, "<cell>", "exec"), names)
        except Exception:
            found = "failed"
    assert found == status


def test_arguments_that_nobody_keeps_are_not_shared():
    solution = "import numpy as np\ndef f(x): return x\ndef g(x, y): return [x, x]\ndef h(x): return np.sort(x)"
    test = """
    import numpy as np
    for make in (lambda: [1, 2], lambda: np.ones(3), lambda: {"a": [1]}, lambda: [[1.0, 2.0]] * 2):
        x = make()
        assert f(x) is x
        g(x, make())
    h(np.ones(4))
    assert not f._proxy_peer.mirrors.values
    """
    assert examined(solution, textwrap.dedent(test))["status"] == "ok"


def test_only_what_may_change_a_module_is_a_patch():
    for source in ("w.grad = None", "x.requires_grad = True", "for p in net: p.data = 0 * p.data", "a[0] = np.sum(b)"):
        assert not Code("t", source).patches, source
    for source in ("np.sum = f", "del np.sum", "np.random.seed = f", "mock.patch('x')", "setattr(np, 'sum', f)"):
        assert Code("t", source).patches, source
