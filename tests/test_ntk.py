"""Networks of finite width: their kernel, their start, their seeds, their training."""

import numpy as np
import pytest
import torch
from scipy.integrate import solve_ivp
from torch import nn

from stepwise_ssl import _validate, linear, ntk, spectra
from stepwise_ssl.kernels import ContrastiveKernelPCA, gradient_descent, relu_mlp_kernel
from tests import kernel_pairs

X = np.random.default_rng(0).normal(size=(6, 4))


def small_network(dtype=torch.float64):
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(4, 5), nn.Tanh(), nn.Linear(5, 3)).to(dtype)


def gradients(model, x):
    """∇f_a(x_i) by one backward pass for each output and input, (n, d, P)."""
    rows = []
    for row in torch.as_tensor(x, dtype=next(model.parameters()).dtype):
        outputs = model(row[None])[0]
        trained = [p for p in model.parameters() if p.requires_grad]
        grads = [torch.autograd.grad(out, trained, retain_graph=True) for out in outputs]
        rows.append(torch.stack([torch.cat([g.flatten() for g in grad]) for grad in grads]))
    return torch.stack(rows).numpy()


# --- The empirical kernel -----------------------------------------------------------------------


def test_kernel_is_the_product_of_gradients():
    model, Y = small_network(), X[:2] + 1
    G, H = gradients(model, X), gradients(model, Y)
    theta = ntk.empirical_ntk(model, X, Y)
    assert theta.dtype == np.float64
    np.testing.assert_allclose(theta, np.einsum("iap,jap->ij", G, H) / 3, rtol=1e-13)
    blocks = ntk.output_blocks(model, X)
    np.testing.assert_allclose(blocks, np.einsum("iap,jbp->abij", G, G), rtol=1e-12, atol=1e-14)


def test_kernel_is_symmetric_and_the_same_in_small_pieces(monkeypatch):
    model = small_network()
    whole, blocks = ntk.empirical_ntk(model, X), ntk.output_blocks(model, X)
    np.testing.assert_array_equal(whole, whole.T)
    monkeypatch.setattr("stepwise_ssl.ntk._empirical._NUMBERS", 300)  # 43 parameters × 3 × 2
    np.testing.assert_allclose(ntk.empirical_ntk(model, X), whole, rtol=1e-13)
    np.testing.assert_allclose(ntk.empirical_ntk(model, X, X.copy()), whole, rtol=1e-13)
    np.testing.assert_allclose(ntk.output_blocks(model, X), blocks, rtol=1e-12, atol=1e-15)
    for few in (blocks, ntk.output_blocks(model, X)):
        np.testing.assert_array_equal(few, few.transpose(1, 0, 3, 2))


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_half_precision_is_refused_by_name(dtype):
    for kernel in (ntk.empirical_ntk, ntk.output_blocks):
        with pytest.raises(ValueError, match=rf"model has 0.weight in {dtype}.*model.float\(\)"):
            kernel(small_network(dtype), X)
    model = small_network()
    model[0].requires_grad_(False).to(dtype)
    with pytest.raises(ValueError, match="model has 0.weight"):
        ntk.empirical_ntk(model, X)


def test_what_the_precision_of_the_model_cannot_hold_is_refused():
    for kernel in (ntk.empirical_ntk, ntk.output_blocks):
        with pytest.raises(ValueError, match="has entries that are infinite in torch.float32"):
            kernel(small_network(torch.float32), 1e100 * X)
        with pytest.raises(ValueError, match="model has gradients .* torch.float64 cannot hold"):
            kernel(ntk.MLP((4, 3, 2)), 1e200 * X)
    with pytest.raises(ValueError, match="model returns NaN or infinite"):
        ntk.embed(ntk.MLP((4, 3, 2), W_std=1e100), 1e200 * X, X)
    with pytest.raises(ValueError, match="epsilon or model makes .* too large"):
        ntk.train(ntk.MLP((4, 3, 2)), X, X, 1e200, 0.1, 3)


def test_frozen_parameters_do_not_count():
    model = small_network()
    for p in model[0].parameters():
        p.requires_grad_(False)
    hidden = model[1](model[0](torch.as_tensor(X))).numpy()
    np.testing.assert_allclose(ntk.empirical_ntk(model, X), hidden @ hidden.T + 1, rtol=1e-13)
    assert not ntk.output_blocks(model, X)[0, 1].any()  # outputs share no trained parameter


def test_any_module_with_a_batch_of_pictures():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.ReLU(), nn.Flatten())
    model.append(nn.Linear(8, 2))
    x = torch.randn(3, 1, 4, 4)
    with pytest.raises(ValueError, match=r"model has BatchNorm2d \(1\) in training mode"):
        ntk.empirical_ntk(model, x)
    theta = ntk.empirical_ntk(model.eval(), x)
    np.testing.assert_allclose(
        theta, np.einsum("iap,jap->ij", *2 * [gradients_of_pictures(model, x)]) / 2, rtol=1e-5
    )


def gradients_of_pictures(model, x):
    def flat(out):
        parts = torch.autograd.grad(out, list(model.parameters()), retain_graph=True)
        return torch.cat([g.flatten() for g in parts])

    return np.stack(
        [np.stack([flat(out).numpy() for out in model(row[None])[0]]) for row in x]
    ).astype(float)


def test_a_deep_network_comes_to_the_closed_form():
    theta = relu_mlp_kernel(X, X, 2, 1.2, 0.3)[1]
    networks = [ntk.MLP((4, 400, 400, 4), 1.2, 0.3, seed) for seed in range(8)]
    mean = np.mean([ntk.empirical_ntk(model, X) for model in networks], axis=0)
    # About 1/√400 for one draw, 1/√8 of it for their mean, and some 1/400 that no mean removes.
    assert np.linalg.norm(mean - theta) < 0.04 * np.linalg.norm(theta)


def test_the_same_seed_draws_the_same_network():
    one, same, other = (ntk.MLP((4, 8, 2), b_std=0.1, seed=s) for s in (3, 3, 4))
    x = torch.as_tensor(X)
    assert torch.equal(one(x), same(x)) and not torch.equal(one(x), other(x))
    assert one(x).dtype == torch.float64


@pytest.mark.parametrize("seed", [2**63 - 1, 2**63, 2**64 + 3, 3 << 126])
def test_a_seed_may_have_any_size(seed):
    one, same, other = (ntk.MLP((4, 8, 2), seed=s) for s in (seed, seed, seed + 1))
    assert torch.equal(one.weights[0], same.weights[0])
    assert not torch.equal(one.weights[0], other.weights[0])


def test_a_seed_that_torch_takes_stays_as_it_is():
    assert [_validate.torch_seed(s) for s in (0, 7, 2**63 - 1)] == [0, 7, 2**63 - 1]
    # NumPy promises that a SeedSequence gives the same everywhere, so the long ones stay too.
    assert _validate.torch_seed(2**63) == 7615710049341846149


def test_a_network_made_for_inference_is_refused_by_name():
    with torch.inference_mode():
        model = ntk.MLP((4, 3, 2))
    for call in (
        lambda: ntk.empirical_ntk(model, X),
        lambda: ntk.embed(model, X, X),
        lambda: ntk.train(model, X, X, 1, 0.1, 1),
    ):
        with pytest.raises(ValueError, match=r"model has weights\.0 from torch\.inference_mode"):
            call()


# --- The seeds ----------------------------------------------------------------------------------


def features(views=12, size=9):
    """Random features of 12 views (six pairs), their kernel, and weights on them, d = 3."""
    rng = np.random.default_rng(2)
    pairs = rng.normal(size=(views // 2, size))
    phi = np.vstack([pairs, pairs + 0.3 * rng.normal(size=pairs.shape)])
    return phi, phi @ phi.T, 1e-3 * rng.normal(size=(3, size))


def start_of(F0, K):
    machine = ContrastiveKernelPCA(F0.shape[1], "precomputed").fit(K)
    return machine.eigenvalues_, machine.effective_init(F0)


def test_without_coupling_there_are_no_seeds():
    phi, K, W0 = features()
    blocks = np.eye(3)[:, :, None, None] * K
    np.testing.assert_allclose(
        ntk.seeded_start(phi @ W0.T, K, blocks), start_of(phi @ W0.T, K), rtol=1e-9
    )


def test_a_mode_without_a_start_stays_without():
    phi, K, W0 = features()
    gamma, s0 = ntk.seeded_start(0 * (phi @ W0.T), K, np.ones((3, 3, 12, 12)))
    assert (gamma > 0).all() and (s0 == 0).all()


@pytest.mark.parametrize("power", [-900, -600, 600, 900])
def test_kernels_of_any_size_have_the_same_seeds(power):
    phi, K, W0 = features()
    F0, blocks = phi @ W0.T, K * (np.eye(3) + 0.01)[:, :, None, None]
    gamma, s0 = ntk.seeded_start(F0, K, blocks)
    with np.errstate(all="raise"):
        scaled = ntk.seeded_start(F0, np.ldexp(K, power), np.ldexp(blocks, power))
    # γ s² stays: with γ goes 1/s².
    np.testing.assert_allclose(np.ldexp(scaled[0], -power), gamma, rtol=1e-9)
    np.testing.assert_allclose(np.ldexp(scaled[1], power // 2), s0, rtol=1e-9)


@pytest.mark.parametrize("power", [-900, -600, 600, 900])
def test_starts_of_any_size_without_coupling(power):
    phi, K, W0 = features()
    F0 = phi @ W0.T
    with np.errstate(all="raise"):
        s0 = ntk.seeded_start(np.ldexp(F0, power), K, np.zeros((3, 3, 12, 12)))[1]
    np.testing.assert_allclose(np.ldexp(s0, -power), start_of(F0, K)[1], rtol=1e-9)


def test_a_seed_is_the_integral_that_it_stands_for():
    """Two modes, a coupling put in by hand, and the forced equation of mode 2 integrated."""
    phi, K, W0 = features()
    F0 = phi @ W0[:2].T
    gamma, s0 = start_of(F0, K)
    root = kernel_pairs.root(K)
    swapped = np.roll(root, 6, axis=0)
    p = swapped @ np.linalg.eigh(root @ swapped / 12)[1][:, :-3:-1]
    # Blocks that carry mode 1 into mode 2 and turn the embedding by a right angle on the way.
    dual = np.linalg.pinv(p)
    eta, turn = 1e-4, np.array([[0.0, 1.0], [-1.0, 0.0]])
    carry = 144 * gamma[1] * eta * np.outer(dual[0], dual[1])
    blocks = np.eye(2)[:, :, None, None] * K + turn[:, :, None, None] * carry
    start = ntk.seeded_start(F0, K, blocks)[1]

    def forced(t, y):
        s, _ = y
        force = 4 * eta * s * (1 - gamma[0] * s**2)
        return 4 * gamma[0] * s * (1 - gamma[0] * s**2), force * np.exp(-4 * gamma[1] * t)

    end = 5 * linear.step_times(gamma[:1], s0[:1])[0]
    seed = solve_ivp(forced, (0, end), [s0[0], 0], rtol=1e-11, atol=1e-15).y[1, -1]
    assert start[0] == pytest.approx(s0[0], rel=1e-12)
    # All of the seed lies across the direction of mode 1, for or against what mode 2 has there.
    assert min(abs(start[1] - s0[1] - seed), abs(start[1] - abs(s0[1] - seed))) < 1e-6 * seed


# --- Training -----------------------------------------------------------------------------------


def pairs(n=12, m=6):
    rng = np.random.default_rng(5)
    x1 = rng.normal(size=(n, m))
    return x1, x1 + 0.4 * rng.normal(size=(n, m))


def of_the_kernel(F0, K, lr, steps):
    """Eigenvalues of a kernel machine that starts at F0 (2n, d)."""
    A0 = np.linalg.lstsq(K, F0, rcond=None)[0].T
    return gradient_descent(K, A0, lr, steps).eigenvalues


def test_a_network_without_hidden_layers_trains_like_its_kernel():
    x1, x2 = pairs()
    model = ntk.MLP((6, 2), seed=1)
    x = np.vstack([x1, x2])
    K = ntk.empirical_ntk(model, x)
    F0 = 1e-3 * ntk.embed(model, x1, x2)
    gamma, s0 = start_of(F0, K)
    lr = 0.1 / (4 * gamma[0])
    steps = int(1.5 * linear.step_times(gamma, s0).max() / lr)
    run = ntk.train(model, x1, x2, 1e-3, lr, steps)
    np.testing.assert_allclose(run.eigenvalues, of_the_kernel(F0, K, lr, steps), atol=1e-10)
    assert run.loss[-1] < 1e-3 < run.loss[0]


def test_the_head_alone_trains_like_its_kernel():
    x1, x2 = pairs()
    model = ntk.MLP((6, 30, 2), b_std=0.1, seed=1).train_head_only()
    K = ntk.empirical_ntk(model, np.vstack([x1, x2]))
    F0 = 0.05 * ntk.embed(model, x1, x2)
    gamma, s0 = start_of(F0, K)
    lr = 0.1 / (4 * gamma[0])
    steps = int(1.5 * linear.step_times(gamma, s0).max() / lr)
    trunk = model.weights[0].detach().clone()
    run = ntk.train(model, x1, x2, 0.05, lr, steps)
    assert torch.equal(trunk, model.weights[0])
    np.testing.assert_allclose(run.eigenvalues, of_the_kernel(F0, K, lr, steps), atol=1e-10)
    assert np.array_equal(
        run.W[: model.weights[1].numel()], model.weights[1].detach().flatten().numpy()
    )


def test_scale_changes_no_clock_of_a_kernel_and_moves_the_features():
    x1, x2 = pairs()
    late, moved = [], []
    for scale in (1.0, 0.1):
        model = ntk.MLP((6, 300, 2), seed=0)
        x = np.vstack([x1, x2])
        before = ntk.empirical_ntk(model, x)
        gamma, s0 = start_of(0.01 * ntk.embed(model, x1, x2), before)
        lr = 0.1 / (4 * gamma[0])
        steps = int(2 * linear.step_times(gamma, s0).max() / lr)
        run = ntk.train(model, x1, x2, 0.01, lr, steps, scale)
        late.append(spectra.find_steps(run.t, run.eigenvalues))
        after = ntk.empirical_ntk(model, x)
        moved.append(np.linalg.norm(after - before) / np.linalg.norm(before))
    assert moved[0] < 0.1 < moved[1]
    assert late[1][1] < late[0][1]
    assert late[1][0] == pytest.approx(late[0][0], rel=0.2)


@pytest.mark.parametrize("shape", [(2,), (3, 1, 2)])
def test_a_model_must_return_a_row_for_each_input(shape):
    class Odd(nn.Module):
        def __init__(self):
            super().__init__()
            self.weight = nn.Parameter(torch.ones(1, dtype=torch.float64))

        def forward(self, x):
            return self.weight * torch.ones(shape, dtype=torch.float64)

    with pytest.raises(ValueError, match="model returns .* for one input"):
        ntk.empirical_ntk(Odd(), X)


@pytest.mark.filterwarnings("ignore:diverged")
def test_divergence_says_so():
    x1, x2 = pairs()
    with pytest.warns(UserWarning, match="diverged by step"):
        ntk.train(ntk.MLP((6, 8, 2)), x1, x2, 1.0, 1e3, 200)


def test_embeddings_are_refused_of_a_layer_that_draws() -> None:
    model = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.Dropout()).double()
    x = np.eye(3)
    with pytest.raises(ValueError, match=r"model has Dropout \(1\) in training mode"):
        ntk.embed(model, x, x)
    assert np.array_equal(ntk.embed(model.eval(), x, x)[:3], ntk.embed(model, x, x)[3:])
