"""What README, CITATION and instructor guide say of the chapters is what the sources say."""

import importlib
import pkgutil
import re

import yaml

import stepwise_ssl
from stepwise_ssl.checks import exercises
from tests import answers
from tools import course_table
from tools.course_table import minutes
from tools.notebooks import ROOT, sources

TEACHING = (ROOT / "book" / "teaching.md").read_text(encoding="utf-8")


def test_the_readme_has_the_hours_and_exercises_of_every_chapter():
    """Reading is that of all pages of a chapter; chapters 6 and 10 have two."""
    readme = (ROOT / "README.md").read_text()
    rows = re.findall(r"^\| (\d+) \| .+ \| (\d+) min \| (\d+) h (\d+) \| (\d+) \|$", readme, re.M)
    stated = {int(row[0]): tuple(map(int, row[1:])) for row in rows}
    assert stated == {
        c.number: (c.page, *divmod(c.notebook, 60), len(exercises(c.number)))
        for c in course_table.chapters()
    }
    assert [c.page for c in course_table.chapters()][-2:] == [30, 60]


def test_citation_and_changelog_have_the_version_of_the_package():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert citation["version"] == stepwise_ssl.__version__
    assert f"\n## {stepwise_ssl.__version__}\n" in (ROOT / "CHANGELOG.md").read_text()


def test_the_picture_of_the_readme_is_small_and_described():
    alt, path = re.search(r"!\[(.+?)\]\((.+?)\)", (ROOT / "README.md").read_text()).groups()
    assert (ROOT / path).stat().st_size < 60_000
    assert len(alt) > 80


def test_the_table_of_chapters_has_every_exercise_and_all_minutes():
    for source, chapter in zip(sources(), course_table.chapters(), strict=True):
        assert list(chapter.minutes) == [e.id for e in exercises(chapter.number)]
        assert chapter.notebook == minutes(source)
        page = ROOT / "book" / f"{source.stem}.md"
        time = f"{course_table.page_minutes(page)} minutes.*, {chapter.notebook} for the notebook"
        assert re.search(time, page.read_text())


def test_the_map_of_the_home_page_has_the_minutes_of_pages_and_notebooks():
    home = (ROOT / "book" / "index.md").read_text()
    rows = re.findall(r"^\| (\d+) \| \[.+ \| ([\d +]+) \|$", home, re.M)
    known = {}
    for chapter in course_table.chapters():
        pages = sorted(ROOT.glob(f"book/{chapter.number:02d}_*.md"))
        known[str(chapter.number)] = [*map(course_table.page_minutes, pages), chapter.notebook]
    assert {number: [*map(int, stated.split("+"))] for number, stated in rows} == known


def test_what_is_done_in_class_fits_into_a_session():
    """An hour of exercises leaves half an hour of 90 minutes for talk."""
    known = {e: m for chapter in course_table.chapters() for e, m in chapter.minutes.items()}
    rows = re.findall(r"^\| \d+ \| [^|]+ \| ([^|]+) \| [^|]+ \|$", TEACHING, re.M)
    assert len(rows) == 3 + 6 + 12
    for row in rows:
        done = re.findall(r"\d+\.\d+", re.sub(r"what \S+ says", "", row))
        assert done and sum(known[exercise] for exercise in done) <= 60, row


def test_the_slips_of_the_guide_are_wrong_answers_that_the_checks_are_tested_with():
    modules = [
        importlib.import_module(module.name)
        for module in pkgutil.walk_packages(answers.__path__, f"{answers.__name__}.")
        if not module.ispkg
    ]
    slips = re.findall(r"^\| (\d+\.\d+) \| ([^|]+) \| [^|]+ \|$", TEACHING, re.M)
    assert {exercise.partition(".")[0] for exercise, _ in slips} == {
        str(int(s.stem[:2])) for s in sources()
    }
    for exercise, slip in slips:
        assert any(slip in module.WRONG.get(exercise, {}) for module in modules), (exercise, slip)
