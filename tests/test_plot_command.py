"""`stepwise-plot`: what it draws and writes, and one clear sentence for every mistake."""

import csv
import dataclasses
import errno
import io
import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib import import_module

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from PIL import Image

from stepwise_ssl import data, spectra
from stepwise_ssl.plots import _runs
from stepwise_ssl.plots._command import main
from stepwise_ssl.runs import Run
from tools.notebooks import ROOT

CURVES = (
    "steps", "t", "loss", "eigenvalues", "cross_eigenvalues", "hidden_eigenvalues",
    "hidden_cross_eigenvalues",
)  # fmt: skip


def recorded(name="digits_vicreg_s0", records=None, meta=None, **changes):
    """A recorded run, cut after some records and with other curves."""
    run = data.load_run(name)
    cut = {c: getattr(run, c)[:records] for c in CURVES if getattr(run, c) is not None}
    return dataclasses.replace(run, other={}, meta=run.meta | (meta or {}), **(cut | changes))


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """The folder of a run, as stepwise-train leaves it."""
    return save(recorded(), tmp_path_factory.mktemp("runs") / "first")


@pytest.fixture
def place(tmp_path, monkeypatch, first):
    """A working folder with that run in runs/first."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(first, tmp_path / "runs" / "first")
    return tmp_path


def save(run, folder):
    folder.mkdir(parents=True)
    run.save(folder)
    return folder


def drawn(monkeypatch, arguments):
    """The figure that a call draws."""
    figures = []
    savefig = _runs.Figure.savefig

    def keep(figure, *given, **options):
        figures.append(figure)
        savefig(figure, *given, **options)

    monkeypatch.setattr(_runs.Figure, "savefig", keep)
    assert main(arguments) == 0
    return figures[0]


def titles(figure):
    return [cell.get_suptitle() for cell in figure.subfigs if cell.axes]


def marks(axes):
    """Times of the step lines: lines of two equal times."""
    pairs = [np.asarray(line.get_xdata(), float) for line in axes.lines]
    return sorted(x[0] for x in pairs if len(x) == 2 and x[0] == x[1])


# --- what it draws ------------------------------------------------------------------------------


def test_a_run_is_drawn_with_its_steps_and_what_it_was(place, monkeypatch, capsys):
    figure = drawn(monkeypatch, ["runs/first"])
    run = data.load_run("digits_vicreg_s0")
    top, bottom = figure.subfigs[0].axes
    curves = [line.get_ydata() for line in bottom.lines if len(line.get_ydata()) > 2]
    np.testing.assert_allclose(np.transpose(curves), run.eigenvalues[1:], rtol=1e-7)  # float32
    np.testing.assert_array_equal(bottom.lines[-11].get_xdata(), run.t[1:])
    assert marks(top) == marks(bottom) == list(spectra.find_steps(run.t, run.eigenvalues))
    assert titles(figure) == ["runs/first\nvicreg, digits, small_resnet, seed 0"]
    assert Image.open("staircase.png").width > 600
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("runs/first: 10 of 10 modes learned, at t = 0.3138 0.5846 ")
    assert said[-1] == "written: staircase.png"


def test_the_axis_can_count_steps(place, monkeypatch):
    run = data.load_run("digits_vicreg_s0")
    bottom = drawn(monkeypatch, ["runs/first", "--axis", "step"]).subfigs[0].axes[1]
    assert bottom.get_xlabel() == "iteration"
    assert bottom.get_xlim() == (1, 1000)
    assert marks(bottom) == list(spectra.find_steps(run.steps, run.eigenvalues))


@pytest.mark.parametrize("count", [3, 8])
def test_runs_stand_side_by_side_over_one_axis(place, monkeypatch, count):
    names = [
        "runs/first", "digits_barlow_twins_s0", "digits_simclr_s0", "digits_vicreg_standard_s0",
        "linear_cifar10", "width_64", "digits_barlow_twins_lr_8e-02", "gpu_resnet18_vicreg_field",
    ][:count]  # fmt: skip
    figure = drawn(monkeypatch, [*names, "--out", "all.png"])
    assert [title.split("\n")[0] for title in titles(figure)] == names
    limits = {axes.get_xlim() for axes in figure.axes}
    assert len(limits) == 1
    times = [data.load_run(n if "/" not in n else "digits_vicreg_s0").t for n in names]
    assert limits == {(min(t[t > 0][0] for t in times), max(t[-1] for t in times))}
    for cell in figure.subfigs[:count]:
        boxes = [axes.get_window_extent() for axes in cell.axes]
        # Inches: what the labels leave of a cell must still show ten curves.
        assert min(box.width for box in boxes) / figure.dpi > 3
        assert min(box.height for box in boxes) / figure.dpi > 0.9


def test_an_interrupted_run_is_drawn_as_far_as_it_came(place, monkeypatch):
    save(recorded(records=3, meta={"finished": False}), place / "runs" / "second")
    figure = drawn(monkeypatch, ["runs/first", "runs/second"])
    assert titles(figure)[1].endswith("\nnot finished, step 2")
    assert len(figure.subfigs[1].axes[0].lines[-1].get_xdata()) == 2


def test_a_diverged_run_is_drawn_up_to_its_last_finite_record(place, monkeypatch, capsys):
    loss, eigenvalues = np.ones(5), np.ones((5, 2)) * [0.7, 0.1]
    loss[3], loss[4] = 1e20, np.inf
    eigenvalues[3], eigenvalues[4] = 1e9, np.nan
    steps = np.arange(5)
    run = Run(steps, steps / 10, loss, eigenvalues, meta=recorded().meta | {"diverged": 4})
    save(run, place / "boom")
    figure = drawn(monkeypatch, ["boom"])
    top, bottom = figure.subfigs[0].axes
    assert titles(figure)[0].endswith("diverged at step 4")
    assert list(top.lines[0].get_ydata()) == [1, 1, 1e20]
    assert top.get_yscale() == bottom.get_yscale() == "log"
    said = capsys.readouterr().out
    assert "1 of 2 modes learned, at t = 0.2;" in said
    assert "1 start above 1/2" in said and "diverged at step 4" in said


def test_a_loss_below_zero_has_a_linear_axis(place, monkeypatch):
    save(recorded(loss=np.linspace(1, -1e30, 105)), place / "negative")
    assert drawn(monkeypatch, ["negative"]).subfigs[0].axes[0].get_yscale() == "linear"


def test_of_many_eigenvalues_the_largest_are_drawn_and_that_is_said(place, monkeypatch, capsys):
    wide = np.linspace(1, 0, 2048) * np.linspace(0, 1, 105)[:, None]
    save(recorded(eigenvalues=wide), place / "wide")
    figure = drawn(monkeypatch, ["wide", "gpu_resnet18_vicreg_field"])
    curves = [line.get_ydata() for line in figure.subfigs[0].axes[1].lines]
    curves = np.transpose([y for y in curves if len(y) == 104])
    np.testing.assert_array_equal(curves, wide[1:, :32])
    assert all(t.endswith("\nthe 32 largest of 2048 eigenvalues") for t in titles(figure))
    assert capsys.readouterr().out.count("the 32 largest of 2048 eigenvalues") == 2


def test_steps_that_come_together_leave_room_for_the_curves(place, monkeypatch):
    together = 1 / (1 + np.exp(50 - np.arange(105.0)))[:, None] * np.linspace(1, 0.9, 32)
    save(recorded(eigenvalues=together), place / "together")
    figure = drawn(monkeypatch, ["together", "digits_vicreg_s0"])
    top, bottom = figure.subfigs[0].axes
    assert len(marks(top)) == 32
    numbers = [text.get_text() for text in top.texts]
    assert numbers == ["1", "2", "3", "4", "5", "mode"]
    assert min(axes.get_window_extent().height for axes in (top, bottom)) / figure.dpi > 0.9


def test_a_name_is_no_formula_and_a_long_one_keeps_its_end(place, monkeypatch):
    name = "runs/" + "a" * 80 + "_$x^2$_last"
    save(recorded(), place / name)
    title = titles(drawn(monkeypatch, [name]))[0].split("\n")[0]
    assert title == f"…{name[-59:]}"


def test_records_where_time_stood_still_are_passed_over(place, monkeypatch):
    t = data.load_run("digits_vicreg_s0").t.copy()
    t[-3:] = t[-4]
    save(recorded(t=t), place / "slow")
    top = drawn(monkeypatch, ["slow"]).subfigs[0].axes[0]
    curve = max(top.lines, key=lambda line: len(line.get_xdata()))
    np.testing.assert_array_equal(curve.get_xdata(), t[1:-3])


# --- what it leaves alone -----------------------------------------------------------------------


def test_matplotlib_is_as_it_was_and_the_picture_the_same_in_any_style(place):
    assert main(["runs/first", "--out", "plain.png"]) == 0
    with mpl.rc_context({"axes.facecolor": "black", "lines.linewidth": 9, "font.size": 30}):
        before, figures = dict(mpl.rcParams), plt.get_fignums()
        assert main(["runs/first", "--out", "dark.png"]) == 0
        assert dict(mpl.rcParams) == before
        assert plt.get_fignums() == figures
    plain, dark = (np.asarray(Image.open(f"{name}.png")) for name in ("plain", "dark"))
    np.testing.assert_array_equal(plain, dark)


def test_it_needs_no_display_and_no_torch(place):
    code = (
        "import sys; from stepwise_ssl.plots._command import main\n"
        "assert main(['runs/first']) == 0; assert 'torch' not in sys.modules"
    )
    environment = {"PATH": "", "MPLBACKEND": "tkagg", "PYTHONPATH": str(ROOT), "HOME": str(place)}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=place, env=environment, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert (place / "staircase.png").exists()


# --- what it writes -----------------------------------------------------------------------------


def test_the_table_has_one_row_a_record_and_every_number(place):
    assert main(["runs/first", "linear_cifar10", "width_64", "--csv", "all.csv"]) == 0
    rows = list(csv.DictReader(io.StringIO((place / "all.csv").read_text())))
    numbers = [f"{kind}_{j}" for kind in ("eigenvalue", "cross_eigenvalue") for j in range(1, 11)]
    assert list(rows[0]) == ["run", "step", "t", "loss", *numbers]
    for name in ("runs/first", "linear_cifar10", "width_64"):
        run = data.load_run(name if "/" not in name else "digits_vicreg_s0")
        own = [row for row in rows if row["run"] == name]
        assert [int(row["step"]) for row in own] == list(run.steps)
        for column, values in (
            ("t", run.t), ("loss", run.loss), ("eigenvalue_5", run.eigenvalues[:, 4]),
        ):  # fmt: skip
            read = np.array([row[column] for row in own]).astype(values.dtype)
            np.testing.assert_array_equal(read, values)
        cross = [row["cross_eigenvalue_1"] for row in own]
        if run.cross_eigenvalues is None:
            assert set(cross) == {""}
        else:
            expected = run.cross_eigenvalues[:, 0]
            np.testing.assert_array_equal(np.array(cross).astype(expected.dtype), expected)
    assert {row["eigenvalue_6"] for row in rows if row["run"] == "width_64"} == {""}


@pytest.mark.parametrize("name", ["a.svg", "b.c.PNG"])
def test_the_ending_says_what_is_written(place, name):
    for _ in range(2):  # a picture may be drawn again
        assert main(["runs/first", "--out", name]) == 0
    start = (place / name).read_bytes()[:200]
    assert start.startswith(b"\x89PNG") if name.lower().endswith("png") else b"<svg" in start


@pytest.mark.parametrize(
    "given",
    ["runs/first", "runs/first/", "./runs/first", "runs/first/run", "runs/first/run.npz",
     "runs/first/run.json"],
)  # fmt: skip
def test_a_run_has_one_name_however_it_is_given(place, given, capsys):
    assert main([given]) == 0
    assert capsys.readouterr().out.startswith("runs/first: 10 of 10")
    assert main([given, "runs/first"]) == 1
    assert capsys.readouterr().err == "stepwise-plot: 'runs/first' is given twice.\n"


def test_the_folder_one_stands_in_has_a_name_too(place, monkeypatch, capsys):
    monkeypatch.chdir(place / "runs" / "first")
    assert main(["."]) == 0
    assert capsys.readouterr().out.startswith("first: 10 of 10")


# --- mistakes -----------------------------------------------------------------------------------


MISTAKES = [
    (["nothing"], "no such run: 'nothing'. Give a folder that stepwise-train --out has made"),
    (["digits_vicreg_s9"], "no such run: 'digits_vicreg_s9'. .* Did you mean digits_vicreg_s"),
    (["runs"], r"'runs' is no run; it holds 1, each in its own folder: stepwise-plot runs/\*/"),
    (["empty"], "path is 'empty'; this folder holds no curves, run.npz and run.json"),
    (["notes.txt"], "'notes.txt' is no run"),
    (["half"], "'half/run.json' is missing beside run.npz"),
    (["bad_npz"], "'bad_npz/run.npz' is damaged"),
    (["bad_json"], "'bad_json/run.json' is damaged, no JSON"),
    (["short"], "'short' has too few finite records after the start, 1; a curve needs two"),
    (["backwards"], "'backwards' is damaged: its t is negative or runs backwards"),
    (["runs/first", "backwards"], "'backwards' is damaged"),
    (["gpu_speed"], "'gpu_speed' has too few finite records after the start, 0"),
    (["runs/first", "digits_simclr_s0", "runs/first"], "'runs/first' is given twice"),
    (["digits_simclr_s0", "digits_simclr_s0"], "'digits_simclr_s0' is given twice"),
    (["runs/first", "--out", "a.pdf"], r"--out is 'a.pdf'; the name must end with .png or .svg"),
    (["runs/first", "--out", "a"], "--out is 'a'; the name must end with"),
    (["runs/first", "--out", "runs"], "--out is 'runs', a folder; give a file in it"),
    (["runs/first", "--out", "no/a.png"], "--out is 'no/a.png'; there is no folder 'no'"),
    (["runs/first", "--out", "notes.txt/a.png"], "there is no folder 'notes.txt'"),
    (["runs/first", "--out", "a\0.png"], r"--out is 'a\\x00.png', which no file can be called"),
    (["runs/first", "--csv", "a\0.csv"], r"--csv is 'a\\x00.csv', which no file can be called"),
    (["a\0b"], r"path is 'a\\x00b', which no file can be called"),
    (["runs/first", "--out", "text.png"], "'text.png', which is there already and was not made"),
    (["runs/first", "--csv", "a.txt"], "--csv is 'a.txt'; the name must end with .csv"),
    (["runs/first", "--csv", "mine.csv"], "'mine.csv', which is there already and was not made"),
    (["runs/first", "--csv", "taken.csv"], "--csv is 'taken.csv', a folder"),
]


@pytest.fixture(scope="module")
def mistaken(tmp_path_factory, first):
    """What one can point the command at by mistake."""
    folder = tmp_path_factory.mktemp("mistaken")
    for name in ("half", "bad_npz", "bad_json"):
        shutil.copytree(first, folder / name)
    (folder / "half" / "run.json").unlink()
    (folder / "bad_npz" / "run.npz").write_bytes(b"damage")
    (folder / "bad_json" / "run.json").write_bytes(b"damage")
    save(recorded(records=2), folder / "short")
    save(recorded(t=data.load_run("digits_vicreg_s0").t[::-1]), folder / "backwards")
    (folder / "empty").mkdir()
    for name in ("notes.txt", "text.png", "mine.csv"):
        (folder / name).write_bytes(b"my own")
    (folder / "taken.csv").mkdir()
    return folder


@pytest.mark.parametrize(
    ("arguments", "words"), MISTAKES, ids=[repr(" ".join(m[0])) for m in MISTAKES]
)
def test_a_mistake_gets_one_sentence_and_writes_nothing(place, mistaken, capsys, arguments, words):
    shutil.copytree(mistaken, place, dirs_exist_ok=True)
    before = {path: path.stat().st_mtime_ns for path in place.rglob("*") if path.is_file()}

    assert main(arguments) == 1
    said = capsys.readouterr().err
    assert re.match(f"stepwise-plot: .*{words}", said), said
    assert said.count("\n") == 1
    assert {p: p.stat().st_mtime_ns for p in place.rglob("*") if p.is_file()} == before


def test_more_runs_than_fit_are_refused(place, capsys):
    for k in range(26):
        shutil.copytree(place / "runs" / "first", place / "seeds" / f"{k}")
    assert main([f"seeds/{k}" for k in range(26)]) == 1
    assert "26 runs are too many for one picture; give at most 25" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["--out", "a.png"], ["a", "--axis", "x"], ["a", "--o"]])
def test_wrong_usage_has_its_own_status(place, capsys, arguments):
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    assert "usage: stepwise-plot" in capsys.readouterr().err


def test_the_help_teaches_with_three_examples(capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["--help"])
    assert stopped.value.code == 0
    said = capsys.readouterr().out
    assert len(re.findall(r"^  stepwise-plot runs", said, re.MULTILINE)) == 3
    assert all(len(line) <= 80 for line in said.splitlines())


def test_every_command_of_the_package_can_be_called():
    commands = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]
    assert set(commands) >= {"stepwise-plot", "stepwise-train"}
    for place in commands.values():
        module, _, function = place.partition(":")
        assert callable(getattr(import_module(module), function))


def test_a_disk_that_is_full_is_said_in_one_sentence(place, capsys, monkeypatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("os.replace", full)
    assert main(["runs/first", "--csv", "new.csv"]) == 1
    said = capsys.readouterr().err
    assert "'new.csv' cannot be written: " in said and "No space left" in said
    assert not list(place.glob("new.csv*"))
