"""The linear model f(x) = Wx, W (d, m), trained on the loss ‖C − I‖²_F with C = WΓWᵀ (d, d).

Γ (m, m) is the cross-moment of the pairs, γ_1 ≥ γ_2 ≥ … its eigenvalues ("modes"). From an
aligned start W = U diag(s0) Vᵀ, V the top d eigenvectors, gradient flow has a closed form: the
functions of (t, gamma, s0). From any other start it is simulated: ``gradient_flow`` and
``gradient_descent``. Source: Simon et al. 2023; chapter 2 derives each formula.

Wherever shapes stand, T is the number of times, d that of embedding dimensions, m that of inputs.
Time is the time of gradient flow; ``steps`` of gradient descent take lr · steps of it.
"""

from __future__ import annotations

from ._closed_form import embedding_eigenvalues, loss, singular_values, step_times
from ._gamma import (
    cross_moment,
    effective_init,
    final_weights,
    modes,
    random_init,
    typical_init,
)
from ._record import Trajectory
from ._simulation import gradient_descent, gradient_flow

__all__ = [
    "Trajectory",
    "cross_moment",
    "effective_init",
    "embedding_eigenvalues",
    "final_weights",
    "gradient_descent",
    "gradient_flow",
    "loss",
    "modes",
    "random_init",
    "singular_values",
    "step_times",
    "typical_init",
]
