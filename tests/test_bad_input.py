"""What each public function does with bad input: a table, one row a mistake.

A row is (call, error, words): evaluating the call must raise that error, and its message must
contain all of the words. The first word is the argument's name, so every row names the culprit.
To add a room, add its module to ROOMS and its rows to ROWS. ``python -m tests.test_bad_input``
prints the table with the messages.
"""

from __future__ import annotations

import inspect
import re
import warnings
from types import ModuleType

import numpy as np
import pytest

from stepwise_ssl import data, linear, spectra, views
from stepwise_ssl.data import Images

ROOMS: dict[str, ModuleType] = {
    "data": data,
    "views": views,
    "linear": linear,
    "spectra": spectra,
}

# What the calls below are made of.
NAMES = {
    **ROOMS,
    "np": np,
    "nan": float("nan"),
    "inf": float("inf"),
    "images": data.load_images("digits", n=10),
    "no_images": Images(np.zeros((0, 8, 8, 1), np.uint8), np.zeros(0, np.int64), "made-up"),
    "blank": Images(np.zeros((4, 8, 8, 1), np.uint8), np.zeros(4, np.int64), "made-up"),
    "X": np.arange(12.0).reshape(4, 3) % 5,
    "holed": np.array([[1.0, np.nan], [0.0, 1.0]]),
    "G": np.diag([0.5, 0.2, 0.1]),
    "W": np.eye(2, 3),
    "t": np.array([0.0, 1.0, 2.0]),
    "gamma": np.array([0.5, 0.2]),
    "s0": np.array([0.1, 0.1]),
}

Row = tuple[str, type[Exception], tuple[str, ...]]

ROWS: list[Row] = [
    # --- data -------------------------------------------------------------------------------
    ("data.load_images('mnist')", ValueError, ("name", "'mnist'", "'digits'", "'cifar10'")),
    ("data.load_images(3)", TypeError, ("name", "the int 3", "'patches'")),
    ("data.load_images('digits', 'all')", ValueError, ("split", "'all'", "'train', 'test'")),
    ("data.load_images(n=0)", ValueError, ("n", "0", "≥ 1")),
    ("data.load_images(n=2000)", ValueError, ("n", "2000", "between 1 and 1297")),
    ("data.load_images(n=2.5)", TypeError, ("n", "the float 2.5", "whole number")),
    ("data.load_images(n=True)", TypeError, ("n", "the bool True", "whole number")),
    # --- views ------------------------------------------------------------------------------
    ("views.make_pairs(X)", TypeError, ("images", "an ndarray", "data.load_images")),
    ("views.make_pairs(no_images)", ValueError, ("images", "empty")),
    ("views.make_pairs(blank)", ValueError, ("images", "alike", "scale=False")),
    ("views.make_pairs(images, n=11)", ValueError, ("n", "11", "between 1 and 10")),
    ("views.make_pairs(images, seed=-1)", ValueError, ("seed", "-1", "≥ 0")),
    ("views.make_pairs(images, seed=None)", TypeError, ("seed", "None")),
    ("views.make_pairs(images, crop=0.5)", ValueError, ("crop", "()", "(2,)")),
    ("views.make_pairs(images, crop=(1, 0.4))", ValueError, ("crop", "(1, 0.4)", "smallest")),
    ("views.make_pairs(images, crop=(0, 1))", ValueError, ("crop", "(0, 1)", "0 < smallest")),
    ("views.make_pairs(images, crop=(0.4, 2))", ValueError, ("crop", "(0.4, 2)", "≤ 1")),
    ("views.make_pairs(images, centre=None)", TypeError, ("centre", "None", "True or False")),
    ("views.make_pairs(images, scale=2)", TypeError, ("scale", "the int 2", "True or False")),
    # --- linear -----------------------------------------------------------------------------
    ("linear.cross_moment(X[0], X)", ValueError, ("x1", "(3,)", "(n, m)")),
    ("linear.cross_moment(X, X[:2])", ValueError, ("x2", "(2, 3)", "(4, 3)", "the shape of x1")),
    ("linear.cross_moment(X[:0], X)", ValueError, ("x1", "(0, 3)", "empty")),
    ("linear.cross_moment(holed, X)", ValueError, ("x1", "1 entry", "NaN", "[0, 1]")),
    ("linear.cross_moment(X * 1j, X)", TypeError, ("x1", "complex128", "real")),
    ("linear.cross_moment('ab', X)", TypeError, ("x1", "the str 'ab'", "(n, m)")),
    ("linear.cross_moment([[1], [1, 2]], X)", TypeError, ("x1", "a list", "(n, m)")),
    ("linear.modes(X, 2)", ValueError, ("Gamma", "(4, 3)", "square")),
    ("linear.modes([[1, 2], [0, 1]], 2)", ValueError, ("Gamma", "not symmetric", "differ by 2")),
    ("linear.modes(G, 4)", ValueError, ("d", "4", "between 1 and 3", "size of Gamma")),
    ("linear.modes(G, 0)", ValueError, ("d", "0", "between 1 and 3")),
    ("linear.final_weights(holed, 1)", ValueError, ("Gamma", "NaN")),
    ("linear.final_weights(G, 4)", ValueError, ("d", "4", "between 1 and 3")),
    ("linear.random_init(2, 3, 0)", ValueError, ("alpha", "0", "> 0")),
    ("linear.random_init(2, 3, -1e-3)", ValueError, ("alpha", "-0.001", "> 0")),
    ("linear.random_init(2, 3, nan)", ValueError, ("alpha", "nan", "finite")),
    ("linear.random_init(2, 3, '1e-3')", TypeError, ("alpha", "the str '1e-3'", "a number")),
    ("linear.random_init(0, 3, 1)", ValueError, ("d", "0", "≥ 1")),
    ("linear.random_init(2, 3.0, 1)", TypeError, ("m", "the float 3.0", "whole number")),
    ("linear.effective_init(W, W.T[:2])", ValueError, ("modes", "(2, 2)", "(3, 2)")),
    ("linear.effective_init(W, W)", ValueError, ("modes", "(2, 3)", "(3, 2)")),
    ("linear.effective_init(W, 2 * W.T)", ValueError, ("modes", "not orthonormal")),
    ("linear.effective_init(W.T, W)", ValueError, ("d", "3", "between 1 and 2")),
    ("linear.effective_init([], W)", ValueError, ("W0", "(0,)", "empty", "(d, m)")),
    ("linear.singular_values(t, gamma, s0[:1])", ValueError, ("s0", "(1,)", "(2,)", "each gamma")),
    ("linear.singular_values(t, gamma, -s0)", ValueError, ("s0[0]", "-0.1", "≥ 0")),
    ("linear.singular_values(t, gamma, 0.1)", ValueError, ("s0", "()", "(2,)")),
    ("linear.singular_values(-t, gamma, s0)", ValueError, ("t[2]", "-2", "≥ 0")),
    ("linear.singular_values([], gamma, s0)", ValueError, ("t", "empty", "(T,)")),
    ("linear.singular_values(t, [nan, 1], s0)", ValueError, ("gamma", "NaN", "[0]")),
    ("linear.embedding_eigenvalues([inf], gamma, s0)", ValueError, ("t", "infinite")),
    ("linear.embedding_eigenvalues(t, G, s0)", ValueError, ("gamma", "(3, 3)", "(d,)")),
    ("linear.loss(t, gamma, [0.1, -1])", ValueError, ("s0[1]", "-1", "≥ 0")),
    ("linear.step_times(gamma, -s0)", ValueError, ("s0[0]", "-0.1", "≥ 0")),
    ("linear.step_times([], [])", ValueError, ("gamma", "empty", "(d,)")),
    ("linear.gradient_flow(X, W, t)", ValueError, ("Gamma", "(4, 3)", "square")),
    ("linear.gradient_flow(G, W.T, t)", ValueError, ("W0", "(3, 2)", "(d, 3)")),
    ("linear.gradient_flow(G, W, [1, 1])", ValueError, ("t", "not increasing")),
    ("linear.gradient_flow(G, W, [-1, 1])", ValueError, ("t[0]", "-1", "≥ 0")),
    ("linear.gradient_descent(G, W, 0, 5)", ValueError, ("lr", "0", "> 0")),
    ("linear.gradient_descent(G, W, nan, 5)", ValueError, ("lr", "nan", "finite")),
    ("linear.gradient_descent(G, W, 0.1, 0)", ValueError, ("steps", "0", "≥ 1")),
    ("linear.gradient_descent(G, W, 0.1, 1e3)", TypeError, ("steps", "1000.0", "whole number")),
    ("linear.gradient_descent(G, holed, 0.1, 5)", ValueError, ("W0", "(2, 2)", "(d, 3)")),
    # --- spectra ----------------------------------------------------------------------------
    ("spectra.covariance_eigenvalues(t)", ValueError, ("z", "(3,)", "(n, d)")),
    ("spectra.covariance_eigenvalues(holed)", ValueError, ("z", "NaN")),
    ("spectra.covariance_eigenvalues(X, centre=1)", TypeError, ("centre", "the int 1", "False")),
    ("spectra.rankme(X[:, :0])", ValueError, ("z", "(4, 0)", "empty")),
    ("spectra.rankme(0 * X)", ValueError, ("z", "all zero")),
    ("spectra.effective_rank([1, -0.1])", ValueError, ("eigenvalues", "-0.1", "below 0")),
    ("spectra.effective_rank([0, 0])", ValueError, ("eigenvalues", "all zero")),
    ("spectra.effective_rank(X)", ValueError, ("eigenvalues", "(4, 3)", "(d,)")),
    ("spectra.participation_ratio([nan])", ValueError, ("eigenvalues", "NaN")),
    ("spectra.participation_ratio([0])", ValueError, ("eigenvalues", "all zero")),
    ("spectra.subspace_alignment(X, X[:, :2])", ValueError, ("V", "(4, 2)", "(4, 3)")),
    ("spectra.subspace_alignment(W, W)", ValueError, ("U", "(2, 3)", "d ≤ m")),
    ("spectra.subspace_alignment(0 * X, X)", ValueError, ("U", "linearly dependent")),
    ("spectra.linear_cka(X, X[:2])", ValueError, ("y", "(2, 3)", "(4, q)", "rows as x")),
    ("spectra.linear_cka(X, 0 * X + 0.1)", ValueError, ("y", "equal rows")),
    ("spectra.find_steps(t, X)", ValueError, ("eigenvalues", "(4, 3)", "(3, d)")),
    ("spectra.find_steps([0, 2, 2, 3], X)", ValueError, ("t", "not increasing")),
    ("spectra.find_steps([0, 1, 2, 3], X, None)", TypeError, ("threshold", "None")),
]


def message_of(call: str) -> tuple[type[Exception] | None, str]:
    """The error that a call raises and its message."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            eval(call, dict(NAMES))
        except Exception as error:  # noqa: BLE001 the table says which one it must be
            return type(error), str(error)
    return None, "nothing was raised"


@pytest.mark.parametrize(("call", "error", "words"), ROWS, ids=[row[0] for row in ROWS])
def test_bad_input_is_refused_by_name(call: str, error: type[Exception], words) -> None:
    raised, message = message_of(call)
    assert raised is error, message
    assert re.match(re.escape(words[0]) + r"\b|" + re.escape(words[0]), message), message
    assert all(word in message for word in words), message


def test_every_public_function_has_a_row() -> None:
    for room, module in ROOMS.items():
        functions = [name for name in module.__all__ if inspect.isfunction(getattr(module, name))]
        assert functions
        for name in functions:
            assert any(row[0].startswith(f"{room}.{name}(") for row in ROWS), f"{room}.{name}"


def test_torch_tensors_on_the_cpu_are_read() -> None:
    """Bad is only what cannot be read: a tensor that carries gradients says what to do."""
    torch = pytest.importorskip("torch")
    z = torch.arange(6.0).reshape(3, 2)
    np.testing.assert_allclose(
        spectra.covariance_eigenvalues(z), spectra.covariance_eigenvalues(z.numpy())
    )
    with pytest.raises(TypeError, match=r"z is a Tensor that NumPy cannot read .*detach\(\)"):
        spectra.covariance_eigenvalues(z.requires_grad_())


if __name__ == "__main__":
    for row in ROWS:
        raised, message = message_of(row[0])
        print(f"{row[0]}\n    {raised.__name__ if raised else None}: {message}")
