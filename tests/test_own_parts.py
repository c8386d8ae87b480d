"""Pictures, a trunk, a loss and a look at each record of the caller's own."""

from __future__ import annotations

import signal
import warnings
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor, nn
from torch.nn.utils import prune

from stepwise_ssl import data, losses, spectra
from stepwise_ssl.training import (
    Moment,
    Run,
    TrainConfig,
    embed,
    load_model,
    predict,
    train,
)
from stepwise_ssl.training import _command as command
from stepwise_ssl.training._pictures import Pictures
from tools.faults import TINY, at_step, same

CONFIG = TINY.replace(n=None, steps=20, checkpoint_seconds=60)
TEN = data.load_images("digits", n=20)


class Flat(nn.Module):
    """Batch-norm, which sees the batch, and dropout, which draws."""

    def __init__(self, hidden: int = 6) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Flatten(), nn.Linear(64, hidden), nn.BatchNorm1d(hidden), nn.ReLU(), nn.Dropout(0.2)
        )

    def forward(self, x: Tensor) -> Tensor:
        return self.layers(x)


@pytest.fixture
def trunk() -> nn.Module:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return Flat()


def spectral(z1: Tensor, z2: Tensor) -> Tensor:
    mean = (z1.mean(0) + z2.mean(0)) / 2
    products = (z1 - mean) @ (z2 - mean).T
    return -2 * products.diagonal().mean() + (products**2).mean()


class Cast(nn.Module):
    """Features of another type."""

    def __init__(self, dtype: object) -> None:
        super().__init__()
        self.dtype = dtype

    def forward(self, x: Tensor) -> Tensor:
        return x.flatten(1).to(self.dtype)


class Weighted(nn.Module):
    """A loss with weights."""

    def __init__(self, trained: bool = True) -> None:
        super().__init__()
        self.w = nn.Parameter(torch.ones(4, 4), requires_grad=trained)

    def forward(self, z1: Tensor, z2: Tensor) -> Tensor:
        z1 -= z1.mean(0)  # a copy, so nobody minds
        return ((z1 @ self.w - z2) ** 2).mean()


class InPlace(nn.Module):
    """Writes into its input, as nn.ReLU(inplace=True) would."""

    def forward(self, x: Tensor) -> Tensor:
        return x.mul_(2).add_(1).flatten(1)


# --- pictures ----------------------------------------------------------------------------------


def test_a_folder_an_array_and_images_are_the_same_run(tmp_path) -> None:
    (tmp_path / "ten").mkdir()
    for k, picture in enumerate(TEN.x):
        Image.fromarray(picture[..., 0]).save(tmp_path / "ten" / f"{k:02d}.png")
    runs = [
        train(CONFIG, progress=False, pictures=given) for given in (tmp_path / "ten", TEN.x, TEN)
    ]
    same(runs[0], runs[1])
    same(runs[0], runs[2])
    assert [run.meta["data"] for run in runs] == ["ten", "own", "digits"]
    assert runs[0].metrics.keys() == {"images_per_second"}  # nothing to measure accuracies on


def test_a_folder_with_classes_and_a_test_part_has_accuracies(tmp_path) -> None:
    images = data.load_images("digits", n=90)
    for k, (picture, label) in enumerate(zip(images.x, images.y, strict=True)):
        folder = tmp_path / ("train" if k < 60 else "test") / str(label)
        folder.mkdir(parents=True, exist_ok=True)
        Image.fromarray(picture[..., 0]).save(folder / f"{k}.png")
    run = train(CONFIG.replace(evaluations=1), progress=False, pictures=tmp_path)
    assert 0.1 < run.metrics["linear_probe_raw_pixels"] <= 1  # ten classes
    assert run.meta["config"]["own"]["pictures"].startswith(f"{tmp_path.name}, 60 pictures")


def test_the_command_takes_a_folder_and_goes_on_with_it(tmp_path, capsys) -> None:
    folder = tmp_path / "ten"
    folder.mkdir()
    for k, picture in enumerate(TEN.x):
        Image.fromarray(picture[..., 0]).save(folder / f"{k:02d}.png")
    (tmp_path / "c.json").write_text(CONFIG.to_json())
    out = str(tmp_path / "out")
    arguments = ["--config", str(tmp_path / "c.json"), "--data", str(folder), "--out", out]
    with at_step(8, lambda: signal.raise_signal(signal.SIGINT)):
        assert command.main(arguments) == 130
    assert f"stepwise-train --resume {out} goes on" in capsys.readouterr().err
    assert command.main(["--resume", out]) == 0
    same(Run.load(out), train(CONFIG, progress=False, pictures=folder))
    (folder / "00.png").unlink()
    assert command.main(["--resume", out]) == 1
    assert "20 pictures" in (said := capsys.readouterr().err) and "19 pictures" in said


# --- trunk and loss ----------------------------------------------------------------------------


def test_a_trunk_is_copied_and_its_training_is_a_function_of_the_seed(trunk, tmp_path) -> None:
    before = [p.clone() for p in trunk.state_dict().values()]
    state = torch.get_rng_state()
    run = train(CONFIG, tmp_path, progress=False, trunk=trunk, pictures=TEN)
    torch.rand(3)  # other global numbers
    same(run, train(CONFIG, progress=False, trunk=trunk, pictures=TEN))
    assert all(map(torch.equal, before, trunk.state_dict().values()))
    torch.set_rng_state(state)
    assert run.meta["network"] == "Flat" and run.hidden_eigenvalues.shape[1] == 6
    trained = load_model(tmp_path, trunk)
    assert not torch.equal(trained.trunk.layers[1].weight, trunk.layers[1].weight)
    with pytest.raises(ValueError, match="trunk is None; the run's network is 'own'"):
        load_model(tmp_path)
    with pytest.raises(ValueError, match="trunk is not like the one that was trained"):
        load_model(tmp_path, Flat(7))


def test_random_numbers_of_the_caller_stay_where_they_are(trunk) -> None:
    before = torch.get_rng_state()
    train(CONFIG, progress=False, trunk=trunk, loss=spectral, pictures=TEN)
    assert torch.equal(torch.get_rng_state(), before)


def test_an_interrupted_run_with_dropout_goes_on_to_the_same_numbers(trunk, tmp_path) -> None:
    parts = {"trunk": trunk, "loss": spectral, "pictures": TEN, "progress": False}
    with (
        at_step(8, lambda: signal.raise_signal(signal.SIGINT)),
        pytest.warns(UserWarning, match=r"the same call of train with out=.* goes on from there"),
    ):
        train(CONFIG, tmp_path, **parts)
    same(train(CONFIG, tmp_path, **parts), train(CONFIG, **parts))


def test_a_loss_of_ones_own_is_the_courses_where_it_is_the_same() -> None:
    own = train(CONFIG, progress=False, loss=lambda a, b: losses.vicreg(a, b), pictures=TEN)
    ours = train(CONFIG.replace(loss="vicreg", loss_options={}), progress=False, pictures=TEN)
    np.testing.assert_array_equal(own.eigenvalues, ours.eigenvalues)
    assert own.meta["loss"] == "<lambda>"


def test_a_step_with_ones_own_parts_is_gradient_descent_on_them() -> None:
    """Written out for a linear trunk: embeddings of the probe after one step on the whole set."""
    config = CONFIG.replace(
        steps=1, fixed_views=True, batch=20, probe_pairs=20, precision="float64", d=3,
        init_scale=0.5, frozen_trunk=True,
    )  # fmt: skip
    seen: list[Moment] = []
    models = []

    def look(moment: Moment) -> None:
        seen.append(moment)
        models.append(moment.model.head[-1].weight.detach().clone())

    trunk = nn.Sequential(nn.Flatten(), nn.Identity())
    train(config, progress=False, pictures=TEN, trunk=trunk, loss=spectral, on_record=look)
    assert [m.step for m in seen] == [0, 1]
    W0, W1 = models
    x = Pictures(config.replace(n=20), torch.device("cpu")).probe().flatten(1)
    W = W0.clone().requires_grad_()
    spectral(*(x @ W.T).chunk(2)).backward()
    torch.testing.assert_close(W1, W0 - config.lr * W.grad, rtol=1e-10, atol=1e-14)


def test_predict_takes_own_pictures_and_trunk() -> None:
    trunk = nn.Sequential(nn.Flatten())
    found = predict(CONFIG, pictures=TEN, trunk=trunk)
    assert found.gamma.shape == (4,) and (found.step_times > 0).all()
    other = predict(CONFIG, pictures=data.load_images("digits", n=60), trunk=trunk)
    assert not np.allclose(found.gamma, other.gamma)


class NoGradient(Flat):
    @torch.no_grad()
    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x)


FOREIGN = torch.ones(4, requires_grad=True)
MISTAKES = {
    "no module": ({"trunk": 3}, TypeError, r"trunk is the int 3; it must be a torch.nn.Module"),
    "wrong input": ({"trunk": nn.Linear(3, 3)}, ValueError, r"trunk fails .* \(2, 1, 8, 8\)"),
    "a map": ({"trunk": nn.Conv2d(1, 4, 3)}, ValueError, r"\(2, 4, 6, 6\).*AdaptiveAvgPool2d"),
    "no tensor": ({"trunk": nn.LSTM(8, 3)}, ValueError, "trunk fails|into a tuple"),
    "no function": ({"loss": 3}, TypeError, "loss is the int 3; it must be a function"),
    "three arguments": (
        {"loss": lambda a, b, tau: a.sum()}, TypeError, "cannot be called with two arguments"),
    "three for a module": (
        {"loss": nn.TripletMarginLoss()}, TypeError, "cannot be called with two arguments"),
    "a matrix": ({"loss": lambda a, b: a}, ValueError, r"loss returns \(16, 4\)"),
    "a float": ({"loss": lambda a, b: 1.0}, ValueError, "loss returns the float 1.0"),
    "sparse loss": (
        {"loss": lambda a, b: (a - b).sum().to_sparse()}, ValueError, "loss returns a tensor that"),
    "loss elsewhere": (
        {"loss": lambda a, b: (a - b).sum().to("meta")}, ValueError, "loss returns a tensor that"),
    "nested loss": (
        {"loss": lambda a, b: torch.nested.nested_tensor([a[0]])}, ValueError, "or on the device"),
    "trunk elsewhere": ({"trunk": Cast("meta")}, ValueError, "into a tensor that is"),
    "sparse pictures": (
        {"pictures": torch.tensor(TEN.x).to_sparse()}, TypeError, "pictures is a tensor that is"),
    "pictures elsewhere": (
        {"pictures": torch.tensor(TEN.x).to("meta")}, TypeError, "pictures is a tensor that is"),
    "detached": (
        {"loss": lambda a, b: (a - b).detach().sum()}, ValueError, "without gradient"),
    "floats": ({"pictures": TEN.x / 255}, TypeError, "pictures is an ndarray of type float64"),
    "one": ({"pictures": TEN.x[:1]}, ValueError, "at least 2 are needed"),
    "few": ({"pictures": TEN.x[:9]}, ValueError, "batch is 16; it must be between 2 and 9"),
    "no folder": ({"pictures": "/nowhere/x"}, OSError, "not there"),
    "lazy": ({"trunk": nn.LazyLinear(3)}, ValueError, "trunk has weights without values"),
    "double": ({"trunk": Cast(torch.float64)}, ValueError, "features that are of torch.float64"),
    "broken": ({"trunk": Cast("no type")}, ValueError, "trunk fails on a batch"),
    "trained": ({"loss": Weighted()}, ValueError, "loss has weights of its own"),
    "strides": ({"pictures": TEN.x[:1, ::-1]}, ValueError, "at least 2 are needed"),
    "complex": (
        {"trunk": nn.Sequential(nn.Flatten(), nn.Linear(64, 3, dtype=torch.complex64))},
        ValueError, r"trunk has 1\.weight in torch.complex64"),
    "no gradient": ({"trunk": NoGradient()}, ValueError, "features without gradient.*frozen_trunk"),
    "elsewhere": (
        {"loss": lambda a, b: FOREIGN.sum() * 1.0}, ValueError, r"a tensor of shape \(4,\) with"),
    "weighted": (
        {"loss": lambda a, b: (FOREIGN * (a - b)).pow(2).mean()}, ValueError, "not be trained"),
    "constant": (
        {"loss": lambda a, b: torch.ones((), requires_grad=True) * 1}, ValueError, "loss depends"),
    "masked": (
        {"pictures": np.ma.masked_less(TEN.x, 9)}, ValueError, "x has masked entries"),
    "no callback": ({"on_record": 3}, TypeError, "on_record is the int 3"),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_mistakes_are_refused_by_name(name, tmp_path) -> None:
    parts, error, words = MISTAKES[name]
    with pytest.raises(error, match=words):
        train(CONFIG, tmp_path / "out", progress=False, **parts)


def test_other_parts_in_the_same_folder_are_refused(trunk, tmp_path) -> None:
    train(CONFIG, tmp_path, progress=False, trunk=trunk, pictures=TEN)
    with pytest.raises(ValueError, match=r"run: own trunk \('Flat with [^(]*Flat with [^(]*\)\."):
        train(CONFIG, tmp_path, progress=False, trunk=Flat(7), pictures=TEN)
    with pytest.raises(ValueError, match=r"holds another run: .*network \('own' there, 'mlp' here"):
        train(CONFIG, tmp_path, progress=False, pictures=TEN)


def compiled_by_script(trunk: nn.Module) -> nn.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return torch.jit.script(trunk)


@pytest.mark.filterwarnings("ignore:.*torch.jit:DeprecationWarning")
def test_a_trunk_of_torchscript_is_trained_like_its_source(trunk, tmp_path) -> None:
    trunk.layers[-1].p = 0.0
    script = compiled_by_script(trunk)
    parts = {"progress": False, "pictures": TEN}
    looks = CONFIG.replace(log_points=20)
    one, other = (train(looks, trunk=part, **parts) for part in (trunk, script))
    np.testing.assert_allclose(other.eigenvalues, one.eigenvalues, rtol=1e-4, atol=1e-9)
    few = train(CONFIG.replace(log_points=2), tmp_path, trunk=script, **parts)
    assert few.loss[-1] == other.loss[-1]  # records leave its statistics as they are
    assert embed(tmp_path, TEN.x, script)[1].shape == (20, 4)
    assert all(p.requires_grad for p in script.parameters())


class Counting(nn.Module):
    """A buffer of its own, written in place or put anew at each pass."""

    def __init__(self, in_place: bool) -> None:
        super().__init__()
        self.in_place = in_place
        self.register_buffer("passes", torch.zeros(()))

    def forward(self, x: Tensor) -> Tensor:
        if self.in_place:
            self.passes += 1
        else:
            self.passes = self.passes + 1
        return x.flatten(1) * (1 + self.passes / 10) / 100


@pytest.mark.parametrize("in_place", [True, False])
def test_records_leave_a_trunk_that_counts_its_passes_as_it_is(in_place, tmp_path) -> None:
    parts = {"progress": False, "pictures": TEN, "trunk": Counting(in_place)}
    many, few = (train(CONFIG.replace(log_points=n), **parts) for n in (20, 2))
    assert many.loss[-1] == few.loss[-1]
    train(CONFIG, tmp_path, **parts)
    assert load_model(tmp_path, parts["trunk"]).trunk.passes == CONFIG.steps


def test_a_trunk_that_keeps_what_it_computed_is_copied() -> None:
    class Keeping(Flat):
        def forward(self, x: Tensor) -> Tensor:
            self.last = super().forward(x)
            return self.last

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        keeping = Keeping()
        pruned = nn.Sequential(nn.Flatten(), nn.Linear(64, 6))
        keeping(torch.ones(2, 1, 8, 8))
    prune.l1_unstructured(pruned[1], "weight", 100)
    parts = {"progress": False, "pictures": TEN}
    assert train(CONFIG, trunk=keeping, **parts).meta["finished"]
    looks = []
    train(CONFIG, trunk=pruned, on_record=lambda m: looks.append(m.model.trunk[1].weight), **parts)
    assert all((w == 0).sum() == 100 for w in looks) and not torch.equal(looks[0], looks[-1])


@pytest.mark.parametrize(
    "change, name",
    [
        (lambda model: setattr(model, "trunk", nn.Flatten()), "trunk"),
        (lambda model: model.head.append(nn.Linear(4, 4)), "head.1"),
        (lambda model: setattr(model.head[-1], "weight", nn.Parameter(torch.ones(4, 6))),
         "head.0.weight"),
        (lambda model: model.double(), "trunk.layers.1.weight"),
        (lambda model: delattr(model, "head"), "head"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("raises", [False, True])
def test_a_function_that_replaces_layers_is_refused_and_nothing_wrong_is_kept(
    trunk, change, name, raises, tmp_path
) -> None:
    def replace(moment: Moment) -> None:
        if moment.step >= 10:
            change(moment.model)
            if raises:
                raise KeyError(name)

    parts = {"progress": False, "pictures": TEN, "trunk": trunk}
    error, words = (KeyError, name) if raises else (ValueError, rf"on_record has .*model\.{name},")
    with pytest.raises(error, match=words):
        train(CONFIG, tmp_path, on_record=replace, **parts)
    assert Run.load(tmp_path).steps[-1] >= 10
    assert not list(tmp_path.glob("*.pt"))
    same(train(CONFIG, tmp_path, **parts), train(CONFIG, **parts))


def test_a_function_may_change_values_but_not_freeze_all(trunk) -> None:
    def shrink(moment: Moment) -> None:
        with torch.no_grad():
            moment.model.head[-1].weight.mul_(0.5)

    parts = {"progress": False, "pictures": TEN, "trunk": trunk}
    assert train(CONFIG, on_record=shrink, **parts).meta["finished"]
    with pytest.raises(ValueError, match="on_record has frozen all weights"):
        train(CONFIG, on_record=lambda moment: moment.model.requires_grad_(False), **parts)


def test_the_command_says_that_own_parts_need_python(trunk, tmp_path, capsys) -> None:
    train(CONFIG, tmp_path, progress=False, trunk=trunk)
    assert command.main(["--resume", str(tmp_path)]) == 1
    said = capsys.readouterr().err
    assert "trunk is not given" in said and "Flat with" in said and "train(config, out" in said


def test_all_parts_that_are_missing_are_asked_for(trunk, tmp_path) -> None:
    train(CONFIG, tmp_path, progress=False, trunk=trunk, loss=lambda a, b: (a - b).pow(2).mean())
    config = TrainConfig.from_dict(Run.load(tmp_path / "run").meta["config"])
    with pytest.raises(ValueError, match="trunk and loss are not given.*trunk=..., loss=..."):
        train(config, tmp_path, progress=False)


def test_parts_that_write_into_what_they_get_harm_nothing() -> None:
    class Clean(InPlace):
        def forward(self, x: Tensor) -> Tensor:
            return super().forward(x.clone())

    parts = {"progress": False, "pictures": TEN}
    same(train(CONFIG, trunk=InPlace(), **parts), train(CONFIG, trunk=Clean(), **parts))
    assert train(CONFIG, loss=Weighted(trained=False), **parts).meta["finished"]


def test_pictures_in_any_order_of_memory_are_taken(tmp_path) -> None:
    turned = TEN.x[:, ::-1]
    turned.flags.writeable = False
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        same(
            train(CONFIG, progress=False, pictures=turned),
            train(CONFIG, progress=False, pictures=turned.copy()),
        )


# --- the trained network -----------------------------------------------------------------------


def test_pictures_are_embedded_as_they_were_trained_on(trunk, tmp_path) -> None:
    """Standardised by the training pictures, whatever is embedded; written out for 8x8 digits."""
    train(CONFIG, tmp_path, progress=False, pictures=TEN, trunk=trunk)
    features, z = embed(tmp_path, TEN.x[3:7], trunk)
    model, pixels = load_model(tmp_path, trunk), TEN.x / 255
    x = torch.tensor((pixels[3:7] - pixels.mean()) / pixels.std(), dtype=torch.float32)
    with torch.no_grad():
        wanted = model.trunk(x.permute(0, 3, 1, 2))
        np.testing.assert_allclose(features, wanted, atol=1e-5)
        np.testing.assert_allclose(z, model.head(wanted), atol=1e-6)
    with pytest.raises(ValueError, match=r"pictures has 3 channel\(s\); the run was trained on 1"):
        embed(tmp_path, np.zeros((2, 8, 8, 3), np.uint8), trunk)


def test_looking_with_the_network_leaves_its_statistics(trunk) -> None:
    views = torch.zeros(4, 1, 8, 8)
    seen = []

    def look(moment: Moment) -> None:
        before = moment.model.trunk.layers[2].running_mean.clone()
        moment.model(views + len(seen))
        seen.append(torch.equal(before, moment.model.trunk.layers[2].running_mean))

    train(CONFIG, progress=False, pictures=TEN, trunk=trunk, on_record=look)
    assert all(seen)


# --- at each record ----------------------------------------------------------------------------


def test_a_function_is_called_at_each_record_and_changes_nothing() -> None:
    seen: list[Moment] = []

    def look(moment: Moment) -> None:
        seen.append(moment)
        moment.model.eval()
        moment.eigenvalues[:] = 0

    run = train(CONFIG, progress=False, pictures=TEN, on_record=look)
    same(run, train(CONFIG, progress=False, pictures=TEN))
    assert [m.step for m in seen] == run.steps.tolist()
    np.testing.assert_allclose([m.t for m in seen], run.t)
    np.testing.assert_allclose([m.loss for m in seen], run.loss)


def test_what_the_function_raises_comes_through_and_loses_nothing(tmp_path: Path) -> None:
    def look(moment: Moment) -> None:
        if moment.step >= 10:
            raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        train(CONFIG, tmp_path, progress=False, pictures=TEN, on_record=look)
    assert Run.load(tmp_path).steps[-1] >= 10
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        same(
            train(CONFIG, tmp_path, progress=False, pictures=TEN),
            train(CONFIG, progress=False, pictures=TEN),
        )


def test_a_loss_with_the_same_first_term_takes_off_at_the_same_rate() -> None:
    """−2 tr C + a term of fourth order in the weights: near zero the theory's loss."""
    config = CONFIG.replace(
        steps=150, batch=20, probe_pairs=20, fixed_views=True, lr=0.005, log_points=150
    )
    trunk = nn.Sequential(nn.Flatten())
    parts = {"progress": False, "pictures": TEN, "trunk": trunk}
    theirs, own = (train(config, loss=loss, **parts) for loss in (None, spectral))
    first = spectra.find_steps(theirs.t, theirs.cross_eigenvalues)[0]
    # A step grows a weight by 1 + 4·lr·γ and not by its exponential: 2·lr·γ = 3 % slower.
    assert first == pytest.approx(predict(config, TEN, trunk).step_times[0], rel=0.05)
    small = theirs.cross_eigenvalues[:, 0] < 1e-3
    assert (
        small.sum() > 20
        and theirs.cross_eigenvalues[small, 0].max() > 20 * (theirs.cross_eigenvalues[0, 0])
    )
    # What the fourth order does is of the size of the eigenvalue itself, 1e-3, a few times over.
    np.testing.assert_allclose(
        own.cross_eigenvalues[small, 0], theirs.cross_eigenvalues[small, 0], rtol=0.01
    )
