"""Two processes on this CPU are one: same loss, same gradients, same run, to 1e-6 in float64."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

import pytest
import torch

from stepwise_ssl.training import train
from stepwise_ssl.training._team import Team
from tests import two_processes
from tools.notebooks import ROOT

TORCHRUN = (sys.executable, "-m", "torch.distributed.run", "--standalone")
COMMAND = two_processes.config("VICReg", checkpoint_seconds=0)


class Found(NamedTuple):
    """What one process finds, what each of two finds, and what these two print."""

    alone: dict
    both: tuple[dict, dict]
    printed: str
    folder: Path


@pytest.fixture(scope="module")
def found(tmp_path_factory) -> Found:
    """One start of two processes for all tests: it takes longer than what they do."""
    folder = tmp_path_factory.mktemp("two")
    (folder / "config.json").write_text(COMMAND.to_json())
    done = subprocess.run(
        [*TORCHRUN, "--nproc-per-node", "2", "-m", "tests.two_processes", str(folder)],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=1200,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    both = tuple(torch.load(folder / f"{rank}.pt", weights_only=True) for rank in (0, 1))
    return Found(two_processes.measure(), both, done.stdout, folder / "out")


def error(one: object, two: object) -> float:
    """The largest difference, relative to the largest entry."""
    one, two = (torch.as_tensor(x, dtype=torch.float64) for x in (one, two))
    return float((one - two).abs().max() / one.abs().max().clamp(min=1e-12))


@pytest.mark.parametrize("name", two_processes.LOSSES)
def test_two_processes_find_what_one_finds(found, name, report) -> None:
    worst = {"loss": 0.0, "gradients and statistics": 0.0, "curves": 0.0}
    for process in found.both:
        assert process["processes"] == 2
        assert process[name].keys() == found.alone[name].keys()
        for key, value in found.alone[name].items():
            other = "curves" if "curve" in key else "gradients and statistics"
            kind = key if key == "loss" else other
            worst[kind] = max(worst[kind], error(value, process[name][key]))
    report(
        f"two processes against one, {name}: {', '.join(f'{k} {v:.0e}' for k, v in worst.items())}"
    )
    assert max(worst.values()) < 1e-6


def test_batch_norm_was_joined(found) -> None:
    assert found.alone["joint"] == 0
    assert found.both[0]["joint"] == found.both[1]["joint"] == 10  # all that a small ResNet has


def test_the_command_is_the_same_under_torchrun(found) -> None:
    """One folder, written by one process; the run is that of a single process."""
    assert found.printed.count("modes learned") == 1
    assert "2 process(es)" in found.printed
    alone = train(COMMAND, progress=False)
    again = train(COMMAND, found.folder, progress=False)  # complete: returned as it is
    assert again.meta["finished"]
    assert error(alone.eigenvalues, again.eigenvalues) < 1e-6


def test_ctrl_c_stops_both_at_one_step_and_saves(tmp_path) -> None:
    """A terminal sends the signal to all of them, and torchrun once more to the two."""
    config = COMMAND.replace(steps=100_000, log_points=10)
    (tmp_path / "config.json").write_text(config.to_json())
    command = ("-m", "stepwise_ssl.training", "--config", str(tmp_path / "config.json"))
    running = subprocess.Popen(
        [*TORCHRUN, "--nproc-per-node", "2", *command, "--out", str(tmp_path / "out")],
        cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip
    patience = time.monotonic() + 1200
    while not list(tmp_path.glob("out/step-*.pt")) and time.monotonic() < patience:
        time.sleep(0.05)
    os.killpg(running.pid, signal.SIGINT)
    said = running.communicate(timeout=600)[1]
    (step,) = re.findall(r"interrupted at step (\d+): stepwise-train --resume", said)
    newest = max(tmp_path.glob("out/step-*.pt"))
    assert newest.name.startswith(f"step-{int(step):08d}")


def test_a_batch_that_cannot_be_shared_is_refused() -> None:
    with pytest.raises(ValueError, match="batch is 25; it must be a multiple of 2"):
        Team.part(_Two(), 25)


class _Two:
    size, rank = 2, 0


def test_alone_nothing_is_gathered_or_wrapped() -> None:
    members, model = Team(torch.device("cpu")), torch.nn.Linear(2, 2)
    z = torch.ones(3, 2)
    assert members.gather(z) is z
    assert members.average_gradients(model) is members.join_batch_norm(model) is model
    assert members.any(True) and not members.any(False)
