"""The widgets as Python objects. What they do in a browser is tested in tests/browser."""

from __future__ import annotations

import base64
import io
import json
import re
from collections.abc import Callable

import anywidget
import numpy as np
import pytest
import traitlets
from PIL import Image

from stepwise_ssl import data, deep_linear, kernels, linear, optim, runs, spectra, views, widgets
from stepwise_ssl.widgets import _film, _recorded

OWN = [0.4, 0.2, 0.1, -0.05]


def page_form(widget: anywidget.AnyWidget) -> str:
    return widget._repr_mimebundle_()[0]["text/html"]


def alt_text(html: str) -> str:
    return re.search(r'<img [^>]*alt="([^"]+)"', html)[1]


def test_live_and_static_form_go_together() -> None:
    data, metadata = widgets.staircase()._repr_mimebundle_()
    assert set(data) == {"text/plain", "text/html", "application/vnd.jupyter.widget-view+json"}
    assert isinstance(metadata, dict)
    assert data["text/plain"].startswith("Staircase explorer: d = 10, steps at t = 3.45, 10.1,")


def test_ipywidgets_7_does_not_pass_the_static_form_by() -> None:
    # IPython asks _ipython_display_ before _repr_mimebundle_; ipywidgets 7 defines it.
    assert widgets.StaircaseExplorer._ipython_display_ is None


def test_state_for_the_page_is_the_state_of_the_widget() -> None:
    widget = widgets.staircase(gamma=OWN, s0=1e-3, d=3)
    html = page_form(widget)
    assert html.startswith('<div class="stepwise-widget" data-widget="staircase">')
    state = json.loads(re.search(r'<script type="application/json">(.*?)</script>', html)[1])
    assert state["gamma"] == OWN and state["s0"] == [1e-3] * 4 and state["d"] == 3
    shared = widget.get_state()
    assert {name: shared[name] for name in state} == state
    assert shared["_esm"].rstrip().endswith("export default { render };")


def test_a_message_from_the_sliders_reaches_python() -> None:
    widget = widgets.staircase()
    widget.set_state({"alpha": 1e-4, "exponent": 2.0, "d": 3, "t": 50.0})
    gamma, s0 = widget.spectrum()
    np.testing.assert_array_equal(gamma, [1, 1 / 4, 1 / 9])
    np.testing.assert_array_equal(s0, [1e-4] * 3)
    assert widget.t == 50


@pytest.mark.parametrize(
    "arguments, words",
    [
        ({}, "goes from 10.0 to 0.0, steps at t = 3.45, 10.1,"),
        ({"gamma": OWN, "alpha": 1e-4}, "goes from 4.0 to 1.0, steps at t = "),
        ({"gamma": [-0.3, 0.0]}, "goes from 2.0 to 2.0, no step."),
        ({"gamma": [0.5], "s0": [4.0]}, "no step."),
        ({"d": 40}, "40 steps between t = 3.45 and t = "),
    ],
)
def test_still_picture_says_what_one_sees(arguments: dict, words: str) -> None:
    html = page_form(widgets.staircase(**arguments))
    assert words in alt_text(html)
    png = base64.b64decode(re.search(r'src="data:image/png;base64,([^"]+)"', html)[1])
    assert Image.open(io.BytesIO(png)).width > 700
    assert "need JavaScript" in html
    assert len(html) < 40_000  # ten of them leave a notebook well under its limit of 1 MB


def test_cursor_starts_between_two_steps() -> None:
    widget = widgets.staircase()
    tau = linear.step_times(*widget.spectrum())
    assert tau[3] < widget.t < tau[4]


def test_more_modes_than_can_be_shown_are_left_out() -> None:
    gamma = np.geomspace(1, 1e-3, 64)
    widget = widgets.staircase(gamma=gamma)
    assert widget.d == 40
    np.testing.assert_array_equal(widget.spectrum()[0], gamma[:40])


BAD = [
    ({"gamma": []}, ValueError, "gamma has shape"),
    ({"gamma": [[1.0, 2.0]]}, ValueError, "gamma has shape"),
    ({"gamma": [1.0, np.nan]}, ValueError, "gamma has 1 entry NaN or infinite"),
    ({"gamma": "steep"}, TypeError, "gamma is"),
    ({"gamma": OWN, "s0": [1e-3]}, ValueError, "s0 has shape"),
    ({"gamma": OWN, "s0": [1e-3, 1e-3, -1, 1e-3]}, ValueError, r"s0\[2\] is -1"),
    ({"gamma": OWN, "s0": -1e-3}, ValueError, r"s0\[0\] is -0.001"),
    ({"s0": [1e-3] * 10}, ValueError, "s0 is given without gamma"),
    ({"gamma": OWN, "s0": 1e-3, "alpha": 1e-3}, ValueError, "alpha is 0.001 and s0 is given"),
    ({"gamma": OWN, "exponent": 1.0}, ValueError, "exponent is 1.0 and gamma is given"),
    ({"exponent": -1}, ValueError, "exponent is -1"),
    ({"exponent": 3.5}, ValueError, "exponent is 3.5; it must be between 0 and 3"),
    ({"exponent": "1"}, TypeError, "exponent is the str '1'"),
    ({"alpha": 0}, ValueError, "alpha is 0"),
    ({"alpha": np.inf}, ValueError, "alpha is inf"),
    ({"d": 0}, ValueError, "d is 0; it must be between 1 and 40"),
    ({"d": 41}, ValueError, "d is 41; it must be between 1 and 40"),
    ({"d": 2.5}, TypeError, "d is the float 2.5"),
    ({"gamma": OWN, "d": 5}, ValueError, "d is 5; it must be between 1 and 4, the modes in gamma"),
]


@pytest.mark.parametrize("arguments, error, words", BAD)
def test_bad_input_names_the_argument(arguments: dict, error: type, words: str) -> None:
    with pytest.raises(error, match=words):
        widgets.staircase(**arguments)


@pytest.mark.parametrize("name, value", [("alpha", -1.0), ("d", 41), ("d", 0), ("exponent", 4.0)])
def test_traits_refuse_what_the_function_refuses(name: str, value: float) -> None:
    widget = widgets.staircase()
    before = getattr(widget, name)
    with pytest.raises((ValueError, traitlets.TraitError), match=name):
        setattr(widget, name, value)
    assert getattr(widget, name) == before


# --- The kernel plane --------------------------------------------------------------------------


def test_kernel_plane_has_live_and_static_form() -> None:
    plane = widgets.kernel_plane(mode=3)
    data, _ = plane._repr_mimebundle_()
    assert set(data) == {"text/plain", "text/html", "application/vnd.jupyter.widget-view+json"}
    assert data["text/plain"].startswith(
        "Kernel plane: Gaussian kernel, a = 1.5, SSL mode 3, γ = 0.0"
    )
    assert widgets.KernelPlane._ipython_display_ is None
    html = data["text/html"]
    assert html.startswith('<div class="stepwise-widget" data-widget="kernel_plane">')
    state = json.loads(re.search(r'<script type="application/json">(.*?)</script>', html)[1])
    shared = plane.get_state()
    assert {name: shared[name] for name in state} == state
    assert shared["_esm"].rstrip().endswith("export default { render };")


def test_kernel_planes_views_are_as_far_apart_as_said() -> None:
    plane = widgets.kernel_plane()
    plane.set_state({"augmentation": 0.8, "kernel": "laplace", "method": "pca", "mode": 5})
    x1, x2 = plane.views()
    assert x1.shape == x2.shape == (24, 2)
    np.testing.assert_allclose(np.linalg.norm(x1 - x2, axis=1).mean(), 0.8)
    np.testing.assert_array_equal(x1[:, 1], x2[:, 1])
    both = np.vstack([x1, x2])
    np.testing.assert_allclose(both.mean(0), 0, atol=1e-3)  # for the linear kernel
    assert both[:, 0].std() > 1.2 * both[:, 1].std()  # the views differ where the data vary most


@pytest.mark.parametrize("kernel", ["rbf", "laplace", "linear"])
@pytest.mark.parametrize("method", ["ssl", "pca"])
def test_kernel_planes_function_has_the_moment_that_defines_it(kernel: str, method: str) -> None:
    plane = widgets.kernel_plane(kernel, method=method)
    gamma, kappa = plane.spectra()
    first, second = (plane.function(x) for x in plane.views())
    if method == "ssl":  # C = I
        np.testing.assert_allclose(np.mean(first * second), 1, rtol=1e-10)
    else:
        mean_square = (np.mean(first**2) + np.mean(second**2)) / 2
        np.testing.assert_allclose(mean_square, kappa[1], rtol=1e-10)
    assert gamma[0] < kappa[0]  # the views differ, so no mode keeps all of its mean square


@pytest.mark.parametrize(
    "arguments, words",
    [
        ({}, "SSL mode 2, γ = 0.147, step at t = 25.1 from s(0) = 10⁻⁶, Gaussian kernel."),
        ({"mode": 48}, "no step, Gaussian kernel. Below, the eigenvalues of SSL, from 0.363"),
        ({"kernel": "linear", "augmentation": 2.5}, "γ = 0, no step, linear kernel."),
        ({"kernel": "linear", "augmentation": 2.2}, "of SSL, from 0.602 down to -0.0136, and"),
        ({"kernel": "linear", "method": "pca", "mode": 3}, "kernel PCA mode 3, mean square 0,"),
        ({"augmentation": 0, "kernel": "laplace"}, "from 0.32 down to 0, and of kernel PCA"),
    ],
)
def test_kernel_planes_still_picture_says_what_one_sees(arguments: dict, words: str) -> None:
    html = page_form(widgets.kernel_plane(**arguments))
    assert words in alt_text(html)
    assert len(html) < 40_000


@pytest.mark.parametrize(
    "arguments, error, words",
    [
        ({"kernel": "ntk"}, ValueError, "kernel is 'ntk'; it must be one of 'rbf', 'laplace', "),
        ({"kernel": None}, TypeError, "kernel is None"),
        ({"bandwidth": 0.1}, ValueError, "bandwidth is 0.1; it must be between 0.2 and 4"),
        ({"bandwidth": np.nan}, ValueError, "bandwidth is nan"),
        ({"augmentation": -1}, ValueError, "augmentation is -1; it must be between 0 and 2.5"),
        ({"augmentation": "far"}, TypeError, "augmentation is the str 'far'"),
        ({"method": "simclr"}, ValueError, "method is 'simclr'; it must be one of 'ssl', 'pca'"),
        ({"mode": 0}, ValueError, "mode is 0; it must be between 1 and 48"),
        ({"mode": 2.0}, TypeError, "mode is the float 2.0"),
    ],
)
def test_kernel_plane_names_the_bad_argument(arguments: dict, error: type, words: str) -> None:
    with pytest.raises(error, match=words):
        widgets.kernel_plane(**arguments)


@pytest.mark.parametrize(
    "name, value",
    [("kernel", "ntk"), ("bandwidth", 5.0), ("augmentation", 3.0), ("method", ""), ("mode", 49)],
)
def test_kernel_planes_traits_refuse_the_same(name: str, value: object) -> None:
    plane = widgets.kernel_plane()
    with pytest.raises(traitlets.TraitError, match=name):
        setattr(plane, name, value)


# --- The network circle ------------------------------------------------------------------------


def test_network_circle_has_live_and_static_form() -> None:
    circle = widgets.network_circle(3, bias=0.2, turn=10)
    data, _ = circle._repr_mimebundle_()
    assert set(data) == {"text/plain", "text/html", "application/vnd.jupyter.widget-view+json"}
    assert data["text/plain"].startswith("Network circle, depth 3, b_std = 0.2: waves are learned")
    html = data["text/html"]
    assert html.startswith('<div class="stepwise-widget" data-widget="network_circle">')
    state = json.loads(re.search(r'<script type="application/json">(.*?)</script>', html)[1])
    assert state == {"depth": 3, "bias": 0.2, "turn": 10}
    assert "with 3 hidden layers" in alt_text(html) and "need JavaScript" in html
    assert len(html) < 40_000


@pytest.mark.parametrize(("depth", "bias"), [(1, 0.0), (1, 0.5), (4, 0.0), (10, 1.0)])
def test_network_circles_kernels_are_largest_at_angle_0(depth, bias) -> None:
    circle = widgets.network_circle(depth, bias=bias)
    assert "over the angle between two inputs, largest at 0." in circle._picture()[1]
    for kernel in circle.kernel():
        assert kernel[0] > np.abs(kernel[1:]).max()


@pytest.mark.parametrize("depth, bias, turn", [(1, 0.0, 3), (2, 0.3, 12), (6, 0.0, 20)])
def test_network_circles_waves_are_the_modes_of_its_pictures(depth, bias, turn) -> None:
    """γ_k against the eigenvalues of K_Γ for pictures around the circle."""
    circle = widgets.network_circle(depth, bias=bias, turn=turn)
    angle = 2 * np.pi * np.arange(256) / 256
    shift = np.deg2rad(turn)
    views = np.concatenate([angle + shift, angle - shift])
    points = np.column_stack([np.cos(views), np.sin(views)])
    K = kernels.relu_mlp_kernel(points, points, depth, 2**0.5, bias)[1]
    every = np.linalg.eigvalsh(kernels.contrastive_kernel(K))[::-1]
    gamma = circle.gamma()
    # Each wave twice but for k = 0; 256 pictures see the kink at 0 to some 1e-4.
    twice = np.sort(np.concatenate([gamma[:1], np.repeat(gamma[1:], 2)]))[::-1]
    np.testing.assert_allclose(every[:4], twice[:4], atol=3e-4 * gamma.max())


def test_a_message_from_the_network_circles_sliders_reaches_python() -> None:
    circle = widgets.network_circle()
    assert circle._words().endswith("never: 3, 5, 7, 9, 11")
    circle.set_state({"depth": 2})
    assert "never" not in circle._words()


@pytest.mark.parametrize(
    "arguments, error, words",
    [
        ({"depth": 0}, ValueError, "depth is 0; it must be between 1 and 10"),
        ({"depth": 11}, ValueError, "depth is 11; it must be between 1 and 10"),
        ({"depth": 1.5}, TypeError, "depth is the float 1.5"),
        ({"bias": -0.1}, ValueError, "bias is -0.1"),
        ({"bias": 1.5}, ValueError, "bias is 1.5; it must be between 0 and 1"),
        ({"turn": 50}, ValueError, "turn is 50; it must be between 0 and 45"),
        ({"turn": "a"}, TypeError, "turn is the str 'a'"),
    ],
)
def test_network_circle_names_the_bad_argument(arguments: dict, error: type, words: str) -> None:
    with pytest.raises(error, match=words):
        widgets.network_circle(**arguments)


# --- Three losses from one start ---------------------------------------------------------------


def test_three_losses_have_live_and_static_form() -> None:
    explorer = widgets.three_losses(alpha=1e-4)
    bundle, _ = explorer._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/html", "application/vnd.jupyter.widget-view+json"}
    assert bundle["text/plain"].startswith("Three losses from one start: first mode grown: Barlow")
    assert widgets.ThreeLosses._ipython_display_ is None
    html = bundle["text/html"]
    state = json.loads(re.search(r'<script type="application/json">(.*?)</script>', html)[1])
    shared = explorer.get_state()
    assert {name: shared[name] for name in state} == state
    assert shared["_esm"].rstrip().endswith("export default { render };")
    assert "VICReg's first three directions: alignment 1.00 with Σ" in alt_text(html).replace(
        "&#x27;", "'"
    )
    assert len(html) < 40_000


def test_three_losses_rates_are_those_of_the_operators_on_all_pixels() -> None:
    """Twelve directions of most variance are enough for the rates of five modes."""
    explorer = widgets.three_losses(temperature=0.5)
    x1, x2 = views.make_pairs(data.load_images("digits"), seed=0)
    gamma = linear.modes(linear.cross_moment(x1, x2), 2)[0]
    growth = explorer.growth()
    # Leaving directions out can only lower the largest eigenvalues.
    assert (growth["Barlow Twins"].rates[:2] <= 8 * gamma).all()
    np.testing.assert_allclose(growth["Barlow Twins"].rates[:2], 8 * gamma, rtol=0.02)
    np.testing.assert_allclose(growth["SimCLR"].rates, growth["Barlow Twins"].rates, rtol=1e-12)


def test_three_losses_turn_with_the_weight_of_invariance() -> None:
    balanced = widgets.three_losses(invariance=25 / (4 * 1e-2)).growth()  # μ/√ε = 4ν
    assert balanced["VICReg"].like_gamma > 1 - 1e-12
    np.testing.assert_allclose(
        balanced["VICReg"].rates / balanced["VICReg"].rates[0],
        balanced["Barlow Twins"].rates / balanced["Barlow Twins"].rates[0],
    )
    severe = widgets.three_losses(invariance=3000.0, variance=3.0).growth()["VICReg"]
    assert np.isinf(severe.times).all()


@pytest.mark.parametrize(
    "arguments, error, words",
    [
        ({"alpha": 0}, ValueError, "alpha is 0; it must be between 1e-12 and 0.01"),
        ({"alpha": np.nan}, ValueError, "alpha is nan"),
        ({"temperature": 3}, ValueError, "temperature is 3; it must be between 0.05 and 2"),
        ({"temperature": "warm"}, TypeError, "temperature is the str 'warm'"),
        ({"invariance": -1}, ValueError, "invariance is -1; it must be between 0 and 3000"),
        ({"variance": 0}, ValueError, "variance is 0; it must be between 1 and 100"),
        ({"eps": 1}, ValueError, "eps is 1; it must be between 1e-06 and 0.1"),
    ],
)
def test_three_losses_name_a_bad_argument(arguments: dict, error: type, words: str) -> None:
    with pytest.raises(error, match=words):
        widgets.three_losses(**arguments)


def test_three_losses_traits_refuse_what_the_function_refuses() -> None:
    explorer = widgets.three_losses()
    with pytest.raises(ValueError, match="eps is 5"):
        explorer.eps = 5.0
    assert explorer.eps == 1e-4


# --- Two layers --------------------------------------------------------------------------------


def test_two_layers_have_live_and_static_form() -> None:
    explorer = widgets.two_layers(p0=1.0, d=3)
    bundle, _ = explorer._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/html", "application/vnd.jupyter.widget-view+json"}
    assert bundle["text/plain"].startswith("Two layers, d = 3: With both layers trained, the first")
    assert widgets.TwoLayers._ipython_display_ is None
    html = bundle["text/html"]
    assert html.startswith('<div class="stepwise-widget" data-widget="two_layers">')
    state = json.loads(re.search(r'<script type="application/json">(.*?)</script>', html)[1])
    assert state == {"p0": 1.0, "s0": 1e-3, "exponent": 1.0, "d": 3}
    assert explorer.get_state()["_esm"].rstrip().endswith("export default { render };")


@pytest.mark.parametrize("p0, s0", [(0.1, 0.1), (0.5, 0.01), (1.0, 1e-3), (3.0, 0.1)])
def test_two_layers_features_are_those_of_a_simulation(p0: float, s0: float) -> None:
    explorer = widgets.two_layers(p0=p0, s0=s0, exponent=0.5, d=2)
    gamma, (tau, _) = explorer.spectrum(), explorer.step_times()
    t = np.array([0, *tau, 2 * tau[-1]])
    run = deep_linear.gradient_flow(np.diag(gamma), s0 * np.eye(2), p0 * np.eye(2), t)
    measured = np.einsum("thj,thj->tj", run.A, run.A) * gamma
    np.testing.assert_allclose(explorer.features(explorer.eigenvalues(t)[0]), measured, rtol=1e-6)


@pytest.mark.parametrize("p0", [0.1, 1.0, 10.0])
def test_two_layers_raise_is_that_of_chapter_8(p0: float) -> None:
    explorer = widgets.two_layers(p0=p0, s0=1e-6)
    gamma = explorer.spectrum()
    raised = explorer.features(np.ones(5)) / (gamma * p0**2)
    # The formula is for a head that starts at nothing; (s0/p0)² is 1e-10 at most.
    np.testing.assert_allclose(raised, deep_linear.feature_raise(gamma, p0), rtol=1e-9)


@pytest.mark.parametrize(
    "arguments, words",
    [
        ({}, "the first step comes at t = 6.13 and the last at t = 30.9; with the trunk frozen, "),
        ({"p0": 10.0, "s0": 0.1, "d": 8}, "the first step comes at the start and the last at t ="),
        ({"p0": 10.0, "s0": 0.1, "d": 1}, "the step comes at the start; with the trunk frozen, at"),
        ({"exponent": 0.0, "p0": 1.0}, "all 5 steps come at t = 1.62; with the trunk frozen, at t"),
        ({"p0": 1.0}, "of mode 1 from 1 to 1.62, by a factor of 1.62."),
        ({"p0": 10.0}, "leaves the features' eigenvalue of mode 1 at 100, to three digits."),
        ({"p0": 0.1, "s0": 1e-6, "exponent": 3.0, "d": 8}, " × 10⁵"),
    ],
)
def test_two_layers_still_picture_says_what_one_sees(arguments: dict, words: str) -> None:
    html = page_form(widgets.two_layers(**arguments))
    assert words in alt_text(html).replace("&#x27;", "'")
    png = base64.b64decode(re.search(r'src="data:image/png;base64,([^"]+)"', html)[1])
    assert Image.open(io.BytesIO(png)).width > 700
    assert "need JavaScript" in html
    assert len(html) < 40_000


def test_a_message_from_the_sliders_of_two_layers_reaches_python() -> None:
    explorer = widgets.two_layers()
    explorer.set_state({"p0": 2.0, "s0": 1e-4, "exponent": 2.0, "d": 3})
    np.testing.assert_array_equal(explorer.spectrum(), [1, 1 / 4, 1 / 9])
    trained, frozen = explorer.step_times()
    np.testing.assert_allclose(frozen, linear.step_times(4 * explorer.spectrum(), [1e-4] * 3))
    assert (trained < frozen).all()


@pytest.mark.parametrize(
    "arguments, error, words",
    [
        ({"p0": 0}, ValueError, "p0 is 0; it must be between 0.1 and 10"),
        ({"p0": np.nan}, ValueError, "p0 is nan"),
        ({"s0": 1}, ValueError, "s0 is 1; it must be between 1e-06 and 0.1"),
        ({"s0": "small"}, TypeError, "s0 is the str 'small'"),
        ({"exponent": -1}, ValueError, "exponent is -1; it must be between 0 and 3"),
        ({"d": 9}, ValueError, "d is 9; it must be between 1 and 8"),
        ({"d": 2.5}, TypeError, "d is the float 2.5"),
    ],
)
def test_two_layers_name_a_bad_argument(arguments: dict, error: type, words: str) -> None:
    with pytest.raises(error, match=words):
        widgets.two_layers(**arguments)


@pytest.mark.parametrize("name, value", [("p0", 20.0), ("s0", 0.0), ("exponent", 4.0), ("d", 9)])
def test_traits_of_two_layers_refuse_the_same(name: str, value: float) -> None:
    explorer = widgets.two_layers()
    before = getattr(explorer, name)
    with pytest.raises((ValueError, traitlets.TraitError), match=name):
        setattr(explorer, name, value)
    assert getattr(explorer, name) == before


# --- Climbing faster ---------------------------------------------------------------------------


def test_climbing_has_live_and_static_form() -> None:
    explorer = widgets.climbing(damping=0.1)
    bundle, _ = explorer._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/html", "application/vnd.jupyter.widget-view+json"}
    assert bundle["text/plain"].startswith("Climbing faster: With ρ = 0.1 γ₁₀ the tenth mode comes")
    assert widgets.Climbing._ipython_display_ is None
    html = bundle["text/html"]
    assert html.startswith('<div class="stepwise-widget" data-widget="climbing">')
    state = json.loads(re.search(r'<script type="application/json">(.*?)</script>', html)[1])
    shared = explorer.get_state()
    assert {name: shared[name] for name in state} == state
    assert shared["_esm"].rstrip().endswith("export default { render };")
    assert len(html) < 40_000


def digits_moment() -> np.ndarray:
    return linear.cross_moment(*views.make_pairs(data.load_images("digits")))


CLIMBS = [(damping, alpha) for damping in (1e-3, 0.1, 1.0, 1e3) for alpha in (1e-10, 1e-4, 1e-2)]


@pytest.mark.parametrize("damping, alpha", CLIMBS)
def test_climbing_says_what_theory_says_on_all_pixels(damping: float, alpha: float) -> None:
    Gamma, explorer = digits_moment(), widgets.climbing(damping=damping, alpha=alpha)
    W0 = linear.random_init(10, 64, alpha)
    P = optim.inverse_power(Gamma, rho=damping * linear.modes(Gamma, 10)[0][-1])
    lr = 0.4 / (4 * optim.growth_rates(Gamma, 1, P)[0])
    W = optim.final_weights(Gamma, W0, P)
    # The page's start has four digits, and no negative modes.
    counts = optim.step_counts(Gamma, W0, lr, P)
    np.testing.assert_allclose(explorer.step_counts()[0], counts, rtol=1e-4)
    assert abs(explorer.weight_excess() / optim.weight_excess(W, Gamma) - 1) < 1e-4
    assert abs(explorer.shares()[:10].sum() - optim.top_share(W, Gamma)) < 1e-4


@pytest.mark.parametrize("damping, alpha", CLIMBS)
def test_climbings_curves_are_those_of_descent(damping: float, alpha: float) -> None:
    Gamma, explorer = digits_moment(), widgets.climbing(damping=damping, alpha=alpha)
    P = optim.inverse_power(Gamma, rho=damping * linear.modes(Gamma, 10)[0][-1])
    lr = 0.4 / (4 * optim.growth_rates(Gamma, 1, P)[0])
    last = int(1.2 * explorer.step_counts()[0][-1]) + 5
    run = optim.descent(Gamma, linear.random_init(10, 64, alpha), lr, last, P)
    curves = -np.sort(-explorer.eigenvalues(run.t / lr)[0], axis=1)
    # At 0.4 of the largest rate a step of descent goes farther towards 1 than flow does in its
    # time, 0.15 to 0.18 of the way where a curve is steepest.
    assert np.abs(run.eigenvalues - curves).max() < 0.2


@pytest.mark.parametrize("momentum", [0.5, 0.9])
@pytest.mark.parametrize("alpha", [1e-10, 1e-4, 1e-2])
def test_climbings_tenth_mode_with_momentum_is_that_of_descent(momentum, alpha) -> None:
    Gamma, explorer = digits_moment(), widgets.climbing(momentum=momentum, alpha=alpha)
    lr = 0.4 * (1 + momentum) / (4 * explorer.gamma[0])
    count = explorer.step_counts()[1][-1]
    W0 = linear.random_init(10, 64, alpha)
    run = optim.descent(Gamma, W0, lr, int(2 * count), None, momentum)
    measured = np.round(run.t / lr)[np.argmax(run.eigenvalues[:, -1] >= 0.5)]
    assert abs(measured - count) < 2  # steps


def test_momentum_on_top_of_damping_does_not_keep_to_theory() -> None:
    """So the explorer has momentum in the other descent alone."""
    Gamma = digits_moment()
    P = optim.inverse_power(Gamma, rho=linear.modes(Gamma, 10)[0][-1])
    lr = 0.4 * 1.9 / (4 * optim.growth_rates(Gamma, 1, P)[0])
    W0 = linear.random_init(10, 64, 1e-4)
    count = optim.step_counts(Gamma, W0, lr, P, 0.9)[-1]
    run = optim.descent(Gamma, W0, lr, int(3 * count), P, 0.9)
    measured = np.round(run.t / lr)[np.argmax(run.eigenvalues[:, -1] >= 0.5)]
    assert measured > 1.3 * count


@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_climbings_curves_pass_one_half_at_its_step_counts(momentum: float) -> None:
    explorer = widgets.climbing(momentum=momentum)
    for which, counts in enumerate(explorer.step_counts()):
        there = np.diagonal(explorer.eigenvalues(counts)[which])
        np.testing.assert_allclose(there, 0.5, rtol=1e-9)


def test_from_a_smaller_start_climbing_takes_longer_and_costs_less() -> None:
    explorer, found = widgets.climbing(momentum=0.9), []
    for alpha in (1e-2, 1e-4, 1e-6, 1e-8, 1e-10):
        explorer.alpha = alpha
        found.append([*(n[-1] for n in explorer.step_counts()), -explorer.weight_excess()])
    assert (np.diff(found, axis=0) > 0).all()


@pytest.mark.parametrize(
    "arguments, words",
    [
        ({}, "after 60 steps; plain descent without a preconditioner takes 32"),
        ({"momentum": 0.9}, "descent with momentum 0.9 without a preconditioner takes 54. At the"),
        ({"damping": 1e-3}, "modes make 69 % of the embedding."),
    ],
)
def test_climbings_still_picture_says_what_one_sees(arguments: dict, words: str) -> None:
    html = page_form(widgets.climbing(**arguments))
    assert words in alt_text(html)
    png = base64.b64decode(re.search(r'src="data:image/png;base64,([^"]+)"', html)[1])
    assert Image.open(io.BytesIO(png)).width > 700
    assert "need JavaScript" in html


@pytest.mark.parametrize(
    "arguments, error, words",
    [
        ({"damping": 0}, ValueError, "damping is 0; it must be between 0.001 and 1000"),
        ({"damping": "little"}, TypeError, "damping is the str 'little'"),
        ({"alpha": 0.1}, ValueError, "alpha is 0.1; it must be between 1e-10 and 0.01"),
        ({"alpha": np.nan}, ValueError, "alpha is nan"),
        ({"momentum": 0.95}, ValueError, "momentum is 0.95; it must be between 0 and 0.9"),
        ({"momentum": None}, TypeError, "momentum is None"),
    ],
)
def test_climbing_names_a_bad_argument(arguments: dict, error: type, words: str) -> None:
    with pytest.raises(error, match=words):
        widgets.climbing(**arguments)


@pytest.mark.parametrize("name, value", [("damping", 0.0), ("alpha", 1.0), ("momentum", -0.1)])
def test_climbings_traits_refuse_the_same(name: str, value: float) -> None:
    explorer = widgets.climbing()
    before = getattr(explorer, name)
    with pytest.raises((ValueError, traitlets.TraitError), match=name):
        setattr(explorer, name, value)
    assert getattr(explorer, name) == before


# --- The embedding space -----------------------------------------------------------------------

LOSSES = ("barlow_twins", "simclr", "vicreg")


def recorded_points(run: runs.Run) -> np.ndarray:
    """(T, 3, 2, pairs), of the pairs that are shown."""
    return np.moveaxis(run.other["points"][:, :, : _recorded.PAIRS].astype(float), -1, 1)


def test_embedding_space_has_live_and_static_form() -> None:
    explorer = widgets.embedding_space(iteration=200, sets=["digits"])
    bundle, _ = explorer._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/html", "application/vnd.jupyter.widget-view+json"}
    assert bundle["text/plain"].startswith(
        "Embedding space, digits, small ResNet, Barlow Twins, small start. Iteration 200: 3 of 10"
    )
    assert widgets.EmbeddingSpace._ipython_display_ is None
    html = bundle["text/html"]
    state = json.loads(re.search(r'<script type="application/json">(.*?)</script>', html)[1])
    shared = explorer.get_state()
    assert {name: shared[name] for name in state} == state
    assert shared["_esm"].rstrip().endswith("export default { render };")
    alt = alt_text(html)
    for k, shape in enumerate(("a point", "a line", "a plane", "a volume")):
        assert re.search(
            rf"{k} of 10 dimensions learned, loss [\d.]+\. The cloud is {shape}\.", alt
        )


def test_embedding_space_is_light_enough_for_a_page(report: Callable[[str], None]) -> None:
    html = page_form(widgets.embedding_space())
    report(f"embedding space, {len(widgets.embedding_space().sets)} sets: {len(html) / 1e3:.0f} kB")
    assert len(html) < 350_000
    # Without CIFAR-10, for a page or a notebook that needs digits alone.
    assert len(page_form(widgets.embedding_space(sets=["digits"]))) < 170_000


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("start", ["_s0", "_standard_s0"])
def test_what_a_page_gets_of_a_run_is_the_run(loss: str, start: str) -> None:
    run = runs.load_run(f"digits_{loss}{start}")
    state = _recorded.encode(run, 48)
    curves = _recorded.decode(state)
    assert state["steps"] == run.steps.tolist() and len(curves.frames) == 48
    # 16 bits of a logarithm that spans at most 20: 20/65535/2.
    np.testing.assert_allclose(curves.eigenvalues, run.eigenvalues, rtol=1.6e-4)
    np.testing.assert_allclose(curves.loss, run.loss, atol=np.ptp(run.loss) / 65535)
    wanted = recorded_points(run)[curves.frames]
    # Half of one of 127 levels, and the rounding of the size: 0.5 px in a box of 220 px.
    error = np.abs(curves.points - wanted) / np.abs(wanted).max((2, 3), keepdims=True)
    assert error.max() < 0.5 / 127 + 2e-4
    np.testing.assert_allclose(
        np.array(state["crossings"], dtype=float),
        spectra.find_steps(run.steps.astype(float), run.eigenvalues),
        atol=0.0501,  # one decimal
    )


def test_frames_are_all_records_where_there_are_few_and_none_on_a_line() -> None:
    x = np.arange(6.0)
    points = np.random.default_rng(0).normal(size=(6, 3, 2, 4))
    np.testing.assert_array_equal(_recorded.choose_frames(x, points, 9), np.arange(6))
    kink = np.interp(x, [0, 3, 5], [1, 5, 2])[:, None, None, None] * points[0]
    np.testing.assert_array_equal(_recorded.choose_frames(x, kink, 3), [0, 3, 5])


@pytest.mark.parametrize("loss", LOSSES)
def test_embedding_space_grows_one_dimension_at_a_time(loss: str) -> None:
    run = runs.load_run(f"digits_{loss}_s0")
    explorer = widgets.embedding_space(loss=loss, sets=["digits"])
    for learned, iteration in enumerate(explorer.plateaus()[:4]):
        moment = explorer.at(iteration)
        assert moment.learned() == learned
        sizes = moment.points.std((1, 2))
        assert (sizes[:learned] > 0.6).all() and (sizes[learned:] < 0.2).all()
        nearest = np.argmin(np.abs(run.steps - iteration))
        at_record = explorer.at(run.steps[nearest])
        np.testing.assert_allclose(at_record.eigenvalues, run.eigenvalues[nearest], rtol=2e-4)


def test_all_runs_of_the_embedding_space_watch_the_same_pairs() -> None:
    for data_set in ("digits", "cifar10"):
        others = [
            runs.load_run(f"{data_set}_{loss}{start}").other
            for loss in LOSSES
            for start in ("_s0", "_standard_s0")
        ]
        for name in ("labels", "pictures"):
            assert all(np.array_equal(other[name], others[0][name]) for other in others)
    state = widgets.embedding_space(sets=["digits"]).sets["digits"]
    assert set(state["labels"]) == set(range(10))
    pictures = np.frombuffer(base64.b64decode(state["pictures"]), np.uint8).reshape(-1, 8, 8)
    digits = data.load_images("digits")
    for picture, label in zip(pictures, state["labels"], strict=True):
        same = (digits.x[..., 0] == picture).all((1, 2))
        assert label in digits.y[same]


@pytest.mark.parametrize(
    "arguments, error, words",
    [
        ({"data": "mnist"}, ValueError, "data is 'mnist'; it must be one of 'digits', 'cifar10'"),
        ({"data": "cifar10", "sets": ["digits"]}, ValueError, "data is 'cifar10'; it must be"),
        ({"sets": ["mnist"]}, ValueError, "sets is 'mnist'"),
        (
            {"data": "resnet18", "loss": "simclr"},
            ValueError,
            "loss is 'simclr'; of CIFAR-10, ResNet-18 only barlow_twins, vicreg were recorded.",
        ),
        ({"loss": "barlow-twins"}, ValueError, "loss is 'barlow-twins'"),
        ({"loss": 1}, TypeError, "loss is the int 1"),
        ({"start": "large"}, ValueError, "start is 'large'; it must be one of 'small', 'standard'"),
        ({"scale": "log"}, ValueError, "scale is 'log'"),
        ({"iteration": -1}, ValueError, "iteration is -1; it must be between 0 and 1000"),
        ({"iteration": 1200}, ValueError, "iteration is 1200; it must be between 0 and 1000"),
        ({"iteration": "last"}, TypeError, "iteration is the str 'last'"),
    ],
)
def test_embedding_space_names_a_bad_argument(arguments: dict, error: type, words: str) -> None:
    with pytest.raises(error, match=words):
        widgets.embedding_space(**arguments)


@pytest.mark.parametrize(
    "name, value", [("data", "mnist"), ("loss", "l1"), ("start", ""), ("iteration", -1.0)]
)
def test_embedding_spaces_traits_refuse_the_same(name: str, value: object) -> None:
    explorer = widgets.embedding_space(sets=["digits"])
    before = getattr(explorer, name)
    with pytest.raises((ValueError, traitlets.TraitError), match=name):
        setattr(explorer, name, value)
    assert getattr(explorer, name) == before


# --- Modes as pictures -------------------------------------------------------------------------

MOMENTS = (0, 98, 139, 311, 700, 1000)


def learned_functions() -> tuple[runs.Run, np.ndarray, np.ndarray]:
    """The run, its modes on the whole digits (T, n, d) and the predicted ones (n, d), centred."""
    run = runs.load_run("learned_digits_film")
    directions = spectra.learned_directions(run.t, run.other["z"].astype(float), 10)
    network = run.other["whole"].astype(float) @ directions
    kernel = run.other["whole_predicted"].astype(float)
    return run, network - network.mean(1, keepdims=True), kernel - kernel.mean(0)


def test_mode_pictures_have_live_and_static_form(report: Callable[[str], None]) -> None:
    explorer = widgets.mode_pictures(3, kernel_mode=5, iteration=300)
    bundle, _ = explorer._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/html", "application/vnd.jupyter.widget-view+json"}
    assert bundle["text/plain"].startswith(
        "Modes as pictures. Iteration 300: mode 3 of the network"
    )
    assert widgets.ModePictures._ipython_display_ is None
    html = bundle["text/html"]
    assert html.startswith('<div class="stepwise-widget" data-widget="mode_pictures">')
    state = json.loads(re.search(r'<script type="application/json">(.*?)</script>', html)[1])
    shared = explorer.get_state()
    assert {name: shared[name] for name in state} == state
    assert shared["_esm"].rstrip().endswith("export default { render };")
    assert "Digits at both ends of a mode, highest in the network: " in alt_text(html)
    assert "need JavaScript" in html
    report(f"modes as pictures: {len(html) / 1e3:.0f} kB")
    assert len(html) < 150_000


def test_what_a_page_gets_of_the_film_is_the_film() -> None:
    run, network, kernel = learned_functions()
    film = _film.decode(_film.encode(run))
    np.testing.assert_array_equal(film.steps, run.steps)
    np.testing.assert_allclose(film.eigenvalues, run.eigenvalues, rtol=5.1e-4)  # four digits
    rounded = 0.501 / _film.UNIT
    standard = network / network.std(1, keepdims=True)
    np.testing.assert_allclose(film.network, np.moveaxis(standard, 1, 2), rtol=0, atol=rounded)
    np.testing.assert_allclose(film.kernel, (kernel / kernel.std(0)).T, rtol=0, atol=rounded)
    digits = data.load_images("digits")
    np.testing.assert_array_equal(film.labels, digits.y[:120])
    np.testing.assert_array_equal(film.pictures, digits.x[:120, :, :, 0])


def test_mode_pictures_squared_correlations_are_those_of_the_run() -> None:
    run, network, kernel = learned_functions()
    for mode in (1, 2, 6, 10):
        for iteration in MOMENTS:
            explorer = widgets.mode_pictures(mode, iteration=iteration)
            now = network[run.steps.tolist().index(iteration), :, mode - 1]
            wanted = [np.corrcoef(now, k)[0, 1] ** 2 for k in kernel.T]
            # Each of 120 values is rounded to 1/4096 of a standard deviation at most.
            np.testing.assert_allclose(explorer.squared_correlations(), wanted, atol=2e-4)


@pytest.mark.parametrize("mode, kernel_mode", [(1, 1), (1, 2), (2, 1), (7, 3), (10, 10)])
def test_mode_pictures_show_the_ends(mode: int, kernel_mode: int) -> None:
    run, network, kernel = learned_functions()
    explorer = widgets.mode_pictures(mode, kernel_mode=kernel_mode)
    step = spectra.find_steps(run.steps.astype(float), run.eigenvalues)[mode - 1]
    assert step <= explorer.iteration
    now = network[run.steps.tolist().index(explorer.iteration), :, mode - 1]
    predicted = kernel[:, kernel_mode - 1]
    predicted = predicted * np.sign(now @ predicted)
    for values, (highest, lowest) in zip(
        (now, predicted), (explorer.ends()[:2], explorer.ends()[2:]), strict=True
    ):
        order = np.argsort(values)
        # Neighbours closer than the rounding may change places.
        near = values.std() / _film.UNIT
        np.testing.assert_allclose(values[highest], values[order[::-1][:8]], rtol=0, atol=near)
        np.testing.assert_allclose(values[lowest], values[order[:8]], rtol=0, atol=near)


def test_mode_pictures_sign_stays_while_time_goes_on() -> None:
    first = widgets.mode_pictures(4, kernel_mode=7)
    network, predicted = first.functions()
    assert network @ predicted >= 0
    for iteration in MOMENTS:
        first.iteration = iteration
        np.testing.assert_array_equal(first.functions()[1], predicted)


def test_largest_of_ten_by_chance_is_that_of_unrelated_modes() -> None:
    """Of ten uncorrelated functions on 120 pictures, beside a function of Gaussian values."""
    rng = np.random.default_rng(0)
    values = rng.normal(size=(4000, 119))
    shares = values[:, :10] ** 2 / (values**2).sum(1, keepdims=True)
    wanted = shares.max(1).mean()
    # The predicted modes are a little correlated and none is Gaussian.
    assert abs(widgets.mode_pictures().film["largest"] / wanted - 1) < 0.1


def test_mode_pictures_say_which_of_the_kernels_modes_is_nearest() -> None:
    explorer = widgets.mode_pictures(1)
    nearest = 1 + int(explorer.squared_correlations().argmax())
    assert f"(by chance 0.008). The kernel's mode {nearest} is nearest, with" in repr(explorer)
    explorer.set_state({"kernel_mode": nearest})
    assert ", the largest of the kernel's ten (by chance 0.008; by" in repr(explorer)
    explorer.set_state({"iteration": 0})
    assert ", its step will be at iteration" in repr(explorer)


@pytest.mark.parametrize("asked, shown", [(0, 0), (30, 0), (99.4, 100), (450, 448), (1000, 1000)])
def test_mode_pictures_show_the_nearest_recorded_moment(asked: float, shown: int) -> None:
    explorer = widgets.mode_pictures(iteration=asked)
    assert explorer.iteration == shown
    explorer.iteration = shown + 4  # no two moments from 100 on are closer than 8
    assert explorer.iteration == shown


@pytest.mark.parametrize(
    "arguments, error, words",
    [
        ({"mode": 0}, ValueError, "mode is 0; it must be between 1 and 10"),
        ({"mode": "first"}, TypeError, "mode is the str 'first'"),
        ({"kernel_mode": 11}, ValueError, "kernel_mode is 11; it must be between 1 and 10"),
        ({"kernel_mode": 2.0}, TypeError, "kernel_mode is the float 2.0"),
        ({"iteration": -1}, ValueError, "iteration is -1; it must be between 0 and 1000"),
        ({"iteration": 1200}, ValueError, "iteration is 1200; it must be between 0 and 1000"),
        ({"iteration": "last"}, TypeError, "iteration is the str 'last'"),
    ],
)
def test_mode_pictures_name_a_bad_argument(arguments: dict, error: type, words: str) -> None:
    with pytest.raises(error, match=words):
        widgets.mode_pictures(**arguments)


@pytest.mark.parametrize("name, value", [("mode", 0), ("kernel_mode", 11), ("iteration", -1)])
def test_mode_pictures_traits_refuse_the_same(name: str, value: int) -> None:
    explorer = widgets.mode_pictures()
    before = getattr(explorer, name)
    with pytest.raises(traitlets.TraitError, match=name):
        setattr(explorer, name, value)
    assert getattr(explorer, name) == before
