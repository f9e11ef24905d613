"""What a cell puts out, kept as a notebook keeps it."""

import base64
import io

CUT = "\n… phần sau bị cắt vì quá dài …\n"


class Screen:
    """What a cell has put out so far, as a list of nbformat outputs, up to a number of bytes."""

    def __init__(self, limit):
        self.limit = limit
        self.clear()

    def clear(self):
        """Forget everything."""
        self.outputs, self.spent, self.late, self.wait = [], 0, 0, False

    def _fits(self, size):
        if self.wait:
            self.outputs, self.wait = [], False
        before = self.spent
        self.spent += size
        if self.spent > self.limit >= before:
            self.outputs.append({"output_type": "stream", "name": "stdout", "text": [CUT]})
        return self.spent <= self.limit

    def write(self, name, text):
        """Add text to a stream: between two rich outputs each has one, as when a kernel sends what it has buffered.

        Of stderr a little is kept whatever was printed before.
        """
        if not self._fits(len(text)):
            text = text[: max(0, 200 - self.late)] if name == "stderr" else ""
            self.late += len(text)
        if not text:
            return
        for output in reversed(self.outputs):
            if output["output_type"] != "stream":
                break
            if output["name"] == name and output["text"][-1] is not CUT:
                output["text"].append(text)
                return
        self.outputs.append({"output_type": "stream", "name": name, "text": [text]})

    def show(self, kind, data, metadata, **rest):
        """Add rich output: ``display_data`` or ``execute_result``."""
        data = {str(mime): json_value(value) for mime, value in dict(data).items()}
        if self._fits(sum(len(v) if isinstance(v, str) else len(str(v)) for v in data.values())):
            self.outputs.append({"output_type": kind, "data": data, "metadata": dict(metadata or {}), **rest})

    def fail(self, name, value, traceback=None):
        """Add an error; there is always room for one."""
        lines = [line[:10_000] for line in (traceback or [f"{name}: {value}"])]
        self.outputs.append({"output_type": "error", "ename": name, "evalue": value[:10_000], "traceback": lines})

    def taken(self):
        """Return the outputs as nbformat has them."""
        kept, self.outputs = self.outputs, []
        for output in kept:
            output.pop("display_id", None)
            if output["output_type"] == "stream":
                output["text"] = "".join(output["text"])
        return kept


def json_value(value):
    """Return a value of rich output as JSON has it."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    return value if isinstance(value, str | dict | list | int | float | bool | None) else str(value)


class OutStream(io.TextIOBase):
    """``sys.stdout`` or ``sys.stderr`` of the cells."""

    def __init__(self, screen, name):
        self._screen, self._name = screen, name

    name = property(lambda self: f"<{self._name}>")
    encoding, errors, line_buffering = "UTF-8", "strict", False

    def writable(self):
        """Return whether it can be written to."""
        return True

    def write(self, text):
        """Add text to the screen."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self._screen.write(self._name, text)
        return len(text)
