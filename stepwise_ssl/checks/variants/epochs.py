"""7.7: the shortest epoch of other trainings, against PyTorch's own count of operations."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from ..chapter_07.common import unpack
from ..engine import Exercise, Misconception, Part, Trial
from .family import Numerically, Variant

TASK = """\
Now another training in the model of 7.7. {what} All else is as it was: two views of
each picture, two bytes a number, weights not counted, and each
convolution takes as long as the slower of its two times.

**Given:** `layers` `(L, 5)`, rows `(inputs, outputs, kernel, size_in, size_out)`, the first row
first in the network; `pictures`, `peak` and `bandwidth` as in 7.7.

**Wanted:** a tuple: the least time for an epoch, in seconds; and the share of that time, from 0 to
1, which waits for memory.
"""

STUB = '''\
def other_epoch(layers, pictures, peak, bandwidth):
    """Least seconds, and the share of them that waits for memory. (L, 5) and three numbers."""
    # Your answer here
    raise NotImplementedError("Exercise {number}")


other_epoch = check("{number}", other_epoch)'''

Row = tuple[int, int, int, int, int]
Counts = list[tuple[float, float]]  # FLOP and bytes of what is computed by itself, for one view


@functools.cache
def _forward(row: Row, groups: int = 1) -> tuple[float, float, float]:
    """FLOP, and bytes of input and of output, of a convolution, counted while it is made."""
    inputs, outputs, kernel, size, size_out = row
    # On the device "meta" tensors have shapes and types and no content.
    here = {"device": "meta", "dtype": torch.bfloat16}
    layer = nn.Conv2d(
        inputs, outputs, kernel, size // size_out, kernel // 2, groups=groups, bias=False, **here
    )
    x = torch.empty(1, inputs, size, size, **here)
    with FlopCounterMode(display=False) as counter:
        y = layer(x)
    if y.shape[-1] != size_out:
        raise ValueError(f"the layer {row} makes pictures of {y.shape[-1]}")
    return counter.get_total_flops(), x.nbytes, y.nbytes


def _plain(layers: list[Row], passes: Callable[[int], int] = lambda place: 3) -> Counts:
    counts = []
    for place, row in enumerate(layers):
        flop, before, after = _forward(row)
        counts += passes(place) * [(flop, before + after)]
    return counts


def _separable(layers: list[Row], one_after_the_other: bool = True) -> Counts:
    counts = []
    for inputs, outputs, kernel, size, size_out in layers:
        parts = [
            _forward((inputs, inputs, kernel, size, size_out), groups=inputs),
            _forward((inputs, outputs, 1, size_out, size_out)),
        ]
        if one_after_the_other:
            counts += 3 * [(flop, before + after) for flop, before, after in parts]
        else:
            counts += 3 * [(parts[0][0] + parts[1][0], parts[0][1] + parts[1][2])]
    return counts


def _with_norms(layers: list[Row], times: int = 3) -> Counts:
    counts = _plain(layers)
    for row in layers:
        counts += times * [(0.0, 2 * _forward(row)[2])]
    return counts


@dataclass(frozen=True)
class _Epoch:
    """What is trained, in words; what is computed by itself, one after the other; and slips."""

    what: str
    counts: Callable[[list[Row]], Counts]
    slips: tuple[tuple[Callable[[list[Row]], Counts], str], ...]
    hints: tuple[str, str]


FIRST = "The first layer needs no gradient of its input: it has a pass less."
EPOCHS = (
    _Epoch(
        "Each layer is *separable*, two convolutions one after the other: a $k \\times k$ one in "
        "which each input channel makes one channel from itself alone, `size_in` to `size_out`, "
        "and a $1 \\times 1$ one from these `inputs` channels to `outputs`. What the first one "
        "makes goes to memory and is fetched from there by the second one.",
        _separable,
        (
            (lambda layers: _separable(layers, one_after_the_other=False),
             "You take the two convolutions as one. Each has a time of its own, and what is "
             "between them is written and read."),
        ),
        ("How many products go into one number of the first convolution's output, and how many "
         "into one of the second's?",
         "Two rows in the place of each row. The first has no sum over channels: "
         "$2k^2 \\cdot \\text{inputs} \\cdot \\text{size}_\\text{out}^2$."),
    ),
    _Epoch(
        "To save memory only the outputs of a few layers are kept, and those between them are "
        "computed anew when gradients are needed. Count the forward pass of each layer twice. The "
        "network's first layer, row 0, needs no gradient of its input, which is a picture; that "
        "pass is left out.",
        lambda layers: _plain(layers, lambda place: 3 if place == 0 else 4),
        (
            (lambda layers: _plain(layers, lambda place: 4), FIRST),
            (lambda layers: _plain(layers, lambda place: 2 if place == 0 else 3),
             "The second forward pass is missing."),
        ),
        ("Count the passes of each layer.",
         "Forward, forward again, two gradients. Which layer has one less? The share changes with "
         "it."),
    ),
    _Epoch(
        "Behind each convolution stand a batch-norm and a ReLU, computed together. In each of the "
        "three passes they read as many numbers as the convolution's output has, write as many, "
        "and calculate next to nothing: no FLOP are counted. This comes after the convolution's "
        "own time and not in its shadow.",
        _with_norms,
        (
            (lambda layers: _with_norms(layers, 1),
             "You count one pass of batch-norm and ReLU. There are three."),
        ),
        ("How long takes something that only moves numbers?",
         "A second time for each layer, read and write of its output, that is added to the "
         "maximum. Where is this time to be counted in the share?"),
    ),
)  # fmt: skip


def epoch(k: int) -> Variant:
    """Variant k of exercise 7.7."""
    kind, number = EPOCHS[k], f"7.7v{k}"

    def by(counts: Callable[[list[Row]], Counts]) -> Callable:
        def other_epoch(
            layers: np.ndarray, pictures: int, peak: float, bandwidth: float
        ) -> tuple[float, float]:
            seconds = waiting = 0.0
            for flop, moved in counts([tuple(int(x) for x in row) for row in layers]):
                calculating, moving = flop / peak, moved / bandwidth
                seconds += max(calculating, moving)
                waiting += moving if moving > calculating else 0
            return 2 * pictures * seconds, waiting / seconds

        return other_epoch

    other_epoch = by(kind.counts)

    def draw(trial: Trial) -> tuple[np.ndarray, int, float, float]:
        """Four to seven layers, some of which wait for memory and some do not."""
        size = int(trial.rng.choice([24, 32, 48]))
        inputs = int(trial.rng.integers(2, 6))
        layers = []
        for _ in range(int(trial.rng.integers(4, 8))):
            outputs = int(trial.rng.integers(4, 40))
            stride = int(trial.rng.choice([1, 2])) if size > 6 else 1
            kernel = int(trial.rng.choice([1, 3, 5]))
            layers.append((inputs, outputs, kernel, size, size // stride))
            inputs, size = outputs, size // stride
        # The ridge lies in the widest gap between intensities: none is at it by a rounding.
        intensity = np.sort([flop / moved for flop, moved in kind.counts(layers) if flop])
        gap = 1 + np.argmax(np.diff(np.log(intensity[1:-1])))
        peak = 10 ** trial.rng.uniform(12, 14)
        bandwidth = peak / np.sqrt(intensity[gap] * intensity[gap + 1])
        return np.array(layers), int(trial.rng.integers(1000, 90_000)), peak, bandwidth

    def ask(trial: Trial, what: int, *arguments: float | np.ndarray) -> None:
        got = unpack(trial, trial.call(*arguments), "seconds, share")
        want, name = other_epoch(*arguments)[what], ("The least time", "The share that waits")[what]
        found = trial.array(got[what], shape=(), what=name)
        trial.close(found, want, name, rtol=1e-6, why="operations counted by PyTorch")

    def the_time(trial: Trial) -> None:
        layers, pictures, peak, bandwidth = draw(trial)
        ask(trial, 0, layers, pictures, peak, 1e30)
        ask(trial, 0, layers, pictures + 1, 1e30, bandwidth)
        ask(trial, 0, *draw(trial))

    def the_share(trial: Trial) -> None:
        for _ in range(2):
            ask(trial, 1, *draw(trial))

    exercise = Exercise(
        id=number,
        title="The shortest epoch of another training",
        own=Numerically(other_epoch),
        right="Right.",
        hint="layers is (L, 5), rows (inputs, outputs, kernel, size_in, size_out).",
        parts=(Part("the time", 1, the_time), Part("the share", 1, the_share)),
        misconceptions=tuple(
            Misconception(Numerically(by(slip)), message) for slip, message in kind.slips
        ),
    )
    return Variant(TASK.format(what=kind.what), STUB.format(number=number), kind.hints, exercise)
