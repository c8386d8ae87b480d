"""7.8: what a process sends back, against autograd of the joint loss and difference quotients."""

from __future__ import annotations

import numpy as np
import torch

from ..asking import once_a_draw
from ..engine import Exercise, Part, Trial
from . import own
from .common import unpack

NAMES = "gradient of z1's rows, gradient of z2's rows"


def _draw(
    trial: Trial, d: int, rows: tuple[int, ...] = (1, 2, 3)
) -> tuple[np.ndarray, np.ndarray, int]:
    """Gathered embeddings of two views with one of `rows` for each process, and their number."""
    processes = int(trial.rng.choice([3, 4, 5]))  # not 2, a factor that other slips have
    n = processes * int(trial.rng.choice([q for q in rows if processes * q != d]))
    z = trial.rng.uniform(0.6, 1.5) * trial.rng.normal(size=(n, d)) + 0.7
    z1, z2 = (z + 0.4 * trial.rng.normal(size=(n, d)) + shift for shift in (0.2, -0.3))
    return z1, z2, processes


def _loss(z1: np.ndarray, z2: np.ndarray) -> float:
    """‖C − I‖² of the joint batch, by pairs."""
    n, d = z1.shape
    mean = sum([*z1, *z2]) / (2 * n)
    C = sum(np.outer(a - mean, b - mean) + np.outer(b - mean, a - mean)
            for a, b in zip(z1, z2, strict=True)) / (2 * n)  # fmt: skip
    return float(((C - np.eye(d)) ** 2).sum())


@once_a_draw
def _joint(z1: np.ndarray, z2: np.ndarray) -> list[np.ndarray]:
    """Difference quotients of the joint loss for every entry of z1 and z2."""
    slopes, h = [], 1e-5
    for k in (0, 1):
        slope = np.zeros_like(z1)
        for place in np.ndindex(z1.shape):
            ends = []
            for sign in (1, -1):
                moved = [z1.copy(), z2.copy()]
                moved[k][place] += sign * h
                ends.append(_loss(*moved))
            slope[place] = (ends[0] - ends[1]) / (2 * h)
        slopes.append(slope)
    return slopes


def _of_part(z1: np.ndarray, z2: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Gradients of the loss of these rows alone."""
    return own.contribution(z1, z2, 0, 1)


def _uncentred(z1: np.ndarray, z2: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    n, d = z1.shape
    slope = 2 / n * ((z1.T @ z2 + z2.T @ z1) / (2 * n) - np.eye(d))
    return z2 @ slope, z1 @ slope


def _error(z1: np.ndarray, z2: np.ndarray) -> tuple[np.ndarray, ...]:
    """The centred views, and C − I."""
    mean = (z1.mean(0) + z2.mean(0)) / 2
    a, b = z1 - mean, z2 - mean
    return a, b, (a.T @ b + b.T @ a) / (2 * len(a)) - np.eye(a.shape[1])


def _of_own_C(z1: np.ndarray, z2: np.ndarray, rows: slice) -> tuple[np.ndarray, np.ndarray]:
    """The formula for a part of the rows, with the mean of all and the C of the part."""
    mean = (z1.mean(0) + z2.mean(0)) / 2
    a, b = (z1 - mean)[rows], (z2 - mean)[rows]
    slope = 2 / len(a) * ((a.T @ b + b.T @ a) / (2 * len(a)) - np.eye(a.shape[1]))
    return b @ slope, a @ slope


def _diagonal(z1: np.ndarray, z2: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    a, b, error = _error(z1, z2)
    slope = 2 / len(a) * np.diag(np.diag(error))
    return b @ slope, a @ slope


def _rows_uncentred(z1: np.ndarray, z2: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    slope = 2 / len(z1) * _error(z1, z2)[2]
    return z2 @ slope, z1 @ slope


def _rows_centred(
    z1: np.ndarray, z2: np.ndarray, mean: np.ndarray, other: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The joint C − I behind rows that are centred on other means, those of z1 and of z2."""
    slope = 2 / len(z1) * _error(z1, z2)[2]
    return (z2 - other) @ slope, (z1 - mean) @ slope


def _mean_of(z1: np.ndarray, z2: np.ndarray) -> np.ndarray:
    return (z1.mean(0) + z2.mean(0)) / 2


def _own_means(z1: np.ndarray, z2: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return _uncentred(z1 - z1.mean(0), z2 - z2.mean(0))


def _without_identity(z1: np.ndarray, z2: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    n = len(z1)
    mean = (z1.mean(0) + z2.mean(0)) / 2
    a, b = z1 - mean, z2 - mean
    C = (a.T @ b + b.T @ a) / (2 * n)
    return 2 / n * b @ C, 2 / n * a @ C


def _unsymmetric(z1: np.ndarray, z2: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """With C = aᵀb/n alone: the formula as for a symmetric C, its transpose, the true gradient."""
    n, d = z1.shape
    mean = (z1.mean(0) + z2.mean(0)) / 2
    a, b = z1 - mean, z2 - mean
    slope = 2 / n * (a.T @ b / n - np.eye(d))
    return [(b @ slope, a @ slope), (b @ slope.T, a @ slope.T), (b @ slope.T, a @ slope)]


def _own_rows(trial: Trial) -> None:
    # A process with one row has the same one in every way to hand them out.
    for d, rows in ((2, (1, 2, 3)), (5, (2, 3))):
        z1, z2, P = _draw(trial, d, rows)
        _ask_for_rows(trial, z1, z2, int(trial.rng.integers(1, P)), P)


def _ask_for_rows(trial: Trial, z1: np.ndarray, z2: np.ndarray, rank: int, P: int) -> None:
    n = len(z1)
    rows = slice(rank * n // P, (rank + 1) * n // P)
    joint = _joint(z1, z2)
    want = tuple(P * slope[rows] for slope in joint)
    got = unpack(trial, trial.call(z1, z2, rank, P), NAMES)
    exact = _of_part(z1, z2)  # without the rounding of difference quotients
    right = tuple(P * slope[rows] for slope in exact)
    part = _of_part(z1[rows], z2[rows])

    def cut(pair: tuple[np.ndarray, np.ndarray]) -> tuple[np.ndarray, ...]:
        return tuple(P * slope[rows] for slope in pair)

    trial.slips(got, right, [
        (tuple(s / P for s in right), "The factor P is missing. Each process has its own rows "
         "only, and the average divides by P: what comes out is the gradient over P."),
        (tuple(s / P**2 for s in right), "The wrong way: the average divides by P, so each process "
         "has to send P times its part."),
        (part, "This is the gradient of the loss of your own rows. C and the mean are those of all "
         "gathered rows."),
        (tuple(P * s for s in part), "C and the mean are those of your own rows. They should be "
         "those of all gathered rows."),
        (tuple(s / P for s in part), "C and the mean are those of your own rows. They should be "
         "those of all gathered rows."),
        *((tuple(q * s for s in _of_own_C(z1, z2, rows)), "C is that of your own rows. It should "
           "be that of all gathered rows.") for q in (1, P, 1 / P)),
        (cut(_without_identity(z1, z2)), "The identity is missing: this is C where C − I should "
         "stand."),
        *((cut(pair), "Your C is z₁ᵀz₂/n alone, which is not symmetric. Add its transpose and "
           "halve: C = (z₁ᵀz₂ + z₂ᵀz₁)/2n.") for pair in _unsymmetric(z1, z2)),
        (tuple(P * s for s in right), "P stands there twice. C is the mean over all n "
         "pairs, so 1/n stays 1/n and does not become 1/(n/P); the factor P makes up for the "
         "average."),
        (cut(_uncentred(z1, z2)), "The joint mean is not taken off."),
        (cut(_uncentred(*(z - _mean_of(z1[rows], z2[rows]) for z in (z1, z2)))), "You take off the "
         "mean of your own rows. It should be that of all gathered rows."),
        *((cut(_rows_centred(z1, z2, *means)), "C is right, and the rows that stand before C − I "
           "are centred on the means of your own rows. They should be on that of all gathered "
           "rows.") for means in ((_mean_of(z1[rows], z2[rows]),) * 2,
                                  (z1[rows].mean(0), z2[rows].mean(0)))),
        (cut(_own_means(z1, z2)), "You take off a mean for each view. There is one, of all 2n "
         "rows."),
        (cut(_diagonal(z1, z2)), "Only the diagonal of C − I is in it. All entries pull."),
        (cut(_rows_uncentred(z1, z2)), "C is that of the centred rows, and the rows that stand "
         "before C − I are not centred. They should be."),
        ((sum(right) / 2, sum(right) / 2), "You take the mean of the two gradients. That of z1's "
         "rows has the rows of z2 alone, and the other way round."),
        (right[::-1], "The two gradients are exchanged: with respect to z1 the rows of the *other* "
         "view stand before C − I."),
        (tuple(P * s for s in exact), "These are all n rows. The process holds the activations of "
         "its own only."),
        (tuple(exact), "These are all n rows, and the factor P is missing."),
        (tuple(P * s[rank::P] for s in exact), "Rank r has n/P rows in sequence, r·n/P up to "
         "(r + 1)·n/P, not every P-th."),
        (tuple(n * s for s in right), "The 1/n is missing that the derivative of C has from C."),
    ])  # fmt: skip
    for name, g, w in zip(("z1", "z2"), got, want, strict=True):
        array = trial.array(g, shape=w.shape, what=f"The gradient with respect to {name}")
        trial.close(array, w, f"The gradient with respect to {name}", rtol=1e-5,
                    why="difference quotients of the joint loss, times P")  # fmt: skip


def _averages(trial: Trial) -> None:
    """Through a linear network, and averaged: the gradient of the joint loss by autograd."""
    d = int(trial.rng.integers(2, 5))
    z, _, P = _draw(trial, d)
    n, m = len(z), 4
    x1, x2 = (torch.tensor(trial.rng.normal(size=(n, m))) for _ in range(2))
    W = torch.tensor(trial.rng.normal(size=(d, m)), requires_grad=True)
    z1, z2 = x1 @ W.T, x2 @ W.T
    z = torch.cat([z1, z2])
    a, b = (z - z.mean(0)).chunk(2)
    C = (a.T @ b + b.T @ a) / (2 * n)
    (want,) = torch.autograd.grad(((C - torch.eye(d)) ** 2).sum(), W)
    average = np.zeros((d, m))
    for rank in range(P):
        rows = slice(rank * n // P, (rank + 1) * n // P)
        result = trial.call(z1.detach().numpy(), z2.detach().numpy(), rank, P)
        for g, x in zip(unpack(trial, result, NAMES), (x1, x2), strict=True):
            g = trial.array(g, shape=(n // P, d), what=f"A gradient of rank {rank}")
            average += g.T @ x[rows].numpy() / P
    trial.close(average, want.numpy(), "The average over processes of ∂L/∂W", rtol=1e-9,
                why="autograd of the joint loss")  # fmt: skip


CONTRIBUTION = Exercise(
    id="7.8",
    title="Half of the batch each",
    own=own.contribution,
    right="Right. Gather, take the joint C, send P times your own part.",
    hint="z1 and z2 are (n, d); a process has n/P rows of each; return two (n/P, d).",
    parts=(
        Part("own rows", 2, _own_rows),
        Part("the average", 1, _averages),
    ),
)
