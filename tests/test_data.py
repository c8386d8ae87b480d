"""Pictures: what comes with scikit-learn, what is read from files, what is downloaded.

CIFAR-10 is played by tiny files of the same format, served by this machine to itself.
"""

from __future__ import annotations

import errno
import hashlib
import http.client
import io
import itertools
import os
import pickle
import socket
import ssl
import subprocess
import sys
import tarfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

import numpy as np
import pytest
import requests
import urllib3
from PIL import Image
from sklearn.datasets import load_digits, load_sample_images

from stepwise_ssl import data
from stepwise_ssl._lock import SystemLock
from stepwise_ssl.data import _archive, _cifar10, _download, _reasons, _stl10, _tinyimagenet

# --- what comes with scikit-learn --------------------------------------------------------------


def test_digits_are_those_of_scikit_learn_split_once() -> None:
    train, test = data.load_images("digits"), data.load_images("digits", "test")
    assert train.x.shape == (1297, 8, 8, 1)
    assert test.x.shape == (500, 8, 8, 1)
    assert train.x.dtype == np.uint8
    assert train.y.dtype == np.int64
    assert train.name == "digits"
    assert (train.x.min(), train.x.max()) == (0, 255)
    values, labels = load_digits(return_X_y=True)
    # Every digit of the set is in one of the two parts, with its label.
    ours = np.concatenate([train.x, test.x]).reshape(1797, 64) / 255 * 16
    rows = np.column_stack([ours.round(), np.concatenate([train.y, test.y])])
    theirs = np.column_stack([values, labels])
    np.testing.assert_array_equal(rows[np.lexsort(rows.T)], theirs[np.lexsort(theirs.T)])
    assert len(np.unique(test.y)) == 10
    np.testing.assert_array_equal(train.x, data.load_images().x)


def test_n_takes_the_first_ones() -> None:
    for name in ("digits", "patches"):
        few, all_of_them = data.load_images(name, n=7), data.load_images(name)
        np.testing.assert_array_equal(few.x, all_of_them.x[:7])
        np.testing.assert_array_equal(few.y, all_of_them.y[:7])
        assert len(few) == 7


def test_patches_lie_in_the_photograph_that_y_names_and_splits_share_no_pixel() -> None:
    photos = load_sample_images().images
    for split, size, first, last in (("train", 2000, 0, 480), ("test", 500, 480, 640)):
        patches = data.load_images("patches", split)
        assert patches.x.shape == (size, 32, 32, 3)
        np.testing.assert_array_equal(np.bincount(patches.y), [size // 2] * 2)
        for picture, y in zip(patches.x[:20], patches.y[:20], strict=True):
            part = photos[y][:, first:last]
            corners = np.argwhere((part[:-31, :-31] == picture[0, 0]).all(-1))
            found = [(part[r : r + 32, c : c + 32] == picture).all() for r, c in corners]
            assert any(found)


def test_images_say_what_they_are() -> None:
    assert repr(data.load_images(n=3)) == "Images('digits': 3 pictures of 8x8, 1 channel)"


# --- CIFAR-10 from files -----------------------------------------------------------------------


def records(n: int, seed: int) -> tuple[np.ndarray, np.ndarray, bytes]:
    """n random pictures (n, 32, 32, 3), their labels, and both in the binary format."""
    rng = np.random.default_rng(seed)
    x = rng.integers(0, 256, (n, 32, 32, 3), dtype=np.uint8)
    y = rng.integers(0, 10, n)
    packed = b"".join(
        bytes([label]) + b"".join(picture[:, :, c].tobytes() for c in range(3))
        for picture, label in zip(x, y, strict=True)
    )
    return x, y, packed


def archive(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


BATCHES = {
    **{f"cifar-10-batches-bin/data_batch_{i}.bin": records(4, i)[2] for i in range(1, 6)},
    "cifar-10-batches-bin/test_batch.bin": records(3, 9)[2],
}
TINY = archive({"../outside.txt": b"no", "cifar-10-batches-bin/readme.html": b"text", **BATCHES})


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """$STEPWISE_DATA, empty; the tiny archive counts as the true one; the cache is elsewhere."""
    chosen = tmp_path / "data"
    chosen.mkdir()
    monkeypatch.setenv("STEPWISE_DATA", str(chosen))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(_archive.pooch, "os_cache", lambda name: tmp_path / "cache" / name)
    monkeypatch.setattr(_cifar10, "MD5", hashlib.md5(TINY).hexdigest())
    # No test may reach for the real hosts: port 9 of this machine answers nobody.
    monkeypatch.setattr(_cifar10, "SOURCES", ("http://127.0.0.1:9/none",))
    return chosen


def assert_is_cifar10(images: data.Images, n: int = 20) -> None:
    parts = [records(4, i) for i in range(1, 6)]
    assert images.name == "cifar10"
    np.testing.assert_array_equal(images.x, np.concatenate([p[0] for p in parts])[:n])
    np.testing.assert_array_equal(images.y, np.concatenate([p[1] for p in parts])[:n])


def test_archive_in_the_chosen_directory_is_read_and_nothing_unpacked(folder: Path) -> None:
    (folder / _cifar10.ARCHIVE).write_bytes(TINY)
    assert_is_cifar10(data.load_images("cifar10"))
    assert_is_cifar10(data.load_images("cifar10", n=6), 6)
    test = data.load_images("cifar10", "test")
    np.testing.assert_array_equal(test.x, records(3, 9)[0])
    assert test.x.flags.c_contiguous
    assert (test.x.dtype, test.y.dtype) == (np.uint8, np.int64)
    assert [p.name for p in folder.iterdir()] == [_cifar10.ARCHIVE]
    assert [p.name for p in folder.parent.iterdir()] == ["data"]


def test_too_large_n_says_how_many_there_are(folder: Path) -> None:
    (folder / _cifar10.ARCHIVE).write_bytes(TINY)
    with pytest.raises(ValueError, match="n is 21; it must be between 1 and 20"):
        data.load_images("cifar10", n=21)


def test_archive_with_another_hash_is_refused_and_kept(folder: Path) -> None:
    (folder / _cifar10.ARCHIVE).write_bytes(TINY[:-50])
    with pytest.raises(ValueError, match="may be incomplete"):
        data.load_images("cifar10")
    assert (folder / _cifar10.ARCHIVE).exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (TINY[:-50], "damaged"),
        (b"not an archive", "damaged"),
        (archive({"cifar-10-batches-bin/data_batch_1.bin": b"x" * 100}), "no multiple of 3073"),
        (archive({"cifar-10-batches-py/data_batch_1": pickle.dumps([1])}), "data_batch_1.bin"),
    ],
)
def test_damaged_archives_are_refused(folder, monkeypatch, content: bytes, words: str) -> None:
    """Should the hash be right and the content not: still an error in words, and no unpickling."""
    monkeypatch.setattr(_cifar10, "MD5", hashlib.md5(content).hexdigest())
    (folder / _cifar10.ARCHIVE).write_bytes(content)
    with pytest.raises(ValueError, match=words):
        data.load_images("cifar10")


def jpeg_pack(path: Path, n: int) -> np.ndarray:
    # Smooth pictures, which JPEG keeps nearly as they are; one is grey.
    ramp = np.linspace(20, 220, 32)
    x = np.stack([np.add.outer(ramp * (i + 1) / n, ramp) / 2 for i in range(n)])
    x = x.astype(np.uint8)[..., None].repeat(3, axis=-1)
    files = []
    for i, picture in enumerate(x):
        buffer = io.BytesIO()
        image = Image.fromarray(picture)
        (image.convert("L") if i == 1 else image).save(buffer, "JPEG", quality=95)
        files.append(buffer.getvalue())
    offsets = np.cumsum([0, *map(len, files)])
    raw = np.frombuffer(b"".join(files), dtype=np.uint8)
    np.savez(path, bytes=raw, offsets=offsets, labels=np.arange(n, dtype=np.uint8))
    return x


def test_jpeg_packs_come_back_under_their_own_name(folder: Path) -> None:
    x = jpeg_pack(folder / "cifar10_train_jpeg.npz", 6)
    images = data.load_images("cifar10", n=4)
    assert images.name == "cifar10-jpeg"
    assert images.x.dtype == np.uint8
    assert np.abs(images.x.astype(int) - x[:4]).max() < 12  # JPEG loses a little
    np.testing.assert_array_equal(images.y, np.arange(4))
    assert len(data.load_images("cifar10")) == 6


def test_the_archive_is_preferred_to_the_pack(folder: Path) -> None:
    jpeg_pack(folder / "cifar10_train_jpeg.npz", 6)
    (folder / _cifar10.ARCHIVE).write_bytes(TINY)
    assert_is_cifar10(data.load_images("cifar10"))


def test_damaged_packs_are_refused(folder: Path) -> None:
    pack = folder / "cifar10_train_jpeg.npz"
    pack.write_bytes(b"no")
    with pytest.raises(ValueError, match="cifar10_train_jpeg.npz is damaged"):
        data.load_images("cifar10")
    np.savez(pack, bytes=np.array([{}], dtype=object), offsets=[0, 1], labels=[0])
    with pytest.raises(ValueError, match="damaged"):  # objects would need unpickling
        data.load_images("cifar10")


def test_a_chosen_directory_that_is_none_is_an_error(folder, monkeypatch) -> None:
    monkeypatch.setenv("STEPWISE_DATA", "~nobody-here/data")
    with pytest.raises(ValueError, match="STEPWISE_DATA is .* no user of that name has a home"):
        data.load_images("cifar10")
    monkeypatch.setenv("STEPWISE_DATA", str(folder / "typo"))
    with pytest.raises(NotADirectoryError, match="STEPWISE_DATA is .*typo"):
        data.load_images("cifar10")


# --- STL-10 -------------------------------------------------------------------------------------


def stl10_pictures(n: int, seed: int) -> tuple[np.ndarray, bytes]:
    """n random pictures (n, 96, 96, 3), and their bytes: planes by colour, columns one by one."""
    x = np.random.default_rng(seed).integers(0, 256, (n, 96, 96, 3), dtype=np.uint8)
    packed = b"".join(
        picture[:, column, colour].tobytes()
        for picture in x
        for colour in range(3)
        for column in range(96)
    )
    return x, packed


STL10 = archive(
    {
        "stl10_binary/test_X.bin": stl10_pictures(2, 1)[1],
        "stl10_binary/test_y.bin": bytes([10, 1]),
        "stl10_binary/train_X.bin": stl10_pictures(3, 2)[1],
        "stl10_binary/train_y.bin": bytes([3, 1, 10]),
        "stl10_binary/unlabeled_X.bin": stl10_pictures(4, 3)[1],
    }
)


@pytest.fixture
def stl10(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder with a tiny STL-10 in it."""
    monkeypatch.setattr(_stl10, "MD5", hashlib.md5(STL10).hexdigest())
    monkeypatch.setattr(_stl10, "SOURCES", ("http://127.0.0.1:9/none",))
    (folder / _stl10.ARCHIVE).write_bytes(STL10)
    return folder


@pytest.mark.parametrize(
    ("split", "n", "seed", "labels"),
    [
        ("train", 3, 2, [2, 0, 9]),
        ("test", 2, 1, [9, 0]),
        ("unlabeled", 4, 3, [-1, -1, -1, -1]),
    ],
)
def test_stl10_is_read_from_its_archive(stl10, split, n, seed, labels) -> None:
    images = data.load_images("stl10", split)
    np.testing.assert_array_equal(images.x, stl10_pictures(n, seed)[0])
    np.testing.assert_array_equal(images.y, labels)
    assert (images.x.dtype, images.y.dtype, images.name) == (np.uint8, np.int64, "stl10")
    few = data.load_images("stl10", split, n=2)
    np.testing.assert_array_equal(few.x, images.x[:2])
    np.testing.assert_array_equal(few.y, images.y[:2])


def test_stl10_alone_has_pictures_without_labels(stl10) -> None:
    with pytest.raises(ValueError, match="split is 'unlabeled'; it must be one of 'train', 'test'"):
        data.load_images("cifar10", "unlabeled")
    with pytest.raises(ValueError, match="split is 'all'; .*'unlabeled'"):
        data.load_images("stl10", "all")


def test_stl10_that_is_damaged_or_not_there_is_an_error(stl10, monkeypatch) -> None:
    short = archive(
        {"stl10_binary/train_X.bin": stl10_pictures(2, 0)[1], "stl10_binary/train_y.bin": b"1"}
    )
    (stl10 / _stl10.ARCHIVE).write_bytes(short)
    with pytest.raises(ValueError, match="may be incomplete"):
        data.load_images("stl10")
    monkeypatch.setattr(_stl10, "MD5", hashlib.md5(short).hexdigest())
    with pytest.raises(ValueError, match="damaged: train has 2 pictures and 1 labels"):
        data.load_images("stl10")
    with pytest.raises(ValueError, match=r"damaged: .*test_X\.bin"):
        data.load_images("stl10", "test")
    (stl10 / _stl10.ARCHIVE).unlink()
    with pytest.raises(OSError, match="STL-10 could not be downloaded") as caught:
        data.load_images("stl10")
    assert "2640 MB" in str(caught.value) and _stl10.ARCHIVE in str(caught.value)


def test_stl10_has_jpeg_packs_too(folder: Path) -> None:
    jpeg_pack(folder / "stl10_unlabeled_jpeg.npz", 3)
    assert data.load_images("stl10", "unlabeled").name == "stl10-jpeg"


def house(url: str) -> str:
    """The last two parts of the host's name: www.cs.toronto.edu is toronto.edu."""
    return ".".join(urlsplit(url).hostname.split(".")[-2:])


@pytest.mark.parametrize("room", [_cifar10, _stl10, _tinyimagenet])
def test_a_second_source_is_another_house_or_the_reader_is_told(room) -> None:
    assert len(room.SOURCES) == 2
    assert all(urlsplit(url).path.endswith(room.ARCHIVE) for url in room.SOURCES)
    told = "Stanford" in getattr(room, "_REMARK", "")
    assert len({house(url) for url in room.SOURCES}) == (1 if told else 2)


def test_stl10_says_that_its_two_sources_are_one_house(folder, monkeypatch, capsys) -> None:
    monkeypatch.setattr(_stl10, "SOURCES", ("http://127.0.0.1:9/1", "http://127.0.0.1:9/2"))
    with pytest.raises(OSError, match="Both addresses are Stanford's"):
        data.load_images("stl10")
    assert "Both addresses are Stanford's" in capsys.readouterr().out


# --- the download ------------------------------------------------------------------------------


class Server(BaseHTTPRequestHandler):
    """Serves ``content`` with Range; can ignore Range, break off, send slowly, wait or fail."""

    def __init__(self, log: list, content: bytes, options: dict, *args) -> None:
        self.log, self.content, self.options = log, content, options
        super().__init__(*args)

    def do_GET(self) -> None:
        asked = self.headers.get("Range")
        self.log.append(asked)
        if self.options.get("raw"):
            self.wfile.write(self.options["raw"])
            return
        if self.options.get("status"):
            self.send_error(self.options["status"])
            return
        if self.options.get("gate"):
            self.options["asked"].set()
            self.options["gate"].wait()
        start = 0
        if asked and not self.options.get("ignore_range"):
            start = int(asked.removeprefix("bytes=").removesuffix("-"))
            if start >= len(self.content):
                self.send_error(416)
                return
        self.send_response(206 if start else 200)
        if start:
            size = len(self.content)
            self.send_header("Content-Range", f"bytes {start}-{size - 1}/{size}")
        self.send_header("Content-Length", str(len(self.content) - start))
        self.end_headers()
        piece = self.options.get("break_after", len(self.content))
        try:
            self.wfile.write(self.content[start : start + piece])
        except ConnectionError:  # whoever asked is no longer there
            return
        if self.options.get("stall"):
            for i in range(start + piece, len(self.content)):
                if self.options["stall"].wait(0.01):
                    return
                self.wfile.write(self.content[i : i + 1])

    def do_CONNECT(self) -> None:
        self.log.append("CONNECT")
        self.send_error(self.options["status"])

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def serve() -> Iterator:
    """serve(content, **options) -> (address, list of the Range headers of its requests)."""
    servers = []

    def start(content: bytes = TINY, **options) -> tuple[str, list]:
        log: list = []
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Server, log, content, options))
        if "context" in options:
            server.socket = options["context"].wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
        servers.append(server)
        scheme = "https" if "context" in options else "http"
        return f"{scheme}://127.0.0.1:{server.server_port}/cifar.tar.gz", log

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def sources(monkeypatch: pytest.MonkeyPatch, folder: Path):
    return lambda *urls: monkeypatch.setattr(_cifar10, "SOURCES", urls)


def left_in(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


def test_download_says_what_it_does_checks_and_keeps(folder, serve, sources, capsys) -> None:
    url, log = serve()
    sources(url, "http://127.0.0.1:9/second")
    assert_is_cifar10(data.load_images("cifar10"))
    said = capsys.readouterr()
    for words in ("170 MB", url, "55 kB/s", "http://127.0.0.1:9/second", str(folder)):
        assert words in said.out
    assert "100%" in said.err  # the progress bar
    assert_is_cifar10(data.load_images("cifar10"))
    assert log == [None]  # one request: the second call found the file
    assert left_in(folder) == [_cifar10.ARCHIVE]


def test_without_a_chosen_directory_the_cache_is_used(folder, serve, sources, monkeypatch) -> None:
    monkeypatch.delenv("STEPWISE_DATA")
    url, log = serve()
    sources(url)
    assert_is_cifar10(data.load_images("cifar10"))
    assert_is_cifar10(data.load_images("cifar10"))
    assert log == [None]
    assert left_in(folder.parent / "cache" / "stepwise_ssl") == [_cifar10.ARCHIVE]


def test_a_partial_download_is_resumed(folder, serve, sources) -> None:
    (folder / f"{_cifar10.ARCHIVE}.part").write_bytes(TINY[:1000])
    url, log = serve()
    sources(url)
    assert_is_cifar10(data.load_images("cifar10"))
    assert log == ["bytes=1000-"]
    assert left_in(folder) == [_cifar10.ARCHIVE]


def test_a_complete_partial_file_is_taken(folder, serve, sources) -> None:
    (folder / f"{_cifar10.ARCHIVE}.part").write_bytes(TINY)
    url, _ = serve()
    sources(url)
    assert_is_cifar10(data.load_images("cifar10"))


def test_a_server_that_ignores_range_starts_the_file_anew(folder, serve, sources) -> None:
    (folder / f"{_cifar10.ARCHIVE}.part").write_bytes(TINY[:1000])
    url, _ = serve(ignore_range=True)
    sources(url)
    assert_is_cifar10(data.load_images("cifar10"))


def test_a_connection_that_breaks_is_taken_up_again(folder, serve, sources, monkeypatch) -> None:
    monkeypatch.setattr(_download, "_CHUNK", 1000)
    url, log = serve(break_after=len(TINY) // 3)
    sources(url)
    assert_is_cifar10(data.load_images("cifar10"))
    assert len(log) > 2


def test_an_interrupted_download_leaves_what_it_has(folder, serve, sources, monkeypatch) -> None:
    url, _ = serve()
    sources(url)

    class Interrupted(_download.tqdm):
        def update(self, n: float = 1) -> None:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(_download, "tqdm", Interrupted)
        patch.setattr(_download, "_CHUNK", 1000)
        with pytest.raises(KeyboardInterrupt):
            data.load_images("cifar10")
    assert (folder / f"{_cifar10.ARCHIVE}.part").read_bytes() == TINY[:1000]
    assert_is_cifar10(data.load_images("cifar10"))


@pytest.mark.parametrize("first", [{"status": 503}, {"content": b"<html>log in</html>"}])
def test_the_second_source_takes_over(folder, serve, sources, first) -> None:
    bad, _ = serve(**first)
    good, log = serve()
    sources(bad, good)
    assert_is_cifar10(data.load_images("cifar10"))
    assert log == [None]  # a wrong file is thrown away, not continued
    assert left_in(folder) == [_cifar10.ARCHIVE]


def test_a_slow_source_hands_over_to_the_next(folder, serve, sources, monkeypatch, capsys) -> None:
    end = threading.Event()
    slow, _ = serve(break_after=2000, stall=end)
    good, log = serve()
    sources(slow, good)
    # A clock that goes on by a second at each look, and stands still for the good source: how
    # fast this machine is has no part in it.
    seconds = itertools.count()
    monkeypatch.setattr(
        _download, "time", SimpleNamespace(monotonic=lambda: 0 if log else next(seconds))
    )
    monkeypatch.setattr(_download, "PATIENCE", 150)
    monkeypatch.setattr(_download, "_CHUNK", 10)
    try:
        assert_is_cifar10(data.load_images("cifar10"))
    finally:
        end.set()
    assert f"{slow} delivers 0 kB/s" in capsys.readouterr().out
    assert log == ["bytes=1510-"]  # 151 chunks in 151 seconds


def test_a_slow_source_is_waited_for_when_there_is_no_other(
    folder, serve, sources, monkeypatch
) -> None:
    url, _ = serve()
    sources(url)
    monkeypatch.setattr(_download, "PATIENCE", 0.0)
    monkeypatch.setattr(_download, "SLOW", 1e12)
    monkeypatch.setattr(_download, "_CHUNK", 10_000)
    assert_is_cifar10(data.load_images("cifar10"))


def test_a_wrong_file_from_everywhere_is_an_error_and_is_not_kept(folder, serve, sources) -> None:
    one, _ = serve(content=b"<html>log in</html>")
    two, _ = serve(content=TINY + b"!")
    sources(one, two)
    with pytest.raises(OSError, match="hash differs") as caught:
        data.load_images("cifar10")
    assert one in str(caught.value)
    assert two in str(caught.value)
    assert left_in(folder) == []


def test_offline_the_error_says_what_failed_and_the_ways_on(folder) -> None:
    with pytest.raises(OSError, match="CIFAR-10 could not be downloaded") as caught:
        data.load_images("cifar10")
    message = str(caught.value)
    for words in (
        "http://127.0.0.1:9/none: no connection",
        "STEPWISE_DATA",
        _cifar10.ARCHIVE,
        "170 MB",
        'load_images("digits")',
        'load_images("patches")',
    ):
        assert words in message


# --- several processes at once -----------------------------------------------------------------

LOAD = """
import sys
from stepwise_ssl import data
from stepwise_ssl._lock import SystemLock
from stepwise_ssl.data import _cifar10, _download
_download._TIMEOUT = None  # the tests' server answers when it is told to
_cifar10.MD5, *_cifar10.SOURCES = sys.argv[1:]
print("loaded", len(data.load_images("cifar10")))
"""


def loading(folder: Path, url: str) -> subprocess.Popen:
    """A process of its own that loads the tiny CIFAR-10."""
    return subprocess.Popen(
        [sys.executable, "-u", "-c", LOAD, _cifar10.MD5, url],
        env={**os.environ, "STEPWISE_DATA": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


@pytest.fixture
def gated(serve) -> Iterator:
    """(address, its log, asked, gate): says when it was asked, and answers once the gate is set."""
    asked, gate = threading.Event(), threading.Event()
    yield *serve(asked=asked, gate=gate), asked, gate
    gate.set()


def test_of_three_processes_one_downloads_and_two_wait(folder, gated) -> None:
    url, log, asked, gate = gated
    first = loading(folder, url)
    assert asked.wait(600)  # it holds the lock now
    others = [loading(folder, url) for _ in range(2)]
    said = [process.stdout.readline() for process in others]
    assert log == [None]
    gate.set()
    ends = [process.communicate()[0] for process in (first, *others)]
    assert all("Another process is downloading CIFAR-10" in line for line in said)
    assert [end.splitlines()[-1] for end in ends] == ["loaded 20"] * 3
    assert log == [None]
    assert left_in(folder) == [_cifar10.ARCHIVE]


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_a_killed_process_leaves_no_lock(folder, gated, sources) -> None:
    url, log, asked, gate = gated
    killed = loading(folder, url)
    assert asked.wait(600)
    killed.kill()
    killed.communicate()
    gate.set()
    sources(url)
    assert_is_cifar10(data.load_images("cifar10"))
    assert len(log) == 2


def test_threads_wait_for_each_other_too(folder, serve, sources) -> None:
    url, log = serve()
    sources(url)
    with ThreadPoolExecutor(4) as pool:
        for images in pool.map(lambda _: data.load_images("cifar10"), range(4)):
            assert_is_cifar10(images)
    assert log == [None]


def test_an_error_gives_the_lock_back(folder, serve, sources) -> None:
    sources("http://127.0.0.1:9/none")
    with pytest.raises(OSError, match="no connection"):
        data.load_images("cifar10")
    url, _ = serve()
    sources(url)
    assert_is_cifar10(data.load_images("cifar10"))


@pytest.mark.parametrize("code", [errno.ENOLCK, errno.ENOTSUP, errno.EINVAL, errno.ENOSYS])
@pytest.mark.parametrize("left_by_a_kill", [False, True])
def test_a_file_system_without_locks_stops_nobody(
    folder, serve, sources, monkeypatch, capsys, code, left_by_a_kill
) -> None:
    fcntl = pytest.importorskip("fcntl")
    if left_by_a_kill:
        (folder / f"{_cifar10.ARCHIVE}.lock").write_text(f"{os.getpid()}\nhere\n")

    def flock(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(fcntl, "flock", flock)
    url, _ = serve()
    sources(url)
    assert_is_cifar10(data.load_images("cifar10"))
    assert "start one alone first" in capsys.readouterr().out


def test_a_system_without_locks_stops_nobody(folder, serve, sources, monkeypatch) -> None:
    def acquire(*_: object, **__: object) -> None:
        raise NotImplementedError

    monkeypatch.setattr(SystemLock, "acquire", acquire)
    url, _ = serve()
    sources(url)
    assert_is_cifar10(data.load_images("cifar10"))


def test_a_lock_that_cannot_be_written_stops_nobody(folder, serve, sources, monkeypatch, capsys):
    true = os.open

    def refuse(path, *rest, **options):
        if str(path).endswith(".lock"):
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))
        return true(path, *rest, **options)

    monkeypatch.setattr(os, "open", refuse)
    url, _ = serve()
    sources(url)
    assert_is_cifar10(data.load_images("cifar10"))
    assert "start one alone first" in capsys.readouterr().out


def test_a_chosen_directory_for_reading_alone_is_read_and_the_cache_takes_the_rest(
    folder, serve, sources, monkeypatch
) -> None:
    # The tests may run as root, who may write everywhere.
    monkeypatch.setattr(_archive.os, "access", lambda path, mode: Path(path) != folder)
    url, log = serve()
    sources(url)
    assert_is_cifar10(data.load_images("cifar10"))
    assert left_in(folder) == []
    assert_is_cifar10(data.load_images("cifar10"))
    assert log == [None]


# --- why a download fails ----------------------------------------------------------------------


def failure() -> str:
    with pytest.raises(OSError, match="could not be downloaded") as caught:
        data.load_images("cifar10")
    message = str(caught.value)
    assert "By hand" in message
    assert "verify=False" not in message
    return message


@pytest.fixture
def no_proxy(monkeypatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def test_a_refused_certificate_is_called_that(serve, sources, no_proxy, monkeypatch) -> None:
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    certificate = Path(__file__).with_name("self_signed.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    url, _ = serve(context=context)
    sources(url)
    message = failure()
    for words in (
        "certificate was refused", "self", "REQUESTS_CA_BUNDLE", "certifi",
        f"this machine's date is {date.today().isoformat()}",
    ):  # fmt: skip
        assert words in message
    # The way on that the message names is one.
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    assert_is_cifar10(data.load_images("cifar10"))


def test_encryption_that_fails_otherwise_is_no_certificate() -> None:
    message = _reasons.reason(requests.exceptions.SSLError("[SSL] wrong version number"))
    assert "no encrypted connection came about ([SSL] wrong version number)" in message
    assert "certificate" not in message


def test_certificates_that_are_not_there_are_named(folder, sources, no_proxy, monkeypatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(folder / "typo.pem"))
    sources("https://127.0.0.1:9/x")
    message = failure()
    assert "REQUESTS_CA_BUNDLE" in message
    assert "typo.pem" in message


def test_a_proxy_that_is_not_there_is_named_without_its_password(
    sources, no_proxy, monkeypatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://ada:secret@127.0.0.1:9")
    sources("https://nowhere.invalid/x")
    message = failure()
    assert "proxy in between gave no way (HTTPS_PROXY is 127.0.0.1:9)" in message
    assert "secret" not in message


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_whose_name_is_not_found_is_named(sources, no_proxy, monkeypatch, scheme) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    monkeypatch.setenv(f"{scheme}_proxy", "http://proxy.invalid:8080")
    sources(f"{scheme}://nowhere.invalid/x")
    assert f"the name of the proxy was not found ({scheme}_proxy is proxy.invalid:8080)" in (
        failure()
    )


def test_a_proxy_that_refuses_is_told_from_the_host(serve, sources, no_proxy, monkeypatch) -> None:
    proxy, log = serve(status=403)
    monkeypatch.setenv("HTTPS_PROXY", f"http://ada:secret@{urlsplit(proxy).netloc}/")
    sources("https://nowhere.invalid/x")
    assert f"403 Forbidden (HTTPS_PROXY is {urlsplit(proxy).netloc}): it lets" in failure()
    assert log == ["CONNECT"]


@pytest.mark.parametrize(
    "address",
    [
        "http://[bad", "http://ada:secret@[bad", "http://ada:secret", "ada:secret", "http://a..b:9",
        "http://ada:secret#x@127.0.0.1:9", "http://ada:x?secret@127.0.0.1:9",
        "http://ada:x/secret@127.0.0.1:9", "http://ada:x@secret@127.0.0.1:9",
        "http://ada:x[secret@127.0.0.1:9", "http://ada:\u20acsecret@127.0.0.1:9",
        "http://ada:secret@127.0.0.1:port", "http://ada:secret@127.0.0.1:99999",
        "http://ada:secret@", "ftp://ada:secret@127.0.0.1:9", "//ada:secret@127.0.0.1:9",
        "http://ada:%zzsecret@127.0.0.1:9", "http://ada:secret@" + "a" * 70 + ".invalid:9",
    ],
)  # fmt: skip
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_of_whatever_form_is_named_and_its_password_never(
    sources, no_proxy, monkeypatch, capsys, scheme, address
) -> None:
    monkeypatch.setenv(f"{scheme}_proxy", address)
    sources(f"{scheme}://nowhere.invalid/x")
    said = failure() + "".join(capsys.readouterr())
    assert f"{scheme}_proxy is " in said
    assert "HTTPS_PROXY" in said
    assert "secret" not in said
    assert "hash" not in said


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_wants_a_password_is_told_from_others(
    serve, sources, no_proxy, monkeypatch, scheme
) -> None:
    proxy, _ = serve(status=407)
    monkeypatch.setenv(f"{scheme}_proxy", proxy)
    sources(f"{scheme}://nowhere.invalid/x")
    assert "the proxy wants a user and a password: HTTPS_PROXY=http://user:pass" in failure()


def test_a_proxy_address_that_is_none_is_no_wrong_hash(sources, no_proxy, monkeypatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://")
    sources("http://nowhere.invalid/x")
    message = failure()
    assert "HTTP_PROXY" in message
    assert "hash" not in message


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (401, "refuses the file"),
        (403, "403 Forbidden: the host, or a filter in your network, refuses"),
        (404, "404 Not Found: the file is no longer at this address"),
        (410, "no longer at this address"),
        (429, "wait an hour"),
        (500, "a fault on its side; try again later"),
        (503, "503 Service Unavailable: a fault on its side"),
        (511, "log in first"),
    ],
)
def test_each_status_has_its_sentence(serve, sources, no_proxy, status, words) -> None:
    url, _ = serve(status=status)
    sources(url)
    assert f"{url}: it answered {status}" in (message := failure())
    assert words in message


@pytest.mark.parametrize(
    "page",
    [
        b"<html>log in</html>", b"\n <!DOCTYPE html>", b"<script>", b"\xef\xbb\xbf<html>",
        "<html>log in</html>".encode("utf-16"), b'{"error": "log in"}', b"Please log in.\r\n",
        "Bitte anmelden: gesch\xfctzt".encode("latin-1"),
    ],
)  # fmt: skip
def test_a_web_page_in_the_archives_place_is_known_and_harms_no_partial_file(
    folder, serve, sources, no_proxy, page
) -> None:
    part = folder / f"{_cifar10.ARCHIVE}.part"
    part.write_bytes(TINY[:1000])
    url, _ = serve(content=page, ignore_range=True)
    sources(url)
    assert "sent a web page" in (message := failure())
    assert "hash" not in message
    assert part.read_bytes() == TINY[:1000]


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"204 No Content\r\n\r\n", "it answered 204 No Content, and sent no file"),
        (b"304 Not Modified\r\n\r\n", "it answered 304 Not Modified, and sent no file"),
        (b"302 Found\r\nContent-Length: 0\r\n\r\n", "it answered 302 Found, and sent no file"),
        (b"200 OK\r\nContent-Length: 0\r\n\r\n", "its answer was empty, and sent no file"),
        (b"206 Partial Content\r\nContent-Length: 0\r\n\r\n", "sent another part"),
        (b"416 Nothing There\r\nContent-Length: 0\r\n\r\n", "it answered 416 Nothing There"),
        (b"200 OK\r\nContent-Length: 10, 11\r\n\r\n\x1f\x8b", "cannot be read (Content-Length"),
        (b"302 Found\r\nLocation: http://[bad\r\n\r\n", "it sent on to an address"),
        (b"302 Found\r\nLocation: http://a..b/\r\n\r\n", "it sent on to an address"),
        (b"302 Found\r\nLocation: /cifar.tar.gz\r\n\r\n", "without end"),
    ],
)
def test_an_answer_without_a_file_is_called_that_and_the_next_source_is_asked(
    folder, serve, sources, no_proxy, raw, words
) -> None:
    empty, _ = serve(raw=b"HTTP/1.1 " + raw)
    sources(empty)
    message = failure()
    assert f"{empty}: " in message
    assert words in message
    assert "hash" not in message
    good, _ = serve()
    sources(empty, good)
    assert_is_cifar10(data.load_images("cifar10"))


@pytest.mark.parametrize("raw", [b"200 OK\r\nContent-Length: 0", b"206 OK", b"204 OK"])
def test_an_answer_without_a_file_harms_no_partial_one(
    folder, serve, sources, no_proxy, raw
) -> None:
    part = folder / f"{_cifar10.ARCHIVE}.part"
    part.write_bytes(TINY[:1000])
    url, _ = serve(raw=b"HTTP/1.1 " + raw + b"\r\n\r\n")
    sources(url)
    assert "sent" in failure()
    assert part.read_bytes() == TINY[:1000]


@pytest.mark.parametrize("length", ["abc", f"{len(TINY)}, {len(TINY)}", ""])
def test_a_length_that_is_no_number_is_left_aside(serve, sources, no_proxy, length) -> None:
    url, _ = serve(raw=f"HTTP/1.0 200 OK\r\nContent-Length: {length}\r\n\r\n".encode() + TINY)
    sources(url)
    assert_is_cifar10(data.load_images("cifar10"))


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (UnicodeError("label too long"), "cannot be read (UnicodeError: label too long)"),
        (ValueError("odd"), "cannot be read (ValueError: odd)"),
        (urllib3.exceptions.LocationParseError("a..b"), "cannot be read"),
        (urllib3.exceptions.ProtocolError("it broke"), "the connection broke off"),
        (http.client.IncompleteRead(b""), "the connection broke off"),
        (ConnectionResetError(errno.ECONNRESET, "reset"), "the connection broke off"),
        (ConnectionRefusedError(errno.ECONNREFUSED, "refused"), "no connection (refused)"),
        (TimeoutError("late"), "no answer in time"),
        (ssl.SSLError(1, "[SSL] internal error"), "no encrypted connection came about"),
        (socket.gaierror(socket.EAI_NONAME, "unknown"), "(DNS)"),
    ],
)
def test_an_error_from_below_requests_is_the_sources_and_the_next_one_is_asked(
    serve, sources, no_proxy, monkeypatch, error, words
) -> None:
    true, good = requests.get, serve()[0]

    def get(url: str, **options: object) -> requests.Response:
        if url == good:
            return true(url, **options)
        raise error

    monkeypatch.setattr(requests, "get", get)
    sources("http://nowhere.invalid/x")
    assert words in (message := failure())
    assert "hash" not in message
    sources("http://nowhere.invalid/x", good)
    assert_is_cifar10(data.load_images("cifar10"))


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (requests.exceptions.SSLError(), "no encrypted connection came about (SSLError)"),
        (
            requests.exceptions.SSLError(
                ssl.SSLCertVerificationError(1, "certificate verify failed")
            ),
            "its certificate was refused (certificate verify failed)",
        ),
        (requests.HTTPError(), "it answered with an error"),
        (
            requests.exceptions.SSLError("[SSL: TLSV1_ALERT_UNKNOWN_CA] tlsv1 alert unknown ca"),
            "asks for a certificate of this machine's own, or does not accept it",
        ),
        (
            requests.exceptions.SSLError("[SSL] tlsv13 alert certificate required (_ssl.c:2590)"),
            "asks for a certificate of this machine's own",
        ),
        (requests.exceptions.SSLError("[SSL: HTTP_REQUEST] http request"), "HTTP where HTTPS"),
        (requests.exceptions.SSLError("[SSL: WRONG_VERSION_NUMBER]"), "HTTP where HTTPS"),
        (
            requests.exceptions.SSLError("[X509: NO_CERTIFICATE_OR_CRL_FOUND] no certificate or"),
            "the file of certificates on this machine cannot be read",
        ),
        (
            requests.exceptions.ProxyError("Your proxy appears to only use HTTP and not HTTPS"),
            "the proxy speaks HTTP and not HTTPS",
        ),
        (
            requests.exceptions.ProxyError(
                ssl.SSLCertVerificationError(1, "certificate verify failed")
            ),
            "the proxy's certificate was refused",
        ),
        (requests.exceptions.ProxyError("at port 4070"), "the proxy in between gave no way"),
        (requests.exceptions.ProxyError(TimeoutError("late")), "the proxy did not answer in time"),
        (urllib3.exceptions.ConnectTimeoutError("late"), "no answer in time"),
    ],
)
def test_each_cause_has_its_sentence(no_proxy, error, words) -> None:
    assert words in _reasons.reason(error)


def test_a_name_that_is_not_found_is_a_matter_of_dns(sources, no_proxy, monkeypatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    sources("https://nowhere.invalid/x")
    assert "(DNS)" in failure()


def test_a_host_that_stays_silent_is_called_late(gated, sources, no_proxy, monkeypatch) -> None:
    monkeypatch.setattr(_download, "_TIMEOUT", (10, 0.1))
    sources(gated[0])
    assert "no answer in time" in failure()


def test_a_firewall_that_drops_everything_is_called_late() -> None:
    assert "firewall" in _reasons.reason(requests.ConnectTimeout())


def test_a_connection_that_ends_at_once_broke_off(serve, sources, no_proxy) -> None:
    url, _ = serve(break_after=0)
    sources(url)
    assert "the connection broke off" in failure()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux's /dev/full")
def test_a_full_disk_is_no_fault_of_the_source(folder, serve, sources, no_proxy) -> None:
    (folder / f"{_cifar10.ARCHIVE}.part").symlink_to("/dev/full")
    one, _ = serve()
    two, log = serve()
    sources(one, two)
    message = failure()
    assert "the disk is full" in message
    assert str(folder) in message
    assert log == []  # another source would not help


@pytest.mark.parametrize("code", [errno.EACCES, errno.EROFS])
def test_a_folder_that_cannot_be_written_to_is_named(folder, monkeypatch, code) -> None:
    def refuse(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(_archive, "download", refuse)
    assert f"{folder} cannot be written to ({os.strerror(code)})" in failure()
