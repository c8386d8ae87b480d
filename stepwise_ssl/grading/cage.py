"""What a student's process may do. Run as a program, it shuts itself in and starts `student`.

Limits that every POSIX system has (rlimits, a session of its own); on Linux also namespaces, where
the process sees no network and no process but its own, Landlock, where it reads the Python
installation and writes to its own folder alone, and a filter of system calls, for what neither of
these holds. What the system refuses is reported, not assumed.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import platform
import resource
import signal
import socket
import struct
import sys
from pathlib import Path
from typing import Any

FILES, NETWORK, PROCESSES, MEMORY, USER = "files", "network", "processes", "memory", "user"
MOST_OF_A_USER = 64  # processes, where the submission has a user of its own
SOCKETS = "sockets and modes of files"

_USER, _PROCESSES, _NETWORK, _IPC = 0x10000000, 0x20000000, 0x40000000, 0x08000000  # <sched.h>
_DIES_WITH_PARENT, _DUMPABLE, _FILTERS, _NO_NEW_PRIVILEGES = 1, 4, 22, 38  # prctl(2)
_READ = (
    "/usr", "/lib", "/lib64", "/bin", "/opt", "/etc", "/dev/urandom", "/dev/random", "/dev/zero",
    "/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/sys/devices/system/cpu",
)  # fmt: skip

# System calls by processor, with the number by which the kernel names it. Those that change the
# mode, the owner, the times or the attributes of any file that has the same owner come to nothing:
# Landlock leaves them alone. Those that reach another process by a socket in a folder, by a ring or
# by a key are refused: namespaces leave these alone. So are memory and messages that stay where no
# process holds them, and other namespaces, in which it could mount.
_CALLS: dict[str, tuple[int, tuple[int, ...], tuple[int, ...]]] = {
    "x86_64": (
        0xC000003E,
        (
            90, 91, 268, 452,  # chmod, fchmod, fchmodat, fchmodat2
            92, 93, 94, 260,  # chown, fchown, lchown, fchownat
            132, 235, 261, 280,  # utime, utimes, futimesat, utimensat
            188, 189, 190, 463, 197, 198, 199, 466, 469,  # setxattr, removexattr, file_setattr
        ),
        (
            41, 425,  # socket, io_uring_setup
            248, 249, 250,  # add_key, request_key, keyctl
            101, 310, 311, 298, 321, 323,  # ptrace, process_vm, perf_event, bpf, userfaultfd
            29, 64, 68, 240,  # shmget, semget, msgget, mq_open
            165, 272, 308, 429, 430, 432,  # mount, unshare, setns, move_mount, fsopen, fsmount
        ),
    ),
    "aarch64": (
        0xC00000B7,
        (52, 53, 452, 54, 55, 88, 5, 6, 7, 463, 14, 15, 16, 466, 469),
        (
            198, 425, 217, 218, 219, 117, 270, 271, 241, 280, 282,
            194, 190, 186, 180, 40, 97, 268, 429, 430, 432,
        ),
    ),
}  # fmt: skip
# A process may begin in other namespaces too. Of `clone` the first argument says so, of `clone3` no
# filter can read it: the C library takes `clone` where it hears that there is no other.
_CLONE = {"x86_64": (56, 435), "aarch64": (220, 435)}
_ANY_NAMESPACE = 0x7E020000
_LOAD, _IF_EQUAL, _IF_AT_LEAST, _ANSWER = 0x20, 0x15, 0x35, 0x06  # <linux/bpf_common.h>
_IF_ANY_BIT = 0x45
_ALLOWED, _COMES_TO_NOTHING, _REFUSED = 0x7FFF0000, 0x00050000, 0x00050001  # <linux/seccomp.h>
_IS_NOT_THERE = 0x00050026
_OTHER_NUMBERS = 0x40000000  # from here on x86's own second set


def main() -> None:
    """Shut this process in as its argument says, and run the student's side."""
    how = json.loads(sys.argv[1])
    if sys.platform == "linux":
        _die_with_parent()
    control = socket.socket(fileno=how["control"])
    os.chdir(how["folder"])
    held = shut_in(Path(how["folder"]), how)
    sys.path.insert(0, how["package"])
    from stepwise_ssl.grading import student, wire

    wire.send(control, {"held": held})
    student.main(control)


def _die_with_parent() -> None:
    _libc().prctl(_DIES_WITH_PARENT, signal.SIGKILL, 0, 0, 0)


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
        held += [what for what in _filter(libc) if what not in held]
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
    _die_with_parent()  # the system forgets it where the user changes
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
    _die_with_parent()
    return [NETWORK, PROCESSES]


def _stand_by(child: int) -> None:
    """Wait for the first process, and end as it did."""
    os.closerange(3, 256)
    _, status = os.waitpid(child, 0)
    os._exit(os.waitstatus_to_exitcode(status) & 0xFF)


def installed() -> set[str]:
    """Folders with modules, but for repositories, which an editable installation may put among
    them: there the homework lies, with the draws."""
    return {
        path
        for path in filter(os.path.isdir, sys.path)
        if not os.path.exists(os.path.join(path, "pyproject.toml"))
    }


def _landlock(folder: Path, how: dict[str, Any]) -> list[str]:
    """Files: the installation may be read, the folder written, nothing else opened."""
    try:
        import landlock
    except ImportError:
        return []
    reads = landlock.FSAccess.READ_FILE | landlock.FSAccess.READ_DIR | landlock.FSAccess.EXECUTE
    allowed = {*_READ, how["package"], *installed()}
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


def _filter(libc: ctypes.CDLL) -> list[str]:
    """Refuse system calls for good, here and in all that starts here."""
    if platform.machine() not in _CALLS:
        return []
    kind, nothing, refused = _CALLS[platform.machine()]
    steps = [(_LOAD, 0, 0, 4), (_IF_EQUAL, 1, 0, kind), (_ANSWER, 0, 0, _REFUSED)]
    steps += [(_LOAD, 0, 0, 0), (_IF_AT_LEAST, 0, 1, _OTHER_NUMBERS), (_ANSWER, 0, 0, _REFUSED)]
    for calls, answer in ((nothing, _COMES_TO_NOTHING), (refused, _REFUSED)):
        for call in calls:
            steps += [(_IF_EQUAL, 0, 1, call), (_ANSWER, 0, 0, answer)]
    clone, clone3 = _CLONE[platform.machine()]
    steps += [(_IF_EQUAL, 0, 1, clone3), (_ANSWER, 0, 0, _IS_NOT_THERE)]
    steps += [(_IF_EQUAL, 0, 3, clone), (_LOAD, 0, 0, 16), (_IF_ANY_BIT, 0, 1, _ANY_NAMESPACE)]
    steps.append((_ANSWER, 0, 0, _REFUSED))
    steps.append((_ANSWER, 0, 0, _ALLOWED))
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
    program = ctypes.create_string_buffer(struct.pack("HP", len(steps), ctypes.addressof(code)))
    arguments = [ctypes.c_ulong(2), program, ctypes.c_ulong(0), ctypes.c_ulong(0)]
    return [NETWORK, SOCKETS] if libc.prctl(_FILTERS, *arguments) == 0 else []


if __name__ == "__main__":
    main()
