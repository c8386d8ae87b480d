"""10.8: where the spectral contrastive loss stops, against a search for its minimum."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.optimize import minimize

from ..asking import once_a_draw
from ..draws import sizes
from ..engine import Exercise, Misconception, Part, Trial


def spectral_end(Gamma: np.ndarray, Sigma: np.ndarray, d: int) -> np.ndarray:
    """The course's answer: eigenvalues of C, (d,) descending, where the loss is smallest."""
    root = np.linalg.inv(np.linalg.cholesky(Sigma))
    rho = np.linalg.eigvalsh(root @ Gamma @ root.T)[::-1][:d]
    return np.maximum(rho, 0) ** 2


@once_a_draw
def _found(Gamma: np.ndarray, Sigma: np.ndarray, d: int) -> np.ndarray:
    """Eigenvalues of C at the end of a search downhill from a random start: no other ends stay."""
    m = len(Gamma)

    def loss(entries: np.ndarray) -> tuple[float, np.ndarray]:
        W = entries.reshape(d, m)
        F = W @ Sigma @ W.T
        value = np.sum(F**2) - 2 * np.trace(W @ Gamma @ W.T)
        return value, (4 * (F @ W @ Sigma - W @ Gamma)).ravel()

    start = 0.3 * np.random.default_rng(d).normal(size=d * m)
    options = {"ftol": 0, "gtol": 1e-12, "maxiter": 20_000, "maxfun": 40_000}
    entries = minimize(loss, start, jac=True, method="L-BFGS-B", options=options).x
    W = entries.reshape(d, m)
    lam = np.linalg.eigvalsh(W @ Gamma @ W.T)[::-1]
    return np.where(np.abs(lam) < 1e-10, 0.0, lam)


def _draw(trial: Trial, m: int, rho: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Γ and Σ, (m, m), with these agreements (m,); their eigenvectors have nothing in common."""
    turn, other = (np.linalg.qr(trial.rng.normal(size=(m, m)))[0] for _ in range(2))
    size = np.geomspace(1, trial.rng.uniform(0.15, 0.3), m) * trial.rng.uniform(0.6, 1.6)
    root = turn * np.sqrt(size) @ turn.T
    return root @ (other * rho @ other.T) @ root, turn * size @ turn.T


def _ask(trial: Trial, m: int, d: int, rho: np.ndarray) -> None:
    Gamma, Sigma = _draw(trial, m, rho)
    got = trial.array(trial.call(Gamma, Sigma, d), shape=(d,), what="The array of eigenvalues")
    # A search ends where rounding hides the slope, which a share of 1e-5 of the largest allows.
    trial.close(
        got, _found(Gamma, Sigma, d), "The eigenvalue", why="a search for the smallest loss",
        rtol=1e-5, floor=0.1,
    )  # fmt: skip


def _enough(trial: Trial) -> None:
    """More positive agreements than outputs, and negative ones that are large."""
    for m in sizes(trial.rng, 6, 9, 2):
        d = int(trial.rng.integers(2, 4))
        up = np.linspace(0.95, 0.3, d + 2) * trial.rng.uniform(0.9, 1.0, size=d + 2)
        _ask(trial, m, d, np.r_[up, -np.linspace(0.9, 0.5, m - d - 2)])


def _few(trial: Trial) -> None:
    """Fewer positive agreements than outputs."""
    for m in sizes(trial.rng, 6, 8, 2):
        d = int(trial.rng.integers(4, 6))
        up = np.linspace(0.9, 0.4, d - 2) * trial.rng.uniform(0.9, 1.0, size=d - 2)
        _ask(trial, m, d, np.r_[up, -np.linspace(0.8, 0.3, m - d + 2)])


def _up(rho: np.ndarray) -> np.ndarray:
    return np.maximum(rho, 0)


def _of(heights: Callable[[np.ndarray], np.ndarray], absolute: bool = False) -> Callable:
    """Another function of the agreements; of the largest in size if ``absolute``."""

    def like(Gamma: np.ndarray, Sigma: np.ndarray, d: int) -> np.ndarray:
        root = np.linalg.inv(np.linalg.cholesky(Sigma))
        rho = np.linalg.eigvalsh(root @ Gamma @ root.T)
        return heights(rho[np.argsort(-np.abs(rho) if absolute else -rho)][:d])

    return like


def _along_modes(of: str, ordered: bool) -> Callable:
    """(γ/σ)² along the eigenvectors of one of the two, the largest first if ``ordered``."""

    def like(Gamma: np.ndarray, Sigma: np.ndarray, d: int) -> np.ndarray:
        vectors = np.linalg.eigh(Gamma if of == "Γ" else Sigma)[1][:, ::-1][:, :d]
        along = [np.sum(vectors * (matrix @ vectors), axis=0) for matrix in (Gamma, Sigma)]
        heights = _up(along[0] / along[1]) ** 2
        return np.sort(heights)[::-1] if ordered else heights

    return like


def _of_a_quotient(symmetric: Callable[[np.ndarray], np.ndarray]) -> Callable:
    """Eigenvalues of a symmetric matrix made from Σ^(−1)Γ, which is none."""

    def like(Gamma: np.ndarray, Sigma: np.ndarray, d: int) -> np.ndarray:
        rho = np.linalg.eigvalsh(symmetric(np.linalg.solve(Sigma, Gamma)))[::-1][:d]
        return _up(rho) ** 2

    return like


SPECTRAL_END = Exercise(
    id="10.8",
    title="Where a fourth loss stops",
    own=spectral_end,
    right="Right. The loss begins with the modes of Γ and ends at the agreements: variance has a "
    "say in when a direction is learned, and none in where it stops.",
    hint="Gamma and Sigma have shape (m, m), d is a whole number, and d eigenvalues come back, the "
    "largest first.",
    parts=(
        Part("with agreements enough", 2, _enough),
        Part("with fewer positive agreements than outputs", 1, _few),
    ),
    misconceptions=(
        Misconception(
            lambda Gamma, Sigma, d: np.ones(d),
            "This is where Barlow Twins ends. Here what holds a mode back is WΣWᵀ and not C.",
        ),
        Misconception(
            _of(_up),
            "These are the ρ_j, the eigenvalues of WΣWᵀ. Those of C = WΓWᵀ have the agreement once "
            "more.",
        ),
        Misconception(
            _of(lambda rho: rho),
            "These are the ρ_j, the eigenvalues of WΣWᵀ, and it has none below 0. Those of C have "
            "the agreement once more, and are 0 where no direction is left that agrees.",
        ),
        Misconception(
            _of(lambda rho: np.sqrt(_up(rho))),
            "You take the root of ρ_j. With V = WΣ^½ the eigenvalues of VVᵀ are ρ_j, and "
            "C = VKVᵀ has ρ_j times that.",
        ),
        Misconception(
            _of(lambda rho: rho**2),
            "With a negative ρ_j yours is above 0. A direction in which the views disagree raises "
            "the loss at any weight, so its weight ends at 0.",
        ),
        Misconception(
            _of(lambda rho: np.sort(rho**2)[::-1], absolute=True),
            "You take the ρ_j that are largest in size, the negative ones too. Their square hides "
            "the sign, but they raise the loss at any weight.",
        ),
        Misconception(
            _of(lambda rho: np.where(rho > 0, rho**2, 0), absolute=True),
            "You take the d agreements of largest size and drop the negative ones of these. Others "
            "that are positive then go missing.",
        ),
        *(
            Misconception(
                _along_modes(of, ordered),
                f"You divide along the eigenvectors of {of}. {other} has others, and the loss ends "
                "where neither has a say alone: in Σ^(−1/2) Γ Σ^(−1/2).",
            )
            for of, other in (("Γ", "Σ"), ("Σ", "Γ"))
            for ordered in (False, True)
        ),
        *(
            Misconception(
                _of_a_quotient(symmetric),
                "Σ^(−1)Γ and ΓΣ^(−1) have the eigenvalues ρ_j, but are not symmetric. Their "
                "symmetric part has others, and so has what np.linalg.eigvalsh reads of them, one "
                "triangle. Σ^(−1/2) Γ Σ^(−1/2) is symmetric and has the ρ_j.",
            )
            for symmetric in (
                lambda K: (K + K.T) / 2,
                lambda K: np.tril(K) + np.tril(K, -1).T,
                lambda K: np.triu(K) + np.triu(K, 1).T,  # of ΓΣ^(−1), its transpose
            )
        ),
        Misconception(
            lambda Gamma, Sigma, d: np.maximum(np.linalg.eigvalsh(Gamma)[::-1][:d], 0) ** 2,
            "You take the eigenvalues of Γ. They say when a mode is learned. Where it stops "
            "depends on Σ as well.",
        ),
        Misconception(
            _of(lambda rho: np.sort(_up(rho) ** 2)),
            "Your order is from small to large. The largest comes first.",
        ),
        Misconception(
            _of(lambda rho: _up(rho) ** 2 / 4),
            "Your ρ_j is half of what it should be: the slope of ‖F‖² is 2F, and 2 stands before "
            "tr C as well.",
        ),
    ),
)
