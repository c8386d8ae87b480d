"""Sentences of chapter 6."""

from __future__ import annotations

import numpy as np
import torch

from stepwise_ssl import data, linear, losses, spectra, views

MILD = {"invariance": 10.0, "variance": 25.0, "covariance": 10.0, "eps": 0.01}
LOSSES = {
    "Barlow Twins": lambda a, b: losses.barlow_twins(a, b, lam=1.0, normalize=False),
    "SimCLR": lambda a, b: losses.nt_xent(a, b, temperature=1.0, normalize=False),
    "VICReg": lambda a, b: losses.vicreg(a, b, **MILD),
}


def two_views(d: int = 3) -> tuple[torch.Tensor, torch.Tensor]:
    rng = np.random.default_rng(0)
    z = rng.normal(size=(20, d))
    return tuple(torch.tensor(z + 0.3 * rng.normal(size=z.shape)) for _ in range(2))


def test_the_three_losses_see_neither_the_order_nor_the_sign_of_a_column() -> None:
    """A loss stays the same when two columns are swapped, and when one changes its sign."""
    a, b = two_views()
    swap, sign = [1, 0, 2], torch.tensor([-1.0, 1.0, 1.0])
    for loss in LOSSES.values():
        value = loss(a, b).item()
        for x, y in ((a[:, swap], b[:, swap]), (a * sign, b * sign)):
            # The same sums in another order: 1e-12 of them.
            assert abs(loss(x, y).item() - value) < 1e-12 * abs(value)


def test_the_sign_of_a_column_is_needed() -> None:
    """−(Σ_k z_k)² is smooth and the same for all columns, but its gradient in one row of W depends
    on all the others: no matrix M gives it as WM."""
    x = torch.cat(two_views(5))
    W = torch.zeros(3, 5, dtype=torch.float64, requires_grad=True)
    with torch.no_grad():
        W[0] = torch.arange(5.0) + 1
    loss = -((x @ W.T).sum(dim=1) ** 2).mean()
    swapped = -((x @ W[[1, 0, 2]].T).sum(dim=1) ** 2).mean()
    assert torch.isclose(loss, swapped, rtol=1e-12)
    (gradient,) = torch.autograd.grad(loss, W)
    # Rows 1 and 2 of W are zero, and so are those of WM for every M.
    assert gradient[1:].abs().max() > 1


def test_the_three_losses_begin_with_a_matrix() -> None:
    """Near zero the gradient is −WM with one M for all W: rows that are 0 stay 0."""
    x1, x2 = two_views(5)
    x1, x2 = x1 - (x1.mean(0) + x2.mean(0)) / 2, x2 - (x1.mean(0) + x2.mean(0)) / 2
    for loss in LOSSES.values():
        W = torch.zeros(3, 5, dtype=torch.float64, requires_grad=True)
        with torch.no_grad():
            W[0] = 1e-6 * (torch.arange(5.0) + 1)
        (gradient,) = torch.autograd.grad(loss(x1 @ W.T, x2 @ W.T), W)
        # The next terms are smaller by the square of the embedding, 1e-10.
        assert gradient[1:].abs().max() < 1e-8 * gradient[0].abs().max()


def digits_pairs() -> tuple[np.ndarray, np.ndarray]:
    return views.make_pairs(data.load_images("digits"), n=250, seed=0)


def operators() -> dict[str, np.ndarray]:
    """M / growth of the three losses on the pairs of the page."""
    x1, x2 = digits_pairs()
    both = np.vstack([x1, x2])
    Sigma, Gamma = both.T @ both / len(both), linear.cross_moment(x1, x2)
    between = (np.cov(x1.T) + np.cov(x2.T)) / 2
    return {
        "Barlow Twins": 4 * Gamma,
        "SimCLR": 2 * (Gamma + Sigma / (len(both) - 1)),
        "VICReg": (MILD["variance"] / np.sqrt(MILD["eps"]) * between
                   - 4 * MILD["invariance"] * (Sigma - Gamma)) / 5,
    }  # fmt: skip


def test_a_thousand_times_smaller_start_keeps_the_order_of_the_first_steps() -> None:
    """All times grow by about the ratio of the new log(1/α) to the old one."""
    first = {}
    for alpha in (1e-6, 1e-9):
        start = alpha * np.random.default_rng(0).normal(size=(5, 64))
        for name, M in operators().items():
            rate, V = linear.modes(M, 1)
            s0 = np.linalg.norm(start @ V[:, 0])
            first[name, alpha] = np.log(0.1 / s0) / rate[0]
    order = [sorted(operators(), key=lambda name, a=a: first[name, a]) for a in (1e-6, 1e-9)]
    assert order[0] == order[1]
    for name in operators():
        # log 1e9 / log 1e6 = 1.5; the constants under the logarithm take a tenth of it.
        assert abs(first[name, 1e-9] / first[name, 1e-6] / 1.5 - 1) < 0.15


def test_alignment_of_barlow_twins_with_pca_ends_below_point_8() -> None:
    """Alt text: the alignment of Γ's three leading directions with those of Σ is below 0.8."""
    x1, x2 = digits_pairs()
    both = np.vstack([x1, x2])
    Sigma, Gamma = both.T @ both / len(both), linear.cross_moment(x1, x2)
    U, V = (linear.modes(S, 3)[1] for S in (Sigma, Gamma))
    assert 0.7 < spectra.subspace_alignment(U, V) < 0.8


def test_across_a_bias_cosine_similarity_is_simclr_with_dot_products() -> None:
    """The squares cancel, and what is left is SimCLR with dot products for y, up to fourth order
    where y has nothing along the bias."""
    a, b = two_views(4)
    bias = torch.zeros(4, dtype=torch.float64)
    bias[0] = 1
    across = torch.ones(4, dtype=torch.float64)
    across[0] = 0
    off = []
    for size in (0.04, 0.02):
        y, partner = size * a * across, size * b * across
        cosine = losses.nt_xent(bias + y, bias + partner, temperature=0.5, normalize=True)
        dots = losses.nt_xent(y, partner, temperature=0.5, normalize=False)
        off.append((cosine - dots).item())
    # Half the size: a sixteenth. The next order is smaller by 0.04² times a few.
    assert abs(off[0] / off[1] / 16 - 1) < 0.1
