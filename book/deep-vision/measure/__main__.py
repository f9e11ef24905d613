"""The command: ``python -m measure``."""

import argparse
import functools
import sys
import tempfile
import time
import traceback
from pathlib import Path

import torch

from measure import ceilings, context, inference, report, store, timing, trace, training

#: in the order they are measured: what is cheap and needed by all first
SECTIONS = {
    "ceilings": ceilings.run,
    "goal-mnist": functools.partial(training.goal, name="mnist"),
    "ladder-mnist": functools.partial(training.ladder, name="mnist"),
    "inference-mnist": functools.partial(inference.run, name="mnist"),
    "trace": trace.run,
    "goal-clothing": functools.partial(training.goal, name="clothing"),
    "ladder-clothing": functools.partial(training.ladder, name="clothing"),
    "inference-clothing": functools.partial(inference.run, name="clothing"),
}


def arguments(words=None):
    """Return the parsed command line."""
    parser = argparse.ArgumentParser(prog="python -m measure", description="Đo mọi thứ trên máy này, ghi một tệp JSON.")
    parser.add_argument("--out", type=Path, default=Path("measurements.json"), help="tệp JSON để ghi")
    parser.add_argument(
        "--only", action="append", choices=sorted(SECTIONS), help="chỉ đo phần này; dùng được nhiều lần"
    )
    parser.add_argument("--quick", action="store_true", help="chạy nhỏ nhất để thử; con số không dùng để báo cáo")
    parser.add_argument("--budget", type=float, metavar="GIÂY", help="không bắt đầu việc mới sau từng này giây")
    parser.add_argument("--merge", action="append", type=Path, default=[], help="giữ các phần đã đo trong tệp này")
    parser.add_argument(
        "--backends", nargs="+", default=[], metavar="TÊN", help="chỉ đo các cách suy luận có tên bắt đầu như thế"
    )
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu", help="cuda hoặc cpu")
    parser.add_argument("--work", type=Path, help="thư mục giữ mạng đã huấn luyện và các tệp ONNX giữa hai lần chạy")
    parser.add_argument("--seed", type=int, default=0, help="hạt giống đầu tiên")
    options = parser.parse_args(words)
    if options.device == "cpu" and not options.quick:
        parser.error("máy này không có GPU CUDA: chỉ chạy được với --quick")
    return options


def measure(name, ctx, kept):
    """Measure one section, store it whatever happens, return its status."""
    partial, start = {}, time.perf_counter()

    def keep(results):
        partial.update(results)
        seconds = time.perf_counter() - start
        kept.put(name, {"status": "failed", "message": "bị ngắt giữa chừng", "seconds": seconds, "results": partial})

    ctx.partial = keep
    try:
        if ctx.deadline.passed():
            raise context.Absent("hết thời gian cho phép")
        section = {"status": "done", "results": SECTIONS[name](ctx)}
    except context.Absent as reason:
        section = {"status": "absent", "reason": str(reason)}
    except Exception as error:  # the other sections must still run
        traceback.print_exc()
        section = {"status": "failed", "message": f"{type(error).__name__}: {error}"[:2000]}
        if partial:
            section["results"] = partial
    kept.put(name, {**section, "seconds": time.perf_counter() - start})
    return section


def main(words=None):
    """Run the chosen sections; return 0 if none failed, 1 otherwise."""
    options = arguments(words)
    parameters = {"quick": options.quick, "seed": options.seed, "budget_s": options.budget}
    kept = store.Store(options.out, options.device, parameters)
    try:
        for earlier in options.merge:
            kept.merge(earlier)
    except store.StoreError as error:
        print(error, file=sys.stderr)
        return 2
    kept.write()
    print(report.heading(kept.document), flush=True)
    deadline = timing.Deadline(options.budget)
    failed = False
    with tempfile.TemporaryDirectory(prefix="measure-") as temporary:
        folder = options.work or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        for name in options.only or SECTIONS:
            ctx = context.Context(options.device, options.quick, options.seed, deadline, folder)
            ctx.backends, ctx.say = tuple(options.backends), functools.partial(print, flush=True)
            ctx.earlier = kept.document["sections"].get(name, {}).get("results", {})
            print(f"{name}:", flush=True)
            section = measure(name, ctx, kept)
            print(report.line(name, section), flush=True)
            failed |= section["status"] == "failed"
    print(report.closing(kept.document, options.out), flush=True)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
