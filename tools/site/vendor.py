"""Make the archives of third-party scripts that the site serves. For maintainers; needs npm.

    python -m tools.site.vendor

writes book/assets/vendor/katex.tar.xz, byte for byte the same each time, and VENDORED.md with its
version, licence and SHA-256. `make book` unpacks it and needs no npm.
"""

from __future__ import annotations

import hashlib
import io
import lzma
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

VENDOR = Path(__file__).resolve().parents[2] / "book" / "assets" / "vendor"
VERSION = "0.19.1"
# The program, which runs when the site is built, and what a page needs: the style and its fonts in
# the one format that all of today's browsers take.
WANTED = re.compile(r"LICENSE|dist/katex\.min\.(js|css)|dist/fonts/.*\.woff2")

RECORD = """\
# Vendored scripts

The site serves these itself, so that a page needs no other host. `make book` compares the SHA-256
and unpacks them; `python -m tools.site.vendor` made them.

| archive | project | version | licence | SHA-256 |
|-|-|-|-|-|
| katex.tar.xz | [KaTeX](https://katex.org), unchanged, from its npm package | {version} \
| MIT, text inside as LICENSE | {digest} |
"""


def npm_package(name: str, folder: Path) -> tarfile.TarFile:
    """The package as its authors published it."""
    command = ["npm", "pack", name, "--silent", "--pack-destination", str(folder)]
    archive = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
    return tarfile.open(folder / archive)


def pack(package: tarfile.TarFile) -> bytes:
    """The wanted files as .tar.xz, in order, without times and owners."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as out:
        for member in sorted(package.getmembers(), key=lambda m: m.name):
            name = member.name.removeprefix("package/")
            if WANTED.fullmatch(name):
                entry = tarfile.TarInfo(f"katex/{name.removeprefix('dist/')}")
                entry.size = member.size
                out.addfile(entry, package.extractfile(member))
    return lzma.compress(buffer.getvalue(), preset=9 | lzma.PRESET_EXTREME)


def main() -> int:
    VENDOR.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        npm_package(f"katex@{VERSION}", Path(folder)) as package,
    ):
        archive = pack(package)
    (VENDOR / "katex.tar.xz").write_bytes(archive)
    digest = hashlib.sha256(archive).hexdigest()
    (VENDOR / "VENDORED.md").write_text(RECORD.format(version=VERSION, digest=digest))
    print(f"katex.tar.xz: {len(archive)} bytes, SHA-256 {digest}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
