"""Every page of the built site in a browser: quiet, self-contained, typeset, accessible."""

import re

import pytest

from .conftest import CHAPTERS, HTML, RAW_MARKUP, Watch, parsed, site_pages, wait_until_typeset

# Warnings that a page may write to its console, each with its reason.
KNOWN_MESSAGES: set[str] = set()


def test_the_site_is_built():
    assert len(site_pages()) > 10, "run `make book` first"


def test_a_page_does_not_carry_what_only_a_widget_manager_reads(name):
    # The state of a recorded run is 200 kB; the widget's own HTML has it already.
    assert "application/vnd.jupyter.widget-state+json" not in (HTML / name).read_text("utf-8")


def test_the_console_is_clean(visit, name):
    messages = [m for m in visit(name).watch.messages if not any(k in m for k in KNOWN_MESSAGES)]
    assert messages == []


def test_no_request_leaves_the_site(visit, name):
    assert visit(name).watch.elsewhere == []


def test_nothing_is_wider_than_the_screen(visit, name):
    assert {where: px for where, px in visit(name).overflow.items() if px > 0} == {}


def test_formulas_are_typeset_and_no_markup_shows(visit, name):
    page = visit(name)
    assert page.math_errors == []
    assert [m.group() for m in re.finditer(rf".{{0,30}}(?:{RAW_MARKUP}).{{0,30}}", page.text)] == []
    assert page.formulas == len(parsed(name).select(".math"))


def test_numbers_in_tables_of_results_are_typeset(name):
    tables = parsed(name).select("article :is(.stepwise-comparison, .comparison)")
    cells = [cell.get_text() for t in tables for cell in t.select("td, caption")]
    assert [text for text in cells if re.search(r"(?<!\w)-\d|\de[-+]\d", text)] == []


def test_icons_are_for_eyes_and_figures_and_questions_have_names(name):
    page = parsed(name)
    icons = page.select('.fa, .fas, .fab, [class*="fa-"]:is(i, span)')
    heard = [icon for icon in icons if icon.get("aria-hidden") != "true"]
    assert [str(icon) for icon in heard] == []
    groups = page.select("article figure:has(.caption-number), .admonition:is(.quiz, .predict)")
    assert [str(group)[:90] for group in groups if not group.get("aria-label")] == []


def test_a_screen_reader_hears_the_mark_after_a_formula(name):
    marks = [
        (tail.get_text(), tail.find_parent(class_="katex").select_one(".katex-mathml").get_text())
        for tail in parsed(name).select(".katex .tail")
    ]
    assert [heard for mark, heard in marks if not heard.endswith(mark)] == []


def test_every_picture_says_what_one_sees(visit, name):
    short_or_file = re.compile(r".{0,11}|.*\.(png|svg|jpe?g|gif)", re.S)
    assert [alt for alt in visit(name).pictures if short_or_file.fullmatch(alt)] == []


def test_axe_finds_nothing(visit, name):
    found = visit(name).violations
    assert found == dict.fromkeys(found, [])


@pytest.mark.parametrize("name", ["book/index.html", "book/02_linear_model.html"], indirect=True)
def test_a_page_works_from_the_file_system(browser, name):
    page, watch = browser.new_page(), Watch()
    watch.on(page, HTML.as_uri())
    page.goto((HTML / name).as_uri())
    wait_until_typeset(page)
    assert watch.messages == []
    assert watch.elsewhere == []
    page.close()


@pytest.mark.parametrize("name", CHAPTERS, indirect=True)
def test_a_quiz_shows_its_verdict_only_in_an_open_choice(browser, address, name):
    page = browser.new_page()
    page.goto(f"{address}/{name}")
    assert page.locator("details.quiz-choice").count() >= 9
    for kind, word in (("right", "Right"), ("wrong", "Not this one")):
        choice = page.locator(f"details.quiz-{kind}").first
        body = choice.locator(".sd-card-body")
        assert not body.is_visible()
        choice.locator("summary").click()
        assert body.is_visible()
        assert word in body.evaluate("e => getComputedStyle(e, '::before').content")
    page.close()


GOES_ON = """all => all.filter((e) => /^\\p{L}/u.test(e.nextSibling?.data ?? ""))
    .map((e) => e.parentElement.textContent)"""


def test_the_search_finds_pages_and_no_solution(browser, address):
    page = browser.new_page()
    page.goto(f"{address}/search.html?q=staircase")
    page.wait_for_selector("#search-results li a")
    found = page.eval_on_selector_all("#search-results li a", "all => all.map(a => a.pathname)")
    assert any(path.startswith("/book/") for path in found)
    assert [path for path in found if path.startswith("/solutions/")] == []
    page.close()


@pytest.mark.parametrize("served", [True, False], ids=["served", "from the file system"])
def test_the_search_puts_chapters_first_and_leads_to_a_section(browser, address, served):
    page, home = browser.new_page(), address if served else HTML.as_uri()
    page.goto(f"{home}/search.html?q=effective+rank")
    first = page.locator("#search-results li").first
    first.locator("p.context").wait_for()
    link = first.locator("a").evaluate("a => a.href")
    name, anchor = link.removeprefix(f"{home}/").split("#")
    assert re.match(r"book/\d\d_", name)
    section = parsed(name).find(id=anchor)
    assert all(stem in section.get_text().lower() for stem in ("effect", "rank"))
    marked = page.locator("p.context .highlighted")
    assert {word.lower() for word in marked.all_inner_texts()} >= {"effective", "rank"}
    assert marked.evaluate_all(GOES_ON) == []  # as "effect" in "effective" would
    shown = page.locator("#search-results").inner_text()
    assert not re.search(RAW_MARKUP, shown)
    page.close()
