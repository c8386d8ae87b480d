"""Properties of the figures and of the table, at any finite input: they can be drawn."""

from __future__ import annotations

import math
import warnings

import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from stepwise_ssl import plots

from .inputs import bounded, real, tried, tried_with_odd_ones

t, curves, loss = np.array([0.0, 1, 9]), np.ones((3, 2)) / 2, np.array([2.0, 1, 0])
# A drawing takes a tenth of a second, and to look for a shorter example a hundred of them.
drawn_seldom = settings(bounded, max_examples=6, phases=[Phase.generate])

CALLS = {
    "mode_colors": (3,),
    "compare": (t, t, ["a", "b", "c"], "words"),
    "staircase": (t, curves, loss),
    "spectrum": (loss,),
    "image_pairs": (curves, curves, (1, 2), 2),
}


@pytest.fixture(autouse=True)
def _closed():
    yield
    plt.close("all")


def test_all_functions_are_called() -> None:
    functions = {name for name in plots.__all__ if name.islower()}
    assert set(CALLS) == functions - {"set_style"}


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.filterwarnings("ignore:More than 20 figures")
def test_what_is_no_such_argument_is_refused_by_name(name) -> None:
    def function(*arguments):
        result = getattr(plots, name)(*arguments)
        plt.close("all")
        return None if name == "compare" else result

    function.__wrapped__ = getattr(plots, name)
    tried_with_odd_ones(function, *CALLS[name])


@pytest.mark.parametrize("option", ["theory_t", "theory_eigenvalues", "theory_loss", "step_times"])
def test_a_theory_that_is_none_is_refused_by_name(option) -> None:
    for odd in ("ab", 1j, {}, object(), [[1], [1, 2]], np.ma.masked_all(3)):
        with pytest.raises((TypeError, ValueError), match=f"^{option}"):
            plots.staircase(t, curves, loss, **{option: odd})


def _draw(figure) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figure.canvas.draw()
    plt.close(figure)


@drawn_seldom
@given(real(3), real(3, 2), real(2), st.sampled_from([1e-300, 1.0, 1e300]))
def test_a_staircase_can_be_drawn(loss, curves, steps, unit) -> None:
    figure = tried(plots.staircase, t * unit, curves, loss, step_times=steps)
    if figure is None:  # what has no room on an axis is refused by name
        assert max(np.abs(np.asarray(x, float)).max() for x in (loss, curves)) > 1e100 or unit != 1
    else:
        _draw(figure)


@drawn_seldom
@given(real(5))
def test_a_spectrum_can_be_drawn(values) -> None:
    axes = tried(plots.spectrum, values)
    if axes is None:
        size = np.abs(np.asarray(values, float)).max()
        assert not 1e-100 < size < 1e100
    else:
        _draw(axes.figure)


@drawn_seldom
@given(real(2, 4), real(2, 4))
def test_pictures_can_be_drawn_on_one_scale(x1, x2) -> None:
    figure = tried(plots.image_pairs, x1, x2, (2, 2))
    shown = [image.get_array() for axes in figure.axes for image in axes.images]
    both = np.asarray([x1, x2] if isinstance(x1, list) else [np.asarray(x1), np.asarray(x2)], float)
    assert np.min(shown) == 0
    assert np.max(shown) == (1 if np.ptp(both / (np.abs(both).max() or 1)) else 0)
    _draw(figure)


ANY = st.sampled_from([0.0, 1.0, -3.0, 5e-324, 1e-308, 1.7e308, -1.7e308, math.inf, -math.inf])


@bounded
@given(st.lists(st.tuples(ANY, ANY | st.just(math.nan)), min_size=1, max_size=4))
def test_an_error_is_zero_where_two_numbers_are_equal_and_nowhere_else(rows) -> None:
    theory, measured = zip(*rows, strict=True)
    table = tried(plots.compare, theory, measured)
    for row in table.rows:
        assert (row.error == 0) == (row.theory == row.measured)
        assert not math.isnan(row.error)
        if row.theory == -row.measured != 0 and math.isfinite(row.theory):
            assert abs(row.error) == 2
    assert str(len(rows)) in str(table)
    assert table.mean <= table.worst * (1 + 1e-15)  # rounding of the mean's parts
