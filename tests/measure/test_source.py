"""The source hash: it follows every measuring byte, and every stored measurement carries today's."""

import json
import shutil
from pathlib import Path

import pytest
from measure import schema, source

from tests.measure.conftest import HERE

STORED = sorted(path for path in HERE.rglob("*.json") if '"sections"' in path.read_text(encoding="utf-8"))


def test_what_is_hashed():
    names = source.files()
    assert {"train.py", "measure/timing.py", "measure/training.py", "measure/compat/tensorrt86.py"} <= set(names)
    assert not {"measure/report.py", "measure/schema.py"} & set(names)


def test_hash_follows_the_source(tmp_path, monkeypatch):
    copy = tmp_path / "deep-vision"
    shutil.copytree(HERE, copy, ignore=shutil.ignore_patterns("__pycache__", "*.ipynb", "*.json"))
    before = source.fingerprint()["hash"]
    monkeypatch.setattr(source, "HERE", copy / "measure")
    assert source.fingerprint()["hash"] == before
    changed = copy / "measure" / "timing.py"
    text = changed.read_bytes()
    changed.write_bytes(text.replace(b"\n", b"\r\n"))
    assert source.fingerprint()["hash"] == before, "line endings must not count"
    changed.write_bytes(text + b"#")
    assert source.fingerprint()["hash"] != before
    changed.write_bytes(text)
    (copy / "train.py").rename(copy / "measure" / "train.py")
    (copy / "train.py").write_bytes(b"")
    assert source.fingerprint()["hash"] != before


@pytest.mark.parametrize("path", STORED or [None], ids=lambda path: Path(path).name if path else "none")
def test_stored_measurements_come_from_this_source(path):
    if path is None:
        pytest.skip("chưa có tệp JSON nào đo trên GPU được lưu cạnh các chương")
    document = json.loads(path.read_text(encoding="utf-8"))
    assert schema.problems(document) == []
    assert document["source"]["hash"] == source.fingerprint()["hash"], "đo lại, hoặc trả mã đo về như cũ"
    assert not document["parameters"]["quick"], "một lần chạy thử không phải là phép đo"
