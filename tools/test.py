"""Run everything that continuous integration runs: `make test`.

Six gates. The package's tests take as long as notebooks, site and browser together and need none of
them, so two lanes run side by side, one a core. A gate's output is printed whole when it ends.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
import xml.etree.ElementTree as ET
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
    after: str | None = None  # of no use if that gate failed
    seconds: float = 0.0
    counts: dict[str, int] = field(default_factory=dict)
    slow: list[tuple[float, str]] = field(default_factory=list)


def program(name: str, *arguments: str) -> list[str]:
    return [str(BIN / name), *arguments]


def pytest(*arguments: str) -> list[str]:
    return program("pytest", "-q", "--color=no", "-p", "no:cacheprovider", *arguments)


LANES = (
    (
        Gate("style", [program("ruff", "check", "."), program("ruff", "format", "--check", ".")]),
        Gate("spelling", [program("codespell")]),
        Gate("package", [pytest("tests", "--ignore=tests/browser")], tests=True),
    ),
    (
        Gate("notebooks", [pytest("--nbval-lax", "notebooks", "solutions")], tests=True),
        Gate("site", [[sys.executable, "-m", "tools.build_book"]]),
        Gate("browser", [pytest("tests/browser")], tests=True, after="site"),
    ),
)
LOCK = threading.Lock()


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
        done_process = subprocess.run(
            arguments, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            errors="replace", check=False,
            env=os.environ | {"OMP_NUM_THREADS": "1"},
        )  # fmt: skip
        output += done_process.stdout
        failed |= done_process.returncode != 0
    gate.seconds = time.perf_counter() - start
    gate.counts = {"passed": 1 - failed, "failed": int(failed)}
    if gate.tests:
        count_tests(gate, report, crashed=bool(failed))
    with LOCK:
        print(f"\n--- {gate.name} " + "-" * (92 - len(gate.name)))
        print(output.rstrip())
        print(f"--- {gate.name}: {gate.seconds:.0f} s, {in_words(gate.counts)}\n", flush=True)


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
    gates = [gate for lane in LANES for gate in lane]
    done = {gate.name: gate for gate in gates}
    with tempfile.TemporaryDirectory() as name:

        def walk(lane: tuple[Gate, ...]) -> None:
            for gate in lane:
                run(gate, Path(name), done)

        with ThreadPoolExecutor(len(LANES)) as pool:
            list(pool.map(walk, LANES))

    print("Slowest parts")
    for seconds, what in sorted((line for gate in gates for line in gate.slow), reverse=True)[
        :SLOWEST
    ]:
        print(f"  {seconds:6.1f} s  {what[:110]}")
    print("Gates")
    for gate in gates:
        print(f"  {gate.seconds:6.1f} s  {gate.name:<10} {in_words(gate.counts)}")
    print(f"  {time.perf_counter() - start:6.1f} s  in all, two at a time")
    total = {
        kind: sum(g.counts.get(kind, 0) for g in gates) for kind in ("passed", "failed", "skipped")
    }
    print(f"{total['passed']} passed, {total['failed']} failed, {total['skipped']} skipped")
    return 1 if total["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
