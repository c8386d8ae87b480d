"""Two linear layers, f(x) = W A x, both trained on ‖C − I‖²_F with C = WAΓAᵀWᵀ (d, d).

The head W (d, h) stands on the trunk A (h, m), which makes h features of an input; Γ (m, m) is the
cross-moment of the pairs, as in ``linear``. From an aligned start, W = U diag(s0) Qᵀ and A with
p0_j as its singular value on mode j and column j of Q as its direction there, gradient flow has a
closed form: the functions of (t, gamma, s0, p0). From any other start it is simulated:
``gradient_flow`` and ``gradient_descent``. Chapter 8 derives each formula.

Wherever shapes stand, T is the number of times, d that of embedding dimensions, h that of features,
m that of inputs. Time is the time of gradient flow; ``steps`` of gradient descent take lr · steps
of it.
"""

from __future__ import annotations

from ._closed_form import embedding_eigenvalues, feature_raise, step_times, time_saved
from ._simulation import Trajectory, gradient_descent, gradient_flow

__all__ = [
    "Trajectory",
    "embedding_eigenvalues",
    "feature_raise",
    "gradient_descent",
    "gradient_flow",
    "step_times",
    "time_saved",
]
