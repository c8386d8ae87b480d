"""A link that stands alone, or with others, in its paragraph, item or cell is a target of its own.

The style gives it the height of a finger on a touch screen, which it may not give to links within
a text. Loaded through `local_extensions` in _config.yml.
"""

from __future__ import annotations

import re

from docutils import nodes
from sphinx.application import Sphinx


def mark_links_alone(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    for paragraph in doctree.findall(nodes.paragraph):
        links = list(paragraph.findall(nodes.reference))
        of_links = {id(text) for link in links for text in link.findall(nodes.Text)}
        rest = "".join(text for text in paragraph.findall(nodes.Text) if id(text) not in of_links)
        if not re.search(r"\w", rest):
            for link in links:
                link["classes"].append("alone")


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("doctree-resolved", mark_links_alone, priority=900)  # once all links are there
    return {"parallel_read_safe": True, "parallel_write_safe": True}
