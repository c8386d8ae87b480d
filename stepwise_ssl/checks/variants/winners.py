"""6.4: who is first, with numbers of each student's own, against slopes of the losses."""

from __future__ import annotations

import numpy as np
import torch

from ... import losses
from ..chapter_06.truth import exact_pairs, gradient
from ..engine import Exercise, Part, Trial
from .family import MOST, Variant

TASK = """\
Now four directions, centred data, many pairs, a tiny random start, $d = 2$. Variances and agreements:

$$\\Sigma = \\mathrm{{diag}}({sigma}), \\qquad \\rho = ({rho}) .$$

**Wanted:** a tuple of three numbers, each from 1 to 4: the direction that is learned *first* by

1. Barlow Twins, $\\lVert C - I \\rVert_F^2$,
2. VICReg with $\\nu = {first[0]:g}$, $\\mu = {first[1]:g}$, $\\varepsilon = {first[2]}$,
3. VICReg with $\\nu = {second[0]:g}$, $\\mu = {second[1]:g}$, $\\varepsilon = {second[2]}$.
"""

STUB = """\
other_winners = ...  # Your answer here
other_winners = check("{number}", other_winners)"""

HINTS = ("Write down the diagonal of each growth operator, with its numbers before Σ and Γ.",)


def _rates(sigma: np.ndarray, rho: np.ndarray) -> np.ndarray:
    """Growth of each direction by Barlow Twins, variance and invariance (3, m): slopes of losses.

    VICReg's terms are taken at ε = 1 and at the weight 1 each.
    """
    pairs = exact_pairs(np.random.default_rng(0), 10, sigma, rho)
    W = np.full((1, len(sigma)), 1e-6)

    def grows(loss) -> np.ndarray:
        return -gradient(loss, W, *pairs)[0] / 1e-6

    def vicreg(invariance: float, variance: float):
        weights = {"invariance": invariance, "variance": variance, "covariance": 0.0, "eps": 1.0}
        return lambda z1, z2: losses.vicreg(z1, z2, **weights)

    def barlow(z1: torch.Tensor, z2: torch.Tensor) -> torch.Tensor:
        return losses.barlow_twins(z1, z2, lam=1.0, normalize=False)

    return np.array([grows(barlow), grows(vicreg(0, 1)), grows(vicreg(1, 0))])
