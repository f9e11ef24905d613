"""A browser for the tests: the machine's own Chromium, driven by Playwright."""

import contextlib
import shutil

import pytest

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
BROWSER_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                 "--disable-component-update", "--disable-sync"]  # fmt: skip


def chromium():
    """Return the path of the machine's Chromium, or None."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


@contextlib.contextmanager
def open_browser():
    """Run a headless Chromium; skips the test where there is none."""
    program = chromium()
    if program is None:
        pytest.skip("không tìm thấy Chromium: cài gói chromium (Debian, Ubuntu: apt-get install chromium)")
    api = pytest.importorskip("playwright.sync_api", reason="thiếu Playwright: chạy make để cài các gói kiểm thử")
    with api.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=BROWSER_FLAGS)
        yield running
        running.close()
