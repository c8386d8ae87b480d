"""Every "chapter 3" and "exercise 4.2" is a link, and exercises and solutions find each other.

So is the title of a page in italics, by which exercises name a chapter's second page.

The links are made when the site is built, so sources stay plain text. Sphinx loads this extension
through `local_extensions` in _config.yml.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx_design.dropdown import dropdown_title

# "Chapter 3", "chapters 3, 4 and 6", "chapters 3 to 5"; "exercises 8.3 and 8.4" alike.
_MORE = r"(?:(?:,\s|\sand\s|,\sand\s|\sor\s|\sto\s|\u2013){0}(?![\d.]*\d))*"
CHAPTERS = re.compile(r"\b[Cc]hapters?\s\d+\b" + _MORE.format(r"\d+\b"))
EXERCISES = re.compile(r"\b[Ee]xercises?\s\d+\.\d+\b" + _MORE.format(r"\d+\.\d+\b"))
NUMBER = re.compile(r"\d+(?:\.\d+)?")
NUMBERED = re.compile(r"^\d+ \u00b7 ")  # a chapter's title
TITLE = re.compile(r"Exercise (\d+\.\d+)\b")
# Where a link would be no help, or is none.
ELSEWHERE = (
    nodes.reference, nodes.title, nodes.literal, nodes.literal_block, nodes.raw, nodes.math,
    nodes.math_block, nodes.caption, dropdown_title,
)  # fmt: skip
NOTEBOOKS = ("notebooks", "solutions")


def find_exercises(app: Sphinx, doctree: nodes.document) -> None:
    """Note where each exercise's section is, in notebooks and in solutions."""
    places = exercises_of(app.env)
    page = app.env.docname
    for key in [key for key, (docname, _) in places.items() if docname == page]:
        del places[key]
    folder = PurePosixPath(page).parent.name
    if folder in NOTEBOOKS:
        for section in doctree.findall(nodes.section):
            found = TITLE.match(section[0].astext())
            if found:
                places[folder, found[1]] = (page, section["ids"][0])


def exercises_of(env: BuildEnvironment) -> dict[tuple[str, str], tuple[str, str]]:
    """(folder, number) -> (page, anchor)."""
    if not hasattr(env, "stepwise_exercises"):
        env.stepwise_exercises = {}
    return env.stepwise_exercises


def forget(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    places = exercises_of(env)
    for key in [key for key, (page, _) in places.items() if page == docname]:
        del places[key]


def merge(app: Sphinx, env: BuildEnvironment, docnames: Any, other: BuildEnvironment) -> None:
    exercises_of(env).update(exercises_of(other))


def chapters_of(env: BuildEnvironment) -> dict[str, str]:
    """Number -> page, of all chapters' pages."""
    found = {}
    for page in sorted(env.found_docs, reverse=True):  # a chapter's first page last, so it stays
        number = re.match(r"book/0*(\d+)_", page)
        if number:
            found[number[1]] = page
    return found


def link(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    chapters, exercises = chapters_of(app.env), exercises_of(app.env)
    address = app.builder.get_relative_uri

    def to_chapter(number: str) -> str | None:
        page = chapters.get(number)
        return None if page in (None, docname) else address(docname, page)

    def to_exercise(number: str) -> str | None:
        folder = "solutions" if docname.startswith("solutions/") else "notebooks"
        place = exercises.get((folder, number))
        if place is None:
            return None
        page, anchor = place
        return f"#{anchor}" if page == docname else f"{address(docname, page)}#{anchor}"

    join_lines(doctree)
    for text in list(doctree.findall(nodes.Text)):
        if any(isinstance(parent, ELSEWHERE) for parent in ancestors(text)):
            continue
        parts = linked(text.astext(), to_chapter, to_exercise)
        if len(parts) > 1:
            text.parent.replace(text, parts)
    by_title(app, doctree, docname)
    counterparts(app, doctree, docname)


def by_title(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Make a link of each title of another page of the book that stands in italics."""
    titles = app.env.titles.items()
    pages = {NUMBERED.sub("", t.astext()): p for p, t in titles if p.startswith("book/")}
    for words in list(doctree.findall(nodes.emphasis)):
        page = pages.get(words.astext())
        if page in (None, docname) or any(isinstance(p, ELSEWHERE) for p in ancestors(words)):
            continue
        where = app.builder.get_relative_uri(docname, page)
        link = nodes.reference("", "", *words.children, refuri=where, internal=True)
        words[:] = [link]


def join_lines(doctree: nodes.document) -> None:
    """Make one text of neighbouring ones: MyST begins a new one with each line of the source."""
    for parent in {text.parent for text in doctree.findall(nodes.Text)}:
        children = []
        for child in parent.children:
            if children and isinstance(child, nodes.Text) and isinstance(children[-1], nodes.Text):
                children[-1] = nodes.Text(children[-1] + child)
            else:
                children.append(child)
        parent[:] = children


def ancestors(node: nodes.Node) -> list[nodes.Node]:
    found = []
    while node.parent is not None:
        node = node.parent
        found.append(node)
    return found


def linked(text: str, to_chapter: Any, to_exercise: Any) -> list[nodes.Node]:
    """The text in parts, its chapters and exercises as references."""
    found = sorted(
        [(m, to_chapter) for m in CHAPTERS.finditer(text)]
        + [(m, to_exercise) for m in EXERCISES.finditer(text)],
        key=lambda pair: pair[0].start(),
    )
    parts, done = [], 0
    for match, target in found:
        numbers = list(NUMBER.finditer(match[0]))
        for k, number in enumerate(numbers):
            where = target(number[0])
            if where is None:
                continue
            # The word belongs to the first number's link.
            start = match.start() + (0 if k == 0 else number.start())
            end = match.start() + number.end()
            if start > done:
                parts.append(nodes.Text(text[done:start]))
            link = nodes.reference("", text[start:end], refuri=where, internal=True)
            link["classes"] = ["auto"]
            if start == match.start() + number.start():  # heard in a list of links it says little
                link["reftitle"] = f"{kind(match[0])} {number[0]}"
            parts.append(link)
            done = end
    if done < len(text):
        parts.append(nodes.Text(text[done:]))
    return parts


def kind(words: str) -> str:
    """Of what the words have numbers."""
    return "exercise" if words.lower().startswith("exercise") else "chapter"


def counterparts(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Under an exercise a link to its solution, and under a solution one to its exercise."""
    folder = PurePosixPath(docname).parent.name
    if folder not in NOTEBOOKS:
        return
    to_solution = ("solutions", "Look at the solution")
    other, words = to_solution if folder == "notebooks" else ("notebooks", "To the exercise")
    for section in doctree.findall(nodes.section):
        title = TITLE.match(section[0].astext())
        place = exercises_of(app.env).get((other, title[1])) if title else None
        if place:
            page, anchor = place
            where = f"{app.builder.get_relative_uri(docname, page)}#{anchor}"
            reference = nodes.reference("", words, refuri=where, internal=True)
            section.append(nodes.paragraph("", "", reference, classes=["counterpart"]))


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("doctree-read", find_exercises)
    app.connect("env-purge-doc", forget)
    app.connect("env-merge-info", merge)
    app.connect("doctree-resolved", link)
    return {"parallel_read_safe": True, "parallel_write_safe": True, "env_version": 1}
