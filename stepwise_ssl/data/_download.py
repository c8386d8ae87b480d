"""Download one file: from several sources, resuming, checked against its hash."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from itertools import chain
from pathlib import Path

import pooch
import requests
from tqdm import tqdm

from ._reasons import BROKEN, FAULTS, NoFile, Unreadable, WebPage, reason

SLOW = 200_000  # bytes a second below which the next source is tried
PATIENCE = 20.0  # seconds before a source is called slow
_TIMEOUT = (10, 30)  # seconds to connect; seconds without a byte
_CHUNK = 1 << 14  # a broken connection loses the chunk under way
_BEGINNING = 512  # bytes by which a text is known
# Every archive has some of them at its beginning, no text has: all controls but those of layout.
_CONTROLS = frozenset(range(32)) - frozenset(b"\t\n\v\f\r\x1b")


class TooSlow(OSError):
    """A source delivers less than SLOW; another one may do better."""


def download(filename: str, sources: Sequence[str], known_hash: str, folder: Path) -> Path:
    """Fetch ``filename`` into ``folder`` from the first source that delivers it.

    All sources hold the same bytes: what one has begun, the next continues, and the whole is
    checked against ``known_hash`` ("md5:…") before it gets its name. Until then it is called
    ``filename.part``, and stays there when the download is interrupted. Slow sources are left for
    the next one and taken up again, with patience, once no other is left.

    Raises:
        OSError: no source delivered; the message has one line for each. What goes wrong on this
            machine, such as a full disk, is raised at once: another source would not help.
    """
    part = folder / f"{filename}.part"
    failures = []
    waiting = [(url, PATIENCE) for url in sources]
    while waiting:
        url, patience = waiting.pop(0)
        try:
            return Path(
                pooch.retrieve(
                    url, known_hash, filename, folder, downloader=_resuming(part, patience)
                )
            )
        except TooSlow as slow:
            print(slow)
            waiting.append((url, float("inf")))
        except FAULTS as error:
            failures.append(f"  {url}: {reason(error)}")
        except ValueError:  # pooch's: all others are Unreadable by now
            failures.append(f"  {url}: what it sent is not the expected file (its hash differs)")
    raise OSError("no source delivered it:\n" + "\n".join(failures))


def _resuming(part: Path, patience: float) -> Callable[[str, str, object], None]:
    """A downloader for pooch that continues ``part`` and reconnects as long as bytes arrive."""

    def downloader(url: str, output_file: str, _: object) -> None:
        while True:
            before = _size(part)
            try:
                _continue(url, part, patience)
                break
            except BROKEN:
                if _size(part) <= before:
                    raise
            except (TypeError, ValueError) as error:  # both at a proxy's address that is none
                if isinstance(error, FAULTS):
                    raise
                raise Unreadable(f"{type(error).__name__}: {error}") from error
        os.replace(part, output_file)

    return downloader


def _continue(url: str, part: Path, patience: float) -> None:
    """Ask for the bytes that ``part`` lacks and append them."""
    have = _size(part)
    # identity: a server that compresses once more would change what Range counts.
    headers = {"Accept-Encoding": "identity"}
    if have:
        headers["Range"] = f"bytes={have}-"
    with requests.get(url, headers=headers, stream=True, timeout=_TIMEOUT) as answer:
        if answer.status_code == 416 and have:
            # Nothing beyond what we have: either it is complete or it is another file. The hash
            # tells; a wrong one is deleted with it.
            return
        answer.raise_for_status()
        if answer.status_code not in (200, 206):
            raise NoFile(f"it answered {answer.status_code} {answer.reason or ''}".rstrip())
        partial = answer.status_code == 206
        if partial and not answer.headers.get("Content-Range", "").startswith(f"bytes {have}-"):
            raise NoFile("it sent another part of the file than was asked for")
        # A server may ignore Range and send the whole; then the file starts anew.
        mode, done = ("ab", have) if partial else ("wb", 0)
        blocks = answer.iter_content(_CHUNK)
        first = next(blocks, b"")
        # Before the file is opened: what is there already must not be lost.
        if not first:
            raise NoFile("its answer was empty")
        if done == 0 and _is_text(first[:_BEGINNING]):
            raise WebPage
        length = answer.headers.get("Content-Length", "")
        total = done + int(length) if length.isdecimal() else None  # for the bar alone
        with (
            part.open(mode) as file,
            tqdm(total=total, initial=done, unit="B", unit_scale=True, desc=part.stem) as bar,
        ):
            start, received = time.monotonic(), 0
            for block in chain([first], blocks):
                file.write(block)
                received += len(block)
                bar.update(len(block))
                seconds = time.monotonic() - start
                if seconds > patience and received < SLOW * seconds:
                    raise TooSlow(
                        f"{url} delivers {received / seconds / 1000:.0f} kB/s; looking for a "
                        "faster source, which goes on from here."
                    )


def _is_text(beginning: bytes) -> bool:
    """Whether it is a page or a message of whatever form: HTML, JSON, plain, with a BOM or not."""
    utf16 = beginning.startswith((b"\xff\xfe", b"\xfe\xff"))
    return utf16 or _CONTROLS.isdisjoint(beginning)


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
