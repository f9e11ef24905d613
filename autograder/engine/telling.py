"""What may be told of a failure once a hidden test has run.

From its first hidden call on, a student's process knows what it was called with, and whatever text, number or name it
makes could carry that out. So of what fails from then on only this is told: what the instructor wrote, a message that
Python or NumPy is known to give, with its numbers taken out, the kind of an exception that is built in, and the
student's own line.
"""

import builtins
import re

from autograder.engine.failures import BUILTIN

HIDDEN = "…"
MAX_TEXT = 300
MAX_SOURCES = 4_000_000  # characters of all cells that words are taken from
_NUMBER = re.compile(r"(?<![\w.])[-+]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d+)?j?(?!\w)")

# … a number, @ a word that the student has written or Python has, ~ a shape, # an operator; | between two endings
_MESSAGES = """
division by zero|float division by zero|integer division or modulo by zero|integer modulo by zero|float modulo
list index out of range|tuple index out of range|string index out of range|list assignment index out of range
pop from empty list|pop from an empty deque|pop from an empty set|pop index out of range|range object index out of range
list indices must be integers or slices, not @|tuple indices must be integers or slices, not @
string indices must be integers, not '@'|slice indices must be integers or None or have an __index__ method
only integers, slices (`:`), ellipsis (`...`), numpy.newaxis (`None`) and integer or boolean arrays are valid indices
index … is out of bounds for axis … with size …|index … is out of bounds for dimension … with size …
too many indices for array: array is …-dimensional, but … were indexed|list.remove(x): x not in list
name '@' is not defined|name '@' is not defined. Did you mean: '@'?
cannot access local variable '@' where it is not associated with a value
cannot access free variable '@' where it is not associated with a value in enclosing scope
'@' object is not subscriptable|'@' object is not callable|'@' object is not iterable|'@' object is not an iterator
'@' object does not support item assignment|'@' object cannot be interpreted as an integer|@ object is not callable
'@' object has no attribute '@'|type object '@' has no attribute '@'|module '@' has no attribute '@'
unsupported operand type(s) for #: '@' and '@'|bad operand type for unary #: '@'|bad operand type for abs(): '@'
'#' not supported between instances of '@' and '@'|can only concatenate @ (not "@") to @
can't multiply sequence by non-int of type '@'|must be real number, not @|object of type '@' has no len()
float() argument must be a string or a real number, not '@'|argument of type '@' is not iterable
int() argument must be a string, a bytes-like object or a real number, not '@'|unhashable type: '@'
cannot unpack non-iterable @ object|too many values to unpack (expected …)
not enough values to unpack (expected …, got …)|not enough values to unpack (expected at least …, got …)
@() missing … required positional argument: '@'|@() missing … required positional arguments: '@' and '@'
@() takes … positional argument but … were given|@() takes … positional arguments but … were given
@() takes … positional arguments but … was given|@() takes from … to … positional arguments but … were given
@() got an unexpected keyword argument '@'|@() got multiple values for argument '@'|@() arg is an empty sequence
@() iterable argument is empty|math domain error|math range error|No active exception to reraise
maximum recursion depth exceeded|maximum recursion depth exceeded in comparison
maximum recursion depth exceeded while calling a Python object|dictionary changed size during iteration
divide by zero encountered in @|invalid value encountered in @|overflow encountered in @|underflow encountered in @
divide by zero encountered in scalar @|invalid value encountered in scalar @|overflow encountered in scalar @
operands could not be broadcast together with shapes ~|could not broadcast input array from shape ~ into shape ~
non-broadcastable output operand with shape ~ doesn't match the broadcast shape ~
shapes ~ and ~ not aligned: … (dim …) != … (dim …)|cannot reshape array of size … into shape ~
setting an array element with a sequence.|only length-1 arrays can be converted to Python scalars
only 0-dimensional arrays can be converted to Python scalars|inhomogeneous shape
only integer scalar arrays can be converted to a scalar index|assignment destination is read-only
The truth value of an array with more than one element is ambiguous. Use a.any() or a.all()
all the input arrays must have same number of dimensions|Mean of empty slice|Mean of empty slice.|Singular matrix
axis … is out of bounds for array of dimension …|arrays used as indices must be of integer (or boolean) type
zero-size array to reduction operation @ which has no identity|invalid value encountered in cast
mat1 and mat2 shapes cannot be multiplied (~ and ~)|Boolean value of Tensor with more than one value is ambiguous
The size of tensor a (…) must match the size of tensor b (…) at non-singleton dimension …
element … of tensors does not require grad and does not have a grad_fn
raw_input was called, but this frontend does not support input requests.
"""
# long messages of which the beginning says it all
_BEGINNINGS = (
    "matmul: Input operand … has a mismatch in its core dimension …",
    "setting an array element with a sequence.",
    "all the input array dimensions except for the concatenation axis must match exactly",
)
_OPERATOR = r"(?:[-+*/%@&|^<>=]{1,3}|\*\* or pow\(\)|not in|in|is)"
_PLACES = {
    "@": r"(\w[\w.]{0,79})",
    "…": HIDDEN,
    "~": r"\((?:…,?){0,6}\)(?: \((?:…,?){0,6}\)){0,2}",
    "#": _OPERATOR,
}
_TYPES = frozenset(name for name in vars(builtins)) | {
    "NoneType", "function", "method", "module", "generator", "builtin_function_or_method", "type", "numpy", "ndarray",
    "numpy.ndarray", "torch", "Tensor", "divide", "true_divide", "floor_divide", "remainder", "log", "log2", "log10",
    "log1p", "exp", "expm1", "sqrt", "power", "multiply", "add", "subtract", "matmul", "dot", "square", "reduce",
    "maximum", "minimum", "float64", "float32", "int64", "bool_", "uint8", "arctanh", "cosh", "sinh", "tan", "cast",
}  # fmt: skip
_OURS = frozenset(["CellTimeoutError", "DeadKernelError", "CellNotRun", "StdinNotImplementedError"])
_EXITS = frozenset(["SystemExit", "KeyboardInterrupt", "GeneratorExit"])


def _pattern(text):
    parts = re.split(r"([@…~#])", text)
    return re.compile("".join(_PLACES.get(part) or re.escape(part) for part in parts))


_PATTERNS = [_pattern(part) for line in _MESSAGES.strip().splitlines() for part in line.split("|")]


def words_of(sources):
    """Return the words that stand in the student's cells."""
    text = "\n".join(sources)[:MAX_SOURCES]
    return frozenset(found[0] for found in re.finditer(r"[^\W\d]\w{0,60}", text))


def name_of(error):
    """Return the name of an exception where it is one that everybody has, else "Exception"."""
    return error if error in BUILTIN or error in _OURS or error in _EXITS else "Exception"


def told(message, words=frozenset()):
    """Return a message of Python's or a library's own without its numbers, "" where it is not known to be one."""
    text = message.strip()
    if len(text) > 4 * MAX_TEXT:
        return ""
    text = _NUMBER.sub(HIDDEN, " ".join(text.split()))
    for start in _BEGINNINGS:
        if text.startswith(start):
            return start
    for pattern in _PATTERNS if len(text) <= MAX_TEXT else ():
        found = pattern.fullmatch(text)
        if found and all(_is_known(word, words) for word in found.groups()):
            return text
    return ""


def _is_known(word, words):
    return word in _TYPES or all(part in _TYPES or part in words for part in word.split("."))


def without_answers(message, texts):
    """Return the message of a check without the numbers of the answer that it tells of.

    Left are those that the instructor wrote out in one of these texts, and those of what is wanted, which come last. A
    number that the test merely computes with is not: it may be what the test asked.
    """
    kept = {number.lstrip("+-") for text in texts for number in _NUMBER.findall(text)}
    name = re.match(r"`[^`]*`", message)
    wanted = message.find("cần ", name.end() if name else 0)
    head, tail = (message, "") if wanted < 0 else (message[:wanted], message[wanted:])
    return _NUMBER.sub(lambda found: found[0] if found[0].lstrip("+-") in kept else HIDDEN, head) + tail


def warnings_told(text, words=frozenset()):
    """Return the warnings in a text that are a library's own, "" when there is anything else in it."""
    found = []
    for line in text.splitlines():
        match = re.fullmatch(r"(?:[^:]*:\d+: )?(\w+): (.*)", line[:1000])
        known = match and match[1] in _WARNINGS and told(match[2], words)
        if known:
            found.append(f"{match[1]}: {known}")
        elif line.strip() and not (found and line.startswith("  ")):  # below it stands the line of code
            return ""
    return "\n".join(dict.fromkeys(found))


_WARNINGS = frozenset(n for n, k in vars(builtins).items() if isinstance(k, type) and issubclass(k, Warning))
