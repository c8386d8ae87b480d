"""The linear model: closed form against solvers, random starts against their prediction."""

from __future__ import annotations

import _thread
import threading
import warnings

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from stepwise_ssl import data, linear, spectra, views

D = 10


@pytest.fixture(scope="module")
def digits_gamma() -> np.ndarray:
    """Γ of all 1297 centred pairs of digits, (64, 64)."""
    return linear.cross_moment(*views.make_pairs(data.load_images("digits")))


def small_gamma(eigenvalues: list[float], seed: int = 0) -> np.ndarray:
    """A symmetric matrix with these eigenvalues and random eigenvectors."""
    m = len(eigenvalues)
    Q, _ = np.linalg.qr(np.random.default_rng(seed).standard_normal((m, m)))
    return Q * eigenvalues @ Q.T


# --- Γ, modes, starts and ends -----------------------------------------------------------------


def test_cross_moment_is_the_symmetrised_mean_over_pairs() -> None:
    rng = np.random.default_rng(0)
    x1, x2 = rng.standard_normal((2, 7, 4))
    by_pair = sum(np.outer(a, b) + np.outer(b, a) for a, b in zip(x1, x2, strict=True)) / 14
    Gamma = linear.cross_moment(x1, x2)
    np.testing.assert_allclose(Gamma, by_pair, atol=1e-15)  # sums of 14 numbers of order 1
    np.testing.assert_array_equal(Gamma, linear.cross_moment(x2, x1))
    # Nothing is centred: adding a constant to every view changes Γ.
    assert not np.allclose(Gamma, linear.cross_moment(x1 + 1, x2 + 1))


def test_modes_are_the_top_eigenpairs_in_descending_order() -> None:
    Gamma = small_gamma([0.3, -0.2, 0.7, 0.0, 0.1])
    gamma, V = linear.modes(Gamma, 4)
    np.testing.assert_allclose(gamma, [0.7, 0.3, 0.1, 0.0], atol=1e-15)
    np.testing.assert_allclose(Gamma @ V, V * gamma, atol=1e-14)
    np.testing.assert_allclose(V.T @ V, np.eye(4), atol=1e-14)


def test_final_weights_reach_the_lowest_loss_with_the_smallest_norm(digits_gamma) -> None:
    gamma, _ = linear.modes(digits_gamma, D)
    W = linear.final_weights(digits_gamma, D)
    np.testing.assert_allclose(W @ digits_gamma @ W.T, np.eye(D), atol=1e-12)
    assert (W**2).sum() == pytest.approx((1 / gamma).sum(), rel=1e-12)


def test_training_from_a_small_start_ends_at_the_final_weights() -> None:
    Gamma = small_gamma([0.5, 0.3, 0.15, -0.2])
    W = linear.final_weights(Gamma, 2)
    distance = []
    for alpha in (1e-4, 1e-6):
        end = linear.gradient_flow(Gamma, linear.random_init(2, 4, alpha), [100.0]).W
        # The rotation from the left that training cannot fix drops out of WᵀW.
        distance.append(np.linalg.norm(end.T @ end - W.T @ W))
    assert distance[1] < 1e-3
    # Theory: for alpha -> 0 the distance shrinks as alpha^(1 − γ_3/γ_2), a root. Both starts are
    # one draw at two scales, and 1 % is left for the terms of higher order.
    exponent = np.log(distance[0] / distance[1]) / np.log(100)
    assert exponent == pytest.approx(1 - 0.15 / 0.3, abs=0.01)


def test_final_weights_without_enough_positive_modes() -> None:
    Gamma = small_gamma([0.5, 0.2, -0.1, -0.3])
    with pytest.warns(UserWarning, match=r"d = 3 .* 2 positive .* ends at 3 − 2 = 1"):
        W = linear.final_weights(Gamma, 3)
    np.testing.assert_allclose(W @ Gamma @ W.T, np.diag([1, 1, 0]), atol=1e-14)
    np.testing.assert_array_equal(W[2], 0)


def test_random_init_has_the_size_that_alpha_says() -> None:
    W = linear.random_init(100, 400, 1e-3, seed=3)
    assert W.shape == (100, 400)
    # 40000 draws: the sample deviation is right to 0.35 %; 2 % is six times that.
    assert W.std() == pytest.approx(1e-3, rel=0.02)
    np.testing.assert_array_equal(W, linear.random_init(100, 400, 1e-3, seed=3))


# --- the closed form ---------------------------------------------------------------------------


def test_closed_form_against_an_adaptive_solver(report) -> None:
    """ds/dt = 4γs(1 − γs²) up to 20 τ_d, γ of both signs, λ0 from 1e-8 to 9."""
    gamma = np.array([0.2, 0.05, 0.05, 0.2, 0.0, -0.05, -0.2, -0.1])
    start = np.array([1e-8, 1e-6, 0.4, 9.0, 0.0, -1e-6, -0.5, -4.0])  # λ0
    s0 = np.sqrt(np.divide(start, gamma, out=np.full(8, 0.09), where=gamma != 0))
    tau = linear.step_times(gamma, s0)
    t = np.linspace(0, 20 * tau[np.isfinite(tau)].max(), 400)
    got = linear.singular_values(t, gamma, s0)
    want = np.column_stack([_solve_one_mode(t, g, s) for g, s in zip(gamma, s0, strict=True)])
    worst = np.abs(got - want).max()
    report(f"s_j(t) against an adaptive solver, t to {t[-1]:.0f} = 20 tau_d: worst {worst:.1e}")
    assert worst < 1e-8


def _solve_one_mode(t: np.ndarray, gamma: float, s0: float) -> np.ndarray:
    # In log s the decay of a negative mode stays accurate down to 1e-200.
    solution = solve_ivp(
        lambda _, u: 4 * gamma * (1 - gamma * np.exp(2 * u)),
        (0, t[-1]),
        [np.log(s0)],
        method="DOP853",
        t_eval=t,
        rtol=1e-12,
        atol=1e-13,
        max_step=0.5 / max(abs(gamma), 1e-3),
    )
    return np.exp(solution.y[0])


def test_closed_form_is_finite_and_right_at_its_ends() -> None:
    gamma = np.array([0.2, 0.2, 0.2, 0.2, 0.0, -0.2, -0.2, 1e-9, 300.0])
    s0 = np.array([1e-300, 1e-8, 3.0, 0.0, 0.7, 0.7, 1e200, 1e-8, 1e200])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        s = linear.singular_values([0.0, 1.0, 1e6], gamma, s0)
        eigenvalues = linear.embedding_eigenvalues([0.0, 1.0, 1e6], gamma[:-2], s0[:-2] % 1e100)
    assert np.isfinite(s).all()
    assert np.isfinite(eigenvalues).all()
    np.testing.assert_allclose(s[0], s0, rtol=1e-12)  # logs of 1e±300 cost three digits
    limit = [5**0.5, 5**0.5, 5**0.5, 0, 0.7, 0, 0, None, 300**-0.5]
    for j, want in enumerate(limit):
        if want is not None:
            assert s[-1, j] == pytest.approx(want, rel=1e-12, abs=1e-300)
    # At γ = 1e-9 nothing saturates by t = 1e6: plain exponential growth e^{4γt}.
    assert s[-1, 7] == pytest.approx(1e-8 * np.exp(4e-3), rel=1e-9)


def test_large_start_decays_to_one() -> None:
    """λ0 = 100 > 1: one mode by hand, 1/(1 − (1 − 1/λ0) e^{−8γt})."""
    t = np.linspace(0, 5, 50)
    got = linear.embedding_eigenvalues(t, [0.25], [20.0])[:, 0]
    np.testing.assert_allclose(got, 1 / (1 - 0.99 * np.exp(-2 * t)), rtol=1e-12)


def test_step_times_are_where_the_eigenvalue_is_one_half() -> None:
    gamma = np.array([0.3, 0.1, 1e-4, 0.2, 0.2, 0.2, 0.0, -0.1])
    s0 = np.array([1e-6, 0.5, 1e-3, 0.0, np.sqrt(2.5), 9.0, 0.1, 0.1])
    tau = linear.step_times(gamma, s0)
    np.testing.assert_array_equal(tau[3:], [np.inf, 0, 0, np.inf, np.inf])
    for j in range(3):
        half = linear.embedding_eigenvalues(tau[j : j + 1], gamma[j : j + 1], s0[j : j + 1])
        assert half.item() == pytest.approx(0.5, rel=1e-12)
    # For a small start the exact half-time is −log λ0 / 8γ.
    assert tau[0] == pytest.approx(-np.log(0.3e-12) / 2.4, rel=1e-12)
    # A start too small to square in floating point still has a finite time.
    tiny = linear.step_times([0.5], [1e-200])[0]
    assert tiny == pytest.approx((np.log(2) + 400 * np.log(10)) / 4)


def test_loss_is_that_of_the_matrix_and_falls_by_one_a_mode(digits_gamma) -> None:
    gamma, V = linear.modes(digits_gamma, D)
    s0 = np.full(D, 1e-4)
    tau = linear.step_times(gamma, s0)
    t = np.sort(np.r_[0, tau])
    L = linear.loss(t, gamma, s0)
    for k in range(len(t)):
        W = linear.singular_values(t[k : k + 1], gamma, s0)[0][:, None] * V.T
        C = W @ digits_gamma @ W.T
        assert L[k] == pytest.approx(((C - np.eye(D)) ** 2).sum(), rel=1e-12)
    assert L[0] == pytest.approx(D, abs=1e-6)
    assert linear.loss([1e6], gamma, s0)[0] == pytest.approx(0, abs=1e-20)
    # A negative mode stays at a loss of 1: two modes learned of three leave 1.
    assert linear.loss([1e6], [0.2, 0.1, -0.1], [1e-3] * 3)[0] == pytest.approx(1, abs=1e-12)


# --- simulations -------------------------------------------------------------------------------


def test_full_matrix_flow_from_an_aligned_start_follows_the_closed_form(
    digits_gamma, report
) -> None:
    gamma, V = linear.modes(digits_gamma, D)
    U, _ = np.linalg.qr(np.random.default_rng(0).standard_normal((D, D)))
    s0 = 1e-3 * np.linspace(1, 2, D)
    t = np.geomspace(1, 2 * linear.step_times(gamma, s0).max(), 300)
    # The rotation U mixes the rows, so that the solver sees no mode on its own.
    run = linear.gradient_flow(digits_gamma, U * s0 @ V.T, t)
    theory = linear.embedding_eigenvalues(t, gamma, s0)
    worst = np.abs(run.eigenvalues - np.sort(theory)[:, ::-1]).max()
    worst_loss = np.abs(run.loss - linear.loss(t, gamma, s0)).max()
    report(
        f"aligned start, d = {D}, full-matrix flow against closed form: "
        f"eigenvalues {worst:.1e}, loss {worst_loss:.1e}"
    )
    assert worst < 1e-6
    assert worst_loss < 1e-6


def test_flow_with_negative_modes_and_with_a_large_start() -> None:
    Gamma = small_gamma([0.5, 0.2, -0.1, -0.3])
    gamma, V = linear.modes(Gamma, 4)
    s0 = np.array([3.0, 1e-2, 1.0, 2.0])
    t = np.array([0.0, 0.1, 1.0, 3.0, 10.0])
    with pytest.warns(UserWarning, match="2 positive"):
        run = linear.gradient_flow(Gamma, s0[:, None] * V.T, t)
    theory = np.sort(linear.embedding_eigenvalues(t, gamma, s0))[:, ::-1]
    np.testing.assert_allclose(run.eigenvalues, theory, atol=1e-8)  # 100 times the solver's rtol


def test_effective_init_predicts_the_steps_of_a_random_start(digits_gamma, report) -> None:
    """alpha = 1e-3, centred digits pairs, n = 1297, d = 10: mean error within 1 % over seeds."""
    gamma, V = linear.modes(digits_gamma, D)
    lr = 0.05 / (4 * gamma[0])
    errors = []
    report(f"step times from effective_init, digits, n = 1297, d = {D}, alpha = 1e-3:")
    for seed in range(6):
        W0 = linear.random_init(D, 64, 1e-3, seed)
        predicted = np.sort(linear.step_times(gamma, linear.effective_init(W0, V)))
        t = np.geomspace(predicted[0] / 4, predicted[-1] * 1.5, 1500)
        flow = linear.gradient_flow(digits_gamma, W0, t)
        error = np.abs(spectra.find_steps(flow.t, flow.eigenvalues) / predicted - 1)
        descent = linear.gradient_descent(digits_gamma, W0, lr, int(predicted[-1] * 1.5 / lr))
        discrete = spectra.find_steps(descent.t, descent.eigenvalues) / predicted - 1
        report(
            f"  seed {seed}: flow mean {error.mean():.2%}, worst mode {error.max():.2%}; "
            f"descent at 0.05/(4 gamma_1) {np.abs(discrete).mean():.2%}"
        )
        errors.append(error.mean())
    report(f"  mean over seeds {np.mean(errors):.2%}")
    assert np.mean(errors) < 0.01
    assert max(errors) < 0.02


def test_typical_init_is_the_root_mean_square_of_random_starts(digits_gamma) -> None:
    _, V = linear.modes(digits_gamma, 4)
    starts = [
        linear.effective_init(linear.random_init(4, 64, 1e-3, seed=seed), V) for seed in range(2000)
    ]
    # The square of the last one, χ² with one degree of freedom, scatters most: 3 % of its mean.
    np.testing.assert_allclose(
        np.sqrt(np.mean(np.square(starts), axis=0)), linear.typical_init(4, 1e-3), rtol=0.05
    )


def test_naive_starts_predict_worse_than_effective_init(digits_gamma) -> None:
    """Without Gram-Schmidt, ‖W0 v_j‖ puts later steps too early by several per cent."""
    gamma, V = linear.modes(digits_gamma, D)
    W0 = linear.random_init(D, 64, 1e-3, seed=0)
    t = np.geomspace(10, 1500, 1500)
    flow = linear.gradient_flow(digits_gamma, W0, t)
    measured = spectra.find_steps(flow.t, flow.eigenvalues)

    def mean_error(s0: np.ndarray) -> float:
        return np.abs(measured / np.sort(linear.step_times(gamma, s0)) - 1).mean()

    naive = mean_error(np.linalg.norm(W0 @ V, axis=0))
    assert mean_error(linear.effective_init(W0, V)) < naive / 5


def test_effective_init_of_an_aligned_start_is_its_own(digits_gamma) -> None:
    _, V = linear.modes(digits_gamma, 4)
    U, _ = np.linalg.qr(np.random.default_rng(1).standard_normal((4, 4)))
    s0 = np.array([1e-3, 2e-3, 3e-3, 4e-3])
    np.testing.assert_allclose(linear.effective_init(U * s0 @ V.T, V), s0, rtol=1e-12)


def test_gradient_descent_is_the_plain_loop() -> None:
    Gamma = small_gamma([0.5, 0.2, 0.1, -0.3])
    W0 = linear.random_init(3, 4, 0.1)
    run = linear.gradient_descent(Gamma, W0, lr=0.1, steps=50)
    W = W0.copy()
    for k in range(51):
        C = W @ Gamma @ W.T
        np.testing.assert_allclose(run.eigenvalues[k], np.linalg.eigvalsh(C)[::-1], atol=1e-14)
        assert run.loss[k] == pytest.approx(((C - np.eye(3)) ** 2).sum(), rel=1e-13)
        W = W + 0.1 * -4 * (C - np.eye(3)) @ W @ Gamma if k < 50 else W
    np.testing.assert_allclose(run.W, W, atol=1e-14)
    np.testing.assert_allclose(run.t, 0.1 * np.arange(51), rtol=1e-15)


def test_gradient_is_that_of_the_loss() -> None:
    """One tiny step moves W against central differences of ‖WΓWᵀ − I‖²."""
    Gamma = small_gamma([0.5, 0.2, 0.1, -0.3])
    W0 = linear.random_init(2, 4, 1.0)
    run = linear.gradient_descent(Gamma, W0, lr=1e-3, steps=1)
    gradient = (W0 - run.W) / 1e-3

    def loss(W: np.ndarray) -> float:
        return ((W @ Gamma @ W.T - np.eye(2)) ** 2).sum()

    numeric = np.zeros_like(W0)
    for index in np.ndindex(W0.shape):
        step = np.zeros_like(W0)
        step[index] = 1e-5
        numeric[index] = (loss(W0 + step) - loss(W0 - step)) / 2e-5
    np.testing.assert_allclose(gradient, numeric, atol=1e-8)  # differences: 1e-16 / 1e-5 and h²


def test_simulations_leave_their_inputs_alone() -> None:
    Gamma, W0 = small_gamma([0.5, 0.2, 0.1]), linear.random_init(2, 3, 0.1)
    kept = Gamma.copy(), W0.copy()
    linear.gradient_descent(Gamma, W0, 0.1, 5)
    linear.gradient_flow(Gamma, W0, [0.0, 1.0])
    np.testing.assert_array_equal(Gamma, kept[0])
    np.testing.assert_array_equal(W0, kept[1])


def test_long_runs_are_logged_on_a_log_axis() -> None:
    Gamma, W0 = small_gamma([0.5, 0.2]), linear.random_init(1, 2, 1e-3)
    run = linear.gradient_descent(Gamma, W0, lr=0.001, steps=20_000)
    assert 1000 < len(run.t) <= 2001
    assert run.t[0] == 0
    assert run.t[-1] == pytest.approx(20.0)
    late = run.t[run.t > 1]
    assert (late[1:] / late[:-1]).max() < 1.01
    every = linear.gradient_descent(Gamma, W0, lr=0.01, steps=2000)
    assert len(every.t) == 2001


def test_lr_at_the_limit_warns_and_below_it_settles() -> None:
    Gamma, W0 = small_gamma([0.5, 0.2, 0.1]), linear.random_init(2, 3, 1e-2)
    with pytest.warns(UserWarning, match=r"lr = 0.5 is not below 1/\(4γ_1\) = 0.5"):
        linear.gradient_descent(Gamma, W0, lr=0.5, steps=5)
    # 2 % above the limit the learned mode oscillates for good, 2 % below it settles.
    with pytest.warns(UserWarning, match="Stable is lr < 0.5"):
        above = linear.gradient_descent(Gamma, W0, lr=0.51, steps=1500)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        below = linear.gradient_descent(Gamma, W0, lr=0.49, steps=1500)
    assert above.loss[-100:].max() > 1e-3
    assert below.loss[-1] < 1e-12


def test_a_large_negative_mode_bounds_lr_too() -> None:
    Gamma = small_gamma([0.1, 0.05, -1.0])
    with pytest.warns(UserWarning, match=r"1/\(2\|γ_m\|\) = 0.5"):
        linear.gradient_descent(Gamma, linear.random_init(1, 3, 1e-3), lr=0.6, steps=5)


@pytest.mark.filterwarnings("ignore:lr = 20 is not below")
def test_divergence_is_reported_and_what_came_before_it_returned() -> None:
    Gamma, W0 = small_gamma([0.5, 0.2]), linear.random_init(1, 2, 1.0)
    with pytest.warns(UserWarning, match="diverged by step .* records before it are returned"):
        run = linear.gradient_descent(Gamma, W0, lr=20.0, steps=50)
    assert len(run.t) < 51
    assert np.isfinite(run.loss).all()


def test_warnings_point_at_the_callers_line() -> None:
    Gamma, W0 = small_gamma([0.5, -0.2]), linear.random_init(2, 2, 1.0)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        linear.gradient_flow(Gamma, W0, [1.0])
        linear.gradient_descent(Gamma, W0, 20.0, 50)
        linear.final_weights(Gamma, 2)
    kinds = ["positive", "positive", "not below", "diverged", "positive"]
    assert [w.filename for w in caught] == [__file__] * len(kinds)
    assert all(k in str(w.message) for k, w in zip(kinds, caught, strict=True))


def test_rows_beyond_the_positive_modes_leave_the_loss_where_the_warning_says() -> None:
    Gamma = small_gamma([0.5, 0.2, -0.1, -0.3])
    with pytest.warns(UserWarning, match="ends at 4 − 2 = 2"):
        run = linear.gradient_flow(Gamma, linear.random_init(4, 4, 1e-2), [200.0])
    assert run.loss[-1] == pytest.approx(2, abs=1e-6)


@pytest.mark.parametrize("simulate", ["flow", "descent"])
def test_an_interrupted_run_returns_what_it_has(simulate: str) -> None:
    Gamma, W0 = small_gamma([0.5, 0.2, 0.1]), linear.random_init(2, 3, 1e-3)

    def endless() -> linear.Trajectory:
        if simulate == "flow":
            return linear.gradient_flow(Gamma, W0, np.linspace(0, 1e7, 1_000_000))
        return linear.gradient_descent(Gamma, W0, 1e-6, 100_000_000)

    threading.Timer(0.3, _thread.interrupt_main).start()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        run = endless()
    assert "interrupted: the " in str(caught[0].message)
    assert len(run.t) == len(run.loss) == len(run.eigenvalues) >= 1
    C = run.W @ Gamma @ run.W.T
    np.testing.assert_allclose(run.eigenvalues[-1], np.linalg.eigvalsh(C)[::-1], atol=1e-12)


def test_long_runs_show_a_bar_and_short_ones_none(monkeypatch, capsys) -> None:
    Gamma, W0 = small_gamma([0.5, 0.2]), linear.random_init(1, 2, 1e-3)
    linear.gradient_descent(Gamma, W0, 0.1, 100)
    assert capsys.readouterr().err == ""
    real = linear._record.tqdm
    monkeypatch.setattr(
        linear._record, "tqdm", lambda **kw: real(**{**kw, "delay": 0, "mininterval": 0})
    )
    linear.gradient_descent(Gamma, W0, 0.1, 100)
    assert "gradient descent" in capsys.readouterr().err
