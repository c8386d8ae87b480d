"""Two linear layers: closed form against solvers, limits, descent, and what training conserves."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from scipy.integrate import quad, solve_ivp

from stepwise_ssl import data, deep_linear, linear, views

D = 6


@pytest.fixture(scope="module")
def digits():
    """Γ of all pairs of digits, (64, 64), its first modes, and an aligned start of unit trunk."""
    Gamma = linear.cross_moment(*views.make_pairs(data.load_images("digits")))
    gamma, V = linear.modes(Gamma, D)
    rng = np.random.default_rng(0)
    trunk = np.linalg.qr(rng.standard_normal((80, 64)))[0]  # more features than inputs
    turn = np.linalg.qr(rng.standard_normal((D, D)))[0]
    return Gamma, gamma, turn @ (trunk @ V).T, trunk


def _solved(t: np.ndarray, gamma: float, s0: float, p0: float) -> np.ndarray:
    """λ at the times t, by an adaptive solver for log s and log p."""

    def velocity(_: float, logs: np.ndarray) -> list[float]:
        s2, p2 = np.exp(2 * logs)
        pull = 4 * gamma * (1 - gamma * s2 * p2)
        return [pull * p2, pull * s2]

    found = solve_ivp(
        velocity, (0, t[-1]), np.log([s0, p0]), method="LSODA", t_eval=t, rtol=1e-11, atol=1e-12
    )
    return gamma * np.exp(2 * found.y.sum(0))


CASES = [
    (0.1, 1e-4, 1.0),  # a small head on a trunk of its usual size
    (3.0, 1e-3, 30.0),
    (0.5, 1e-2, 1e-2),  # both small, and equal: p² − s² = 0
    (0.5, 1e-2, 1.1e-2),
    (2.0, 0.3, 1e-2),  # the trunk is the smaller one
    (0.7, 2.0, 1.5),  # λ starts above 1
    (0.7, 1.2, 0.9),  # and above ½
    (-0.4, 0.8, 1.0),
    (-0.4, 0.5, 0.5),
    (-30.0, 0.1, 2.0),  # c² + 4/γ above 0 here, below 0 in the two before
]


@pytest.mark.parametrize(("gamma", "s0", "p0"), CASES)
def test_closed_form_against_an_adaptive_solver(gamma, s0, p0) -> None:
    tau = deep_linear.step_times([gamma], [s0], [p0])[0]
    # Up to twice the step, or some of the time scales of a mode that has none.
    end = 2 * tau if 0 < tau < np.inf else 3 / (8 * abs(gamma) * (s0**2 + p0**2))
    t = np.linspace(0, end, 50)
    got = deep_linear.embedding_eigenvalues(t, [gamma], [s0], p0)[:, 0]
    want = _solved(t, gamma, s0, p0)
    # The solver is right to 1e-11 a step, over some thousand steps.
    np.testing.assert_allclose(got, want, atol=1e-7 * max(1, abs(want[0])))


@pytest.mark.parametrize(("gamma", "s0", "p0"), CASES)
def test_half_is_reached_at_the_step_time(gamma, s0, p0) -> None:
    tau = deep_linear.step_times([gamma], [s0], [p0])
    start = gamma * s0**2 * p0**2
    if gamma < 0:
        assert tau == [np.inf]
    elif start >= 0.5:
        assert tau == [0]
    else:
        half = deep_linear.embedding_eigenvalues(tau, [gamma], [s0], [p0])
        np.testing.assert_allclose(half, 0.5, rtol=1e-9)


def test_a_large_trunk_is_the_linear_model_on_its_features() -> None:
    gamma = np.array([3.0, 1.0, 0.4, -0.5])
    for p0, near in ((1e2, 3e-8), (1e3, 3e-12)):  # as 1/p0⁴, the share by which features move
        s0 = np.array([1e-3, 2e-3, 1e-3, 0.3]) / p0
        t = np.linspace(0, 30 / p0**2, 9)
        got = deep_linear.embedding_eigenvalues(t, gamma, s0, p0)
        np.testing.assert_allclose(
            got, linear.embedding_eigenvalues(t, gamma * p0**2, s0), atol=near
        )
        tau = deep_linear.step_times(gamma, s0, p0)
        np.testing.assert_allclose(tau, linear.step_times(gamma * p0**2, s0), rtol=near)
        raised = deep_linear.feature_raise(gamma, p0)
        np.testing.assert_allclose(raised, 1, rtol=near)


@pytest.mark.parametrize("raised", [1.0, 1 + 1e-9, 1.5, 3.0, 12.0, 1e3])
def test_the_time_saved_is_the_integral_over_what_grows(raised) -> None:
    """Both clocks from λ to λ + dλ: a frozen trunk takes dλ/8φλ(1 − λ), the other u/p0² less."""
    q = (2 * raised - 1) ** 2 - 1

    def saved(value: float) -> float:
        root = np.sqrt(1 + q * value)
        return q / (root * (1 + root) * (1 - value))  # (1 − 1/√(1 + qλ))/λ(1 − λ)

    want, _ = quad(saved, 0, 0.5, points=[min(0.25, 1 / (q + 1))], epsabs=0, epsrel=1e-12)
    got = deep_linear.time_saved([raised])
    np.testing.assert_allclose(got, want, rtol=1e-9, atol=1e-15)


def test_the_time_saved_is_the_difference_of_the_step_times() -> None:
    gamma, p0 = np.array([2.0, 0.3, 0.01]), np.array([0.3, 0.8, 1.5])
    s0 = np.full(3, 1e-9)
    frozen, trained = linear.step_times(gamma * p0**2, s0), deep_linear.step_times(gamma, s0, p0)
    saved = deep_linear.time_saved(deep_linear.feature_raise(gamma, p0))
    # The start adds terms of the order of λ0 = 1e-18; the step times are about 40/8φ.
    np.testing.assert_allclose(8 * gamma * p0**2 * (frozen - trained), saved, rtol=1e-12)


def test_two_small_equal_layers_wait_as_one_over_their_square() -> None:
    """For p0 = s0 = ε: du/dt = γu² while λ is small, so the wait is 1/(8γε²) and no logarithm."""
    gamma, epsilon = np.array([1.0, 0.2]), 1e-4
    tau = deep_linear.step_times(gamma, np.full(2, epsilon), epsilon)
    # What is left out is of the order 1/√γ, against 1/ε².
    np.testing.assert_allclose(tau, 1 / (8 * gamma * epsilon**2), rtol=1e-7)


def test_it_is_finite_at_any_size() -> None:
    t = np.array([0.0, 1.0, 1e6, 1e300])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for p0 in (0.0, 1e-90, 1e-3, 1.0, 1e3, 1e90):
            gamma = np.array([1.0, 1e-3, 30.0, 0.0, -1.0, -30.0, 1e-300])
            s0 = np.array([1e-8, 1e-90, 50.0, 0.7, 1.0, 1e-3, 1.0])
            values = deep_linear.embedding_eigenvalues(t, gamma, s0, p0)
            assert np.isfinite(values).all()
            np.testing.assert_allclose(values[0], gamma * (s0 * p0) ** 2, rtol=1e-13, atol=1e-300)
            assert not np.isnan(deep_linear.step_times(gamma, s0, p0)).any()
    ends = deep_linear.embedding_eigenvalues([1e6], [1.0, 0.0, -1.0, 2.0], [1e-3, 2, 2, 9], 1.0)
    np.testing.assert_allclose(ends, [[1, 0, 0, 1]], atol=1e-9)


def test_step_times_and_raise_of_digits_are_those_of_descent(digits, report) -> None:
    Gamma, gamma, aligned, trunk = digits
    s0, epsilon = np.full(D, 1e-4), 1e-4
    tau = deep_linear.step_times(gamma, s0, 1.0)
    lr = 0.004 / (4 * gamma[0])
    run = deep_linear.gradient_descent(Gamma, epsilon * aligned, trunk, lr, int(1.3 * tau[-1] / lr))
    passed = [
        np.interp(
            0.5,
            run.eigenvalues[: np.argmax(curve > 0.9) + 1, j],
            run.t[: np.argmax(curve > 0.9) + 1],
        )
        for j, curve in enumerate(run.eigenvalues.T)
    ]
    worst = np.abs(np.array(passed) / tau - 1).max()
    report(f"step times of two layers against descent: worst {100 * worst:.2f} %")
    # A step of descent is lr·8γb ≈ 2 % of a mode's own time scale, and the records are 2 % apart.
    assert worst < 0.003
    features = np.linalg.eigvalsh(run.A[-1] @ Gamma @ run.A[-1].T)[::-1]
    raised = deep_linear.feature_raise(gamma, 1.0) * gamma
    np.testing.assert_allclose(np.sort(raised)[::-1], features[:D], rtol=2e-3)


def test_flow_follows_the_closed_form_and_conserves_the_difference(digits) -> None:
    Gamma, gamma, aligned, trunk = digits
    t = np.linspace(0, 100, 60)
    run = deep_linear.gradient_flow(Gamma, 1e-3 * aligned, trunk, t)
    want = deep_linear.embedding_eigenvalues(t, gamma, np.full(D, 1e-3), 1.0)
    # DOP853's tolerance of 1e-10, grown through 50 time scales.
    np.testing.assert_allclose(run.eigenvalues, -np.sort(-want), atol=1e-6)
    apart = [W.T @ W - A @ A.T for W, A in zip(run.W, run.A, strict=True)]
    np.testing.assert_allclose(apart, np.broadcast_to(apart[0], np.shape(apart)), atol=1e-7)
    # Of waiting modes the features stay as they are; here all but the first D wait for ever.
    features = np.linalg.eigvalsh(run.A[-1] @ Gamma @ run.A[-1].T)[::-1]
    assert features[D] == pytest.approx(linear.modes(Gamma, D + 1)[0][-1], rel=1e-6)


def test_the_gradient_is_that_of_the_loss() -> None:
    rng = np.random.default_rng(3)
    Gamma = rng.standard_normal((5, 5))
    Gamma = Gamma + Gamma.T
    W, A = rng.standard_normal((2, 4)) / 3, rng.standard_normal((4, 5)) / 3

    def loss(W: np.ndarray, A: np.ndarray) -> float:
        return float(((W @ A @ Gamma @ A.T @ W.T - np.eye(2)) ** 2).sum())

    lr = 1e-6
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # fewer positive modes than d do not matter
        run = deep_linear.gradient_descent(Gamma, W, A, lr, 1)
    assert run.loss[0] == pytest.approx(loss(W, A), rel=1e-12)
    for got, at, other in ((run.W, W, lambda x: loss(x, A)), (run.A, A, lambda x: loss(W, x))):
        slope = (got[0] - got[1]) / lr
        for place in np.ndindex(at.shape):
            shift = np.zeros(at.shape)
            shift[place] = 1e-5
            difference = (other(at + shift) - other(at - shift)) / 2e-5
            assert slope[place] == pytest.approx(difference, abs=1e-7)  # both are differences


def test_descent_warns_of_a_rate_that_overshoots(digits) -> None:
    Gamma, gamma, aligned, trunk = digits
    with pytest.warns(UserWarning, match=r"lr = 3 is not below 1/\(4φ_1\) = 2\.5"):
        deep_linear.gradient_descent(Gamma, 1e-3 * aligned, trunk, 3.0, 2)


def test_long_runs_keep_some_four_hundred_times() -> None:
    run = deep_linear.gradient_descent(np.diag([1.0, 0.5]), np.eye(1, 2) / 9, np.eye(2), 1e-3, 5000)
    assert 200 < len(run.t) <= 401
    assert run.t[0] == 0
    assert run.t[-1] == pytest.approx(5)
    assert run.W.shape == (len(run.t), 1, 2)
    assert run.A.shape == (len(run.t), 2, 2)
    assert repr(run).startswith(f"Trajectory({len(run.t)} times up to t = 5, loss ")
