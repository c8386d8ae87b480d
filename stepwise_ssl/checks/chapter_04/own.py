"""The course's answers of chapter 4."""

from __future__ import annotations

import numpy as np
from scipy.linalg import solve_triangular

from ... import kernels, linear


def gaussian(x1: np.ndarray, x2: np.ndarray, b: float) -> np.ndarray:
    """Gaussian kernel of bandwidth b between the rows of x1 (n1, m) and x2 (n2, m): (n1, n2)."""
    return kernels.rbf(x1, x2, b)


def kernel_pca(K: np.ndarray, d: int) -> np.ndarray:
    """Coordinates of N training views in centred kernel PCA, (N, d), from K (N, N)."""
    centred = K - K.mean(axis=0) - K.mean(axis=1)[:, None] + K.mean()
    values, vectors = linear.modes((centred + centred.T) / 2, d)
    return vectors * np.sqrt(np.maximum(values, 0))


def velocity(F: np.ndarray, K: np.ndarray) -> np.ndarray:
    """dF/dt of the embeddings F (d, 2n) of all training views, K (2n, 2n)."""
    other = np.roll(F, len(K) // 2, axis=1)
    C = F @ other.T / len(K)
    return 4 / len(K) * (np.eye(len(F)) - C) @ other @ K


def contrastive(K: np.ndarray) -> np.ndarray:
    """K_Γ (2n, 2n) from the kernel K (2n, 2n) between all views."""
    return kernels.contrastive_kernel(K)


def embed(new: np.ndarray, K: np.ndarray, d: int) -> np.ndarray:
    """Final embeddings (q, d) of views with kernel values new (q, 2n), from K (2n, 2n)."""
    model = kernels.ContrastiveKernelPCA(d, kernel="precomputed").fit(K)
    return model.transform(new)


def circle_gamma(c: np.ndarray, delta: float) -> np.ndarray:
    """γ_k on the circle for views turned by up to ±delta, from the coefficients c of the kernel."""
    return c * np.sinc(np.arange(len(c)) * delta / np.pi) ** 2


def landmark_features(new: np.ndarray, Kqq: np.ndarray) -> np.ndarray:
    """Features (N, q) whose products are new Kqq⁻¹ newᵀ; new (N, q), Kqq (q, q)."""
    return solve_triangular(np.linalg.cholesky(Kqq), new.T, lower=True).T
