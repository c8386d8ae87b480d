"""Pictures of one's own, from a folder."""

from __future__ import annotations

import os
import struct
import warnings
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from .. import _validate
from ._images import Images

_SUFFIXES = (".bmp", ".gif", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp")
_SPLITS = ("train", "test")
_BESIDE_TRAIN = {"train", "test", "val", "valid", "validation"}
_LARGEST = 8192  # pixels; one such picture takes 200 MB
_WHITE = (255, 255, 255, 255)

# What Pillow raises for a file that is cut short, damaged, empty or absurdly large.
_UNREADABLE = (
    OSError, SyntaxError, ValueError, EOFError, struct.error, Image.DecompressionBombError
)  # fmt: skip


@dataclass
class _Found:
    """The files below a folder, in a fixed order."""

    pictures: list[Path] = field(default_factory=list)
    others: list[Path] = field(default_factory=list)


def load_folder(
    path: str | os.PathLike[str], size: int | None = None, split: str | None = None
) -> Images:
    """Load your own pictures from a folder.

    Every file that ends in jpg, jpeg, png, bmp, gif, webp, tif or tiff is read, in the order of the
    paths below the folder; of one with several frames, the first. If the pictures lie in
    sub-folders, each sub-folder that holds some is a class, and what lies deeper belongs to it.
    Other files and hidden ones are left out, and one warning counts them.

    A picture is turned as its EXIF orientation says, laid on white where it is transparent,
    converted to 8 bits a channel, scaled (antialiased) so that its shorter side is ``size``, and
    cropped around its centre to a square.

    Args:
        path: the folder. If it has the sub-folders ``train`` and ``test`` (or ``train`` alone, or
            with ``val``), these are the splits and not classes.
        size: height and width of the result in pixels, 1 to 8192. By default the pictures stay as
            they are, and must all have one size.
        split: ``"train"``, the default, or ``"test"``, where the folder has both. Classes are
            those of train in either.

    Returns:
        Images with x (n, h, w, c) uint8, c = 1 if all pictures are grey and 3 otherwise; y (n,)
        int64, the place of the class among the sorted names, or −1 where there are no sub-folders;
        and the folder's name.

    Raises:
        TypeError, ValueError: an argument is not as above; there is no picture; sizes differ
            without ``size``; a picture cannot be read or has more than 16 bits a channel; pictures
            lie both in sub-folders and beside them; test has a class that train has not.
        OSError: ``path`` is no folder, or may not be read.
        MemoryError: n pictures of this size do not fit.
    """
    folder = _folder(path)
    if size is not None:
        size = _validate.integer("size", size, 1, _LARGEST)
    if split is not None:
        split = _validate.choice("split", split, _SPLITS)
    root, classes = _split(folder, split or "train")
    found = _below(root)
    if not found.pictures:
        raise ValueError(
            f"path is {str(path)!r}: no picture lies in {root} or below. A picture ends in "
            f"{', '.join(s.removeprefix('.') for s in _SUFFIXES)}."
        )
    y = _labels(root, found.pictures, classes)
    try:
        x = _read_all(found.pictures, size)
    except MemoryError as error:
        raise MemoryError(
            f"{len(found.pictures)} pictures of this size do not fit into the memory of this "
            "machine; a smaller size needs less."
        ) from error
    if found.others:
        first = found.others[0].relative_to(folder)
        warnings.warn(
            f"{len(found.others)} file(s) in {folder} are hidden or no pictures and were left out, "
            f"the first of them {str(first)!r}.",
            stacklevel=2,
        )
    return Images(x, y, folder.name)


def _folder(path: object) -> Path:
    folder = _validate.path("path", path, "the path of a folder, such as 'kittens'")
    if not os.fspath(path) or not folder.is_dir():
        state = "a file" if folder.is_file() else "not there"
        raise NotADirectoryError(
            f"path is {str(path)!r}, which is {state} (seen from {Path.cwd()}); it must be a "
            "folder that holds pictures."
        )
    return folder.resolve()


def _split(folder: Path, split: str) -> tuple[Path, list[str] | None]:
    """Where the pictures of the split lie, and the names of the classes if train gives them."""
    names = {entry.name for entry in _entries(folder) if entry.is_dir()}
    if "train" not in names or ("test" not in names and not names <= _BESIDE_TRAIN):
        if split == "test":
            raise ValueError(
                f"split is 'test', and {folder} has no sub-folders train and test; leave split out "
                "to load all pictures, or sort them into two such folders."
            )
        return folder, None
    _refuse_loose(folder, [p for p in _entries(folder) if _is_picture(p)])
    if split not in names:
        raise ValueError(
            f"split is {split!r}, and {folder} has no sub-folder {split!r}; it has "
            f"{', '.join(sorted(names))}."
        )
    if split == "train":
        return folder / split, None
    train = folder / "train"
    return folder / split, _classes(train, _below(train).pictures)


def _entries(folder: Path) -> list[Path]:
    """What lies in a folder, sorted, without hidden folders."""
    try:
        entries = sorted(folder.iterdir(), key=lambda entry: entry.name)
    except OSError as error:
        raise type(error)(f"path: {folder} cannot be read: {error.strerror}.") from error
    return [e for e in entries if not (e.name.startswith(".") and e.is_dir())]


def _below(folder: Path, above: tuple[Path, ...] = ()) -> _Found:
    """All files below a folder; a link that leads back to a folder above is not followed."""
    found = _Found()
    here = folder.resolve()
    if here in above:
        return found
    for entry in _entries(folder):
        if entry.is_dir():
            deeper = _below(entry, (*above, here))
            found.pictures += deeper.pictures
            found.others += deeper.others
        elif _is_picture(entry):
            found.pictures.append(entry)
        else:
            found.others.append(entry)
    return found


def _is_picture(file: Path) -> bool:
    named_so = file.suffix.lower() in _SUFFIXES and not file.name.startswith(".")
    return named_so and not file.is_dir()


def _classes(root: Path, pictures: list[Path]) -> list[str]:
    return sorted({p.relative_to(root).parts[0] for p in pictures if p.parent != root})


def _labels(root: Path, pictures: list[Path], known: list[str] | None) -> np.ndarray:
    """Each picture's class as its place among the known ones, or among its own; −1 without any."""
    own = _classes(root, pictures)
    if own:
        _refuse_loose(root, [p for p in pictures if p.parent == root])
    classes = own if known is None else known
    strange = sorted(set(own) - set(classes))
    if strange:
        raise ValueError(
            f"split: {root} has the class {strange[0]!r}, which train has not; it has "
            f"{', '.join(classes) or 'none'}."
        )
    if not own:
        return np.full(len(pictures), -1, dtype=np.int64)
    place = {name: i for i, name in enumerate(classes)}
    return np.array([place[p.relative_to(root).parts[0]] for p in pictures], dtype=np.int64)


def _refuse_loose(root: Path, loose: list[Path]) -> None:
    if loose:
        raise ValueError(
            f"path: {root} has pictures in sub-folders and {len(loose)} beside them, such as "
            f"{loose[0].name!r}, of which nothing says where they belong. Move those into a "
            "sub-folder."
        )


def _read_all(files: list[Path], size: int | None) -> np.ndarray:
    """All pictures, (n, h, w, c) uint8, c = 1 if all are grey."""
    # One by one into the array: a list of all beside it would double the memory.
    x = np.empty(0, np.uint8)
    grey = True
    for i, file in enumerate(files):
        picture = _read(file, size)
        if i == 0:
            x = np.empty((len(files), *picture.shape), np.uint8)
        if picture.shape != x.shape[1:]:
            raise ValueError(
                f"size is None, and the pictures have several sizes: {files[0]} is "
                f"{x.shape[2]}x{x.shape[1]}, {file} is {picture.shape[1]}x{picture.shape[0]}. "
                f"size={min(x.shape[1:3] + picture.shape[:2])}, for example, scales and crops all "
                "to squares."
            )
        x[i] = picture
        grey = grey and bool((picture == picture[..., :1]).all())
    return x[..., :1].copy() if grey else x


def _read(file: Path, size: int | None) -> np.ndarray:
    try:
        if file.exists() and not file.is_file():  # to read a pipe is to wait for its writer
            raise ValueError("it is a device, a pipe or a socket, and no file")
        with Image.open(file) as opened:
            picture = _in_colour(ImageOps.exif_transpose(opened), opened.format)
    except _UNREADABLE as error:
        raise ValueError(
            f"{file} cannot be read as a picture: {error}. Mend it, or take it out of the folder."
        ) from error
    if size is not None:
        picture = ImageOps.fit(picture, (size, size), Image.Resampling.BILINEAR)
    return np.asarray(picture)


def _in_colour(picture: Image.Image, kind: str | None) -> Image.Image:
    """Red, green and blue with 8 bits each, on white."""
    if picture.mode == "F" or (picture.mode == "I" and kind != "PNG"):
        raise ValueError(f"it has 32 bits a pixel (mode {picture.mode}); save it with 8 a channel")
    if picture.mode[0] == "I":  # 16 bits, which convert("RGB") would cut off at 255
        values = np.asarray(picture).astype(np.uint32)
        return Image.fromarray(((values + 128) // 257).astype(np.uint8)).convert("RGB")
    if "transparency" not in picture.info and picture.mode[-1] not in "Aa":
        return picture.convert("RGB")
    layer = picture.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", layer.size, _WHITE), layer).convert("RGB")
