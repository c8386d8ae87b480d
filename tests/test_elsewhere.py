"""What sets up the machines of others, Binder's and Codespaces', names what is there."""

import json
import re

from tools.notebooks import ROOT

BINDER, CODESPACES = ROOT / ".binder", ROOT / ".devcontainer" / "devcontainer.json"


def test_binder_installs_the_package_and_what_shows_a_notebook():
    lines = (BINDER / "requirements.txt").read_text().splitlines()
    wanted = {line for line in lines if line and not line.startswith("#")}
    assert {".", "jupyterlab"} <= wanted
    version = re.fullmatch(r"python-3\.(\d+)\n", (BINDER / "runtime.txt").read_text())
    assert 11 <= int(version[1]) <= 13


def test_codespaces_makes_the_environment_that_make_knows_and_works_in_it():
    about = json.loads(CODESPACES.read_text())
    make, target = about["postCreateCommand"].split()
    assert make == "make"
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.M)
    python = about["customizations"]["vscode"]["settings"]["python.defaultInterpreterPath"]
    assert python == "${containerWorkspaceFolder}/.venv/bin/python"
    choices = re.search(r"must be ([\w, ]+)\"", (ROOT / "tools" / "environment.sh").read_text())[1]
    assert about["containerEnv"]["STEPWISE_TORCH"] in re.split(r", | or ", choices)
