"""Formulas as HTML when the site is built: a page shows them before any script has run.

KaTeX, in the V8 of mini-racer, writes each formula twice: for eyes, and as MathML for screen
readers. Sphinx loads this extension through `local_extensions` in _config.yml.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from docutils import nodes
from py_mini_racer import JSTimeoutException, MiniRacer
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

KATEX = Path(__file__).resolve().parents[2] / "_build" / "assets" / "katex"
# What MathJax, and so Jupyter and Colab, take too.
OPTIONS = {"throwOnError": True, "strict": "warn", "output": "htmlAndMathml"}

# The ends of the last part that lines do not break, of the part for eyes, and of the formula.
END = re.compile(r"</span></span></span>$")
MATH_END = "</math></span>"  # of the part for ears
ANNOTATION = re.compile(r"<annotation[^>]*>.*?</annotation>", re.S)
# What KaTeX writes and MathML does not allow: a function's name as two parts of a fraction or an
# index, an operator of several letters in parts, an attribute without a value.
FUNCTION = re.compile(r"<mi[^>]*>[^<]*</mi><mo>\u2061</mo>")
OPERATOR = re.compile(r"(<mo[^>]*>)<mrow>(.*?)</mrow></mo>")
NO_VALUE = re.compile(r' columnspacing=""')
TAG = re.compile(r"<[^>]+>")

# Seconds. A formula takes milliseconds, but on a busy machine an answer of V8 can fail to arrive.
PATIENCE = 30

logger = logging.getLogger(__name__)


@cache
def engine() -> MiniRacer:
    """V8 with KaTeX in it; it lives as long as the build."""
    racer = MiniRacer()
    racer.eval((KATEX / "katex.min.js").read_text("utf-8"))
    return racer


@cache
def rendered(tex: str, display: bool) -> str:
    """One formula as HTML. Raises ValueError, with KaTeX's message, if it is none."""
    options = json.dumps(OPTIONS | {"displayMode": display})
    # An error comes back as text: what crosses from V8 would lose it.
    call = f"""(() => {{
      try {{ return katex.renderToString({json.dumps(tex)}, {options}); }}
      catch (error) {{ return "!" + error.message; }}
    }})()"""
    try:
        found = engine().eval(call, timeout_sec=PATIENCE)
    except JSTimeoutException:  # once more, in a new one
        engine.cache_clear()
        found = engine().eval(call, timeout_sec=PATIENCE)
    if found.startswith("!"):
        raise ValueError(found[1:])
    # The TeX within the MathML is for copying; search would show it to readers.
    return valid(ANNOTATION.sub("", found))


def valid(formula: str) -> str:
    """A formula with the MathML that its schema asks for."""
    formula = FUNCTION.sub(r"<mrow>\g<0></mrow>", formula)
    formula = OPERATOR.sub(lambda found: f"{found[1]}{TAG.sub('', found[2])}</mo>", formula)
    return NO_VALUE.sub("", formula)


def write(translator: Any, node: nodes.Element, display: bool) -> str:
    """The formula of a node, or its text with a warning, which stops the build."""
    tex = node.astext()
    try:
        return rendered(tex, display)
    except ValueError as error:
        logger.warning("formula %s: %s", tex, error, location=node)
        return translator.encode(tex)


def visit_inline(self: Any, node: nodes.math) -> None:
    self.body.append(self.starttag(node, "span", "", CLASS="math"))
    html = write(self, node, display=False)
    if "tail" in node:
        mark = self.encode(node["tail"])
        tail = f'<span class="tail">{mark}</span>'
        if END.search(html):
            html = END.sub(lambda end: tail + end[0], html)
            # Screen readers pass over the part for eyes, and would run two sentences together.
            html = html.replace(MATH_END, MATH_END.replace("</span>", f"{mark}</span>"), 1)
        else:
            html += tail
    self.body.append(html + "</span>")
    raise nodes.SkipNode


def visit_block(self: Any, node: nodes.math_block) -> None:
    self.body.append(self.starttag(node, "div", CLASS="math"))
    if node["number"]:
        number = get_node_equation_number(self, node)
        self.body.append(f'<span class="eqno">({number})')
        self.add_permalink_ref(node, "Link to this equation")
        self.body.append("</span>")
    self.body.append(write(self, node, display=True) + "</div>\n")
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_html_math_renderer("katex", (visit_inline, None), (visit_block, None))
    app.add_css_file("katex/katex.min.css")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
