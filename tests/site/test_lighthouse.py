"""Lighthouse on three pages: what does not depend on how busy the machine is. (``make lighthouse`` measures speed.)"""

import pytest

from tests.browser import chromium

from .lighthouse import PAGES, measure, median
from .serving import serve
from .tools import REMEDY, node_package

CATEGORIES = ("accessibility", "best-practices", "seo")


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("name", PAGES)
def test_all_that_is_not_speed(site, name):
    if chromium() is None:
        pytest.skip("không tìm thấy Chromium: cài gói chromium")
    if node_package("lighthouse") is None:
        pytest.skip(f"chưa cài Lighthouse: {REMEDY}")
    with serve(site) as server:
        found = measure(server.address + name, categories=("performance", *CATEGORIES))
    assert {key: found[key] for key in CATEGORIES} == dict.fromkeys(CATEGORIES, 100), found["failed"]
    assert found["CLS"] < 0.02


def test_median():
    runs = [{"seo": 90, "failed": ["a"]}, {"seo": 100, "failed": []}, {"seo": 100, "failed": ["b"]}]
    assert median(runs) == {"seo": 100, "failed": ["a", "b"]}
