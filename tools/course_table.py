"""What a chapter takes and gives, read from the sources: for the guide's tables and the tests."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from stepwise_ssl.checks import exercises
from tools.homework import written
from tools.notebooks import ROOT, sources

_KIND = re.compile(r"^# \*.+ · (\d+) minutes · \d+ points?\*$", re.M)
_EXERCISE = re.compile(r"^# ## Exercise (\d+\.\d+) .*\n# \*.+ · (\d+) minutes ·", re.M)


@dataclass(frozen=True)
class Chapter:
    """A chapter: minutes of its pages and of its exercises, and points for code and for words."""

    number: int
    title: str
    page: int
    minutes: dict[str, int]
    points: int
    in_words: int

    @property
    def notebook(self) -> int:
        return sum(self.minutes.values())


def minutes(source: Path) -> int:
    """Minutes of all exercises of a notebook's source."""
    return sum(map(int, _KIND.findall(source.read_text(encoding="utf-8"))))


def page_minutes(page: Path) -> int:
    """Minutes of a page, as it says."""
    text = page.read_text(encoding="utf-8")
    return int(re.search(r"^\*\*Time:\*\* (\d+) minutes", text, re.M).group(1))


def chapters() -> list[Chapter]:
    """All chapters, in order."""
    return [_chapter(source) for source in sources()]


def _chapter(source: Path) -> Chapter:
    number = int(source.stem[:2])
    page = (ROOT / "book" / f"{source.stem}.md").read_text(encoding="utf-8")
    pages = sorted(ROOT.glob(f"book/{number:02d}_*.md"))  # chapters 6 and 10 have two
    found = _EXERCISE.findall(source.read_text(encoding="utf-8"))
    return Chapter(
        number,
        re.search(r"^# (.+)$", page, re.M).group(1),
        sum(map(page_minutes, pages)),
        {exercise: int(m) for exercise, m in found},
        sum(exercise.points for exercise in exercises(number)),
        sum(question.points for question in written.questions(number)),
    )


def in_markdown() -> str:
    """A row a chapter, and the sum."""
    rows = chapters()
    lines = [
        "| | chapter | reading, minutes | notebook, minutes | exercises | points | in words |",
        "|:--|:--|--:|--:|--:|--:|--:|",
    ]
    for c in rows:
        lines.append(
            f"| {c.number} | {c.title} | {c.page} | {c.notebook} | {len(c.minutes)} | {c.points} "
            f"| {c.in_words} |"
        )
    totals = (
        sum(c.page for c in rows), sum(c.notebook for c in rows),
        sum(len(c.minutes) for c in rows), sum(c.points for c in rows),
        sum(c.in_words for c in rows),
    )  # fmt: skip
    return "\n".join([*lines, "| | **in all** | " + " | ".join(f"**{t}**" for t in totals) + " |"])
