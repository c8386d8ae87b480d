"""Terminals, pipes and full disks that cannot take what is said: the work is done all the same."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from stepwise_ssl._terminal import Steady, readable
from stepwise_ssl.plots import _command as plot
from stepwise_ssl.runs import Run
from stepwise_ssl.training import train
from tools.faults import TINY

CONFIG = TINY.replace(steps=4)
TRAIN = [sys.executable, "-m", "stepwise_ssl.training"]
PLOT = [
    sys.executable,
    "-c",
    "import sys; from stepwise_ssl.plots._command import main; sys.exit(main())",
]
needs_full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    file = tmp_path / "settings.json"
    file.write_text(CONFIG.to_json())
    return file


@pytest.fixture
def nobody() -> io.FileIO:
    """A pipe whose reader has left."""
    reading, writing = os.pipe()
    os.close(reading)
    with open(writing, "wb") as file:
        yield file


def run(command: list[object], **given: object) -> subprocess.CompletedProcess:
    return subprocess.run([*map(str, command)], check=False, timeout=600, **given)


def test_training_goes_on_when_nobody_reads(settings, nobody, tmp_path) -> None:
    ended = run(
        [*TRAIN, "--config", settings, "--out", tmp_path / "a"], stdout=nobody, stderr=nobody
    )
    assert ended.returncode == 0
    assert Run.load(tmp_path / "a").meta["finished"]


@pytest.mark.skipif(os.name == "nt", reason="a shell of POSIX")
def test_training_needs_no_streams_at_all(settings, tmp_path) -> None:
    script = f"exec '{sys.executable}' -m stepwise_ssl.training --config '{settings}'"
    ended = run(["sh", "-c", f"{script} --out '{tmp_path / 'a'}' >&- 2>&-"])
    assert ended.returncode == 0
    assert Run.load(tmp_path / "a").meta["finished"]


def test_a_bar_that_nobody_can_see_stops_no_training(monkeypatch) -> None:
    class Gone(io.StringIO):
        def write(self, text: str) -> int:
            raise OSError(5, "Input/output error")

    for stream in (Gone(), None):
        monkeypatch.setattr(sys, "stderr", stream)
        assert train(CONFIG).meta["finished"]


@needs_full
def test_a_full_disk_behind_the_output_is_said_and_has_a_status(settings, tmp_path) -> None:
    with open("/dev/full", "w") as full:
        for arguments in (["digits-vicreg", "--show"], ["--help"]):
            ended = run([*TRAIN, *arguments], stdout=full, stderr=subprocess.PIPE, text=True)
            assert ended.returncode == 4
            assert ended.stderr == (
                "stepwise-train: standard output cannot be written: No space left on device\n"
            )
        picture = tmp_path / "p.png"
        ended = run(
            [*PLOT, "digits_vicreg_s0", "--out", picture], stdout=full, stderr=subprocess.PIPE
        )
        assert ended.returncode == 1 and b"No space left" in ended.stderr and picture.exists()


def test_the_picture_is_drawn_when_the_reader_has_left(nobody, tmp_path) -> None:
    picture = tmp_path / "p.png"
    ended = run(
        [*PLOT, "digits_vicreg_s0", "--out", picture], stdout=nobody, stderr=subprocess.PIPE
    )
    assert (ended.returncode, ended.stderr) == (0, b"") and picture.exists()


def test_a_terminal_without_accents_gets_escapes(settings, tmp_path) -> None:
    narrow = os.environ | {"PYTHONIOENCODING": "ascii"}
    out = tmp_path / "läufe"
    ended = run([*TRAIN, "--config", settings, "--out", out], env=narrow, stdout=subprocess.PIPE)
    assert ended.returncode == 0 and rb"l\xe4ufe" in ended.stdout
    command = [*PLOT, out, "--out", tmp_path / "p.png"]
    assert run(command, env=narrow, stdout=subprocess.DEVNULL).returncode == 0


@pytest.mark.skipif(sys.platform != "linux", reason="names of any bytes")
def test_a_run_whose_name_is_no_text_is_drawn(tmp_path) -> None:
    out = Path(os.fsdecode(os.fsencode(tmp_path) + b"/l\xe4ufe"))
    train(CONFIG, out, progress=False)
    picture, table = tmp_path / "p.svg", tmp_path / "t.csv"
    assert plot.main([str(out), "--out", str(picture), "--csv", str(table)]) == 0
    assert picture.exists()
    assert "l�ufe" in table.read_text("utf-8")


def test_after_a_failure_a_stream_is_silent_and_says_what_was_lost() -> None:
    class Full(io.StringIO):
        def write(self, text: str) -> int:
            raise OSError(28, "No space left on device")

    steady = Steady(Full())
    assert steady.write("a") == 1
    assert steady.lost == "No space left on device"
    closed = io.StringIO()
    closed.close()
    steady = Steady(closed)
    steady.write("a")
    steady.flush()
    assert steady.lost == ""


def test_names_are_readable() -> None:
    assert readable("läufe") == "läufe"
    assert readable("l\udce4ufe") == "l�ufe"
    assert readable("\ud800") == "?"
