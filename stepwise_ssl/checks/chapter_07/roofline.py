"""7.7: the shortest epoch, against PyTorch's count of operations and the sizes of real tensors."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from ..engine import Exercise, Part, Trial
from . import own
from .common import name_slip, unpack

NAMES = "seconds, share"
Layers = list[tuple[int, int, int, int, int]]


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
    """Five layers, some of which wait for memory and some do not."""
    layers: Layers = [(3, 16, 3, 32, 32)]
    for _ in range(4):
        inputs = layers[-1][1]
        outputs, kernel = int(inputs * trial.rng.choice([1, 2])), int(trial.rng.choice([1, 3, 5]))
        size = layers[-1][4]
        layers.append((inputs, outputs, kernel, size, size // int(trial.rng.choice([1, 2]))))
    intensity = sorted(flop / moved for flop, moved in map(_counted, layers))
    peak = 10 ** trial.rng.uniform(12, 14)
    # The ridge lies between the second and the third layer.
    bandwidth = peak / np.sqrt(intensity[1] * intensity[2])
    order = trial.rng.permutation(len(layers))
    return [layers[k] for k in order], int(trial.rng.integers(1000, 90_000)), peak, bandwidth


def _ask(trial: Trial) -> None:
    layers, pictures, peak, bandwidth = _draw(trial)
    got = unpack(trial, trial.call(np.array(layers), pictures, peak, bandwidth), NAMES)
    counts = [_counted(row) for row in layers]
    calculating, moving = (np.array(x) for x in zip(*counts, strict=True))
    calculating, moving = calculating / peak, moving / bandwidth
    views = 2 * pictures
    want = views * sum(max(pair) for pair in zip(calculating, moving, strict=True))
    _name_seconds(trial, got[0], float(want), layers, (calculating, moving), views)
    seconds = trial.array(got[0], shape=(), what="The least time")
    trial.close(seconds, want, "The least time", rtol=1e-6, why="operations counted by PyTorch")
    waiting = views * sum(b for a, b in zip(calculating, moving, strict=True) if b > a)
    name_slip(trial, got[1], waiting / want, [
        (1 - waiting / want, "This is the share that calculates. The rest waits for memory."),
        (np.mean(moving > calculating), "This is the share of the layers. The share of the time is "
         "wanted."),
        (waiting, "This is a time. Its share of the whole is wanted."),
        (100 * waiting / want, "A share is a number from 0 to 1, not per cent."),
        (moving.sum() * views / want, "You count the bytes of all layers. Where calculating takes "
         "longer, the bytes come in its shadow."),
        (float(moving.sum() > calculating.sum()), "One machine, many layers: each has its own "
         "answer, and their times add up to a share."),
    ])  # fmt: skip
    share = trial.array(got[1], shape=(), what="The share")
    trial.close(share, waiting / want, "The share that waits", rtol=1e-6)


def _name_seconds(
    trial: Trial, got: float, want: float, layers: Layers,
    times: tuple[np.ndarray, np.ndarray], views: int,
) -> None:  # fmt: skip
    calculating, moving = times
    i, _, kernel, before, after = np.array(layers, dtype=float).T

    def slower(flop: float | np.ndarray = 1.0, moved: float | np.ndarray = 1.0) -> float:
        return float(views * np.maximum(flop * calculating, moved * moving).sum())

    o = np.array(layers, dtype=float)[:, 1]
    whole = i * before**2 + o * after**2
    name_slip(trial, got, want, [
        (want / 2, "One view of each picture: it goes through in two."),
        (want / 3, "The forward pass alone. Training makes three passes of the same size."),
        (want * 2 / 3, "Two passes: three are made, forward and the gradients of input and of "
         "weights."),
        (want / 6, "One view and one pass. Training has two views and three passes."),
        (slower(flop=0.5), "A multiplication and an addition are two operations: 2k² …"),
        (slower(moved=2.0), "Four bytes a number: there are two (bf16)."),
        (slower(moved=0.5), "One byte a number: there are two (bf16)."),
        (slower(moved=8.0), "Bits: two *bytes* a number."),
        (slower(moved=o * after**2 / whole), "Only the outputs are moved in your count. The inputs "
         "have to be read as well."),
        (slower(moved=i * before**2 / whole), "Only the inputs are moved in your count. The "
         "outputs have to be written as well."),
        (slower(flop=before**2 / after**2), "The products are counted for each *output* pixel: "
         "size_out²."),
        (slower(flop=1 / kernel), "A kernel has k² entries."),
        (slower(flop=1 / i), "Each output number sums over all input channels."),
        (slower(flop=1 / o), "Each output channel has a kernel of its own."),
        (views * max(calculating.sum(), moving.sum()), "You add up first and take the maximum "
         "once. Layers come one after another: the maximum is one for each of them."),
        (views * (calculating + moving).sum(), "You add calculating and moving. They go on at the "
         "same time: the slower counts."),
        (views * np.minimum(calculating, moving).sum(), "You take the faster of the two. The "
         "slower one is waited for."),
        (views * calculating.sum(), "You only calculate. Layers that wait for memory take "
         "longer."),
        (views * moving.sum(), "You only move. Layers that calculate take longer."),
    ])  # fmt: skip


def _one_limit(trial: Trial) -> None:
    """A machine without a limit of one kind: the share is 0, or 1."""
    layers, pictures, peak, bandwidth = _draw(trial)
    for p, b, share in ((peak, 1e30, 0.0), (1e30, bandwidth, 1.0)):
        got = unpack(trial, trial.call(np.array(layers), pictures, p, b), NAMES)
        counts = np.sum([_counted(row) for row in layers], axis=0)
        want = 2 * pictures * (counts[1] / b if share else counts[0] / p)
        trial.close(trial.array(got[0], shape=(), what="The least time"), want, "The least time",
                    why="memory alone" if share else "calculation alone")  # fmt: skip
        found = trial.array(got[1], shape=(), what="The share")
        trial.require(
            abs(found - share) < 1e-9,
            f"The share that waits is {found:g}, for a machine whose "
            f"{'peak' if share else 'bandwidth'} knows no limit.",
        )


SHORTEST_EPOCH = Exercise(
    id="7.7",
    title="The shortest possible epoch",
    own=own.shortest_epoch,
    right="Right. Faster than this no program can be; how near one comes is another matter.",
    hint="layers is (L, 5), rows (inputs, outputs, kernel, size_in, size_out).",
    parts=(
        Part("time and share", 1, _ask),
        Part("machines with one limit", 1, _one_limit),
    ),
)
