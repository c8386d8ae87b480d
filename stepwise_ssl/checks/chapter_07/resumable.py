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
from ..values import as_array
from . import own
from .interrupted import LEFT_OUT, OneStep, program, undisturbed, views_drawn, without
from .killed import ENDED, life, refuse_other_ends


def _start(trial: Trial, seed: int, steps: int, path: Path) -> tuple[Any, nn.Module, OneStep]:
    """Start the learner's program; returns its result, the model, and what made the steps."""
    started, one_step = program(seed), OneStep()
    try:
        result = trial.call(one_step, *started, steps, path)
    except LearnerError as error:
        _name_refusal(trial, error.message)
        raise
    return result, started[0], one_step


def _start_and_kill(trial: Trial, seed: int, steps: int, path: Path, dies: int, when: str) -> None:
    """Start the learner's program, which gets SIGKILL before its step number `dies` from 0."""
    end = life(trial.value, program(seed), OneStep(dies), steps, path)
    try:
        refuse_other_ends(end)
    except LearnerError as error:
        _name_refusal(trial, error.message)
        raise
    if end.how == ENDED:
        trial.fail(
            f"{when} your run calls one_step {end.calls} times and returns. With "
            f"{steps} steps in all there is more to do.",
            named=True,
        )
    if not path.is_file():
        others = sorted(p.name for p in path.parent.iterdir())
        why = (
            f"Beside it there is {others[0]!r}. A new start looks at path itself: whatever the "
            "file is called while it is written, it has to be there after each step."
            if others
            else "After a kill nothing of yours runs, no `except` and no `finally`: save after "
            "each step, inside the loop."
        )
        trial.fail(
            f"{when} your run was killed before step {dies + 1} of {steps}, and at path there is "
            f"no file. {why}",
            named=True,
        )


def _name_refusal(trial: Trial, message: str) -> None:
    """Say in a line what PyTorch says in twenty where torch.load refuses a file."""
    if "Weights only load failed" not in message:
        return
    trial.fail(
        "torch.load refuses what is in your file. It takes tensors, numbers, text, lists and "
        "dicts: state_dict() of model and optimizer and not the objects themselves, and losses as "
        f"a list of floats and not as NumPy's (.tolist()).\n{message.splitlines()[-1]}",
        named=True,
    )


def _curve(
    trial: Trial, result: Any, want: list[float], seed: int, kill: int, calls: int, when: str
) -> None:  # fmt: skip
    """Compare a curve of losses, bit for bit.

    `kill` steps had been made when the run began, which then called one_step `calls` times.
    """
    steps = len(want)
    array = as_array(result)
    if array is not None and array.ndim == 1 and len(array) != steps:
        count = f"{len(array)} losses come back for {steps} steps"
        if len(array) == calls == steps - kill:
            trial.fail(
                f"{count}: as many as there are after the restart. The losses from before belong "
                "to the curve, so they have to be in the file.",
                named=True,
            )
        if len(array) > steps:
            why = (
                f"The run calls one_step {calls} times, as often as it should: your curve has more "
                "losses than steps were made."
                if calls == steps - kill
                else f"The run calls one_step {calls} times, and {steps - kill} steps are left: "
                "when step k, counted from 0, is done, k + 1 are."
            )
            trial.fail(f"{count}. {why} ({when}.)", named=True)
    got = trial.array(result, shape=(steps,), what="The curve of losses")
    if kill and (trial.goes_on or not np.array_equal(got, want)):
        fresh, _ = undisturbed(seed + 100, steps)
        longer, _ = undisturbed(seed, steps + kill)
        slips = [(want[:kill] + without(seed, kill, steps, name), f"After the restart {why}")
                 for name, why in LEFT_OUT.items()]  # fmt: skip
        slips += [
            (fresh, "The run began anew: this is the curve of the new model from its first step."),
            (want[:kill] + fresh[: steps - kill], "The losses are saved and nothing else is "
             "restored: after the restart this is the curve of the new model."),
            (longer[kill:], "The model went on, and your losses began anew: those from before the "
             "kill are missing, and as many steps too many are made in the end. Save the losses, "
             "too."),
            ([0.0] * kill + want[kill:], "The losses from before the kill are 0. Save them, and "
             "read them back."),
            (want[: kill - 1] + longer[kill : steps + 1], "The loss of the step before the kill is "
             "lost, and a step too many is made in the end. When step k, counted from 0, is done, "
             "k + 1 steps are."),
            (want[:kill] + want[kill - 1 : -1], "The step before the kill is made twice."),
        ]  # fmt: skip
        trial.slips(got, want, slips)
    if not np.array_equal(got, want) and np.array_equal(np.float32(got), np.float32(want)):
        trial.fail(
            "Your losses are the right ones in single precision only. torch.tensor of a list of "
            "floats is float32: keep a list, or say dtype=torch.float64.",
            named=True,
        )
    trial.require(
        np.array_equal(got, want),
        f"{when}, the curve departs from the undisturbed one at step "
        f"{1 + int(np.argmax(got != np.array(want)))} of {steps}. Bit for bit is wanted.",
    )


def _refuse_other_views(
    trial: Trial, result: Any, want: list[float], made: OneStep, seed: int
) -> None:
    """An undisturbed run that has as many losses as it should, of other views."""
    array = as_array(result)
    if array is None or array.shape != (len(want),) or np.array_equal(array, want):
        return
    drawn = views_drawn(seed, len(want))
    step = next((k for k, (a, b) in enumerate(zip(made.drew, drawn, strict=False)) if a != b), None)
    if step is not None:
        stands = "where the program starts it" if step == 0 else "where the step before has left it"
        trial.fail(
            f"Not disturbed at all, your run draws other views than it should from step {step + 1} "
            f"on: the generator that one_step gets does not stand {stands}. One that is seeded "
            "anew, or from which something else draws, does that.",
            named=True,
        )


def _goes_on(trial: Trial) -> None:
    seed, steps = int(trial.rng.integers(1 << 20)), int(trial.rng.integers(6, 10))
    want, state = undisturbed(seed, steps)
    with tempfile.TemporaryDirectory() as folder:
        result, _, made = _start(trial, seed, steps, Path(folder) / "run")
        _refuse_other_views(trial, result, want, made, seed)
        _curve(trial, result, want, seed, 0, made.calls, "Not disturbed at all")
    kill = int(trial.rng.integers(2, steps - 3))
    when = f"Killed before step {kill + 1} of {steps} and started again"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "run"
        _start_and_kill(trial, seed, steps, path, kill, "At its first start")
        untouched = program(seed + 100)[0].state_dict()
        result, model, made = _start(trial, seed + 100, steps, path)
        calls = made.calls
        _curve(trial, result, want, seed, kill, calls, when)
        trial.require(
            calls == steps - kill,
            f"{when}, the run makes {calls} steps; {steps - kill} are left.",
        )
        if all(torch.equal(v, untouched[name]) for name, v in model.state_dict().items()):
            trial.fail(
                "The curve is right, and the model that was given is as it was: your run went on "
                "with another one. Load into the one that was given: model.load_state_dict.",
                named=True,
            )
        _same_model(trial, model, state)


def _same_model(trial: Trial, model: nn.Module, want: dict, when: str = "") -> None:
    for name, value in model.state_dict().items():
        if not torch.equal(value, want[name]):
            why = (
                " It is one of batch-norm's buffers, which are no parameters. Losses in training "
                "do not show it. model.state_dict() has it."
                if "running" in name or "batches" in name
                else ""
            )
            words = "the curve is right, the model at the end is not"
            words = f"{when}, {words}" if when else f"{words[0].upper()}{words[1:]}"
            trial.fail(f"{words}: {name} differs.{why}", named=True)
    trial.require(True, "")


def _is_killed_again(trial: Trial) -> None:
    """Killed twice, the second time at once or after a step; then finished, then started again."""
    seed, steps = int(trial.rng.integers(1 << 20)), int(trial.rng.integers(7, 11))
    want, state = undisturbed(seed, steps)
    first, again = int(trial.rng.integers(1, 4)), int(trial.rng.integers(0, 3))
    done = f"Killed after {first} and again after {again} more of {steps} steps"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "run"
        _start_and_kill(trial, seed, steps, path, first, "At its first start")
        when = f"Killed before step {first + 1} and started again,"
        _start_and_kill(trial, seed + 50, steps, path, again, when)
        result, model, made = _start(trial, seed + 100, steps, path)
        _curve(trial, result, want, seed, first + again, made.calls, f"{done}, then started again")
        _same_model(trial, model, state)
        result, model, made = _start(trial, seed + 150, steps, path)
        if calls := made.calls:
            trial.fail(
                f"Started once more after its end, your run makes {calls} "
                f"step{'s' if calls > 1 else ''}. None is left: after the last step, too, the file "
                "has to hold all that was made.",
                named=True,
            )
        got = trial.array(result, shape=(steps,), what="The curve of losses")
        trial.require(
            np.array_equal(got, want),
            "Started once more after its end, your run returns another curve.",
        )
        _same_model(trial, model, state, "Started once more after its end")


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
