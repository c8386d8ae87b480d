"""The package neither changes nor depends on what is set for the whole process.

CALLS has a call for each public function that computes. Each leaves PyTorch, NumPy, Matplotlib and
Python as they were, and gives the same whatever they are set to.
"""

from __future__ import annotations

import inspect
import locale
import os
import random
import signal
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from PIL import Image

from stepwise_ssl import (
    checks,
    data,
    deep_linear,
    kernels,
    linear,
    losses,
    meaning,
    networks,
    ntk,
    optim,
    plots,
    spectra,
    views,
    widgets,
)

IMAGES = data.load_images("digits", n=6)


def _own_folder() -> np.ndarray:
    with tempfile.TemporaryDirectory() as folder:
        Image.fromarray(IMAGES.x[0, ..., 0]).save(Path(folder) / "0.png")
        return data.load_folder(folder).x


RNG = np.random.default_rng(0)
X1, X2 = RNG.normal(size=(2, 6, 4))
G, W, T = np.diag([0.5, 0.2, 0.1, -0.1]), RNG.normal(size=(2, 4)) / 100, np.array([0.0, 1.0, 9.0])
ROOT = np.diag([1.0, 2, 3, 3])
GAMMA, S0, CURVES = (
    np.array([0.5, -0.2]),
    np.array([0.1, 0.1]),
    np.array([[0.0, 0], [0.4, 0.1], [1, 0.9]]),
)
CLOUD = RNG.normal(size=(3, 5, 2)) * np.array([0.1, 1, 2])[:, None, None]
Z1, Z2 = (torch.tensor(x, dtype=torch.float32) for x in (X1, X2))
AXES = torch.eye(X1.shape[1], dtype=torch.float32)  # here, where the default device is the CPU
PICTURES = torch.tensor(IMAGES.x).permute(0, 3, 1, 2)
DRAWS = torch.tensor(RNG.random((6, 14)), dtype=torch.float32)
AUGMENT = views.Augment(blur=0.5, solarize=0.2)
KERNEL = kernels.rbf(np.vstack([X1, X2]), np.vstack([X1, X2]), 2.0)
BLOCKS = np.einsum("ab,ij->abij", np.eye(2), KERNEL)


def answer(t, gamma, s0):
    """What a learner may give as an answer; the course's own would count as a blank."""
    return linear.singular_values(t, gamma, s0)


def _net() -> ntk.MLP:
    return ntk.MLP((4, 5, 2), seed=1)


def _weights(model: torch.nn.Module) -> list[torch.Tensor]:
    return list(model.state_dict().values())


def _trained(net: ntk.MLP) -> object:
    return ntk.train(net, X1, X2, 0.1, 0.1, 3).eigenvalues


def _fitted() -> object:
    model = kernels.ContrastiveKernelPCA(2).fit(X1, X2)
    return model.transform(X1), model.step_times(S0)


def _preconditioned() -> torch.Tensor:
    # A layer of its own would draw its first weights.
    layer = torch.nn.utils.skip_init(torch.nn.Linear, 4, 2, bias=False, **networks._encoder.PLACE)
    with torch.no_grad():
        layer.weight.copy_(torch.from_numpy(W))
    head = optim.PreconditionedSGD(layer, lr=0.1, rho=0.1)
    with torch.enable_grad(), torch.autocast("cpu", enabled=False):
        (layer(Z1) ** 2).sum().backward()
    head.step()
    return layer.weight.detach()


def _run(run: linear.Trajectory | deep_linear.Trajectory) -> object:
    return run.t, run.eigenvalues, run.loss, run.W


CALLS: dict[str, Callable[[], object]] = {
    "data.load_folder": lambda: _own_folder(),
    "data.load_images": lambda: data.load_images("digits", n=3).x,
    "data.load_run": lambda: data.load_run("digits_simclr_s0").eigenvalues,
    "views.make_pairs": lambda: views.make_pairs(IMAGES, seed=2**70),
    "views.Augment.draw": lambda: AUGMENT.draw(3, torch.Generator().manual_seed(1)),
    "views.Augment.apply": lambda: AUGMENT.apply(PICTURES, DRAWS),
    "views.Augment": lambda: AUGMENT(PICTURES, torch.Generator().manual_seed(1)),
    "linear.cross_moment": lambda: linear.cross_moment(X1, X2),
    "linear.modes": lambda: linear.modes(G, 2),
    "linear.final_weights": lambda: linear.final_weights(G, 2),
    "linear.random_init": lambda: linear.random_init(2, 3, 0.1, 2**70),
    "linear.typical_init": lambda: linear.typical_init(3, 0.1),
    "linear.effective_init": lambda: linear.effective_init(W, np.eye(4, 2)),
    "linear.singular_values": lambda: linear.singular_values(T, GAMMA, S0),
    "linear.embedding_eigenvalues": lambda: linear.embedding_eigenvalues(T, GAMMA, S0),
    "linear.loss": lambda: linear.loss(T, GAMMA, S0),
    "linear.step_times": lambda: linear.step_times(GAMMA, S0),
    "linear.gradient_flow": lambda: _run(linear.gradient_flow(G, W, T)),
    "linear.gradient_descent": lambda: _run(linear.gradient_descent(G, W, 0.1, 5)),
    "deep_linear.embedding_eigenvalues": lambda: deep_linear.embedding_eigenvalues(T, GAMMA, S0, 1),
    "deep_linear.step_times": lambda: deep_linear.step_times(GAMMA, S0, 1),
    "deep_linear.feature_raise": lambda: deep_linear.feature_raise(GAMMA, 1),
    "deep_linear.time_saved": lambda: deep_linear.time_saved([1, 3]),
    "deep_linear.gradient_flow": lambda: _run(deep_linear.gradient_flow(G, W, G, T)),
    "deep_linear.gradient_descent": lambda: _run(deep_linear.gradient_descent(G, W, G, 0.1, 5)),
    "optim.inverse_power": lambda: optim.inverse_power(G, 0.5, 0.1),
    "optim.descent": lambda: _run(optim.descent(G, W, 0.1, 5, ROOT, 0.5)),
    "optim.muon_descent": lambda: _run(optim.muon_descent(G, W, 0.1, 5)),
    "optim.compare": lambda: [c.W for c in optim.compare(G, ROOT, W)],
    "optim.growth_rates": lambda: optim.growth_rates(G, 2, ROOT),
    "optim.step_counts": lambda: optim.step_counts(G, W, 0.1, ROOT, 0.5),
    "optim.final_weights": lambda: optim.final_weights(G, W, ROOT),
    "optim.signed_step_counts": lambda: optim.signed_step_counts(G, W, 0.1),
    "optim.muon_step_counts": lambda: optim.muon_step_counts(GAMMA, 0.1),
    "optim.weight_excess": lambda: optim.weight_excess(W, G),
    "optim.top_share": lambda: optim.top_share(W, G),
    "optim.PreconditionedSGD": lambda: _preconditioned(),
    "kernels.rbf": lambda: kernels.rbf(X1, X2),
    "kernels.laplace": lambda: kernels.laplace(X1, X2),
    "kernels.median_distance": lambda: kernels.median_distance(X1, X2),
    "kernels.contrastive_kernel": lambda: kernels.contrastive_kernel(KERNEL),
    "kernels.memory_needed": lambda: kernels.memory_needed(5, 5),
    "kernels.relu_mlp_kernel": lambda: kernels.relu_mlp_kernel(X1, X2),
    "kernels.gradient_descent": lambda: _run(
        kernels.gradient_descent(KERNEL, np.ones((1, 12)) / 99, 0.1, 3)
    ),
    "kernels.ContrastiveKernelPCA": _fitted,
    "ntk.MLP": lambda: _weights(_net()),
    "ntk.empirical_ntk": lambda: ntk.empirical_ntk(_net(), X1),
    "ntk.output_blocks": lambda: ntk.output_blocks(_net(), X1),
    "ntk.embed": lambda: ntk.embed(_net(), X1, X2),
    "ntk.train": lambda: _trained(_net()),
    "ntk.seeded_start": lambda: ntk.seeded_start(np.vstack([X1, X2])[:, :2] / 99, KERNEL, BLOCKS),
    "networks.mlp": lambda: _weights(networks.mlp(2, 5, bias_norm=1.0)),
    "networks.small_resnet": lambda: _weights(networks.small_resnet(2)),
    "networks.resnet18": lambda: _weights(networks.resnet18(2)),
    "networks.resnet50": lambda: _weights(networks.resnet50(2)),
    "losses.barlow_twins": lambda: losses.barlow_twins(Z1, Z2),
    "losses.nt_xent": lambda: losses.nt_xent(Z1, Z2),
    "losses.vicreg": lambda: losses.vicreg(Z1, Z2),
    "losses.spectral_contrastive": lambda: losses.spectral_contrastive(Z1, Z2),
    "losses.lejepa": lambda: losses.lejepa(Z1, Z2, AXES),
    "losses.sigreg": lambda: losses.sigreg(Z1, AXES),
    "spectra.covariance_eigenvalues": lambda: spectra.covariance_eigenvalues(X1),
    "spectra.rankme": lambda: spectra.rankme(X1),
    "spectra.effective_rank": lambda: spectra.effective_rank([1, 1e-300]),
    "spectra.participation_ratio": lambda: spectra.participation_ratio([1, 1e-300]),
    "spectra.alpha_req": lambda: spectra.alpha_req([1, 1e-300]),
    "spectra.mode_alignment": lambda: spectra.mode_alignment(X1, X2[:, :2]),
    "spectra.subspace_alignment": lambda: spectra.subspace_alignment(X1, X2),
    "spectra.linear_cka": lambda: spectra.linear_cka(X1, X2),
    "spectra.find_steps": lambda: spectra.find_steps(T, CURVES),
    "spectra.learned_directions": lambda: spectra.learned_directions(T, CLOUD, 2),
    "meaning.factors": lambda: list(meaning.factors(IMAGES).values()),
    "meaning.explained": lambda: meaning.explained(X1, X2[:, :2]),
    "meaning.permutation_null": lambda: meaning.permutation_null(X1, X2[:, :2], 3, 2**70),
    "plots.mode_colors": lambda: plots.mode_colors(3),
    "plots.compare": lambda: str(plots.compare([1, np.inf, 0], [1.1, np.inf, 1e-3])),
    "plots.staircase": lambda: _drawn(plots.staircase(T, CURVES, T[::-1], step_times=[1, np.inf])),
    "plots.spectrum": lambda: _drawn(plots.spectrum([1, 1e-3, -1e-4, 0]).figure),
    "plots.image_pairs": lambda: _drawn(plots.image_pairs(X1, X2, (2, 2), 2)),
    "widgets.staircase": lambda: _shown(widgets.staircase()),
    "widgets.kernel_plane": lambda: _shown(widgets.kernel_plane()),
    "widgets.three_losses": lambda: _shown(widgets.three_losses()),
    "widgets.network_circle": lambda: _shown(widgets.network_circle()),
    "widgets.two_layers": lambda: _shown(widgets.two_layers()),
    "widgets.climbing": lambda: _shown(widgets.climbing()),
    "widgets.mode_pictures": lambda: _shown(widgets.mode_pictures()),
    "widgets.embedding_space": lambda: _shown(widgets.embedding_space()),
    "checks.check": lambda: checks.check("2.4", answer) is answer,
}
# What a global setting is for, or what computes nothing.
NO_CALLS = {
    "plots.set_style",
    "checks.exercises",
    "checks.chapters",
    "checks.find",
    "checks.graded_check",
    "checks.inputs",
    "checks.progress",
}


def _drawn(figure: mpl.figure.Figure) -> np.ndarray:
    """The figure's pixels; the figure is the caller's, who closes it."""
    figure.canvas.draw()
    pixels = np.array(figure.canvas.buffer_rgba())
    plt.close(figure)
    return pixels


def _shown(widget: object) -> str:
    return widget._repr_mimebundle_()[0]["text/html"]


def test_every_public_function_has_a_call() -> None:
    rooms = (
        data, views, linear, deep_linear, kernels, ntk, networks, optim, losses, spectra, meaning,
        plots, widgets, checks,
    )  # fmt: skip
    public = {
        f"{room.__name__.split('.')[-1]}.{name}"
        for room in rooms
        for name in room.__all__
        if inspect.isfunction(inspect.unwrap(getattr(room, name)))
    }
    assert public - NO_CALLS <= set(CALLS)


def _plain(x: object) -> object:
    """A value that == compares: arrays as bytes."""
    if isinstance(x, np.ndarray):
        return x.dtype.str, x.shape, x.tobytes()
    if isinstance(x, list | tuple):
        return [_plain(entry) for entry in x]
    return x


def state_of_the_process() -> dict[str, object]:
    cudnn = torch.backends.cudnn
    return {
        "default dtype": torch.get_default_dtype(),
        "default device": torch.empty(0).device,
        "torch generator": _plain(torch.get_rng_state().numpy()),
        "threads": (torch.get_num_threads(), torch.get_num_interop_threads()),
        "gradients": torch.is_grad_enabled(),
        "deterministic": torch.are_deterministic_algorithms_enabled(),
        "cudnn": (cudnn.enabled, cudnn.benchmark, cudnn.deterministic, cudnn.allow_tf32),
        "matmul": torch.get_float32_matmul_precision(),
        "autocast": torch.is_autocast_enabled("cpu"),
        "numpy generator": _plain(np.random.get_state()),  # noqa: NPY002
        "numpy errors": np.geterr(),
        "numpy printing": {k: str(v) for k, v in np.get_printoptions().items()},
        "python generator": random.getstate(),
        "environment": dict(os.environ),
        "folder": os.getcwd(),
        "locale": locale.setlocale(locale.LC_ALL),
        "warnings": list(warnings.filters),
        "signals": [signal.getsignal(s) for s in (signal.SIGINT, signal.SIGTERM)],
        "matplotlib": {k: str(v) for k, v in mpl.rcParams.items()},
        "figures": plt.get_fignums(),
    }


@pytest.mark.parametrize("name", CALLS)
def test_a_call_leaves_the_process_as_it_was(name: str) -> None:
    CALLS[name]()  # imports and caches that a first call fills are no settings
    before = state_of_the_process()
    CALLS[name]()
    after = state_of_the_process()
    assert {k for k, v in before.items() if after[k] != v} == set()


@contextmanager
def _double_by_default() -> Iterator[None]:
    torch.set_default_dtype(torch.float64)
    try:
        yield
    finally:
        torch.set_default_dtype(torch.float32)


@contextmanager
def _other_seeds() -> Iterator[None]:
    python, numpy = random.getstate(), np.random.get_state()  # noqa: NPY002
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(99)
        np.random.seed(99)  # noqa: NPY002
        random.seed(99)
        try:
            yield
        finally:
            random.setstate(python)
            np.random.set_state(numpy)  # noqa: NPY002


@contextmanager
def _other_folder(tmp_path: Path) -> Iterator[None]:
    here = os.getcwd()
    os.chdir(tmp_path)
    try:
        yield
    finally:
        os.chdir(here)


@contextmanager
def _decimal_comma() -> Iterator[None]:
    """Where the machine has such a locale; Matplotlib follows it only when asked to."""
    before = locale.setlocale(locale.LC_ALL)
    with ExitStack() as stack:
        stack.callback(locale.setlocale, locale.LC_ALL, before)
        for name in ("de_DE.UTF-8", "fr_FR.UTF-8", "de_DE", "nl_NL.UTF-8"):
            try:
                locale.setlocale(locale.LC_ALL, name)
                break
            except locale.Error:
                continue
        yield


SETTINGS: dict[str, Callable[[Path], object]] = {
    "default dtype": lambda _: _double_by_default(),
    "default device": lambda _: torch.device("meta"),
    "no gradients": lambda _: torch.no_grad(),
    "autocast": lambda _: torch.autocast("cpu", dtype=torch.bfloat16),
    "numpy errors": lambda _: np.errstate(all="raise"),
    "seeds": lambda _: _other_seeds(),
    "folder": _other_folder,
    "decimal comma": lambda _: _decimal_comma(),
}


@contextmanager
def _other_settings(tmp_path: Path) -> Iterator[None]:
    """All at once: which one it was is easily found, and it seldom is one."""
    with ExitStack() as stack:
        for setting in SETTINGS.values():
            stack.enter_context(setting(tmp_path))
        stack.enter_context(warnings.catch_warnings())
        warnings.simplefilter("error")
        yield


@pytest.mark.parametrize("name", CALLS)
def test_a_result_does_not_depend_on_the_settings_of_the_process(name: str, tmp_path: Path) -> None:
    wanted = CALLS[name]()
    with _other_settings(tmp_path):
        got = CALLS[name]()
    _assert_same(got, wanted)


def _assert_same(got: object, wanted: object) -> None:
    if isinstance(wanted, list | tuple):
        assert len(got) == len(wanted)
        for one, other in zip(got, wanted, strict=True):
            _assert_same(one, other)
    elif isinstance(wanted, torch.Tensor):
        torch.testing.assert_close(got, wanted, rtol=0, atol=0)
    elif isinstance(wanted, np.ndarray):
        np.testing.assert_array_equal(got, wanted, strict=True)
    else:
        assert got == wanted
