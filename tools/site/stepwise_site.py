"""What this site needs beyond Jupyter Book: links to notebooks, widgets, and a tidy page.

Sphinx loads it through `local_extensions` in _config.yml.
"""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote

import yaml
from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

ROOT = Path(__file__).resolve().parents[2]
NBVAL_MARK = "# NBVAL_CHECK_OUTPUT\n"
WIDGET = re.compile(r'data-widget="(\w+)"')
WIDGET_STATE = "application/vnd.jupyter.widget-state+json"


def repository(app: Sphinx) -> tuple[str, str]:
    """The published repository's OWNER/NAME and its branch."""
    theme = app.config.html_theme_options
    return theme["repository_url"].removeprefix("https://github.com/"), theme["repository_branch"]


def colab_address(app: Sphinx, name: str) -> str:
    """Where Colab opens notebooks/NAME.ipynb of the published repository."""
    path, branch = repository(app)
    return f"https://colab.research.google.com/github/{path}/blob/{branch}/notebooks/{name}.ipynb"


def other_machines(app: Sphinx, name: str) -> nodes.paragraph:
    """Links that open notebooks/NAME.ipynb on three more machines of others."""
    path, branch = repository(app)
    notebook = f"notebooks/{name}.ipynb"
    places = {
        "Binder": f"https://mybinder.org/v2/gh/{path}/{branch}?labpath={quote(notebook, safe='')}",
        "Codespaces": f"https://codespaces.new/{path}?ref={branch}",
        "Kaggle": "https://kaggle.com/kernels/welcome?src="
        f"https://github.com/{path}/blob/{branch}/{notebook}",
    }
    text = nodes.paragraph("", "or in ")
    for joint, (place, address) in zip(("", ", ", " or "), places.items(), strict=True):
        text += [nodes.Text(joint), nodes.reference("", place, refuri=address, internal=False)]
    return text


def links_row(app: Sphinx, name: str, page: str) -> nodes.bullet_list:
    """Buttons from one page of a chapter to its others, and to Colab."""
    row = nodes.bullet_list(classes=["notebook-links"])
    colab = nodes.reference(
        "", "Open the exercises in Colab", refuri=colab_address(app, name), internal=False
    )
    row += nodes.list_item("", nodes.paragraph("", "", colab))
    for text, target in (
        ("Read the chapter", f"book/{name}"),
        ("Read the exercises", f"notebooks/{name}"),
        ("Solutions", f"solutions/{name}"),
    ):
        if target == page:
            continue
        link = pending_xref(
            "", nodes.inline("", text), refdomain="std", reftype="doc", reftarget=f"/{target}",
            refdoc=page, refexplicit=True, refwarn=True,
        )  # fmt: skip
        row += nodes.list_item("", nodes.paragraph("", "", link))
    row += nodes.list_item("", other_machines(app, name), classes=["other-machines"])
    return row


class NotebookLinks(SphinxDirective):
    """On a chapter's page, the row of links to its exercises and solutions."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        return [links_row(self.env.app, self.arguments[0], self.env.docname)]


class CiteCourse(SphinxDirective):
    """The course as a BibTeX entry, from CITATION.cff and the repository's address."""

    def run(self) -> list[nodes.Node]:
        about = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
        self.env.note_dependency(str(ROOT / "CITATION.cff"))
        fields = {
            "title": about["title"],
            "author": f"{{{about['authors'][0]['name']}}}",
            "note": f"Version {about['version']}",
            "url": self.config.html_theme_options["repository_url"],
        }
        lines = [f"  {key:6} = {{{value}}}," for key, value in fields.items()]
        entry = "\n".join(["@misc{stepwise,", *lines, "}"])
        return [nodes.literal_block(entry, entry, language="bibtex")]


def add_links_row(app: Sphinx, doctree: nodes.document) -> None:
    """The same row under the title of a notebook's page and of its solutions.

    It has the notebook's own link to Colab, which would come twice.
    """
    page = PurePosixPath(app.env.docname)
    if page.parent.name in {"notebooks", "solutions"}:
        address = colab_address(app, page.name)
        for link in list(doctree.findall(nodes.reference)):
            if link.get("refuri") == address and len(link.parent) == 1:
                link.parent.parent.remove(link.parent)
        title = next(doctree.findall(nodes.title))
        row = links_row(app, page.name, str(page))
        title.parent.insert(title.parent.index(title) + 1, row)


def drop_test_marks(app: Sphinx, doctree: nodes.document) -> None:
    """Leave out the mark by which nbval compares a cell's output: it says a reader nothing."""
    for block in doctree.findall(nodes.literal_block):
        text = block.astext()
        if text.startswith(NBVAL_MARK):
            block.rawsource = text.removeprefix(NBVAL_MARK)
            block[:] = [nodes.Text(block.rawsource)]


def add_widgets(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Give a page with widgets their scripts, and no other page."""
    names = sorted(set(WIDGET.findall(context.get("body", ""))))
    for name in names:
        app.add_js_file(f"widgets/{name}.js", loading_method="defer")
    if names:
        app.add_js_file("widgets.js", loading_method="defer")


def drop_widget_state(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Leave out what only Jupyter's widget manager would read: our widgets bring their state."""
    context["script_files"][:] = [
        script
        for script in context["script_files"]
        if getattr(script, "attributes", {}).get("type") != WIDGET_STATE
    ]


def add_colab_button(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """In the header of a chapter and of its exercises, a button that opens them in Colab."""
    page = PurePosixPath(pagename)
    if page.parent.name in {"book", "notebooks"} and f"notebooks/{page.name}" in app.env.found_docs:
        context["header_buttons"].insert(
            0,
            {
                "type": "link",
                "url": colab_address(app, page.name),
                "tooltip": "Open the exercises in Colab",
                "icon": "fas fa-rocket",
                "label": "launch-colab",
            },
        )


def made_from_sources(app: Sphinx, env: Any, *_: Any) -> list[str]:
    """Pages whose tables are made from files that Sphinx does not watch: they are read anew."""
    return [page for page in ("book/teaching",) if page in env.found_docs]


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_directive("notebook-links", NotebookLinks)
    app.add_directive("cite-course", CiteCourse)
    app.connect("doctree-read", add_links_row)
    app.connect("doctree-read", drop_test_marks)
    app.connect("env-get-outdated", made_from_sources)
    app.connect("html-page-context", add_widgets)
    app.connect("html-page-context", drop_widget_state, priority=900)  # after MyST-NB adds it
    app.connect("html-page-context", add_colab_button, priority=600)  # after the theme's own
    return {"parallel_read_safe": True, "parallel_write_safe": True}
