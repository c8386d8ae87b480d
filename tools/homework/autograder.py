"""The Otter autograder of a homework, as the zip that Gradescope and `otter run` take."""

from __future__ import annotations

import email
import json
import os
import random
import secrets
import shutil
import subprocess
import sys
import tempfile
import zipfile
from importlib import metadata
from pathlib import Path

from otter.generate import main as generate
from packaging.requirements import Requirement

from stepwise_ssl.checks import Exercise
from tools.notebooks import ROOT

SEEDS = 8  # draws of each part; self-study has three
SECONDS_PER_CELL = 60
SECONDS_IN_ALL = 540  # Gradescope ends a container after 10 minutes by default
CONTAINER = "/autograder/source"  # where Gradescope unpacks the autograder
# pip prefers its builds to those with CUDA, several GB that a grader has no use for.
CPU_INDEX = "--extra-index-url https://download.pytorch.org/whl/cpu"

# Otter shows the line that failed beside its message: it holds names, the head what they stand for.
TEST_HEAD = """\
from otter.test_files import test_case

from stepwise_ssl.checks.autograder import award

OK_FORMAT = False
name = {name!a}
EXERCISE, ANSWER = {exercise!r}, {answer!r}
PARTS = {parts!a}
SEEDS = {seeds}
"""

TEST_PART = """

@test_case(name=PARTS[{index}], points={points}, hidden=True)
def part_{index}(env):
    award(env, EXERCISE, PARTS[{index}], ANSWER, SEEDS[{index}])
"""


def otter_test(exercise: Exercise, answer: str, draws: random.Random) -> str:
    """The Otter test of an exercise: a test case for each part, with its points and its draws."""
    seeds = [[draws.getrandbits(32) for _ in range(SEEDS)] for _ in exercise.parts]
    head = TEST_HEAD.format(
        name=f"{exercise.id} {exercise.title}",
        exercise=exercise.id,
        answer=answer,
        parts=[part.name for part in exercise.parts],
        seeds=seeds,
    )
    return head + "".join(
        TEST_PART.format(index=index, points=part.points)
        for index, part in enumerate(exercise.parts)
    )


def write_autograder(
    path: Path, known: tuple[Exercise, ...], names: dict[str, str], seed: int | None
) -> None:
    """The zip that Gradescope and `otter run` take: tests, settings, and this very package."""
    draws = random.Random(seed) if seed is not None else secrets.SystemRandom()
    with tempfile.TemporaryDirectory() as scratch:
        work = Path(scratch)
        (work / "tests").mkdir()
        for exercise in known:
            test = work / "tests" / f"exercise_{exercise.id.replace('.', '_')}.py"
            test.write_text(otter_test(exercise, names[exercise.id], draws), encoding="utf-8")
        wheel = build_wheel(work / "wheel")
        (work / "requirements.txt").write_text("\n".join(requirements(wheel)) + "\n")
        (work / "otter_config.json").write_text(json.dumps(otter_config()))
        generate(
            tests_dir=str(work / "tests"),
            output_path=str(work / "otter.zip"),
            config=str(work / "otter_config.json"),
            requirements=str(work / "requirements.txt"),
            no_environment=True,
            python_version=f"{sys.version_info.major}.{sys.version_info.minor}",
        )
        with zipfile.ZipFile(work / "otter.zip") as made:
            contents = {name: made.read(name) for name in made.namelist()}
        contents[wheel.name] = wheel.read_bytes()
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
            for name in sorted(contents):  # in order and without times: equal seeds, equal zips
                entry = zipfile.ZipInfo(name)
                entry.external_attr = 0o644 << 16
                out.writestr(entry, contents[name], zipfile.ZIP_DEFLATED)


def otter_config() -> dict:
    """Settings of the autograder. All results appear to students when the marks are published.

    Otter's summary of public tests is off: with hidden tests alone it says that all have passed.
    """
    limits = {"seconds_per_cell": SECONDS_PER_CELL, "seconds_in_all": SECONDS_IN_ALL}
    return {
        "lang": "python",
        "pdf": False,
        "show_hidden": True,
        "force_public_test_summary": False,
        "plugins": [{"stepwise_ssl.checks.autograder.Plugin": limits}],
    }


def build_wheel(folder: Path) -> Path:
    """The course's package as a wheel, built from a copy so that no trace stays in the tree."""
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch) / "source"
        clean = shutil.ignore_patterns("__pycache__", "*.part")
        shutil.copytree(ROOT / "stepwise_ssl", copy / "stepwise_ssl", ignore=clean)
        for file in ROOT.iterdir():
            if file.is_file():
                shutil.copy(file, copy)
        command = [
            sys.executable, "-m", "pip", "wheel", str(copy), "--wheel-dir", str(folder),
            "--no-deps", "--no-build-isolation", "--no-index", "--quiet",
        ]  # fmt: skip
        stamp = {**os.environ, "SOURCE_DATE_EPOCH": "315532800"}  # 1980, the first day of zip files
        done = subprocess.run(command, env=stamp, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"the package's wheel could not be built:\n{done.stdout}{done.stderr}")
    return next(folder.glob("*.whl"))


def requirements(wheel: Path) -> list[str]:
    """What the container installs: the wheel, and what it needs in the versions used here.

    The first line is where pip looks for PyTorch besides its usual index.
    """
    with zipfile.ZipFile(wheel) as archive:
        name = next(n for n in archive.namelist() if n.endswith(".dist-info/METADATA"))
        about = email.message_from_bytes(archive.read(name))
    wanted = map(Requirement, about.get_all("Requires-Dist", []))
    pins = [
        f"{need.name}=={metadata.version(need.name).partition('+')[0]}"
        for need in wanted
        if need.marker is None or need.marker.evaluate({"extra": ""})
    ]
    return [CPU_INDEX, f"{CONTAINER}/{wheel.name}", *sorted(pins)]
