"""This very package as a wheel, and what it needs in the versions used here."""

from __future__ import annotations

import email
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

from tools.notebooks import ROOT


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


def requirements(wheel: Path, extra: str) -> list[str]:
    """What the package and an extra of it need, pinned to the versions used here."""
    with zipfile.ZipFile(wheel) as archive:
        name = next(n for n in archive.namelist() if n.endswith(".dist-info/METADATA"))
        about = email.message_from_bytes(archive.read(name))
    wanted = map(Requirement, about.get_all("Requires-Dist", []))
    return sorted(
        f"{need.name}=={metadata.version(need.name).partition('+')[0]}"
        for need in wanted
        if need.marker is None or need.marker.evaluate({"extra": extra})
    )
