"""Pictures of one's own: order, classes, splits, and what happens to a picture on the way."""

from __future__ import annotations

import os
import warnings
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from stepwise_ssl import data, views

RED, GREEN, BLUE, GREY = (200, 0, 0), (0, 200, 0), (0, 0, 200), (90, 90, 90)


def save(path: Path, colour=RED, size=(8, 8), mode: str = "RGB", **options) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, colour).convert(mode).save(path, **options)


@pytest.fixture(autouse=True)
def _silence_is_tested():
    """A warning that no test asks for fails it."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def test_sub_folders_are_classes_in_sorted_order(tmp_path) -> None:
    kittens = tmp_path / "kittens"
    save(kittens / "b" / "1.png", GREEN)
    save(kittens / "a-z" / "9.png", BLUE)
    save(kittens / "a" / "2.png", RED)
    save(kittens / "a" / "deep" / "1.png", GREY)
    images = data.load_folder(kittens)
    assert (images.name, images.x.shape, images.x.dtype) == ("kittens", (4, 8, 8, 3), np.uint8)
    assert images.y.dtype == np.int64
    np.testing.assert_array_equal(images.y, [0, 0, 1, 2])
    np.testing.assert_array_equal(images.x[:, 0, 0], [RED, GREY, BLUE, GREEN])
    x1, x2 = views.make_pairs(images)
    assert x1.shape == x2.shape == (4, 192)


def test_without_sub_folders_there_are_no_labels(tmp_path) -> None:
    for name, colour in (("b.png", GREEN), ("a.PNG", RED)):
        save(tmp_path / name, colour)
    images = data.load_folder(str(tmp_path))
    np.testing.assert_array_equal(images.y, [-1, -1])
    np.testing.assert_array_equal(images.x[:, 0, 0], [RED, GREEN])


@pytest.mark.parametrize("ending", ["jpg", "JPEG", "png", "bmp", "gif", "webp", "tif", "tiff"])
def test_every_kind_of_file_is_read(tmp_path, ending) -> None:
    save(tmp_path / f"a.{ending}", RED, (16, 16))
    images = data.load_folder(tmp_path)
    assert images.x.shape == (1, 16, 16, 3)
    # JPEG and WebP lose a little of a colour.
    assert np.abs(images.x[0].astype(int) - RED).max() <= 6


def test_of_several_frames_the_first_is_read(tmp_path) -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in (RED, GREEN)]
    for ending in ("gif", "tif"):
        path = tmp_path / f"a.{ending}"
        frames[0].save(path, save_all=True, append_images=frames[1:])
    np.testing.assert_array_equal(data.load_folder(tmp_path).x[:, 0, 0], [RED, RED])


def test_train_and_test_are_splits_and_classes_are_those_of_train(tmp_path) -> None:
    for name in ("train/a/1.png", "train/b/1.png", "train/c/1.png", "test/c/1.png", "test/a/1.png"):
        save(tmp_path / name)
    np.testing.assert_array_equal(data.load_folder(tmp_path).y, [0, 1, 2])
    np.testing.assert_array_equal(data.load_folder(tmp_path, split="train").y, [0, 1, 2])
    test = data.load_folder(tmp_path, split="test")
    np.testing.assert_array_equal(test.y, [0, 2])  # class 1 has no test picture
    assert test.name == tmp_path.name
    save(tmp_path / "test" / "d" / "1.png")
    with pytest.raises(ValueError, match="split: .*the class 'd'.*a, b, c"):
        data.load_folder(tmp_path, split="test")


def test_a_split_that_is_not_there_is_named(tmp_path) -> None:
    save(tmp_path / "train" / "a" / "1.png")
    save(tmp_path / "val" / "a" / "1.png")
    np.testing.assert_array_equal(data.load_folder(tmp_path).y, [0])
    with pytest.raises(ValueError, match="split is 'test'.*it has train, val"):
        data.load_folder(tmp_path, split="test")
    save(tmp_path / "car" / "1.png")  # now train is a class as car is
    np.testing.assert_array_equal(data.load_folder(tmp_path).y, [0, 1, 2])
    with pytest.raises(ValueError, match="split is 'test'.*no sub-folders train and test"):
        data.load_folder(tmp_path, split="test")


def test_size_scales_the_shorter_side_and_crops_around_the_centre(tmp_path) -> None:
    wide = np.zeros((40, 80, 3), np.uint8)
    wide[:, :20], wide[:, 20:60], wide[:, 60:] = RED, GREEN, BLUE
    Image.fromarray(wide).save(tmp_path / "a.png")
    Image.fromarray(wide.transpose(1, 0, 2)).save(tmp_path / "b.png")
    x = data.load_folder(tmp_path, size=10).x
    # Green but for the border, where the filter reaches across the cut.
    np.testing.assert_array_equal(x[:, 1:-1, 1:-1], np.broadcast_to(GREEN, (2, 8, 8, 3)))
    scaled = np.asarray(Image.fromarray(wide).resize((20, 10), Image.Resampling.BILINEAR))
    np.testing.assert_array_equal(x[0], scaled[:, 5:15])
    assert data.load_folder(tmp_path, size=100).x.shape == (2, 100, 100, 3)


def test_scaling_down_is_antialiased(tmp_path) -> None:
    fine = np.zeros((64, 64), np.uint8)
    fine[:, ::2] = 255
    Image.fromarray(fine).save(tmp_path / "a.png")
    x = data.load_folder(tmp_path, size=8).x
    assert x.shape == (1, 8, 8, 1)
    # The mean of the stripes; every second pixel alone would be 0 or 255. At the borders the
    # filter sees one stripe more on one side.
    assert np.abs(x.astype(int) - 127).max() <= 10


def test_without_size_all_must_have_one(tmp_path) -> None:
    save(tmp_path / "a.png", size=(9, 8))
    save(tmp_path / "b.png", size=(9, 8))
    assert data.load_folder(tmp_path).x.shape == (2, 8, 9, 3)
    save(tmp_path / "c.png", size=(8, 6))
    with pytest.raises(ValueError, match=r"size is None.*a\.png is 9x8, .*c\.png is 8x6.*size=6"):
        data.load_folder(tmp_path)


def test_a_photograph_stands_upright(tmp_path) -> None:
    turned = Image.new("RGB", (8, 6), RED)
    turned.paste(GREEN, (0, 0, 4, 6))
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held on its side: turn right by 90 degrees to see it
    for ending in ("png", "tif"):
        turned.save(tmp_path / f"a.{ending}", exif=exif)
    x = data.load_folder(tmp_path).x
    assert x.shape == (2, 8, 6, 3)
    for picture in x:
        np.testing.assert_array_equal(picture[0, 0], GREEN)
        np.testing.assert_array_equal(picture[-1, 0], RED)


def test_what_is_transparent_is_white(tmp_path) -> None:
    clear = Image.new("RGBA", (4, 4), (200, 0, 0, 0))
    clear.putpixel((0, 0), (200, 0, 0, 255))
    clear.putpixel((1, 0), (200, 0, 0, 51))  # a fifth
    clear.save(tmp_path / "a.png")
    palette = Image.new("P", (4, 4), 0)
    palette.putpalette([200, 0, 0, 0, 200, 0])
    palette.putpixel((0, 0), 1)
    palette.save(tmp_path / "b.gif", transparency=0)
    Image.new("LA", (4, 4), (0, 0)).save(tmp_path / "c.png")
    Image.new("RGB", (4, 4), RED).save(tmp_path / "d.png", transparency=RED)
    x = data.load_folder(tmp_path).x
    np.testing.assert_array_equal(x[:, 3, 3], np.full((4, 3), 255))
    np.testing.assert_array_equal(x[0, 0, :2], [RED, (244, 204, 204)])
    np.testing.assert_array_equal(x[1, 0, 0], GREEN)


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "LA"])
def test_grey_pictures_have_one_channel(tmp_path, mode) -> None:
    save(tmp_path / "a.png", (255, 255, 255), mode=mode)
    images = data.load_folder(tmp_path)
    assert images.x.shape == (1, 8, 8, 1)
    assert (images.x == 255).all()
    save(tmp_path / "b.png", RED)
    assert data.load_folder(tmp_path).x.shape == (2, 8, 8, 3)


@pytest.mark.parametrize("mode", ["CMYK", "YCbCr", "LAB"])
def test_other_colour_spaces_become_red_green_blue(tmp_path, mode) -> None:
    save(tmp_path / "a.tif", GREY if mode == "LAB" else RED, mode="RGB" if mode == "LAB" else mode)
    x = data.load_folder(tmp_path).x
    assert np.abs(x[0, 0, 0].astype(int) - (GREY[:1] if mode == "LAB" else RED)).max() <= 6


def test_sixteen_bits_are_scaled_and_not_cut_off(tmp_path) -> None:
    levels = np.array([[0, 257, 128 * 257, 65535]], np.uint16)
    Image.fromarray(levels).save(tmp_path / "a.png")
    Image.fromarray(levels).save(tmp_path / "b.tif")
    x = data.load_folder(tmp_path).x
    np.testing.assert_array_equal(x[..., 0], np.broadcast_to([0, 1, 128, 255], (2, 1, 4)))


@pytest.mark.parametrize("kind", [np.int32, np.float32])
def test_thirty_two_bits_are_refused_by_name(tmp_path, kind) -> None:
    Image.fromarray(np.ones((4, 4), kind)).save(tmp_path / "a.tif")
    with pytest.raises(ValueError, match=r"a\.tif cannot be read.*32 bits.*save it with 8"):
        data.load_folder(tmp_path)


def test_other_files_are_counted_in_one_warning(tmp_path) -> None:
    save(tmp_path / "a" / "1.png")
    (tmp_path / "a" / "._1.png").write_bytes(b"a Mac's note")
    (tmp_path / "a" / "notes.txt").write_text("no picture")
    (tmp_path / "labels.csv").write_text("1,2")
    save(tmp_path / ".thumbnails" / "1.png")
    with pytest.warns(UserWarning, match=r"3 file\(s\) in .* the first of them 'a.\._1\.png'") as w:
        images = data.load_folder(tmp_path)
    assert len(w) == 1
    assert len(images) == 1
    np.testing.assert_array_equal(images.y, [0])


@pytest.mark.parametrize("content", [b"", b"no picture", "cut"])
@pytest.mark.parametrize("ending", ["png", "jpg", "gif", "webp", "tif", "bmp"])
def test_an_unreadable_picture_is_named(tmp_path, content, ending) -> None:
    save(tmp_path / "a.png", size=(64, 64))
    path = tmp_path / f"b.{ending}"
    if content == "cut":
        noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
        Image.fromarray(noise).save(path)
        content = path.read_bytes()[: path.stat().st_size // 2]
    path.write_bytes(content)
    with pytest.raises(ValueError, match=rf"b\.{ending} cannot be read as a picture"):
        data.load_folder(tmp_path)


def test_pictures_beside_classes_or_splits_are_refused(tmp_path) -> None:
    save(tmp_path / "train" / "a.png")
    save(tmp_path / "test" / "a.png")
    np.testing.assert_array_equal(data.load_folder(tmp_path).y, [-1])
    save(tmp_path / "train" / "dog" / "a.png")
    with pytest.raises(ValueError, match=r"path: .*1 beside them, such as 'a\.png'"):
        data.load_folder(tmp_path)
    (tmp_path / "train" / "a.png").rename(tmp_path / "loose.png")
    with pytest.raises(ValueError, match=r"path: .*1 beside them, such as 'loose\.png'"):
        data.load_folder(tmp_path)


def test_folders_without_pictures_are_an_error(tmp_path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    with pytest.raises(ValueError, match="path is .*no picture"):
        data.load_folder(tmp_path)


def test_a_link_that_leads_back_ends(tmp_path) -> None:
    save(tmp_path / "a" / "1.png")
    (tmp_path / "a" / "back").symlink_to(tmp_path, target_is_directory=True)
    save(tmp_path.parent / f"{tmp_path.name}-far" / "1.png", GREEN)
    (tmp_path / "b").symlink_to(tmp_path.parent / f"{tmp_path.name}-far", target_is_directory=True)
    images = data.load_folder(tmp_path)
    np.testing.assert_array_equal(images.y, [0, 1])
    np.testing.assert_array_equal(images.x[:, 0, 0], [RED, GREEN])


def test_the_same_folder_gives_the_same_pictures(tmp_path) -> None:
    for i in (10, 9, 1, 2):
        save(tmp_path / f"{i}.png", (i, i, 0))
    first, second = data.load_folder(tmp_path), data.load_folder(tmp_path)
    np.testing.assert_array_equal(first.x, second.x)
    np.testing.assert_array_equal(first.x[:, 0, 0, 0], [1, 10, 2, 9])  # sorted as text


def test_too_many_pictures_for_the_memory_are_said_so(tmp_path, monkeypatch) -> None:
    save(tmp_path / "a.png")

    def none_left(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(data._folder.np, "empty", none_left)
    with pytest.raises(MemoryError, match="1 pictures .* a smaller size needs less"):
        data.load_folder(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with a name here")
def test_a_pipe_with_the_name_of_a_picture_is_not_waited_for(tmp_path) -> None:
    os.mkfifo(tmp_path / "a.png")
    with pytest.raises(ValueError, match=r"a\.png cannot be read as a picture: it is a device"):
        data.load_folder(tmp_path, 8)
