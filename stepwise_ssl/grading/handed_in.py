"""Who handed in what: a folder of files, or what Canvas, Moodle or Gradescope export."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import time
import unicodedata
import zipfile
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

import yaml

from .submission import is_work

_CANVAS = re.compile(
    r"^(?P<who>[^_]+?)(?P<late>_LATE)?_(?P<id>\d+)_(?P<submission>\d+)_(?P<file>.+)$"
)
_MOODLE = re.compile(r"^(?P<who>.+?)_(?P<id>\d+)_assignsubmission_file(?:_.*)?$")
_LARGEST, _MOST = 2 << 30, 20_000  # bytes and files of an export
_LONGEST = 240  # bytes of a name
_METADATA, _SUBMISSION = "submission_metadata.yml", re.compile(r"submission_\d+")


@dataclass(frozen=True)
class HandedIn:
    """One student's file. `key` names the result; `system` and `id` say whose export it is, `late`
    whether that calls it late."""

    key: str
    path: Path
    who: str = ""
    system: str = ""
    id: str = ""
    late: bool = False


def find(source: Path, scratch: Path) -> list[HandedIn]:
    """All submissions in a folder or an export's zip, which is unpacked to `scratch`.

    Raises ValueError where there is none.
    """
    if not source.exists():
        raise ValueError(f"there is no {source}")
    folder = unpack(source, scratch) if source.is_file() else source
    found = _of_gradescope(folder) or _of_files(folder)
    if not found:
        raise ValueError(f"{source} holds no .ipynb, .zip or .py file")
    often = Counter(_folded(one.key) for one in found)
    taken = {key for key, times in often.items() if times == 1}
    unique = []
    for one in found:
        key = one.key
        if often[_folded(key)] > 1:
            # By the path and not by a count, so that what comes in later renames no other's.
            path = one.path.relative_to(folder).as_posix().encode(errors="surrogateescape")
            digest = hashlib.sha256(path).hexdigest()
            keys = (f"{one.key}-{digest[:length]}" for length in range(6, 64))
            key = next(key for key in keys if _folded(key) not in taken)
            taken.add(_folded(key))
        unique.append(replace(one, key=key))
    return unique


def _folded(key: str) -> str:
    """The same for keys that are one file to some system: macOS knows no case, and one form of a
    letter with its accent."""
    return unicodedata.normalize("NFKD", key).casefold()


def unpack(archive: Path, scratch: Path) -> Path:
    """Unpack an export into `scratch`, below it and nowhere else. Raises ValueError."""
    try:
        with zipfile.ZipFile(archive) as packed:
            entries = [e for e in packed.infolist() if not e.is_dir()]
            if len(entries) > _MOST or sum(e.file_size for e in entries) > _LARGEST:
                raise ValueError(f"{archive} would unpack to more than {_LARGEST >> 30} GB")
            for entry in entries:
                parts = [p for p in PurePosixPath(entry.filename).parts if p not in ("/", "..")]
                target = scratch.joinpath(*map(_shortened, parts))
                target.parent.mkdir(parents=True, exist_ok=True)
                with packed.open(entry) as source, target.open("wb") as to:
                    shutil.copyfileobj(source, to)
                with contextlib.suppress(ValueError, OverflowError):  # some write no date
                    when = time.mktime((*entry.date_time, 0, 0, -1))
                    os.utime(target, (when, when))
    except zipfile.BadZipFile as error:
        raise ValueError(f"{archive} is no zip file: {error}") from None
    return scratch


def _shortened(part: str) -> str:
    """A name that the system takes, which allows 255 bytes: before what a student chose, an export
    may put the student's own name."""
    data = os.fsencode(part)
    if len(data) <= _LONGEST:
        return part
    digest = hashlib.sha256(data).hexdigest()[:12].encode()
    return os.fsdecode(data[: _LONGEST - 60]) + os.fsdecode(b"-" + digest + data[-40:])


def _safe(text: str) -> str:
    """A name for files, at most 160 bytes: the system allows 255, and more is put behind."""
    name = re.sub(r"[^\w.-]+", "-", text).strip("-.")[:80]
    return name.encode(errors="replace")[:160].decode(errors="ignore") or "submission"


def _candidates(folder: Path) -> list[Path]:
    return [
        p for p in sorted(folder.rglob("*"))
        if p.is_file()
        and not any(part.startswith((".", "__MACOSX")) for part in p.relative_to(folder).parts)
    ]  # fmt: skip


def _is_work(path: Path) -> bool:
    return is_work(path) or path.suffix.lower() == ".zip"


def _best(files: list[Path]) -> Path:
    """Of a student's files the notebook; of several the newest. One without any is refused."""
    work = [p for p in files if _is_work(p)]
    notebooks = [p for p in work if ".ipynb" in p.name.lower()]
    return max(notebooks or work or files, key=lambda p: (p.stat().st_mtime, p.name))


def _of_gradescope(folder: Path) -> list[HandedIn]:
    # At the top, or in the one folder that is packed: what lies deeper a student handed in.
    places = sorted(
        [*folder.glob(_METADATA), *folder.glob(f"*/{_METADATA}")], key=lambda p: len(p.parts)
    )
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


def _of_files(folder: Path) -> list[HandedIn]:
    """Files of Canvas and Moodle by their students, all others one by one.

    Moodle has a folder for each student, or begins the files' names so.
    """
    found = []
    students: dict[tuple[str, str, str], list[Path]] = defaultdict(list)
    for path in _candidates(folder):
        inside = path.relative_to(folder)
        # What a student chose stands behind what the export put there: a file from Canvas may be
        # called as Moodle calls its own.
        canvas, folders = _CANVAS.match(path.name), inside.parts[:-1]
        names = folders if canvas else inside.parts
        moodle = next(filter(None, map(_MOODLE.match, names)), None)
        named = moodle or canvas
        if named:  # of any kind: who handed in something else is told so
            system = "moodle" if moodle else "canvas"
            students[system, named["who"], named["id"]].append(path)
        elif _is_work(path):
            found.append(HandedIn(_safe("-".join(inside.with_suffix("").parts)), path))
    for (system, who, number), files in students.items():
        best = _best(files)
        late = system == "canvas" and bool(_CANVAS.match(best.name)["late"])
        found.append(HandedIn(_safe(f"{who}-{number}"), best, who, system, number, late))
    return found
