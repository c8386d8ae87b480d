"""Recorded runs: saved whole, read back equal, and the ones in the package agree with theory."""

import json
import random
from pathlib import Path

import numpy as np
import pytest

from stepwise_ssl import data, linear, plots, spectra
from stepwise_ssl.runs import META_KEYS, Run, names
from tools.runs import scale


def small_run(metrics=None, other=None, **meta):
    return Run(
        steps=np.arange(3), t=np.arange(3) / 10, loss=np.ones(3), eigenvalues=np.ones((3, 2)),
        metrics=metrics or {}, other=other or {}, meta=dict.fromkeys(META_KEYS, "") | meta,
    )  # fmt: skip


def test_what_is_saved_is_read_back(tmp_path):
    small_run(seed=4).save(tmp_path / "a")
    again = Run.load(tmp_path / "a")
    assert again.meta["seed"] == 4
    for name in ("steps", "t", "loss", "eigenvalues"):
        assert np.array_equal(getattr(again, name), getattr(small_run(), name))


@pytest.mark.parametrize(
    ("given", "files"),
    [
        ("a", "a"),
        ("a.npz", "a"),
        ("a.json", "a"),
        ("lr_0.08", "lr_0.08"),
        ("lr_0.08.npz", "lr_0.08"),
        ("my.run.json", "my.run"),
        ("a.npz.npz", "a.npz"),
        ("folder", "folder/run"),
        ("folder.npz", "folder.npz/run"),  # a folder, whatever its name
    ],
)
def test_a_name_keeps_its_dots_and_a_folder_means_the_run_in_it(tmp_path, given, files):
    for folder in ("folder", "folder.npz"):
        (tmp_path / folder).mkdir()
    small_run(seed=given).save(tmp_path / given)
    written = {p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*") if p.is_file()}
    assert written == {f"{files}.npz", f"{files}.json"}
    assert Run.load(str(tmp_path / given)).meta["seed"] == given


def test_two_names_that_differ_after_a_dot_are_two_runs(tmp_path):
    for rate in ("0.04", "0.08"):
        small_run(seed=rate).save(tmp_path / f"lr_{rate}")
    assert Run.load(tmp_path / "lr_0.04").meta["seed"] == "0.04"
    assert Run.load(tmp_path / "lr_0.08").meta["seed"] == "0.08"


def test_a_home_directory_is_found(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    small_run(seed=7).save("~/first")
    assert Run.load("~/first").meta["seed"] == 7
    assert (tmp_path / "first.npz").exists()


def test_numbers_that_json_does_not_have(tmp_path):
    metrics = {"accuracy": np.float32(0.5), "lost": np.nan, "rate": np.inf}
    small_run(metrics, seed=np.int64(3), minutes=np.nan, config={"a": (1, np.arange(2))}).save(
        tmp_path / "a"
    )

    def refuse(name):
        raise AssertionError(f"{name} is no JSON")

    said = json.loads((tmp_path / "a.json").read_text(), parse_constant=refuse)
    assert said["metrics"] == {"accuracy": 0.5, "lost": None, "rate": None}
    again = Run.load(tmp_path / "a")
    assert again.metrics["accuracy"] == 0.5
    assert np.isnan([again.metrics["lost"], again.metrics["rate"]]).all()
    assert again.meta["seed"] == 3 and again.meta["minutes"] is None
    assert again.meta["config"] == {"a": [1, [0, 1]]}


@pytest.mark.parametrize(
    ("run", "error", "words"),
    [
        (
            small_run(config={"device": object()}),
            TypeError,
            r"meta\['config'\]\['device'\] is an ob",
        ),
        (small_run({"knn": {1, 2}}), TypeError, r"metrics\['knn'\] is a set"),
        (small_run(other={"loss": np.ones(2)}), ValueError, "other has 'loss'"),
        (small_run(other={"file": np.ones(2)}), ValueError, "other has 'file'"),
        (small_run(other={"x": np.array([None])}), ValueError, r"other\['x'\] holds Python obj"),
    ],
)
def test_what_could_not_be_read_back_is_not_saved(tmp_path, run, error, words):
    with pytest.raises(error, match=words):
        run.save(tmp_path / "a")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("break_it", "error", "words"),
    [
        (lambda d: (d / "run.npz").unlink(), FileNotFoundError, "run.npz' is missing beside run.j"),
        (lambda d: (d / "run.json").unlink(), FileNotFoundError, "run.json' is missing beside"),
        (lambda d: [p.unlink() for p in d.iterdir()], FileNotFoundError, "holds no curves"),
        (lambda d: (d / "run.npz").write_bytes(b""), ValueError, "run.npz' is damaged"),
        (lambda d: np.save((d / "run.npz").open("wb"), np.ones(3)), ValueError, "no NumPy archive"),
        (lambda d: (d / "run.json").write_text("{"), ValueError, "run.json' is damaged, no JSON"),
        (
            lambda d: (d / "run.json").write_bytes(b"\xff\xfe\xff"),
            ValueError,
            "is damaged, no JSON",
        ),
        (lambda d: (d / "run.json").write_text("[" * 9999), ValueError, "is damaged, no JSON"),
        (lambda d: (d / "run.json").write_text("[]"), ValueError, "a list; it must hold a JSON ob"),
        (lambda d: (d / "run.json").write_text('{"metrics": 3}'), ValueError, "metrics is the int"),
        (lambda d: change(d, t=None), ValueError, "is no run's: it lacks t"),
        (lambda d: change(d, t=np.ones(2)), ValueError, r"damaged: t has shape \(2,\)"),
        (lambda d: change(d, loss=np.array(list("abc"))), ValueError, "damaged: loss .* type <U1"),
        (lambda d: change(d, eigenvalues=np.ones(3)), ValueError, r"eigenvalues has shape \(3,\)"),
        (
            lambda d: change(d, cross_eigenvalues=np.ones((2, 2))),
            ValueError,
            "cross_eigenvalues has",
        ),
        (lambda d: change(d, steps=np.ones(())), ValueError, r"steps has shape \(\)"),
        (lambda d: change(d, eigenvalues=np.ones((3, 0))), ValueError, r"shape \(3, 0\)"),
    ],
)
def test_a_run_that_is_not_whole_is_refused_in_a_sentence(tmp_path, break_it, error, words):
    small_run().save(tmp_path)
    break_it(tmp_path)
    with pytest.raises(error, match=words) as raised:
        Run.load(tmp_path)
    assert str(tmp_path) in str(raised.value)


def change(folder: Path, **arrays):
    """Replace arrays of a saved run, or leave them out."""
    with np.load(folder / "run.npz") as saved:
        every = {**saved, **arrays}
    np.savez(folder / "run.npz", **{k: v for k, v in every.items() if v is not None})


def test_no_damage_gets_through_as_another_error(tmp_path):
    """Bytes changed and files cut at random: a ValueError that names the file, or the same run."""
    small_run().save(tmp_path)
    file, rng = tmp_path / "run.npz", random.Random(0)
    whole, said = file.read_bytes(), []
    for trial in range(600):
        content = bytearray(whole)
        for _ in range(rng.choice((1, 2, 8))):
            content[rng.randrange(len(content))] = rng.randrange(256)
        file.write_bytes(content if trial % 4 else content[: rng.randrange(len(content))])
        try:
            run = Run.load(tmp_path)
        except ValueError as error:
            said.append(str(error))
        else:
            assert np.array_equal(run.t, small_run().t)
            assert np.array_equal(run.eigenvalues, small_run().eigenvalues)
    assert all(str(file) in sentence and "\n" not in sentence for sentence in said)
    assert len(said) > 500


def test_a_file_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "a.json").mkdir()
    with pytest.raises(OSError, match=r"a\.json' cannot be written: "):
        small_run().save(tmp_path / "a")
    with pytest.raises(FileNotFoundError, match="there is no folder '.*nowhere'"):
        small_run().save(tmp_path / "nowhere" / "a")


def test_a_run_without_its_history_is_not_saved(tmp_path):
    run = small_run()
    del run.meta["command"]
    with pytest.raises(ValueError, match="meta lacks .'command'"):
        run.save(tmp_path / "a")
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_run_is_named():
    with pytest.raises(
        ValueError, match="name is 'nothing'; the recorded runs are .*linear_cifar10"
    ):
        data.load_run("nothing")


@pytest.mark.parametrize("name", names())
def test_every_recorded_run_says_how_it_was_made(name):
    run = data.load_run(name)
    assert set(META_KEYS) <= set(run.meta)
    assert run.t.shape == run.loss.shape == run.steps.shape == run.eigenvalues.shape[:1]


def test_the_linear_run_on_cifar10_agrees_with_the_closed_form():
    run = data.load_run("linear_cifar10")
    gamma = np.array(run.meta["gamma"])
    predicted = linear.step_times(gamma, np.full(len(gamma), run.meta["config"]["alpha"]))
    found = spectra.find_steps(run.t, run.eigenvalues)
    # The learning rate is 2 % of the largest stable one, and a finite step delays mode 1 by
    # 4γη/log(1 + 4γη) - 1 = 1 %; later modes by less.
    assert plots.compare(np.sort(predicted), found).worst < 0.0115


WIDTHS = (64, 256, 1024, 4096)


def width_errors(part, epsilon):
    """Mean relative error of five step times over five seeds, at each width."""
    errors = []
    for N in WIDTHS:
        run = data.load_run(f"width_{N}")
        assert run.meta["config"]["width"] == N
        chosen = run.meta["config"]["epsilons"].index(epsilon)
        ratio = run.other["measured"][part] / run.other["predicted"][part]
        errors.append(np.abs(ratio[chosen] - 1).mean())
    return np.array(errors)


def test_networks_of_growing_width_come_to_the_kernel(report):
    everything, small = width_errors(0, 1e-2), width_errors(0, 1e-4)
    head = width_errors(1, 1e-4)
    seeded = []
    for N in WIDTHS:
        other = data.load_run(f"width_{N}").other
        seeded.append(np.abs(other["measured"][0] / other["seeded"] - 1)[0].mean())
    for name, errors in (
        ("all, ε = 1e-2", everything), ("all, ε = 1e-4", small), ("head, ε = 1e-4", head),
        ("all, ε = 1e-4, with seeds", np.array(seeded)),
    ):  # fmt: skip
        shown = ", ".join(f"{e:.3f}" for e in errors)
        report(f"step-time error at N = 64, 256, 1024, 4096, {name}: {shown}")
        assert (np.diff(errors) < 0).all()
    assert (everything < small).all()
    assert (head < 0.5 * small).all()
    assert (np.array(seeded) < 0.4 * small).all()
    kernel = [data.load_run(f"width_{N}").other["kernel_error"].mean() for N in WIDTHS]
    slope = np.polyfit(np.log(WIDTHS), np.log(kernel), 1)[0]
    assert abs(slope + 0.5) < 0.08  # five draws a width


def test_the_recorded_scales_are_what_their_recipe_gives():
    """One network of the fifteen, trained anew."""
    run = data.load_run("scale_512")
    assert run.meta["config"] == scale.CONFIG
    assert set(run.other) == set(run.meta["other"]) == set(scale.MEANING)
    seed, kappa = 0, scale.CONFIG["scales"].index(0.03)
    found, curve = scale.examine(0.03, seed, scale.CONFIG["end"][kappa])
    # Stored as float32; sums of another machine differ in the last digits of float64.
    assert run.other["predicted"][seed] == pytest.approx(found["predicted"], rel=1e-4)
    for name in set(found) - {"predicted"}:
        assert run.other[name][kappa, seed] == pytest.approx(found[name], rel=1e-3)
    recorded = np.searchsorted(curve.t, run.t * (1 - 1e-9))
    assert run.loss == pytest.approx(curve.loss[recorded], rel=1e-3, abs=1e-6)


def test_the_recorded_scales_have_their_axes():
    run = data.load_run("scale_512")
    scales, seeds, d = len(run.meta["config"]["scales"]), len(run.meta["config"]["seeds"]), 5
    for name, shape in {
        "predicted": (seeds, d), "measured": (scales, seeds, d), "kernel_change": (scales, seeds),
        "gamma_growth": (scales, seeds, d), "way": (scales, seeds),
    }.items():  # fmt: skip
        assert run.other[name].shape == shape
        assert (run.other[name] > 0).all()
    # No network leaves the end of its run: its last step comes before it.
    last = run.other["predicted"][..., -1] * np.array(run.meta["config"]["end"])[:, None]
    assert (run.other["measured"][..., -1] < last).all()
