"""7.7: the shortest epoch, against PyTorch's count of operations and the sizes of real tensors."""

from __future__ import annotations

import functools

import numpy as np
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from ..engine import Exercise, Part, Trial
from . import own
from .common import unpack

NAMES = "seconds, share"
Layers = list[tuple[int, int, int, int, int]]


@functools.cache
def _counted(row: tuple[int, int, int, int, int]) -> tuple[float, float]:
    """FLOP and bytes of a layer's three passes on one view, counted while they are made."""
    inputs, outputs, kernel, size, _ = row
    stride = size // row[4]
    # On the device "meta" tensors have shapes and types and no content.
    here = {"device": "meta", "dtype": torch.bfloat16}
    layer = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False, **here)
    x = torch.empty(1, inputs, size, size, requires_grad=True, **here)
    with FlopCounterMode(display=False) as counter:
        y = layer(x)
        y.sum().backward()
    if y.shape[-1] != row[4]:
        raise ValueError(f"the layer {row} makes pictures of {y.shape[-1]}")
    return counter.get_total_flops(), 3 * (x.nbytes + y.nbytes)


def _draw(trial: Trial) -> tuple[Layers, int, float, float]:
    """Four to seven layers, some of which wait for memory and some do not."""
    size = int(trial.rng.choice([24, 32, 48]))
    layers: Layers = [(int(trial.rng.integers(1, 5)), int(trial.rng.choice([8, 12, 16])), 3, size,
                       size)]  # fmt: skip
    for _ in range(int(trial.rng.integers(3, 7))):
        inputs = layers[-1][1]
        outputs, kernel = int(inputs * trial.rng.choice([1, 2])), int(trial.rng.choice([1, 3, 5]))
        size = layers[-1][4]
        stride = int(trial.rng.choice([1, 2])) if size > 6 else 1
        layers.append((inputs, outputs, kernel, size, size // stride))
    intensity = sorted(flop / moved for flop, moved in map(_counted, layers))
    if intensity[2] < 1.1 * intensity[1]:  # a layer at the ridge itself waits for a rounding
        return _draw(trial)
    peak = 10 ** trial.rng.uniform(12, 14)
    # The ridge lies between the second and the third layer.
    bandwidth = peak / np.sqrt(intensity[1] * intensity[2])
    order = trial.rng.permutation(len(layers))
    return [layers[k] for k in order], int(trial.rng.integers(1000, 90_000)), peak, bandwidth


def _one_limit(trial: Trial) -> None:
    """A machine without a limit of one kind: only FLOP count, or only bytes."""
    layers, pictures, peak, bandwidth = _draw(trial)
    counts = np.sum([_counted(row) for row in layers], axis=0)
    want = 2 * pictures * counts / [peak, bandwidth]
    # One call after the other: slips in FLOP and slips in bytes do not hide each other.
    got = [unpack(trial, trial.call(np.array(layers), pictures, p, b), NAMES)
           for p, b in ((peak, 1e30), (1e30, bandwidth))]  # fmt: skip
    seconds = [trial.array(g[0], shape=(), what="The least time") for g in got]
    _name_counts(trial, np.array(seconds) / want, np.array(layers, dtype=float))
    for found, right, why in zip(seconds, want, ("calculation", "memory"), strict=True):
        trial.close(found, right, "The least time", why=f"{why} alone, the other without a limit")
    for g, right, time in zip(got, (0.0, 1.0), seconds, strict=True):
        trial.slips(g[1], right, [
            (1 - right, "This is the share that calculates. The rest waits for memory."),
            (100 * right, "A share is a number from 0 to 1, not per cent."),
            (time * right, "This is a time. Its share of the whole is wanted."),
        ])  # fmt: skip
        found = trial.array(g[1], shape=(), what="The share")
        limit = "peak" if right else "bandwidth"
        # No machine is without limits, and the sums of this one leave a rounding.
        trial.close(np.round(found, 9), right, "The share that waits",
                    why=f"a machine whose {limit} knows no limit")  # fmt: skip


def _name_counts(trial: Trial, ratio: np.ndarray, layers: np.ndarray) -> None:
    """Name a slip by what it makes of the times of calculation and of memory, over the right."""
    i, o, k, before, after = layers.T
    flop, moved = k**2 * i * o * after**2, i * before**2 + o * after**2
    if ratio.max() > 1e9:
        trial.fail(
            f"Your least time is {ratio.max():.1g} times what is wanted. Seconds are operations "
            "divided by operations a second, and bytes divided by bytes a second.",
            named=True,
        )

    def part(x: np.ndarray, whole: np.ndarray) -> float:
        return float(x.sum() / whole.sum())

    sides = part(i * before + o * after, moved)
    outputs, inputs = part(o * after**2, moved), part(i * before**2, moved)
    unsquared = "A picture of size × size has size² numbers in each channel."
    slips = [
        (1 / 2, 1 / 2, "Half of both times: each picture goes through in two views."),
        (1 / 3, 1 / 3, "A third of both times: training makes three passes of the same size, and "
         "forward is one of them."),
        (2 / 3, 2 / 3, "Two thirds of both times: three passes are made, forward, and the "
         "gradients of input and of weights."),
        (1 / 6, 1 / 6, "A sixth of both times: training has two views and three passes."),
        (1 / 2, 1, "Half of the FLOP: a multiplication and an addition are two operations, and a "
         "picture has two views."),
        (part(flop / k, flop), 1, "A kernel has k² entries, and you count k."),
        (part(flop / i, flop), 1, "Each output number sums over all input channels."),
        (part(flop / o, flop), 1, "Each output channel has a kernel of its own."),
        (part(flop * before**2 / after**2, flop), 1, "The products are counted for each pixel "
         "of the output: size_out²."),
        (part(flop / after**2, flop), 1, "You count one output pixel. There are size_out² of "
         "them."),
        (part(flop / after, flop), 1, f"In your FLOP a size is not squared. {unsquared}"),
        (1, sides, f"In your bytes the sizes are not squared. {unsquared}"),
        (part(flop / after, flop), sides, f"Your sizes are not squared. {unsquared}"),
        (1, 1 / 3, "You count the bytes of one pass. Each of the three passes moves the layer's "
         "input and output once."),
        (1, 1 / 6, "A sixth of the bytes: three passes move input and output, and a factor 2 is "
         "missing besides: a number has two bytes (bf16), and a picture has two views."),
        (1 / 3, 1, "You count the FLOP of one pass. Each of the three does as many."),
        (1 / 6, 1, "A sixth of the FLOP: there are three passes, and a factor 2 is missing "
         "besides: a multiplication and an addition are two operations, and a picture has two "
         "views."),
        (1, 2, "Twice the bytes: a number has two of them (bf16), and a pass moves it once."),
        (1, 1 / 2, "Half of the bytes: a number has two (bf16), and a picture has two views."),
        (1, 8, "Eight times the bytes: a number has two, which are 16 bits."),
        (1, outputs, "Only the outputs are moved in your count. The inputs have to be read as "
         "well."),
        (1, inputs, "Only the inputs are moved in your count. The outputs have to be written as "
         "well."),
        (1, part((i + o) * after**2, moved), "Your input has the size of the output. It is read "
         "at its own: inputs · size_in² numbers."),
        (1, part((i + o) * before**2, moved), "Your output has the size of the input. It is "
         "written at its own: outputs · size_out² numbers."),
        (1, part(moved + k**2 * i * o, moved), "You count the weights' bytes in each picture. A "
         "batch reads them once, so they are few and left out."),
        (1, 0, "You only calculate. Layers that wait for memory take longer."),
        (0, 1, "You only move. Layers that calculate take longer."),
        (0, 0, "Where one of the two takes no time, your layers take none, as if the faster "
         "counted. The slower one is waited for."),
    ]  # fmt: skip
    # What a machine without limits takes is no exact 0.
    trial.slips(np.round(ratio, 9), np.ones(2), [(np.array([a, b]), why)
                                                      for a, b, why in slips])  # fmt: skip


def _time_and_share(trial: Trial) -> None:
    layers, pictures, peak, bandwidth = _draw(trial)
    got = unpack(trial, trial.call(np.array(layers), pictures, peak, bandwidth), NAMES)
    counts = [_counted(row) for row in layers]
    calculating, moving = 2 * pictures * np.array(counts).T / [[peak], [bandwidth]]
    want = sum(max(pair) for pair in zip(calculating, moving, strict=True))
    trial.slips(got[0], want, [
        (max(calculating.sum(), moving.sum()), "You add up first and take the maximum once. Layers "
         "come one after another: the maximum is one for each of them."),
        ((calculating + moving).sum(), "You add calculating and moving. They go on at the same "
         "time: the slower counts."),
    ])  # fmt: skip
    seconds = trial.array(got[0], shape=(), what="The least time")
    trial.close(seconds, want, "The least time", rtol=1e-6, why="operations counted by PyTorch")
    waiting = sum(b for a, b in zip(calculating, moving, strict=True) if b > a)
    trial.slips(got[1], waiting / want, [
        (np.mean(moving > calculating), "This is the share of the layers. The share of the time is "
         "wanted."),
        (moving.sum() / want, "You count the bytes of all layers. Where calculating takes longer, "
         "the bytes come in its shadow."),
        (np.maximum(moving - calculating, 0).sum() / want, "You count only by how much memory is "
         "the slower one. The whole time of a layer that waits for memory is wanted."),
        (float(moving.sum() > calculating.sum()), "One machine, many layers: each has its own "
         "answer, and their times add up to a share."),
    ])  # fmt: skip
    share = trial.array(got[1], shape=(), what="The share")
    trial.close(share, waiting / want, "The share that waits", rtol=1e-6)


SHORTEST_EPOCH = Exercise(
    id="7.7",
    title="The shortest possible epoch",
    own=own.shortest_epoch,
    right="Right. In this model nothing is faster; how near a program comes is another matter.",
    hint="layers is (L, 5), rows (inputs, outputs, kernel, size_in, size_out).",
    parts=(
        Part("machines with one limit", 1, _one_limit),
        Part("time and share", 1, _time_and_share),
    ),
)
