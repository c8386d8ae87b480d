"""Gradescope's autograder: a zip with the grader, what it installs, and the assignment."""

from __future__ import annotations

import dataclasses
import json
import zipfile
from pathlib import Path

from stepwise_ssl.grading.assignment import Assignment
from tools.homework.wheel import requirements

# PyTorch's builds for processors alone: those with CUDA take several GB.
CPU_INDEX = "https://download.pytorch.org/whl/cpu"

SETUP = """\
#!/usr/bin/env bash
# Gradescope runs this once, when the container is built.
set -euo pipefail
cd /autograder/source

if ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    echo "Python 3.11 or later is needed: choose the base image Ubuntu 24.04 in Gradescope" >&2
    exit 1
fi
apt-get update -qq && apt-get install -qq -y --no-install-recommends python3-venv
python3 -m venv /autograder/python
/autograder/python/bin/pip install --quiet --no-cache-dir \\
    --extra-index-url {index} -r requirements.txt

# The package is unpacked and not installed: a student's process may read what is installed.
/autograder/python/bin/python -m zipfile -e {wheel} package
chmod -R go-rwx /autograder/source
"""

RUN = """\
#!/usr/bin/env bash
# Gradescope runs this for each submission.
cd /autograder/source
PYTHONPATH=package exec /autograder/python/bin/python -m stepwise_ssl.grading gradescope
"""


def write_autograder(path: Path, assignment: Assignment, wheel: Path) -> None:
    """The zip that Gradescope takes. Equal assignments and wheels give equal zips."""
    unnamed = dataclasses.replace(assignment, names=())  # Gradescope has names of its own
    contents = {
        "setup.sh": SETUP.format(index=CPU_INDEX, wheel=wheel.name),
        "run_autograder": RUN,
        "requirements.txt": "\n".join(requirements(wheel, "grading")) + "\n",
        "assignment.json": json.dumps(dataclasses.asdict(unnamed), indent=1),
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name in sorted(contents):
            mode = 0o755 if name in ("setup.sh", "run_autograder") else 0o644
            _add(out, name, contents[name].encode(), mode)
        _add(out, wheel.name, wheel.read_bytes(), 0o644)


def _add(archive: zipfile.ZipFile, name: str, data: bytes, mode: int) -> None:
    """In order and without a time, so that equal contents give equal zips."""
    entry = zipfile.ZipInfo(name)
    entry.external_attr = mode << 16
    archive.writestr(entry, data, zipfile.ZIP_DEFLATED)
