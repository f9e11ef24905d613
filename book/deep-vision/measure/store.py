"""The JSON on disk: written whole after every section, so that a later failure costs nothing measured before."""

import datetime
import json
import os
from pathlib import Path

from measure import machine, schema, source

#: two runs are of the same machine when these agree
SAME = ("device", "kind", "driver", "cuda", "capability")


class StoreError(ValueError):
    """An earlier file cannot be continued; the Vietnamese message says why."""


def now():
    """Return the time, UTC, to the second."""
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")


class Store:
    """One document and its file."""

    def __init__(self, path, device, parameters):
        self.path = Path(path)
        self.document = {
            "schema": schema.VERSION,
            "created": now(),
            "source": source.fingerprint(),
            "machine": machine.describe(device),
            "parameters": parameters,
            "sections": {},
        }

    def merge(self, path):
        """Take over the sections of an earlier file; StoreError if it came from another machine or source."""
        try:
            earlier = json.loads(Path(path).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise StoreError(f"Không đọc được {path}: {error}") from None
        wrong = schema.problems(earlier)
        if wrong:
            raise StoreError(f"{path} không đúng định dạng: {wrong[0]}")
        if earlier["source"]["hash"] != self.document["source"]["hash"]:
            raise StoreError(f"{path} do một bản mã khác đo: không trộn được")
        for key in SAME:
            ours, theirs = self.document["machine"].get(key), earlier["machine"].get(key)
            if ours != theirs:
                raise StoreError(f"{path} đo trên máy khác ({key}: {theirs}, ở đây {ours}): không trộn được")
        if earlier["parameters"].get("quick") != self.document["parameters"].get("quick"):
            raise StoreError(f"{path} là một lần chạy --quick, lần này thì không (hoặc ngược lại)")
        self.document["sections"] |= earlier["sections"]
        for name, version in earlier["machine"]["libraries"].items():
            if self.document["machine"]["libraries"].get(name) is None:
                self.document["machine"]["libraries"][name] = version

    def put(self, name, section):
        """Set one section and write the file."""
        self.document["sections"][name] = {**section, "finished": now()}
        self.write()

    def write(self):
        """Write aside, then rename: readers see the old file or the new one, never half."""
        aside = self.path.with_name(f".{self.path.name}.{os.getpid()}")
        aside.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(self.document, ensure_ascii=False, indent=1, allow_nan=False)
        aside.write_text(text + "\n", encoding="utf-8")
        aside.replace(self.path)
