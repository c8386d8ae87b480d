"""The cells of a notebook run as one program, in a process of their own."""

import json
import os
import subprocess
import sys

from tools.notebooks import ROOT

PROGRAM = "import json, sys\nspace = {}\nfor cell in json.load(sys.stdin):\n    exec(cell, space)\n"


def run_cells(code: list[str]) -> subprocess.CompletedProcess:
    """What came of it; figures go nowhere, and settings stay in that process."""
    return subprocess.run(
        [sys.executable, "-c", PROGRAM], input=json.dumps(code), text=True, capture_output=True,
        env=os.environ | {"MPLBACKEND": "Agg", "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
    )  # fmt: skip
