"""Measured numbers that tests report: printed together at the end of the run."""

from __future__ import annotations

import signal
from collections.abc import Callable

import pytest

_LINES = pytest.StashKey[list[str]]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_LINES] = []
    # A shell starts what runs in the background with interrupts ignored; some tests raise one.
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def report(pytestconfig: pytest.Config) -> Callable[[str], None]:
    """``report(line)`` puts a line under "measured" at the end of the run."""
    return pytestconfig.stash[_LINES].append


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    if config.stash[_LINES]:
        terminalreporter.section("measured")
        for line in config.stash[_LINES]:
            terminalreporter.write_line(line)
