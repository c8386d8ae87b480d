"""Formulas of the sheet "The staircase on a page", each by a computation that does not use it."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.integrate import solve_ivp
from scipy.linalg import sqrtm

from stepwise_ssl import data, kernels, linear, losses, optim, spectra, views
from tools.notebooks import ROOT

SHEET = ROOT / "book/staircase.md"


def pairs(n: int, m: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    x1 = rng.normal(size=(n, m)) * np.linspace(2, 1, m)
    x2 = x1 + 0.5 * rng.normal(size=(n, m))
    middle = np.vstack([x1, x2]).mean(axis=0)
    return x1 - middle, x2 - middle


def test_one_mode_takes_its_half_time():
    gamma, begin = 0.3, 1e-4
    half = linear.step_times([gamma], [np.sqrt(begin / gamma)])[0]
    run = solve_ivp(
        lambda _, lam: 8 * gamma * lam * (1 - lam), (0, half), [begin], rtol=1e-10, atol=1e-14
    )
    assert run.y[0, -1] == pytest.approx(0.5, abs=1e-6)
    assert half == pytest.approx(np.log(1 / begin - 1) / (8 * gamma))


def test_a_step_of_size_eta_is_late_by_its_logarithm():
    gamma, eta, s, steps = 1.0, 0.05, 1e-30, 0
    while gamma * s**2 < 0.5:
        s, steps = s + 4 * eta * gamma * s * (1 - gamma * s**2), steps + 1
    flow = np.log(1 / 1e-60) / (8 * gamma)
    # One step of 400, and the end of the way, where descent is no longer a small mode's.
    assert steps * eta / flow == pytest.approx(4 * eta / np.log1p(4 * eta), rel=0.01)


def test_up_to_a_rotation_the_weights_miss_their_end_by_the_exponent():
    Gamma = np.diag([1, 0.6, 0.3, 0.1])
    start = linear.random_init(2, 4, 1.0)
    end = np.diag([1, 1 / 0.6, 0, 0])
    missed = []
    for alpha in (1e-6, 1e-8):
        W = linear.gradient_descent(Gamma, alpha * start, 0.02, 4000).W
        missed.append(np.linalg.norm(W.T @ W - end))
    # Of WᵀW, which no rotation changes, to first order as of W.
    assert np.log(missed[0] / missed[1]) / np.log(100) == pytest.approx(1 - 0.3 / 0.6, abs=0.02)


def test_the_contrastive_kernel_and_the_embedding_of_a_new_view():
    x1, x2 = pairs(9, 4)
    both, n = np.vstack([x1, x2]), 9
    P = np.roll(np.eye(2 * n), n, axis=0)
    root = sqrtm(both @ both.T + 0j).real
    value, b = np.linalg.eigh(root @ P @ root / (2 * n))
    gamma, modes = linear.modes(linear.cross_moment(x1, x2), 4)
    # A square root of rounding: the matrix has only four eigenvalues that are not 0.
    np.testing.assert_allclose(value[::-1][:3], gamma[:3], atol=1e-6)
    x = np.arange(1.0, 5)
    for j in range(3):
        f = (both @ x) @ P @ root @ b[:, -1 - j] / (2 * n * gamma[j] ** 1.5)
        assert abs(f) == pytest.approx(abs(modes[:, j] @ x) / np.sqrt(gamma[j]), rel=1e-5)
    assert (kernels.ContrastiveKernelPCA(3, lambda a, b: a @ b.T).fit(x1, x2).eigenvalues_) == (
        pytest.approx(gamma[:3], rel=1e-6)
    )


def test_a_wide_networks_kernel_is_off_by_twice_its_rule_and_falls_as_it() -> None:
    """Moves of weights have their own test among those of chapter 5."""
    widths = np.array([64, 256, 1024, 4096])
    off = [data.load_run(f"width_{N}").other["kernel_error"].mean() for N in widths]
    assert np.polyfit(np.log(widths), np.log(off), 1)[0] == pytest.approx(-0.5, abs=0.06)
    assert (off * np.sqrt(widths) > 1.9).all()
    assert "kernel's error and a weight's typical move both fall as" in SHEET.read_text()


def growth(loss, x1: np.ndarray, x2: np.ndarray) -> np.ndarray:
    """M of dW/dt = W M, off the gradient at a W near zero."""
    W = torch.tensor(1e-5 * linear.random_init(4, 4, 1.0), requires_grad=True)
    loss(*(torch.tensor(x) @ W.T for x in (x1, x2))).backward()
    return -np.linalg.solve(W.detach().numpy(), W.grad.numpy())


def test_growth_operators_of_five_losses():
    x1, x2 = pairs(3000, 4)
    both = np.vstack([x1, x2])
    Gamma, Sigma = linear.cross_moment(x1, x2), both.T @ both / len(both)
    barlow = growth(lambda a, b: losses.barlow_twins(a, b, lam=1.0, normalize=False), x1, x2)
    np.testing.assert_allclose(barlow, 4 * Gamma, atol=1e-6)
    simclr = growth(lambda a, b: losses.nt_xent(a, b, temperature=0.5, normalize=False), x1, x2)
    # "Many pairs": what is left is of the size of a pair's part, one in 3000.
    np.testing.assert_allclose(simclr, 2 * Gamma / 0.5, atol=0.02)
    vicreg = growth(
        lambda a, b: losses.vicreg(
            a, b, invariance=10.0, variance=25.0, covariance=1.0, eps=0.01
        ), x1, x2,
    )  # fmt: skip
    wanted = ((25 / 0.1 - 4 * 10) * Sigma + 4 * 10 * Gamma) / 4
    # The two views' own means and n − 1, again one in 3000, of a matrix of size 250.
    np.testing.assert_allclose(vicreg, wanted, rtol=0.01, atol=0.01 * np.abs(wanted).max())
    spectral = growth(losses.spectral_contrastive, x1, x2)
    np.testing.assert_allclose(spectral, 4 * Gamma, atol=1e-6)
    # Over the axes the mean of aaᵀ is I/d, as over all directions. The sheet has g0 to 1.55.
    x1, x2 = (x - x.mean(axis=0) for x in (x1, x2))
    both = np.vstack([x1, x2])
    Gamma, Sigma = linear.cross_moment(x1, x2), both.T @ both / len(both)
    axes = torch.eye(4, dtype=torch.float64)
    lejepa = growth(lambda a, b: losses.lejepa(a, b, axes, weight=0.05), x1, x2)
    wanted = (2 * 0.05 * 3000 * 1.55 * Sigma - 0.95 * (Sigma - Gamma)) / 4
    np.testing.assert_allclose(lejepa, wanted, rtol=0.005, atol=1e-3)


@pytest.mark.parametrize("n, weight", [(250, 0.05), (1000, 0.005), (100, 0.05)])
def test_lejepa_begins_with_the_modes_of_sigma_where_its_weight_times_the_pairs_is_large(n, weight):
    """Of the first five modes, on digits. With ωn at ¼ they are those of Γ, and n is not tiny."""

    def near(n: int, weight: float) -> list[float]:
        x1, x2 = (
            x - x.mean(axis=0) for x in views.make_pairs(data.load_images("digits"), n=n, seed=0)
        )
        both = np.vstack([x1, x2])
        Gamma, Sigma = linear.cross_moment(x1, x2), both.T @ both / len(both)
        M = 2 * weight * n * 1.55 * Sigma - (1 - weight) * (Sigma - Gamma)
        first = [linear.modes(A, 5)[1] for A in (M, Sigma, Gamma)]
        return [spectra.subspace_alignment(first[0], other) for other in first[1:]]

    assert n * weight >= 5 and near(n, weight)[0] > 0.99
    to_sigma, to_gamma = near(250, 0.001)
    assert to_sigma < 0.8 and to_gamma > 0.95
    assert "Where $\\omega n$ is\n  far above 1 it begins" in SHEET.read_text()


def test_the_spectral_contrastive_loss_is_smallest_where_the_sheet_says():
    """Where descent ends from three starts; a pair is one in 600 and moves ρ² by less than 1 %."""
    x1, x2 = pairs(600, 4)
    both = np.vstack([x1, x2])
    Gamma, Sigma = linear.cross_moment(x1, x2), both.T @ both / len(both)
    root = np.linalg.inv(sqrtm(Sigma).real)
    rho = np.linalg.eigvalsh(root @ Gamma @ root)[::-1]
    for seed in range(3):
        W = torch.tensor(linear.random_init(2, 4, 0.1, seed), requires_grad=True)
        optimiser = torch.optim.LBFGS([W], max_iter=100)

        def loss(W=W, optimiser=optimiser):
            optimiser.zero_grad()
            value = losses.spectral_contrastive(*(torch.tensor(x) @ W.T for x in (x1, x2)))
            value.backward()
            return value

        optimiser.step(loss)
        end = W.detach().numpy()
        found = np.linalg.eigvalsh(end @ Gamma @ end.T)[::-1]
        np.testing.assert_allclose(found, rho[:2] ** 2, rtol=0.01)


def two_layers(gamma: float, p0: float, s0: float) -> tuple[float, float]:
    """Half-time and the trunk's size in the end, of head and trunk integrated."""

    def flow(_, sizes):
        s, p = sizes
        pull = 4 * gamma * (1 - gamma * s**2 * p**2)
        return pull * s * p**2, pull * p * s**2

    def half(_, sizes):
        return gamma * (sizes[0] * sizes[1]) ** 2 - 0.5

    run = solve_ivp(flow, (0, 60 / (8 * gamma * p0**2)), (s0, p0), events=half,
                    rtol=1e-10, atol=1e-14)  # fmt: skip
    return run.t_events[0][0], run.y[1, -1]


def test_two_layers_raise_and_save_what_the_sheet_says():
    saved = {}
    for gamma, p0 in ((1, 1), (4, 0.5**0.5), (1, 0.6)):
        for s0 in (1e-4, 1e-5):
            time, p = two_layers(gamma, p0, s0)
            unit = 1 / (8 * gamma * p0**2)
            R = (1 + np.sqrt(1 + 4 / (gamma * p0**4))) / 2
            assert p**2 / p0**2 == pytest.approx(R, rel=1e-4)
            frozen = unit * np.log(1 / (gamma * s0**2 * p0**2) - 1)
            saved.setdefault(round(R, 6), []).append((frozen - time) / unit)
    same, other = saved.values()
    assert len(same) == 4 and np.ptp(same) < 1e-3 and np.ptp(other) < 1e-3
    assert np.mean(other) > 2 * np.mean(same)


def test_a_preconditioner_ends_at_the_shortest_in_its_own_coordinates():
    x1, x2 = pairs(200, 5)
    Gamma = linear.cross_moment(x1, x2)
    both = np.vstack([x1, x2])
    P = optim.inverse_power(both.T @ both / len(both), rho=0.5)
    lr = 0.1 / (4 * optim.growth_rates(Gamma, 1, P)[0])
    W = optim.descent(Gamma, 1e-40 * linear.random_init(2, 5, 1.0), lr, 6000, P).W
    np.testing.assert_allclose(W @ Gamma @ W.T, np.eye(2), atol=1e-6)
    length = np.trace(W @ np.linalg.solve(P, W.T))
    assert length == pytest.approx((1 / optim.growth_rates(Gamma, 2, P)).sum(), rel=1e-3)


@pytest.mark.parametrize("rho", [0.0, 0.1, 1.0])
def test_damping_makes_the_last_mode_earlier_from_an_aligned_start(rho):
    """By the ratio of rates, to 2 %, at a fiftieth of the largest stable rate."""
    gamma = np.array([1, 0.4, 0.1, 0.07, 0.05, 0.03, 0.02])
    Gamma, d, share = np.diag(gamma), 3, 0.02
    gain = (gamma[0] + rho * gamma[2]) / (gamma[2] + rho * gamma[2])
    P = np.diag(1 / (gamma + rho * gamma[2]))

    def steps(W0: np.ndarray, P: np.ndarray) -> float:
        lr = share / (4 * optim.growth_rates(Gamma, 1, P)[0])
        run = optim.descent(Gamma, W0, lr, 12_000, P)
        return spectra.find_steps(run.t, run.eigenvalues)[d - 1] / lr

    aligned = 1e-3 * np.eye(d, len(gamma))
    assert steps(aligned, np.eye(7)) / steps(aligned, P) == pytest.approx(gain, rel=0.02)


def test_with_momentum_a_small_positive_mode_grows_by_the_larger_root() -> None:
    """A negative one may swing about 0, and then neither of the roots is real."""
    gamma, beta, lr = np.array([1, 0.1, -0.2]), 0.9, 0.02
    s, velocity, sizes = np.full(3, 1e-200), np.zeros(3), []
    for _ in range(300):
        velocity = beta * velocity + 4 * (gamma * s**2 - 1) * gamma * s
        s = s - lr * velocity
        sizes.append(s)
    roots = [np.roots([1, -(1 + beta + 4 * lr * g), beta]) for g in gamma]
    assert np.allclose([max(r) for r in roots[:2]], sizes[-1][:2] / sizes[-2][:2], rtol=1e-6)
    assert np.iscomplex(roots[2]).all() and (np.array(sizes)[:, 2] < 0).any()
    assert "a small $s_j$ with $\\gamma_j > 0$ by the larger root" in SHEET.read_text()


def test_muon_moves_a_mode_that_has_a_start_and_no_other():
    """Singular values above 0 become 1, as in chapter 10. Without a start there is no gradient."""
    gamma, lr, W, steps = np.array([1, 0.5]), 0.01, np.diag([1e-6, 0]), 0
    while W[0, 0] ** 2 * gamma[0] < 0.5:
        left, value, right = np.linalg.svd(4 * ((W * gamma) @ W.T - np.eye(2)) @ (W * gamma))
        W, steps = W - lr * (left * (value > 0)) @ right, steps + 1
    assert abs(steps - (0.5**0.5 - 1e-6) / lr) <= 1
    assert W[1, 1] == 0
