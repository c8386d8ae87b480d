"""Build the site: `make book`. Executes what has changed, and stops at any warning."""

from __future__ import annotations

import hashlib
import importlib
import io
import os
import re
import shutil
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterable
from pathlib import Path

from stepwise_ssl.widgets._page import script

from . import figures
from .downloads import write_downloads
from .finish import finish
from .icons import keep_used_icons
from .search_texts import write_search_texts
from .style_sheet import write_style_sheet

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "_build"
ASSETS = BUILD / "assets"  # generated and unpacked; _config.yml serves it beside book/assets
VENDOR = ROOT / "book" / "assets" / "vendor"
FIRST_PAGE = BUILD / "html" / "book" / "index.html"

TROUBLE = re.compile(r"\b(WARNING|ERROR|CRITICAL):|Error\b")
# What says nothing to whoever builds: kernels on their transport, extensions on their settings.
NOISE = re.compile(r"IPKernelApp|ParserConfig|Excluded from execution|copying images|^=+$")
COLOUR = re.compile(r"\x1b\[[0-9;]*m")

# A widget's script is an ES module for Jupyter. Browsers refuse modules over file://, so the site
# gets the same code as a plain script that leaves its `render` where the loader looks for it.
MODULE_END = re.compile(r"^export default \{\s*render\s*\};?\s*\Z", re.M)
PLAIN_SCRIPT = """\
(window.stepwiseWidgets ??= {{}})[{name!r}] = (() => {{
"use strict";
{body}return {{ render }};
}})();
"""


def fingerprint(paths: Iterable[Path]) -> str:
    """One hash of the names and contents of all files in `paths`."""
    digest = hashlib.sha256()
    for path in paths:
        files = [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file())
        for file in files:
            if "__pycache__" not in file.parts:
                digest.update(f"{file.relative_to(ROOT)}\0".encode() + file.read_bytes())
    return digest.hexdigest()


def forget_if_changed(name: str, paths: Iterable[Path], folders: Iterable[Path]) -> None:
    """Remove `folders` when `paths` are not what they were at the last call."""
    record, now = BUILD / f"{name}.fingerprint", fingerprint(paths)
    if record.exists() and record.read_text() == now:
        return
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
    record.write_text(now)


def unpack_vendored() -> None:
    """Unpack the archives that VENDORED.md lists. Raises ValueError if one is not what it says."""
    record = (VENDOR / "VENDORED.md").read_text("utf-8")
    rows = re.findall(r"^\| (\S+\.tar\.xz) .* ([0-9a-f]{64}) \|$", record, re.M)
    for name, wanted in rows:
        folder = ASSETS / name.removesuffix(".tar.xz")
        unpacked = BUILD / f"{name}.sha256"
        if folder.is_dir() and unpacked.exists() and unpacked.read_text() == wanted:
            continue
        content = (VENDOR / name).read_bytes()
        found = hashlib.sha256(content).hexdigest()
        if found != wanted:
            raise ValueError(f"{name} has SHA-256 {found}; VENDORED.md says {wanted}")
        shutil.rmtree(folder, ignore_errors=True)
        with tarfile.open(fileobj=io.BytesIO(content)) as archive:
            archive.extractall(ASSETS, filter="data")
        unpacked.write_text(wanted)


def plain_script(name: str, module: str) -> str:
    """An anywidget module as a plain script. Raises ValueError if it is not of the agreed form."""
    body, ends = MODULE_END.subn("", module)
    if ends != 1 or re.search(r"^\s*(import|export)\b", body, re.M):
        raise ValueError(
            f"{name}.js must import and export nothing, and end in `export default {{ render }};`"
        )
    return PLAIN_SCRIPT.format(name=name, body=body)


def write_widgets() -> None:
    folder = ASSETS / "widgets"
    folder.mkdir(exist_ok=True)
    for module in sorted((ROOT / "stepwise_ssl" / "widgets").glob("[!_]*.js")):
        plain = plain_script(module.stem, script(module.stem))
        target = folder / module.name
        if not target.exists() or target.read_text("utf-8") != plain:
            target.write_text(plain, "utf-8")


def jupyter_book() -> tuple[int, list[str]]:
    """Run the build, show its progress, and return its status and its warnings."""
    program = Path(sys.executable).with_name("jupyter-book")
    # The pages' matrices are small: a second thread costs more than it brings.
    environment = {"OMP_NUM_THREADS": "1"} | os.environ | figures.kernels(BUILD / "ipython")
    environment.pop("MPLBACKEND", None)  # another backend than the kernel's own shows no figure
    warnings = []
    with subprocess.Popen(
        [program, "build", ".", "-W", "-n", "--keep-going"],
        cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        errors="replace",
    ) as process:  # fmt: skip
        for coloured in process.stdout:
            line = COLOUR.sub("", coloured)
            if NOISE.search(line):
                continue
            print(line, end="", flush=True)
            if TROUBLE.search(line):
                warnings.append(line.strip())
    return process.returncode, warnings


def main() -> int:
    start = time.perf_counter()
    ASSETS.mkdir(parents=True, exist_ok=True)
    importlib.import_module("matplotlib.font_manager")  # makes its list before a page needs it
    site = [BUILD / "html", BUILD / ".doctrees"]
    # The execution cache looks at a page's own code only; the package is ours to watch.
    package = [ROOT / "stepwise_ssl", ROOT / "requirements.txt", Path(figures.__file__)]
    forget_if_changed("package", package, [BUILD / ".jupyter_cache", *site])
    layout = [ROOT / "_config.yml", ROOT / "_toc.yml", ROOT / "tools" / "site"]
    forget_if_changed("layout", layout, site)
    unpack_vendored()
    write_widgets()
    status, warnings = jupyter_book()
    if status:
        # A page that is not read again does not warn again: make the next build read all.
        for folder in site:
            shutil.rmtree(folder, ignore_errors=True)
        print("\nThe site was not built:", *warnings, sep="\n  ", file=sys.stderr)
        return 1
    finish(BUILD / "html", [BUILD / ".jupyter_cache", ROOT / "solutions"])
    keep_used_icons(BUILD / "html")
    write_style_sheet(BUILD / "html")
    write_search_texts(BUILD / "html")
    write_downloads(BUILD / "html", ROOT)
    print(f"\nSite built in {time.perf_counter() - start:.0f} s. First page:\n{FIRST_PAGE}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
