"""Climbing faster: updates that make the modes of an embedding grow at more equal rates.

Gradient descent learns mode j at the rate γ_j, so the last mode of ten waits γ_1/γ_10 times as long
as the first. The functions here multiply the gradient G (d, m) of a linear layer's weights from the
right, W ← W − lr · G P, by a symmetric matrix P (m, m):

- ``inverse_power``  P = (|M| + ρI)^(−power) for a moment M of the layer's inputs
- ``descent``, ``muon_descent``  the linear model f(x) = Wx trained so, or by Muon
- ``growth_rates``, ``step_counts``, ``final_weights``  what theory says of it beforehand;
  ``signed_step_counts``, ``muon_step_counts``  the same for the two updates that are no such P
- ``weight_excess``, ``top_share``  what equal rates cost
- ``compare``  nine updates from one start, each beside its theory
- ``PreconditionedSGD``  the same update of one layer of any network, a torch optimiser

Why theory needs no new idea: with W' = W P^(−1/2) this is plain gradient descent on W', and its
modes are those of P^½ Γ P^½.

Muon (Jordan et al. 2024) for a network is ``torch.optim.Muon``, in PyTorch since version 2.9.

Wherever shapes stand, d is the number of embedding dimensions and m that of inputs.
"""

from __future__ import annotations

from ._comparison import Climb, compare
from ._descent import descent, muon_descent
from ._head import PreconditionedSGD
from ._matrix import inverse_power
from ._measures import top_share, weight_excess
from ._prediction import (
    final_weights,
    growth_rates,
    muon_step_counts,
    signed_step_counts,
    step_counts,
)

__all__ = [
    "Climb",
    "PreconditionedSGD",
    "compare",
    "descent",
    "final_weights",
    "growth_rates",
    "inverse_power",
    "muon_descent",
    "muon_step_counts",
    "signed_step_counts",
    "step_counts",
    "top_share",
    "weight_excess",
]
