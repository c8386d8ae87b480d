"""The top modes of K_Γ without K̃^{1/2} and without an inverse."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.linalg import eigh
from scipy.linalg.blas import dsymm, dsymv, dtrmv
from scipy.sparse.linalg import ArpackError, LinearOperator, eigs, eigsh

from ._distances import exponent_of
from ._factor import pivoted_cholesky

_FEW = 32  # Lanczos for less than this part of all eigenvalues, beyond which it is the slower
_GOOD = 1e-10  # of a mode, as a share of its size, that may be left over
_UNIT = 1e-3  # that an entry of C may be off those of I where rounding of the kernel is felt


@dataclass(frozen=True)
class Fitted:
    """What a fit found, with d modes and N views of which M are anchors.

    gamma (d,) descending; f(x) = k(x, anchors) @ coefficients, (M, d); readout (N, d):
    F(0)ᵀ readout are the columns W(0) b_j of a start with embeddings F(0) (N, d). ``verified``:
    the kernel itself has been seen to give C = I with these coefficients.
    """

    gamma: np.ndarray
    anchors: np.ndarray | slice
    coefficients: np.ndarray
    readout: np.ndarray
    approximation_error: float = 0.0
    verified: bool = False

    def resolved(self, F: np.ndarray) -> Fitted:
        """Only the modes that the embeddings F (N, d) of all views show to be right.

        Where γ_j is a share of γ_1 near the rounding of K̃'s entries, rounding of mode 1 outgrows
        mode j in f_j, and C_jj may be anything.
        """
        kept = unit_modes(F, self.gamma)
        lost = (np.arange(len(self.gamma)) >= kept) & (self.gamma > 0)
        return replace(
            self,
            gamma=np.where(lost, 0, self.gamma),
            coefficients=np.where(lost, 0, self.coefficients),
            readout=np.where(lost, 0, self.readout),
            verified=True,
        )

    def of_kernel_times(self, scale: int) -> Fitted:
        """The same for 2^scale times the kernel, scale even."""
        return replace(
            self,
            gamma=np.ldexp(self.gamma, scale),
            coefficients=np.ldexp(self.coefficients, -scale),
            readout=np.ldexp(self.readout, -scale // 2),
        )


def embed_exactly(K: np.ndarray, d: int, seed: int, eps: float, positive: bool) -> Fitted:
    """The top d modes from K̃ (2n, 2n), entries good to eps; its memory is taken over.

    ``positive``: K̃ is known to be positive semi-definite, and nothing has to find out.
    """
    N = len(K)
    with np.errstate(under="ignore", over="ignore"):
        scale = scale_of(K)
        np.ldexp(K, -scale, out=K)
        few = lanczos_pays(d, N)
        found = _by_products(K, d, seed) if positive and few else None
        gamma, roots = found or _by_factor(K, d, seed, eps, few)
        roots *= upright(roots)
        readout = over(np.roll(roots, N // 2, axis=0), N * gamma)
        coefficients = over(readout, np.sqrt(np.maximum(gamma, 0)))
        fitted = Fitted(gamma, slice(None), coefficients, readout, verified=bool(found))
        return fitted.of_kernel_times(scale)


def scale_of(K: np.ndarray) -> int:
    """An even e such that 2^−e · K̃ has a diagonal of order 1: its powers are in range."""
    return 2 * (exponent_of(K.diagonal()) // 2)


def lanczos_pays(d: int, N: int) -> bool:
    """Whether d of N eigenpairs are so few that finding them alone is quicker."""
    return d < N // _FEW


def _by_products(K: np.ndarray, d: int, seed: int) -> tuple[np.ndarray, np.ndarray] | None:
    """γ (d,) and K̃^{1/2} b_j (2n, d) from products with K̃ alone; None where they are not good.

    PK̃/(2n) is not symmetric, and has the eigenvalues of K_Γ with eigenvectors r_j = K̃^{-1/2} b_j.
    ARPACK's span of them is good to rounding, and in the scalar product uᵀK̃v, where PK̃ is
    symmetric, Rayleigh and Ritz take the modes from it. Half the cost of a factor alone.
    """
    N = len(K)
    first = np.random.default_rng(seed).standard_normal(N)

    def product(u: np.ndarray) -> np.ndarray:
        return np.roll(dsymv(1 / N, K.T, u), N // 2)

    operator = LinearOperator((N, N), matvec=product, dtype=float)
    try:
        values, r = eigs(operator, k=d, which="LR", v0=first, ncv=max(3 * d, 20))
        # Of two equal eigenvalues rounding can make a complex pair; its two parts span the same.
        r = np.asfortranarray(np.where(values.imag < 0, r.imag, r.real))
        Kr = dsymm(1, K.T, r)
        products = Kr.T @ np.roll(Kr, N // 2, axis=0) / N
        gram = r.T @ Kr
        gamma, mixed = eigh((products + products.T) / 2, (gram + gram.T) / 2)
    except (ArpackError, np.linalg.LinAlgError):
        return None
    gamma, roots = gamma[::-1], Kr @ mixed[:, ::-1]
    if gamma[-1] <= 0:
        return None
    r = np.asfortranarray(np.roll(roots, N // 2, axis=0) / (N * gamma))
    again = dsymm(1, K.T, r)
    off = np.linalg.norm(again - roots, axis=0)
    good = (off < _GOOD * np.linalg.norm(roots, axis=0)).all()
    return (gamma, roots) if good and unit_modes(again / np.sqrt(gamma), gamma) == d else None


def _by_factor(
    K: np.ndarray, d: int, seed: int, eps: float, few: bool
) -> tuple[np.ndarray, np.ndarray]:
    """γ (d,) and K̃^{1/2} b_j (2n, d) from K̃ = LLᵀ, singular or not.

    K̃^{1/2} = L Oᵀ for an orthogonal O, so LᵀPL/(2n) has the eigenvalues of K_Γ, and
    L u_j = K̃^{1/2} b_j for its eigenvectors u_j.
    """
    trace = K.trace()
    factor = pivoted_cholesky(K, eps)
    L, N = factor.L, len(K)
    place = np.empty(N, dtype=int)
    place[factor.order] = np.arange(N)
    partner = place[(factor.order + N // 2) % N]  # where the other view of each row stands
    for lanczos in (True, False) if few else (False,):
        gamma, u = _top(L, partner, d, seed, lanczos)
        gamma, Lu = without_rounding(gamma, trace), L @ u
        roots = np.empty((N, d))
        roots[factor.order] = Lu  # in the order of the views
        # Lanczos may mix a little of mode 1 into modes of a far smaller γ; then all are found.
        if lanczos:
            F = np.empty((N, d))
            F[factor.order] = L @ (L.T @ over(Lu[partner], N * np.maximum(gamma, 0) ** 1.5))
            if unit_modes(F, gamma) == np.count_nonzero(gamma > 0):
                break
    return gamma, roots


def _top(
    L: np.ndarray, partner: np.ndarray, d: int, seed: int, lanczos: bool
) -> tuple[np.ndarray, np.ndarray]:
    """The d largest eigenvalues of LᵀPL/(2n), descending, and their eigenvectors (2n, d)."""
    N = len(L)
    if lanczos:

        def product(u: np.ndarray) -> np.ndarray:
            return dtrmv(L, dtrmv(L, u, lower=1)[partner], lower=1, trans=1) / N

        first = np.random.default_rng(seed).standard_normal(N)
        operator = LinearOperator((N, N), matvec=product, dtype=float)
        gamma, u = eigsh(operator, k=d, which="LA", v0=first)
    else:
        whole = L.T @ L[partner]
        whole /= N
        # Symmetric, so its transpose is the same matrix in the order that LAPACK works in.
        gamma, u = eigh(whole.T, subset_by_index=(N - d, N - 1), overwrite_a=True)
    return gamma[::-1], u[:, ::-1]


def without_rounding(gamma: np.ndarray, trace: float) -> np.ndarray:
    """γ with exact zeros for what is zero up to rounding.

    A singular K̃ has modes with γ = 0. Computed, they come out at ±1e-17, and the positive ones
    would be embedded at a size of 1e8. No |γ| is above tr(K̃)/2n, and rounding stays below 2n·eps
    of that.
    """
    return np.where(np.abs(gamma) <= np.finfo(float).eps * trace, 0, gamma)


def unit_modes(F: np.ndarray, gamma: np.ndarray) -> int:
    """How many modes with γ > 0, from the first on, have C = I in the embeddings F (N, d)."""
    F = F[:, gamma > 0]
    C = F.T @ np.roll(F, len(F) // 2, axis=0) / len(F)
    off = np.tril(np.abs(C - np.eye(len(C))))
    wrong = ~(off <= _UNIT).all(1)  # NaN counts as wrong
    return int(np.argmax(wrong)) if wrong.any() else len(C)


def upright(u: np.ndarray) -> np.ndarray:
    """The sign for each column that makes its largest entry positive, (d,)."""
    return np.where(u[np.abs(u).argmax(0), np.arange(u.shape[1])] < 0, -1, 1)


def over(columns: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """Each column divided by its size; zero where that is not positive: a mode never learned."""
    learned = sizes > 0
    return np.where(learned, columns / np.where(learned, sizes, 1), 0)
