"""Kernels, and self-supervised learning with them.

A kernel k(x, x') is the scalar product of two feature vectors that are never written down. K̃
(2n, 2n) holds it between all views of n pairs: the n first views, then the n second ones. P swaps
the two halves. Then K_Γ = K̃^{1/2} P K̃^{1/2}/(2n) takes the place of Γ: with its eigenvalues γ_j
every formula of ``linear`` in (t, gamma, s0) holds as it stands. Source: Simon et al. 2023;
chapter 4 derives each formula.
"""

from __future__ import annotations

from ._contrastive import ContrastiveKernelPCA
from ._descent import gradient_descent
from ._functions import laplace, median_distance, rbf
from ._memory import memory_needed
from ._moment import contrastive_kernel
from ._relu import relu_mlp_kernel

__all__ = [
    "ContrastiveKernelPCA",
    "contrastive_kernel",
    "gradient_descent",
    "laplace",
    "median_distance",
    "memory_needed",
    "rbf",
    "relu_mlp_kernel",
]
