"""Preconditioned updates: theory against simulation, and the torch optimiser against both."""

from __future__ import annotations

import copy
import io
import warnings

import numpy as np
import pytest
import torch

from stepwise_ssl import data, linear, networks, optim, views
from stepwise_ssl.training import TrainConfig
from tools.runs import faster, faster_linear

D, ALPHA, SHARE = 10, 1e-4, 0.4  # SHARE: of the largest stable learning rate


@pytest.fixture(scope="module")
def digits():
    """Γ and Σ of all pairs of digits, (64, 64), and a small random start."""
    x1, x2 = views.make_pairs(data.load_images("digits"))
    both = np.vstack([x1, x2])
    return (
        linear.cross_moment(x1, x2),
        both.T @ both / len(both),
        linear.random_init(D, both.shape[1], ALPHA),
    )


def _matrices(Gamma, Sigma):
    last = linear.modes(Gamma, D)[0][-1]
    return {
        "none": None,
        "root": optim.inverse_power(Gamma, power=0.5),
        "damped": optim.inverse_power(Gamma, rho=last),
        "damped views": optim.inverse_power(Sigma, rho=last),
        "full": optim.inverse_power(Gamma),
        "full views": optim.inverse_power(Sigma),
    }


def _rate(Gamma, P, momentum=0.0):
    return SHARE * (1 + momentum) / (4 * optim.growth_rates(Gamma, 1, P)[0])


def _measured(run, lr):
    """The step at which each eigenvalue of C passes 1/2, ascending."""
    assert (run.eigenvalues[-1] > 0.5).all()
    return np.round(run.t / lr)[np.argmax(run.eigenvalues > 0.5, axis=0)]


# --- the matrix --------------------------------------------------------------------------------


def test_inverse_power_undoes_the_power() -> None:
    rng = np.random.default_rng(0)
    M = rng.standard_normal((5, 5))
    M = M + M.T
    size, V = np.linalg.eigh(M)
    assert size[0] < 0 < size[-1]
    damped = V * (np.abs(size) + 0.3) @ V.T
    np.testing.assert_allclose(optim.inverse_power(M, rho=0.3) @ damped, np.eye(5), atol=1e-13)
    root = optim.inverse_power(M, power=0.5, rho=0.3)
    np.testing.assert_allclose(root @ root @ damped, np.eye(5), atol=1e-13)


def test_inverse_power_leaves_directions_without_data_alone() -> None:
    x = np.random.default_rng(1).standard_normal((3, 6))
    M = x.T @ x
    np.testing.assert_allclose(optim.inverse_power(M), np.linalg.pinv(M), atol=1e-10)
    np.testing.assert_array_equal(optim.inverse_power(np.zeros((2, 2))), 0)
    np.testing.assert_allclose(optim.inverse_power(np.zeros((2, 2)), rho=4), np.eye(2) / 4)


# --- theory against descent --------------------------------------------------------------------


def test_a_preconditioner_is_plain_descent_on_other_inputs(digits) -> None:
    """W ← W − lr·GP is W' ← W' − lr·G' for W' = W P^(−1/2) and Γ' = P^½ Γ P^½."""
    Gamma, Sigma, W0 = digits
    P = optim.inverse_power(Sigma, rho=0.01)
    value, V = np.linalg.eigh(P)
    root = V * np.sqrt(value) @ V.T
    lr = _rate(Gamma, P)
    run = optim.descent(Gamma, W0, lr, 40, P)
    plain = linear.gradient_descent(root @ Gamma @ root, np.linalg.solve(root, W0.T).T, lr, 40)
    # Rounding grows as the modes do, by 1e4 from this start.
    np.testing.assert_allclose(run.eigenvalues, plain.eigenvalues, atol=1e-9)
    np.testing.assert_allclose(run.W, plain.W @ root, atol=1e-9)


def test_without_options_it_is_gradient_descent(digits) -> None:
    Gamma, _, W0 = digits
    run = optim.descent(Gamma, W0, 1.0, 30)
    plain = linear.gradient_descent(Gamma, W0, 1.0, 30)
    np.testing.assert_array_equal(run.t, plain.t)
    np.testing.assert_allclose(run.W, plain.W, rtol=1e-12)


@pytest.mark.parametrize("name", ["none", "root", "damped", "damped views", "full", "full views"])
def test_steps_rates_and_end_are_predicted(digits, name, report) -> None:
    Gamma, Sigma, W0 = digits
    P = _matrices(Gamma, Sigma)[name]
    lr = _rate(Gamma, P)
    theory = np.sort(optim.step_counts(Gamma, W0, lr, P))
    run = optim.descent(Gamma, W0, lr, int(2 * theory[-1]), P)
    measured = _measured(run, lr)
    report(f"{name}: last mode after {measured[-1]:.0f} steps, theory {theory[-1]:.1f}")
    np.testing.assert_allclose(measured, theory, rtol=0.05)
    end = optim.final_weights(Gamma, W0, P)
    np.testing.assert_allclose(end @ Gamma @ end.T, np.eye(D), atol=1e-9)
    for measure in (optim.weight_excess, optim.top_share):
        assert measure(end, Gamma) == pytest.approx(measure(run.W, Gamma), rel=0.03)


def test_damping_at_the_last_mode_is_faster_by_the_formula(digits) -> None:
    """Speed (γ_1 + ρ)/(γ_d + ρ), at ρ = γ_d about γ_1/(2γ_d); steps in closed form."""
    Gamma, _, W0 = digits
    gamma, V = linear.modes(Gamma, D)
    for rho in (0.3 * gamma[-1], gamma[-1], 3 * gamma[-1]):
        P = optim.inverse_power(Gamma, rho=rho)
        rates = optim.growth_rates(Gamma, D, P)
        np.testing.assert_allclose(rates, gamma / (gamma + rho), rtol=1e-9)
        spread = rates[0] / rates[-1]
        assert gamma[0] / gamma[-1] / spread == pytest.approx(
            (gamma[0] + rho) / (gamma[-1] + rho), rel=1e-9
        )
        # What mode j has of C at the start does not depend on ρ.
        start = gamma * linear.effective_init(W0, V) ** 2
        by_hand = np.log(1 / start - 1) / (2 * np.log1p(SHARE * rates / rates[0]))
        counts = optim.step_counts(Gamma, W0, _rate(Gamma, P), P)
        # Followers make it earlier, by less the smaller the start.
        assert (counts <= by_hand * (1 + 1e-9)).all()
        np.testing.assert_allclose(counts, by_hand, rtol=0.1)
        tiny = np.log(1e200 / start - 1) / (2 * np.log1p(SHARE * rates / rates[0]))
        counts = optim.step_counts(Gamma, 1e-100 * W0, _rate(Gamma, P), P)
        np.testing.assert_allclose(counts, tiny, rtol=1e-4)


def test_full_equalisation_whitens_a_random_projection(digits) -> None:
    """The rows of W span what W0 spanned in the positive modes: nothing has been selected."""
    Gamma, _, W0 = digits
    gamma, V = linear.modes(Gamma, len(Gamma))
    P = optim.inverse_power(Gamma)
    lr = _rate(Gamma, P)
    run = optim.descent(Gamma, W0, lr, 100, P)
    kept = W0 @ V * (gamma > 0)
    value, left = np.linalg.eigh(kept * gamma @ kept.T)
    whitened = left / np.sqrt(value) @ left.T @ kept @ V.T
    # Negative modes have shrunk by e^{-8γ't}, 1e-8 of what the others grew by.
    np.testing.assert_allclose(run.W.T @ run.W, whitened.T @ whitened, atol=1e-5)
    assert optim.weight_excess(run.W, Gamma) > 5


def test_damping_keeps_the_selection_as_the_start_shrinks(digits) -> None:
    """Leaks vanish as a power of the start with damping, and do not at equal rates."""
    Gamma, Sigma, W0 = digits
    beyond = linear.modes(Gamma, len(Gamma))[1][:, D:]
    for name in ("none", "root", "damped", "full"):
        P = _matrices(Gamma, Sigma)[name]
        small, smaller = (
            np.sum((optim.final_weights(Gamma, c * W0, P) @ beyond) ** 2) for c in (1e-40, 1e-50)
        )
        if name == "full":
            assert small == pytest.approx(smaller, rel=1e-6)
            continue
        # Mode d + 1 follows mode d to the power γ'_{d+1}/γ'_d: the square of the ratio is left.
        rates = optim.growth_rates(Gamma, D + 1, P)
        exponent = 2 * (1 - rates[-1] / rates[-2])
        # The next modes' leaks are 1e-2 of it by then.
        assert np.log10(small / smaller) / 10 == pytest.approx(exponent, rel=0.02)


def test_momentum_is_predicted_and_is_free(digits, report) -> None:
    Gamma, _, W0 = digits
    lr = _rate(Gamma, None, 0.9) / 4  # nearer to the limit modes overshoot and push others
    theory = np.sort(optim.step_counts(Gamma, W0, lr, momentum=0.9))
    run = optim.descent(Gamma, W0, lr, int(2 * theory[-1]), momentum=0.9)
    measured = _measured(run, lr)
    report(f"momentum .9: last mode after {measured[-1]:.0f} steps, theory {theory[-1]:.1f}")
    np.testing.assert_allclose(measured, theory, rtol=0.1)


def test_momentum_is_that_of_torch(digits) -> None:
    Gamma, _, W0 = digits
    run = optim.descent(Gamma, W0, 0.5, 60, momentum=0.9)
    W = torch.tensor(W0, requires_grad=True)
    G = torch.tensor(Gamma)
    sgd = torch.optim.SGD([W], lr=0.5, momentum=0.9)
    for _ in range(60):
        sgd.zero_grad()
        ((W @ G @ W.T - torch.eye(D, dtype=W.dtype)) ** 2).sum().backward()
        sgd.step()
    np.testing.assert_allclose(run.W, W.detach().numpy(), atol=1e-9)


@pytest.mark.parametrize("seed", [0, 1, 3, 7])
def test_the_signed_inverse_diverges_exactly_if_the_start_has_a_negative_eigenvalue(seed) -> None:
    rng = np.random.default_rng(seed)
    Q = np.linalg.qr(rng.standard_normal((6, 6)))[0]
    Gamma = Q * [0.5, 0.3, 0.2, -0.1, -0.2, -0.3] @ Q.T
    W0 = linear.random_init(2, 6, 1e-3, seed)
    start = np.linalg.eigvalsh(W0 @ Gamma @ W0.T)
    assert (start[0] < 0) == (seed in (0, 1))  # both kinds occur
    lr = 0.05
    counts = optim.signed_step_counts(Gamma, W0, lr)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        run = optim.descent(Gamma, W0, lr, 400, np.linalg.inv(Gamma))
    diverged = any("diverged" in str(w.message) for w in caught)
    assert diverged == (start[0] < 0) == np.isinf(counts).any()
    # Each eigenvalue of C by its own recursion, until one leaves.
    each = np.sort(start)
    for k in range(len(run.t)):
        if each[0] < -1e3:
            break
        # Rounding grows as the modes do, by 1e4 and more from this start.
        np.testing.assert_allclose(run.eigenvalues[k][::-1], each, rtol=1e-6, atol=1e-12)
        each = np.sort(each * (1 + 4 * lr * (1 - each)) ** 2)
    assert k > 40
    if not diverged:
        np.testing.assert_allclose(_measured(run, lr), counts, rtol=0.1)


def test_muon_grows_in_a_line(digits, report) -> None:
    Gamma, _, W0 = digits
    gamma, V = linear.modes(Gamma, D)
    lr = 0.1
    theory = np.sort(optim.muon_step_counts(gamma, lr))
    steps = int(2 * theory[-1])
    aligned = optim.muon_descent(Gamma, 1e-4 * V.T, lr, steps)
    # A whole step on either side of a line.
    np.testing.assert_allclose(_measured(aligned, lr), theory, atol=1)
    run = optim.muon_descent(Gamma, W0, lr, steps)
    measured = _measured(run, lr)
    report(f"Muon: last mode after {measured[-1]:.0f} steps, theory {theory[-1]:.1f}")
    np.testing.assert_allclose(measured, theory, rtol=0.1)
    # λ_d(C) ≤ γ_d (‖W0‖ + n·lr)²: no start is faster.
    assert measured[-1] >= theory[-1] - np.linalg.norm(W0, 2) / lr
    # Its wait does not depend on the size of the start, where descent's does.
    tiny = optim.muon_descent(Gamma, 1e-6 * W0, lr, steps)
    np.testing.assert_allclose(_measured(tiny, lr), measured, atol=1)


def test_torch_has_muon_and_its_step_is_near_ours() -> None:
    if not hasattr(torch.optim, "Muon"):
        pytest.skip("PyTorch has Muon since version 2.9")
    W = torch.nn.Parameter(torch.zeros(4, 9))
    W.grad = torch.tensor(np.random.default_rng(0).standard_normal((4, 9)), dtype=torch.float32)
    torch.optim.Muon([W], lr=1.0, weight_decay=0.0, momentum=0.0, nesterov=False).step()
    left, _, right = np.linalg.svd(W.grad.numpy(), full_matrices=False)
    # Its iteration leaves singular values between about .5 and 1.5, in the right directions.
    inner = left.T @ -W.detach().numpy() @ right.T
    assert np.abs(inner - np.diag(np.diag(inner))).max() < 0.05
    assert ((np.diag(inner) > 0.5) & (np.diag(inner) < 1.5)).all()


def test_nine_updates_beside_their_theory(digits, report) -> None:
    Gamma, Sigma, W0 = digits
    climbs = {c.name: c for c in optim.compare(Gamma, Sigma, W0)}
    assert len(climbs) == 9
    for c in climbs.values():
        report(f"{c.name}: {c.measured:.0f} / {c.predicted:.1f} steps, weights {c.excess:.2f}")
        assert c.measured == pytest.approx(c.predicted, rel=0.1)
        if c.name not in ("momentum .9", "Muon"):
            assert c.excess == pytest.approx(c.predicted_excess, rel=0.03)
            assert c.share == pytest.approx(c.predicted_share, abs=0.01)
    plain, damped = climbs["gradient descent"], climbs["(|Γ| + γ_d)^(−1)"]
    assert plain.measured == max(c.measured for c in climbs.values())
    assert damped.excess < 1.1
    for name in ("Σ^(−1)", "|Γ|^(−1)", "Γ^(−1)"):
        assert climbs[name].excess > 5
    # On digits γ_1/γ_10 is 10, and momentum, which costs nothing, does as well as damping.
    assert climbs["momentum .9"].measured < damped.measured
    assert climbs["momentum .9"].extra == plain.extra == 0


def test_a_signed_inverse_that_diverges_is_said_to(recwarn) -> None:
    Gamma = np.diag([0.5, 0.3, 0.2, -0.1, -0.2, -0.3])
    W0 = 1e-3 * np.array([[1.0, 0, 0, 0, 0, 0], [0, 1, 0, 0, 0, 2]])
    signed = {c.name: c for c in optim.compare(Gamma, np.eye(6), W0)}["Γ^(−1)"]
    assert signed.predicted == signed.measured == np.inf
    assert np.isnan(signed.excess) and np.isnan(signed.predicted_excess)
    assert not recwarn.list


def test_counts_at_their_ends() -> None:
    Gamma = np.diag([0.5, 0.2, -0.1, -0.3])
    W0 = np.array([[1e-3, 0, 0, 0], [0, 2.0, 0, 0], [0, 0, 0.1, 0]])
    counts = optim.step_counts(Gamma, W0, 0.1)
    assert np.isfinite(counts[0]) and counts[0] > 0
    assert counts[1] == 0  # λ = .8 at the start
    assert counts[2] == np.inf
    assert optim.step_counts(Gamma, 0 * W0[:1], 0.1) == [np.inf]
    np.testing.assert_array_equal(optim.muon_step_counts([0.5, 0, -1], 1), [1, np.inf, np.inf])


def test_measures_of_the_shortest_solution(digits) -> None:
    Gamma, _, _ = digits
    W = linear.final_weights(Gamma, D)
    assert optim.weight_excess(W, Gamma) == pytest.approx(1, rel=1e-10)
    assert optim.top_share(W, Gamma) == pytest.approx(1, rel=1e-10)
    turn = np.linalg.qr(np.random.default_rng(0).standard_normal((D, D)))[0]
    assert optim.weight_excess(turn @ W, Gamma) == pytest.approx(1, rel=1e-10)
    below = linear.modes(Gamma, 2 * D)[1][:, D:].T
    assert optim.top_share(below, Gamma) == pytest.approx(0, abs=1e-20)


# --- the torch optimiser -----------------------------------------------------------------------


def _layer(**kinds) -> torch.nn.Linear:
    layer = torch.nn.Linear(5, 3, **kinds)
    with torch.no_grad():
        for k, p in enumerate(layer.parameters()):
            p.copy_(torch.arange(p.numel()).reshape(p.shape).sin() + k)
    return layer


def _batch(seed: int, n: int = 40) -> torch.Tensor:
    x = torch.tensor(np.random.default_rng(seed).standard_normal((n, 5)))
    return x * torch.tensor([3.0, 1, 1, 0.3, 0.1]) + 2


@pytest.mark.parametrize("power", [0.5, 1.0])
def test_a_step_of_the_layer_by_hand(power) -> None:
    layer = _layer(dtype=torch.float64)
    head = optim.PreconditionedSGD(layer, lr=0.3, rho=0.2, power=power, memory=0.7)
    first, second = _batch(0), _batch(1)
    layer(first)
    before = [p.detach().clone() for p in layer.parameters()]
    (layer(second) ** 2).sum().backward()
    covariances = [np.cov(x.numpy().T, bias=True) for x in (first, second)]
    Sigma = (0.7 * covariances[0] + covariances[1]) / 1.7
    np.testing.assert_allclose(head.covariance.numpy(), Sigma, rtol=1e-12)
    P = optim.inverse_power(Sigma, power, rho=0.2)
    gradients = [p.grad.numpy() for p in layer.parameters()]
    head.step()
    weight, bias = (p.detach().numpy() for p in layer.parameters())
    np.testing.assert_allclose(weight, before[0].numpy() - 0.3 * gradients[0] @ P, atol=1e-10)
    np.testing.assert_allclose(bias, before[1].numpy() - 0.3 * gradients[1], atol=1e-12)


def test_its_momentum_is_a_velocity_of_preconditioned_gradients() -> None:
    layer = _layer(dtype=torch.float64)
    head = optim.PreconditionedSGD(layer, lr=0.3, rho=0.2, memory=0.7, momentum=0.9)
    weight, bias = (p.detach().clone() for p in layer.parameters())
    velocity, of_bias = torch.zeros_like(weight), torch.zeros_like(bias)
    for k in range(3):
        head.zero_grad()
        (layer(_batch(k)) ** 2).mean().backward()
        P = torch.tensor(optim.inverse_power(head.covariance.numpy(), 1.0, rho=0.2))
        velocity = 0.9 * velocity + layer.weight.grad @ P
        of_bias = 0.9 * of_bias + layer.bias.grad
        weight, bias = weight - 0.3 * velocity, bias - 0.3 * of_bias
        head.step()
    torch.testing.assert_close(layer.weight.detach(), weight, rtol=1e-10, atol=1e-10)
    torch.testing.assert_close(layer.bias.detach(), bias, rtol=1e-10, atol=1e-10)


def test_it_trains_the_linear_model_as_descent_does(digits) -> None:
    _, _, W0 = digits
    x1, x2 = views.make_pairs(data.load_images("digits"))
    x = np.vstack([x1, x2])
    x = x - x.mean(0)
    x1, x2 = np.split(x, 2)
    Gamma, Sigma = linear.cross_moment(x1, x2), x.T @ x / len(x)
    P = optim.inverse_power(Sigma, rho=0.01)
    lr = _rate(Gamma, P)
    run = optim.descent(Gamma, W0, lr, 60, P)
    layer = torch.nn.Linear(64, D, bias=False, dtype=torch.float64)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor(W0))
    head = optim.PreconditionedSGD(layer, lr=lr, rho=0.01)
    views_ = torch.tensor(x)
    for _ in range(60):
        head.zero_grad()
        z1, z2 = layer(views_).chunk(2)
        C = (z1.T @ z2 + z2.T @ z1) / (2 * len(z1))
        ((C - torch.eye(D, dtype=C.dtype)) ** 2).sum().backward()
        head.step()
    np.testing.assert_allclose(layer.weight.detach().numpy(), run.W, atol=1e-8)


def test_only_training_passes_are_measured() -> None:
    layer = _layer()
    head = optim.PreconditionedSGD(layer, lr=0.1, rho=0.1)
    layer(_batch(0).float())
    once = head.covariance.clone()
    with torch.no_grad():
        layer(_batch(1).float())
    layer.eval()(_batch(1).float())
    torch.testing.assert_close(head.covariance, once)
    layer.train()
    head.detach()
    layer(_batch(1).float())
    torch.testing.assert_close(head.covariance, once)


def test_a_copied_layer_measures_for_itself() -> None:
    layer = _layer()
    head = optim.PreconditionedSGD(layer, lr=0.1, rho=0.1)
    layer(_batch(0).float())
    once = head.covariance.clone()
    saved = io.BytesIO()
    torch.save(layer, saved)
    saved.seek(0)
    for again in (copy.deepcopy(layer), torch.load(saved, weights_only=False)):
        again(_batch(1).float()).sum().backward()
        torch.testing.assert_close(head.covariance, once, rtol=0, atol=0)
        assert again.weight.grad is not None and layer.weight.grad is None


def test_leading_axes_are_rows() -> None:
    layer = _layer()
    head = optim.PreconditionedSGD(layer, lr=0.1, rho=0.1)
    layer(_batch(0).float().reshape(4, 10, 5))
    want = torch.tensor(np.cov(_batch(0).numpy().T, bias=True), dtype=torch.float32)
    torch.testing.assert_close(head.covariance, want)


def test_half_precision_is_measured_in_single() -> None:
    layer = _layer(dtype=torch.bfloat16)
    head = optim.PreconditionedSGD(layer, lr=0.1, rho=0.1)
    layer(_batch(0).bfloat16()).float().square().mean().backward()
    assert head.covariance.dtype == torch.float32
    head.step()
    assert layer.weight.dtype == torch.bfloat16 and layer.weight.isfinite().all()


def test_it_resumes_from_its_state() -> None:
    def train(layer, head, steps):
        for k in steps:
            head.zero_grad()
            (layer(_batch(k).float()) ** 2).mean().backward()
            head.step()

    layer = _layer()
    head = optim.PreconditionedSGD(layer, lr=0.01, rho=0.1, momentum=0.9)
    train(layer, head, range(3))
    saved = io.BytesIO()
    torch.save({"layer": layer.state_dict(), "head": head.state_dict()}, saved)
    train(layer, head, range(3, 6))
    again = _layer()
    resumed = optim.PreconditionedSGD(again, lr=99.0, rho=99.0)
    saved.seek(0)
    state = torch.load(saved, weights_only=True)
    again.load_state_dict(state["layer"])
    resumed.load_state_dict(state["head"])
    train(again, resumed, range(3, 6))
    torch.testing.assert_close(again.weight, layer.weight, rtol=0, atol=0)


def test_beside_another_optimiser_with_schedule_and_closure() -> None:
    model = networks.small_resnet(3, channels=1, init_scale=0.01)
    head = optim.PreconditionedSGD(model.head[-1], lr=0.1, rho=0.1)
    trunk = torch.optim.SGD(model.trunk.parameters(), lr=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(head, lambda k: 0.5**k)
    x = torch.rand(8, 1, 16, 16, generator=torch.Generator().manual_seed(0))
    target = torch.linspace(-1, 1, 24).reshape(8, 3)

    def closure():
        head.zero_grad()
        trunk.zero_grad()
        loss = ((model(x) - target) ** 2).mean()
        loss.backward()
        return loss

    before = copy.deepcopy(model.state_dict())
    loss = head.step(closure)
    trunk.step()
    schedule.step()
    assert loss.item() > 0 and head.param_groups[0]["lr"] == pytest.approx(0.05)
    after = model.state_dict()
    for moved in ("head.0.weight", "trunk.0.0.weight"):
        assert not torch.equal(after[moved], before[moved])


def test_what_it_refuses() -> None:
    layer = _layer()
    with pytest.raises(TypeError, match=r"layer is an ndarray; .*torch.nn.Linear"):
        optim.PreconditionedSGD(np.eye(2), lr=0.1, rho=0.1)
    for name, bad in (
        *(("lr", 0), ("rho", 0), ("power", -1), ("memory", -0.1), ("memory", 1)),
        *(("momentum", -0.1), ("momentum", 1)),
    ):
        with pytest.raises(ValueError, match=rf"{name} is {bad}"):
            optim.PreconditionedSGD(layer, **{"lr": 0.1, "rho": 0.1, name: bad})
    head = optim.PreconditionedSGD(layer, lr=0.1, rho=0.1)
    layer.weight.grad = torch.ones(3, 5)
    with pytest.raises(ValueError, match="layer has had no forward pass in training mode"):
        head.step()
    with pytest.raises(ValueError, match=r"layer was given 1 row"):
        layer(torch.ones(1, 5))


# --- the recorded runs -------------------------------------------------------------------------


def test_the_recorded_updates_on_cifar10_are_predicted(report) -> None:
    """Three starts, nine updates: steps within 3 %, squared weights within 1 %."""
    run = data.load_run("faster_linear_cifar10")
    other = run.other
    assert set(other) == set(run.meta["other"]) == set(faster_linear.MEANING)
    # As JSON has them: tuples are lists there.
    assert run.meta["config"] == faster_linear.CONFIG
    for k, name in enumerate(other["update"]):
        report(f"{name}: {other['measured'][k]} / {other['predicted'][k].round(1)} steps")
        diverges = np.isinf(other["predicted"][k])
        np.testing.assert_array_equal(np.isinf(other["measured"][k]), diverges)
        # Muon's theory is that of an aligned start. Others turn first, and none is earlier.
        low, high = {"momentum .9": (0.95, 1.05), "Muon": (1.0, 1.12)}.get(name, (0.97, 1.03))
        ratio = other["measured"][k, ~diverges] / other["predicted"][k, ~diverges]
        assert (ratio > low).all() and (ratio < high).all()
        if name == "Γ^(−1)":
            np.testing.assert_array_equal(diverges, other["smallest_start"] < 0)
        else:
            assert not diverges.any()
        if name not in ("momentum .9", "Muon"):
            np.testing.assert_allclose(
                other["excess"][k], other["predicted_excess"][k], rtol=0.01, equal_nan=True
            )
            np.testing.assert_allclose(
                other["share"][k], other["predicted_share"][k], atol=0.01, equal_nan=True
            )


@pytest.mark.parametrize("name", faster.CONFIGS)
def test_a_grid_is_whole(name) -> None:
    run, grid = data.load_run(name), faster.GRIDS[name]
    assert set(run.other) == set(run.meta["other"]) == set(faster.MEANING)
    rows = zip(
        *(run.other[key].tolist() for key in ("setting", "trunk_lr", "head_lr")), strict=True
    )
    assert tuple(rows) == grid
    settings = TrainConfig.from_dict(
        {key: value for key, value in run.meta["config"].items() if key != "rho"}
    )
    assert settings == faster.CONFIGS[name]
    curves = run.other["curves"]
    assert curves.shape == (len(grid), len(faster.SEEDS), len(run.steps), 10)
    passed = [[faster.passed(curve) for curve in seeds] for seeds in curves]
    np.testing.assert_allclose(run.other["passed"], passed, rtol=1e-3)
    ended = np.isfinite(run.other["losses"][..., -1])
    np.testing.assert_array_equal(np.isfinite(run.other["probe"]), ended)


def test_the_grid_s_runs_can_be_made_again() -> None:
    run = data.load_run("faster_digits")
    # The slowest head: at three times its rate rounding has grown to .5 % by step 20.
    grid = faster.GRIDS["faster_digits"]
    k = grid.index(("preconditioned", 0.02, 0.03))
    config = faster.CONFIGS["faster_digits"].replace(steps=20, evaluations=0)
    again = faster.climb(config, grid[k])
    # Other threads add in another order, and the recorded numbers have 32 bits.
    np.testing.assert_allclose(again["curves"], run.other["curves"][k, 0, :3], rtol=1e-3, atol=1e-9)
