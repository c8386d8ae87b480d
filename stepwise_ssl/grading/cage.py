"""What a student's process may do. Run as a program, it shuts itself in and starts `student`.

Limits that every POSIX system has (rlimits, a session of its own); on Linux also namespaces, where
the process sees no network and no process but its own, and Landlock, where it reads the Python
installation and writes to its own folder alone. What the system refuses is reported, not assumed.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import resource
import signal
import socket
import sys
from pathlib import Path
from typing import Any

FILES, NETWORK, PROCESSES, MEMORY, USER = "files", "network", "processes", "memory", "user"
MOST_OF_A_USER = 64  # processes, where the submission has a user of its own

_USER, _PROCESSES, _NETWORK, _IPC = 0x10000000, 0x20000000, 0x40000000, 0x08000000  # <sched.h>
_DIES_WITH_PARENT, _DUMPABLE, _NO_NEW_PRIVILEGES = 1, 4, 38  # prctl(2)
_READ = (
    "/usr", "/lib", "/lib64", "/bin", "/opt", "/etc", "/dev/urandom", "/dev/random", "/dev/zero",
    "/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/sys/devices/system/cpu",
)  # fmt: skip


def main() -> None:
    """Shut this process in as its argument says, and run the student's side."""
    how = json.loads(sys.argv[1])
    if sys.platform == "linux":
        _libc().prctl(_DIES_WITH_PARENT, signal.SIGKILL, 0, 0, 0)
    control = socket.socket(fileno=how["control"])
    os.chdir(how["folder"])
    held = shut_in(Path(how["folder"]), how)
    sys.path.insert(0, how["package"])
    from stepwise_ssl.grading import student, wire

    wire.send(control, {"held": held})
    student.main(control)


def shut_in(folder: Path, how: dict[str, Any]) -> list[str]:
    """Apply what this system has; returns what holds from now on."""
    os.setsid()
    held = _limits(how)
    if sys.platform == "linux":
        libc = _libc()
        libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
        held += _as_another_user(how["user"], folder)
        held += _namespaces(libc)
        held += _landlock(folder, how)
    return held


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _limits(how: dict[str, Any]) -> list[str]:
    """Processor time, size of a file, open files, processes and memory."""
    _limit(resource.RLIMIT_CPU, how["cpu"])
    _limit(resource.RLIMIT_FSIZE, how["file"])
    _limit(resource.RLIMIT_NOFILE, 256)
    _limit(resource.RLIMIT_CORE, 0)
    if sys.platform == "linux":  # elsewhere the system takes it and does not keep it
        _limit(resource.RLIMIT_DATA, how["memory"])
        return [MEMORY]
    return []


def _limit(which: int, amount: int) -> None:
    _, hard = resource.getrlimit(which)
    amount = amount if hard == resource.RLIM_INFINITY else min(amount, hard)
    resource.setrlimit(which, (amount, amount))


def _as_another_user(user: int, folder: Path) -> list[str]:
    """Where this is root, become a user who owns nothing but the folder.

    Not where that user could not run this Python, as under /root.
    """
    if not changes_user():
        return []
    os.chown(folder, user, user)
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)
    # Else the process's own entry in /proc stays root's, and a namespace cannot be filled in.
    _libc().prctl(_DUMPABLE, 1, 0, 0, 0)
    _limit(resource.RLIMIT_NPROC, MOST_OF_A_USER)
    return [USER]


def changes_user() -> bool:
    """Whether the student's process becomes another user on this system."""
    root = sys.platform == "linux" and os.geteuid() == 0
    return root and _all_may_run(Path(os.path.realpath(sys.executable)))


def _all_may_run(program: Path) -> bool:
    return all(path.stat().st_mode & 0o001 for path in (program, *program.parents))


def _namespaces(libc: ctypes.CDLL) -> list[str]:
    """No network, and no process but those that start here: all end with the first."""
    user, group = os.getuid(), os.getgid()
    if libc.unshare(_USER | _PROCESSES | _NETWORK | _IPC) != 0:
        return []
    with contextlib.suppress(OSError):
        Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    child = os.fork()  # the first process of the new namespace
    if child:
        _stand_by(child)
    libc.prctl(_DIES_WITH_PARENT, signal.SIGKILL, 0, 0, 0)
    return [NETWORK, PROCESSES]


def _stand_by(child: int) -> None:
    """Wait for the first process, and end as it did."""
    os.closerange(3, 256)
    _, status = os.waitpid(child, 0)
    os._exit(os.waitstatus_to_exitcode(status) & 0xFF)


def _landlock(folder: Path, how: dict[str, Any]) -> list[str]:
    """Files: the installation may be read, the folder written, nothing else opened."""
    try:
        import landlock
    except ImportError:
        return []
    reads = landlock.FSAccess.READ_FILE | landlock.FSAccess.READ_DIR | landlock.FSAccess.EXECUTE
    allowed = {*_READ, how["package"], *filter(os.path.isdir, sys.path)}
    try:
        rules = landlock.Ruleset()
        for path in filter(os.path.exists, sorted({*allowed, sys.prefix, sys.base_prefix})):
            rules.allow(path, rules=reads if os.path.isdir(path) else landlock.FSAccess.READ_FILE)
        rules.allow("/dev/null", rules=landlock.FSAccess.READ_FILE | landlock.FSAccess.WRITE_FILE)
        rules.allow(str(folder), rules=landlock.FSAccess.all())
        rules.apply()
    except (OSError, landlock.LandlockError):
        return []
    return [FILES]


if __name__ == "__main__":
    main()
