"""The homework of chapter 2: what students get, and the marks that Otter gives, in real runs."""

import json
import os
import re
import subprocess
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from stepwise_ssl.checks import exercises
from tools.homework import autograder
from tools.homework import hand_out as homework
from tools.notebooks import expected_figures, student_cells

POINTS = {exercise.id: exercise.points for exercise in exercises(2)}

# A submission that earns some of the points: answers as learners give them, by exercise, and what
# each is worth. 2.2 has its check line renamed, 2.3 has lost it, 2.7 stays blank.
HALF_RIGHT = {
    "2.1": """
def cross_moment(x1, x2):
    return x1.T @ x2 / len(x1)

cross_moment = check("2.1", cross_moment)
""",
    "2.2": """
def gradient(W, Gamma, lam=1.0):
    return 2 * (W @ Gamma @ W.T - np.eye(len(W))) @ W @ Gamma

checked = check("2.2", gradient)
""",
    "2.3": """
def ds_dt(s, gamma):
    return 4 * gamma * s * (1 - gamma * s**2)
""",
    "2.4": """
def singular_values(t, gamma, s0):
    grown = np.exp(8 * gamma * t[:, None])
    return np.sqrt(grown / (1 / s0**2 + (grown - 1) * gamma))

singular_values = check("2.4", singular_values)
""",
    "2.5": """
def step_times(gamma, s0, level=0.5):
    return np.log((1 / (gamma * s0**2) - 1) / (1 / level - 1)) / (8 * gamma)

step_times = check("2.5", step_times)
""",
    "2.6": """
plateaus = (5.0, 3.0, 1.0)
plateaus = check("2.6", plateaus)
""",
    "2.8": """
def final_weights(Gamma, d):
    gamma, V = np.linalg.eigh(Gamma)
    gamma, V = gamma[gamma > 0][:d], V[:, gamma > 0][:, :d]
    return (V / np.sqrt(gamma)).T

final_weights = check("2.8", final_weights)
""",
}
HALF_RIGHT_MARKS = {
    "2.1": 1, "2.2": 1, "2.3": 3, "2.4": 3, "2.5": 2, "2.6": 1, "2.7": 0, "2.8": 1,
}  # fmt: skip

# Saved by a kernel that the grader does not have. Each cell but two fails in its own way.
ROUGH = [
    "import numpy as np",
    "def ds_dt(s, gamma):\n    return 4 * gamma * s * (1 - gamma * s**2)",
    "while True:\n    pass",
    "1 / 0",
    "def broken(:",
    "exit()",
    "import sys\nsys.exit(1)",
    "import os\nos.chdir('/')",
    "def cross_moment(x1, x2):\n    raise KeyboardInterrupt",
    "gradient = 3",
    "plateaus = (5.0, 3.0, 2.0)",
]
ROUGH_MARKS = {**dict.fromkeys(POINTS, 0), "2.3": 3, "2.6": 2}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("homework") / "chapter_02"
    homework.make(2, folder, seed=5)
    return folder


@pytest.fixture(scope="module")
def hand_out(folder):
    return nbformat.read(folder / "hand-out" / "02_linear_model.ipynb", as_version=4)


def half_right(hand_out):
    notebook = nbformat.from_dict(hand_out)
    for cell in notebook.cells:
        exercise = re.search(r'check\("(2\.\d)"', cell.source)
        if cell.cell_type == "code" and exercise and exercise.group(1) in HALF_RIGHT:
            cell.source = HALF_RIGHT[exercise.group(1)]
    return notebook


@pytest.fixture(scope="module")
def environment(folder, tmp_path_factory):
    """Variables under which only the autograder's own wheel is `stepwise_ssl`."""
    wheel = tmp_path_factory.mktemp("wheel")
    with zipfile.ZipFile(folder / "autograder.zip") as archive:
        name = next(n for n in archive.namelist() if n.endswith(".whl"))
        with archive.open(name) as inner, zipfile.ZipFile(inner) as package:
            package.extractall(wheel)
    return {**os.environ, "PYTHONPATH": str(wheel), "OMP_NUM_THREADS": "1"}


def otter_run(zip_path, notebook, environment, work):
    work.mkdir()
    nbformat.write(notebook, work / "submission.ipynb")
    command = [sys.executable, "-m", "otter", "run", "--no-logo"]
    command += ["-a", str(zip_path), "-o", str(work), str(work / "submission.ipynb")]
    done = subprocess.run(
        command,
        env=environment,
        cwd=work,
        capture_output=True,
        text=True,
        timeout=1200,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads((work / "results.json").read_text())["tests"]


@pytest.fixture(scope="module")
def results(folder, hand_out, environment, tmp_path_factory):
    """Otter's results for each kind of submission."""
    work = tmp_path_factory.mktemp("runs")
    source = next(s for s in homework.sources() if s.stem == "02_linear_model")
    solution = nbformat.read(folder / "solution.ipynb", as_version=4)
    rough = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in ROUGH])
    rough.metadata["kernelspec"] = {"display_name": "Mine", "name": "my-environment"}
    submissions = {
        "perfect": solution,
        "half right": half_right(hand_out),
        "blank": hand_out,
        "self-study": student_cells(source, expected_figures(solution)),
        "rough": rough,
    }
    short = with_limits(folder / "autograder.zip", work / "short.zip", seconds_per_cell=3)
    with ThreadPoolExecutor(2) as pool:
        runs = {
            name: pool.submit(
                otter_run,
                short if name == "rough" else folder / "autograder.zip",
                notebook,
                environment,
                work / name,
            )
            for name, notebook in submissions.items()
        }
        return {name: run.result() for name, run in runs.items()}


def with_limits(zip_path, path, **limits):
    """A copy of an autograder with other time limits."""
    with zipfile.ZipFile(zip_path) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "otter_config.json":
                config = json.loads(content)
                (plugin,) = config["plugins"]
                plugin["stepwise_ssl.checks.autograder.Plugin"].update(limits)
                content = json.dumps(config)
            new.writestr(name, content)
    return path


def marks(tests):
    return {test["name"].split()[0]: test["score"] for test in tests}


@pytest.mark.parametrize(
    "submission, expected",
    [
        ("perfect", POINTS),
        ("half right", HALF_RIGHT_MARKS),
        ("blank", dict.fromkeys(POINTS, 0)),
        ("self-study", dict.fromkeys(POINTS, 0)),
        ("rough", ROUGH_MARKS),
    ],
)
def test_otter_gives_the_expected_marks(results, submission, expected):
    assert marks(results[submission]) == expected
    assert {t["name"].split()[0]: t["max_score"] for t in results[submission]} == POINTS


def test_results_say_why_and_stay_hidden_until_marks_are_published(results):
    said = {test["name"].split()[0]: test["output"] for test in results["half right"]}
    assert "Your Γ in row" in said["2.1"]
    assert "Exercise 2.7 was left blank." in said["2.7"]
    said = {test["name"].split()[0]: test["output"] for test in results["rough"]}
    assert "Your code raised KeyboardInterrupt" in said["2.1"]
    assert "should be a function" in said["2.2"]
    assert "defines no `singular_values`" in said["2.4"]
    assert {t["visibility"] for run in results.values() for t in run} == {"after_published"}


def test_the_hand_out_works_for_a_student_without_otter(hand_out, environment, tmp_path):
    (tmp_path / "otter.py").write_text("raise ImportError('students do not have Otter')")
    path = f"{tmp_path}{os.pathsep}{environment['PYTHONPATH']}"
    student = half_right(hand_out)
    client = NotebookClient(
        student,
        timeout=600,
        kernel_name="python3",
        allow_errors=True,
        resources={"metadata": {"path": str(tmp_path)}},
    )
    client.execute(env={**environment, "PYTHONPATH": path})
    shown = "\n".join(
        output.data["text/plain"]
        for cell in student.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if "text/plain" in output.get("data", {})
    )
    told = re.findall(r"Exercise (2\.\d): [\w ]+$.*?Here: (\d) of (\d) points", shown, re.M | re.S)
    # What a student is told on the visible draws is what the grader gives on the hidden ones.
    expected = {e: (HALF_RIGHT_MARKS[e], POINTS[e]) for e in POINTS if e != "2.3"}
    assert {e: (int(got), int(of)) for e, got, of in told} == expected
    errors = {
        output.ename
        for cell in student.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if output.output_type == "error"
    }
    assert "ImportError" not in errors
    assert "ModuleNotFoundError" not in errors


def test_the_hand_out_gives_nothing_away(folder, hand_out):
    assert sorted(path.name for path in (folder / "hand-out").iterdir()) == [
        "02_linear_model.ipynb",
        "README.md",
    ]
    text = "\n".join(cell.source for cell in hand_out.cells)
    assert "otter" not in text
    assert "Open the exercises in Colab" not in text  # it would open the self-study notebook
    assert "import graded_check as check" in text
    solved = nbformat.read(folder / "solution.ipynb", as_version=4)
    blank = {line.strip() for line in text.splitlines()}
    given_away = [
        line
        for cell in solved.cells
        if cell.cell_type == "code" and 'check("2.' in cell.source
        for line in map(str.strip, cell.source.splitlines())
        if line in blank and not re.match(r'def |"""|\w+ = check\(|my_prediction = |$', line)
    ]
    assert given_away == []
    with zipfile.ZipFile(folder / "autograder.zip") as archive:
        tests = "".join(archive.read(n).decode() for n in archive.namelist() if "tests/" in n)
    seeds = re.findall(r"\d{6,}", tests)
    assert len(set(seeds)) > 0.9 * autograder.SEEDS * sum(len(e.parts) for e in exercises(2))
    everything = text + (folder / "hand-out" / "README.md").read_text()
    assert [seed for seed in seeds if seed in everything] == []


def test_the_rubric_adds_up(folder):
    rubric = (folder / "rubric.md").read_text()
    points = [int(n) for n in re.findall(r"\| (\d+) \|$", rubric, re.M)]
    assert sum(points) == sum(POINTS.values())
    assert f"**{sum(points)}**" in rubric


def test_the_container_installs_this_wheel_and_pinned_versions(folder):
    with zipfile.ZipFile(folder / "autograder.zip") as archive:
        names = archive.namelist()
        lines = archive.read("environment.yml").decode().split("pip:")[-1].splitlines()
    raw = [line.strip().removeprefix("- ") for line in lines if line.strip()]
    wanted = [line.strip(" -") for line in raw]
    wheel = next(n for n in names if n.endswith(".whl"))
    assert f"/autograder/source/{wheel}" in wanted
    # An option stands alone in its line, which is how conda hands it on to pip.
    assert "--extra-index-url https://download.pytorch.org/whl/cpu" in raw
    pins = [line for line in wanted if not line.endswith(".whl") and "index-url" not in line]
    assert {"numpy", "scipy", "torch"} <= {pin.split("==")[0] for pin in pins}
    assert all("==" in pin and "+" not in pin for pin in pins)


def test_equal_seeds_make_equal_autograders_and_fresh_ones_differ(folder, tmp_path, monkeypatch):
    with zipfile.ZipFile(folder / "autograder.zip") as archive:
        name = next(n for n in archive.namelist() if n.endswith(".whl"))
        wheel = Path(archive.extract(name, tmp_path))
    monkeypatch.setattr(autograder, "build_wheel", lambda folder: wheel)
    names = {exercise.id: "answer" for exercise in exercises(2)}
    zips = []
    for seed in (5, 5, None, None):
        autograder.write_autograder(tmp_path / "a.zip", exercises(2), names, seed)
        zips.append((tmp_path / "a.zip").read_bytes())
    assert zips[0] == zips[1]
    assert len(set(zips)) == 3


def test_a_failure_leaves_the_old_folder_whole(tmp_path, monkeypatch):
    def fail(*_):
        raise RuntimeError("no wheel")

    monkeypatch.setattr(homework, "write_autograder", fail)
    old = tmp_path / "chapter_02"
    old.mkdir()
    (old / "rubric.md").write_text("old")
    with pytest.raises(RuntimeError, match="no wheel"):
        homework.make(2, old)
    assert [path.name for path in tmp_path.iterdir()] == ["chapter_02"]
    assert [path.name for path in old.iterdir()] == ["rubric.md"]


@pytest.mark.parametrize(
    "arguments, words", [([], "CHAPTER=2"), (["77"], "'77' has no exercises"), (["two"], "'two'")]
)
def test_a_chapter_that_is_missing_or_unknown_is_one_clear_line(arguments, words, capsys):
    with pytest.raises(SystemExit):
        homework.main(arguments)
    assert words in capsys.readouterr().err.splitlines()[-1]


def test_a_source_that_checks_other_exercises_is_refused(tmp_path):
    source = tmp_path / "02_other.py"
    source.write_text('f = check("2.1", f)\n')
    with pytest.raises(ValueError, match=r"02_other.py should check each of \['2.1', '2.2'"):
        homework.answer_names(source, exercises(2))
