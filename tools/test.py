"""Run everything that continuous integration runs: `make test`.

Two gates that compute run at a time, one a core: whoever is free takes the next. Gates that wait
for most of their time, for a browser's pages or for limits on time, run beside these. A gate's
output is printed whole when it ends.
"""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
import tempfile
import threading
import time
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
SLOWEST = 15


@dataclass
class Gate:
    """One gate: commands that must all succeed. A pytest gate counts its tests, another itself."""

    name: str
    commands: list[list[str]]
    tests: bool = False
    waits: bool = False  # for most of its time: it runs beside the others
    after: str | None = None  # of no use if that gate failed; for a gate that waits
    seconds: float = 0.0
    cpu: float = 0.0  # seconds, over all cores
    counts: dict[str, int] = field(default_factory=dict)
    slow: list[tuple[float, str]] = field(default_factory=list)


def program(name: str, *arguments: str) -> list[str]:
    return [str(BIN / name), *arguments]


def pytest(*arguments: str) -> list[str]:
    return program("pytest", "-q", "--color=no", "-p", "no:cacheprovider", *arguments)


# Files with gates of their own; whatever else lies in tests/ is the package's.
TRAINING = [
    f"tests/test_{name}.py"
    for name in (
        "training",
        "training_runs",
        "faults",
        "processes",
        "gpu_cells",
        "run_folder",
        "own_parts",
        "machine",
    )
]
COLAB = "tests/test_package.py"
HOMEWORK = "tests/homework"
BROWSER = pytest("tests/browser", "-n", "2")  # a browser a core
ELSEWHERE = [
    f"--ignore={path}" for path in ("tests/browser", "tests/thorough", HOMEWORK, COLAB, *TRAINING)
]

# What the browser waits for comes early, and then the longest, so that both cores end together.
GATES = (
    Gate("style", [program("ruff", "check", "."), program("ruff", "format", "--check", ".")]),
    Gate("spelling", [program("codespell")]),
    Gate("site", [[sys.executable, "-m", "tools.site.build"]]),
    Gate("package", [pytest("tests", *ELSEWHERE)], tests=True),
    # The blank notebooks run in the gate `colab`, as a learner meets them.
    Gate("notebooks", [pytest("--nbval-lax", "solutions")], tests=True),
    Gate("colab", [pytest(COLAB)], tests=True),
    Gate("training", [pytest(*TRAINING)], tests=True),
    Gate("homework", [pytest(HOMEWORK)], tests=True, waits=True),
    Gate("browser", [BROWSER], tests=True, waits=True, after="site"),
)
AT_ONCE = 2
LOCK = threading.Lock()


def run_all(gates: Sequence[Gate], folder: Path) -> None:
    """Run the gates: in their order and AT_ONCE at a time, and beside them those that wait."""
    computing = [gate for gate in gates if not gate.waits]
    waiting = [gate for gate in gates if gate.waits]
    done, changed = {}, threading.Condition()

    def run_one(gate: Gate) -> None:
        try:
            run(gate, folder, done)
        finally:  # or another would wait for it for ever
            with changed:
                done[gate.name] = gate
                changed.notify_all()

    def one_after_another() -> None:
        while True:
            with changed:
                if not computing:
                    return
                gate = computing.pop(0)
            run_one(gate)

    def beside(gate: Gate) -> None:
        with changed:
            changed.wait_for(lambda: gate.after is None or gate.after in done)
        run_one(gate)

    with ThreadPoolExecutor(AT_ONCE + len(waiting)) as pool:
        workers = [pool.submit(one_after_another) for _ in range(AT_ONCE)]
        workers += [pool.submit(beside, gate) for gate in waiting]
        for worker in workers:
            worker.result()


def run(gate: Gate, folder: Path, done: dict[str, Gate]) -> None:
    """Run a gate, print what it said, and note its counts and times."""
    if gate.after and done[gate.after].counts.get("failed"):
        gate.counts = {"skipped": 1}
        print(f"==> {gate.name}: left out, because {gate.after} failed", flush=True)
        return
    print(f"==> {gate.name} ...", flush=True)
    start = time.perf_counter()
    report = folder / f"{gate.name}.xml"
    output, failed = "", 0
    for command in gate.commands:
        arguments = [*command, f"--junitxml={report}"] if gate.tests else command
        said, status, cpu = run_command(arguments)
        output += said
        gate.cpu += cpu
        failed |= status != 0
    gate.seconds = time.perf_counter() - start
    gate.counts = {"passed": 1 - failed, "failed": int(failed)}
    if gate.tests:
        count_tests(gate, report, crashed=bool(failed))
    with LOCK:
        print(f"\n--- {gate.name} " + "-" * (92 - len(gate.name)))
        print(output.rstrip())
        print(f"--- {gate.name}: {gate.seconds:.0f} s, {in_words(gate.counts)}\n", flush=True)


def run_command(arguments: list[str]) -> tuple[str, int, float]:
    """What a command prints, its exit status, and the CPU seconds of it and what it started."""
    process = subprocess.Popen(
        arguments, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        errors="replace", env=os.environ | {"OMP_NUM_THREADS": "1"},
    )  # fmt: skip
    output = process.stdout.read()
    process.stdout.close()
    # Not process.wait(): the kernel says here what this child used and no other.
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return output, process.returncode, used.ru_utime + used.ru_stime


def count_tests(gate: Gate, report: Path, crashed: bool) -> None:
    """Counts and times from pytest's own report. A run that ended badly is at least one failure."""
    gate.counts = dict.fromkeys(("passed", "failed", "skipped"), 0)
    for case in ET.parse(report).iter("testcase") if report.exists() else ():
        outcome = {child.tag for child in case}
        failed = outcome & {"failure", "error"}
        kind = "failed" if failed else "skipped" if "skipped" in outcome else "passed"
        gate.counts[kind] += 1
        name = f"{case.get('classname', '')}::{case.get('name', '')}".lstrip(":")
        gate.slow.append((float(case.get("time", 0)), f"{gate.name}: {name}"))
    if crashed and not gate.counts["failed"]:
        gate.counts["failed"] = 1


def in_words(counts: dict[str, int]) -> str:
    return ", ".join(f"{number} {kind}" for kind, number in counts.items() if number)


def main() -> int:
    start = time.perf_counter()
    importlib.import_module("matplotlib.font_manager")  # makes its list before others need it
    with tempfile.TemporaryDirectory() as name:
        run_all(GATES, Path(name))

    print("Slowest parts")
    for seconds, what in sorted((line for gate in GATES for line in gate.slow), reverse=True)[
        :SLOWEST
    ]:
        print(f"  {seconds:6.1f} s  {what[:110]}")
    print("Gates: seconds, seconds of CPU")
    for gate in GATES:
        print(f"  {gate.seconds:6.1f} {gate.cpu:7.1f}  {gate.name:<10} {in_words(gate.counts)}")
    seconds, cpu = time.perf_counter() - start, sum(gate.cpu for gate in GATES)
    print(f"  {seconds:6.1f} {cpu:7.1f}  in all")
    total = {
        kind: sum(g.counts.get(kind, 0) for g in GATES) for kind in ("passed", "failed", "skipped")
    }
    print(f"{total['passed']} passed, {total['failed']} failed, {total['skipped']} skipped")
    return 1 if total["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
