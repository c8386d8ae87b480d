"""The course's answers of chapter 7."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from scipy import stats
from torch import Tensor, nn

from ... import spectra

Step = Callable[[nn.Module, torch.optim.Optimizer, torch.Generator], float]


def scale_free(
    g: np.ndarray, length: float, lr: float, c: float
) -> tuple[np.ndarray, float, float]:
    """Gradient at cw (m,), the learning rate that matches, steps until ‖w‖² has doubled."""
    return g / c, c**2 * lr, 1.5 * (length / lr) ** 2 / (g @ g)


def train_step(model: nn.Module, x1: Tensor, x2: Tensor, lr: float) -> float:
    """One step of gradient descent on ‖C − I‖², both views in one batch; the loss before it."""
    z = model(torch.cat([x1, x2]))
    z1, z2 = (z - z.mean(dim=0)).chunk(2)
    product = z1.T @ z2 / len(z1)
    C = (product + product.T) / 2
    loss = (C - torch.eye(len(C), dtype=C.dtype, device=C.device)).square().sum()
    model.zero_grad()
    loss.backward()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter -= lr * parameter.grad
    return loss.item()


def read_steps(t: np.ndarray, eigenvalues: np.ndarray, share: float) -> np.ndarray:
    """When each mode passes half of its own last value, (d,); nan where it was not learned."""
    curves = np.sort(eigenvalues, axis=1)[:, ::-1]
    end = curves[-1]
    times = [spectra.find_steps(t, curves[:, [j]], end[j] / 2)[0] for j in range(len(end))]
    learned = (end >= share * end[0]) & (curves[0] < end / 2)
    return np.where(learned, times, np.nan)


def paired(a: np.ndarray, b: np.ndarray, level: float) -> tuple[float, float, bool]:
    """Mean of b − a over seeds, its standard error, and whether it differs from 0 at `level`."""
    difference = b - a
    mean, error = difference.mean(), stats.sem(difference)
    return mean, error, bool(abs(mean) > stats.t.isf(level / 2, len(a) - 1) * error)


def resumable(
    one_step: Step, model: nn.Module, optimizer: torch.optim.Optimizer,
    generator: torch.Generator, steps: int, path: Path,
) -> np.ndarray:  # fmt: skip
    """Losses of all steps (steps,); what is at `path` is taken up, and saved after each step."""
    losses = []
    if path.exists():
        saved = torch.load(path)
        losses = saved["losses"]
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        generator.set_state(saved["generator"])
    while len(losses) < steps:
        losses.append(one_step(model, optimizer, generator))
        state = {"model": model.state_dict(), "optimizer": optimizer.state_dict()}
        torch.save({**state, "generator": generator.get_state(), "losses": losses}, path)
    return np.array(losses)


def shortest_epoch(
    layers: np.ndarray, pictures: int, peak: float, bandwidth: float
) -> tuple[float, float]:
    """Least seconds for an epoch, and the share of it in layers that wait for memory."""
    inputs, outputs, kernel, size_in, size_out = np.asarray(layers, dtype=float).T
    calculating = 2 * kernel**2 * inputs * outputs * size_out**2 / peak
    moving = 2 * (inputs * size_in**2 + outputs * size_out**2) / bandwidth
    seconds = 6 * pictures * np.maximum(calculating, moving)
    return seconds.sum(), seconds[moving > calculating].sum() / seconds.sum()


def contribution(
    z1: np.ndarray, z2: np.ndarray, rank: int, processes: int
) -> tuple[np.ndarray, np.ndarray]:
    """Gradients that a process backpropagates from its rows, (n/P, d) each."""
    n, d = z1.shape
    mean = (z1.mean(axis=0) + z2.mean(axis=0)) / 2
    a, b = z1 - mean, z2 - mean
    slope = 2 * processes / n * ((a.T @ b + b.T @ a) / (2 * n) - np.eye(d))
    mine = slice(rank * n // processes, (rank + 1) * n // processes)
    return b[mine] @ slope, a[mine] @ slope


PREDICTIONS = (2.0, 1.0, float(np.log(100**2) / 8), "no", "same")
