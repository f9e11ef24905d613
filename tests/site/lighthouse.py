"""Lighthouse, mobile, on some pages of the built site: ``python -m tests.site.lighthouse [--runs 5] [page …]``.

The site is served gzipped over HTTP/1.1. Of several runs the median counts. Numbers of performance mean something on an
idle machine only; the other three categories are the same everywhere. The weight is that of a page without pictures,
which are fetched when a reader comes near them.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.browser import chromium

from .serving import serve
from .tools import REMEDY, ROOT, node_package, run_node

__all__ = ["GOALS", "PAGES", "measure"]

PAGES = ("index.html", "images/pixels.html", "models/linear-regression.html")
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
#: Name → (the audit, what to divide by, the goal, whether larger is better)
GOALS = {
    "performance": 98,
    "accessibility": 100,
    "best-practices": 100,
    "seo": 100,
    "LCP s": 1.8,
    "CLS": 0.02,
    "TBT ms": 50,
    "KiB": 120,
}
FLAGS = "--headless=new --no-sandbox --disable-gpu --no-first-run --disable-background-networking"


def read(report):
    """Return the numbers of one report: name → number; failed audits under ``"failed"``."""
    audits, found = report["audits"], {}
    for name in CATEGORIES:
        if name in report["categories"]:
            found[name] = round(100 * (report["categories"][name]["score"] or 0))
    found["LCP s"] = round(audits["largest-contentful-paint"]["numericValue"] / 1000, 2)
    found["FCP s"] = round(audits["first-contentful-paint"]["numericValue"] / 1000, 2)
    found["CLS"] = round(audits["cumulative-layout-shift"]["numericValue"], 4)
    found["TBT ms"] = round(audits["total-blocking-time"]["numericValue"])
    sent = audits["network-requests"]["details"]["items"]
    found["KiB"] = round(sum(one["transferSize"] for one in sent if one.get("resourceType") != "Image") / 1024, 1)
    weighed = {ref["id"] for c in report["categories"].values() for ref in c["auditRefs"] if ref["weight"]}
    found["failed"] = sorted(
        name for name in weighed if audits[name]["score"] is not None and audits[name]["score"] < 0.9
    )
    return found


def measure(address, *, categories=CATEGORIES, timeout=180):
    """Run Lighthouse once on an address; return :func:`read`'s numbers."""
    with tempfile.TemporaryDirectory(prefix="lighthouse-") as folder:
        target = Path(folder, "report.json")
        run_node(
            node_package("lighthouse") / "cli" / "index.js",
            address,
            "--quiet",
            "--output=json",
            f"--output-path={target}",
            f"--only-categories={','.join(categories)}",
            f"--chrome-flags={FLAGS} --user-data-dir={folder}/profile",
            timeout=timeout,
            CHROME_PATH=chromium(),
            CI="1",  # no question whether to report errors
        )
        return read(json.loads(target.read_text("utf-8")))


def median(results):
    """Return the median of every number, and every audit that failed at least once."""
    middle = {name: statistics.median(r[name] for r in results) for name in results[0] if name != "failed"}
    return middle | {"failed": sorted({name for r in results for name in r["failed"]})}


def main():
    """Measure and print a table; return 1 if a goal is missed."""
    parser = argparse.ArgumentParser(description="Đo trang web bằng Lighthouse (điện thoại), lấy trung vị")
    parser.add_argument("pages", nargs="*", default=PAGES)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--site", type=Path, default=ROOT / "_build" / "html")
    options = parser.parse_args()
    if chromium() is None or node_package("lighthouse") is None:
        print(f"Cần Chromium và Lighthouse: {REMEDY}.", file=sys.stderr)
        return 2
    missed = False
    with serve(options.site) as server:
        for page in options.pages:
            try:
                runs = [measure(server.address + page) for _ in range(options.runs)]
            except (subprocess.SubprocessError, OSError) as error:
                print(f"Lighthouse dừng ở trang {page}: {error}", file=sys.stderr)
                return 2
            numbers = median(runs)
            late = [
                n
                for n, goal in GOALS.items()
                if (numbers[n] < goal if goal >= 98 and n != "KiB" else numbers[n] > goal)
            ]
            missed |= bool(late)
            print(f"{page} (trung vị của {options.runs} lần; điểm từng lần {[r['performance'] for r in runs]})")
            print("  " + " · ".join(f"{name} {value:g}" for name, value in numbers.items() if name != "failed"))
            if late or numbers["failed"]:
                print(f"  chưa đạt: {', '.join(late + numbers['failed'])}")
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
