"""Which PyTorch the set-up asks pip for: the script runs, Python and the system are played."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from tools.notebooks import ROOT

INDEX = "https://download.pytorch.org/whl/cpu"

# Plays the environment's Python: answers as ANSWERS says and notes what pip is asked for.
PYTHON = """#!/bin/sh
case "$*" in
    *"config list"*) printf '%s\\n' "$PIP_CONFIG" ;;
    *" install "*) echo "$*" >>"$NOTES"; printf '%s' "$PIP_SAYS"; [ -z "$PIP_SAYS" ] ;;
    "- "*) echo "asked $2" >>"$NOTES"; exit "$INDEX_IS_DOWN" ;;
esac
"""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX shell")
without_gpu = pytest.mark.skipif(
    Path("/proc/driver/nvidia").exists(), reason="this machine has an NVIDIA GPU"
)


def script(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)


@pytest.fixture
def set_up(tmp_path):
    """set_up(**situation) -> (exit status, what it says, what it notes)."""
    for name in ("requirements.txt", "pyproject.toml"):
        (tmp_path / name).write_text("")

    def run(
        choice: str | None = None,
        system: str = "Linux",
        gpu: bool = False,
        index_is_down: bool = False,
        pip_config: str = "",
        pip_says: str = "",
        venv: str = "venv",
        **settings: str,
    ) -> tuple[int, str, str]:
        script(tmp_path / venv / "bin" / "python", PYTHON)
        script(tmp_path / "bin" / "uname", f"#!/bin/sh\necho {system}\n")
        script(tmp_path / "bin" / "nvidia-smi", f"#!/bin/sh\nexit {int(not gpu)}\n")
        notes = tmp_path / "notes"
        notes.write_text("")
        env = {
            "PATH": f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "NOTES": str(notes),
            "PIP_CONFIG": pip_config,
            "PIP_SAYS": pip_says,
            **settings,
            "INDEX_IS_DOWN": str(int(index_is_down)),
            **({} if choice is None else {"STEPWISE_TORCH": choice}),
        }
        done = subprocess.run(
            ["sh", str(ROOT / "tools" / "environment.sh"), venv],
            cwd=tmp_path, env=env, capture_output=True, text=True, check=False,
        )  # fmt: skip
        return done.returncode, done.stdout + done.stderr, notes.read_text()

    return run


@without_gpu
def test_without_a_gpu_the_cpu_build_is_taken(set_up) -> None:
    status, said, notes = set_up()
    assert status == 0
    assert "PyTorch for CPUs (about 200 MB to download)" in said
    assert "rm -r venv, then STEPWISE_TORCH=cuda make" in said
    assert f"asked {INDEX}/torch/" in notes
    assert f"--extra-index-url {INDEX} -r requirements.txt" in notes


@without_gpu
def test_an_index_that_does_not_answer_is_not_used(set_up) -> None:
    status, said, notes = set_up(index_is_down=True)
    assert status == 0
    assert "does not answer: perhaps with CUDA (about 3 GB)" in said
    assert "--extra-index-url" not in notes


def test_with_a_gpu_pip_brings_cuda(set_up) -> None:
    status, said, notes = set_up(gpu=True)
    assert status == 0
    assert "PyTorch with CUDA (about 3 GB to download)" in said
    assert "STEPWISE_TORCH=cpu make" in said
    assert "asked" not in notes
    assert "--extra-index-url" not in notes


@pytest.mark.parametrize(
    "line",
    [
        ":env:.index-url='https://mirror.invalid/simple'",
        ":env:.extra-index-url='https://mirror.invalid/simple'",
        ":env:.no-index='1'",
        ":env:.no-index='True'",
        "global.no-index='yes'",
        "global.index-url='https://mirror.invalid/simple'",
        "install.extra-index-url='https://mirror.invalid/simple'",
    ],
)
def test_indexes_of_the_users_are_left_alone(set_up, line) -> None:
    status, said, notes = set_up(pip_config=f"global.timeout='60'\n{line}")
    assert status == 0
    assert "from the index that pip is set to use" in said
    assert "asked" not in notes
    assert "--extra-index-url" not in notes


@without_gpu
def test_other_settings_of_pip_are_no_index(set_up) -> None:
    _, _, notes = set_up(pip_config=":env:.find-links='wheels'\nglobal.timeout='60'")
    assert f"--extra-index-url {INDEX}" in notes


@without_gpu
@pytest.mark.parametrize(
    "line",
    [
        ":env:.no-index='false'", ":env:.no-index=''", ":env:.no-index='0'", "global.no-index='No'",
        ":env:.index-url=''", ":env:.extra-index-url=''",
    ],
)  # fmt: skip
def test_an_index_that_is_switched_off_or_empty_is_none(set_up, line) -> None:
    _, said, notes = set_up(pip_config=line)
    assert "PyTorch for CPUs" in said
    assert f"--extra-index-url {INDEX}" in notes


@pytest.mark.parametrize(
    ("venv", "shown"),
    [(".venv", ".venv"), ("my venv", "'my venv'"), ("it's & $x", "'it'\\''s & $x'")],
)
def test_the_hint_names_the_folder_as_the_shell_reads_it(set_up, venv, shown) -> None:
    status, said, _ = set_up("cpu", venv=venv)
    assert status == 0
    assert f"to have the other: rm -r {shown}, then STEPWISE_TORCH=cuda make" in said


RETRY = "WARNING: Retrying (Retry(total=0)) after connection broken by "


@pytest.mark.parametrize(
    ("pip_says", "words"),
    [
        (
            f"{RETRY}'SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED]'))'",
            ["certificate was refused", "REQUESTS_CA_BUNDLE (or PIP_CERT)", "machine's date, 20"],
        ),
        (
            "OSError: Could not find a suitable TLS CA certificate bundle, invalid path: typo.pem",
            ["file of certificates cannot be read", "REQUESTS_CA_BUNDLE"],
        ),
        (
            f"{RETRY}'ProxyError('Cannot connect to proxy.', NewConnectionError('refused'))'",
            ["the proxy in between gave no way", "HTTPS_PROXY"],
        ),
        (
            f"{RETRY}'ProxyError('Cannot connect to proxy.', "
            "OSError('Tunnel connection failed: 407 Proxy Authentication Required'))'",
            ["wants a user and a password"],
        ),
        (
            f"{RETRY}'ProxyError('Cannot connect to proxy.', "
            "OSError('Tunnel connection failed: 403 Forbidden'))'",
            ["the proxy in between gave no way"],
        ),
        (
            "urllib3.exceptions.LocationParseError: Failed to parse: http://ada:secret#@host",
            ["the proxy in between gave no way"],
        ),
        (
            f"{RETRY}'ReadTimeoutError(\"Read timed out. (read timeout=15)\")'",
            ["did not answer in time"],
        ),
        (
            f"{RETRY}'ConnectTimeoutError('Connection to there timed out.')'",
            ["did not answer in time"],
        ),
        (
            f"{RETRY}'SSLError(SSLEOFError(8, 'EOF occurred in violation of protocol'))'",
            ["no encrypted connection"],
        ),
        (
            f"{RETRY}'NewConnectionError('Failed to establish a new connection')'",
            ["no package index could be reached"],
        ),
        (
            f"{RETRY}'ReadTimeoutError()'\nOSError: [Errno 28] No space left on device",
            ["the disk is full"],
        ),
        (
            "ERROR: odd, from https://ada:secret@there.invalid/simple",
            ["ERROR: odd, from https://there.invalid/simple", "could not be installed"],
        ),
    ],
)
def test_what_stops_pip_is_told_apart(set_up, pip_says, words) -> None:
    status, said, _ = set_up("cpu", pip_says=pip_says)
    assert status == 1
    for some in [*words, "venv/install.log"] if "disk" not in words[0] else words:
        assert some in said
    assert said.count("stepwise: ") == 3  # what is installed, which build, and one cause
    assert "secret" not in said


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
def test_a_connection_that_is_not_made_is_the_proxys_where_there_is_one(set_up, name) -> None:
    settings = {name: "http://ada:secret@127.0.0.1:9"}
    status, said, _ = set_up("cpu", pip_says=f"{RETRY}'NewConnectionError()'", **settings)
    assert status == 1
    assert "the proxy in between gave no way" in said
    assert "secret" not in said


@pytest.mark.parametrize("choice", ["cpu", "cuda", "default"])
def test_the_users_choice_is_taken_without_a_question(set_up, choice) -> None:
    status, _, notes = set_up(choice, pip_config="global.index-url='x'", gpu=choice == "cpu")
    assert status == 0
    assert "asked" not in notes
    assert (f"--extra-index-url {INDEX}" in notes) == (choice == "cpu")


def test_another_choice_is_named_with_those_there_are(set_up) -> None:
    status, said, notes = set_up("gpu")
    assert status == 1
    assert "STEPWISE_TORCH is 'gpu'; it must be cpu, cuda or default" in said
    assert notes == ""


def test_a_mac_needs_no_choice(set_up) -> None:
    status, said, notes = set_up(system="Darwin")
    assert status == 0
    assert "PyTorch" not in said
    assert "asked" not in notes
    assert "--extra-index-url" not in notes


def test_an_environment_that_is_there_is_left_in_peace(set_up) -> None:
    set_up()
    assert set_up() == (0, "", "")


def test_the_question_ends_when_nobody_answers(tmp_path) -> None:
    """The true Python asks; a host that cannot be found is a no and no traceback."""
    text = (ROOT / "tools" / "environment.sh").read_text("utf-8")
    question = text.partition("<<'END' 2>/dev/null\n")[2].partition("\nEND\n")[0]
    address = "http://127.0.0.1:9/torch/"
    done = subprocess.run([sys.executable, "-c", question, address], timeout=600, check=False)
    assert done.returncode == 1


def test_pip_prefers_the_build_for_cpus_where_it_sees_both() -> None:
    """pip takes the latest version that a requirement allows."""
    lines = (ROOT / "requirements.txt").read_text("utf-8").splitlines()
    wanted = Requirement(next(x for x in lines if x.startswith("torch==")).partition("#")[0])
    plain = str(wanted.specifier).removeprefix("==")
    both = [Version(f"{plain}+cpu"), Version(plain)]
    assert max(wanted.specifier.filter(both)) == Version(f"{plain}+cpu")
