"""Each page's main line is of readable length, and each bullet of "In short" names its test."""

import csv
import importlib
import re
from collections import Counter

import numpy as np
import pytest

from stepwise_ssl import data, linear, views
from tools.notebooks import ROOT, sources

PAGES = [ROOT / "book" / f"{source.stem}.md" for source in sources()]
# Chapters 6 and 10 have a second page each and one notebook. The module that tests its sentences,
# and the least and the largest number of words of its main line.
SECOND = {
    ROOT / "book/06_without_size.md": ("06", 600, 1000),
    ROOT / "book/10_fourth_loss.md": ("10_fourth_loss", 1500, 2500),
}
CLAIM = re.compile(r"^ +% claim: (test_\w+)$", re.M)
PREDICT = re.compile(r"^:::\{admonition\} Predict\n:class: predict\n\n(.*?)^:::$", re.M | re.S)


def section(text, heading):
    return re.search(rf"^## {heading}\n(.*?)(?=^## |\Z)", text, re.M | re.S)[1]


def claims_of(page):
    """The module that tests a page's sentences."""
    part = SECOND[page][0] if page in SECOND else page.stem[:2]
    return importlib.import_module(f"tests.claims.test_chapter_{part}")


def main_line(page):
    """The words that everybody reads: no code, no box, no quiz, no table, no references."""
    text = page.read_text().split("\n---\n", 1)[1]
    text = re.split(r"^## Quiz$", text, flags=re.M)[0]
    text = re.sub(r"^(```+|:::+)(\{.*?)^\1$", "", text, flags=re.M | re.S)  # directives
    text = re.sub(r"^\$\$.*?\$\$.*?$", "", text, flags=re.M | re.S)
    text = re.sub(r"^(\||%|#).*$", "", text, flags=re.M)
    text = re.sub(r" <[^<>`]+>`", "`", text)  # where a link leads
    return re.sub(r"\$[^$]*\$", "x", text).split()


def bullets(page):
    """The parts of "In short", each from its dash to the next."""
    return re.split(r"^- ", section(page.read_text(), "In short"), flags=re.M)[1:]


@pytest.mark.parametrize("page", [*PAGES, *SECOND], ids=lambda page: page.stem)
def test_a_page_is_neither_a_note_nor_a_book(page):
    least, most = SECOND[page][1:] if page in SECOND else (1500, 2500)
    assert least <= len(main_line(page)) <= most


def test_the_second_pages_are_all_that_a_chapter_has_beside_its_first():
    assert sorted([*PAGES, *SECOND]) == sorted((ROOT / "book").glob("[0-9][0-9]_*.md"))
    further = [str(int(page.stem[:2])) for page in SECOND]
    assert (
        f"Chapters {' and '.join(further)} have two pages."
        in (ROOT / "book/how_to_use.md").read_text()
    )


def test_how_to_use_has_the_shortest_and_the_longest_reading_time():
    minutes = [int(re.search(r"\*\*Time:\*\* (\d+) minutes", p.read_text())[1]) for p in PAGES]
    words = f"a page to read ({min(minutes)} to {max(minutes)} minutes)"
    text = (ROOT / "book/how_to_use.md").read_text()
    assert words in text
    assert f"{min(minutes)}–{max(minutes)} minutes to read" in text


def test_recorded_runs_have_the_data_that_the_paper_s_table_names():
    pictures = {}
    for path in (ROOT / "stepwise_ssl/runs").glob("*.npz"):
        kind = data.load_run(path.stem).meta["data"].partition("-")[0]
        pictures.setdefault(kind, []).append(path.stem)
    assert pictures.keys() == {"digits", "cifar10", "tinyimagenet"}
    assert all("resnet50" in name for name in pictures["tinyimagenet"])
    text = (ROOT / "book/paper.md").read_text()
    assert "digits and CIFAR‑10, and Tiny ImageNet for its ResNet‑50" in text


def test_the_paper_s_table_counts_learned_modes_and_not_all():
    """Of 3 pairs: three eigenvalues above 0 and three below, and any direction that has one."""
    rng = np.random.default_rng(0)
    x1 = rng.normal(size=(3, 20))
    value = np.linalg.eigvalsh(linear.cross_moment(x1, x1 + rng.normal(size=x1.shape)))
    assert (value > 1e-9).sum() == 3 and (value < -1e-9).sum() == 3
    text = (ROOT / "book/paper.md").read_text()
    assert "at most as many modes can be learned as there are pairs" in text


def test_the_paper_s_table_says_how_much_the_whole_kernel_of_the_end_predicts():
    for name, nearly in (("digits", 0.99), ("cifar10", 0.95)):
        found = data.load_run(f"learned_{name}").other
        for loss in ("barlow_twins", "vicreg"):
            features, whole = found[f"{loss}_spans"][:, 1], found[f"{loss}_spans"][:, 3]
            assert (features > nearly).all()
            assert (whole > 0.65).all() and (whole < 0.93).all()
    assert "the whole tangent kernel of the end most of it" in (ROOT / "book/paper.md").read_text()


def test_of_the_home_page_s_steps_the_sixth_alone_comes_without_a_flat_stretch():
    """Least slope of the loss between two steps, over log t, as a share of the largest: a half
    between steps 5 and 6, less than a fifth between all others."""
    Gamma = linear.cross_moment(*views.make_pairs(data.load_images("digits")))
    gamma, modes = linear.modes(Gamma, 10)
    s0 = linear.effective_init(linear.random_init(10, len(Gamma), 1e-6), modes)
    steps = np.sort(linear.step_times(gamma, s0))
    slopes = []
    for first, second in zip(steps[:-1], steps[1:], strict=True):
        t = np.geomspace(0.95 * first, 1.05 * second, 5001)
        slope = -np.gradient(linear.loss(t, gamma, s0), np.log(t))
        slopes.append(slope[(t > first) & (t < second)].min() / slope.max())
    assert slopes[4] > 0.45 and max(slopes[:4] + slopes[5:]) < 0.2


def test_how_to_use_says_which_predict_exercise_has_a_function():
    functions = []
    for source in sources():
        for block in re.split(r"^# ## Exercise ", source.read_text(), flags=re.M)[1:]:
            number = block.split(" ")[0]
            name = re.search(rf'^(\w+) = check\("{number}"', block, re.M)[1]
            if "*Predict then run" in block and re.search(rf"^def {name}\(", block, re.M):
                functions.append(number)
    text = (ROOT / "book/how_to_use.md").read_text()
    assert functions == ["8.7"] and "In exercise 8.7 it is a function." in text


def test_exercises_to_be_written_in_pytorch_are_those_that_teaching_names():
    """Also how to use the course and three pages' "You need" say in which chapters they are."""
    found = []
    for source in sources():
        for block in re.split(r"^# ## Exercise ", source.read_text(), flags=re.M)[1:]:
            solution = re.search(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", block, re.S)[1]
            if re.search(r"\btorch\.|\.item\(\)|\.detach\(\)", solution):
                found.append(block.split(" ")[0])
    named = f"Exercises {', '.join(found[:-1])} and {found[-1]} are\nto be written in PyTorch"
    assert named in (ROOT / "book/teaching.md").read_text()
    assert {number.split(".")[0] for number in found} == {"1", "7", "8"}
    assert "chapters 1, 7 and 8" in (ROOT / "book/how_to_use.md").read_text()
    for page in PAGES:
        needed = re.search(r"\*\*You need\*\*.*", page.read_text())[0]
        assert ("PyTorch" in needed) == (str(int(page.stem[:2])) in "178"), page.stem


def test_of_the_data_to_download_notebooks_fetch_cifar10_alone():
    code = "".join(source.read_text() for source in sources())
    assert "cifar10-resnet18-" in code and not re.search("tiny.?imagenet|stl.?10", code, re.I)


def tried() -> list[dict[str, str]]:
    """The table of answers with which the exercises' checks were tested, a row an exercise."""
    with (ROOT / "book/assets/mutation_table.csv").open() as file:
        columns = next(csv.reader(file))
        # "told" stands twice: of answers by hand, and of those from outside.
        columns = [f"{name} {columns[:k].count(name)}" for k, name in enumerate(columns)]
        return [dict(zip(columns, row, strict=True)) for row in csv.reader(file)]


def test_a_notebook_has_eight_or_nine_exercises():
    chapters = Counter(row["exercise 0"].split(".")[0] for row in tried())
    assert set(chapters.values()) == {8, 9}
    assert "a notebook of eight or nine exercises" in (ROOT / "book/how_to_use.md").read_text()


@pytest.mark.parametrize(("answers", "told"), [("by hand 0", "told 0"), ("outside 0", "told 1")])
def test_nearly_every_wrong_answer_is_told_what_is_off(answers, told):
    """The front page: all of those tried are refused, and nearly all with what is off."""
    refused, out_of = (
        sum(int(row[answers].split("/")[part]) for row in tried()) for part in (0, 1)
    )
    assert refused == out_of
    assert sum(int(row[told]) for row in tried()) > 0.95 * refused


def test_most_figures_with_a_theory_have_a_table_under_them():
    """How to use the course says "most": a caption that speaks of theory, and a table before the
    next figure."""
    with_table = []
    for page in (ROOT / "book").glob("*.md"):
        figures = re.split(r"^mystnb:\n  figure:\n", page.read_text(), flags=re.M)[1:]
        for figure in figures:
            caption = figure.split("  image:")[0]
            if re.search("dashed|theory|predict", caption.lower()):
                with_table.append(bool(re.search(r"compar(e\(|ison)", figure)))
    assert len(with_table) > 20
    assert np.mean(with_table) > 0.5 and not all(with_table)


@pytest.mark.parametrize("page", [*PAGES, *SECOND], ids=lambda page: page.stem)
def test_every_bullet_of_in_short_names_a_test(page):
    tests = claims_of(page)
    found = bullets(page)
    assert 4 <= len(found) <= 6
    for bullet in found:
        names = CLAIM.findall(bullet)
        assert names, f"no test for: {bullet}"
        assert all(callable(getattr(tests, name, None)) for name in names), names


@pytest.mark.parametrize("page", [*PAGES, *SECOND], ids=lambda page: page.stem)
def test_every_prediction_names_a_test_and_stands_before_its_cell(page):
    """One choice is right at most, and the cell with the answer comes next."""
    tests = claims_of(page)
    text = page.read_text()
    boxes = list(PREDICT.finditer(text))
    assert 1 <= len(boxes) <= 3
    for box in boxes:
        choices = re.findall(r"^- (.+)$", box[1], re.M)
        assert 2 <= len(choices) <= 5
        assert sum(choice.endswith("]{.right}") for choice in choices) <= 1
        assert "$" not in "".join(choices)  # a button's words are repeated as plain text
        names = re.findall(r"^% claim: (test_\w+)$", box[1], re.M)
        assert names and all(callable(getattr(tests, name, None)) for name in names), names
        assert text[box.end() :].lstrip().startswith("```{code-cell}")
