"""Sentences of the open problems' pages, each on the runs of which it speaks."""

from __future__ import annotations

import re
import runpy
from functools import cache

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch

from stepwise_ssl import data, linear, networks, runs, spectra, training
from stepwise_ssl.training import TrainConfig
from tools.notebooks import ROOT, starters
from tools.runs import open_problems


@cache
def starter(name: str) -> dict[str, object]:
    with plt.rc_context():  # it sets the course's style
        plt.switch_backend("agg")
        space = runpy.run_path(str(ROOT / "starters" / f"{name}.py"))
        plt.close("all")
    return space


def test_every_claim_that_a_page_names_is_tested() -> None:
    for page in (ROOT / "book").glob("problem_*.md"):
        names = re.findall(r"^% claim: (test_\w+)$", page.read_text(), re.M)
        assert names and all(callable(globals().get(name)) for name in names)


def test_each_problem_has_a_page_that_the_list_and_the_page_of_its_starter_name() -> None:
    text = (ROOT / "book/open_problems.md").read_text()
    pages = sorted(set(re.findall(r"\((problem_\w+\.md)\)", text)))
    of_pages = [(ROOT / "book" / page).read_text() for page in pages]
    named = [re.search(r"<\.\./starters/(\w+)\.ipynb>", page)[1] for page in of_pages]
    assert sorted(named) == [source.stem for source in starters()]
    for page in of_pages:
        body = re.sub(
            r"^(```+|:::+)(\{.*?)^\1$", "", page.split("\n---\n", 1)[1], flags=re.M | re.S
        )
        assert 600 <= len(body.split()) <= 1200


@pytest.mark.parametrize(
    ("chapter", "problem"),
    [("06_three_losses", "vicreg"), ("07_resnets", "simclr"), ("08_features_that_learn", "clock")],
)
def test_the_chapter_that_leaves_a_problem_open_links_to_it_and_is_named_there(
    chapter: str, problem: str
) -> None:
    assert f"(problem_{problem}.md)" in (ROOT / f"book/{chapter}.md").read_text()
    # "chapter 6" is made a link when the site is built.
    text = (ROOT / f"book/problem_{problem}.md").read_text()
    assert re.search(rf"\b[Cc]hapter {int(chapter[:2])}\b", text)


def test_the_rubric_adds_up() -> None:
    text = (ROOT / "book/open_problems.md").read_text()
    points = [int(row) for row in re.findall(r"^\| \w+ \| (\d+) \|", text, re.M)]
    assert sum(points) == 20 and points[3] == 20 - 16
    marks = re.search(r"^Marks: (.*): (\d+) of 20", text, re.M)
    assert sum(map(int, re.findall(r"\b\d+\b", marks[1]))) == int(marks[2]) == 17


# --- VICReg ------------------------------------------------------------------------------------


def test_the_starters_gradient_is_that_of_the_loss() -> None:
    torch = pytest.importorskip("torch")
    from stepwise_ssl import losses, views

    lab = starter("vicreg_later_steps")["Lab"](0)
    x1, x2 = views.make_pairs(data.load_images("digits"), n=250, seed=0)
    W = torch.tensor(np.random.default_rng(1).normal(size=(5, 64)), requires_grad=True)
    z1, z2 = (torch.tensor(x) @ W.T for x in (x1, x2))
    losses.vicreg(z1, z2, 10.0, 25.0, 10.0, 0.01).backward()
    slope = W.grad.numpy()
    assert np.abs(lab.downhill(W.detach().numpy()) + slope).max() < 1e-12 * np.abs(slope).max()


def test_equal_copies_bring_the_prediction_nearer_and_miss_the_target() -> None:
    space = starter("vicreg_later_steps")
    far = {k: space["distance"](t, space["measured"]) for k, t in space["predicted"].items()}
    null = space["distance"](space["others"], space["measured"])
    assert null < far["equal copies"] < far["straight line"] / 2
    # In words: 6 % against 20 %.
    assert null == pytest.approx(0.06, abs=0.01) and far["equal copies"] == pytest.approx(
        0.2, abs=0.02
    )
    late = space["predicted"]["equal copies"][:, 1:] > space["measured"][:, 1:]
    assert late.mean() > 0.9
    assert (space["predicted"]["straight line"][:, 1:] < space["measured"][:, 1:]).all()


def test_with_halved_weights_the_mean_of_the_six_runs_is_nearer_than_equal_copies() -> None:
    space = starter("vicreg_later_steps")
    labs = [space["Lab"](seed, invariance=5.0, covariance=5.0) for seed in range(2)]
    cases = [(lab, W0) for lab in labs for W0 in space["starts"]]
    found = np.array(
        [space["spectra"].find_steps(*lab.run(W0), space["height"]) for lab, W0 in cases]
    )
    far = {
        name: space["distance"]([theory(*case) for case in cases], found)
        for name, theory in space["theories"].items()
    }
    null = space["distance"](np.tile(space["measured"].mean(axis=0), (4, 1)), found)
    here = space["distance"](space["others"], space["measured"])
    assert here < null < far["equal copies"] < far["straight line"] / 2


def test_the_rate_beside_equal_copies_is_that_of_the_gradient() -> None:
    """On data whose Γ and Σ share their directions, where the formula has nothing left out."""
    space = starter("vicreg_later_steps")
    d, lab = 5, object.__new__(space["Lab"])
    sigma, rho = np.array([1.0, 0.6]), np.array([0.7, 0.5])
    lab.invariance, lab.variance, lab.covariance, lab.eps = 10.0, 25.0, 10.0, 0.01
    lab.of_views = (np.diag(sigma), np.diag(sigma))
    lab.shrinking = 4 * lab.invariance * np.diag(sigma * (1 - rho)) / d
    q, small = 0.1, 1e-6
    apart = np.array([1.0, -1.0, 2.0, -1.0, -1.0])
    W = np.column_stack([np.full(d, np.sqrt(q / sigma[0])), small * apart])
    force = 25 / np.sqrt(q + 0.01) - 40 * (1 - rho[1]) + 80 * q
    # The copies' variance changes with the square of `small`.
    assert np.allclose(lab.downhill(W)[:, 1], sigma[1] / d * force * W[:, 1], rtol=1e-8)


# --- SimCLR ------------------------------------------------------------------------------------


def test_the_runs_were_made_with_the_settings_that_their_commands_use() -> None:
    for name, config in open_problems.CONFIGS.items():
        run = data.load_run(name)
        assert TrainConfig.from_dict(run.meta["config"]) == config
        assert run.meta["command"] == f"python -m tools.make_runs {name}" and run.meta["finished"]


def test_on_photographs_six_or_seven_are_learned() -> None:
    """The runs of chapter 7 that a rule for digits has not seen."""
    ends = [data.load_run(f"cifar10_simclr_s{s}").cross_eigenvalues[-1] for s in range(3)]
    assert {int((end > 0.5).sum()) for end in ends} <= {6, 7}


def test_from_a_standard_start_nine_or_ten_modes_come_in_equal_time() -> None:
    learned = []
    for seed in range(3):
        run, standard = (data.load_run(f"digits_simclr_{k}s{seed}") for k in ("", "standard_"))
        assert standard.t[-1] == run.t[-1]
        learned.append(int((standard.cross_eigenvalues[-1, :10] > 0.5).sum()))
    assert learned == [10, 9, 10]


def test_four_times_as_long_does_not_bring_the_sixth_mode() -> None:
    usual, longer = (data.load_run(f"digits_simclr_{k}_s0") for k in ("batch_32", "longer"))
    run = data.load_run("digits_simclr_s0")
    assert longer.t[-1] == pytest.approx(4 * run.t[-1]) and usual.t[-1] == run.t[-1]
    assert longer.meta["minutes"] == pytest.approx(23, abs=0.5)
    learned = [int((r.cross_eigenvalues[-1, :10] > 0.5).sum()) for r in (run, longer)]
    assert learned == [5, 5]
    assert longer.cross_eigenvalues[:, 5].max() < 0.05  # at every record
    assert longer.cross_eigenvalues[-1, 0] > 1.5 * run.cross_eigenvalues[-1, 0]
    assert starter("simclr_missing_modes")["due"](longer) == 10


def test_with_fewer_candidates_one_seed_learns_a_mode_fewer() -> None:
    learned = starter("simclr_missing_modes")["learned"]
    few, usual = ([learned[f"batch of {n}, seed {s}"] for s in (0, 1)] for n in (32, 128))
    assert np.subtract(usual, few).tolist() == [1, 0]
    assert learned["batch of 128, seed 0"] - learned["batch of 128, seed 1"] == 1


def test_the_temperature_changes_the_clock_the_start_and_the_heights_only() -> None:
    torch = pytest.importorskip("torch")
    from stepwise_ssl import losses

    z1, z2 = torch.tensor(np.random.default_rng(0).normal(size=(2, 7, 3)))
    cold = losses.nt_xent(z1, z2, temperature=0.3, normalize=False)
    scaled = (z / np.sqrt(0.3) for z in (z1, z2))
    assert torch.allclose(cold, losses.nt_xent(*scaled, temperature=1.0, normalize=False))

    lab = starter("simclr_missing_modes")["Lab"](n=20, seed=1, steps=1)
    ends = {}
    for tau in (1.0, 0.1):  # the clock goes with τ, the start with its root
        W = torch.tensor(np.sqrt(tau) * lab.W0, requires_grad=True)
        for _ in range(400):
            z1, z2 = (torch.tensor(x) @ W.T for x in (lab.x1, lab.x2))
            loss = losses.nt_xent(z1, z2, temperature=tau, normalize=False)
            slope = torch.autograd.grad(loss, W)[0]
            with torch.no_grad():
                W -= lab.lr * tau * slope
        flat = W.detach().numpy()
        ends[tau] = np.linalg.eigvalsh(flat @ lab.Gamma @ flat.T)
    np.testing.assert_allclose(ends[0.1], 0.1 * ends[1.0], rtol=1e-6, atol=1e-9)
    # At one and the same mark it would be others that count.
    assert (ends[0.1] > 0.5).sum() < (ends[1.0] > 0.5).sum()


def test_the_operator_is_the_gradient_at_any_time() -> None:
    torch = pytest.importorskip("torch")
    from stepwise_ssl import losses

    lab = starter("simclr_missing_modes")["Lab"](n=20, seed=1, steps=1)
    W = torch.tensor(np.random.default_rng(0).normal(size=(10, 64)), requires_grad=True)
    z1, z2 = (torch.tensor(x) @ W.T for x in (lab.x1, lab.x2))
    losses.nt_xent(z1, z2, temperature=1.0, normalize=False).backward()
    flat = W.detach().numpy()
    assert np.allclose(-flat @ lab.operator(flat), W.grad.numpy(), atol=1e-12)


def test_the_partner_becomes_the_favourite_as_modes_are_learned() -> None:
    space = starter("simclr_missing_modes")
    for lab in (space["lab"], *(space["Lab"](seed=seed) for seed in (1, 2))):
        favourite, resembles = {}, {}
        for count, W in lab.W_at.items():
            P = lab.softmax(W)
            partner = np.roll(np.arange(len(P)), len(P) // 2)
            favourite[count] = np.mean(P.argmax(axis=1) == partner)
            strong = np.linalg.svd(W)[2][:count].T
            rest = np.eye(64) - strong @ strong.T
            common = linear.modes(rest @ lab.Gamma @ rest, 1)[1][:, 0]
            waiting = lab.both @ common
            # Of what the partner gives the next mode the candidates take this share.
            resembles[count] = waiting @ P @ waiting / (waiting @ waiting[partner])
            if count >= 6:  # the rate left is that of other directions
                M = lab.operator(W)
                left = linear.modes(rest @ M @ rest, 1)[0][0]
                assert common @ M @ common < 0.2 * left
                # And so it is by what is learned alone, of which the sentence speaks.
                one, size, other = np.linalg.svd(W, full_matrices=False)
                P = lab.softmax(one[:, :count] * size[:count] @ other[:count])
                assert waiting @ P @ waiting > 0.95 * (waiting @ waiting[partner])
            if count == 1:
                out = np.abs(lab.both @ strong[:, 0])
                assert out[P.argmax(axis=1)].mean() > 2 * out.mean()
        assert favourite[1] < 0.03 and favourite[8] > 0.83
        assert (np.diff([favourite[count] for count in sorted(favourite) if count]) > 0).all()
        assert abs(resembles[1]) < 0.05
        assert min(share for count, share in resembles.items() if count >= 6) > 0.95


def test_a_linear_model_misses_modes_as_well() -> None:
    space = starter("simclr_missing_modes")
    lab = space["lab"]
    assert np.isnan(lab.measured).sum() == 2
    assert space["straight"](lab)[-1] < lab.t[-1] / 4
    rest = [rates[0] / lab.near_zero[k] for k, rates in lab.rate_left.items() if k > 2]
    assert (np.diff(rest) < 0).all() and rest[-1] < 0.5
    straight, left = space["straight_off"], space["left_off"]
    assert left[0] < straight[0] and left[1] < straight[1]


def test_how_many_modes_are_missed_depends_on_the_draw() -> None:
    space = starter("simclr_missing_modes")
    labs = [space["lab"], *(space["Lab"](seed=seed) for seed in (1, 2))]
    came = [int(np.isfinite(lab.measured).sum()) for lab in labs]
    assert len(set(came)) > 1
    for lab, count in zip(labs, came, strict=True):
        assert lab.measured[count - 1] > 1.5 * space["straight"](lab)[count - 1]


@pytest.mark.parametrize("seed", range(3))
def test_between_two_steps_what_waits_brakes_and_what_is_learned_does_not(seed: int) -> None:
    """At each record of a draw: the rate left by all of W, and by its learned directions alone."""
    lab = starter("simclr_missing_modes")["Lab"](seed=seed)
    W, waits, trace = lab.W0, {}, {}
    for k in range(2001):
        if k % 10 == 0:
            count = int((lab.eigenvalues[k // 10] > 0.5).sum())
            if 0 < count < 10:
                left, size, right = np.linalg.svd(W, full_matrices=False)
                learned = left[:, :count] * size[:count] @ right[:count]
                waits.setdefault(count, []).append(
                    [
                        lab.rates_of_waiting(each, lab.operator(each), count)[0]
                        for each in (W, learned)
                    ]
                )
                trace.setdefault(count, []).append(lab.eigenvalues[k // 10, :count].sum())
        W = W + lab.lr * W @ lab.operator(W)
    for count, rates in waits.items():
        whole, alone = np.transpose(rates)
        assert (np.diff(whole) < 0).all() and (np.diff(trace[count]) > 0).all()
        assert alone[-1] > 0.97 * alone[0] and (alone >= whole).all()
    # Beside eight, just after their step: long before the ninth is at one half.
    at = int(np.argmax((lab.eigenvalues > 0.5).sum(axis=1) == 8))
    assert lab.eigenvalues[at, 8] < 0.11
    assert waits[8][0][0] < 0.8 * waits[8][0][1]


def test_with_four_times_as_many_steps_the_ninth_comes_and_the_tenth_does_not() -> None:
    make, ninth = starter("simclr_missing_modes")["Lab"], []
    for seed in (0, 2):
        assert np.isfinite(make(seed=seed).measured).sum() == 8
        lab = make(seed=seed, steps=8000)
        assert np.isfinite(lab.measured).sum() == 9
        ninth.append(lab.eigenvalues[200, 8])
    assert 0.34 < ninth[0] < 0.36 and 0.49 < ninth[1] < 0.5


def test_many_gaussian_candidates_would_leave_the_late_modes_their_rate() -> None:
    """The formula is the gradient of chapter 6's Gaussian loss, with two matrices of its own."""
    rng = np.random.default_rng(0)
    x1, x2 = rng.normal(size=(2, 9, 4))
    both = np.vstack([x1, x2])
    Gamma, Sigma, W = linear.cross_moment(x1, x2), both.T @ both / 18, rng.normal(size=(3, 4))

    def gaussian_loss(W: np.ndarray) -> float:
        return -np.trace(W @ Gamma @ W.T) + np.linalg.norm(W @ Sigma @ W.T) ** 2 / 2

    step = rng.normal(size=(3, 4))
    slope = (gaussian_loss(W + 1e-5 * step) - gaussian_loss(W - 1e-5 * step)) / 2e-5
    M = 2 * (Gamma - Sigma @ W.T @ W @ Sigma)
    assert slope == pytest.approx(-np.sum(W @ M * step), rel=1e-6)

    space = starter("simclr_missing_modes")
    for lab in (space["lab"], *(space["Lab"](seed=seed) for seed in (1, 2))):
        Sigma = lab.both.T @ lab.both / len(lab.both)
        theirs, own = {}, {}
        for count, W in lab.W_at.items():
            M = 2 * (lab.Gamma - Sigma @ W.T @ W @ Sigma)
            theirs[count] = lab.rates_of_waiting(W, M, count)[0] / lab.near_zero[count]
            own[count] = lab.rate_left[count][0] / lab.near_zero[count]
        assert abs(theirs[1] - own[1]) < 0.03
        assert theirs[8] > 1 and own[8] < 0.4


def test_beside_the_learned_rows_much_of_the_first_modes_is_left() -> None:
    """At right angles to eight learned rows the rate near zero is not that of mode 9."""
    lab = starter("simclr_missing_modes")["lab"]
    W = lab.W0
    for _ in range(2000):
        W = W + lab.lr * W @ lab.operator(W)
    beside = lab.rates_of_waiting(W, lab.operator(0 * W), 8)[0]
    assert beside > lab.near_zero[0] / 2 > 2 * lab.near_zero[8]


def test_the_features_are_those_of_the_run_s_own_network() -> None:
    """At the start and after some steps, against what the run recorded of its own views."""
    space = starter("simclr_missing_modes")
    run = data.load_run("digits_simclr_s1")
    h1, h2 = space["features"](run).transpose(1, 0, 2, 3).reshape(2, -1, 64)
    gamma = linear.modes(linear.cross_moment(h1, h2), 10)[0]
    off = [np.abs(np.log(gamma / known)).max() for known in space["many_pairs"]]
    assert off[1] < 0.1 < min(off[0], off[2])
    first = run.hidden_cross_eigenvalues[:, 0]
    record = int(np.argmax(first > 2 * first[0]))
    later = space["features"](run, int(run.steps[record]))
    h1, h2 = later.transpose(1, 0, 2, 3).reshape(2, -1, 64)
    gamma = linear.modes(linear.cross_moment(h1, h2), 3)[0]
    assert np.allclose(gamma, run.hidden_cross_eigenvalues[record, :3], rtol=0.1)


# --- the trained trunk's clock -----------------------------------------------------------------


def test_the_noise_of_batches_accounts_for_a_part_of_the_lateness() -> None:
    space = starter("trained_trunk_clock")
    for name, case in space["frozen"].items():
        # Read off the same batches of the same network as chapter 7's.
        known = data.load_run(f"gamma_of_batches_{name}").other["gamma"][0, -1]
        assert np.allclose(case["gamma"], known, rtol=1e-4)  # of float32
        null = np.nanmean(space["off"](space["whole"](case), case["measured"]))
        assert 0 < space["noisy_off"][name] < 0.8 * null
    case = space["frozen"]["cifar10"]
    assert (space["whole"](case) < case["end"]).all()
    # At ¼ nine steps came, late by a third at most; with noise 5 to 7 are within a tenth.
    run = data.load_run("cifar10_barlow_twins_frozen_trunk")
    quarter = spectra.find_steps(run.t, run.cross_eigenvalues, 0.25)
    null = quarter / to_a_quarter(case["gamma"], case["s0"])
    assert np.isfinite(quarter).sum() == 9 and 1.33 < np.nanmax(null) < 1.35
    derived = quarter / space["noisy"](case, 0.25)
    assert null[4:7].min() > 1.2 and np.abs(derived - 1)[4:7].max() < 0.1
    assert (case["measured"] / space["noisy"](case))[4:7].min() > 1.3  # at ½ later still
    assert np.nanmean(np.abs(np.log(derived))) < 0.6 * np.nanmean(np.abs(np.log(null)))


def to_a_quarter(gamma: np.ndarray, s0: np.ndarray) -> np.ndarray:
    """Chapter 2's times at which λ is ¼."""
    return np.sort((np.log(1 / (gamma * s0**2) - 1) - np.log(3)) / (8 * gamma))


def raises(name: str, space: dict[str, object]) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """γ at the start and at the end, (3, 10) each, by the numbers of pairs off which they are."""
    runs = [data.load_run(f"{name}_barlow_twins_s{seed}") for seed in range(3)]
    few, last = (
        np.array([run.hidden_cross_eigenvalues[k, :10] for run in runs], float) for k in (0, -1)
    )
    again = [data.load_run(f"waiting_{name}_s{seed}").other["gamma"][-1, 1] for seed in range(3)]
    many = space["gamma"][name]
    return {"12,800, 500": (many, last), "500, 500": (few, last), "12,800, 5,120": (many, again)}


def test_two_layers_get_the_order_of_the_raises_right_and_their_size_wrong() -> None:
    space = starter("trained_trunk_clock")
    for name in space["SETS"]:
        for off, (start, end) in raises(name, space).items():
            raised = end / start
            if off == "12,800, 500":  # chapter 8's, and the page's
                np.testing.assert_allclose(space["raised"][name], raised, rtol=1e-6)
            before = (1 + np.sqrt(1 + 4 * space["waits"][name][:, None] / start)) / 2
            assert (before > raised).all()
            others = [np.median(np.delete(raised, seed, axis=0)) for seed in range(3)]
            null = np.median(np.abs(np.log(raised / np.array(others)[:, None])))
            assert null < 0.25 < 0.95 < np.median(np.abs(np.log(before / raised)))
    for name, raised in space["raised"].items():
        before = space["from_two_layers"](name)
        null = np.median(space["off"](space["other_seeds"](name), raised))
        assert 0.1 < null / 2 < 0.125
        assert space["two_layers_off"][name] > 3 * null
        for one, other, gamma in zip(before, raised, space["gamma"][name], strict=True):
            assert np.corrcoef(np.log(one), np.log(other))[0, 1] > 0.7
            # It is an order of γ: all that differs between the modes of a run.
            assert np.corrcoef(np.log(one), -np.log(gamma))[0, 1] > 0.999


def with_lateness_and_raise(name: str, level: float, missing: int) -> np.ndarray:
    """Measured over expected times (3, 10), from the frozen trunk's lateness and the raise.

    Frozen steps that did not come count as if they came at the end, the least that can be. All
    starts are read alike: so for seed 0, which starts as the frozen trunk, lateness times
    prediction is the frozen trunk's own time.
    """
    space, ratio = starter("trained_trunk_clock"), []

    def reads(run: runs.Run, gamma: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        goal = np.log(1 / (gamma * training.predict_recorded(run).s0 ** 2) - 1)
        due = np.sort((goal + np.log(level / (1 - level))) / (8 * gamma))
        return spectra.find_steps(run.t, run.cross_eigenvalues, level), due

    frozen = data.load_run(f"{name}_barlow_twins_frozen_trunk")
    came, due = reads(frozen, space["gamma"][name][0])
    assert np.isnan(came).sum() == missing
    came = np.where(np.isnan(came), frozen.t[-1], came)
    for seed in range(3):
        gamma, raised = (space[key][name][seed] for key in ("gamma", "raised"))
        x = np.linspace(0, level, 20_001)[1:]
        grown = ((2 * raised - 1) ** 2 - 1)[:, None] * x
        saved = np.trapezoid((1 - (1 + grown) ** -0.5) / (x * (1 - x)), x, axis=1) / (8 * gamma)
        measured, alone = reads(data.load_run(f"{name}_barlow_twins_s{seed}"), gamma)
        ratio.append(measured / (came / due * alone - saved))
        if seed == 0:
            np.testing.assert_allclose(ratio[0], measured / (came - saved), rtol=1e-4)
    return np.array(ratio)


def test_lateness_and_raise_as_measured_come_near_on_digits_and_not_on_cifar10() -> None:
    digits = with_lateness_and_raise("digits", 0.5, missing=0)
    photographs = with_lateness_and_raise("cifar10", 0.5, missing=3)
    assert np.median(digits) == pytest.approx(0.95, abs=0.006)
    assert np.median(photographs) == pytest.approx(0.41, abs=0.006)
    digits, photographs = (np.median(ratio, axis=1) for ratio in (digits, photographs))
    assert 0.84 < digits.min() < 0.86 and digits.max() < 1
    assert photographs.max() < 0.45


def test_read_at_a_quarter_lateness_and_raise_are_not_enough_on_cifar10_either() -> None:
    digits = with_lateness_and_raise("digits", 0.25, missing=0)
    photographs = with_lateness_and_raise("cifar10", 0.25, missing=1)
    assert np.median(digits) == pytest.approx(0.97, abs=0.006)
    assert np.median(photographs) == pytest.approx(0.54, abs=0.006)
    assert np.median(photographs, axis=1).max() < 0.7


def test_the_variance_of_gaussian_features_needs_them_uncorrelated_within_a_view() -> None:
    """Box: (σσ + γγ)/2; with a covariance c within a view it is c²/2 more."""
    sigma, gamma = np.array([2.0, 1.0]), np.array([0.8, 0.5])
    for c in (0.0, 0.6):
        within = np.diag(sigma) + c * (1 - np.eye(2))
        both = np.block([[within, np.diag(gamma)], [np.diag(gamma), within]])
        h = np.random.default_rng(0).multivariate_normal(np.zeros(4), both, 400_000)
        found = np.var((h[:, 0] * h[:, 3] + h[:, 2] * h[:, 1]) / 2)
        # The variance of a product of Gaussians scatters by about √(8 / n), 0.5 %.
        assert found == pytest.approx((sigma.prod() + gamma.prod() + c**2) / 2, rel=0.02)


def test_only_the_gains_of_batch_norm_lengthen_the_features_of_the_small_network() -> None:
    x = torch.randn(64, 1, 16, 16, generator=torch.Generator().manual_seed(0))

    def size(kind: type) -> float:
        """Mean square of the features, with the weights of all layers of a kind doubled."""
        model = networks.small_resnet(10, channels=1).train()
        with torch.no_grad():
            for layer in model.trunk.modules():
                if isinstance(layer, kind):
                    layer.weight *= 2
            return model.trunk(x).square().mean().item()

    plain = size(())
    assert size(torch.nn.Conv2d) == pytest.approx(plain, rel=0.01)
    assert size(torch.nn.BatchNorm2d) == pytest.approx(4 * plain, rel=0.01)


def test_the_noise_of_batches_makes_linear_modes_as_late_as_derived() -> None:
    """Gaussian views in fresh batches of 64: the last step within 4 %, and late without noise.

    The mean over four starts; one run scatters by some per cent, for its batches are few.
    """
    gamma, rho, batch, lr = np.array([1.0, 0.8, 0.6, 0.5]), 0.3, 64, 0.005
    sigma, d = gamma / rho, 4
    scatter = (np.outer(sigma, sigma) + np.outer(gamma, gamma)) / 2 / np.outer(gamma, gamma)
    ratio, bare = [], []
    for seed in range(4):
        rng = np.random.default_rng(seed)
        W = 1e-4 * rng.normal(size=(d, d))
        s0 = linear.effective_init(W, np.eye(d))
        case = {"gamma": np.pad(gamma, (0, 6), constant_values=1e-9), "batch": batch}
        case["scatter"] = np.pad(scatter, ((0, 6), (0, 6)))
        case["s0"] = np.pad(s0, (0, 6), constant_values=1e-4)
        t, curves = [], []
        for k in range(1800):
            shared, own1, own2 = rng.normal(size=(3, batch, d)) * np.sqrt(sigma)
            x1, x2 = (np.sqrt(rho) * shared + np.sqrt(1 - rho) * own for own in (own1, own2))
            Gamma = (x1.T @ x2 + x2.T @ x1) / (2 * batch)
            t.append(k * lr)
            curves.append(np.linalg.eigvalsh(W * gamma @ W.T)[::-1])
            W = W - 4 * lr * (W @ Gamma @ W.T - np.eye(d)) @ W @ Gamma
        last = spectra.find_steps(np.array(t), np.array(curves))[-1]
        rate = 8 * gamma[-1]
        late = (rate * lr / 2) / np.log1p(rate * lr / 2)
        ratio.append(last / starter("trained_trunk_clock")["noisy"](case)[3] / late)
        bare.append(last / np.sort(linear.step_times(gamma, s0))[3] / late)
    assert abs(np.mean(ratio) - 1) < 0.04
    assert np.mean(bare) > 1.08
