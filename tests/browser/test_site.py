"""What the site adds to its pages: formulas, links, numbers, cards, progress, paper."""

import copy
import json
import re
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree

import pikepdf
import pytest
from bs4 import BeautifulSoup

from stepwise_ssl.checks import chapters, exercises
from tools.notebooks import ROOT

from .conftest import CHAPTERS, HTML, parsed, site_pages
from .test_links import anchors

NOTEBOOKS = [name for name in site_pages() if re.match(r"(notebooks|solutions)/\d\d_", name)]
PROSE = [*CHAPTERS, *NOTEBOOKS]
DETAILS = [name for name in site_pages() if name.endswith("_details.html")]
NUMBER = re.compile(r"(?:book|notebooks|solutions)/0*(\d+)_")


of_prose = pytest.mark.parametrize("name", PROSE, indirect=True)


@of_prose
def test_formulas_stand_in_the_page_itself(name):
    page = parsed(name)
    formulas = page.select(".math")
    assert formulas
    for formula in formulas:
        assert formula.select_one(".katex-html") and formula.select_one("math")
    scripts = [script["src"] for script in page.select("script[src]")]
    assert [src for src in scripts if re.search(r"mathjax|fontawesome", src, re.I)] == []


@of_prose
def test_pictures_say_their_size_and_wait(name):
    for picture in parsed(name).select("article img"):
        assert picture["loading"] == "lazy"
        if not picture["src"].startswith("data:"):
            assert int(picture["width"]) > 0 and int(picture["height"]) > 0


def text_outside_links(page: BeautifulSoup) -> str:
    article = copy.copy(page.select_one("article"))
    apart = "a, h1, h2, h3, summary, pre, code, script, style, figcaption, .katex, .cell_output"
    for node in article.select(apart):
        node.replace_with(" ... ")
    return re.sub(r"\s+", " ", article.get_text())


@of_prose
def test_every_chapter_and_exercise_that_the_text_names_is_a_link(name):
    own = NUMBER.match(name)[1]
    text = text_outside_links(parsed(name))
    left = [n for n in re.findall(r"\b[Cc]hapters? (\d+)\b", text) if n != own]
    known = {str(number) for number in chapters()}
    assert [n for n in left if n in known] == []
    assert re.findall(r"(?i)\b(?:fig\.|figures?|equations?) \(?\d", text) == []
    named = re.findall(r"\b[Ee]xercises? (\d+\.\d+)", text)
    ids = {exercise.id for chapter in chapters() for exercise in exercises(chapter)}
    assert [n for n in named if n in ids] == []


@pytest.mark.parametrize("name", NOTEBOOKS, indirect=True)
def test_an_exercise_and_its_solution_lead_to_each_other(name):
    folder, stem = name.split("/")
    words, other = {
        "notebooks": ("Look at the solution", f"solutions/{stem}"),
        "solutions": ("To the exercise", f"notebooks/{stem}"),
    }[folder]
    links = [a for a in parsed(name).select("p.counterpart a") if a.get_text() == words]
    assert len(links) == len(exercises(int(NUMBER.match(name)[1])))
    for anchor in links:
        where, _, place = anchor["href"].partition("#")
        assert where == f"../{other}"
        assert place in anchors(other)


@of_prose
def test_a_chapter_s_pages_lead_to_each_other(name):
    row = [a["href"] for a in parsed(name).select("ul.notebook-links a")]
    stem = name.split("/")[1]
    if name in CHAPTERS and f"notebooks/{stem}" not in NOTEBOOKS:
        return  # a chapter's further pages have no notebook of their own
    others = {f"../{folder}/{stem}" for folder in ("book", "notebooks", "solutions")}
    shown = {link if link.startswith("../") else f"../{name.split('/')[0]}/{link}" for link in row}
    assert others - {f"../{name}"} <= shown


@pytest.mark.parametrize("name", [n for n in NOTEBOOKS if n.startswith("notebooks")], indirect=True)
def test_a_chapter_s_notebook_opens_on_three_more_machines(name):
    path = f"notebooks/{Path(name).stem}.ipynb"
    places = {a.get_text(): a["href"] for a in parsed(name).select(".other-machines a")}
    assert list(places) == ["Binder", "Codespaces", "Kaggle"]
    assert unquote(places["Binder"]).endswith(f"?labpath={path}")
    assert places["Kaggle"].endswith(path)
    assert (ROOT / path).is_file()


@pytest.mark.parametrize("name", [*CHAPTERS, *DETAILS], indirect=True)
def test_numbers_are_those_of_the_chapter(name):
    page = parsed(name)
    if name in DETAILS:
        number = re.search(r"This page belongs to chapter (\d+)", page.article.get_text())[1]
    else:
        number = NUMBER.match(name)[1]
    assert page.select_one("h1").get_text().startswith(f"{number} \u00b7 ")
    assert page.title.get_text().startswith(f"{number} \u00b7 ")
    figures = [c.get_text() for c in page.select(".caption-number")]
    equations = [re.sub(r"[^\d.]", "", e.get_text()) for e in page.select(".eqno")]
    assert all(re.fullmatch(rf"Fig\. {number}\.\d+\s*", text) for text in figures)
    assert all(re.fullmatch(rf"{number}\.\d+", text) for text in equations)


@pytest.mark.parametrize("name", [n for n in site_pages() if "/" in n], indirect=True)
def test_a_page_says_what_it_is_to_those_who_share_it(name):
    page = parsed(name)
    found = {
        m.get("name") or m.get("property"): m["content"]
        for m in page.select("meta[content]")
        if m.get("name") or m.get("property")
    }
    assert 40 < len(found["description"]) <= 201
    assert not re.search(r"[$\\{}]", found["description"])
    assert found["og:title"] and found["og:url"].endswith(name)
    assert found["og:site_name"] == "Stepwise"
    (canonical,) = page.select("link[rel=canonical]")
    assert canonical["href"] == found["og:url"]


def test_the_quiz_of_a_second_page_is_kept_apart(browser, address):
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{address}/book/06_three_losses.html")
    page.locator("details.quiz-right summary").first.click()
    page.goto(f"{address}/book/06_without_size.html")
    assert page.locator("details.quiz-choice[open]").count() == 0
    page.locator("details.quiz-right summary").first.click()
    page.locator("#in-short").scroll_into_view_if_needed()
    page.wait_for_timeout(300)
    kept = progress_of(page)
    assert kept["read"] == []  # the chapter is not, by its second page alone
    assert kept["quiz"]["06"]["1"]["choice"] == 2  # (c), and (b) on the second page
    assert kept["quiz"]["06_without_size"]["1"] == {"choice": 1, "right": True}
    page.goto(f"{address}/book/index.html")
    assert "quiz 2 of 6" in page.locator("#map tbody tr").nth(5).inner_text()
    context.close()


def test_the_sitemap_names_every_page_and_a_lost_reader_is_led_home():
    tree = ElementTree.parse(HTML / "sitemap.xml")
    named = {node.text for node in tree.iter() if node.tag.endswith("loc")}
    wanted = {n for n in site_pages() if n.startswith(("book/", "notebooks/"))}
    assert {"/".join(address.split("/")[-2:]) for address in named} == wanted
    lost = parsed("404.html")
    assert [a["href"].startswith("https://") for a in lost.select("a")] == [True, True]


def progress_of(page) -> dict:
    return json.loads(page.evaluate("localStorage.getItem('stepwise-progress')"))


def test_progress_is_kept_exported_and_erased(browser, address):
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{address}/{CHAPTERS[1]}")
    page.locator("#in-short").scroll_into_view_if_needed()
    page.wait_for_function("localStorage.getItem('stepwise-progress')?.includes('\"02\"')")
    page.wait_for_function("localStorage.getItem('stepwise-progress').includes('02_linear')")
    page.locator("details.quiz-right summary").first.click()
    page.locator("details.quiz-wrong summary").first.click()  # the first choice stands
    kept = progress_of(page)
    assert kept["read"] == ["02"]
    assert kept["quiz"]["02"]["1"]["right"] is True
    page.goto(f"{address}/book/index.html")
    page.fill("#progress-line", "stepwise 2 of 8: 2.1 2.4")
    page.click("#your-progress-box button[type=submit]")
    row = page.locator("#map tbody tr").nth(1)
    assert "read" in row.inner_text() and "exercises 2 of 8" in row.inner_text()
    assert page.locator(".continue a").get_attribute("href").startswith(f"../{CHAPTERS[1]}#")
    with page.expect_download() as download:
        page.click("[data-do=save]")
    saved = download.value.path().read_text("utf-8")
    page.on("dialog", lambda dialog: dialog.accept())
    page.click("[data-do=erase]")
    assert page.evaluate("localStorage.getItem('stepwise-progress')") is None
    assert "exercises 2 of 8" not in row.inner_text()
    page.fill("#progress-line", saved)
    page.click("#your-progress-box button[type=submit]")
    assert "exercises 2 of 8" in row.inner_text()
    page.fill("#progress-line", "nonsense")
    page.click("#your-progress-box button[type=submit]")
    assert "neither" in page.locator("#your-progress-box [role=status]").inner_text()
    context.close()


def test_a_notebook_s_last_line_is_what_the_home_page_takes():
    from stepwise_ssl.checks import progress

    assert re.fullmatch(r"stepwise (\d+) of (\d+): ([\d. ]+|none)", progress(2))


def test_on_paper_all_but_the_code_of_figures_is_open_and_light(browser, address):
    page = browser.new_page(color_scheme="dark")
    page.goto(f"{address}/{CHAPTERS[1]}")
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    closed = page.locator("details:not([open])").count()
    assert closed > 5
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("details:not([open], .hide)").count() == 0
    assert page.locator("details.hide[open]").count() == 0
    assert page.evaluate("document.documentElement.dataset.theme") == "light"
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("details:not([open])").count() == closed
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.close()


LARGE = """() => {
  const size = (e) => parseFloat(getComputedStyle(e).fontSize);
  const article = document.querySelector(".bd-article");
  return [...article.querySelectorAll("*")]
    .filter((e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()))
    .filter((e) => e.checkVisibility() && !e.closest("h1, h2, h3, .katex, svg, .hide, .headerlink"))
    .filter((e) => size(e) > size(article) + 0.1)
    .map((e) => `${size(e)} px: ${e.className} ${e.textContent.trim().slice(0, 40)}`);
}"""


@pytest.mark.parametrize("name", CHAPTERS, indirect=True)
def test_on_paper_nothing_beside_the_text_is_larger_and_no_formula_leaves_its_words(
    browser, address, name
):
    page = browser.new_page()
    page.goto(f"{address}/{name}")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.evaluate(LARGE) == []
    alone = """all => all.filter((p) => getComputedStyle(p).breakAfter !== "avoid").length"""
    assert page.locator(".bd-article p:has(+ div.math)").evaluate_all(alone) == 0
    assert page.locator("button.play:visible").count() == 0
    page.close()


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_the_sheet_s_formulas_are_one_page_and_its_table_is_the_back(
    browser, address, tmp_path, paper
):
    page = browser.new_page()
    page.goto(f"{address}/book/staircase.html")
    sides = dict.fromkeys(("top", "bottom", "left", "right"), "10mm")
    page.pdf(path=tmp_path / "sheet.pdf", format=paper, margin=sides)
    table = page.locator("#what-each-chapter-explains-and-what-it-leaves-open")
    page.emulate_media(media="print")
    assert table.evaluate("e => getComputedStyle(e).breakBefore") == "page"
    page.close()
    with pikepdf.open(tmp_path / "sheet.pdf") as printed:
        assert len(printed.pages) == 2
