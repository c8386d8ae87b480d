"""The folder of a run: extended, edited, in use, without room; and the exit status that says so."""

from __future__ import annotations

import errno
import json
import multiprocessing
import os
import re
import shutil
import signal
import subprocess
import sys
import warnings
from pathlib import Path
from unittest import mock

import numpy as np
import pytest
from filelock import FileLock

from stepwise_ssl.training import Diverged, Run, TrainConfig, load_model, train
from stepwise_ssl.training import _command as command
from tools.faults import TINY, at_step, same

ROOT = Path(__file__).resolve().parent.parent
SHORT = TINY.replace(steps=12, checkpoint_seconds=60)
needs_hangup = pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="Windows has no SIGHUP")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """With a finished run of SHORT in it."""
    train(SHORT, tmp_path / "run", progress=False)
    return tmp_path / "run"


# --- longer ------------------------------------------------------------------------------------


def test_a_finished_run_is_made_longer_and_is_that_of_the_longer_settings(folder) -> None:
    longer = train(SHORT.replace(steps=30), folder, progress=False)
    at_once = train(SHORT.replace(steps=30), progress=False)
    assert longer.steps[-1] == 30 and longer.meta["finished"]
    common, here, there = np.intersect1d(longer.steps, at_once.steps, return_indices=True)
    assert set(common) > set(range(13, 31)) & set(at_once.steps)
    assert np.array_equal(longer.loss[here], at_once.loss[there])
    assert json.loads((folder / "config.json").read_text())["steps"] == 30
    same(Run.load(folder / "run"), longer)


def test_the_command_makes_it_longer(folder, capsys) -> None:
    assert command.main(["--resume", str(folder), "--steps", "20"]) == 0
    assert capsys.readouterr().out.endswith(f"stepwise-plot {folder} draws them\n")
    assert Run.load(folder / "run").steps[-1] == 20


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"steps": 5}, "steps (12 there, 5 here). Give another folder, or the configuration that "
         "is there. Steps can be added to a run, not taken away"),
        ({"steps": 30, "schedule": "cosine"}, "a run cannot be made longer"),
        ({"steps": 30, "lr": 0.1}, "lr (0.02 there, 0.1 here)"),
    ],
)  # fmt: skip
def test_what_would_change_the_steps_that_were_made_is_refused(folder, changes, words) -> None:
    with pytest.raises(ValueError, match=re.escape(words)):
        train(SHORT.replace(**changes), folder, progress=False)
    assert json.loads((folder / "config.json").read_text())["steps"] == 12


def test_a_schedule_that_would_change_says_why_not(tmp_path) -> None:
    cosine = SHORT.replace(schedule="cosine")
    train(cosine, tmp_path, progress=False)
    with pytest.raises(ValueError, match="'cosine' the learning rate of every step depends on"):
        train(cosine.replace(steps=30), tmp_path, progress=False)


# --- edited ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "value"), [("lr", 0.5), ("seed", 3), ("d", 5), ("steps", 6)])
def test_an_edited_configuration_is_refused_by_name(folder, capsys, name, value) -> None:
    before = Run.load(folder / "run")
    known = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(known | {name: value}))
    assert command.main(["--resume", str(folder)]) == 1
    said = capsys.readouterr().err
    assert f"{name} ({known[name]!r} when it was trained, {value!r} now" in said
    same(Run.load(folder / "run"), before)


# --- in use ------------------------------------------------------------------------------------


def test_a_folder_in_use_is_refused(folder) -> None:
    with FileLock(folder / ".lock"), pytest.raises(ValueError, match="another run is at work"):
        train(SHORT, folder, progress=False)
    assert train(SHORT, folder, progress=False).meta["finished"]  # free again


def _hold(folder: Path, held: multiprocessing.Event) -> None:
    lock = FileLock(folder / ".lock")
    lock.acquire()  # and not let go of: it would be free with its object
    held.set()
    signal.pause()


def test_the_lock_of_a_process_that_was_killed_is_free(folder) -> None:
    context = multiprocessing.get_context("spawn")
    held = context.Event()
    holder = context.Process(target=_hold, args=(folder, held))
    holder.start()
    assert held.wait(600)
    with pytest.raises(ValueError, match="another run is at work"):
        train(SHORT, folder, progress=False)
    holder.kill()
    holder.join()
    assert train(SHORT, folder, progress=False).meta["finished"]


@pytest.mark.parametrize("reason", [NotImplementedError("flock"), OSError(errno.ENOLCK, "locks")])
def test_a_file_system_without_locks_stops_nobody(tmp_path, reason) -> None:
    with mock.patch.object(FileLock, "acquire", side_effect=reason):
        assert train(SHORT, tmp_path, progress=False).meta["finished"]


def test_a_lock_file_that_a_kill_left_stops_nobody_where_there_are_no_locks(
    tmp_path, monkeypatch
) -> None:
    fcntl = pytest.importorskip("fcntl")

    def flock(*_: object) -> None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))

    (tmp_path / ".lock").write_text(f"{os.getpid()}\nhere\n")
    monkeypatch.setattr(fcntl, "flock", flock)
    assert train(SHORT, tmp_path, progress=False).meta["finished"]


# --- kept --------------------------------------------------------------------------------------


def test_an_interrupted_run_has_its_curves(tmp_path) -> None:
    with at_step(8, lambda: signal.raise_signal(signal.SIGINT)), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        run = train(SHORT, tmp_path, progress=False)
    kept = Run.load(tmp_path / "run")
    same(kept, run)
    assert kept.steps[-1] == 9 and not kept.meta["finished"]


def test_a_diverged_run_has_its_curves_and_says_so_by_its_status(tmp_path, capsys) -> None:
    (tmp_path / "c.json").write_text(SHORT.replace(lr=1e4).to_json())
    out = tmp_path / "out"
    assert command.main(["--config", str(tmp_path / "c.json"), "--out", str(out)]) == 3
    said = capsys.readouterr()
    assert f"stepwise-plot {out} draws them" in said.out
    kept = Run.load(out / "run")
    assert len(kept.steps) > 1 and np.isfinite(kept.loss[0])
    assert not kept.meta["finished"]
    assert f"step {kept.meta['diverged']} " in said.err
    assert f"lr = {kept.meta['safe_lr']:g} " in said.err


def test_a_loss_on_its_way_to_infinity_counts_no_modes() -> None:
    """It is refused at the record that shows it, before the bar counts what has blown up."""
    with pytest.raises(Diverged) as error:
        train(SHORT.replace(lr=30.0, steps=40, log_points=40), progress=False)
    loss = error.value.run.loss
    assert (loss[:-1] <= 1e6 * max(1, loss[0])).all()


def test_what_could_not_be_written_has_a_status_of_its_own(tmp_path, capsys) -> None:
    (tmp_path / "c.json").write_text(SHORT.to_json())
    full = mock.patch("os.fsync", side_effect=OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))
    with at_step(5, full.start):
        try:
            arguments = ["--config", str(tmp_path / "c.json"), "--out", str(tmp_path / "out")]
            assert command.main(arguments) == 4
        finally:
            full.stop()
    said = capsys.readouterr()
    assert "modes learned" in said.out and "could not be written" in said.err


def test_without_a_folder_the_command_says_that_nothing_is_kept(tmp_path, capsys) -> None:
    (tmp_path / "c.json").write_text(SHORT.to_json())
    assert command.main(["--config", str(tmp_path / "c.json")]) == 0
    assert capsys.readouterr().out.endswith("nothing was kept; with --out DIR curves and "
                                            "checkpoints are\n")  # fmt: skip


# --- SIGTERM -----------------------------------------------------------------------------------

SCRIPT = """
import signal, sys
from tools.faults import TINY, at_step
from stepwise_ssl.training import train
with at_step(20, lambda: signal.raise_signal(signal.SIGTERM)):
    train(TINY, sys.argv[1], progress=False)
print("the script runs on")
"""


def test_sigterm_ends_the_script_that_calls_train_after_saving(tmp_path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path / "out")],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == -signal.SIGTERM
    assert "interrupted at step 21" in done.stderr
    assert "runs on" not in done.stdout
    assert Run.load(tmp_path / "out" / "run").steps[-1] <= 21
    assert list((tmp_path / "out").glob("step-00000021-*.pt"))


def test_a_handler_of_the_callers_gets_sigterm_afterwards(tmp_path) -> None:
    came = []
    before = signal.signal(signal.SIGTERM, lambda *_: came.append("SIGTERM"))
    try:
        with at_step(5, lambda: signal.raise_signal(signal.SIGTERM)), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            run = train(SHORT, tmp_path, progress=False)
    finally:
        signal.signal(signal.SIGTERM, before)
    assert came == ["SIGTERM"] and not run.meta["finished"]
    assert load_model(tmp_path).hidden == 8


@pytest.mark.parametrize("ending", ["Diverged", "on_record"])
def test_sigterm_is_passed_on_where_training_ends_with_an_error(tmp_path, ending) -> None:
    came = []
    before = signal.signal(signal.SIGTERM, lambda *_: came.append("SIGTERM"))
    config = SHORT.replace(lr=1e9) if ending == "Diverged" else SHORT
    parts = {} if ending == "Diverged" else {"on_record": lambda m: 1 / 0 if m.step > 6 else None}
    try:
        with (
            at_step(0 if ending == "Diverged" else 6, lambda: signal.raise_signal(signal.SIGTERM)),
            pytest.raises((Diverged, ZeroDivisionError)),
        ):
            train(config, tmp_path, progress=False, **parts)
    finally:
        signal.signal(signal.SIGTERM, before)
    assert came == ["SIGTERM"]


@needs_hangup
def test_a_closed_terminal_is_treated_as_sigterm_also_where_the_shell_says_it_again(tmp_path):
    again = "[signal.raise_signal(signal.SIGHUP) for _ in range(2)]"
    listens = "import signal\nsignal.signal(signal.SIGHUP, signal.SIG_DFL)"  # not so under nohup
    twice = listens + SCRIPT.replace("signal.raise_signal(signal.SIGTERM)", again)
    done = subprocess.run(
        [sys.executable, "-c", twice, str(tmp_path / "out")],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == -signal.SIGHUP
    assert "interrupted at step 21" in done.stderr and "runs on" not in done.stdout
    assert list((tmp_path / "out").glob("step-00000021-*.pt"))


def test_signals_that_are_ignored_stay_so() -> None:
    names = {"SIGINT", "SIGTERM", "SIGHUP"} & set(dir(signal))  # nohup ignores the last
    before = {n: signal.signal(n, signal.SIG_IGN) for n in (getattr(signal, s) for s in names)}
    try:
        for number in before:
            with at_step(5, lambda number=number: signal.raise_signal(number)):
                assert train(SHORT, progress=False).meta["finished"]
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


# --- lost and moved ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["run.npz", "run.json"])
def test_lost_curves_are_written_again(folder, name) -> None:
    before = Run.load(folder)
    (folder / name).unlink()
    train(SHORT, folder, progress=False)
    same(Run.load(folder), before)


@pytest.mark.parametrize("what", ["a folder", "damaged"])
def test_curves_that_cannot_be_read_are_no_curves(folder, capsys, what) -> None:
    before, file = Run.load(folder), folder / "run.npz"
    file.unlink()
    file.mkdir() if what == "a folder" else file.write_bytes(b"damage")
    status = command.main(["--resume", str(folder)])
    said = capsys.readouterr()
    if what == "a folder":
        assert status == 4 and "the curves could not be written" in said.err
        assert f"no curves: '{file}' cannot be read: " in said.out.splitlines()[-1]
        assert not list(file.iterdir())
    else:
        assert status == 0 and f"curves: {file}; " in said.out
        same(Run.load(folder), before)


def test_a_run_of_the_name_run_in_the_folder_keeps_its_curves(tmp_path) -> None:
    train(SHORT, tmp_path / "run", progress=False)
    before = Run.load(tmp_path / "run")
    other = train(SHORT.replace(seed=1), tmp_path, progress=False)
    same(Run.load(tmp_path / "run"), before)
    same(Run.load(tmp_path), other)


def test_options_that_differ_are_named_and_no_others(folder) -> None:
    with pytest.raises(ValueError, match=r"run: loss_options lam \(1\.0 there, 0\.5 here\)\. Give"):
        train(SHORT.replace(loss_options={"lam": 0.5, "normalize": False}), folder)


def test_a_folder_that_vanishes_does_not_end_the_run(tmp_path) -> None:
    out = tmp_path / "out"
    config = SHORT.replace(checkpoint_seconds=0)
    with at_step(5, lambda: shutil.rmtree(out)), warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        run = train(config, out, progress=False)
    same(run, train(config, progress=False))
    assert any("could not be written" in str(warning.message) for warning in said)


def test_a_relative_folder_stays_where_it_was(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "elsewhere").mkdir()
    train(SHORT, "out", progress=False, on_record=lambda _: os.chdir(tmp_path / "elsewhere"))
    assert Run.load(tmp_path / "out").meta["finished"]


def test_an_edited_configuration_is_no_network_of_the_run(folder) -> None:
    known = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(known | {"d": 5}))
    with pytest.raises(ValueError, match=r"was edited since the training: d is 5 there and was 4"):
        load_model(folder)
    (folder / "config.json").write_text("{}x")
    with pytest.raises(ValueError, match=r"config\.json is no JSON"):
        load_model(folder)


# --- what is proposed --------------------------------------------------------------------------


def test_no_learning_rate_is_proposed_where_none_helps() -> None:
    with pytest.raises(Diverged, match="no learning rate went well: look at the loss itself") as e:
        train(SHORT, progress=False, loss=lambda a, b: (a - b).sum() * float("nan"))
    assert np.isnan(e.value.safe_lr)


def test_odd_files_and_numbers_of_settings_get_one_sentence(tmp_path, capsys) -> None:
    file = tmp_path / "settings.json"
    file.write_bytes(b"\xef\xbb\xbf" + TINY.to_json().encode())
    assert TrainConfig.load(file) == TINY
    file.write_text("[" * 100_000)
    with pytest.raises(ValueError, match="is no JSON"):
        TrainConfig.load(file)
    with pytest.raises(ValueError, match="steps is 100000000000; it must be between 1 and"):
        TINY.replace(steps=10**11)
    with pytest.raises(TypeError, match="split is the int 3; it must be a name"):
        TINY.replace(split=3)
    assert command.main(["digits-vicreg", "--out", ""]) == 1
    assert "--out is ''; it must be the path of a folder" in capsys.readouterr().err
