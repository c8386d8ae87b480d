"""Sentences of chapter 9, each on all recorded runs of which it speaks."""

from __future__ import annotations

import itertools
import math
from functools import cache

import numpy as np
import pytest
import torch
from sklearn.cluster import KMeans

from stepwise_ssl import data, kernels, linear, meaning, spectra, training, widgets
from stepwise_ssl.training._model import build, outputs
from stepwise_ssl.training._pictures import Pictures
from tools.runs import head_on_batches
from tools.runs.learned import Scene, trained

SETS = ("digits", "cifar10")
LOSSES = ("barlow_twins", "simclr_dot", "vicreg")
PAIRS = 200  # the views of which everything is compared on
CHANCE = 10 / (PAIRS - 1)  # at most: the two views of a picture are nearly one


@cache
def learned(name: str) -> dict[str, np.ndarray]:
    return data.load_run(f"learned_{name}").other


def functions(name: str, kind: str) -> np.ndarray:
    """The modes' functions of three seeds on 400 whole pictures, centred: (3, 400, 10)."""
    modes = learned(name)[f"{kind}_modes"].astype(float)
    return modes - modes.mean(axis=1, keepdims=True)


def between(name: str, one: str, other: str | None = None, k: int = 10) -> np.ndarray:
    """Alignment of the first k modes, for all pairs of networks of two kinds, or of one."""
    first = functions(name, one)[..., :k]
    if other is None:
        pairs = itertools.combinations(first, 2)
    else:
        pairs = itertools.product(first, functions(name, other)[..., :k])
    return np.array([spectra.subspace_alignment(a, b) for a, b in pairs])


def classes(name: str) -> np.ndarray:
    return np.eye(10)[learned(name)["labels"]][:, 1:]


def test_at_the_end_any_direction_will_do_and_between_steps_one_stands_out():
    film = data.load_run("learned_digits_film")
    z = film.other["z"].astype(float)
    spectrum = np.array([spectra.covariance_eigenvalues(cloud) for cloud in z])
    assert spectrum[-1].min() > 0.75
    steps = spectra.find_steps(film.t, spectrum)
    for j in range(9):
        middle = np.argmin(np.abs(film.t - np.sqrt(steps[j] * steps[j + 1])))
        # The largest that is left, between its step and the next, is clearly ahead.
        assert spectrum[middle, j] > 1.4 * spectrum[middle, j + 1]


@pytest.mark.parametrize("name", SETS)
def test_learned_directions_end_alike_with_two_losses_and_far_apart_with_simclr(name):
    """The largest eigenvalue over the smallest; one tenth mode of Barlow Twins never came."""
    found = learned(name)
    for loss in ("barlow_twins", "standard", "vicreg"):
        all_came = ~np.isnan(found[f"{loss}_steps_at"]).any(axis=1)
        ends = found[f"{loss}_embedding"][all_came, -1]
        assert (ends[:, 0] < {"digits": 1.7, "cifar10": 2.4}[name] * ends[:, -1]).all()
    ends = found["simclr_dot_embedding"][:, -1]
    assert (ends[:, 0] > 100 * ends[:, -1]).all()
    assert (ends[:, 0] > 2 * ends[:, 3]).all()  # among those that were learned, too


def test_what_was_learned_first_stays_in_the_embedding_and_not_along_its_direction():
    """Digits: mode 1 at its step, in ten modes of the end and in mode 1 of the end."""
    early = data.load_run("learned_digits_early").other
    for loss in ("barlow_twins", "vicreg"):
        then = early[f"{loss}_first_1"].astype(float)
        for at_step, end in zip(then, functions("digits", loss), strict=True):
            at_step = at_step - at_step.mean(axis=0)
            along = spectra.mode_alignment(at_step, end[:, :1])[0]
            in_all = spectra.mode_alignment(at_step, end)[0]
            assert along < 0.6 and in_all > 0.65 and in_all > along + 0.2


def test_vicregs_first_five_modes_at_the_end_are_hardly_those_that_came_first():
    """Digits: little more of five learned modes than five directions at random of the ten have."""
    then = data.load_run("learned_digits_early").other["vicreg_first_5"].astype(float)
    ends = functions("digits", "vicreg")
    pairs = [(a - a.mean(axis=0), b) for a, b in zip(then, ends, strict=True)]
    stay = np.array([spectra.subspace_alignment(a, b[:, :5]) for a, b in pairs])
    in_all = np.array([spectra.mode_alignment(a, b).mean() for a, b in pairs])
    turned = np.random.default_rng(0).normal(size=(300, 10, 5))
    for (a, b), share in zip(pairs, in_all, strict=True):
        basis = np.linalg.qr(b)[0]
        of_any = [spectra.subspace_alignment(a, basis @ some) for some in turned]
        assert np.mean(of_any) == pytest.approx(share / 2, abs=0.02)
    assert stay.max() < 0.75
    assert stay.mean() < in_all.mean() / 2 + 0.2
    # Barlow Twins keeps more of them at each seed, and has no gain of three points either.
    then = data.load_run("learned_digits_early").other["barlow_twins_first_5"].astype(float)
    kept = zip(then, functions("digits", "barlow_twins"), strict=True)
    assert min(spectra.subspace_alignment(a - a.mean(axis=0), b[:, :5]) for a, b in kept) > 0.7
    assert max(gain("digits", loss).min() for loss in ("barlow_twins", "vicreg")) < 0.03


def test_the_example_of_four_pictures():
    """The table of the first section: two directions at two times."""
    first, second = np.array([1, 1, -1, -1]), np.array([1, -1, 1, -1])
    between_steps = np.column_stack([first, 0.1 * second])
    at_end = np.column_stack([first + second, first - second]) / np.sqrt(2) * [1, -1]
    np.testing.assert_allclose(np.round(at_end[:, 0], 1), [1.4, 0, 0, -1.4])
    np.testing.assert_allclose(np.round(at_end[:, 1], 1), [0, -1.4, 1.4, 0])
    theta = np.linspace(0, np.pi, 50)
    along = np.array([np.cos(theta), np.sin(theta)])
    np.testing.assert_allclose((at_end @ along).var(axis=0), 1)
    waiting = np.cos(theta) ** 2 + 0.01 * np.sin(theta) ** 2
    np.testing.assert_allclose((between_steps @ along).var(axis=0), waiting)
    assert np.argmax(waiting) == 0
    np.testing.assert_allclose(at_end.T @ at_end / 4, np.eye(2), atol=1e-12)  # C = I as before
    np.testing.assert_allclose(at_end @ [np.sqrt(0.5), -np.sqrt(0.5)], first)
    assert np.corrcoef(at_end[:, 0], first)[0, 1] ** 2 == pytest.approx(0.5)


def test_ten_dimensions_with_eight_other_functions_have_two_tenths_at_most():
    q = np.linalg.qr(np.random.default_rng(0).normal(size=(60, 18)))[0]
    predicted, others = q[:, :10], q[:, 10:]
    for two in (predicted[:, :2], predicted @ np.random.default_rng(1).normal(size=(10, 2))):
        assert spectra.subspace_alignment(predicted, np.hstack([two, others])) == pytest.approx(0.2)


def test_predicted_functions_are_correlated_so_two_can_have_more_than_two_tenths():
    """The mean share of correlated functions in their own best two directions."""
    found, _ = predictions(data.load_run("learned_digits_film").other["features"])
    largest = np.linalg.eigvalsh(np.corrcoef(found.T))[-2:].sum() / 10
    assert 0.22 < largest < 0.3
    values, axes = np.linalg.eigh(np.corrcoef(found.T))
    two = (found - found.mean(axis=0)) / found.std(axis=0) @ axes[:, -2:]
    assert spectra.mode_alignment(found, two).mean() == pytest.approx(largest)


def test_modes_5_to_10_of_simclr_on_digits_lack_one_of_their_two_steps():
    for steps in learned("digits")["simclr_dot_steps_at"]:
        both = np.isfinite(steps) & np.isfinite(np.append(steps[1:], np.nan))
        assert both[:3].all() and not both[4:].any()


def test_the_example_of_three_ranks():
    for shares, ranks in (([0.5, 0.5], [2, 2, 2]), ([0.9, 0.1], [1.2, 1.4, 1.8])):
        found = (
            spectra.participation_ratio(shares),
            spectra.effective_rank(shares),
            spectra.rankme(np.diag(np.sqrt(shares))),
        )
        np.testing.assert_allclose(np.round(found, 1), ranks)


@pytest.mark.parametrize("name", SETS)
def test_the_untrained_features_predict_a_frozen_trunk_and_no_trained_one(name):
    found = learned(name)
    random = found["barlow_twins_of_random_heads"].mean(axis=1)
    for loss in LOSSES:
        trained = found[f"{loss}_spans"][:, 0]
        assert (trained < 0.3).all()
        assert (trained < random).all()
        assert (trained > 3 * CHANCE).all()  # above chance, all the same
    assert (found["frozen_spans"][:, 0] > 0.7).all()
    ends = [found[f"{loss}_spans"][:, 1] for loss in ("barlow_twins", "vicreg")]
    assert np.min(ends) > 0.9


def predictions(h: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What features (2p, h) predict, and its alignment with each of 50 random heads on them."""
    h = h.astype(float) - h.astype(float).mean(axis=0)
    found = kernels.ContrastiveKernelPCA(10, kernel="precomputed").fit(h @ h.T).transform(h @ h.T)
    rng = np.random.default_rng(0)
    heads = [h @ rng.normal(size=(h.shape[1], 10)) for _ in range(50)]
    return found, np.array([spectra.mode_alignment(found, head).mean() for head in heads])


def test_chance_lies_between_that_of_views_and_that_of_pictures():
    """Predicted functions handed out anew, the two views of a digit together."""
    film = data.load_run("learned_digits_film").other
    found, _ = predictions(film["features"])
    rng = np.random.default_rng(0)
    pairs = len(found) // 2
    orders = [rng.permutation(pairs) for _ in range(200)]
    shares = [
        spectra.mode_alignment(found[np.r_[order, order + pairs]], film["z"][-1].astype(float))
        for order in orders
    ]
    assert 1.2 * 10 / (2 * pairs - 1) < np.mean(shares) < 10 / (pairs - 1)


@pytest.mark.parametrize("seed", range(3))
def test_few_directions_of_the_untrained_features_have_most_of_what_is_predicted(seed):
    """Fifteen directions of 64, on 200 pairs of digits."""
    config = training.recipe("digits-barlow-twins", device="cpu").replace(seed=seed)
    pictures = Pictures(config, torch.device("cpu"))
    batches = [pictures.views(*pictures.batch(k, slice(0, 100))) for k in range(2)]
    views = torch.cat(
        [batch[place] for place in (slice(100), slice(100, 200)) for batch in batches]
    )
    h = outputs(build(config, pictures.channels).train(), views)[0]
    h = h - h.mean(axis=0)
    assert h.shape == (2 * PAIRS, 64)
    variances, axes = np.linalg.eigh(h.T @ h)
    few = h @ axes[:, -15:]
    assert variances[-15:].sum() / variances.sum() == pytest.approx(2 / 3, abs=0.02)
    predicted = h @ linear.modes(linear.cross_moment(*np.split(h, 2)), 10)[1]
    share = spectra.mode_alignment(predicted, few)
    assert share.mean() > 0.9 and share.min() > 0.8
    head = h @ np.random.default_rng(seed).normal(size=(64, 1000))
    made_of_few = few @ np.linalg.lstsq(few, head, rcond=None)[0]
    assert np.median(made_of_few.var(axis=0) / head.var(axis=0)) > 0.6


def test_random_directions_of_the_end_know_most_of_what_it_predicts():
    film = data.load_run("learned_digits_film").other
    (_, start), (_, end) = predictions(film["features"]), predictions(film["features_end"])
    assert start.mean() < 0.5
    assert end.mean() > 0.7
    # Many features are large, not only ten of them: without sizes 10/63 would be left.
    assert start.mean() > 2 * 10 / 63


@pytest.mark.parametrize("name", SETS)
def test_the_alignment_rises_before_it_falls(name):
    found = learned(name)
    for loss in LOSSES:
        along = found[f"{loss}_along_start"].mean(axis=2)
        assert (along.max(axis=1) > along[:, 0] + 0.03).all()
        assert (along[:, -1] < along[:, 0]).all()
    along = found["standard_along_start"].mean(axis=2)
    assert (along.max(axis=1) < along[:, 0] + 0.015).all()  # from a standard start it hardly rises
    frozen = found["frozen_along_start"].mean(axis=2)
    assert (frozen[:, -1] > frozen[:, 0] + 0.15).all()
    if name == "digits":  # it falls again, and not because modes are still exchanged
        for t, values, steps in zip(
            found["frozen_t"], frozen, found["frozen_steps_at"], strict=True
        ):
            assert values[t > steps.max()].max() - values[-1] > 0.03


@pytest.mark.parametrize("loss", LOSSES)
def test_features_stay_close_to_those_of_the_start_until_shortly_before_the_first_step(loss):
    """Linear CKA with the start, digits: at 0.8 of step 1, and no longer at step 2."""
    config = training.recipe(f"digits-{loss.replace('_', '-')}", device="cpu")
    steps = learned("digits")[f"{loss}_steps_at"][0] / config.lr
    shortly_before, second = int(0.8 * steps[0]), int(steps[1])
    pictures = Pictures(config, torch.device("cpu"))
    model, views = build(config, pictures.channels).train(), pictures.probe()
    start = outputs(model, views)[0]
    alike = [
        spectra.linear_cka(outputs(model, views)[0], start)
        for _ in trained(config, pictures, model, {shortly_before, second})
    ]
    assert alike[0] > 0.95
    assert alike[1] < 0.7


@pytest.mark.parametrize("name", SETS)
def test_a_small_heads_tangent_kernel_is_nearly_that_of_the_features(name):
    """The trunk's share of its trace; from a standard start it is nearly all of it."""
    found = learned(name)
    for loss in LOSSES:
        most = 0.0003 if loss == "vicreg" else 0.02
        assert (found[f"{loss}_trunk_share"][:, 0] < most).all()
        assert (found[f"{loss}_trunk_share"][:, 1] > 0.8).all()
    assert (found["standard_trunk_share"][:, 0] > 0.95).all()


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("loss", LOSSES)
def test_as_many_hidden_eigenvalues_double_as_modes_are_learned(name, loss):
    for seed in range(3):
        run = data.load_run(f"{name}_{loss.removesuffix('_dot')}_s{seed}")
        doubled = (run.hidden_eigenvalues[-1] > 2 * run.hidden_eigenvalues[0]).sum()
        modes = (~np.isnan(spectra.find_steps(run.t, run.eigenvalues))).sum()
        assert abs(int(doubled) - int(modes)) <= {"digits": 0, "cifar10": 1}[name]
        grown = run.hidden_eigenvalues[-1] / run.hidden_eigenvalues[0]
        if name == "digits":  # a gap: another factor would count the same
            assert not ((grown > 1.55) & (grown < 2.55)).any()


def test_from_a_standard_start_hidden_eigenvalues_do_not_count_the_modes():
    off = []
    for name, loss in itertools.product(SETS, LOSSES):
        for seed in range(3):
            run = data.load_run(f"{name}_{loss.removesuffix('_dot')}_standard_s{seed}")
            doubled = (run.hidden_eigenvalues[-1] > 2 * run.hidden_eigenvalues[0]).sum()
            modes = (~np.isnan(spectra.find_steps(run.t, run.eigenvalues))).sum()
            off.append(abs(int(doubled) - int(modes)))
    assert max(off[:9]) == 1  # on digits, where each small start has 0
    assert max(off[9:]) == 2


def test_more_hidden_eigenvalues_double_on_resnet18_than_modes_are_learned():
    for name in ("barlow_twins", "barlow_twins_s1", "vicreg", "vicreg_s1"):
        run = data.load_run(f"gpu_resnet18_{name}")
        assert (~np.isnan(spectra.find_steps(run.t, run.eigenvalues))).sum() == 10
        assert (run.hidden_eigenvalues[-1] > 2 * run.hidden_eigenvalues[0]).sum() > 10


@pytest.mark.parametrize("name", SETS)
def test_the_first_two_predicted_functions_keep_most(name):
    """Means over three seeds; a third to a half or so of the first two, little of the last five."""
    found = learned(name)
    for loss in LOSSES:
        share = found[f"{loss}_along_start"][:, -1].mean(axis=0)
        assert share[:2].min() > 0.25
        assert share[:2].max() < 0.6
        assert share[5:].max() < 0.27
        assert share[:2].mean() > 1.4 * share[2:].max()
        assert (share < found["frozen_along_start"][:, -1].mean(axis=0)).all()


@pytest.mark.parametrize("name", SETS)
def test_trained_networks_share_a_space(name):
    shared = [between(name, "barlow_twins"), between(name, "vicreg")]
    shared.append(between(name, "barlow_twins", "vicreg"))
    assert abs(10 / (functions(name, "vicreg").shape[1] - 1) - 0.025) < 5e-4  # chance
    frozen = between(name, "frozen")
    assert min(values.min() for values in shared) > 2 * frozen.max()
    assert min(values.min() for values in shared) > {"digits": 0.75, "cifar10": 0.5}[name]
    own = [
        spectra.subspace_alignment(a, b)
        for loss in LOSSES
        for a, b in zip(functions(name, loss), functions(name, "frozen"), strict=True)
    ]
    assert min(values.min() for values in shared) > max(own)
    # The page says "from a small start": a standard one is a little farther off.
    assert between(name, "barlow_twins", "standard").min() < min(v.min() for v in shared)
    starts = zip(functions(name, "standard"), functions(name, "frozen"), strict=True)
    assert max(spectra.subspace_alignment(a, b) for a, b in starts) > max(own)
    for loss in (*LOSSES, "standard"):  # each network is nearer to another seed's than to these
        starts = zip(functions(name, loss), functions(name, "frozen"), strict=True)
        mine = max(spectra.subspace_alignment(a, b) for a, b in starts)
        assert between(name, loss).min() > mine + 0.08


def test_the_first_two_modes_are_alike_at_the_step_and_not_at_the_end():
    early = data.load_run("learned_digits_early").other
    first = {loss: early[f"{loss}_first_2"].astype(float) for loss in ("barlow_twins", "vicreg")}
    networks = [*first["barlow_twins"], *first["vicreg"]]
    step = [spectra.subspace_alignment(a, b) for a, b in itertools.combinations(networks, 2)]
    ends = np.concatenate([functions("digits", loss)[..., :2] for loss in first])
    end = [spectra.subspace_alignment(a, b) for a, b in itertools.combinations(ends, 2)]
    assert min(step) > 0.6
    assert (np.array(step) > end).all()
    assert np.median(end) < 0.35
    vicreg = [
        np.median([spectra.subspace_alignment(a, b) for a, b in pairs])
        for pairs in (
            itertools.combinations(ends[3:], 2),
            itertools.product(ends[:3], ends[3:]),
        )
    ]
    assert max(vicreg) < 0.22  # two at random in one space of ten have 0.2
    turned = [
        (spectra.mode_alignment(a, b).mean(), spectra.mode_alignment(a, b[:, :2]).mean())
        for loss in first
        for a, b in zip(first[loss], functions("digits", loss), strict=True)
    ]
    assert min(whole for whole, _ in turned) > 0.74
    assert all(whole > two + 0.1 for whole, two in turned)


@pytest.mark.parametrize("name", SETS)
def test_seeds_of_simclr_keep_their_first_two_modes(name):
    assert between(name, "simclr_dot", k=2).min() > 0.75


def test_turning_learned_modes_leaves_the_loss():
    """Where C = I, an orthogonal map of the embedding leaves C."""
    turn = np.linalg.qr(np.random.default_rng(0).normal(size=(10, 10)))[0]
    np.testing.assert_allclose(turn @ np.eye(10) @ turn.T, np.eye(10), atol=1e-12)


@pytest.mark.parametrize("name", SETS)
def test_from_a_standard_start_the_first_functions_keep_as_much(name):
    share = learned(name)["standard_along_start"][:, -1].mean(axis=0)
    assert share[:2].min() > 0.35
    assert share[-2:].max() < 0.15


def test_on_digits_the_class_explains_most():
    found = learned("digits")
    own = np.array(
        [
            meaning.explained(modes, classes("digits"))
            for modes in functions("digits", "barlow_twins")
        ]
    )
    frozen = [
        meaning.explained(modes, classes("digits")) for modes in functions("digits", "frozen")
    ]
    assert np.median(own) > 1.5 * np.median(frozen)
    for key in (key for key in found if key.startswith("factor_")):
        other = [
            meaning.explained(modes, found[key]) for modes in functions("digits", "barlow_twins")
        ]
        assert np.median(other) < 0.2 * np.median(own)
        assert np.max(other) < np.median(own)


def test_on_photographs_half_of_the_modes_explain_no_more_of_the_class_than_luck():
    modes, y = functions("cifar10", "barlow_twins"), classes("cifar10")
    luck = [meaning.permutation_null(m, y, 199).max(axis=1) for m in modes]
    own = np.array([meaning.explained(m, y) for m in modes])
    assert 0.4 < np.mean(own < np.quantile(luck, 0.99)) < 0.6
    factors = [f"factor_{key}" for key in ("hue", "brightness", "contrast")]
    others = [[meaning.explained(m, learned("cifar10")[f]) for m in modes] for f in factors]
    assert all((np.array(other) > own).any() for other in others)


def test_ten_clusters_of_the_pixels_explain_nearly_as_much_as_the_class():
    pixels = data.load_images("digits", n=400).x.reshape(400, -1) / 255
    clusters = KMeans(10, n_init=10, random_state=0).fit_predict(pixels)
    columns = np.eye(10)[clusters][:, 1:]
    found = {}
    for kind in ("barlow_twins", "frozen"):
        modes = functions("digits", kind)
        own, found[kind] = (
            np.median([meaning.explained(m, x) for m in modes])
            for x in (classes("digits"), columns)
        )
        assert 0.8 * own < found[kind] < own
    assert found["barlow_twins"] > 1.5 * found["frozen"]  # training the trunk brings both


def held(modes: np.ndarray, x: np.ndarray) -> np.ndarray:
    """How much of a property a linear readout of the ten modes gets, three seeds."""
    return np.array(
        [spectra.mode_alignment(x.astype(float), m.astype(float)).mean() for m in modes]
    )


def without(name: str, augmentation: str, key: str = "modes") -> np.ndarray:
    return data.load_run(f"learned_{name}_without").other[f"{augmentation}_{key}"]


@pytest.mark.parametrize(
    ("name", "factor"), [*((name, "brightness") for name in SETS), ("digits", "contrast")]
)
def test_without_jitter_the_embedding_holds_more_of_what_jitter_changes(name, factor):
    found = learned(name)
    x = found[f"factor_{factor}"]
    assert held(without(name, "jitter"), x).min() > held(found["barlow_twins_modes"], x).max()
    if name == "cifar10":  # jitter keeps brightness down, and not out
        assert held(found["barlow_twins_modes"], x).min() > 0.4


@pytest.mark.parametrize("factor", ["saturation", "hue"])
def test_without_jitter_the_embedding_of_photographs_holds_less_of_the_colours(factor):
    found = learned("cifar10")
    x = found[f"factor_{factor}"]
    assert held(without("cifar10", "jitter"), x).max() < held(found["barlow_twins_modes"], x).min()


def test_without_crops_or_jitter_a_network_is_farther_off_than_another_seed():
    """How much of the full recipe's modes another seed's network holds, in the mean over pairs."""

    def kept(name: str, modes: np.ndarray) -> float:
        modes = modes.astype(float) - modes.mean(axis=1, keepdims=True)
        full, pairs = functions(name, "barlow_twins"), itertools.permutations(range(3), 2)
        return float(np.mean([spectra.mode_alignment(full[s], modes[r]) for s, r in pairs]))

    another_seed = {name: kept(name, functions(name, "barlow_twins")) for name in SETS}
    for augmentation in ("flip", "grey"):
        held_there = kept("cifar10", without("cifar10", augmentation))
        assert abs(held_there - another_seed["cifar10"]) < 0.03
    for augmentation in ("crop", "jitter"):
        farther = {
            name: another_seed[name] - kept(name, without(name, augmentation)) for name in SETS
        }
        assert farther["digits"] > 0.09
        assert farther["cifar10"] > max(0.15, farther["digits"])


def test_a_jitter_that_is_added_changes_nothing_in_the_linear_model():
    """Noise added to each view by itself: the same cross-moment, to the scatter of the pairs."""
    rng = np.random.default_rng(0)
    n, strong = 200_000, 3.0
    picture = rng.normal(size=(n, 2)) * [1, np.sqrt(0.5)]
    views = [picture + [np.sqrt(strong), 0] * rng.normal(size=(n, 2)) for _ in range(2)]
    plain, jittered = linear.cross_moment(picture, picture), linear.cross_moment(*views)
    # An entry's products have a variance of (1 + 3)² + 1 at most.
    np.testing.assert_allclose(jittered, plain, atol=4 * np.sqrt(17 / n))
    assert views[0].var(axis=0)[0] > 3.9  # and yet most of the variance is jitter


def test_two_views_agree_less_on_what_jitter_changes_and_the_cross_moment_stays():
    """1280 pairs of digits in the recipe of the runs, with and without jitter."""
    recipe = training.recipe("digits-barlow-twins", device="cpu")
    agree, gamma = [], []
    for jitter in (recipe.augment["jitter"], [0.0] * 4):
        config = recipe.replace(augment={**recipe.augment, "jitter": jitter})
        pictures = Pictures(config, torch.device("cpu"))
        batches = [pictures.views(*pictures.batch(k, slice(0, 128))).numpy() for k in range(10)]
        views = [
            np.concatenate(part) for part in zip(*(np.split(b, 2) for b in batches), strict=True)
        ]
        low, high = np.min(views), np.max(views)
        grey = [np.uint8(255 * (v - low) / (high - low)).transpose(0, 2, 3, 1) for v in views]
        one, other = (
            meaning.factors(data.Images(x, np.zeros(len(x), int), "digits")) for x in grey
        )
        agree.append({
            key: np.mean([np.corrcoef(*two)[0, 1] for two in zip(x.T, other[key].T, strict=True)])
            for key, x in one.items()
        })  # fmt: skip
        flat = np.concatenate(views).reshape(2 * len(views[0]), -1)
        gamma.append(
            linear.modes(linear.cross_moment(*np.split(flat - flat.mean(axis=0), 2)), 10)[0]
        )
    jittered, plain = agree
    shapes = [jittered[key] for key in ("orientation", "stroke width", "slant")]
    assert jittered["brightness"] < min(shapes) - 0.2
    assert plain["brightness"] > jittered["brightness"] + 0.15
    np.testing.assert_allclose(*gamma, rtol=0.15)


@cache
def heads(name: str, kind: str) -> dict[str, np.ndarray]:
    """Of heads on batches, or on their mean; first axis: seeds, second: with jitter, without."""
    other = data.load_run(f"head_on_batches_{name}").other
    start = f"{kind}_"
    return {key.removeprefix(start): x for key, x in other.items() if key.startswith(start)}


def held_without_and_with(name: str, kind: str, factors: tuple[str, ...]) -> np.ndarray:
    """What is explained without jitter, less what is with it: (factor, seed)."""
    found = heads(name, kind)
    return np.array([found[f"held_{f}"] @ [-1, 1] for f in factors])


def test_batches_and_not_their_mean_keep_brightness_down():
    both = ("brightness", "contrast")
    less = held_without_and_with("digits", "batches", both)
    assert less.min() > 0.02 and less.max() < 0.205
    assert np.abs(held_without_and_with("digits", "mean", both)).max() < 0.02
    (less,) = held_without_and_with("cifar10", "batches", ("brightness",))
    assert less.min() > 0.03 and less.max() < 0.05
    assert np.abs(held_without_and_with("cifar10", "mean", ("brightness",))).max() < 0.02
    (less,) = held_without_and_with("cifar10", "batches", ("contrast",))  # seeds do not agree
    assert less.min() < 0 < less.max()


@pytest.mark.parametrize("name", SETS)
def test_batches_and_not_their_mean_turn_a_head_to_what_views_agree_on(name):
    batches, mean = ({k: x[:, 0] for k, x in heads(name, of).items()} for of in ("batches", "mean"))
    assert (batches["along"].max(axis=1) - batches["along"][:, -1] > 0.035).all()
    assert (mean["along"].max(axis=1) - mean["along"][:, -1] < 1e-3).all()  # it does not fall
    assert (batches["agreement"] > mean["agreement"] + 0.04).all()
    assert (batches["loss"] < mean["loss"] - 0.5).all()


def test_colours_are_kept_by_no_head_more_with_jitter_than_without_at_each_seed():
    """What a trained network does with them is therefore its trunk's."""
    for kind in ("batches", "mean"):
        for more in -held_without_and_with("cifar10", kind, ("saturation", "hue")):
            assert more.min() < 0 < more.max(), kind


def test_a_head_on_batches_is_recorded_as_it_comes_out():
    config = head_on_batches.settings("digits")[0]
    found = head_on_batches.head_on_batches(config, Scene(config), head_on_batches.STEPS["digits"])
    for kind, values in found.items():
        for key, value in values.items():
            kept = heads("digits", kind)[key.replace(" ", "_")][0, 0]
            np.testing.assert_allclose(kept, value, rtol=0, atol=0.01, err_msg=f"{kind} {key}")


def test_jitter_by_two_throws_of_a_coin():
    products = np.outer([0.5, 1.5], [0.5, 1.5]).ravel()
    assert sorted(products) == [0.25, 0.75, 0.75, 2.25] and products.mean() == 1
    assert round(products.var(), 2) == 0.56


def test_jitter_on_a_brightness_of_1_leaves_the_mean_product_and_scatters_a_batch():
    e, other = np.random.default_rng(0).normal(size=(2, 4000, 128))
    for strength in (0.5, 1.5):
        products = ((1 + strength * e) * (1 + strength * other)).mean(axis=1)
        variance = ((1 + strength**2) ** 2 - 1) / 128
        assert products.mean() == pytest.approx(1, abs=4 * np.sqrt(variance / 4000))
        assert products.var() == pytest.approx(variance, rel=0.1)


def test_without_crops_photographs_lose_brightness_and_colours_and_all_modes_come():
    found = learned("cifar10")
    for factor in ("brightness", "contrast", "saturation", "hue"):
        x = found[f"factor_{factor}"]
        assert (
            held(without("cifar10", "crop"), x).max() < held(found["barlow_twins_modes"], x).min()
        )
    assert np.isfinite(without("cifar10", "crop", "steps_at")).all()


def test_without_crops_digits_lose_the_class():
    y = classes("digits")
    assert (
        held(without("digits", "crop"), y).max()
        < held(learned("digits")["barlow_twins_modes"], y).min()
    )


def gain(name: str, kind: str) -> np.ndarray:
    """Accuracy on the first five modes minus that on the last five, three seeds."""
    probe = learned(name)[f"{kind}_probe"]
    return probe[:, 0, 4] - probe[:, 1, 4]


def test_luck_reaches_the_grey_bar_in_one_of_a_hundred_shuffles():
    """The page's bar for brightness, against shuffles that did not make it."""
    modes = functions("digits", "barlow_twins")[0]
    brightness = learned("digits")["factor_brightness"]
    bar, other = (
        meaning.permutation_null(modes, brightness, 2000, seed=seed).max(axis=1) for seed in (1, 2)
    )
    # Three standard errors of a share of 2000 on each side, and the bar has its own.
    assert np.mean(other >= np.quantile(bar, 0.99)) == pytest.approx(0.01, abs=0.01)


def test_early_modes_are_more_useful_on_photographs_and_on_frozen_trunks():
    for loss in (*LOSSES, "frozen"):
        assert (gain("cifar10", loss) > 0.03).all()
    assert (gain("digits", "frozen") > 0.1).all()
    assert np.isfinite(learned("digits")["frozen_steps_at"]).all()  # none of them waits
    # A standard error of the difference, on 500 test pictures of accuracy .7, is .03.
    for loss in ("barlow_twins", "vicreg"):
        assert (gain("digits", loss) < 0.03).any()
        assert (gain("digits", loss) < 0.1).all()
    assert (gain("digits", "simclr_dot") > 0.15).all()
    waiting = np.isnan(learned("digits")["simclr_dot_steps_at"]).sum(axis=1)
    assert (waiting >= 5).all()
    for name in SETS:  # from a standard start the seeds do not agree
        assert gain(name, "standard").min() < 0.01
    cases = [gain(name, kind) for name in SETS for kind in (*LOSSES, "standard", "frozen")]
    assert sum(round(100 * case.min()) > 3 for case in cases) == 6
    assert all(case.max() > 0 for case in cases)  # the last five are never ahead at each seed
    waited = {
        (name, kind): np.isnan(learned(name)[f"{kind}_steps_at"]).any()
        for name in SETS
        for kind in (*LOSSES, "standard", "frozen")
        if round(100 * gain(name, kind).min()) > 3
    }
    assert sum(waited.values()) == 4
    assert not waited["cifar10", "vicreg"] and not waited["digits", "frozen"]
    late = {case: np.isnan(learned(case[0])[f"{case[1]}_steps_at"])[:, 5:] for case in waited}
    several = [case for case, steps in late.items() if (steps.sum(axis=1) >= 2).all()]
    assert several == [("digits", "simclr_dot"), ("cifar10", "simclr_dot"), ("cifar10", "frozen")]
    assert late["cifar10", "barlow_twins"].sum() == 1


def test_which_modes_waited_to_the_end():
    """All of Barlow Twins' and VICReg's came, but for one tenth mode on photographs."""
    waited = {
        (name, kind): np.isnan(learned(name)[f"{kind}_steps_at"])
        for name in SETS
        for kind in ("barlow_twins", "standard", "vicreg", "frozen")
    }
    assert np.argwhere(waited.pop(("cifar10", "barlow_twins"))).tolist() == [[0, 9]]
    assert waited.pop(("cifar10", "frozen")).sum(axis=1).tolist() == [2, 2, 3]
    assert not any(steps.any() for steps in waited.values())
    # Without flips there is another, so the page speaks of runs with all augmentations.
    assert np.argwhere(np.isnan(without("cifar10", "flip", "steps_at"))).tolist() == [[2, 9]]


@pytest.mark.parametrize("loss", ["barlow_twins", "vicreg"])
def test_on_digits_the_order_of_learning_is_ahead_at_few_modes_only(loss):
    """Means over three seeds, as learned less in reverse."""
    ahead = np.diff(learned("digits")[f"{loss}_probe"].mean(axis=0)[:2], axis=0)[0]
    assert -ahead[1:4].min() == pytest.approx(0.1, abs=0.02)
    assert np.abs(ahead[6:]).max() < 0.04


def test_few_modes_in_order_beat_the_last_ones_at_each_seed():
    """Two, three or four modes of Barlow Twins on digits; five no longer."""
    probe = learned("digits")["barlow_twins_probe"]
    ahead = probe[:, 0] - probe[:, 1]
    assert (ahead[:, 1:4] > 0.005).all()
    assert ahead[:, 4].min() < 0.005


def test_random_orders_are_ahead_of_the_learned_one_at_five_modes_and_more():
    """Barlow Twins on digits, five to nine modes, in the mean over three seeds; not at each."""
    probe = learned("digits")["barlow_twins_probe"]
    forward, backward, random = probe.mean(axis=0)[:, 4:9]
    assert (random > forward + 0.01).all() and (random > backward).all()
    assert (probe[:, 0, 4] > probe[:, 2, 4]).any()
    for loss in LOSSES:  # on photographs the learned order is ahead, at the same five modes
        photographs = learned("cifar10")[f"{loss}_probe"]
        assert (photographs[:, 0, 4] > photographs[:, 2, 4]).all()


def test_three_modes_in_order_beat_the_last_three_and_hardly_three_at_random():
    probe = learned("digits")["barlow_twins_probe"][:, :, 2]
    spread = learned("digits")["barlow_twins_probe_random"][:, :, 2].std(axis=1)
    assert (probe[:, 0] > probe[:, 1] + 0.05).all()
    assert (np.abs(probe[:, 0] - probe[:, 2]) < spread).all()


@pytest.mark.parametrize("name", SETS)
def test_a_rank_is_high_at_the_start_and_no_longer_just_before_the_first_step(name):
    """The page says "at the start": mode 1 dwarfs the others before it passes one half."""
    for kind in LOSSES:
        embedding = learned(name)[f"{kind}_embedding"].astype(float)
        ratios = np.array([[spectra.participation_ratio(row) for row in run] for run in embedding])
        assert (ratios[:, 0] > 4.7).all()
        assert ratios[:, 0].mean() > 6
        assert (embedding[:, 0].max(axis=1) < 0.05).all()  # nearly nothing is there
        assert (ratios.min(axis=1) < 2).all()
        for t, steps, ratio in zip(
            learned(name)[f"{kind}_t"], learned(name)[f"{kind}_steps_at"], ratios, strict=True
        ):
            assert ratio[t < steps[0]][-1] < 1.2
        if kind != "simclr_dot":  # which does not learn all ten modes
            assert (ratios[:, -1] > 8).all()
        if (name, kind) == ("digits", "simclr_dot"):
            assert (ratios[:, -1] < ratios[:, 0]).all()


def test_the_three_ranks_are_above_six_before_the_first_step():
    """Barlow Twins on digits, the seed of the figure, at its first record."""
    found = learned("digits")
    eigenvalues = found["barlow_twins_embedding"][0].astype(float)
    assert np.nanmin(found["barlow_twins_steps_at"][0]) > found["barlow_twins_t"][0, 1]
    for k in (0, 1):  # before training, and at the left end of the figure
        assert found["barlow_twins_rankme_embedding"][0, k] > 6
        assert spectra.effective_rank(eigenvalues[k]) > 6
        assert spectra.participation_ratio(eigenvalues[k]) > 6
    # At another seed one of them is not: the page asks for this seed.
    assert spectra.participation_ratio(found["barlow_twins_embedding"][2, 0]) < 5


def test_rankme_of_an_embedding_with_its_mean_may_be_below_the_effective_rank():
    """As in the page's figure. Of a centred embedding it never is: x ↦ √x evens shares out."""
    found = learned("digits")
    before = found["barlow_twins_embedding"][0, 0].astype(float)
    assert found["barlow_twins_rankme_embedding"][0, 0] < spectra.effective_rank(before)
    centred = np.diag(np.sqrt(before))  # any table with these eigenvalues of z'z
    assert spectra.rankme(centred) > spectra.effective_rank(before)


@pytest.mark.parametrize("name", SETS)
def test_the_hidden_rank_falls_while_the_probe_rises(name):
    found = learned(name)
    for kind in LOSSES:
        rank = found[f"{kind}_rankme_hidden"]
        assert (rank[:, -1] < 0.85 * rank[:, 0]).all()
        alpha = found[f"{kind}_hidden_ranks"][:, :, 2]
        assert (alpha[:, -1] > 1.5 * alpha[:, 0]).all()
        assert (found[f"{kind}_probe_hidden"] > found[f"{kind}_probe_untrained"] + 0.04).all()


def test_quiz_chance_is_five_in_a_hundred():
    rng = np.random.default_rng(0)
    modes = rng.normal(size=(101, 5))
    share = spectra.mode_alignment(rng.normal(size=(101, 4000)), modes)
    assert share.mean() == pytest.approx(5 / 100, abs=4 * share.std() / math.sqrt(4000))


@pytest.mark.parametrize("seed", range(5))
def test_chance_with_pairs_kept_is_bounded_where_both_views_have_one_mean(seed):
    """Glossary, alignment: over all orders of the pictures, and with two means it is more.

    What differs between the means is the same in every order of the pictures.
    """
    rng, d, half = np.random.default_rng(seed), 2, 5
    views = rng.normal(size=(2, half, d + 1))  # the last column is the function
    views -= views.mean(axis=1, keepdims=True)
    apart = np.array([1.0, -1.0])[:, None, None]

    def by_chance(views: np.ndarray) -> float:
        z, f = np.concatenate(list(views))[:, :d], np.concatenate(list(views))[:, d]
        basis, f = np.linalg.qr(z)[0], f / np.linalg.norm(f)
        orders = (np.array(order) for order in itertools.permutations(range(half)))
        return np.mean([np.sum((basis.T @ f[[*o, *(half + o)]]) ** 2) for o in orders])

    assert by_chance(views) <= d / (half - 1) + 1e-12
    assert by_chance(views + 5 * apart) > 1.5 * d / (half - 1)


def test_quiz_ten_tests_at_five_in_a_hundred():
    assert round(1 - 0.95**10, 2) == 0.40
    assert round(1 - (1 - 0.005) ** 10, 2) == 0.05


def test_quiz_one_space_in_another_order():
    """Ten functions, the same ten in another order: one space, and mode 1 at right angles."""
    q = np.linalg.qr(np.random.default_rng(1).normal(size=(60, 10)))[0]
    turned = np.roll(q, 3, axis=1)
    assert spectra.subspace_alignment(q, turned) == pytest.approx(1)
    assert spectra.subspace_alignment(q[:, :1], turned[:, :1]) < 1e-20
    # Choice (b): mode 1 with 0.98 outside the other's space, which leaves them 0.9 in common.
    outside = np.linalg.qr(np.random.default_rng(2).normal(size=(60, 60)))[0]
    one, other = outside[:, :10], outside[:, :10].copy()
    other[:, 0] = np.sqrt(0.02) * one[:, 0] + np.sqrt(0.98) * outside[:, 10]
    assert spectra.subspace_alignment(one, other) == pytest.approx(0.902)
    assert spectra.subspace_alignment(one[:, :1], other[:, :1]) == pytest.approx(0.02)


def test_a_waiting_room_of_a_hundred_counts_far_more_for_rankme():
    """Box after exercise 9.8: one learned mode and a hundred that wait at δ = 1e-4."""
    z = np.diag(np.sqrt(np.r_[1.0, np.full(100, 1e-4)]))
    assert spectra.rankme(z) == pytest.approx(20)
    assert round(spectra.participation_ratio(np.diag(z) ** 2), 2) == 1.02


def test_in_ten_dimensions_rankme_is_within_one_half_but_for_one_mode():
    """Notebook 9.8 says it of its two rows, with 2 and 8 modes."""
    for k in range(1, 11):
        lam = np.repeat([1, 1e-4], [k, 10 - k])
        ranks = spectra.rankme(np.diag(np.sqrt(lam))), spectra.effective_rank(lam)
        ranks = np.array([*ranks, spectra.participation_ratio(lam)])
        assert (np.abs(ranks - k).max() < 0.5) == (k > 1)


def test_what_the_film_shows_of_modes_1_and_4():
    """The answers under the film: the digits at both ends, and how near the kernel's modes are."""

    def shown(mode: int, iteration: int | None) -> tuple[list[int], list[int], float]:
        film = widgets.mode_pictures(mode, iteration=iteration)
        high, low = (film._film().labels[places].tolist() for places in film.ends()[:2])
        return high, low, round(film.squared_correlations().max(), 2)

    high, low, near = shown(1, None)
    assert low.count(0) == 7 and sum(digit in (1, 7) for digit in high) == 6 and near == 0.57
    high, low, near = shown(1, 1000)
    assert low.count(4) == 7 and high.count(1) == 6 and near == 0.20
    high, low, near = shown(4, None)
    assert len(set(low)) == 6 and len(set(high)) > 1 and near == 0.11
    high, low, near = shown(4, 1000)
    assert low.count(1) == 7 and set(high) == {7} and near == 0.09
