"""Tiny ImageNet, played by a small archive and a small JPEG pack of the same formats."""

from __future__ import annotations

import hashlib
import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from stepwise_ssl import data
from stepwise_ssl.data import _archive, _tinyimagenet
from stepwise_ssl.training import TrainConfig, train

ROOT = "tiny-imagenet-200"
WNIDS = ("n03", "n01", "n02")  # not sorted, as in the published file
TRAIN = [(wnid, i) for wnid in WNIDS for i in range(10)]
VALIDATION = [("val_0.JPEG", "n02"), ("val_1.JPEG", "n01"), ("val_2.JPEG", "n03")]


def jpeg(colour: tuple[int, int, int], mode: str = "RGB", size: int = 64) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (size, size), colour).convert(mode).save(buffer, "JPEG", quality=95)
    return buffer.getvalue()


def colour_of(wnid: str, i: int) -> tuple[int, int, int]:
    """Grey by class and number, so that a grey file can be told as well as a coloured one."""
    return (60 * int(wnid[1:]) + 5 * i,) * 3


def members() -> dict[str, bytes]:
    """What the published archive has, directories and unused files included."""
    table = "".join(f"{name}\t{wnid}\t0\t32\t44\t62\n" for name, wnid in VALIDATION)
    content = {
        f"{ROOT}/": b"",
        f"{ROOT}/wnids.txt": "\n".join(WNIDS).encode(),
        f"{ROOT}/words.txt": b"n01\tgoldfish\n",
        f"{ROOT}/train/n01/n01_boxes.txt": b"n01_0.JPEG\t0\t0\t1\t1\n",
        f"{ROOT}/test/images/test_0.JPEG": jpeg((0, 0, 0)),
        f"{ROOT}/val/val_annotations.txt": table.encode(),
    }
    for wnid, i in TRAIN:
        picture = jpeg(colour_of(wnid, i), "L" if i == 1 else "RGB")
        content[f"{ROOT}/train/{wnid}/images/{wnid}_{i}.JPEG"] = picture
    for name, wnid in reversed(VALIDATION):
        content[f"{ROOT}/val/images/{name}"] = jpeg(colour_of(wnid, 3))
    return content


def archive(content: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for name, value in content.items():
            file.writestr(name, value)
    return buffer.getvalue()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """$STEPWISE_DATA, empty; the cache is elsewhere and no host is reached."""
    chosen = tmp_path / "data"
    chosen.mkdir()
    monkeypatch.setenv("STEPWISE_DATA", str(chosen))
    monkeypatch.setattr(_archive.pooch, "os_cache", lambda name: tmp_path / "cache" / name)
    monkeypatch.setattr(_tinyimagenet, "SOURCES", ("http://127.0.0.1:9/none",))
    return chosen


@pytest.fixture
def put(folder: Path, monkeypatch: pytest.MonkeyPatch):
    """put(bytes): they are the archive that counts as the published one."""

    def write(content: bytes) -> None:
        monkeypatch.setattr(_tinyimagenet, "MD5", hashlib.md5(content).hexdigest())
        (folder / _tinyimagenet.ARCHIVE).write_bytes(content)

    return write


# --- the archive ---------------------------------------------------------------------------------


def test_training_pictures_come_each_once_with_their_class(put, folder: Path) -> None:
    put(archive(members()))
    images = data.load_images("tinyimagenet")
    assert (images.name, images.x.dtype, images.y.dtype) == ("tinyimagenet", np.uint8, np.int64)
    assert images.x.shape == (30, 64, 64, 3)
    got = sorted(zip(images.y, images.x[:, 0, 0, 0], strict=True))
    # Classes are numbered in the sorted order of their ids: n01 is 0.
    want = sorted((int(wnid[1:]) - 1, colour_of(wnid, i)[0]) for wnid, i in TRAIN)
    # JPEG may round a flat colour by one step.
    np.testing.assert_allclose(np.array(got, dtype=float), want, atol=1)
    assert (images.x == images.x[:, :1, :1, :1]).all()  # three channels, grey files too
    assert [p.name for p in folder.iterdir()] == [_tinyimagenet.ARCHIVE]  # nothing is unpacked


def test_the_order_is_mixed_and_always_the_same(put) -> None:
    put(archive(members()))
    images = data.load_images("tinyimagenet")
    assert len(set(images.y[:10])) == 3
    few = data.load_images("tinyimagenet", n=7)
    np.testing.assert_array_equal(few.x, images.x[:7])
    np.testing.assert_array_equal(few.y, images.y[:7])
    put(archive(dict(reversed(members().items()))))
    np.testing.assert_array_equal(data.load_images("tinyimagenet").x, images.x)


def test_the_test_part_is_the_validation_part_in_its_own_order(put) -> None:
    put(archive(members()))
    images = data.load_images("tinyimagenet", "test")
    np.testing.assert_array_equal(images.y, [1, 0, 2])
    want = [colour_of(wnid, 3)[0] for _, wnid in VALIDATION]
    np.testing.assert_allclose(images.x[:, 5, 5, 0].astype(float), want, atol=1)
    assert len(data.load_images("tinyimagenet", "test", 2)) == 2


def test_what_there_is_not_is_an_error_in_words(put) -> None:
    put(archive(members()))
    with pytest.raises(
        ValueError, match=r"n is 31; it must be between 1 and 30, .* in tinyimagenet/train"
    ):
        data.load_images("tinyimagenet", n=31)
    with pytest.raises(ValueError, match="split is 'val'; it must be one of 'train', 'test'"):
        data.load_images("tinyimagenet", "val")


FIRST = f"{ROOT}/train/n01/images/n01_0.JPEG"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({f"{ROOT}/wnids.txt": None}, r"damaged: .*wnids\.txt"),
        ({f"{ROOT}/wnids.txt": b"n01\nn02"}, "damaged: .*n03"),
        ({FIRST: b"no"}, "damaged: a file in it is no picture"),
        ({FIRST: jpeg((9, 9, 9))[:-300]}, "damaged: a file in it is no picture"),
        ({FIRST: jpeg((9, 9, 9), size=32)}, r"damaged: picture \d+ is \(32, 32\), .* \(64, 64\)"),
        ({name: None for name in members() if "/train/" in name}, "damaged: it holds no picture"),
    ],
)
def test_damaged_archives_are_refused(put, change: dict, words: str) -> None:
    content = members() | change
    put(archive({name: value for name, value in content.items() if value is not None}))
    with pytest.raises(ValueError, match=words):
        data.load_images("tinyimagenet")


def test_a_file_that_is_not_the_published_one_is_refused(put, folder: Path) -> None:
    put(archive(members()))
    (folder / _tinyimagenet.ARCHIVE).write_bytes(b"half")
    with pytest.raises(ValueError, match="may be incomplete"):
        data.load_images("tinyimagenet")
    put(b"half")
    with pytest.raises(ValueError, match="damaged"):
        data.load_images("tinyimagenet")


def test_offline_the_error_says_what_to_fetch(folder: Path) -> None:
    with pytest.raises(OSError, match="Tiny ImageNet could not be downloaded") as caught:
        data.load_images("tinyimagenet")
    assert "248 MB" in str(caught.value) and _tinyimagenet.ARCHIVE in str(caught.value)


def test_it_comes_from_two_addresses() -> None:
    assert len(_tinyimagenet.SOURCES) == 2
    assert all(_tinyimagenet.ARCHIVE in url for url in _tinyimagenet.SOURCES)


# --- the JPEG pack -------------------------------------------------------------------------------


def pack(path: Path, files: list[bytes], labels: list[int], **changes: object) -> None:
    arrays = {
        "bytes": np.frombuffer(b"".join(files), dtype=np.uint8),
        "offsets": np.cumsum([0, *map(len, files)]),
        "labels": np.array(labels, dtype=np.uint8),
        "classes": np.array(WNIDS),
    }
    np.savez(path, **(arrays | changes))


@pytest.fixture
def small_pack(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Eight pictures, of which the last two are the test part; number 4 is no picture."""
    monkeypatch.setattr(_tinyimagenet, "PACK_PARTS", {"train": range(6), "test": range(6, 8)})
    files = [jpeg((30 * i,) * 3, "L" if i == 1 else "RGB") for i in range(8)]
    files[4] = b"no picture"
    pack(folder / _tinyimagenet.PACK, files, [2, 0, 1, 2, 0, 1, 1, 2])
    return folder / _tinyimagenet.PACK


def test_both_parts_come_from_one_pack_under_its_own_name(small_pack: Path) -> None:
    images = data.load_images("tinyimagenet", n=4)
    assert images.name == "tinyimagenet-25k-jpeg"
    assert images.x.shape == (4, 64, 64, 3)
    np.testing.assert_allclose(images.x[:, 0, 0, 1].astype(float), [0, 30, 60, 90], atol=1)
    np.testing.assert_array_equal(images.y, [2, 0, 1, 2])
    test = data.load_images("tinyimagenet", "test")
    np.testing.assert_allclose(test.x[:, 0, 0, 1].astype(float), [180, 210], atol=1)
    np.testing.assert_array_equal(test.y, [1, 2])
    assert len(data.load_images("tinyimagenet", "test", 1)) == 1
    with pytest.raises(ValueError, match="n is 3; it must be between 1 and 2"):
        data.load_images("tinyimagenet", "test", 3)


def test_only_the_pictures_that_are_asked_for_are_decoded(small_pack: Path) -> None:
    data.load_images("tinyimagenet", n=4)
    with pytest.raises(ValueError, match="npz is damaged .*: a file in it is no picture"):
        data.load_images("tinyimagenet", n=5)


def test_the_parts_share_no_picture_and_leave_none_out() -> None:
    parts = _tinyimagenet.PACK_PARTS
    assert [*parts["train"], *parts["test"]] == list(range(25_000))
    assert len(parts["test"]) == 2_500


def test_the_archive_is_preferred_to_the_pack(small_pack: Path, put) -> None:
    put(archive(members()))
    assert data.load_images("tinyimagenet").name == "tinyimagenet"


def test_a_pack_whose_arrays_do_not_fit_is_refused(small_pack: Path) -> None:
    files = [jpeg((9, 9, 9))] * 3
    pack(small_pack, files, [0, 1])
    with pytest.raises(ValueError, match="2 labels and 4 offsets"):
        data.load_images("tinyimagenet")
    pack(small_pack, files, [0, 1, 2])
    with pytest.raises(ValueError, match="it holds no picture of this part"):
        data.load_images("tinyimagenet", "test")


def test_training_and_its_evaluation_read_no_more_than_they_use(small_pack: Path) -> None:
    config = TrainConfig(
        data="tinyimagenet", n=4, size=16, batch=2, steps=1, d=2, probe_pairs=2, log_points=2,
        evaluation_pictures=4,
    )  # fmt: skip
    run = train(config)
    assert run.meta["data"] == "tinyimagenet-25k-jpeg"
    assert 0 <= run.metrics["linear_probe"] <= 1


def test_at_most_takes_a_smaller_split_whole() -> None:
    assert len(data.at_most("digits", "test", 600)) == 500
    assert len(data.at_most("digits", "test", 5)) == 5
