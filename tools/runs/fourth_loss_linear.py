"""A recorded run of chapter 10: the linear model under two more losses, beside its theory.

The spectral contrastive loss and LeJEPA, digits, three draws of pairs and starts.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import torch
from scipy.integrate import solve_ivp
from torch import Tensor

from stepwise_ssl import data, linear, losses, spectra, views
from stepwise_ssl.runs import Run
from tools.runs.origin import HOME, made_by

SEEDS = (0, 1, 2)
CONFIG = {
    "n": 250, "d": 5, "alpha": 1e-6, "weight": 0.05, "knots": 17, "reach": 3.0, "bases": 4,
    "spectral_share": 0.2, "lejepa_share": 0.1, "height": 0.1, "gaussian_pairs": 1500,
}  # fmt: skip
MEANING = {
    "KIND_t": "(seed, record): time, learning rate × steps, one record in three steps; NaN where a "
    "run has ended, as in all curves",
    "KIND_curves": "(seed, record, d): spectral: eigenvalues of WΓWᵀ; lejepa: of WΣWᵀ; descending",
    "spectral_rho": "(seed, d): agreement along the modes of Γ, in the order of their predicted "
    "times",
    "spectral_end": "(seed, d): the largest canonical correlations of the two views",
    "KIND_measured": "(seed, d): when each curve passes half of its agreement squared (spectral) "
    "or the height 0.1 (lejepa); NaN where it does not within the run",
    "KIND_predicted": "(seed, d): by theory, sorted",
    "KIND_null": "(seed, d): sorted, by the same theory near zero with Σ in place of Γ (spectral) "
    "or with Γ in place of the whole operator (lejepa)",
    "lejepa_near_zero": "(seed, d): if each mode kept its rate near zero, sorted",
    "lejepa_first": "(seed, 3): the first curve's time at 0.01, 0.1 and 0.5, by the rate near zero",
    "lejepa_first_measured": "(seed, 3): in training",
    "lejepa_theory": "(seed, record, d): curves by theory",
    "lejepa_gaussian_peak": "(seed,): the first curve at its highest, trained on many "
    "Gaussian pairs with the same means and the same second moments, within and between the views",
    "heights": "(3, 10): where k learned modes stand together, k = 1 … d, by theory with no pull "
    "of agreement; d = 2, 5 and 10",
    "force": "(3, 10): the growth rate of a waiting mode then, as a share of that near zero",
}
LEVELS = (0.01, 0.1, 0.5)
KEPT = 3  # of so many steps the curves keep one; times are measured on all


class Statistic:
    """SIGReg of Gaussian embeddings with uncorrelated coordinates, by the loss's own knots."""

    def __init__(self, d: int, knots: int = 17, reach: float = 3.0, directions: int = 4000) -> None:
        self.t = np.linspace(0, reach, knots)
        area = np.full(knots, 2 * reach / (knots - 1))
        area[[0, -1]] /= 2
        self.phi = np.exp(-(self.t**2) / 2)
        self.weights = area * self.phi
        a = np.random.default_rng(0).normal(size=(directions, d))
        self.squares = a**2 / np.sum(a**2, axis=1, keepdims=True)

    @property
    def of_mean(self) -> float:
        """What the square of a small mean costs, by a direction and a picture."""
        return float(self.weights @ self.t**2)

    def pull(self, v: np.ndarray) -> np.ndarray:
        """Minus the slope of the statistic of one direction in its variance v, by a picture."""
        psi = np.exp(-np.multiply.outer(v, self.t**2) / 2)
        return (psi - self.phi) * psi @ (self.weights * self.t**2)

    def force(self, u: np.ndarray) -> np.ndarray:
        """Minus the slope in each coordinate's variance u (d,), averaged over directions."""
        return self.squares.T @ self.pull(self.squares @ u) / len(self.squares)


def lejepa_operator(
    Gamma: np.ndarray, second: np.ndarray, means: tuple, n: int, d: int, weight: float
) -> np.ndarray:
    """M of dW/dt = WM near zero; ``second`` is not centred, ``means`` are those of the views."""
    statistic = Statistic(d)
    a, b = statistic.pull(np.array(0.0)), statistic.of_mean
    both = sum(np.outer(mean, mean) for mean in means) / 2
    shape = a * second - b * both
    return (2 * weight * n * shape - (1 - weight) * (second - Gamma)) / d


def lateness(rate: np.ndarray, lr: float) -> np.ndarray:
    """How much later a mode that grows as e^{rate·t} comes by descent than by flow (chapter 3)."""
    return rate * lr / 2 / np.log1p(rate * lr / 2)


def descend(
    loss: Callable[[Tensor, Tensor], Tensor], W0: np.ndarray, lr: float, steps: int, pairs: tuple
) -> Iterator[tuple[float, np.ndarray]]:
    """Plain descent of f(x) = Wx: the time and W before each step, and at the end."""
    x1, x2 = map(torch.tensor, pairs)
    W = torch.tensor(W0, requires_grad=True)
    for k in range(steps + 1):
        yield k * lr, W.detach().numpy().copy()
        slope = torch.autograd.grad(loss(x1 @ W.T, x2 @ W.T), W)[0]
        with torch.no_grad():
            W -= lr * slope


def spectral(pairs: tuple, W0: np.ndarray) -> dict[str, np.ndarray]:
    """Train with the spectral contrastive loss; what MEANING says, without the prefix."""
    n, d = len(pairs[0]), len(W0)
    both = np.vstack(pairs)
    Gamma, Sigma = linear.cross_moment(*pairs), both.T @ both / (2 * n)

    def theory(operator: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        rate, V = linear.modes(operator, d)
        along = np.sum(V * (Gamma @ V), axis=0)
        rho = along / np.sum(V * (Sigma @ V), axis=0)
        start = along * linear.effective_init(W0, V) ** 2
        times = np.log(rho**2 / start - 1) / (8 * rate) * lateness(8 * rate, lr)
        order = np.argsort(times)
        return times[order], rho[order]

    lr = CONFIG["spectral_share"] / (4 * linear.modes(Gamma, 1)[0][0])
    predicted, rho = theory(Gamma)
    t, W = zip(*descend(losses.spectral_contrastive, W0, lr, int(1.15 * predicted[-1] / lr), pairs),
               strict=True)  # fmt: skip
    curves = eigenvalues(np.array(W), Gamma)
    value, vectors = np.linalg.eigh(Sigma)
    white = vectors[:, value > 1e-9 * value[-1]] / np.sqrt(value[value > 1e-9 * value[-1]])
    measured = [spectra.find_steps(t, curves[:, [k]], r**2 / 2)[0] for k, r in enumerate(rho)]
    return {
        "t": t, "curves": curves, "predicted": predicted, "null": theory(Sigma)[0], "rho": rho,
        "measured": measured, "end": np.linalg.eigvalsh(white.T @ Gamma @ white)[::-1][:d],
    }  # fmt: skip


def lejepa(pairs: tuple, W0: np.ndarray, seed: int, until: float = 1.2) -> dict[str, np.ndarray]:
    """Train with LeJEPA to ``until`` times the predicted third step; as ``spectral``."""
    n, d = len(pairs[0]), len(W0)
    weight, height = CONFIG["weight"], CONFIG["height"]
    both = np.vstack(pairs)
    Gamma, Sigma = linear.cross_moment(*pairs), both.T @ both / (2 * n)
    operator = lejepa_operator(Gamma, Sigma, [x.mean(0) for x in pairs], n, d, weight)
    lr = CONFIG["lejepa_share"] / linear.modes(operator, 1)[0][0]
    statistic = Statistic(d)

    def near_zero(operator: np.ndarray, level: float) -> tuple[np.ndarray, ...]:
        kappa, V = linear.modes(operator, d)
        sigma = np.sum(V * (Sigma @ V), axis=0)
        start = sigma * linear.effective_init(W0, V) ** 2
        return np.log(level / start) / (2 * kappa) * lateness(2 * kappa, lr), kappa, sigma, start

    lone, kappa, sigma, start = near_zero(operator, height)
    # What slows a mode at any height: disagreement and means.
    brake = 2 * sigma * weight * n * statistic.force(np.zeros(d)) - kappa

    def growth(_: float, log_u: np.ndarray) -> np.ndarray:
        return 2 * (2 * sigma * weight * n * statistic.force(np.exp(log_u)) - brake)

    of_gamma = 2 * weight * n * statistic.pull(np.array(0.0)) * Gamma / d
    late = lateness(2 * kappa, lr)[0]
    span = np.linspace(0, 4 * lone.max(), 3000)
    u = np.exp(solve_ivp(growth, (0, span[-1]), np.log(start), t_eval=span, rtol=1e-6).y.T)
    predicted = late * np.sort(spectra.find_steps(span, u, height))
    generator = np.random.default_rng(seed)

    def loss(z1: Tensor, z2: Tensor) -> Tensor:
        return losses.lejepa(z1, z2, directions(generator, d), weight)

    t, W = zip(*descend(loss, W0, lr, int(until * predicted[2] / lr), pairs), strict=True)
    curves = eigenvalues(np.array(W), Sigma)
    theory = np.array([np.interp(t, late * span, column) for column in u.T]).T
    return {
        "t": t, "curves": curves, "predicted": predicted,
        "null": np.sort(near_zero(of_gamma, height)[0]), "near_zero": np.sort(lone),
        "measured": spectra.find_steps(t, curves, height),
        "first": [near_zero(operator, level)[0].min() for level in LEVELS],
        "first_measured": [spectra.find_steps(t, curves[:, [0]], level)[0] for level in LEVELS],
        "theory": -np.sort(-theory, axis=1),
    }  # fmt: skip


def gaussian_like(pairs: tuple, n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """n Gaussian pairs of views whose means and second moments, joint ones too, are those given."""
    joint = np.hstack(pairs)
    mean = joint.mean(axis=0)
    noise = np.random.default_rng(seed).normal(size=(n, joint.shape[1]))
    white = np.linalg.svd(noise - noise.mean(axis=0), full_matrices=False)[0]
    _, size, turn = np.linalg.svd(joint - mean, full_matrices=False)
    x1, x2 = np.split(white * size @ turn * np.sqrt(n / len(joint)) + mean, 2, axis=1)
    return np.ascontiguousarray(x1), np.ascontiguousarray(x2)


def gaussian_peak(pairs: tuple, W0: np.ndarray, seed: int, lr: float, steps: int) -> float:
    """The first curve at its highest when Gaussian views of these moments are trained on.

    There are many, so that they have little shape by chance. SIGReg counts as for ``pairs``.
    """
    views_of = gaussian_like(pairs, CONFIG["gaussian_pairs"], seed)
    generator, both = np.random.default_rng(seed), np.vstack(pairs)

    def loss(z1: Tensor, z2: Tensor) -> Tensor:
        axes = directions(generator, len(W0))
        apart, whole = (losses.lejepa(z1, z2, axes, weight) for weight in (0, 1))
        share = CONFIG["weight"]
        return (1 - share) * apart + share * whole * len(pairs[0]) / len(z1)

    _, W = zip(*descend(loss, W0, lr, steps, views_of), strict=True)
    return float(eigenvalues(np.array(W), both.T @ both / len(both))[:, 0].max())


def directions(generator: np.random.Generator, d: int) -> Tensor:
    """Some orthonormal bases, drawn anew, one direction a column."""
    bases = [np.linalg.qr(generator.normal(size=(d, d)))[0] for _ in range(CONFIG["bases"])]
    return torch.tensor(np.hstack(bases))


def eigenvalues(W: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """Of W · matrix · Wᵀ for each record, descending: (T, d, m) -> (T, d)."""
    return np.linalg.eigvalsh(W @ matrix @ W.transpose(0, 2, 1))[:, ::-1]


def _together(rows: list) -> np.ndarray:
    """Rows of unequal length as one array, with NaN where one has ended."""
    longest = max(map(len, rows))
    return np.float32([
        np.concatenate([row, np.full((longest - len(row), *np.shape(row)[1:]), np.nan)])
        for row in map(np.asarray, rows)
    ])  # fmt: skip


def plateaus(d: int) -> tuple[np.ndarray, np.ndarray]:
    """Heights of k learned modes, and the share of its rate that a waiting one has left, (d,)."""
    statistic = Statistic(d, directions=40_000)
    heights, shares = np.zeros(d), np.zeros(d)
    for k in range(1, d + 1):
        low, high = 0.5, 4.0 * d
        for _ in range(50):
            u = (low + high) / 2
            force = statistic.force(np.r_[np.full(k, u), np.zeros(d - k)])
            low, high = (u, high) if force[:k].mean() > 0 else (low, u)
        heights[k - 1] = u
        shares[k - 1] = force[-1] / statistic.force(np.zeros(d))[-1] if k < d else np.nan
    return heights, shares


def fourth_loss_linear(home: Path = HOME) -> None:
    """Chapter 10: both losses on digits, three seeds."""
    begin = time.perf_counter()
    d, alpha = CONFIG["d"], CONFIG["alpha"]
    rows, gaussian_peaks = {"spectral": [], "lejepa": []}, []
    for seed in SEEDS:
        pairs = views.make_pairs(data.load_images("digits"), n=CONFIG["n"], seed=seed)
        W0 = linear.random_init(d, pairs[0].shape[1], alpha, seed)
        rows["spectral"].append(spectral(pairs, W0))
        rows["lejepa"].append(lejepa(pairs, W0, seed))
        t, curves = rows["lejepa"][-1]["t"], rows["lejepa"][-1]["curves"]
        steps = int(1.15 * curves[:, 0].argmax())  # past the peak, where it is at another time
        gaussian_peaks.append(gaussian_peak(pairs, W0, seed, t[1] - t[0], steps))
        print(seed, f"{(time.perf_counter() - begin) / 60:.1f} minutes", flush=True)
    other = {
        f"{kind}_{key}": _together(
            [row[key][:: KEPT if key in ("t", "curves", "theory") else 1] for row in found]
        )
        for kind, found in rows.items() for key in found[0]
    }  # fmt: skip
    table = np.full((2, 3, 10), np.nan)
    for row, size in enumerate((2, 5, 10)):
        table[:, row, :size] = plateaus(size)
    meta = {
        "chapter": 10, "loss": "spectral contrastive, not centred; LeJEPA", "data": "digits",
        "network": "linear, random start", "seed": list(SEEDS),
        "minutes": round((time.perf_counter() - begin) / 60, 1), "config": CONFIG,
        "other": {"KIND": "spectral or lejepa", **MEANING},
    } | made_by("fourth_loss_linear")  # fmt: skip
    t = np.array(rows["spectral"][0]["t"])[::KEPT]
    Run(
        steps=KEPT * np.arange(len(t)), t=t, loss=np.full(len(t), np.nan),
        eigenvalues=np.float32(rows["spectral"][0]["curves"][::KEPT]), meta=meta,
        other=other
        | {
            "heights": np.float32(table[0]), "force": np.float32(table[1]),
            "lejepa_gaussian_peak": np.float32(gaussian_peaks),
        },
    ).save(home / "fourth_loss_linear")  # fmt: skip


RUNS = {"fourth_loss_linear": fourth_loss_linear}
