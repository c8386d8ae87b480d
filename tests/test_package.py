"""The package as Colab meets it: a wheel, put into an environment that has versions of its own.

The environment is new. It borrows the packages of the one that runs the tests, except for those of
OTHERS, which it gets in older versions that a hosted runtime could have. Where no package index can
be reached it borrows these as well.

The blank notebooks run here and nowhere else. With the versions of requirements.txt the solutions
run all cells that they share with them, and test_stand_ins.py what fills the blanks.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
import zipfile
from email.parser import Parser
from importlib.metadata import version
from pathlib import Path

import pytest

import stepwise_ssl
from tools.notebooks import ROOT

# Old enough to differ from requirements.txt, new enough for Python 3.11 to 3.13.
OTHERS = {
    "numpy": "2.1.3",
    "matplotlib": "3.10.0",
    "ipywidgets": "7.7.5",
    "ipython-genutils": "0.2.0",
    "widgetsnbextension": "3.6.10",
    "jupyterlab-widgets": "1.1.11",
}
# A kernel whose Python cannot leave this machine.
NO_NETWORK = """
import socket
connect = socket.socket.connect
def local_only(self, address):
    if self.family != socket.AF_UNIX and address[0] not in ("127.0.0.1", "::1", "localhost"):
        raise OSError(f"the tests allow no connection to {address}")
    return connect(self, address)
socket.socket.connect = local_only
"""


def run(*command: str | Path, **options) -> str:
    done = subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, check=False, **options
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """The wheel, built from a copy, so that nothing built stays in the tree."""
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for name in ("pyproject.toml", "README.md", "LICENSE", "stepwise_ssl"):
        (source / name).symlink_to(ROOT / name)
    pip = (sys.executable, "-m", "pip", "--quiet", "wheel", "--no-deps", "--no-build-isolation")
    run(*pip, "--wheel-dir", out, source)
    return next(out.glob("*.whl"))


@pytest.fixture(scope="module")
def python(tmp_path_factory) -> Path:
    """The Python of the other environment."""
    place = tmp_path_factory.mktemp("environment")
    run(sys.executable, "-m", "venv", "--without-pip", place)
    folder = f"python{sys.version_info.major}.{sys.version_info.minor}"
    packages = place / "lib" / folder / "site-packages"
    replaced = {name.replace("-", "_") for name in OTHERS}
    newer = []
    for entry in Path(sysconfig.get_path("purelib")).iterdir():
        name = re.split(r"[-.]", entry.name)[0]
        if name in replaced:
            newer.append(entry)
        elif name not in {"stepwise_ssl", "__editable__"} and entry.suffix != ".pth":
            (packages / entry.name).symlink_to(entry)
    (packages / "sitecustomize.py").write_text(NO_NETWORK)
    # The old widgets ask for Jupyter's web server, which nothing here starts: its name is enough.
    server = packages / "notebook-6.5.7.dist-info"
    server.mkdir()
    (server / "METADATA").write_text("Metadata-Version: 2.1\nName: notebook\nVersion: 6.5.7\n")
    wanted = [f"{name}=={old}" for name, old in OTHERS.items()]
    pip = (sys.executable, "-m", "pip", "--quiet", "install", "--no-deps", "--only-binary=:all:")
    fetched = subprocess.run(
        [*pip, "--target", packages, *wanted], capture_output=True, text=True, check=False
    )
    # The first is what pip says of an index that it cannot reach, the second where it has none.
    if any(words in fetched.stderr for words in ("NewConnectionError", "from versions: none")):
        for entry in newer:
            (packages / entry.name).symlink_to(entry)
    else:
        assert fetched.returncode == 0, fetched.stderr
    return place / "bin" / "python"


def versions(python: Path) -> dict[str, str]:
    """Everything that the environment has, as its own Python sees it."""
    code = (
        "from importlib.metadata import distributions\n"
        "for d in distributions(): print(d.name.lower().replace('_', '-'), d.version)"
    )
    return dict(line.split() for line in run(python, "-I", "-c", code).splitlines())


@pytest.fixture(scope="module")
def change(python, wheel) -> tuple[dict[str, str], dict[str, str]]:
    """What the environment had before `pip install` of the wheel, and what after."""
    before = versions(python)
    # Without an index pip can install nothing but the wheel, and fails if a range asks for more.
    pip = (sys.executable, "-m", "pip", "--python", python, "--quiet", "install", "--no-index")
    run(*pip, wheel)
    return before, versions(python)


def test_the_wheel_holds_the_package_and_its_data_and_nothing_else(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    package = ROOT / "stepwise_ssl"
    wanted = {p.relative_to(ROOT).as_posix() for p in package.rglob("*") if p.is_file()}
    wanted = {name for name in wanted if "__pycache__" not in name}
    assert {name for name in names if ".dist-info/" not in name} == wanted
    # Recorded runs are 4 MB of it; 0.8 MB are what 49 networks of chapter 9 learned: their modes
    # on 400 pictures and the film, and 0.5 MB two grids of 126 trainings of which all is kept.
    # Offline, a page has them from nowhere else.
    assert wheel.stat().st_size < 5_300_000


def test_the_wheel_asks_for_ranges_only(wheel):
    with zipfile.ZipFile(wheel) as archive:
        name = next(n for n in archive.namelist() if n.endswith(".dist-info/METADATA"))
        metadata = Parser().parsestr(archive.read(name).decode())
    asked = [a.partition(";")[0] for a in metadata.get_all("Requires-Dist")]  # without conditions
    assert len(asked) >= 8
    assert [a for a in asked if "==" in a or "<" in a or "@" in a] == []


def test_installing_changes_no_other_package(change):
    before, after = change
    assert after == before | {"stepwise-ssl": stepwise_ssl.__version__}
    assert "stepwise-ssl" not in before


def test_the_versions_there_are_older(change):
    there = {name: change[0].get(name) for name in OTHERS}
    if there["numpy"] == version("numpy"):
        pytest.skip("no package index can be reached, and this test needs older versions")
    assert there == OTHERS


def test_blank_notebooks_run_there_from_an_empty_folder(change, python, tmp_path):
    names = sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))
    assert names, "no notebooks: run `make notebooks`"
    # PYTHONPATH could put the tree before the wheel.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    environment["HOME"] = str(tmp_path)
    # All start at once, and a kernel is told TCP ports that were free some time before it takes
    # them, so that two can be told the same one. Sockets lie in files, each kernel's in its folder.
    transport = "--KernelManager.transport=ipc"
    running = {}
    for name in names:
        folder = tmp_path / name
        folder.mkdir()
        (folder / name).write_bytes((ROOT / "notebooks" / name).read_bytes())
        running[name] = subprocess.Popen(
            [python, "-m", "nbconvert", "--to", "notebook", "--execute", "--stdout", transport,
             name],
            cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
            env=environment,
        )  # fmt: skip
    # All at once on what cores there are: chapter 7 alone trains for a minute and a half.
    errors = {name: process.communicate(timeout=3600)[1] for name, process in running.items()}
    failed = {name: errors[name][-2000:] for name in names if running[name].returncode}
    assert failed == {}
