"""Two views of each picture: what the crops are, and how the rows are normalised."""

from __future__ import annotations

import numpy as np
import pytest

from stepwise_ssl import data, views
from stepwise_ssl.data import Images


def pictures(n: int = 20, size: int = 12, channels: int = 3, name: str = "made-up") -> Images:
    x = np.random.default_rng(0).integers(0, 256, (n, size, size, channels), dtype=np.uint8)
    return Images(x, np.zeros(n, dtype=np.int64), name)


def raw(images: Images, **options) -> tuple[np.ndarray, np.ndarray]:
    return views.make_pairs(images, centre=False, scale=False, **options)


def test_rows_are_centred_and_scaled_over_both_views() -> None:
    digits = data.load_images("digits")
    x1, x2 = views.make_pairs(digits)
    assert x1.shape == x2.shape == (1297, 64)
    assert x1.dtype == x2.dtype == np.float64
    both = np.concatenate([x1, x2])
    np.testing.assert_allclose(both.mean(0), 0, atol=1e-14)
    assert (both**2).sum(1).mean() == pytest.approx(1, rel=1e-12)


def test_whole_pictures_come_back_unchanged() -> None:
    """crop=(1, 1) leaves one box: the picture itself, which for digits is never mirrored."""
    digits = data.load_images("digits", n=10)
    x1, x2 = raw(digits, crop=(1, 1))
    np.testing.assert_allclose(x1, digits.x.reshape(10, -1) / 255, atol=1e-14)
    np.testing.assert_allclose(x2, x1, atol=1e-14)


def test_whole_photographs_are_mirrored_half_of_the_time() -> None:
    images = pictures(n=400)
    flat = images.x.reshape(400, -1) / 255
    mirrored = images.x[:, :, ::-1].reshape(400, -1) / 255
    x1, x2 = raw(images, crop=(1, 1))
    flips = []
    for x in (x1, x2):
        is_flat = np.abs(x - flat).max(1) < 1e-12
        is_mirrored = np.abs(x - mirrored).max(1) < 1e-12
        assert (is_flat ^ is_mirrored).all()
        flips.append(is_mirrored)
    # 400 coins: 4 standard deviations are 40. Two views are mirrored independently.
    assert abs(flips[0].sum() - 200) < 40
    assert abs((flips[0] == flips[1]).sum() - 200) < 40


def boxes(x: np.ndarray, size: int) -> np.ndarray:
    """Recover (top, left, height, width) of each crop of a picture whose pixels are coordinates.

    Pixel centres are at (i + ½)/size, and sampling is linear, so away from the border the output
    is linear in the output coordinate: its slope is the box's size, its offset the box's corner.
    """
    x = x.reshape(len(x), size, size, 3)
    middle = slice(size // 4, 3 * size // 4)
    grid = ((np.arange(size) + 0.5) / size)[middle]
    down = np.polyfit(grid, x[:, middle, size // 2, 0].T, 1)
    across = np.polyfit(grid, x[:, size // 2, middle, 1].T, 1)
    return np.stack([down[1], across[1], down[0], across[0]], axis=1)


@pytest.mark.parametrize("crop", [(0.4, 1.0), (0.1, 0.2), (0.25, 0.25)])
def test_crops_have_the_area_aspect_and_place_that_are_promised(crop) -> None:
    size, n = 64, 500
    coordinate = np.round(255 * (np.arange(size) + 0.5) / size).astype(np.uint8)
    x = np.zeros((n, size, size, 3), dtype=np.uint8)
    x[..., 0], x[..., 1] = coordinate[:, None], coordinate[None, :]
    x1, x2 = raw(Images(x, np.zeros(n, dtype=np.int64), "digits"), crop=crop)
    first, second = boxes(x1, size), boxes(x2, size)
    slack = 0.01  # coordinates are rounded to 1/255
    for top, left, height, width in (first.T, second.T):
        assert (height * width).min() > crop[0] - slack
        assert (height * width).max() < crop[1] + slack
        assert (width / height).max() < 4 / 3 + 3 * slack / crop[0]
        assert (height / width).max() < 4 / 3 + 3 * slack / crop[0]
        assert min(top.min(), left.min()) > -slack
        assert max((top + height).max(), (left + width).max()) < 1 + slack
        # The mean of a uniform area, within 4 standard errors.
        spread = (crop[1] - crop[0]) / np.sqrt(12 * n)
        assert abs((height * width).mean() - np.mean(crop)) < 4 * spread + slack
    # The two views of a picture are drawn independently.
    assert abs(np.corrcoef(first[:, 0], second[:, 0])[0, 1]) < 0.2


def test_interpolation_is_bilinear() -> None:
    """One fixed crop against the definition, pixel by pixel."""
    images = pictures(n=3, size=7, name="digits")
    x1, _ = raw(images, seed=5)
    draws = np.random.default_rng(5).random((3, 2, 5))[:, 0]
    for picture, view, u in zip(images.x / 255, x1.reshape(3, 7, 7, 3), draws, strict=True):
        area = 0.4 + 0.6 * u[0]
        reach = min(np.log(4 / 3), -np.log(area))
        aspect = np.exp(reach * (2 * u[1] - 1))
        height, width = np.sqrt(area / aspect), np.sqrt(area * aspect)
        top, left = u[2] * (1 - height), u[3] * (1 - width)
        for i in range(7):
            for j in range(7):
                y = np.clip((top + height * (i + 0.5) / 7) * 7 - 0.5, 0, 6)
                z = np.clip((left + width * (j + 0.5) / 7) * 7 - 0.5, 0, 6)
                a, b = min(int(y), 5), min(int(z), 5)
                v, w = y - a, z - b
                want = (1 - v) * ((1 - w) * picture[a, b] + w * picture[a, b + 1]) + v * (
                    (1 - w) * picture[a + 1, b] + w * picture[a + 1, b + 1]
                )
                np.testing.assert_allclose(view[i, j], want, atol=1e-14)


def test_views_depend_on_the_seed_and_not_on_n() -> None:
    images = pictures(n=600)
    x1, x2 = raw(images, seed=1)
    np.testing.assert_array_equal(x1, raw(images, seed=1)[0])
    assert not np.allclose(x1, raw(images, seed=2)[0])
    assert not np.allclose(x1, x2)
    few1, few2 = raw(images, n=5, seed=1)
    # Batched products of different length may differ in the last bit.
    np.testing.assert_allclose(few1, x1[:5], atol=1e-15)
    np.testing.assert_allclose(few2, x2[:5], atol=1e-15)


def test_pictures_are_not_changed() -> None:
    images = pictures()
    before = images.x.copy()
    views.make_pairs(images)
    np.testing.assert_array_equal(images.x, before)
