"""Tools of the truth: one mode of any number of layers, integrated; slopes of a network's C."""

from __future__ import annotations

import copy

import numpy as np
import torch
from scipy.integrate import quad, solve_ivp
from torch import Tensor, nn

from ..asking import once_a_draw


class _Mode:
    """The flow of log a (L,), a_l the singular value of layer l on one mode; λ = γ Π a_l²."""

    def __init__(self, gamma: float, start: np.ndarray, trained: np.ndarray):
        self.gamma, self.start, self.trained = gamma, np.log(start), trained

    def others(self, log_a: np.ndarray) -> np.ndarray:
        """λ/a_l², which the loss pulls layer l with: a product over the layers but l."""
        every = np.sum(log_a)
        return self.gamma * np.exp(2 * (every - log_a))

    def velocity(self, _: float, log_a: np.ndarray) -> np.ndarray:
        free = 1 - self.gamma * np.exp(2 * np.sum(log_a))
        return 4 * self.trained * self.others(log_a) * free

    def run(self, begin: np.ndarray, until: float, event=None):
        with np.errstate(over="ignore", invalid="ignore"):  # a step too far is tried again
            return solve_ivp(
                self.velocity, (0, until), begin, events=event, method="DOP853", rtol=1e-10,
                atol=1e-12,
            )  # fmt: skip

    def to_half(self) -> tuple[float, np.ndarray]:
        """When λ = 1/2, and log a then."""

        def half(_: float, log_a: np.ndarray) -> float:
            return np.log(2 * self.gamma) + 2 * np.sum(log_a)

        half.terminal = True
        # The rate of log λ/(1 − λ) is 8 Σ λ/a_l² over the trained layers, and never falls.
        slowest = 8 * np.sum(self.trained * self.others(self.start))
        found = self.run(self.start, 2 + (2 - half(0, self.start)) / slowest, half)
        return found.t_events[0][0], found.y_events[0][0]

    def end(self) -> np.ndarray:
        """All a_l once 1 − λ has fallen by e⁻³⁰ from 1/2."""
        log_a = self.to_half()[1]
        rate = 8 * np.sum(self.trained * self.others(log_a))
        return np.exp(self.run(log_a, 30 / rate).y[:, -1])


@once_a_draw
def learned(gamma: float, start: np.ndarray) -> np.ndarray:
    """The singular values (L,) of all layers on a mode that they have learned from `start`."""
    return _Mode(gamma, start, np.ones(len(start))).end()


@once_a_draw
def half_time(gamma: float, s0: float, p0: float, frozen: bool) -> float:
    """When a mode of a head and a trunk, which learns or not, is at λ = 1/2."""
    return _Mode(gamma, np.array([s0, p0]), np.array([1.0, not frozen])).to_half()[0]


def saved_by_quadrature(q: float, slip=None) -> float:
    """∫ (1 − 1/√(1 + qλ)) dλ/(λ(1 − λ)) from 0 to 1/2, or of what `slip` makes of √(1 + qλ)."""

    def integrand(log_lam: float) -> float:
        lam = np.exp(log_lam)
        root = np.sqrt(1 + q * lam)
        # 1 − 1/√(1 + x) without the difference of nearly equal numbers.
        part = q * lam / (root * (1 + root)) if slip is None else slip(root, lam)
        return part / (1 - lam)

    begin = -30 - np.log1p(q)
    bend = min(-np.log1p(q), np.log(0.5) - 1)  # where qλ comes to 1
    pieces = (begin, bend), (bend, np.log(0.5))
    return sum(quad(integrand, *ends, epsabs=1e-13, epsrel=1e-11, limit=200)[0] for ends in pieces)


def spectrum(model: nn.Module, x1: Tensor, x2: Tensor) -> np.ndarray:
    """The eigenvalues of C, descending, C summed pair by pair around the mean of all views."""
    with torch.no_grad():
        z1, z2 = model(torch.cat([x1, x2])).numpy().reshape(2, len(x1), -1)
    mean = (z1.sum(axis=0) + z2.sum(axis=0)) / (2 * len(z1))
    d = len(mean)
    C = np.zeros((d, d))
    for a, b in zip(z1 - mean, z2 - mean, strict=True):
        C += (np.outer(a, b) + np.outer(b, a)) / (2 * len(z1))
    return np.linalg.eigvalsh(C)[::-1]


@once_a_draw
def rates_by_differences(model: nn.Module, x1: Tensor, x2: Tensor) -> tuple[np.ndarray, np.ndarray]:
    """λ_j, and Σ_p (∂λ_j/∂θ_p)²/4λ_j with each θ_p moved by itself, (d,) each, in 64 bits."""
    model = copy.deepcopy(model).double()
    x1, x2 = x1.double(), x2.double()
    lam, h = spectrum(model, x1, x2), 1e-5
    squares = np.zeros(len(lam))
    for weight in model.parameters():  # each tensor once, wherever it stands in the model
        if not weight.requires_grad:
            continue
        flat = weight.data.view(-1)
        for p in range(len(flat)):
            at = flat[p].item()
            ends = []
            for where in (at + h, at - h):
                flat[p] = where
                ends.append(spectrum(model, x1, x2))
            flat[p] = at
            squares += ((ends[0] - ends[1]) / (2 * h)) ** 2
    return lam, squares / (4 * lam)
