"""What can go wrong while a network is trained, done on purpose: `python -m tools.faults`.

Each fault is a function that trains in an empty folder, does harm, goes on, and asserts what the
run promises. It returns a row of the table that the page on scaling out shows: what was done, what
happened, what was lost. The tests run them all and compare the rows with the table.
"""

from __future__ import annotations

import csv
import errno
import multiprocessing
import os
import random
import signal
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from unittest import mock

import numpy as np
import torch

from stepwise_ssl import training
from stepwise_ssl.training import Diverged, Run, TrainConfig, load_model, train
from stepwise_ssl.training._logbook import CURVES
from stepwise_ssl.training._pictures import Pictures
from tools.notebooks import ROOT

TABLE = ROOT / "book" / "assets" / "fault_table.csv"
KILLS = 20
# A run of a second or two with a checkpoint at every step.
TINY = TrainConfig(
    n=64, size=8, network="mlp", network_options={"widths": [8]}, d=4, steps=60, batch=16,
    lr=0.02, log_points=30, probe_pairs=16, evaluations=0, checkpoint_seconds=0, device="cpu",
    loss_options={"lam": 1.0, "normalize": False},
)  # fmt: skip


class Row(NamedTuple):
    """One line of the table."""

    done: str
    happened: str
    lost: str


def same(first: Run, second: Run) -> None:
    """Assert that two runs have the same curves, bit for bit."""
    for name in CURVES:
        assert np.array_equal(getattr(first, name), getattr(second, name)), name


def checkpoints(folder: Path) -> list[Path]:
    """The newest first."""
    return sorted(folder.glob("step-*.pt"), reverse=True)


@contextmanager
def at_step(step: int, action: Callable[[], None]) -> Iterator[None]:
    """Do something in the middle of a step."""
    batch = Pictures.batch

    def harmed(self: Pictures, now: int, part: slice) -> tuple:
        if now == step:
            action()
        return batch(self, now, part)

    with mock.patch.object(Pictures, "batch", harmed):
        yield


def stopped_at(step: int, folder: Path) -> None:
    """A run that Ctrl-C has stopped after a step."""
    with at_step(step, lambda: signal.raise_signal(signal.SIGINT)), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        run = train(TINY, folder, progress=False)
    assert not run.meta["finished"]


def resumed(folder: Path) -> tuple[Run, str]:
    """The run taken up again to its end, and what it warned of."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        run = train(TINY, folder, progress=False)
    assert run.meta["finished"]
    return run, " ".join(str(warning.message) for warning in said)


def raised(kind: type[BaseException], config: TrainConfig, folder: Path) -> BaseException:
    """The error with which training ends."""
    try:
        train(config, folder, progress=False)
    except kind as error:
        return error
    raise AssertionError(f"training ended without {kind.__name__}")


# --- the faults --------------------------------------------------------------------------------


def _in_child(config: TrainConfig, folder: Path) -> None:
    torch.set_num_threads(1)
    train(config, folder, progress=False)


def kills(folder: Path) -> Row:
    """kill -9 at random moments, again and again."""
    config = TINY.replace(steps=250)
    rng = random.Random(0)
    context = multiprocessing.get_context("forkserver")
    # Loaded once for all; torch.optim brings the second.
    context.set_forkserver_preload([__name__, "torch._dynamo"])
    resumed_at = set()
    for _ in range(KILLS):
        before = len(checkpoints(folder)) and int(checkpoints(folder)[0].name[5:13])
        resumed_at.add(before)
        child = context.Process(target=_in_child, args=(config, folder))
        child.start()
        wanted, patience = before + rng.randint(1, 12), time.monotonic() + 60
        while not any(int(path.name[5:13]) >= wanted for path in checkpoints(folder)):
            assert child.is_alive() and time.monotonic() < patience
            time.sleep(0.001)
        time.sleep(rng.uniform(0, 0.02))
        os.kill(child.pid, signal.SIGKILL)
        child.join()
        assert child.exitcode == -signal.SIGKILL
    assert len(resumed_at) == KILLS  # each kill found the run further on
    assert len(checkpoints(folder)) <= 3  # two, and one if the kill came before the oldest went
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        same(train(config, folder, progress=False), train(config, progress=False))
    finally:
        torch.set_num_threads(threads)
    return Row(
        f"kill -9 at {KILLS} random moments of one run",
        "each time it went on from its last checkpoint; curves equal an undisturbed run's, bit "
        "for bit",
        "the steps since the last checkpoint, made again",
    )


def _damaged(folder: Path, damage: Callable[[Path], None], word: str) -> None:
    stopped_at(30, folder)
    newest, previous = checkpoints(folder)
    damage(newest)
    run, said = resumed(folder)
    assert newest.name in said and previous.name in said and word in said, said
    same(run, train(TINY, progress=False))


def truncated(folder: Path) -> Row:
    """The newest checkpoint has lost its end."""
    _damaged(folder, lambda path: os.truncate(path, path.stat().st_size // 2), "damaged")
    return Row(
        "newest checkpoint cut in half",
        "a warning that names it; the one before it was used; curves equal, bit for bit",
        "one checkpoint's worth of steps, made again",
    )


def flipped(folder: Path) -> Row:
    """One bit of the newest checkpoint is another."""

    def flip(path: Path) -> None:
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)

    _damaged(folder, flip, "damaged")
    return Row(
        "one bit of the newest checkpoint flipped",
        "a warning that names it; the one before it was used; curves equal, bit for bit",
        "one checkpoint's worth of steps, made again",
    )


def missing(folder: Path) -> Row:
    """The newest checkpoint is gone."""
    stopped_at(30, folder)
    checkpoints(folder)[0].unlink()
    same(resumed(folder)[0], train(TINY, progress=False))
    return Row(
        "newest checkpoint deleted",
        "the one before it was used; curves equal, bit for bit",
        "one checkpoint's worth of steps, made again",
    )


def all_damaged(folder: Path) -> Row:
    """No checkpoint is whole."""
    stopped_at(30, folder)
    for path in checkpoints(folder):
        path.write_bytes(b"")
    said = str(raised(ValueError, TINY, folder))
    assert all(path.name in said for path in checkpoints(folder))
    assert "start anew in another folder" in said
    return Row(
        "every checkpoint emptied",
        "an error that names them and says how to start anew; nothing was overwritten",
        "the run",
    )


def disk_full(folder: Path) -> Row:
    """From step 30 on the disk takes nothing more."""
    full = mock.patch("os.fsync", side_effect=OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))
    with at_step(30, full.start), warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        try:
            run = train(TINY, folder, progress=False)
        finally:
            full.stop()
    said = " ".join(str(warning.message) for warning in said)
    assert "No space left on device" in said and "the one of step 30 stays" in said, said
    assert "the curves could not be written" in said
    assert not list(folder.glob("*.part"))
    undisturbed = train(TINY, progress=False)
    same(run, undisturbed)
    assert checkpoints(folder)[0].name.startswith("step-00000030")
    same(resumed(folder)[0], undisturbed)  # with space again
    return Row(
        "no space left on the disk from step 30 of 60 on",
        "warnings; training went on and returned its curves; checkpoint 30 stayed whole, and the "
        "run went on from it when there was space",
        "nothing that was written",
    )


def not_a_number(folder: Path) -> Row:
    """A learning rate far too large."""
    config = training.recipe(
        "digits-barlow-twins", lr=10.0, steps=60, evaluations=0, checkpoint_seconds=0
    )
    error = raised(Diverged, config, folder)
    assert f"step {error.step} " in str(error) and f"lr = {error.safe_lr:g} " in str(error)
    assert np.isfinite(error.run.loss[0])
    same(Run.load(folder / "run"), error.run)
    assert all(p.isfinite().all() for p in load_model(folder).parameters())
    again = train(config.replace(lr=error.safe_lr, steps=150), progress=False)
    assert again.loss[-1] < again.loss[0]
    return Row(
        "learning rate 10, and the loss blew up",
        "an error that names the step and a learning rate, which trained; the curves until then "
        "were kept",
        "the steps after the last sound checkpoint",
    )


def interrupted(folder: Path) -> Row:
    """Ctrl-C, and a scheduler's notice."""
    undisturbed = train(TINY, progress=False)
    ended = []
    for number in (signal.SIGINT, signal.SIGTERM):
        out = folder / signal.Signals(number).name
        before = signal.signal(signal.SIGTERM, lambda *_: ended.append("as without us"))
        with (
            at_step(30, lambda number=number: signal.raise_signal(number)),
            warnings.catch_warnings(record=True) as said,
        ):
            warnings.simplefilter("always")
            run = train(TINY, out, progress=False)
        signal.signal(signal.SIGTERM, before)
        assert len(ended) == (number == signal.SIGTERM)
        assert f"interrupted at step 31: stepwise-train --resume {out}" in str(said[-1].message)
        assert not run.meta["finished"]
        same(Run.load(out / "run"), run)
        same(resumed(out)[0], undisturbed)
    return Row(
        "Ctrl-C, or SIGTERM from a scheduler",
        "the step was finished and saved, curves too, and how to go on was said; after SIGTERM the "
        "program then ended as it does without us; curves equal, bit for bit",
        "nothing",
    )


def interrupted_twice(folder: Path) -> Row:
    """Ctrl-C, and again before the step is over."""

    def twice() -> None:
        first = signal.getsignal(signal.SIGINT).__self__
        signal.raise_signal(signal.SIGINT)
        while not first.raised:  # Python handles a signal between two of its instructions
            pass
        signal.raise_signal(signal.SIGINT)

    with at_step(30, twice):
        raised(KeyboardInterrupt, TINY, folder)
    assert checkpoints(folder)[0].name.startswith("step-00000030")
    same(resumed(folder)[0], train(TINY, progress=False))
    return Row(
        "Ctrl-C twice",
        "it stopped at once; the last checkpoint was whole; curves equal, bit for bit",
        "the steps since the last checkpoint, made again",
    )


def edited(folder: Path) -> Row:
    """Somebody writes another learning rate into config.json."""
    stopped_at(30, folder)
    before = Run.load(folder / "run")
    file = folder / "config.json"
    file.write_text(TINY.replace(lr=0.1).to_json())
    said = str(raised(ValueError, TrainConfig.load(file), folder))
    assert "lr (0.02 when it was trained, 0.1 now: config.json was edited since)" in said
    same(Run.load(folder / "run"), before)
    file.write_text(TINY.to_json())
    same(resumed(folder)[0], train(TINY, progress=False))
    return Row(
        "config.json edited by hand",
        "refused, and what had been edited was named; put back, it went on; curves equal, bit for "
        "bit",
        "nothing",
    )


def twice_at_once(folder: Path) -> Row:
    """A second process is given the folder in which a first one trains."""
    said = []
    with at_step(30, lambda: said.append(str(raised(ValueError, TINY, folder)))):
        run = train(TINY, folder, progress=False)
    assert "another run is at work" in said[0]
    same(run, train(TINY, progress=False))
    return Row(
        "a second run started in the folder of a running one",
        "refused; the first one's curves equal an undisturbed run's, bit for bit",
        "nothing",
    )


FAULTS: dict[str, Callable[[Path], Row]] = {
    function.__name__: function
    for function in (
        kills, truncated, flipped, missing, all_damaged, disk_full, not_a_number, interrupted,
        interrupted_twice, edited, twice_at_once,
    )
}  # fmt: skip


def main() -> None:
    """Do all the harm and write the table."""
    rows = []
    for name, fault in FAULTS.items():
        print(name, flush=True)
        with tempfile.TemporaryDirectory() as folder:
            rows.append(fault(Path(folder)))
    with open(TABLE, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(Row._fields)
        writer.writerows(rows)


if __name__ == "__main__":
    main()
