"""Run numerical tests and notebooks as other machines would compute them: `make test-portable`.

A processor's family decides which kernels OpenBLAS, MKL, oneDNN and PyTorch take, and so how sums
are rounded. Each can be told to take an older family's. Before its tests run, every setting is
asked for what is in effect, and one that did not take counts as failed. Arm has none of these
choices: there only the number of threads and the load vary.
"""

from __future__ import annotations

import os
import platform
import re
import resource
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Neither compute much nor depend on the processor; homework and wheel have gates.
OTHERS = {"book_matter", "environment", "machinery", "notebooks", "package",
          "plot_command", "plots", "repository", "slides"}  # fmt: skip
FOLDERS = ("claims", "properties")
NOTEBOOKS = "solutions"
# Long trainings, what the pages say, and every exercise with all its wrong answers: once, in the
# first setting.
LONG = {"claims", "draws", "faults", "gpu_cells", "kernel_dynamics", "mutation", "own_parts",
        "processes", "run_folder", "training", "training_runs"}  # fmt: skip
# Those with clocks, signals or processes: what a busy machine could upset.
TIMED = ["checks", "faults", "hostile_answers", "processes", "run_folder", "training"]


@dataclass(frozen=True)
class Setting:
    """Variables that choose how sums are rounded, what must then be in effect, and the tests."""

    name: str
    tests: list[str]
    threads: int = 1
    variables: tuple[tuple[str, str], ...] = ()
    wanted: tuple[str, ...] = ()  # in the words of `in_effect`
    needs: str = ""  # a flag of the processor
    busy: int = 0  # processes that do nothing else beside it


def numerical() -> list[str]:
    """FOLDERS, and every test file but OTHERS, so that a new one is tried everywhere."""
    names = {path.stem.removeprefix("test_") for path in (ROOT / "tests").glob("test_*.py")}
    return [*FOLDERS, *sorted(names - OTHERS)]


def file_of(name: str) -> str:
    """The file of tests of that name, or the folder."""
    if name == NOTEBOOKS:
        return name
    return f"tests/{name}" if name in FOLDERS else f"tests/test_{name}.py"


def settings() -> list[Setting]:
    every = [*numerical(), NOTEBOOKS]
    short = [name for name in every if name not in LONG]

    def family(openblas: str, aten: str, onednn: str, mkl: str) -> tuple[tuple[str, str], ...]:
        return (("OPENBLAS_CORETYPE", openblas), ("ATEN_CPU_CAPABILITY", aten),
                ("ONEDNN_MAX_CPU_ISA", onednn), ("MKL_CBWR", mkl))  # fmt: skip

    # OpenBLAS lists Prescott's kernels under Katmai, the first name that has them, and Zen's under
    # Haswell: its wheels have one build for both. MKL grants its newer families to Intel alone.
    x86 = [
        Setting(
            "oldest x86", every, variables=family("Prescott", "default", "SSE41", "COMPATIBLE"),
            wanted=("Katmai", "DEFAULT", "Intel SSE4.1", "COMPATIBLE"),
        ),
        Setting(
            "Haswell, Zen", short, variables=family("Haswell", "avx2", "AVX2", "AVX2"),
            wanted=("Haswell", "AVX2", "Intel AVX2", ""), needs="avx2",
        ),
        Setting(
            "SkylakeX", short, variables=family("SkylakeX", "avx512", "AVX512_CORE", "AVX512"),
            wanted=("SkylakeX", "AVX512", "Intel AVX-512", ""), needs="avx512bw",
        ),
    ]  # fmt: skip
    own = [
        # A learner's machine has several threads, and a check that copies the process one.
        Setting("its own, two threads", [*short, "mutation"], threads=2),
        Setting("its own, busy", TIMED, threads=2, busy=4),
    ]
    if platform.machine().lower() in {"x86_64", "amd64"}:
        return x86 + own
    print(f"{platform.machine()}: the settings of x86 are left out")
    return [Setting("its own", every), *own]


# The libraries print on standard output what they chose, at their first use.
PROBE = """
import numpy, scipy.linalg, torch
from threadpoolctl import threadpool_info
torch.randn(64, 64) @ torch.randn(64, 64)
torch.nn.functional.conv2d(torch.randn(8, 3, 16, 16), torch.randn(8, 3, 3, 3))
found = {i["architecture"] for i in threadpool_info() if i["internal_api"] == "openblas"}
print("\\nOPENBLAS", *found)
print("ATEN", torch.backends.cpu.get_cpu_capability())
print("THREADS", torch.get_num_threads())
"""

LOOP = """
import os
os.nice(5)
parent = os.getppid()
while os.getppid() == parent:
    pass
"""


def in_effect(environment: dict[str, str]) -> tuple[tuple[str, ...], int]:
    """What OpenBLAS, PyTorch, oneDNN and MKL use there ("" for one that is not there); threads."""
    said = subprocess.run(
        [sys.executable, "-c", PROBE], capture_output=True, text=True, check=True,
        env=environment | {"MKL_VERBOSE": "1", "ONEDNN_VERBOSE": "1"},
    ).stdout  # fmt: skip
    patterns = (r"^OPENBLAS (.*)", r"^ATEN (.*)", r"cpu,isa:(.*)", r" CNR:(\S+)", r"^THREADS (\d+)")
    found = [re.search(pattern, said, re.M) for pattern in patterns]
    *libraries, threads = (match.group(1) if match else "" for match in found)
    return tuple(libraries), int(threads)


def processor_has(flag: str) -> bool:
    """Whether Linux lists the flag; a forced kernel without its instructions kills the process."""
    listed = Path("/proc/cpuinfo")
    return not flag or (listed.exists() and flag in listed.read_text().split())


@contextmanager
def load(processes: int) -> Iterator[list[subprocess.Popen]]:
    """So many processes that only count, beside the block; they end with it or with this one."""
    started = [subprocess.Popen([sys.executable, "-c", LOOP]) for _ in range(processes)]
    try:
        yield started
    finally:
        for process in started:
            process.kill()
            process.wait()


def run(setting: Setting, folder: Path) -> tuple[bool, str]:
    """Run a setting's tests and print what they said if any failed: is it green, and its line."""
    environment = os.environ | dict(setting.variables) | {"OMP_NUM_THREADS": str(setting.threads)}
    found, threads = in_effect(environment)
    in_words = ", ".join([*filter(None, found), f"threads: {threads}"])
    wanted = (*setting.wanted, *found[len(setting.wanted) :])
    if threads != setting.threads or not all(map(str.startswith, found, wanted)):
        return False, f"{setting.name:<22} not in effect: {in_words}"
    report = folder / "report.xml"
    files = [file_of(name) for name in setting.tests]
    start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    with load(setting.busy):
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "--color=no", "-p", "no:cacheprovider",
             "--nbval-lax", *files, f"--junitxml={report}"],
            cwd=ROOT, env=environment, check=False, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, errors="replace",
        )  # fmt: skip
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = time.perf_counter() - start
    cpu = used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime
    if done.returncode:
        print(f"\n--- {setting.name}\n{done.stdout}", flush=True)
    suite = ET.parse(report).getroot()[0].attrib if report.exists() else {}
    report.unlink(missing_ok=True)
    tests, skipped, failures, errors = (
        int(suite.get(key, 0)) for key in ("tests", "skipped", "failures", "errors")
    )
    failed = max(failures + errors, int(done.returncode != 0))
    passed = tests - skipped - failures - errors
    line = f"{setting.name:<22}{passed:>7}{failed:>7}{seconds:>8.0f}{cpu:>8.0f}  {in_words}"
    return failed == 0, line


def main() -> int:
    table, green = [], True
    with tempfile.TemporaryDirectory() as folder:
        for setting in settings():
            if not processor_has(setting.needs):
                table.append(f"{setting.name:<22} left out: this processor has no {setting.needs}")
                continue
            print(f"==> {setting.name} ...", flush=True)
            good, line = run(setting, Path(folder))
            green &= good
            table.append(line)
            print(line, flush=True)
    print(f"\n{'setting':<22}{'passed':>7}{'failed':>7}{'seconds':>8}{'CPU s':>8}  in effect")
    print(*table, sep="\n")
    return 0 if green else 1


if __name__ == "__main__":
    sys.exit(main())
