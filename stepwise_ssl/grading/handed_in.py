"""Who handed in what: a folder of files, or what Canvas, Moodle or Gradescope export."""

from __future__ import annotations

import hashlib
import re
import shutil
import zipfile
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import yaml

_KINDS = (".ipynb", ".zip", ".py")
_CANVAS = re.compile(r"^(?P<who>[^_]+?)(?:_LATE)?_(?P<id>\d+)_(?P<submission>\d+)_(?P<file>.+)$")
_MOODLE = re.compile(r"^(?P<who>.+?)_(?P<id>\d+)_assignsubmission_file(?:_.*)?$")
_LARGEST, _MOST = 2 << 30, 20_000  # bytes and files of an export
_METADATA, _SUBMISSION = "submission_metadata.yml", re.compile(r"submission_\d+")


@dataclass(frozen=True)
class HandedIn:
    """One student's file. `key` names the result; `system` and `id` say whose export it is."""

    key: str
    path: Path
    who: str = ""
    system: str = ""
    id: str = ""


def find(source: Path, scratch: Path) -> list[HandedIn]:
    """All submissions in a folder or an export's zip, which is unpacked to `scratch`.

    Raises ValueError where there is none.
    """
    if not source.exists():
        raise ValueError(f"there is no {source}")
    folder = unpack(source, scratch) if source.is_file() else source
    found = _of_gradescope(folder) or _of_moodle(folder) or _of_files(folder)
    if not found:
        raise ValueError(f"{source} holds no .ipynb, .zip or .py file")
    often = Counter(one.key.casefold() for one in found)
    taken = {key for key, times in often.items() if times == 1}
    unique = []
    for one in found:
        key = one.key
        if often[key.casefold()] > 1:
            # By the path and not by a count, so that what comes in later renames no other's.
            path = one.path.relative_to(folder).as_posix().encode(errors="surrogateescape")
            digest = hashlib.sha256(path).hexdigest()
            keys = (f"{one.key}-{digest[:length]}" for length in range(6, 64))
            key = next(key for key in keys if key.casefold() not in taken)
            taken.add(key.casefold())
        unique.append(HandedIn(key, one.path, one.who, one.system, one.id))
    return unique


def unpack(archive: Path, scratch: Path) -> Path:
    """Unpack an export into `scratch`, below it and nowhere else. Raises ValueError."""
    try:
        with zipfile.ZipFile(archive) as packed:
            entries = [e for e in packed.infolist() if not e.is_dir()]
            if len(entries) > _MOST or sum(e.file_size for e in entries) > _LARGEST:
                raise ValueError(f"{archive} would unpack to more than {_LARGEST >> 30} GB")
            for entry in entries:
                parts = [p for p in PurePosixPath(entry.filename).parts if p not in ("/", "..")]
                target = scratch.joinpath(*parts)
                target.parent.mkdir(parents=True, exist_ok=True)
                with packed.open(entry) as source, target.open("wb") as to:
                    shutil.copyfileobj(source, to)
    except zipfile.BadZipFile as error:
        raise ValueError(f"{archive} is no zip file: {error}") from None
    return scratch


def _safe(text: str) -> str:
    """A name for files, at most 160 bytes: the system allows 255, and more is put behind."""
    name = re.sub(r"[^\w.-]+", "-", text).strip("-.")[:80]
    return name.encode(errors="replace")[:160].decode(errors="ignore") or "submission"


def _candidates(folder: Path) -> list[Path]:
    files = [p for p in sorted(folder.rglob("*")) if p.is_file() and p.suffix in _KINDS]
    return [
        p for p in files
        if not any(part.startswith((".", "__MACOSX")) for part in p.relative_to(folder).parts)
    ]  # fmt: skip


def _best(files: list[Path]) -> Path:
    """Of a student's files the notebook; of several the newest."""
    notebooks = [p for p in files if p.suffix == ".ipynb"]
    return max(notebooks or files, key=lambda p: p.stat().st_mtime)


def _of_gradescope(folder: Path) -> list[HandedIn]:
    # At the top, or in the one folder that is packed: what lies deeper a student handed in.
    places = sorted([*folder.glob(_METADATA), *folder.glob(f"*/{_METADATA}")], key=_depth)
    metadata = next((p for p in places if not _SUBMISSION.fullmatch(p.parent.name)), None)
    if metadata is None:
        return []
    try:
        about = dict(yaml.safe_load(metadata.read_text(encoding="utf-8")) or {})
    except (yaml.YAMLError, ValueError, TypeError) as error:
        raise ValueError(f"{metadata} cannot be read: {error}") from None
    found = []
    for name, one in about.items():
        if not _SUBMISSION.fullmatch(str(name)):
            continue
        files = _candidates(metadata.parent / str(name))
        submitters = one.get(":submitters") or [{}]
        who, number = submitters[0].get(":name", ""), submitters[0].get(":sid", "")
        if files:
            key = _safe(f"{who}-{number}" if who else str(name))
            found.append(HandedIn(key, _best(files), who, "gradescope", str(number)))
    return found


def _depth(path: Path) -> int:
    return len(path.parts)


def _of_moodle(folder: Path) -> list[HandedIn]:
    found = []
    inside: set[Path] = set()
    for directory in sorted(p for p in folder.rglob("*") if p.is_dir()):
        named = _MOODLE.match(directory.name)
        if inside & set(directory.parents):
            continue  # a student may name a folder as another student's is
        if named:
            inside.add(directory)
        files = _candidates(directory) if named else []
        if files:
            key = _safe(f"{named['who']}-{named['id']}")
            found.append(HandedIn(key, _best(files), named["who"], "moodle", named["id"]))
    return found


def _of_files(folder: Path) -> list[HandedIn]:
    found = []
    canvas: dict[tuple[str, str], list[Path]] = defaultdict(list)  # a student's files
    for path in _candidates(folder):
        named = _CANVAS.match(path.name)
        if named:
            canvas[named["who"], named["id"]].append(path)
        else:
            inside = path.relative_to(folder).with_suffix("")
            found.append(HandedIn(_safe("-".join(inside.parts)), path))
    for (who, number), files in canvas.items():
        found.append(HandedIn(_safe(f"{who}-{number}"), _best(files), who, "canvas", number))
    return found
