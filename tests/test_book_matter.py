"""What README, CITATION and instructor guide say of the chapters is what the sources say."""

import re

import yaml

import stepwise_ssl
from stepwise_ssl.checks import exercises
from tools.notebooks import ROOT, sources


def minutes(source):
    found = re.findall(r"^# \*.+ · (\d+) minutes · \d+ points?\*$", source.read_text(), re.M)
    return sum(map(int, found))


def test_the_readme_has_the_hours_and_exercises_of_every_chapter():
    readme = (ROOT / "README.md").read_text()
    rows = re.findall(r"^\| (\d+) \| .+ \| \d+ min \| (\d+) h (\d+) \| (\d+) \|$", readme, re.M)
    stated = {int(chapter): (60 * int(h) + int(m), int(n)) for chapter, h, m, n in rows}
    assert stated == {
        int(source.stem[:2]): (minutes(source), len(exercises(int(source.stem[:2]))))
        for source in sources()
    }


def test_citation_and_changelog_have_the_version_of_the_package():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert citation["version"] == stepwise_ssl.__version__
    assert f"\n## {stepwise_ssl.__version__}\n" in (ROOT / "CHANGELOG.md").read_text()


def test_the_picture_of_the_readme_is_small_and_described():
    alt, path = re.search(r"!\[(.+?)\]\((.+?)\)", (ROOT / "README.md").read_text()).groups()
    assert (ROOT / path).stat().st_size < 60_000
    assert len(alt) > 80
