"""The command, on the CPU with --quick: one valid JSON, honest about what is missing, safe when something breaks."""

import importlib.util
import json

import pytest
from measure import __main__ as command
from measure import schema, store, timing


def run(tmp_path, *words):
    path = tmp_path / "out.json"
    code = command.main(["--device", "cpu", "--quick", "--out", str(path), *words])
    return code, json.loads(path.read_text(encoding="utf-8"))


def test_quick_run(tmp_path, small_images, capsys):
    chosen = ("ceilings", "goal-mnist", "ladder-mnist", "inference-mnist")
    code, document = run(tmp_path, *(word for name in chosen for word in ("--only", name)))
    said = capsys.readouterr().out
    assert code == 0
    assert schema.problems(document) == []
    sections = document["sections"]
    assert [sections[name]["status"] for name in chosen] == ["done"] * 4
    rungs = sections["ladder-mnist"]["results"]
    assert [row["key"] for row in rungs["rungs"]] == ["naive", "no_wait", "data_on_device", "larger_batch"]
    assert {row["reason"] for row in rungs["left_out"]} == {"không có GPU CUDA"}
    entries = sections["inference-mnist"]["results"]["backends"]
    assert entries["torch-eager-fp32"]["status"] == "done"
    for key, entry in entries.items():
        if "cuda" in key or "tensorrt" in key:
            assert entry["status"] == "absent"
            assert "rows" not in entry and entry["reason"]
    assert "con số dưới đây không dùng để báo cáo" in said
    assert "không có GPU CUDA" in said
    assert document["machine"]["kind"] == "cpu"
    assert document["machine"]["libraries"]["torch"]


@pytest.mark.slow
def test_quick_run_of_the_photos(tmp_path, small_images, capsys):
    chosen = ("goal-clothing", "ladder-clothing", "inference-clothing")
    code, document = run(tmp_path, *(word for name in chosen for word in ("--only", name)))
    assert code == 0, capsys.readouterr().out
    assert schema.problems(document) == []
    sections = document["sections"]
    assert [sections[name]["status"] for name in chosen] == ["done"] * 3
    assert {sections[name]["results"]["data"] for name in chosen} == {"clothing"}
    (goal,) = sections["goal-clothing"]["results"]["runs"]
    assert 0 <= goal["accuracy_mirrored"] <= 1, "photos are mirrored, digits are not"
    rungs = sections["ladder-clothing"]["results"]["rungs"]
    assert [row["key"] for row in rungs] == ["naive", "no_wait", "data_on_device", "larger_batch"]
    entries = sections["inference-clothing"]["results"]["backends"]
    done = {key for key, entry in entries.items() if entry["status"] == "done"}
    assert "torch-eager-fp32" in done
    if importlib.util.find_spec("onnxruntime"):
        assert {"onnxruntime-cpu-fp32", "onnxruntime-cpu-int8"} <= done
    assert all(entry["rows"] for key, entry in entries.items() if key in done)


def test_a_full_run_needs_a_gpu(tmp_path, capsys):
    with pytest.raises(SystemExit):
        command.main(["--device", "cpu", "--out", str(tmp_path / "x.json")])
    assert "--quick" in capsys.readouterr().err
    assert not (tmp_path / "x.json").exists()


def test_no_time_left(tmp_path):
    code, document = run(tmp_path, "--budget", "0")
    assert code == 0
    assert schema.problems(document) == []
    assert {section["reason"] for section in document["sections"].values()} == {"hết thời gian cho phép"}


def test_a_failure_costs_only_its_own_section(tmp_path, monkeypatch, capsys):
    def breaks(ctx):
        ctx.partial({"bandwidth": [1]})
        raise RuntimeError("kernel launch failed")

    seen = []

    def looks(ctx):
        seen.append(json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))["sections"])
        return {"data": "mnist", "profiles": []}

    monkeypatch.setitem(command.SECTIONS, "ceilings", breaks)
    monkeypatch.setitem(command.SECTIONS, "trace", looks)
    code, document = run(tmp_path, "--only", "ceilings", "--only", "trace")
    assert code == 1
    assert schema.problems(document) == []
    assert document["sections"]["ceilings"]["message"] == "RuntimeError: kernel launch failed"
    assert document["sections"]["ceilings"]["results"] == {"bandwidth": [1]}
    assert document["sections"]["trace"]["status"] == "done"
    assert seen[0]["ceilings"]["status"] == "failed", "written before the next section began"


def test_killed_in_the_middle_leaves_the_part_that_was_done(tmp_path, monkeypatch):
    def dies(ctx):
        ctx.partial({"bandwidth": [1]})
        raise KeyboardInterrupt

    monkeypatch.setitem(command.SECTIONS, "ceilings", dies)
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path, "--only", "ceilings")
    document = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert schema.problems(document) == []
    assert document["sections"]["ceilings"]["message"] == "bị ngắt giữa chừng"


def test_merge_takes_only_the_same_machine_and_source(tmp_path):
    path = tmp_path / "first.json"
    first = store.Store(path, "cpu", {"quick": True})
    first.put("trace", {"status": "absent", "reason": "thử", "seconds": 0})
    second = store.Store(tmp_path / "second.json", "cpu", {"quick": True})
    second.merge(path)
    assert second.document["sections"]["trace"]["reason"] == "thử"
    for place, value, said in (
        (("machine", "device"), "another", "máy khác"),
        (("source", "hash"), "sha256:1", "bản mã khác"),
        (("parameters", "quick"), False, "--quick"),
    ):
        document = json.loads(path.read_text(encoding="utf-8"))
        document[place[0]][place[1]] = value
        other = tmp_path / "other.json"
        other.write_text(json.dumps(document), encoding="utf-8")
        with pytest.raises(store.StoreError, match=said):
            second.merge(other)
    other.write_text("{", encoding="utf-8")
    with pytest.raises(store.StoreError, match="Không đọc được"):
        second.merge(other)


def test_deadline_is_looked_at_between_batches(net):
    from measure import inference

    class Never:
        device = "cpu"

        def wait(self):
            pass

        def runner(self, images):
            raise AssertionError("nothing new may begin")

    import torch

    assert inference.timings(Never(), torch.zeros(1, 1, 2, 2), (1,), 5, 0.1, timing.Deadline(0)) == []
