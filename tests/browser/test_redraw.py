"""The benchmark of redraws measures what it says; how fast they are is no test's matter."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from benchmarks.redraw import EXPLORERS, redraw_time

from .explorers import pages, words


@pytest.mark.parametrize("name, make, controls, limit", EXPLORERS)
def test_every_slider_that_is_timed_redraws(
    browser: Browser, tmp_path: Path, name, make, controls, limit
) -> None:
    with pages(browser, tmp_path, name, make) as show:
        page = show()
        for control in controls:
            before = words(page)
            thread, clock = redraw_time(page, control, rounds=1)
            assert thread > 0 and clock > 0
            assert words(page) != before
