"""Questions that are answered in words and graded by a human, one Markdown file a chapter.

## W2.1 Title                    a question that is handed in, "predict and defend"
text of the question
### Levels                       three lines: full, half and no points, and for what
- 4: ...
- 2: ...
- 0: ...
### For the grader               a good answer, and what is often missed
text
## Oral                          ten minutes of questions for a talk
- question
  - what to listen for
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from stepwise_ssl.grading.words import mark_of, prompt_of

HERE = Path(__file__).resolve().parent
_LEVEL = re.compile(r"^- (\d+): (.+(?:\n  .+)*)", re.M)


@dataclass(frozen=True)
class Question:
    """One question: `levels` are pairs of points and what they are given for, the most first."""

    id: str
    title: str
    text: str
    levels: tuple[tuple[int, str], ...]
    answer: str

    @property
    def points(self) -> int:
        return self.levels[0][0]

    @property
    def mark(self) -> str:
        """How the cell begins that a student writes the answer into."""
        return mark_of(self.id)

    @property
    def blank(self) -> str:
        return f"{self.mark}\n{prompt_of(self.id)}\n"


def questions(chapter: int) -> tuple[Question, ...]:
    """The written questions of a chapter. Raises ValueError where the file is not as above."""
    sections = _sections(chapter)
    return tuple(_question(head, body) for head, body in sections if head.startswith("W"))


def oral(chapter: int) -> str:
    """The questions for a talk, in Markdown."""
    return next(body for head, body in _sections(chapter) if head == "Oral")


def _sections(chapter: int) -> list[tuple[str, str]]:
    text = (HERE / f"chapter_{chapter:02d}.md").read_text(encoding="utf-8")
    parts = re.split(r"^## (.+)$", text, flags=re.M)[1:]
    return [
        (head.strip(), body.strip()) for head, body in zip(parts[::2], parts[1::2], strict=True)
    ]


def _question(head: str, body: str) -> Question:
    number, _, title = head.partition(" ")
    found = re.fullmatch(r"(.+?)\n### Levels\n(.+?)\n### For the grader\n(.+)", body, re.S)
    if not found:
        raise ValueError(f"{number} needs a text, '### Levels' and '### For the grader'")
    levels = tuple((int(p), " ".join(t.split())) for p, t in _LEVEL.findall(found[2]))
    if len(levels) != 3 or [p for p, _ in levels] != sorted((p for p, _ in levels), reverse=True):
        raise ValueError(f"{number} has {len(levels)} levels; three are wanted, the most first")
    return Question(number, title, found[1].strip(), levels, found[3].strip())
