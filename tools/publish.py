"""Put the address of a copy of the course everywhere: `make publish OWNER=name`.

The address stands in _config.yml and, made from it, in the notebooks and a few pages. This writes
the new owner into all of them.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
# What GitHub allows: letters, digits and single hyphens, up to 39.
OWNER = re.compile(r"(?=.{1,39}$)[A-Za-z\d]+(?:-[A-Za-z\d]+)*")
# An address, Colab's form of it, a query's form, and the site.
FORMS = (
    "github.com/{}/stepwise", "/github/{}/stepwise", "github.com%2F{}%2Fstepwise",
    r"github\.com/{}/", "{}.github.io/stepwise",
)  # fmt: skip


def tracked() -> list[Path]:
    names = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    return [ROOT / name for name in names.split("\0") if name]


def changes(old: str, new: str, files: list[Path]) -> dict[Path, str]:
    """The new text of every file that has the old owner's address."""
    found = {}
    for path in files:
        try:
            before = path.read_text("utf-8")
        except UnicodeDecodeError:  # a picture or a recorded run
            continue
        after = before
        for form in FORMS:
            after = after.replace(form.format(old), form.format(new))
        if after != before:
            found[path] = after
    return found


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="make publish", description=__doc__.split("\n\n")[0])
    parser.add_argument("owner", help="of the copy on GitHub, such as your user name")
    owner = parser.parse_args(arguments).owner
    if not OWNER.fullmatch(owner):
        parser.error(f"OWNER is {owner!r}; GitHub allows letters, digits and single hyphens")
    url = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))["repository"]["url"]
    old = url.split("/")[-2]
    if old == owner:
        print(f"The address is that of {owner} already: {url}")
        return 0
    changed = changes(old, owner, [path for path in tracked() if path.name != Path(__file__).name])
    for path, text in changed.items():
        path.write_text(text, "utf-8")
    print(f"{len(changed)} files now have {owner} for {old}. What is left:")
    print("  git commit -am 'Our address' && git push")
    print("  on GitHub: Settings, Pages, Source: GitHub Actions; and a release v0.1.0 for Colab")
    print(f"The site will be at https://{owner.lower()}.github.io/stepwise/")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
