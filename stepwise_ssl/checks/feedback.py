"""How a check's outcome is shown: as HTML in a notebook, as plain text elsewhere."""

from __future__ import annotations

import html
import re
import textwrap

from .engine import NOT_YET, RAISED, RIGHT, WRONG, Exercise, Outcome

# A word, a sign and a colour: the colour alone never carries the verdict. The greys and colours
# keep a contrast of 3:1 or more on white and on dark notebook themes alike.
_SIGNS = {
    RIGHT: ("✓", "#1a8f5a"),
    NOT_YET: ("…", "#7a7f87"),
    WRONG: ("✗", "#d1453b"),
    RAISED: ("!", "#c07a10"),
}

_PRINTED = 800  # characters of what a call printed


class Feedback:
    """An outcome, ready to be displayed."""

    def __init__(self, exercise: Exercise, outcome: Outcome, ending: str):
        self.title = f"Exercise {exercise.id}: {outcome.verdict}"
        self.verdict = outcome.verdict
        self.paragraphs = [p for p in (*_body(exercise, outcome), ending) if p]
        self.printed = _printed(outcome)

    def __repr__(self) -> str:
        sign, _ = _SIGNS[self.verdict]
        lines = [f"{sign} {self.title}"]
        for paragraph in (*map(plain, self.paragraphs), self.printed):
            for line in paragraph.splitlines():
                lines += textwrap.wrap(line, 92, initial_indent="  ", subsequent_indent="  ")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        sign, colour = _SIGNS[self.verdict]
        printed = html.escape(self.printed).replace("\n", "<br>")
        paragraphs = [p for p in (*map(rich, self.paragraphs), printed) if p]
        body = "".join(f'<p style="margin:.3em 0">{p}</p>' for p in paragraphs)
        return (
            f'<div class="stepwise-feedback" role="status" style="border-left:4px solid {colour};'
            f'padding:.2em 0 .2em .8em;margin:.4em 0;max-width:46em">'
            f'<strong><span aria-hidden="true" style="color:{colour}">{sign}</span> '
            f"{html.escape(self.title)}</strong>{body}</div>"
        )


def rich(paragraph: str) -> str:
    """A paragraph as HTML: `code` and *stress* as they are meant, lines as lines."""
    text = html.escape(paragraph).replace("\n", "<br>")
    return _marked(text, "<code>{}</code>", "<em>{}</em>")


def plain(paragraph: str) -> str:
    """A paragraph for a terminal: ‘code’ in quotes, which no code has, and stress left out."""
    return _marked(paragraph, "‘{}’", "{}")


def _marked(text: str, code: str, stress: str) -> str:
    """The text with `code` and *stress* in another form; stars inside code are code."""
    return re.sub(
        r"`([^`]+)`|(?<![\w*])\*([a-zA-Z][a-zA-Z ]*)\*(?![\w*])",
        lambda m: code.format(m[1]) if m[1] else stress.format(m[2]),
        text,
    )


def _body(exercise: Exercise, outcome: Outcome) -> list[str]:
    if outcome.verdict == RIGHT:
        return [exercise.right]
    if outcome.verdict == NOT_YET:
        place = (
            "in its place, and delete the line `raise NotImplementedError(...)`"
            if exercise.wants_function
            else "in place of the three dots"
        )
        # Variants ask what the course does not, so their hints stop short of a formula.
        hints = "say how to begin" if "v" in exercise.id else "go from the idea to the formula"
        return [f"The blank is still there. Write your answer {place}. The hints above {hints}."]
    paragraphs = [outcome.message]
    if outcome.verdict == RAISED:
        paragraphs.append(exercise.hint)
    if outcome.passed:
        paragraphs.append(f"Already right: {', '.join(outcome.passed)}.")
    return paragraphs


def _printed(outcome: Outcome) -> str:
    """What the learner's own code printed, as it came."""
    if outcome.verdict not in (WRONG, RAISED) or not outcome.printed.strip():
        return ""
    head = "\n".join(outcome.printed.strip()[:_PRINTED].splitlines()[:8])
    return f"Printed in the first call:\n{head}"


def show(feedback: Feedback) -> None:
    """Display feedback: rich where a notebook listens, plain text otherwise."""
    shell = _shell()
    if shell is not None and hasattr(shell, "kernel"):
        from IPython.display import display

        display(feedback)
    else:
        print(feedback)


def _shell() -> object | None:
    try:
        from IPython import get_ipython
    except ImportError:
        return None
    return get_ipython()
