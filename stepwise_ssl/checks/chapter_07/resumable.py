"""7.6: a run that is killed and started again, against one that nobody disturbs."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from ..engine import Exercise, Part, Trial
from ..learner import LearnerError
from . import own
from .interrupted import LEFT_OUT, STEPS, Killed, OneStep, program, undisturbed, without


def _start(trial: Trial, seed: int, path: Path, dies: int | None) -> tuple[Any, nn.Module, int]:
    """Start the learner's program; returns its result (None if killed), model and calls."""
    started, one_step = program(seed), OneStep(dies)
    try:
        result = trial.call(one_step, *started, STEPS, path)
    except Killed:
        return None, started[0], one_step.calls
    except LearnerError as error:
        _name_refusal(trial, error.message)
        raise
    return result, started[0], one_step.calls


def _name_refusal(trial: Trial, message: str) -> None:
    """Say in a line what PyTorch says in twenty where torch.load refuses a file."""
    if "Weights only load failed" not in message:
        return
    line = message.splitlines()[-1]  # the learner's own
    if "numpy" in message:
        trial.fail(
            "torch.load takes no NumPy numbers and arrays, and there are some in your file. Save "
            f"the losses as a list of floats: .tolist().\n{line}",
            named=True,
        )
    trial.fail(
        "torch.load takes tensors, numbers, text, lists and dicts, and in your file there is a "
        f"whole object. Save state_dict() of the model and of the optimizer.\n{line}",
        named=True,
    )


def _curve(trial: Trial, result: Any, want: list[float], seed: int, kill: int) -> None:
    if isinstance(result, np.ndarray) and result.shape != (STEPS,):
        if result.shape == (STEPS - kill,):
            trial.fail(
                "Only the losses since the restart come back. Those from before belong to the "
                "curve: save them, too.",
                named=True,
            )
        if result.shape == (STEPS + 1,):
            trial.fail(
                f"{result.size} losses for {STEPS} steps: your counter is one behind. When step k, "
                "counted from 0, is done, k + 1 steps are.",
                named=True,
            )
        if result.shape == (STEPS + kill,):
            trial.fail(
                f"{result.size} losses for {STEPS} steps: after the restart only those steps that "
                "are left are wanted.",
                named=True,
            )
    got = trial.array(result, shape=(STEPS,), what="The curve of losses")
    fresh, _ = undisturbed(seed + 100, STEPS)
    longer, _ = undisturbed(seed, STEPS + max(kill, 1))
    slips = [(want[:kill] + without(seed, kill, name), f"After the restart {why}")
             for name, why in LEFT_OUT.items()]  # fmt: skip
    slips += [
        (fresh, "The run began anew: this is the curve of the new model from its first step."),
        (want[:kill] + fresh[: STEPS - kill], "The losses are saved and nothing else is restored: "
         "after the restart this is the curve of the new model."),
        (longer[kill:], "The model went on, and your losses began anew: those from before the kill "
         "are missing, and as many steps too many are made in the end. Save the losses, too."),
        ([0.0] * kill + want[kill:], "The losses from before the kill are 0. Save them, and read "
         "them back."),
        (want[: kill - 1] + longer[kill : STEPS + 1], "Your counter is one behind: the loss of the "
         "step before the kill is lost, and a step too many is made in the end. When step k, "
         "counted from 0, is done, k + 1 steps are."),
        (want[:kill] + want[kill - 1 : -1], "The step before the kill is made twice."),
    ]  # fmt: skip
    trial.slips(got, want, slips)
    if not np.array_equal(got, want) and np.array_equal(np.float32(got), np.float32(want)):
        trial.fail(
            "Your losses have been in single precision: torch.tensor of a list of floats is "
            "float32. Keep a list, or say dtype=torch.float64.",
            named=True,
        )
    trial.require(
        np.array_equal(got, want),
        f"Killed before step {kill + 1} and started again, the curve departs from the undisturbed "
        f"one at step {1 + int(np.argmax(got != np.array(want)))}. Bit for bit is wanted.",
    )


def _goes_on(trial: Trial) -> None:
    seed = int(trial.rng.integers(1 << 20))
    want, state = undisturbed(seed, STEPS)
    with tempfile.TemporaryDirectory() as folder:
        result, *_ = _start(trial, seed, Path(folder) / "run", None)
        _curve(trial, result, want, seed, 0)
    kill = int(trial.rng.integers(2, STEPS - 3))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "run"
        _start(trial, seed, path, kill)
        trial.require(
            path.exists() and path.is_file(),
            f"The run was killed before step {kill + 1}, and at path there is no file. Save after "
            "each step, inside the loop.",
            otherwise="What is written at the end only, or elsewhere, does not survive a kill.",
        )
        untouched = program(seed + 100)[0].state_dict()
        result, model, calls = _start(trial, seed + 100, path, None)
        _curve(trial, result, want, seed, kill)
        trial.require(
            calls == STEPS - kill,
            f"Killed before step {kill + 1} of {STEPS}, the second start made {calls} steps; "
            f"{STEPS - kill} were left.",
            otherwise="Save after each step, and make no step twice.",
        )
        if all(torch.equal(v, untouched[name]) for name, v in model.state_dict().items()):
            trial.fail(
                "The curve is right, and the model that was given is still untrained: your run "
                "went on with another one. Load into the one that was given: "
                "model.load_state_dict.",
                named=True,
            )
        _same_model(trial, model, state)


def _same_model(trial: Trial, model: nn.Module, want: dict) -> None:
    for name, value in model.state_dict().items():
        if not torch.equal(value, want[name]):
            why = (
                "The running statistics of batch-norm are lost: they are buffers, no parameters. "
                "Losses in training do not show it, every later evaluation does."
                if "running" in name or "batches" in name
                else "Its weights are others."
            )
            trial.fail(f"The curve is right, the model at the end is not: {name} differs. {why}",
                       named=True)  # fmt: skip
    trial.require(True, "")


def _is_killed_again(trial: Trial) -> None:
    """Killed twice, the second time at once or after a step; then finished, then started again."""
    seed = int(trial.rng.integers(1 << 20))
    want, state = undisturbed(seed, STEPS)
    first = int(trial.rng.integers(1, 4))
    again = int(trial.rng.integers(0, 3))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "run"
        _start(trial, seed, path, first)
        _start(trial, seed + 50, path, again)
        result, model, _ = _start(trial, seed + 100, path, None)
        _curve(trial, result, want, seed, first + again)
        _same_model(trial, model, state)
        result, model, calls = _start(trial, seed + 150, path, 0)
        trial.require(
            result is not None and calls == 0,
            "Started once more after its end, your run makes a step. None is left.",
            otherwise="Either the last step is not in the file, as when you save before each step "
            "and not after it, or the loop's end does not depend on how far the run has come.",
        )
        trial.require(
            np.array_equal(np.asarray(result, dtype=float), want),
            "Started once more after its end, your run returns another curve.",
        )
        _same_model(trial, model, state)


RESUMABLE = Exercise(
    id="7.6",
    title="Killed and resumed",
    own=own.resumable,
    right="Right. Four things, and a fifth for the careful: write beside, then rename.",
    hint="path is a pathlib.Path: path.exists(). torch.save(state, path) and torch.load(path) take "
    "tensors, numbers, text, and lists and dicts of them; no NumPy arrays.",
    parts=(
        Part("one kill", 2, _goes_on),
        Part("two kills, and a start after the end", 1, _is_killed_again),
    ),
)
