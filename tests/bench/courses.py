"""Small nbgrader courses to measure with: one assignment each, and as many submissions as wanted, right and wrong."""

import json
from dataclasses import dataclass

CONFIG = 'c = get_config()\nc.CourseDirectory.course_id = "bench"\n'


@dataclass(frozen=True)
class Task:
    """One solution cell with its test cells; `wrong` are other answers that lose points."""

    name: str
    imports: str
    answer: str
    tests: tuple[str, ...]
    wrong: tuple[str, ...] = ()


_NP = "import numpy as np\n"
_TORCH = "import torch\nfrom torch import nn\nimport torch.nn.functional as F\n"

NUMPY = (
    Task(
        "softmax",
        _NP,
        """
def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
""",
        (
            "p = softmax(np.array([[1.0, 2.0, 3.0]]))\nassert p.shape == (1, 3)\nassert np.allclose(p.sum(axis=1), 1)",
            """
rng = np.random.default_rng(0)
for n in (1, 5, 40):
    z = rng.normal(size=(n, 7))
    expected = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(softmax(z), expected, rtol=1e-10)
assert np.isfinite(softmax(np.array([[1000.0, 0.0]]))).all(), "overflow"
""",
        ),
        ("def softmax(z):\n    e = np.exp(z)\n    return e / e.sum(axis=1, keepdims=True)",),
    ),
    Task(
        "distances",
        _NP,
        """
def distances(a, b):
    return np.sqrt(((a[:, None, :] - b[None, :, :]) ** 2).sum(axis=2))
""",
        (
            "d = distances(np.zeros((2, 3)), np.ones((4, 3)))\nassert d.shape == (2, 4)\nassert np.allclose(d, 3**0.5)",
            """
rng = np.random.default_rng(1)
a, b = rng.normal(size=(120, 5)), rng.normal(size=(80, 5))
kept = a.copy()
d = distances(a, b)
for i in range(120):
    for j in range(80):
        assert abs(d[i, j] - np.linalg.norm(a[i] - b[j])) < 1e-9
assert (a == kept).all()
""",
        ),
        (
            "def distances(a, b):\n    a -= a.mean()\n    return np.abs(a[:, None, :] - b[None, :, :]).sum(axis=2)",
            "def distances(a, b):\n    raise NotImplementedError",
        ),
    ),
    Task(
        "descend",
        _NP,
        """
def descend(gradient, start, rate=0.1, steps=100):
    w = np.array(start, dtype=float)
    for _ in range(steps):
        w = w - rate * gradient(w)
    return w
""",
        (
            """
w0 = np.array([3.0, -2.0])
w = descend(lambda w: 2 * w, w0, rate=0.1, steps=60)
np.testing.assert_allclose(w, w0 * 0.8**60)
assert (w0 == [3.0, -2.0]).all()
assert np.allclose(descend(lambda w: w - 1, np.zeros(3), steps=0), 0)
""",
        ),
        (
            "def descend(gradient, start, rate=0.1, steps=100):\n    for _ in range(steps):\n"
            "        start -= rate * gradient(start)\n    return start",
        ),
    ),
    Task(
        "fit",
        _NP,
        """
def fit(x, y):
    a = np.column_stack([x, np.ones(len(x))])
    return np.linalg.lstsq(a, y, rcond=None)[0]
""",
        (
            """
rng = np.random.default_rng(2)
for n in (10, 100, 1000):
    x = rng.normal(size=(n, 3))
    w = np.array([1.0, -2.0, 0.5])
    np.testing.assert_allclose(fit(x, x @ w + 4), [1, -2, 0.5, 4], atol=1e-8)
""",
        ),
        ("def fit(x, y):\n    return np.linalg.lstsq(x, y, rcond=None)[0]",),
    ),
    Task(
        "convolve",
        _NP,
        """
def convolve(image, kernel):
    windows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)
    return np.einsum("ijkl,kl->ij", windows, kernel[::-1, ::-1])
""",
        (
            """
rng = np.random.default_rng(3)
image, kernel = rng.normal(size=(48, 40)), rng.normal(size=(3, 5))
found = convolve(image, kernel)
assert found.shape == (46, 36)
for i in range(46):
    for j in range(36):
        assert abs(found[i, j] - (image[i : i + 3, j : j + 5] * kernel[::-1, ::-1]).sum()) < 1e-9
""",
        ),
        (
            "def convolve(image, kernel):\n    w = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)\n"
            "    return np.einsum('ijkl,kl->ij', w, kernel)",
        ),
    ),
    Task(
        "entropy",
        _NP,
        """
def entropy(values):
    _, counts = np.unique(values, return_counts=True)
    p = counts / counts.sum()
    return float(-(p * np.log2(p)).sum())
""",
        (
            """
assert abs(entropy([1, 1, 2, 2]) - 1) < 1e-12
assert entropy(["a"]) == 0
assert abs(entropy(range(8)) - 3) < 1e-9
""",
        ),
        ("def entropy(values):\n    return len(set(values))", "def entropy(values)\n    return 0"),
    ),
)

TORCH = (
    Task(
        "one_hot",
        _TORCH,
        "\ndef one_hot(labels, n):\n    return torch.eye(n)[labels]\n",
        (
            "x = one_hot(torch.tensor([0, 2]), 3)\nassert x.tolist() == [[1, 0, 0], [0, 0, 1]]",
            """
labels = torch.arange(50) % 7
assert torch.equal(one_hot(labels, 7), F.one_hot(labels, 7).float())
assert one_hot(labels, 7).dtype == torch.float32
""",
        ),
        ("def one_hot(labels, n):\n    return F.one_hot(labels, n)",),
    ),
    Task(
        "cross_entropy",
        _TORCH,
        """
def cross_entropy(logits, labels):
    return -torch.log_softmax(logits, 1)[torch.arange(len(labels)), labels].mean()
""",
        (
            "assert abs(float(cross_entropy(torch.zeros(2, 4), torch.tensor([0, 3]))) - 1.3862944) < 1e-5",
            """
torch.manual_seed(0)
for n in (1, 8, 64):
    logits, labels = torch.randn(n, 10, requires_grad=True), torch.randint(0, 10, (n,))
    mine = cross_entropy(logits, labels)
    mine.backward()
    found = logits.grad.clone()
    logits.grad = None
    F.cross_entropy(logits, labels).backward()
    assert torch.allclose(found, logits.grad, atol=1e-6)
""",
        ),
        (
            "def cross_entropy(logits, labels):\n"
            "    return -torch.log_softmax(logits, 1)[torch.arange(len(labels)), labels].sum()",
        ),
    ),
    Task(
        "accuracy",
        _TORCH,
        "\ndef accuracy(logits, labels):\n    return (logits.argmax(1) == labels).float().mean().item()\n",
        ("logits = torch.tensor([[1.0, 2.0], [3.0, 0.0]])\nassert accuracy(logits, torch.tensor([1, 1])) == 0.5",),
        ("def accuracy(logits, labels):\n    return (logits.argmax(0) == labels).float().mean().item()",),
    ),
    Task(
        "make_net",
        _TORCH,
        """
def make_net(inputs, hidden, outputs):
    return nn.Sequential(nn.Linear(inputs, hidden), nn.ReLU(), nn.Linear(hidden, outputs))
""",
        (
            """
net = make_net(5, 16, 3)
assert net(torch.zeros(4, 5)).shape == (4, 3)
assert sum(p.numel() for p in net.parameters()) == 5 * 16 + 16 + 16 * 3 + 3
""",
        ),
        ("def make_net(inputs, hidden, outputs):\n    return nn.Linear(inputs, outputs)",),
    ),
    Task(
        "train",
        _TORCH,
        """
def train(x, y, steps=60, rate=0.1):
    w, b = torch.zeros(x.shape[1], requires_grad=True), torch.zeros(1, requires_grad=True)
    optimizer = torch.optim.SGD([w, b], lr=rate)
    losses = []
    for _ in range(steps):
        loss = ((x @ w + b - y) ** 2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return w.detach(), b.detach(), losses
""",
        (
            """
torch.manual_seed(1)
x = torch.randn(200, 3)
w, b, losses = train(x, x @ torch.tensor([1.0, -1.0, 2.0]) + 0.5)
assert losses[-1] < 1e-3 < losses[0]
assert torch.allclose(w, torch.tensor([1.0, -1.0, 2.0]), atol=0.05)
assert abs(float(b) - 0.5) < 0.05
""",
        ),
        ("def train(x, y, steps=60, rate=0.1):\n    return torch.zeros(x.shape[1]), torch.zeros(1), [1.0]",),
    ),
    Task(
        "standardize",
        _TORCH,
        "\ndef standardize(images):\n    return (images - images.mean()) / images.std()\n",
        (
            """
torch.manual_seed(2)
images = torch.rand(16, 3, 16, 16)
found = standardize(images)
assert abs(float(found.mean())) < 1e-4
assert abs(float(found.std()) - 1) < 1e-4
""",
        ),
        ("def standardize(images):\n    return images / 255",),
    ),
)

TINY = (
    Task(
        "double",
        "",
        "\ndef double(x):\n    return 2 * x\n",
        ("assert double(2) == 4", "assert double('a') == 'aa'"),
        ("def double(x):\n    return x",),
    ),
)

ASSIGNMENTS = {"numpy": NUMPY, "torch": TORCH, "tiny": TINY}


def source(slug):
    """Return the instructor's notebook of an assignment, as a dict."""
    cells = [_cell("setup", _imports(slug) or "pass", locked=True)]
    for task in ASSIGNMENTS[slug]:
        head, _, body = task.answer.strip().partition("\n")
        marked = f"{head}\n    ### BEGIN SOLUTION\n{body}\n    ### END SOLUTION"
        cells.append(_cell(task.name, marked, solution=True))
        for number, test in enumerate(task.tests):
            text = task.imports + test.strip()
            if number:
                text = f"### BEGIN HIDDEN TESTS\n{text}\n### END HIDDEN TESTS"
            cells.append(_cell(f"test_{task.name}_{number}", text, grade=True, locked=True, points=1))
    return _notebook(cells)


def submission(slug, number):
    """Return submission `number`: most are right, some have wrong or missing answers or a cell that is no Python."""
    cells = [_cell("setup", _imports(slug) or "pass", locked=True)]
    for place, task in enumerate(ASSIGNMENTS[slug]):
        answers = [task.answer.strip()] * 4 + [text.strip() for text in task.wrong]
        answer = answers[(number * (2 * place + 3) + number // 7) % len(answers)] if number % 3 else answers[0]
        cells.append(_cell(task.name, f"{answer}\n# {number}", solution=True))
        for n, test in enumerate(task.tests):
            text = "" if n else task.imports + test.strip()
            cells.append(_cell(f"test_{task.name}_{n}", text, grade=True, locked=True, points=1))
    return _notebook(cells)


def graded_cells(slug, number):
    """Return the sources of all code cells of a submission as they are graded, hidden tests included."""
    answers = [cell["source"] for cell in submission(slug, number)["cells"] if not _mark(cell)["grade"]]
    tests = iter([task.imports + test for task in ASSIGNMENTS[slug] for test in task.tests])
    found = [answers[0]]
    for task, answer in zip(ASSIGNMENTS[slug], answers[1:], strict=True):
        found += [answer, *(next(tests) for _ in task.tests)]
    return found


def write(folder, slug, count):
    """Write a course with `count` submissions."""
    _save(folder / "source" / slug / f"{slug}.ipynb", source(slug))
    (folder / "nbgrader_config.py").write_text(CONFIG)
    for number in range(count):
        _save(folder / "submitted" / f"s{number:04d}" / slug / f"{slug}.ipynb", submission(slug, number))


def _imports(slug):
    return "".join(dict.fromkeys(task.imports for task in ASSIGNMENTS[slug]))


def _mark(cell):
    return cell["metadata"]["nbgrader"]


def _cell(name, text, **given):
    mark = {"grade": False, "solution": False, "locked": False, "task": False} | given
    metadata = {"nbgrader": {"schema_version": 3, "grade_id": name, **mark}}
    return {"cell_type": "code", "metadata": metadata, "source": text, "outputs": [], "execution_count": None}


def _notebook(cells):
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    cells = [{"id": f"c{number:02d}", **cell} for number, cell in enumerate(cells)]
    return {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}


def _save(path, notebook):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(notebook), encoding="utf-8")
