"""7.6: a run that is killed and started again, against one that nobody disturbs."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from ..engine import Exercise, Part, Trial
from . import own
from .common import name_slip

STEPS = 7


class Killed(BaseException):
    """The end of a process, which no code of the learner's should catch."""


def _program(seed: int) -> tuple[nn.Module, torch.optim.Optimizer, torch.Generator]:
    """Model, optimizer and generator as a program has them when it starts."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = nn.Sequential(
            nn.Linear(4, 6, bias=False), nn.BatchNorm1d(6), nn.ReLU(), nn.Linear(6, 2, bias=False)
        ).double()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    return model, optimizer, torch.Generator().manual_seed(seed + 1)


class OneStep:
    """One step of training; counts its calls and dies before the step with the number `dies`."""

    def __init__(self, dies: int | None = None) -> None:
        self.calls, self.dies = 0, dies

    def __deepcopy__(self, memo: dict) -> OneStep:
        return self  # calls that the learner's copy makes count as well

    def __call__(
        self, model: nn.Module, optimizer: torch.optim.Optimizer, generator: torch.Generator
    ) -> float:
        if self.calls == self.dies:
            raise Killed
        self.calls += 1
        x = torch.randn(8, 4, generator=generator, dtype=torch.float64)
        z = model(x + 0.3 * torch.randn(8, 4, generator=generator, dtype=torch.float64))
        loss = ((z.T @ z / 8 - torch.eye(2, dtype=torch.float64)) ** 2).sum()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.item()


def _undisturbed(seed: int, steps: int) -> tuple[list[float], dict]:
    program, one_step = _program(seed), OneStep()
    losses = [one_step(*program) for _ in range(steps)]
    return losses, program[0].state_dict()


def _without(seed: int, kill: int, left_out: str) -> list[float]:
    """The losses after a kill before step `kill` if this is not restored, from that step on."""
    old, new = _program(seed), _program(seed + 100)
    one_step = OneStep()
    for _ in range(kill):
        one_step(*old)
    if left_out != "model":
        new[0].load_state_dict(old[0].state_dict())
    if left_out != "optimizer":
        new[1].load_state_dict(old[1].state_dict())
    if left_out != "generator":
        new[2].set_state(old[2].get_state())
    return [one_step(*new) for _ in range(STEPS - kill)]


LEFT_OUT = {
    "optimizer": "the momentum is lost. optimizer.state_dict() holds it.",
    "generator": "it draws other views than the run would have drawn. generator.get_state() holds "
    "where it was.",
    "model": "the weights are those of the new model. model.state_dict() holds the old ones.",
}


def _start(trial: Trial, seed: int, path: Path, dies: int | None) -> tuple[Any, nn.Module, int]:
    """Start the learner's program; returns its result (None if killed), model and calls."""
    program, one_step = _program(seed), OneStep(dies)
    try:
        result = trial.call(one_step, *program, STEPS, path)
    except Killed:
        return None, program[0], one_step.calls
    return result, program[0], one_step.calls


def _curve(trial: Trial, result: Any, want: list[float], seed: int, kill: int) -> None:
    if isinstance(result, list):
        result = np.array(result)
    if isinstance(result, np.ndarray) and result.shape != (STEPS,):
        if result.shape == (STEPS - kill,):
            trial.fail(
                "Only the losses since the restart come back. Those from before belong to the "
                "curve: save them, too.",
                named=True,
            )
        if result.shape == (STEPS + kill,) or result.shape == (STEPS + 1,):
            trial.fail(
                f"{result.size} losses for {STEPS} steps: after the restart only those steps that "
                "are left are wanted.",
                named=True,
            )
    got = trial.array(result, shape=(STEPS,), what="The curve of losses")
    fresh, _ = _undisturbed(seed + 100, STEPS)
    one_more, _ = _undisturbed(seed, STEPS + 1)
    slips = [(want[:kill] + _without(seed, kill, name), f"After the restart {why}")
             for name, why in LEFT_OUT.items()]  # fmt: skip
    slips += [
        (fresh, "The run began anew: this is the curve of the new model from its first step."),
        (want[:kill] + fresh[: STEPS - kill], "The losses are saved and nothing else is restored: "
         "after the restart this is the curve of the new model."),
        (want[: kill - 1] + one_more[kill:], "Your counter is one behind: the loss of the step "
         "before the kill is lost, and a step too many is made in the end."),
        (want[:kill] + want[kill - 1 : -1], "The step before the kill is made twice."),
    ]  # fmt: skip
    name_slip(trial, got, want, slips)
    trial.require(
        np.array_equal(got, want),
        f"Killed before step {kill + 1} and started again, the curve departs from the undisturbed "
        f"one at step {1 + int(np.argmax(got != np.array(want)))}. Bit for bit is wanted.",
    )


def _goes_on(trial: Trial) -> None:
    seed = int(trial.rng.integers(1 << 20))
    want, state = _undisturbed(seed, STEPS)
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
        result, model, calls = _start(trial, seed + 100, path, None)
        _curve(trial, result, want, seed, kill)
        trial.require(
            calls == STEPS - kill,
            f"Killed before step {kill + 1} of {STEPS}, the second start made {calls} steps; "
            f"{STEPS - kill} were left.",
            otherwise="Save after each step, and make no step twice.",
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
    want, state = _undisturbed(seed, STEPS)
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
            otherwise="Let the loop's end depend on how far the run has come.",
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
