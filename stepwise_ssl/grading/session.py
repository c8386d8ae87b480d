"""The student's process: started in its cage, run cell by cell, asked for answers, and ended."""

from __future__ import annotations

import contextlib
import json
import math
import os
import pwd
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import psutil

from . import cage, wire
from .flags import modules_of_ones_own
from .remote import Remote

_STARTS = 60.0  # seconds until the process has imported what it needs
_ENDS = 20.0  # seconds that what was killed may take to be gone, on a machine that is very busy
_GRACE = 5.0  # seconds more than a cell has, for one that no interrupt ends
_REPLIES = 20.0  # seconds in which a copy is made or ended, on a machine that is very busy
_RESTARTS = 3
LOOKS = 0.2  # seconds between two looks at what the process uses
_MOST_OUTPUT = 1 << 20  # bytes kept of what is printed
# Numbers of users between those that Debian and systemd give away. One that has a name all the
# same is left out, because what that user runs is killed with a session.
_USERS = range(60_706, 61_184)
_BLOCK = 4096  # bytes that any file takes
_BUFFER = 425_984  # bytes that Linux lets a socket hold for who does not read them
_CROWD = 4  # processes, from which on those of others go first
_MOST_HIDDEN = 3  # looks in a row at which files wait in a socket, or none can be looked at
_MOST_THREADS = 512  # of all processes: the system has numbers for so many, and others need some
_MOST_PIECES = 20_000  # of memory, of a process: to read more would take longer than a look may
_SHALLOW = 12  # folders in folders that are removed at once: no path to them is too long
_LONGEST = 2000  # characters of a path to a folder
_BROKEN = (wire.Ended, wire.Silent, wire.Unfit)


@dataclass(frozen=True)
class Limits:
    """What a submission may use."""

    cell: float = 60.0  # seconds of a cell
    cells: float = 300.0  # seconds of all cells
    memory: int = 4 << 30  # bytes of data of a process
    disk: int = 256 << 20  # bytes in its folder
    processes: int = 32


@dataclass
class CellReport:
    """What became of a cell: what it raised, or why it was left out."""

    number: int
    said: str = ""
    seconds: float = 0.0


class NotStarted(RuntimeError):
    """The student's side did not come up: a fault of the grader's machine."""


class User:
    """A number for a submission's user that no other session on this machine has."""

    def __init__(self) -> None:
        self.number = 0
        self._held: socket.socket | None = None

    def take(self) -> int:
        """The number; a free one at the first call. Raises NotStarted where all are taken."""
        for number in _USERS:
            if self._held is not None:
                break
            self.number, self._held = number, _hold(number)
        if self._held is None:
            raise NotStarted(f"{len(_USERS)} submissions are being graded at once")
        return self.number

    def end(self) -> None:
        """Kill all that this user runs; nothing where no number is held.

        Never by another number: 0 is root, and all of the machine's processes are root's to kill.
        """
        if self._held is not None:
            subprocess.run(["kill", "-9", "-1"], user=self.number, check=False)

    def give_back(self) -> None:
        """Leave the number to others, once nothing of its runs any more."""
        if self._held is not None:
            self._held.close()
        self.number, self._held = 0, None


def _hold(number: int) -> socket.socket | None:
    """What keeps a number from other sessions until it is closed; None where it is not free."""
    with contextlib.suppress(KeyError):
        pwd.getpwuid(number)
        return None  # somebody has it
    # A name that stands in no folder: the system gives it to one, and frees it when that one ends.
    held = socket.socket(socket.AF_UNIX)
    try:
        held.bind(f"\0stepwise-user-{number}")
    except OSError:
        held.close()
        return None
    return held


class Session:
    """One submission's process. Use as a context manager: nothing is left of it at the end.

    `package` is the folder with the student's copy of the package (see `package`).
    """

    def __init__(self, package: Path, cells: Sequence[tuple[int, str]], limits: Limits):
        self.package, self.cells, self.limits = package, list(cells), limits
        self.reports: dict[int, CellReport] = {}
        self.held: list[str] = []
        self.output = ""
        self.excess = ""
        self._process: subprocess.Popen | None = None
        self._control: socket.socket | None = None
        self._channel: socket.socket | None = None
        self._user = User()
        self._hidden = 0
        self._left_out: list[int] = []
        self._until = math.inf

    def __enter__(self) -> Session:
        self.folder = Path(tempfile.mkdtemp(prefix="submission-"))
        return self

    def __exit__(self, *_: object) -> None:
        self._end()
        self._user.give_back()
        _remove(self.folder)

    def run(self, until: float = math.inf) -> None:
        """Run all cells. One that ends or blocks the process is left out, and the rest run anew.

        After the time `until` nothing more is begun. Cell 0 is the grader's own and has the time of
        all. Raises NotStarted where the process does not come up at all.
        """
        self._until, left_out = until, self._left_out
        while True:
            cells = [cell for cell in self.cells if cell[0] not in left_out]
            self._start()
            broke = self._run_cells(cells, until)
            if broke is None:
                return
            left_out.append(broke)
            if time.monotonic() > until:
                return
            if len(left_out) > _RESTARTS:
                # Now only what has run before: what comes later could break it again and again.
                later = [number for number, _ in cells if number not in self.reports]
                for number in later:
                    self.reports[number] = CellReport(number, "left out: too many cells broke")
                left_out += later

    @property
    def is_alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def ready(self) -> None:
        """Have the process up: where an answer has ended it, the cells run anew."""
        self.close()
        if not self.is_alive:
            with contextlib.suppress(NotStarted, *_BROKEN, OSError):  # `open` finds it gone
                self.run(self._until)

    def open(self, name: str) -> tuple[str, Any]:
        """What `name` is ("function", "value", "blank", "missing", "gone"), and the answer."""
        self.ready()
        if self._control is None:
            return "gone", None
        try:
            wire.send(self._control, {"open": name}, _REPLIES)
            self._control.settimeout(_REPLIES)
            _, (descriptor, *_), _, _ = socket.recv_fds(self._control, 1, 1)
            self._channel = _as_socket(descriptor)
            told = wire.receive(self._channel, _REPLIES)
            kind = told["is"]
        except (*_BROKEN, OSError, ValueError, KeyError, TypeError):
            return "gone", None
        if kind == "function":
            return kind, Remote(self._channel, name)
        return kind, told.get("value")

    def close(self) -> None:
        """End the copy of the process that answered for the last name."""
        if self._channel is None:
            return
        self._channel.close()
        self._channel = None
        try:
            wire.send(self._control, {"close": True}, _REPLIES)
            wire.receive(self._control, _REPLIES)
        except _BROKEN:
            self._end()

    def _start(self) -> None:
        self._end()
        self.excess = ""
        _remove(self.folder)
        self.folder.mkdir(exist_ok=True)
        number = self._user.take() if cage.changes_user() else 0
        self._control, theirs = socket.socketpair()
        how = {
            "control": theirs.fileno(), "folder": str(self.folder), "package": str(self.package),
            "cpu": int(4 * self.limits.cells), "file": self.limits.disk // 2,
            "memory": self.limits.memory, "user": number,
        }  # fmt: skip
        self._process = subprocess.Popen(
            [sys.executable, "-I", str(Path(__file__).with_name("cage.py")), json.dumps(how)],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            pass_fds=[theirs.fileno()], env=self._environment(),
        )  # fmt: skip
        theirs.close()
        self._reader = threading.Thread(target=self._read, args=(self._process,), daemon=True)
        self._reader.start()
        threading.Thread(target=self._watch, args=(self._process,), daemon=True).start()
        try:
            self.held = wire.receive(self._control, _STARTS)["held"]
            wire.receive(self._control, _STARTS)
        except _BROKEN as error:
            self._end()
            raise NotStarted(f"{type(error).__name__}: {self.output[-2000:]}") from None

    def _environment(self) -> dict[str, str]:
        """Little of the grader's own environment, which may hold secrets."""
        home = str(self.folder)
        kept = {k: v for k, v in os.environ.items() if k in ("PATH", "LANG", "LC_ALL", "TZ")}
        return kept | {
            "HOME": home, "TMPDIR": home, "IPYTHONDIR": home, "MPLCONFIGDIR": home,
            "MPLBACKEND": "agg", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1",
        }  # fmt: skip

    def _run_cells(self, cells: Sequence[tuple[int, str]], until: float) -> int | None:
        """Run the cells; returns the number of one that ended or blocked the process."""
        limits = self.limits
        known = {n for n, _ in cells}
        order = [[n, code, limits.cell if n else limits.cells] for n, code in cells]
        modules = sorted(modules_of_ones_own(self.cells))
        wire.send(self._control, {"cells": order, "modules": modules})
        start, number = time.monotonic(), None
        end = min(start + limits.cells, until)
        try:
            while True:
                left = max(end - time.monotonic(), 0)
                patience = limits.cell + _GRACE if number else left
                message = wire.receive(self._control, min(patience, left))
                if "done" in message:
                    return None
                if "cell" in message:
                    if message["cell"] not in known:
                        raise ValueError("a cell that was not sent")
                    number = message["cell"]
                    self.reports[number] = CellReport(number)
                else:
                    report = self.reports[number]
                    report.said = str(message["said"])[:300]
                    report.seconds = float(message["seconds"])
        except wire.Silent:
            said = (
                f"the cells together ran for more than {end - start:.0f} seconds"
                if time.monotonic() > end
                else f"it ran for more than {self.limits.cell:g} seconds and could not be stopped"
            )
        except (wire.Ended, wire.Unfit, ValueError, TypeError, KeyError):
            said = self.excess or "it ended the process"
        if number is None and time.monotonic() > until:
            return None
        if number is None:
            raise NotStarted(self.output[-2000:])
        self.reports[number].said = f"left out: {said}"
        return number

    def _read(self, process: subprocess.Popen) -> None:
        """Take what the process prints, and keep its last part."""
        with process.stdout as pipe:
            while part := pipe.read1(1 << 16):
                self.output = (self.output + part.decode(errors="replace"))[-_MOST_OUTPUT:]

    def _watch(self, process: subprocess.Popen) -> None:
        """End the process where it uses more than it may, in what no limit of the system holds."""
        failed = 0
        while process.poll() is None:
            try:
                self.excess, failed = self._excess(process.pid), 0
            except Exception as error:  # noqa: BLE001 else it would go on unwatched
                failed += 1  # once may be the system's own doing
                if failed >= _MOST_HIDDEN:
                    self.excess = f"it could not be watched ({type(error).__name__})"
            if self.excess:
                _kill(process)
                return
            time.sleep(LOOKS)

    def _excess(self, pid: int) -> str:
        try:
            first = psutil.Process(pid)  # without namespaces the student's own
            family = [first, *first.children(recursive=True)]
        except psutil.Error:
            return ""
        if cage.USER in self.held:  # without namespaces, what leaves its parents is no child
            family = list({*family, *_of_user(self._user.number)})
        if len(family) - 1 > self.limits.processes:
            return f"it started more than {self.limits.processes} processes"
        if len(family) > _CROWD:  # so that it takes no time from other students' answers
            for member in family:
                with contextlib.suppress(psutil.Error, OSError):
                    member.nice(19)
        if sum(map(_threads_of, family)) > _MOST_THREADS:
            return f"it started more than {_MOST_THREADS} threads"
        unnamed, shared, waiting, pieces = _unnamed(family)
        if pieces > _MOST_PIECES:
            return "it cut its memory into too many pieces"
        self._hidden = self._hidden + 1 if waiting else 0
        if self._hidden >= _MOST_HIDDEN:
            return "it keeps files in a socket, or out of sight"
        if max(_memory_of(family, self.limits.memory), shared) > self.limits.memory:
            return f"it used more than {self.limits.memory >> 30} GB of memory"
        size, longest = _size_of(self.folder)
        if longest > _LONGEST:
            return "it made folders that lie too deep"
        if size + unnamed > self.limits.disk:
            return f"it wrote more than {self.limits.disk >> 20} MB"
        return ""

    def _end(self) -> None:
        for channel in (self._channel, self._control):
            if channel is not None:
                channel.close()
        self._channel = self._control = None
        if self._process is not None:
            _kill(self._process)
            if cage.USER in self.held:  # whatever left the session behind is this user's
                self._user.end()
            self._process = None


def _size_of(folder: Path) -> tuple[int, int]:
    """Bytes in a folder in which files come and go, and the length of the longest path.

    Every entry takes a block at least.
    """
    total, longest, left = 0, 0, [str(folder)]
    while left:
        place = left.pop()
        longest = max(longest, len(place))
        with contextlib.suppress(OSError), os.scandir(place) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    left.append(entry.path)
                total += max(entry.stat(follow_symlinks=False).st_size, _BLOCK)
    return total, longest


def _memory_of(family: Sequence[psutil.Process], limit: int) -> int:
    """Bytes of memory of processes; what they share counts once where it comes to the limit."""
    total = 0
    for member in family:
        with contextlib.suppress(psutil.Error):
            total += member.memory_info().rss
    if total <= limit:
        return total
    total = 0
    for member in family:
        with contextlib.suppress(psutil.Error, AttributeError):  # not every system tells
            total += member.memory_full_info().pss
    return total


def _unnamed(family: Sequence[psutil.Process]) -> tuple[int, int, int, int]:
    """What processes hold and no folder shows.

    Bytes of files, as in memory alone, and those that sockets may hold; bytes of memory that they
    share, which counts for none of them where it is not mapped in; files that are sent through a
    socket and not received, and processes that do not let their files be seen; and the most pieces
    of memory of a process.
    """
    sizes: dict[tuple[int, int], int] = {}
    shared: dict[bytes, int] = {}
    waiting = most = 0
    for member in family:
        waiting += _hides(member)
        with contextlib.suppress(OSError):
            for number in os.listdir(f"/proc/{member.pid}/fd"):
                with contextlib.suppress(OSError):
                    file = os.stat(f"/proc/{member.pid}/fd/{number}")
                    if stat.S_ISREG(file.st_mode) and not file.st_nlink:
                        sizes[file.st_dev, file.st_ino] = file.st_size
                    elif stat.S_ISSOCK(file.st_mode):
                        sizes[file.st_dev, file.st_ino] = _BUFFER
                        about = Path(f"/proc/{member.pid}/fdinfo/{number}").read_text()
                        waiting += bool(re.search(r"scm_fds:\s*[1-9]", about))
        # In bytes: what is mapped in may have any name.
        with contextlib.suppress(OSError), open(f"/proc/{member.pid}/maps", "rb") as maps:
            for count, line in enumerate(islice(maps, _MOST_PIECES + 1), 1):
                most = max(most, count)
                if b"/dev/zero (deleted)" in line:
                    place, _, _, _, number, _ = line.split(maxsplit=5)
                    first, last = (int(edge, 16) for edge in place.split(b"-"))
                    shared[number] = max(shared.get(number, 0), last - first)
    return sum(sizes.values()), sum(shared.values()), waiting, most


def _hides(member: psutil.Process) -> bool:
    """Whether a process that runs does not let the files be seen that it holds."""
    try:
        os.scandir(f"/proc/{member.pid}/fd").close()
    except PermissionError:
        return _runs(member)
    except OSError:
        pass
    return False


def _threads_of(process: psutil.Process) -> int:
    with contextlib.suppress(psutil.Error):
        return process.num_threads()
    return 0


def _of_user(number: int) -> list[psutil.Process]:
    """All processes of a user."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.uids().real == number:
                found.append(process)
    return found


def _as_socket(descriptor: int) -> socket.socket:
    """A socket of a descriptor, which is closed where it is none. Raises OSError."""
    try:
        return socket.socket(fileno=descriptor)
    except OSError:
        os.close(descriptor)
        raise


def _remove(folder: Path) -> None:
    """Remove a folder of the student's, whose folders may be closed, or deeper than recursion and
    the system's paths go: what lies deep is moved up and removed from there."""
    tops, number = [folder], 0
    while tops:
        top = tops.pop()
        left = [(str(top), 0)]
        while left:
            place, depth = left.pop()
            with contextlib.suppress(OSError), os.scandir(place) as entries:
                for entry in entries:
                    if not entry.is_dir(follow_symlinks=False):
                        continue
                    os.chmod(entry.path, 0o700)
                    if depth < _SHALLOW:
                        left.append((entry.path, depth + 1))
                        continue
                    number += 1
                    beside = folder.with_name(f"{folder.name}-{number}")
                    os.rename(entry.path, beside)
                    tops.append(beside)
        shutil.rmtree(top, ignore_errors=True)


def _kill(process: subprocess.Popen) -> None:
    """End the process, its session, and what it started, and wait until they have ended.

    The first process of a namespace has ended when all others have.
    """
    family = []
    if process.poll() is None:
        with contextlib.suppress(psutil.Error):
            family = psutil.Process(process.pid).children(recursive=True)
    if process.poll() is None or not psutil.pid_exists(process.pid):  # else another has the number
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    for member in family:
        with contextlib.suppress(psutil.Error):
            member.kill()
    process.wait()
    end = time.monotonic() + _ENDS
    while any(map(_runs, family)) and time.monotonic() < end:
        time.sleep(0.01)


def _runs(process: psutil.Process) -> bool:
    with contextlib.suppress(psutil.Error):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False
