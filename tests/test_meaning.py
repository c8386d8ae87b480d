"""What can be read off a picture, and how much of a mode it explains."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression

from stepwise_ssl import meaning
from stepwise_ssl.data import Images


def _images(x: np.ndarray) -> Images:
    return Images(x.astype(np.uint8), np.zeros(len(x), int), "drawn")


def _bar(shift: float = 0.0, width: int = 4, size: int = 40, ink: int = 200) -> np.ndarray:
    """An upright bar of even ink whose rows shift to the right by ``shift`` pixels, going up."""
    x = np.zeros((size, size, 1))
    for row in range(8, size - 8):
        left = round(size / 2 - width / 2 + shift * (size / 2 - row))
        x[row, left : left + width] = ink
    return x


def test_brightness_and_contrast_are_mean_and_deviation() -> None:
    half = np.zeros((1, 6, 6, 1))
    half[:, :3] = 255
    found = meaning.factors(_images(np.concatenate([half, np.full((1, 6, 6, 1), 51)])))
    np.testing.assert_allclose(found["brightness"][:, 0], [0.5, 0.2])
    np.testing.assert_allclose(found["contrast"][:, 0], [0.5, 0], atol=1e-15)


def test_orientation_tells_stripes_apart_and_turns_with_the_picture() -> None:
    upright = np.tile(np.array([0, 0, 255, 255]), (16, 4))[:, :, None]
    level = upright.transpose(1, 0, 2)
    diagonal = 128 + 100 * np.sin(np.add.outer(np.arange(16), np.arange(16)) / 2)[:, :, None]
    found = meaning.factors(_images(np.stack([upright, level, diagonal, np.flip(diagonal, 1)])))
    want = [[1, 0], [-1, 0], [0, 1], [0, -1]]
    # A finite diagonal pattern has a few pixels more of one phase than of another.
    np.testing.assert_allclose(found["orientation"], want, atol=0.02)


@pytest.mark.parametrize("width", [3, 5, 8])
def test_stroke_width_of_a_long_bar(width) -> None:
    bar = _bar(width=width, size=120)
    # The ends of a bar belong to its outline: 1 / width + 1 / length.
    want = 1 / (1 / width + 1 / 104)
    got = meaning.factors(_images(bar[None]))["stroke width"][0, 0]
    # A slope between four pixels cuts the corners, by half a pixel each.
    assert got == pytest.approx(want, rel=0.02)


def test_stroke_width_does_not_ask_how_dark_the_ink_is() -> None:
    both = meaning.factors(_images(np.stack([_bar(ink=100), _bar(ink=200)])))["stroke width"]
    assert both[0] == pytest.approx(both[1])


@pytest.mark.parametrize("shift", [-0.5, 0, 0.25])
def test_slant_is_the_shift_to_the_right_on_the_way_up(shift) -> None:
    got = meaning.factors(_images(_bar(shift)[None]))["slant"][0, 0]
    # Whole pixels stand for shifts of a part of one.
    assert got == pytest.approx(shift, abs=0.01)


def test_hue_and_saturation_of_plain_colours() -> None:
    colours = np.array([[255, 0, 0], [0, 255, 0], [0, 0, 255], [100, 100, 100]])
    found = meaning.factors(_images(np.tile(colours[:, None, None], (1, 4, 4, 1))))
    angles = np.deg2rad([0, 120, 240])
    np.testing.assert_allclose(
        found["hue"], [*zip(np.cos(angles), np.sin(angles), strict=True), (0, 0)], atol=1e-12
    )
    np.testing.assert_allclose(found["saturation"][:, 0], [1, 1, 1, 0], atol=1e-12)


def test_an_empty_picture_has_nothing() -> None:
    for channels in (1, 3):
        found = meaning.factors(_images(np.zeros((2, 5, 7, channels))))
        assert all(not values.any() for values in found.values())


def test_factors_asks_for_images() -> None:
    with pytest.raises(TypeError, match="images is an ndarray; it must be an Images"):
        meaning.factors(np.zeros((2, 4, 4, 1), np.uint8))


def _drawn(n: int = 50, d: int = 4, k: int = 3) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(n, k)) + 5
    return x @ rng.normal(size=(k, d)) + rng.normal(size=(n, d)) * np.arange(1, d + 1), x


def test_explained_is_scikit_learns_score() -> None:
    y, x = _drawn()
    want = [LinearRegression().fit(x, column).score(x, column) for column in y.T]
    np.testing.assert_allclose(meaning.explained(y, x), want, rtol=1e-10)


def test_explained_asks_for_the_span_and_no_scale() -> None:
    y, x = _drawn()
    twice = np.column_stack([x, x[:, 0] - 2 * x[:, 1], np.full(len(x), 7)])
    want = meaning.explained(y, x)
    np.testing.assert_allclose(meaning.explained(y * [1e200, 1e-200, 1, -3], twice), want)
    np.testing.assert_allclose(meaning.explained(x, x), 1)


def test_the_null_has_the_mean_of_chance() -> None:
    y, x = _drawn(n=40, d=10)
    null = meaning.permutation_null(y, x, permutations=400, seed=1)
    assert null.shape == (400, 10)
    # Four times the standard error, with the ten modes of a permutation taken as one draw.
    error = null.mean(1).std() / np.sqrt(400)
    assert null.mean() == pytest.approx(3 / 39, abs=4 * error)
    np.testing.assert_array_equal(null, meaning.permutation_null(y, x, 400, 1))


@pytest.mark.parametrize(
    ("modes", "regressors", "said"),
    [
        (np.ones((5, 2)), np.eye(5), "modes has a constant column, 0"),
        (np.eye(5), np.ones((5, 2)), "regressors has only constant columns"),
        (np.eye(5), np.eye(4), "as many rows as modes"),
        (np.full((5, 2), np.nan), np.eye(5), "modes"),
    ],
)
def test_what_cannot_be_explained_is_said(modes, regressors, said) -> None:
    for function in (meaning.explained, meaning.permutation_null):
        with pytest.raises(ValueError, match=said):
            function(modes, regressors)


def test_the_null_needs_a_permutation() -> None:
    with pytest.raises(ValueError, match="permutations is 0; it must be between 1 and"):
        meaning.permutation_null(*_drawn(), permutations=0)
