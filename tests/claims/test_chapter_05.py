"""Sentences of chapter 5."""

from __future__ import annotations

import numpy as np
import pytest

from stepwise_ssl import data, kernels, ntk, views


@pytest.mark.parametrize("k", [(4.0, 9.0, 3.0), (1.0, 1.0, -0.6), (0.2, 5.0, 0.9)])
def test_the_mean_product_of_two_relu_units_has_the_factor_of_their_sizes(k: tuple) -> None:
    """√(k₁₁k₂₂)/2π · [sin θ + (π − θ) cos θ] is r/2π + (π − θ)k₁₂/2π, and the mean itself."""
    k11, k22, k12 = k
    size = np.sqrt(k11 * k22)
    theta = np.arccos(k12 / size)
    polar = size / (2 * np.pi) * (np.sin(theta) + (np.pi - theta) * np.cos(theta))
    r = np.sqrt(k11 * k22 - k12**2)
    assert polar == pytest.approx(r / (2 * np.pi) + (np.pi - theta) / (2 * np.pi) * k12, rel=1e-12)
    # The mean over directions and lengths by a rule of 400 angles and Gauss-Laguerre: the kink of
    # the ReLU leaves an error of the order of 1/400².
    angle = 2 * np.pi * (np.arange(400) + 0.5) / 400
    product = np.maximum(np.cos(angle), 0) * np.maximum(np.cos(angle - theta), 0)
    assert size * product.mean() * 2 == pytest.approx(polar, rel=2e-3)


def test_a_sum_over_units_scatters_by_the_root_of_their_number_and_a_product_does_not() -> None:
    """A product V_aq V_bq is of order 1, the sum divided by N is off by N^{-1/2}."""
    rng = np.random.default_rng(0)
    for N in (64, 4096):
        V = rng.normal(size=(2, 500, N))
        product = V[0] * V[1]
        # 500 sums: their deviation is known to 1/√1000 = 3 %; four times that.
        assert product.std() == pytest.approx(1, rel=0.05)
        assert product.mean(axis=1).std() * np.sqrt(N) == pytest.approx(1, rel=0.13)


def test_a_smaller_start_brings_step_2_earlier_on_these_digits() -> None:
    """Quiz 3: as ε falls step 2 comes earlier and earlier as a share of the prediction; recorded
    at N = 1024 with five seeds down to 1e-4, and by the seeds of one network beyond."""
    run = data.load_run("width_1024")
    epsilons = run.meta["config"]["epsilons"]
    share = (run.other["measured"] / run.other["predicted"])[0, :, :, 1]
    first, last = (share[epsilons.index(epsilon)] for epsilon in (1e-2, 1e-4))
    assert (last < first).all()
    images = data.load_images("digits", n=100)
    m = images.x[0].size
    x1, x2 = (np.sqrt(m) * x for x in views.make_pairs(images, seed=0))
    x = np.concatenate([x1, x2])
    theta = kernels.relu_mlp_kernel(x, x, depth=1)[1]
    machine = kernels.ContrastiveKernelPCA(5, "precomputed").fit(theta)
    assert machine.eigenvalues_[1] / machine.eigenvalues_[0] < 0.5
    network = ntk.MLP((m, 1024, 5), seed=0)
    F0, blocks = ntk.embed(network, x1, x2), ntk.output_blocks(network, x)
    shares = []
    for epsilon in (1e-4, 1e-5, 1e-6):
        limit = step_times(machine.eigenvalues_, machine.effective_init(epsilon * F0))
        seeded = step_times(*ntk.seeded_start(epsilon * F0, theta, blocks))
        shares.append(seeded[1] / limit[1])
    assert (np.diff(shares) < 0).all() and shares[-1] < 0.95


def step_times(gamma: np.ndarray, s0: np.ndarray) -> np.ndarray:
    return np.sort(np.log(1 / (gamma * s0**2) - 1) / (8 * gamma))


def test_the_last_layer_alone_has_one_kernel_for_all_outputs() -> None:
    """Quiz 4: nothing between two outputs, and the same for each, at every width."""
    x = np.random.default_rng(0).normal(size=(6, 4))
    for N in (16, 256):
        network = ntk.MLP((4, N, 3), seed=1)
        network.train_head_only()
        blocks = np.asarray(ntk.output_blocks(network, x))
        assert blocks.shape[:2] == (3, 3)
        for a in range(3):
            for b in range(3):
                want = blocks[0, 0] if a == b else 0 * blocks[0, 0]
                assert np.abs(blocks[a, b] - want).max() < 1e-12


def test_the_nngp_is_the_tangent_kernel_of_the_last_layer_with_its_biases() -> None:
    """Glossary: the NNGP is also the NTK of the last layer alone, if its biases are trained too."""
    x = np.random.default_rng(0).normal(size=(5, 4))
    nngp = kernels.relu_mlp_kernel(x, x, depth=1, b_std=0.5)[0]
    mean = 0
    for seed in range(20):
        network = ntk.MLP((4, 1000, 2), b_std=0.5, seed=seed).train_head_only()
        mean = mean + ntk.empirical_ntk(network, x) / 20
    # 20,000 units: each entry is known to about 1/√20,000 of its terms' scatter, 1 to 2 %.
    assert np.abs(mean - nngp).max() < 0.05 * nngp.max()
    assert nngp.min() > 0.5**2  # without the biases' part the two would differ by b_std²
    assert 0.05 * nngp.max() < 0.5**2


def test_the_kernel_moves_less_the_wider_the_network() -> None:
    """The kernel moves by no more than the order of 1/√N: five seeds at each of four widths."""
    widths = (64, 256, 1024, 4096)
    change = [data.load_run(f"width_{N}").other["kernel_change"] for N in widths]
    assert all(len(seeds) == 5 for seeds in change)
    # Sixteen times as wide: a quarter of the change at least is gone.
    for narrow, wide in zip(change, change[2:], strict=False):
        assert wide.max() < narrow.min() / 4


def test_each_weight_moves_by_about_one_over_the_root_of_the_width() -> None:
    """In a run from ε = 0.01 the typical move of a weight falls as 1/√N."""
    x1, x2 = (8 * x for x in views.make_pairs(data.load_images("digits", n=30), seed=0))
    moved = []
    for N in (64, 1024):
        network = ntk.MLP((64, N, 2), seed=0)
        before = [weight.detach().clone() for weight in network.parameters()]
        ntk.train(network, x1, x2, 0.01, 0.02, 400)
        away = [
            (b - a).detach().norm() ** 2 for a, b in zip(before, network.parameters(), strict=True)
        ]
        moved.append(float(sum(away)) ** 0.5 / sum(a.numel() for a in before) ** 0.5)
    assert 2.5 < moved[0] / moved[1] < 6  # √16 = 4; two networks, one seed
