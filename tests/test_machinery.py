"""What builds the site and sets up the environment: the parts that can go wrong in silence."""

from __future__ import annotations

import os
import platform
import re
import sys
from dataclasses import replace
from importlib.metadata import version

import pytest
import yaml
from docutils import nodes
from docutils.utils import new_document

from tools import portable
from tools import test as gates
from tools.notebooks import ROOT
from tools.site import build as site
from tools.site.build import forget_if_changed, plain_script, unpack_vendored
from tools.site.crosslinks import linked
from tools.site.finish import finish
from tools.site.heard import say
from tools.site.line_breaks import keep_names, keep_percent, keep_together


def pins() -> dict[str, str]:
    text = (ROOT / "requirements.txt").read_text("utf-8")
    return dict(re.findall(r"^([\w.-]+)==(\S+)", text, re.M))


def test_every_requirement_is_pinned_and_in_use():
    lines = (ROOT / "requirements.txt").read_text("utf-8").splitlines()
    assert [line for line in lines if line and line[0] != "#" and "==" not in line] == []
    # "+cpu" and the like name a build of the same version.
    installed = {name: version(name).partition("+")[0] for name in pins()}
    assert installed == pins(), "the environment is not the pinned one: remove .venv and run `make`"


@pytest.fixture
def build(tmp_path, monkeypatch):
    """A tree of its own for the functions that build the site."""
    monkeypatch.setattr(site, "ROOT", tmp_path)
    monkeypatch.setattr(site, "BUILD", tmp_path / "_build")
    monkeypatch.setattr(site, "ASSETS", tmp_path / "_build" / "assets")
    (tmp_path / "_build" / "assets").mkdir(parents=True)
    return tmp_path


def test_a_change_in_the_package_forgets_what_was_executed(build):
    (build / "package" / "inner").mkdir(parents=True)
    module = build / "package" / "inner" / "module.py"
    cache = build / "_build" / "cache"

    def left_after(text: str) -> bool:
        module.write_text(text)
        cache.mkdir(exist_ok=True)
        forget_if_changed("package", [build / "package"], [cache])
        return cache.exists()

    assert [left_after(text) for text in ("a", "a", "b", "b")] == [False, True, False, True]
    module.rename(module.with_name("renamed.py"))
    forget_if_changed("package", [build / "package"], [cache])
    assert not cache.exists()


def test_an_archive_is_unpacked_once_and_only_if_it_is_the_recorded_one(build, monkeypatch):
    unpack_vendored()
    script = build / "_build" / "assets" / "katex" / "katex.min.js"
    licence = build / "_build" / "assets" / "katex" / "LICENSE"
    assert script.stat().st_size > 100_000
    assert "MIT License" in licence.read_text()
    script.write_text("")
    unpack_vendored()
    assert script.stat().st_size == 0, "the second call unpacked again"

    altered = build / "vendor"
    altered.mkdir()
    record = (site.VENDOR / "VENDORED.md").read_text()
    (altered / "VENDORED.md").write_text(re.sub(r"[0-9a-f]{64}", "0" * 64, record))
    (altered / "katex.tar.xz").write_bytes((site.VENDOR / "katex.tar.xz").read_bytes())
    monkeypatch.setattr(site, "VENDOR", altered)
    with pytest.raises(ValueError, match="katex.tar.xz has SHA-256 .*; VENDORED.md says 0000"):
        unpack_vendored()


def test_a_widget_becomes_a_plain_script():
    script = plain_script("dots", "function render({ model }) {}\n\nexport default { render };\n")
    assert "export" not in script
    assert '["dots"]' in script.replace("'", '"')
    assert script.rstrip().endswith("})();")


@pytest.mark.parametrize(
    "module",
    [
        "import x from 'y';\nexport default { render };",
        "export function f() {}\nexport default { render };",
        "function render() {}",
        "export default { render, initialize };",
    ],
)
def test_a_widget_of_another_form_is_refused(module):
    with pytest.raises(ValueError, match=r"dots\.js must .* `export default \{ render \};`"):
        plain_script("dots", module)


def document(*parts: nodes.Node) -> nodes.document:
    page = new_document("a page")
    page += nodes.paragraph("", "", *parts)
    return page


def test_a_mark_goes_into_its_formula_and_no_other_text_loses_one():
    first, second, third = (nodes.math("", letter) for letter in "xyz")
    shape, comma = nodes.literal("", "t"), nodes.Text(", ")
    page = document(shape, comma, first, nodes.Text(", "), second, nodes.Text(" ("), third)
    keep_together(None, page, "")
    assert page.astext() == "t, x y (z"
    assert [each.get("tail") for each in (first, second, third)] == [",", None, None]
    twice = document(nodes.Text("("), nodes.strong("", "a"), nodes.Text("("), nodes.math("", "x"))
    keep_together(None, twice, "")
    assert twice.astext() == "(a(x"
    assert twice[0][0] == "("


def test_a_percent_sign_stays_with_its_number_and_code_as_it_is():
    run, code = nodes.inline("", "7"), nodes.literal("", "a % 3 % 2")
    page = document(nodes.Text("5 % and "), run, nodes.Text(" % of "), code)
    keep_percent(None, page, "")
    assert page.astext() == "5\u00a0% and 7\u00a0% of a % 3 % 2"


def test_a_name_stays_on_one_line_and_code_and_formulas_as_they_are():
    page = document(
        nodes.Text("loss NT-Xent, K-FAC and left-Hand"),
        nodes.literal("", "NT-Xent"),
        nodes.math("", "a-Bx"),
    )
    before = page.astext()
    keep_names(None, page, "")
    assert page.astext() == before
    kept = [each for each in page.findall(nodes.inline) if each["classes"] == ["nobreak"]]
    assert [each.astext() for each in kept] == ["NT-Xent", "K-FAC"]


@pytest.mark.parametrize(
    ("page", "finished"),
    [
        ("<td>5 – 6</td><td>1-2</td><p>3–4</p>", None),
        ('<td><a title="pages 3–4">3</a></td>', None),
        ("<td>(3–4)</td>", '<td>(<span class="range">3–4</span>)</td>'),
        (
            "<td>1,025–1,257 / 0.1–0.2</td>",
            '<td><span class="range">1,025–1,257</span> / <span class="range">0.1–0.2</span></td>',
        ),
    ],
)
def test_a_range_of_a_table_is_marked(tmp_path, page, finished):
    file = tmp_path / "page.html"
    file.write_text(page, "utf-8")
    for _ in range(2):  # a second call changes nothing
        finish(tmp_path, [])
        assert file.read_text("utf-8") == (finished or page)


SHAPE = """<code class="docutils literal notranslate"><span class="pre">(d,</span>\
 <span class="pre">m)</span></code>"""
FOLD = """<figure class="align-default" id="a">
<span class="caption-number">Fig. 3.1 </span></figure>
</div>
<details class="admonition hide above-input">
<summary>
<p class="collapsed admonition-title">Show the code</p>
<p class="expanded admonition-title">Hide the code</p>
</summary>"""


def test_a_shape_stays_on_one_line_and_code_that_is_longer_does_not(tmp_path) -> None:
    longer = SHAPE.replace("(d,", "linear.modes(Gamma,")
    (tmp_path / "page.html").write_text(SHAPE + longer, "utf-8")
    for _ in range(2):
        finish(tmp_path, [])
        shown = (tmp_path / "page.html").read_text("utf-8")
        assert shown == SHAPE.replace('notranslate"', 'notranslate short"') + longer


def test_the_fold_over_a_figure_s_code_says_which_figure_s_it_is() -> None:
    once = say(FOLD)
    for words in ("Show the code", "Hide the code"):
        assert f'{words}<span class="visually-hidden"> of Fig. 3.1</span></p>' in once
    assert say(once) == once
    elsewhere = FOLD.replace("figure", "div")
    assert say(elsewhere) == elsewhere


def test_portable_settings_name_tests_that_exist_and_spare_none() -> None:
    there = {path.stem.removeprefix("test_") for path in (ROOT / "tests").glob("test_*.py")}
    named = portable.OTHERS | portable.LONG | set(portable.TIMED)
    assert named <= there | set(portable.FOLDERS)
    first = portable.settings()[0]
    assert set(first.tests) == (there - portable.OTHERS) | {*portable.FOLDERS, portable.NOTEBOOKS}
    assert all((ROOT / portable.file_of(name)).exists() for name in first.tests)


@pytest.mark.skipif(
    platform.machine().lower() not in {"x86_64", "amd64"}, reason="only x86 has a choice"
)
def test_portable_sees_which_kernels_are_in_effect(tmp_path) -> None:
    oldest = portable.settings()[0]
    found, threads = portable.in_effect(os.environ | dict(oldest.variables))
    assert found == oldest.wanted
    # A name that OpenBLAS does not know changes nothing, and must not pass for a setting.
    unknown = (("OPENBLAS_CORETYPE", "Nothing"), *oldest.variables[1:])
    green, line = portable.run(replace(oldest, variables=unknown, threads=1), tmp_path)
    assert not green
    assert "not in effect" in line


def test_busy_processes_end_with_the_block() -> None:
    with portable.load(2) as started:
        assert [process.poll() for process in started] == [None, None]
    assert all(process.poll() is not None for process in started)


def gate(name: str, status: int = 0, after: str | None = None) -> gates.Gate:
    command = [sys.executable, "-c", f"raise SystemExit({status})"]
    return gates.Gate(name, [command], waits=after is not None, after=after)


@pytest.mark.parametrize("status, ended", [(0, {"passed": 1, "failed": 0}), (1, {"skipped": 1})])
def test_a_gate_waits_for_the_one_it_comes_after(tmp_path, capsys, status, ended):
    first, second = gate("page", after="site"), gate("site", status)
    gates.run_all([first, second, gate("style")], tmp_path)
    assert first.counts == ended
    said = capsys.readouterr().out
    assert said.index("--- site:") < said.index("==> page")


def test_a_gate_that_cannot_be_started_stops_nobody_else(tmp_path):
    broken, other = gates.Gate("broken", [[str(tmp_path / "nothing")]]), gate("other")
    with pytest.raises(FileNotFoundError):
        gates.run_all([broken, other, gate("last", after="broken")], tmp_path)
    assert other.counts == {"passed": 1, "failed": 0}


def test_every_file_of_tests_has_one_gate():
    given = [a for g in gates.GATES if g.tests for a in g.commands[0]]
    own = [path for path in given if path.startswith("tests/")]
    elsewhere = [*own, "tests/thorough"]  # which `make test-thorough` runs
    assert sorted(f"--ignore={path}" for path in elsewhere) == sorted(
        a for a in given if a.startswith("--ignore=")
    )
    assert "tests" in given and all((ROOT / path).exists() for path in own)
    assert {g.after for g in gates.GATES} - {None} <= {g.name for g in gates.GATES}
    assert [g.name for g in gates.GATES if g.after and not g.waits] == []


def test_a_link_that_is_a_number_is_heard_with_its_chapter_or_exercise():
    links = linked("chapters 2 and 3, exercises 4.1 and 4.2", str, str)
    titled = [(link.astext(), link.get("reftitle")) for link in links if "refuri" in link]
    assert titled == [
        ("chapters 2", None), ("3", "chapter 3"), ("exercises 4.1", None), ("4.2", "exercise 4.2"),
    ]  # fmt: skip
    written = '<a class="auto reference internal" href="03.html" title="chapter 3">3</a>'
    assert say(written) == written.replace("title=", "aria-label=")


def test_a_link_that_is_a_year_is_heard_with_its_authors():
    written = (
        '<span class="bibtex-citation" id="id1">Simon <em>et al.</em> '
        '[<a class="reference internal" href="references.html#id3" title="A paper">2023</a>]</span>'
    )
    once = say(written)
    assert once == written.replace("<a ", '<a aria-label="Simon et al. 2023" ')
    assert say(once) == once


@pytest.mark.parametrize(
    "corner", ['<th class="head text-left"><p></p></th>', '<th scope="col"></th>']
)
def test_an_empty_corner_heads_no_column(corner):
    once = say(f"<tr>{corner}<th>pull</th></tr>")
    assert re.fullmatch(r'<tr><td( class="head text-left")?></td><th>pull</th></tr>', once)
    assert say(once) == once


def test_every_extension_of_the_site_is_loaded():
    # Jupyter Book drops from the first list, in silence, what the second one lacks.
    sphinx = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))["sphinx"]
    assert set(sphinx["local_extensions"]) <= set(sphinx["config"]["extensions"])
