"""Training: the configuration, the records, the command; and the staircase on digits."""

from __future__ import annotations

import dataclasses
import json
import signal
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from stepwise_ssl import data, losses, spectra, training
from stepwise_ssl.training import RECIPES, Run, TrainConfig, _logbook, load_model, recipe, train
from stepwise_ssl.training import _command as command
from stepwise_ssl.training._evaluate import knn, linear_probe
from stepwise_ssl.training._logbook import log_steps
from stepwise_ssl.training._model import build, outputs, settle_statistics
from stepwise_ssl.training._objective import centred
from stepwise_ssl.training._pictures import Pictures, as_tensor
from tools.faults import TINY, at_step, same

CPU = torch.device("cpu")


# --- what it must show -------------------------------------------------------------------------

# What the command's help proposes is recorded for three seeds: `test_training_runs.py` makes
# its first steps again, and chapter 7's notebook trains the same network live, against the theory.
VICREG = [data.load_run(f"digits_vicreg_s{seed}") for seed in (0, 1, 2)]


@pytest.mark.parametrize("run", VICREG, ids=["seed 0", "seed 1", "seed 2"])
def test_all_ten_modes_are_learned_one_after_another(run, report) -> None:
    steps = spectra.find_steps(run.steps, run.eigenvalues)
    report(f"digits, VICReg: modes learned at steps {' '.join(f'{s:.0f}' for s in steps)}")
    assert np.isfinite(steps).all()
    assert steps[-1] > 10 * steps[0]
    # A staircase and no ramp: while mode 4 is half grown, mode 8 is still small.
    middle = np.searchsorted(run.steps, steps[3])
    assert run.eigenvalues[middle, 7] < 0.1


@pytest.mark.parametrize("run", VICREG, ids=["seed 0", "seed 1", "seed 2"])
def test_digits_are_read_from_what_was_learned(run, report) -> None:
    m = run.metrics
    report(
        f"digits, VICReg: linear probe {m['linear_probe']:.3f}, raw pixels "
        f"{m['linear_probe_raw_pixels']:.3f}, random features "
        f"{m['linear_probe_random_features']:.3f}"
    )
    # .978 to .984 over three seeds; a picture is .002.
    assert m["linear_probe"] >= 0.97
    assert m["linear_probe"] > m["linear_probe_raw_pixels"] + 0.02
    assert m["linear_probe_raw_pixels"] > m["linear_probe_random_features"] + 0.02


def test_accuracies_are_measured_as_those_that_are_recorded() -> None:
    """Those of pixels and of the untrained network need no training."""
    run = train(recipe("digits-vicreg", steps=1), progress=False)
    for name in ("linear_probe_raw_pixels", "linear_probe_random_features"):
        # A picture is .002, and rounding may turn a few of 500.
        assert run.metrics[name] == pytest.approx(VICREG[0].metrics[name], abs=0.006), name


# --- the configuration -------------------------------------------------------------------------


@pytest.mark.parametrize("name", RECIPES)
def test_a_configuration_is_read_back_as_it_was_saved(name, tmp_path) -> None:
    config = recipe(name)
    (tmp_path / "c.json").write_text(config.to_json())
    assert TrainConfig.load(tmp_path / "c.json") == config


MISTAKES = {
    "unknown key": ({"learning_rate": 1}, ValueError, "unknown key 'learning_rate'"),
    "near key": ({"init_scal": 1}, ValueError, "Did you mean 'init_scale'?"),
    "data": ({"data": "mnist"}, ValueError, "data is 'mnist'; it must be one of 'digits'"),
    "n": ({"n": 1}, ValueError, "n is 1; it must be ≥ 2"),
    "size": ({"size": 8.0}, TypeError, "size is the float 8.0"),
    "augment": ({"augment": {"crops": 1}}, ValueError, "augment has the unknown key 'crops'"),
    "crop": ({"augment": {"crop": [0, 1]}}, ValueError, r"crop is \(0, 1\)"),
    "no dict": ({"augment": 3}, TypeError, "augment is the int 3; it must be a dict"),
    "network": ({"network": "vit"}, ValueError, "network is 'vit'"),
    "builder": ({"network_options": {"stem": "cifar"}}, ValueError, "unknown key 'stem'"),
    "loss": ({"loss": "byol"}, ValueError, "loss is 'byol'; it must be one of"),
    "warmup": ({"warmup": 9, "steps": 9}, ValueError, "warmup is 9; it must be below steps"),
    "folder": ({"data": "tests"}, ValueError, "for the folder of that name write ./tests"),
    "loss options": ({"loss_options": {"eps": 1}}, ValueError, "loss_options has the unknown key"),
    "lr": ({"lr": 0}, ValueError, "lr is 0; it must be a finite number > 0"),
    "momentum": ({"momentum": 1}, ValueError, "momentum is 1; it must be below 1"),
    "batch": ({"batch": 1}, ValueError, "batch is 1; it must be ≥ 2"),
    "schedule": ({"schedule": "step"}, ValueError, "schedule is 'step'"),
    "precision": ({"precision": "fp16"}, ValueError, "precision is 'fp16'"),
    "frozen": ({"frozen_trunk": 1}, TypeError, "frozen_trunk is the int 1"),
    "device": ({"device": "tpu"}, ValueError, "device is 'tpu'; it must be"),
    "device number": ({"device": "cpu:x"}, ValueError, "device is 'cpu:x'; it must be"),
    "no JSON": ({"augment": {"crop": {1}}}, TypeError, "an option is a set"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_mistakes_are_refused_by_name(name) -> None:
    changes, error, words = MISTAKES[name]
    with pytest.raises(error, match=words):
        TrainConfig.from_dict(changes)


def test_what_does_not_fit_the_data_is_refused() -> None:
    with pytest.raises(ValueError, match="batch is 128; it must be between 2 and 64"):
        train(TINY.replace(batch=128), progress=False)
    with pytest.raises(ValueError, match="name is 'digits-simclr'; it must be one of"):
        recipe("digits-simclr")


def test_a_run_of_another_machine_is_read_but_not_trained_here(tmp_path, monkeypatch) -> None:
    train(TINY.replace(steps=2), tmp_path, progress=False)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    for name, value in (("device", "cuda:1"), ("compile", "gcc")):
        other = TINY.replace(steps=2, **{name: value})
        (tmp_path / "config.json").write_text(other.to_json())
        assert load_model(tmp_path).hidden == 8
        with pytest.raises(ValueError, match=f"{name} is '{value}', "):
            train(other, tmp_path, progress=False)


def test_settings_that_fail_leave_no_folder(tmp_path) -> None:
    for wrong in ({"batch": 128}, {"network_options": {"projector": 8}}):
        with pytest.raises((TypeError, ValueError), match="batch is 128|projector is the int 8"):
            train(TINY.replace(**wrong), tmp_path / "out", progress=False)
        assert not (tmp_path / "out").exists()
    with pytest.raises(TypeError, match="out is the int 3; it must be a path"):
        train(TINY, 3, progress=False)


def test_numbers_of_numpy_are_written_as_json(tmp_path) -> None:
    config = TINY.replace(
        steps=np.int64(3), lr=np.float32(0.5), augment={"crop": np.array([0.5, 1])}
    )
    (tmp_path / "c.json").write_text(config.to_json())
    assert TrainConfig.load(tmp_path / "c.json") == config
    assert config.augment == {"crop": [0.5, 1.0]} and config.lr == 0.5


@pytest.mark.parametrize("content", ["{", "[1]"])
def test_a_file_that_is_no_configuration_is_refused(tmp_path, content) -> None:
    (tmp_path / "c.json").write_text(content)
    with pytest.raises(ValueError, match=r"c\.json (is no JSON|holds a list)"):
        TrainConfig.load(tmp_path / "c.json")


def test_the_learning_rate_rises_and_falls() -> None:
    config = TINY.replace(steps=100, warmup=10, schedule="cosine", lr=1.0)
    rates = [config.learning_rate(step) for step in range(100)]
    assert rates[:3] == pytest.approx([1 / 11, 2 / 11, 3 / 11], rel=1e-3)
    assert np.argmax(rates) == 10 and max(rates) == pytest.approx(1)
    assert rates[55] == pytest.approx(0.5) and rates[99] < 0.001
    assert TINY.learning_rate(0) == TINY.learning_rate(59) == TINY.lr


# --- the pictures ------------------------------------------------------------------------------


def test_each_epoch_shows_every_picture_once_in_a_new_order() -> None:
    pictures = Pictures(TINY.replace(batch=16), CPU)
    epochs = [
        torch.cat([pictures._index(4 * epoch + k) for k in range(4)]) for epoch in range(2)
    ]  # fmt: skip
    for epoch in epochs:
        assert sorted(epoch.tolist()) == list(range(64))
    assert not torch.equal(*epochs)


def test_a_step_has_the_same_views_whoever_asks_and_whenever() -> None:
    first, second = Pictures(TINY, CPU), Pictures(TINY, CPU)
    second.batch(3, slice(0, 16))
    whole = first.batch(7, slice(0, 16))
    parts = [second.batch(7, slice(k, k + 8)) for k in (0, 8)]
    for one, *two in zip(whole, *parts, strict=True):
        assert torch.equal(one, torch.cat(two))
    assert not torch.equal(whole[1], whole[2])
    assert not torch.equal(first.batch(8, slice(0, 16))[1], whole[1])


def test_fixed_views_are_drawn_once() -> None:
    pictures = Pictures(TINY.replace(fixed_views=True, batch=64), CPU)
    x, first, second = pictures.batch(0, slice(0, 64))
    again, first_again, _ = pictures.batch(5, slice(0, 64))
    # The same pictures in another order, each with the draws that it had.
    order = [x.flatten(1).eq(row).all(1).nonzero()[0, 0] for row in again.flatten(1)]
    assert torch.equal(first_again, first[order])
    assert not torch.equal(first, second)


def test_views_are_standardised_by_channel() -> None:
    config = TINY.replace(data="patches", n=200, size=32, augment={"crop": [1.0, 1.0]})
    pictures = Pictures(config, CPU)
    pixels = pictures.x.double() / 255
    torch.testing.assert_close(pictures.mean.flatten().double(), pixels.mean((0, 2, 3)))
    torch.testing.assert_close(
        pictures.std.flatten().double(), pixels.std((0, 2, 3)), rtol=1e-4, atol=0
    )
    whole = pictures.whole(data.load_images("patches", n=200))
    assert whole.mean((0, 2, 3)).abs().max() < 1e-5
    assert (whole.std((0, 2, 3)) - 1).abs().max() < 1e-4


def test_large_pictures_are_shrunk_by_averaging() -> None:
    images = data.load_images("patches", n=3)
    small = as_tensor(images, 16).double()
    means = images.x.reshape(3, 16, 2, 16, 2, 3).mean((2, 4)).transpose(0, 3, 1, 2)
    assert np.abs(small.numpy() - means).max() <= 0.5 + 1e-6  # rounded to whole values
    assert as_tensor(images, 64).shape == (3, 3, 32, 32)


# --- records and accuracies --------------------------------------------------------------------


def test_records_are_what_chapters_1_to_3_would_compute() -> None:
    """The last record against the network itself, in float64, written out."""
    config = TINY.replace(precision="float64", steps=20)
    run = train(config, progress=False)
    model = build(config, 1).train()
    np.testing.assert_array_equal(run.steps, log_steps(20, 30))
    np.testing.assert_allclose(run.t, run.steps * config.lr, rtol=1e-12)
    h, z = outputs(model, Pictures(config, CPU).probe())
    z = z - z.mean(0)
    z1, z2 = z[:16], z[16:]
    C = (z1.T @ z2 + z2.T @ z1) / 32
    np.testing.assert_allclose(
        run.eigenvalues[0], np.linalg.eigvalsh(z.T @ z / 32)[::-1], atol=1e-15
    )
    np.testing.assert_allclose(run.cross_eigenvalues[0], np.linalg.eigvalsh(C)[::-1], atol=1e-15)
    assert run.loss[0] == pytest.approx(((C - np.eye(4)) ** 2).sum(), rel=1e-12)
    h = h - h.mean(0)
    np.testing.assert_allclose(
        run.hidden_eigenvalues[0], np.linalg.eigvalsh(h.T @ h / 32)[::-1], atol=1e-12
    )
    assert run.hidden_cross_eigenvalues.shape == (len(run.steps), 8)


def test_a_record_leaves_the_running_statistics_and_uses_the_batchs_own() -> None:
    """Also where batch-norm was told before to keep none."""
    model = build(TINY, 1).train()
    x = Pictures(TINY, CPU).probe()
    norms = [m for m in model.modules() if isinstance(m, torch.nn.BatchNorm1d)]
    norms[0].track_running_stats = False
    before = {name: value.clone() for name, value in model.state_dict().items()}
    _, z = outputs(model, x)
    after = model.state_dict()
    assert all(torch.equal(after[name], value) for name, value in before.items())
    assert [norm.track_running_stats for norm in norms] == [False] + [True] * (len(norms) - 1)
    with torch.no_grad():  # an ordinary pass, which does write them
        np.testing.assert_allclose(z, model.head(model.trunk(x)).numpy(), rtol=1e-5, atol=1e-7)


def test_small_eigenvalues_of_a_record_keep_their_accuracy() -> None:
    """Columns that are orthogonal on the probe and of sizes 1 to 1e-5, so variances 1 to 1e-10."""
    p, sizes = 32, 10.0 ** -np.arange(6)
    waves = np.cos(np.pi * np.outer(np.arange(p) + 0.5, np.arange(1, 7)) / p) * np.sqrt(2)
    covariance, cross = _logbook._spectra(np.tile(waves * sizes, (2, 1)))
    np.testing.assert_allclose(covariance, sizes**2, rtol=1e-9)  # 1e-16 of the largest σ is 1e-11
    np.testing.assert_allclose(cross, sizes**2, atol=1e-14)


def test_a_representation_wider_than_the_probe_has_the_spectrum_of_its_span() -> None:
    """Hidden units 8, views 6: the eigenvalues that can differ from 0, of either sign."""
    config = TINY.replace(precision="float64", steps=2, probe_pairs=3)
    run = train(config, progress=False)
    h, _ = outputs(build(config, 1).train(), Pictures(config, CPU).probe())
    h1, h2 = np.split(h - h.mean(0), 2)
    cross = np.linalg.eigvalsh((h1.T @ h2 + h2.T @ h1) / 6)
    assert run.hidden_cross_eigenvalues.shape == (len(run.steps), 6)
    largest = cross[np.argsort(-np.abs(cross))[:6]]
    np.testing.assert_allclose(
        run.hidden_cross_eigenvalues[0], np.sort(largest)[::-1], atol=1e-14
    )  # fmt: skip


def test_embeddings_are_kept_where_asked(tmp_path: Path) -> None:
    """Both views of the first pairs of the probe, also across an interruption."""
    config = TINY.replace(steps=20, keep_embeddings=5, probe_pairs=12)
    run = train(config, tmp_path, progress=False)
    kept, index = run.other["embeddings"], run.other["pictures"]
    assert kept.shape == (len(run.steps), 2, 5, 4) and kept.dtype == np.float32
    _, z = outputs(load_model(tmp_path).train(), Pictures(config, CPU).probe())
    np.testing.assert_allclose(kept[-1], z.reshape(2, 12, 4)[:, :5], rtol=1e-6)
    images = data.load_images(config.data, n=config.n)
    assert np.array_equal(run.other["labels"], images.y[index])
    assert set(run.meta["other"]) == set(run.other)
    resumed = train(config, tmp_path, progress=False)
    assert np.array_equal(resumed.other["embeddings"], kept)
    assert not train(config.replace(keep_embeddings=0), progress=False).other


def test_looking_does_not_change_what_is_looked_at() -> None:
    """More records, another evaluation: the same run."""
    base = TINY.replace(steps=20, log_points=2)
    one = train(base, progress=False)
    two = train(base.replace(log_points=20, evaluations=3, evaluation_pictures=40), progress=False)
    assert one.loss[-1] == two.loss[-1]
    assert np.array_equal(one.eigenvalues[-1], two.eigenvalues[-1])
    assert [row[0] for row in two.metrics["history"]] == [1, 4, 20]


def test_the_callers_random_numbers_stay_where_they_are() -> None:
    before = torch.get_rng_state()
    train(TINY.replace(steps=2, evaluations=1), progress=False)
    assert torch.equal(torch.get_rng_state(), before)


def test_a_seed_is_a_run() -> None:
    run, again = train(TINY, progress=False), train(TINY, progress=False)
    same(run, again)
    assert train(TINY.replace(seed=1), progress=False).loss[0] != run.loss[0]


def test_log_steps_are_even_on_a_log_axis() -> None:
    steps = log_steps(10_000, 41)
    assert steps[0] == 0 and steps[1] == 1 and steps[-1] == 10_000
    assert np.ptp(np.diff(np.log(steps[-10:]))) < 1e-2


def test_settled_statistics_are_those_of_the_pictures() -> None:
    model = nn.Sequential(nn.BatchNorm1d(3))
    x = torch.randn(1000, 3, generator=torch.Generator().manual_seed(0)) * 2 + 1
    settle_statistics(model, x)
    torch.testing.assert_close(model[0].running_mean, x.mean(0), atol=1e-5, rtol=0)
    torch.testing.assert_close(model[0].running_var, x.var(0), atol=1e-5, rtol=0)
    assert model[0].momentum == 0.1


def test_probes_on_data_whose_answer_is_known() -> None:
    rng = np.random.default_rng(0)
    y = np.arange(300) % 3
    x = np.eye(3)[y] * 5 + rng.normal(size=(300, 3))
    assert linear_probe(x[:200], y[:200], x[200:], y[200:]) > 0.97
    assert knn(x[:200], y[:200], x[200:], y[200:]) > 0.97
    shuffled = rng.permutation(y)
    assert linear_probe(x[:200], shuffled[:200], x[200:], shuffled[200:]) < 0.5


# --- the loop ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("loss", "options", "reference"),
    [
        ("barlow_twins", {}, losses.barlow_twins),
        (
            "barlow_twins",
            {"lam": 1.0, "normalize": False},
            lambda a, b: losses.barlow_twins(*centred(a, b), lam=1.0, normalize=False),
        ),
        ("nt_xent", {"temperature": 0.2}, lambda a, b: losses.nt_xent(a, b, temperature=0.2)),
        ("vicreg", {}, losses.vicreg),
    ],
)
def test_a_step_is_gradient_descent_on_the_losses_of_the_course(loss, options, reference) -> None:
    config = TINY.replace(loss=loss, loss_options=options, steps=1, precision="float64")
    pictures, model = Pictures(config, CPU), build(config, 1).train()
    x, first, second = pictures.batch(0, slice(0, 16))
    z = model(torch.cat([pictures.views(x, first), pictures.views(x, second)]))
    reference(z[:16], z[16:]).backward()
    with torch.no_grad():
        for p in model.parameters():
            p -= config.lr * p.grad
    _, z = outputs(model, pictures.probe())
    wanted = spectra.covariance_eigenvalues(z)
    run = train(config, progress=False)
    np.testing.assert_allclose(run.eigenvalues[-1], wanted, rtol=1e-9)


def test_a_frozen_trunk_stays_as_it_is(tmp_path) -> None:
    config = TINY.replace(frozen_trunk=True, checkpoint_seconds=60)
    train(config, tmp_path, progress=False)
    trained, first = load_model(tmp_path), build(config, 1)
    for (name, p), q in zip(trained.named_parameters(), first.parameters(), strict=True):
        assert torch.equal(p, q) == name.startswith("trunk"), name


@pytest.mark.parametrize("network", ["mlp", "small_resnet"])
def test_the_trained_network_is_read_back(tmp_path, network) -> None:
    options = TINY.network_options if network == "mlp" else {}
    config = TINY.replace(network=network, network_options=options, data="patches", steps=3)
    run = train(config, tmp_path, progress=False)
    model = load_model(tmp_path).train()
    _, z = outputs(model, Pictures(config, CPU).probe())
    np.testing.assert_allclose(spectra.covariance_eigenvalues(z), run.eigenvalues[-1], rtol=1e-5)
    assert sorted(p.name for p in tmp_path.glob("run.*")) == ["run.json", "run.npz"]
    same(Run.load(tmp_path / "run"), run)


def test_a_complete_run_is_returned_and_not_made_again(tmp_path) -> None:
    run = train(TINY, tmp_path, progress=False)
    before = {p.name: p.stat().st_mtime_ns for p in tmp_path.glob("step-*")}
    same(train(TINY, tmp_path, progress=False), run)
    assert {p.name: p.stat().st_mtime_ns for p in tmp_path.glob("step-*")} == before


def test_another_configuration_is_refused_in_the_same_folder(tmp_path) -> None:
    train(TINY.replace(steps=3), tmp_path, progress=False)
    with pytest.raises(ValueError, match=r"holds another run: lr \(0.02 there, 0.1 here\)"):
        train(TINY.replace(steps=3, lr=0.1), tmp_path, progress=False)
    for checkpoint in tmp_path.glob("step-*"):
        checkpoint.unlink()
    with pytest.raises(ValueError, match="no checkpoint in it: delete it"):
        train(TINY.replace(steps=3, lr=0.1), tmp_path, progress=False)
    with pytest.raises(FileNotFoundError, match="it holds no run of train"):
        load_model(tmp_path / "nowhere")


# --- the path of a GPU, as far as it goes on a CPU ----------------------------------------------


def test_bf16_trains_with_the_loss_in_float32() -> None:
    """Half the digits of float32 are gone, so the curves differ, but by little."""
    # An error in a growth rate is one in the exponent: 20 steps, before it has grown much itself.
    config = TINY.replace(network="small_resnet", network_options={}, size=16, steps=20)
    exact, short = (
        train(config.replace(precision=precision), progress=False)
        for precision in ("float32", "bf16")
    )
    assert not np.array_equal(exact.loss, short.loss)
    # bfloat16 has 8 bits: relative errors of 0.4 % a value, some per cent in eigenvalues.
    np.testing.assert_allclose(short.eigenvalues[-1, 0], exact.eigenvalues[-1, 0], rtol=0.1)


def test_a_compiled_step_gives_the_same_run() -> None:
    """aot_eager traces the step, backward pass and all, and needs no compiler."""
    config = TINY.replace(steps=5, network="small_resnet", network_options={})
    plain, traced = (
        train(config, progress=False),
        train(config.replace(compile="aot_eager"), progress=False),
    )
    np.testing.assert_allclose(traced.eigenvalues, plain.eigenvalues, rtol=1e-4)


def test_nothing_is_read_from_the_device_between_records(monkeypatch) -> None:
    """Every way for a tensor to become a number on the host, counted."""
    reads = []
    for name in ("item", "tolist", "numpy", "cpu", "__bool__", "__float__", "__int__"):
        original = getattr(torch.Tensor, name)

        def counted(self, *args, _name=name, _original=original, **kwargs):
            reads.append(_name)
            return _original(self, *args, **kwargs)

        monkeypatch.setattr(torch.Tensor, name, counted)
    found = {}
    for steps in (20, 40):
        reads.clear()
        train(TINY.replace(steps=steps, log_points=2), progress=False)
        found[steps] = len(reads)
    assert found[20] == found[40] > 0


# --- the command -------------------------------------------------------------------------------


def test_the_help_teaches(capsys) -> None:
    with pytest.raises(SystemExit) as left:
        command.main(["--help"])
    said = capsys.readouterr().out
    assert left.value.code == 0
    assert all(name in said for name in RECIPES)
    for field in dataclasses.fields(TrainConfig):
        assert ("--" + field.name.replace("_", "-") in said) == (field.name != "own")
        assert field.name == "own" or field.metadata["help"].split()[0] in said
    assert "one more dimension is learned" in said and "--resume runs/first" in said


def test_options_change_the_settings(capsys) -> None:
    arguments = (
        "digits-vicreg --show --lr 1 --augment crop=0.5,1 --frozen-trunk --loss-options eps=1"
    )
    assert command.main(arguments.split()) == 0
    shown = TrainConfig.from_dict(json.loads(capsys.readouterr().out))
    known = recipe("digits-vicreg")
    assert shown == known.replace(
        lr=1.0, frozen_trunk=True, augment=known.augment | {"crop": [0.5, 1]},
        loss_options=known.loss_options | {"eps": 1},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("", "give one of: a name"),
        ("digits-vicreg --resume x", "give one of: a name"),
        ("nothing", "name is 'nothing'; it must be one of 'digits-barlow-twins'"),
        ("digits-vicreg --lr fast", "lr is 'fast'; it must be a number"),
        ("digits-vicreg --augment turn=1", "augment has the unknown key 'turn'"),
        ("--resume nowhere", "No such file"),
        ("--config nothing.json", "there is no file 'nothing.json'"),
        ("--config tests", "'tests' cannot be read"),
        ("digits-vicreg --out README.md", "out is 'README.md', which is a file"),
        ("digits-vicreg --out a\0b", r"--out is 'a\x00b', which no file can be called"),
        ("--resume a\0b", r"--resume is 'a\x00b', which no file can be called"),
        ("--config a\0b", r"--config is 'a\x00b', which no file can be called"),
        ("--config=", "--config is ''; it must be the path of a file"),
        ("digits-vicreg --data ./a\0b", r"data is './a\x00b', which no file can be called"),
        ("digits-vicreg --out ~nobody-here/a", "no user of that name has a home here"),
        ("digits-vicreg --size 5000", "size is 5000; it must be between 1 and 4096"),
        ("digits-vicreg --log-points 1000000000", "log_points is 1000000000; it must be between"),
        ("digits-vicreg --evaluations 1000000000", "evaluations is 1000000000; it must be between"),
        ("digits-vicreg --out README.md/x", "no folder can be made there"),
        ("patches-barlow-twins --loss vicreg", "not tried with the other settings of patches"),
        ("--resume here --out there", "--config here/config.json --out there"),
        ("--augment flip=0 digits-vicreg", "augment has 'digits-vicreg'; it must be KEY=VALUE"),
        ("digits-vicreg --loss-options eps=false", "loss_options eps is 'false'; it must be"),
    ],
)
def test_mistakes_in_the_command_are_said_in_one_line(capsys, arguments, words) -> None:
    assert command.main(arguments.split()) == 1
    said = capsys.readouterr().err
    assert said.startswith("stepwise-train: ") and words in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 8 bytes."),
        RuntimeError("DefaultCPUAllocator: not enough memory: you tried to allocate 8 bytes."),
        torch.cuda.OutOfMemoryError("CUDA out of memory. Tried to allocate 8.00 GiB."),
        RuntimeError("MPS backend out of memory"),
        MemoryError("Unable to allocate 8. TiB for an array with shape (9,)"),
        MemoryError(),
    ],
    ids=repr,
)
def test_too_little_memory_is_said_with_the_settings_that_need_it(tmp_path, capsys, error) -> None:
    (tmp_path / "big.json").write_text(TINY.replace(d=20).to_json())
    out = tmp_path / "out"

    def fail() -> None:
        raise error

    with at_step(30, fail):
        assert command.main(["--config", str(tmp_path / "big.json"), "--out", str(out)]) == 1
    said = capsys.readouterr()
    lines = said.err.splitlines()
    assert lines[-1].startswith("stepwise-train: d is 20, network_options is {'widths': [8]}: this")
    assert "needs more memory than there is; smaller numbers need less (" in lines[-1]
    assert "Traceback" not in said.err
    assert command.main(["--resume", str(out)]) == 0  # what was saved before is there


def test_another_error_of_pytorch_is_no_lack_of_memory() -> None:
    def fail() -> None:
        raise RuntimeError("an illegal memory access was encountered")

    with at_step(3, fail), pytest.raises(RuntimeError, match="illegal memory access"):
        train(TINY, progress=False)


def test_a_word_is_an_option_and_another_loss_has_its_own(capsys) -> None:
    for arguments, name, value in (
        ("--network resnet18 --network-options stem=imagenet", "network_options",
         {"stem": "imagenet"}),
        ("--loss nt_xent --loss-options temperature=1", "loss_options", {"temperature": 1}),
    ):  # fmt: skip
        assert command.main(["digits-vicreg", "--show", *arguments.split()]) == 0
        assert json.loads(capsys.readouterr().out)[name] == value


def test_an_unknown_option_is_answered_with_the_nearest(capsys) -> None:
    with pytest.raises(SystemExit):
        command.main(["digits-vicreg", "--stepz", "60"])
    assert "--stepz is unknown. Did you mean --steps?" in capsys.readouterr().err


def test_an_interrupt_saves_no_weights_that_are_no_numbers(tmp_path) -> None:
    config = TINY.replace(lr=1e30, log_points=2, checkpoint_seconds=60)
    with at_step(10, lambda: signal.raise_signal(signal.SIGINT)), pytest.raises(training.Diverged):
        train(config, tmp_path, progress=False)
    assert not list(tmp_path.glob("step-*"))


def test_the_command_trains_stops_and_goes_on(tmp_path, capsys) -> None:
    (tmp_path / "tiny.json").write_text(TINY.replace(evaluations=1).to_json())
    out = str(tmp_path / "out")
    with at_step(30, lambda: signal.raise_signal(signal.SIGINT)):
        assert command.main(["--config", str(tmp_path / "tiny.json"), "--out", out]) == 130
    said = capsys.readouterr().err
    assert f"interrupted at step 31: stepwise-train --resume {out} goes on from there" in said
    assert command.main(["--resume", out]) == 0
    said = capsys.readouterr()
    assert "of 4 modes learned" in said.out and "linear probe" in said.out
    shown = ("barlow_twins on digits", "loss", "modes learned", "images/s")
    assert all(word in said.err for word in shown)
    assert said.out.endswith(f"curves: {out}/run.npz; stepwise-plot {out} draws them\n")
    assert Run.load(tmp_path / "out" / "run").meta["finished"]
