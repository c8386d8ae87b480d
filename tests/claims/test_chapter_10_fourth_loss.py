"""Sentences of chapter 10's page "Beyond the three losses", on all recorded runs they speak of."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.integrate import solve_ivp
from scipy.optimize import brentq
from scipy.special import ndtri

from stepwise_ssl import data, linear, losses, views
from stepwise_ssl.training._model import build, outputs
from stepwise_ssl.training._pictures import Pictures
from stepwise_ssl.training._team import join
from tools.runs import fourth_loss as network_run
from tools.runs import fourth_loss_linear as linear_run

D = linear_run.CONFIG["d"]


@pytest.fixture(scope="module")
def line() -> dict[str, np.ndarray]:
    return data.load_run("fourth_loss_linear").other


@pytest.fixture(scope="module")
def net() -> dict[str, np.ndarray]:
    return data.load_run("fourth_loss_digits").other


def off(line: dict, kind: str, what: str = "predicted") -> np.ndarray:
    return np.abs(line[f"{kind}_measured"] / line[f"{kind}_{what}"] - 1)


def digits(seed: int) -> tuple[np.ndarray, ...]:
    """The pairs of a recorded run, their Γ and Σ, and its start."""
    n = linear_run.CONFIG["n"]
    x1, x2 = views.make_pairs(data.load_images("digits"), n=n, seed=seed)
    both = np.vstack([x1, x2])
    W0 = linear.random_init(D, both.shape[1], linear_run.CONFIG["alpha"], seed)
    return x1, x2, linear.cross_moment(x1, x2), both.T @ both / (2 * n), W0


def slope(loss, x1: np.ndarray, x2: np.ndarray, W: np.ndarray) -> np.ndarray:
    """−∂L/∂W by autograd."""
    W = torch.tensor(W, requires_grad=True)
    value = loss(torch.tensor(x1) @ W.T, torch.tensor(x2) @ W.T)
    return -torch.autograd.grad(value, W)[0].numpy()


def test_the_spectral_contrastive_loss_keeps_to_its_times_and_the_null_does_not(line):
    assert off(line, "spectral").max() < 0.06
    assert off(line, "spectral")[:, :2].max() < 0.008
    # Every single step is nearer to its own prediction than to that of Σ.
    assert (off(line, "spectral", "null") > 0.3).all()
    x1, x2, Gamma, _, W0 = digits(0)
    for n in (5, 50, 250):  # 4Γ, whatever the number of pairs, and with a mean in the data
        a, b = x1[:n] + 0.3, x2[:n] + 0.3
        got = slope(losses.spectral_contrastive, a, b, W0)
        np.testing.assert_allclose(got, 4 * W0 @ linear.cross_moment(a, b), rtol=1e-6, atol=1e-14)


def test_the_spectral_contrastive_loss_goes_on_after_its_steps(line):
    rho, end = line["spectral_rho"], line["spectral_end"]
    for curves, modes, best in zip(line["spectral_curves"], rho, end, strict=True):
        last = curves[~np.isnan(curves[:, 0])][-1]
        assert last[0] > 1.3 * (modes**2).max()
        assert (last / np.sort(modes**2)[::-1])[:4].min() > 1.25
        assert (last < best**2).all()  # below the smallest loss's, still
        assert best.min() > modes.max()
    # The fifth comes in the last fifth of a run.
    assert (line["spectral_measured"][:, 4] > 0.8 * np.nanmax(line["spectral_t"], axis=1)).all()
    # The recorded ends are the canonical correlations, found here by another way.
    for seed in linear_run.SEEDS:
        x1, x2, *_ = digits(seed)
        q = np.linalg.qr(
            np.linalg.svd(np.vstack([x1, x2]), full_matrices=False)[0][:, : rank(x1, x2)]
        )[0]
        first, second = np.split(q, 2)
        found = np.linalg.eigvalsh(first.T @ second + second.T @ first)[::-1][:D]
        np.testing.assert_allclose(found, end[seed], rtol=1e-4)


def test_the_directions_that_agree_best_have_little_variance():
    """A way from one end to the other is slow: their variance is below a quarter of the modes'."""
    for seed in linear_run.SEEDS:
        x1, x2, Gamma, Sigma, _ = digits(seed)
        size, V = np.linalg.eigh(Sigma)
        kept = size > 1e-9 * size[-1]
        root = V[:, kept] / np.sqrt(size[kept])
        best = root @ np.linalg.eigh(root.T @ Gamma @ root)[1][:, -D:]  # of variance 1
        modes = linear.modes(Gamma, D)[1]
        variances = np.diag(modes.T @ Sigma @ modes)
        assert (1 / (best**2).sum(axis=0)).max() < variances.min() / 4


def rank(x1: np.ndarray, x2: np.ndarray) -> int:
    """How many directions the views vary in, by the recorded run's rule on Σ."""
    value = np.linalg.svd(np.vstack([x1, x2]), compute_uv=False) ** 2
    return int((value > 1e-9 * value[0]).sum())


def test_the_end_of_one_direction_in_a_finite_batch():
    """One output, one direction: w² = γ(n − 1)/(nσ1σ2 − q), by the slope's change of sign."""
    rng = np.random.default_rng(0)
    for n in (5, 40):
        shared = rng.normal(size=(n, 1))
        x1, x2 = (shared + 0.7 * rng.normal(size=(n, 1)) for _ in range(2))
        gamma, q = float(np.mean(x1 * x2)), float(np.mean((x1 * x2) ** 2))
        end = gamma * (n - 1) / (n * np.mean(x1**2) * np.mean(x2**2) - q)
        w = np.full((1, 1), np.sqrt(end))
        scale = 4 * gamma * w.item()  # of each of the two terms that cancel
        assert abs(slope(losses.spectral_contrastive, x1, x2, w).item()) < 1e-10 * scale
    # Gaussian views: q = σ²(1 + 2ρ²), so with hundreds of pairs ρ is missed by less than 1 %.
    for rho in (0.1, 0.5, 1.0):
        assert abs((250 - 1) / (250 - 1 - 2 * rho**2) - 1) < 0.01


def test_lejepa_keeps_its_first_time(line):
    error = np.abs(line["lejepa_first_measured"] / line["lejepa_first"] - 1)
    assert error[:, 0].max() < 0.002
    assert error[:, 1].max() < 0.007
    assert error[:, 2].max() < 0.04
    assert (line["lejepa_measured"][:, 0] < 0.7 * line["lejepa_null"][:, 0]).all()
    # It begins as PCA: its first three directions are those of Σ, and less those of Γ.
    for seed in linear_run.SEEDS:
        x1, x2, Gamma, Sigma, _ = digits(seed)
        means = [x.mean(axis=0) for x in (x1, x2)]
        M = linear_run.lejepa_operator(Gamma, Sigma, means, len(x1), D, 0.05)
        own, pca, agree = (linear.modes(A, 3)[1] for A in (M, Sigma, Gamma))
        with_pca, with_gamma = (np.sum((own.T @ V) ** 2) / 3 for V in (pca, agree))
        assert with_pca > 0.99 and with_gamma < 0.95


def test_lejepas_first_mode_goes_to_nearly_four_and_comes_back(line):
    for curves in line["lejepa_curves"][:, :, 0]:
        first = curves[~np.isnan(curves)]
        assert 3.7 < first.max() < 4
        assert first[-1] < 0.65 * first.max() and first.argmax() < 0.6 * len(first)


def test_the_recorded_predictions_are_those_of_the_formulas(line):
    a, b = (linear_run.Statistic(D).pull(np.array(0.0)), linear_run.Statistic(D).of_mean)
    assert (round(float(a), 3), round(b, 3)) == (1.546, 2.432)
    # The whole integral's slope in the variance has a closed form.
    wide = linear_run.Statistic(D, knots=400, reach=12.0)
    v = np.array([0.0, 0.3, 1.0, 5.0])
    exact = np.sqrt(2 * np.pi) * ((1 + 2 * v) ** -1.5 - (2 + v) ** -1.5)
    np.testing.assert_allclose(wide.pull(v), exact, atol=1e-6)
    for seed in linear_run.SEEDS:
        _, _, Gamma, Sigma, W0 = digits(seed)
        gamma, V = linear.modes(Gamma, D)
        rho = gamma / np.diag(V.T @ Sigma @ V)
        share = linear_run.CONFIG["spectral_share"] * gamma / gamma[0]
        start = gamma * linear.effective_init(W0, V) ** 2
        times = np.log(rho**2 / start - 1) / (8 * gamma) * share / np.log1p(share)
        np.testing.assert_allclose(np.sort(times), line["spectral_predicted"][seed], rtol=1e-5)


def test_in_a_tiny_batch_the_second_moment_drops_out():
    _, _, Gamma, Sigma, _ = digits(0)
    nothing = [np.zeros(len(Gamma))] * 2
    n = 0.95 / (2 * 0.05 * float(linear_run.Statistic(D).pull(np.array(0.0))))
    M = linear_run.lejepa_operator(Gamma, Sigma, nothing, n, D, 0.05)
    np.testing.assert_allclose(M, 0.95 * Gamma / D, atol=1e-12)
    assert round(n) == 6


def test_lejepa_counts_a_mean_against_its_direction():
    """More than centring: digits that are not centred, along their mean, and any direction."""
    axes = torch.eye(D, dtype=torch.float64)
    for seed in linear_run.SEEDS:
        pairs = views.make_pairs(data.load_images("digits"), n=250, seed=seed, centre=False)
        both = np.vstack(pairs)
        moments = linear.cross_moment(*pairs), both.T @ both / len(both)
        means = [x.mean(axis=0) for x in pairs]
        M = linear_run.lejepa_operator(*moments, means, 250, D, 0.05)
        W = 1e-6 * linear.random_init(D, len(M), 1.0, seed)
        got = slope(lambda a, b: losses.lejepa(a, b, axes, 0.05), *pairs, W)
        np.testing.assert_allclose(got, W @ M, atol=1e-4 * np.abs(W @ M).max())
        mean = sum(np.outer(x, x) for x in means) / 2
        along = linear.modes(mean, 1)[1][:, 0]
        centred = [A - mean for A in moments]
        nothing = [np.zeros(len(M))] * 2
        of_centred = linear_run.lejepa_operator(*centred, nothing, 250, D, 0.05)
        assert along @ of_centred @ along > 0 > along @ M @ along
    # A variance of 1 and a squared mean of 2: it shrinks, with 17 points and with the integral.
    for statistic in (linear_run.Statistic(D), linear_run.Statistic(D, knots=400, reach=12.0)):
        assert float(statistic.pull(np.array(0.0))) * (1 + 2) < 2 * statistic.of_mean


def test_copies_of_a_batch_double_sigreg():
    rng = np.random.default_rng(0)
    z = torch.tensor(rng.normal(size=(20, 3)))
    a = torch.tensor(rng.normal(size=(3, 9)))
    doubled = losses.sigreg(torch.cat([z, z]), a)
    assert doubled.item() == pytest.approx(2 * losses.sigreg(z, a).item(), rel=1e-13)
    z2 = z + 0.1
    one = losses.lejepa(z, z2, a, weight=0.0).item()
    twice = losses.lejepa(torch.cat([z, z]), torch.cat([z2, z2]), a, weight=0.0).item()
    assert twice == pytest.approx(one, rel=1e-13)


def test_one_learned_mode_stands_near_d_and_leaves_a_third(line):
    heights, force = line["heights"], line["force"]
    for row, d in enumerate((2, 5, 10)):
        assert 0.85 * d < heights[row, 0] < d
        assert heights[row, d - 1] == pytest.approx(1, abs=1e-3)
        assert (np.diff(heights[row, :d]) < 0).all()
        assert (np.diff(force[row, : d - 1]) < 0).all()
    assert ((force[:, 0] > 0.3) & (force[:, 0] < 0.42)).all()
    for d in range(2, 11):  # and those between
        statistic, alone = linear_run.Statistic(d, directions=40_000), np.eye(d)[0]
        height = brentq(lambda u, s=statistic, e=alone: s.force(u * e)[0], 0.5 * d, 2 * d)
        assert 0.85 * d < height < d
        left = statistic.force(height * alone)[1:] / statistic.force(0 * alone)[1:]
        assert 0.3 < left.mean() < 0.42


def test_lejepas_second_and_third_steps_are_late_as_predicted(line):
    late = line["lejepa_measured"][:, 1] / line["lejepa_near_zero"][:, 1]
    assert (late > 1.3).all()
    assert off(line, "lejepa")[:, 1].max() < 0.03
    assert off(line, "lejepa")[:, 2].max() < 0.11
    assert np.isnan(line["lejepa_measured"][:, 3:]).all()  # had not come when training stopped
    peak, theory = (
        np.nanmax(line[f"lejepa_{key}"][:, :, 0], axis=1) for key in ("curves", "theory")
    )
    assert (peak > theory).all() and (peak < 1.15 * theory).all()


def test_disagreement_and_other_modes_keep_the_first_below_its_height_alone(line):
    """The equation of the variances with both, with either and with neither."""
    alone = float(line["heights"][1, 0])
    statistic, weight = linear_run.Statistic(D), linear_run.CONFIG["weight"]
    for seed in linear_run.SEEDS:
        x1, x2, Gamma, Sigma, W0 = digits(seed)
        n, means = len(x1), [x.mean(axis=0) for x in (x1, x2)]
        M = linear_run.lejepa_operator(Gamma, Sigma, means, n, D, weight)
        kappa, V = linear.modes(M, D)
        sigma = np.diag(V.T @ Sigma @ V)
        start = np.log(sigma * linear.effective_init(W0, V) ** 2)
        brake = 2 * sigma * weight * n * statistic.force(np.zeros(D)) - kappa

        def peak(held, modes, start=start, sigma=sigma, n=n):
            def growth(_, log_u):
                pull = 2 * sigma * weight * n * statistic.force(np.exp(log_u)) - held
                return 2 * pull * (np.arange(D) < modes)

            return np.exp(solve_ivp(growth, (0, 60), start, rtol=1e-6).y[0].max())

        neither, disagree, others = peak(0, 1), peak(brake, 1), peak(0, D)
        assert neither == pytest.approx(alone, rel=0.02)
        assert disagree < 0.85 * alone and others < 0.95 * alone
        assert peak(brake, D) < min(disagree, others)
        assert np.nanmax(line["lejepa_curves"][seed, :, 0]) < 0.85 * alone


def test_with_gaussian_views_most_of_the_excess_is_left(line):
    peak, theory = (
        np.nanmax(line[f"lejepa_{key}"][:, :, 0], axis=1) for key in ("curves", "theory")
    )
    assert (line["lejepa_gaussian_peak"] - theory > 0.6 * (peak - theory)).all()
    for seed in linear_run.SEEDS:
        x1, x2, Gamma, Sigma, _ = digits(seed)
        y1, y2 = linear_run.gaussian_like((x1, x2), 400, seed)
        both = np.vstack([y1, y2])
        np.testing.assert_allclose(linear.cross_moment(y1, y2), Gamma, atol=1e-12)
        np.testing.assert_allclose(both.T @ both / len(both), Sigma, atol=1e-12)


def test_the_first_step_on_a_network(net):
    low = {"spectral_centred": 1.15, "lejepa": 1.0}
    for kind, least in low.items():
        predicted, null = (net[f"{kind}_{key}"][:, 0] for key in ("predicted", "null"))
        trained, frozen = net[f"{kind}_passed"][:, :, 0]
        assert (frozen > least * predicted).all() and (frozen < 1.3 * predicted).all()
        assert (trained > 0.65 * predicted).all() and (trained < 0.85 * predicted).all()
        # At each seed the null is further off, by any measure of a ratio.
        assert (np.abs(np.log(frozen / null)) > 2 * np.abs(np.log(frozen / predicted))).all()
    stop = net["spectral_centred_curves"][1, :, :, 0].astype(float).max(axis=1)
    assert ((stop > 0.45) & (stop < 0.6)).all()
    # "In the linear model" the later steps keep to their times: here the third does not.
    third = net["spectral_centred_passed"][1, :, 2] / net["spectral_centred_predicted"][:, 2]
    assert (third > 1.3).all()
    # The mean comes first, at once, whether the trunk is trained or not; then a long wait.
    first, second = (net["spectral_passed"][..., k] for k in (0, 1))
    assert np.abs(first / net["spectral_predicted"][:, 0] - 1).max() < 0.05
    assert (first > net["spectral_predicted"][:, 0]).all()  # it is not early
    assert (second > 30 * first).all()
    assert np.abs(net["spectral_null"][:, 0] / net["spectral_predicted"][:, 0] - 1).max() < 0.05


def test_the_first_mode_of_features_that_are_not_centred_is_their_mean():
    for seed in network_run.SEEDS:
        config = network_run.CONFIG.replace(seed=seed)
        pictures = Pictures(config, join(config).device)
        model = build(config, pictures.channels).train()
        h = outputs(model, pictures.probe())[0]
        assert h.min() >= 0
        first = linear.modes(linear.cross_moment(*np.split(h, 2)), 1)[1][:, 0]
        assert (h @ first).mean() ** 2 / ((h @ first) ** 2).mean() > 0.95


def test_the_prediction_s_pairs_make_gamma_too_large():
    """Against twenty batches of other views: a reason for which a frozen trunk is late."""
    for seed in network_run.SEEDS:
        config = network_run.CONFIG.replace(seed=seed)
        pictures = Pictures(config, join(config).device)
        model = build(config, pictures.channels).train()

        def moment(views_of, model=model):
            pair = np.split(outputs(model, views_of)[0], 2)
            return linear.cross_moment(*network_run.centred(*pair))

        few = moment(pictures.probe())
        batches = (pictures.batch(k, slice(0, config.batch)) for k in range(20))
        many = np.mean([moment(pictures.views(*batch)) for batch in batches], axis=0)
        ratio = linear.modes(few, 1)[0][0] / linear.modes(many, 1)[0][0]
        assert 1.0 < ratio < 1.25


def test_the_shape_of_the_mode_sets_its_height_on_a_network(net):
    peak = net["lejepa_curves"][..., 0].astype(float).max(axis=2)
    trained, frozen = net["lejepa_best"]
    assert (peak[0] > 1.4 * 9.75).all() and (peak[1] < 9.7).all() and (peak[1] > 3).all()
    assert (trained > 15).all() and (frozen < 9.75).all()
    assert (net["lejepa_kurtosis"][0] > 4).all() and (net["lejepa_kurtosis"][1] < 3.3).all()
    # Ten parts in a hundred of the digits; of Gaussian values they have 0.44 of the variance.
    assert (net["lejepa_tenth"][0] > 0.55).all() and (net["lejepa_tenth"][1] < 0.44).all()
    # The runs turn back below, where the whole loss has its minimum.
    assert (peak < net["lejepa_best"]).all() and (net["lejepa_rest"] < net["lejepa_best"]).all()
    assert np.abs(net["lejepa_rest"] / peak - 1).max() < 0.25
    # Gaussian values have the height of the theory, 9.7. Their tails are cut at 400 of them, and
    # the mean is over 1000 directions, which moves it by less than a tenth.
    p = ndtri((np.arange(400) + 0.5) / 400)
    assert abs(network_run.best_height(p, 10) / 9.74 - 1) < 0.1
