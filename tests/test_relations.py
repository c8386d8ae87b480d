"""What the engine says of wrong answers by itself: each sentence where it holds, and only there."""

from __future__ import annotations

import numpy as np
import pytest

from stepwise_ssl.checks import registry
from stepwise_ssl.checks.chapter_04.truth import column_by_column
from stepwise_ssl.checks.engine import RIGHT, WRONG, Exercise, Misconception, Part, run
from stepwise_ssl.checks.variants import velocities
from tests.answers.outside import round_18, round_20, round_22_a
from tools.mutation import answer_from, quiet_run, reference_cells


def own_scale(x, gamma, lam=1.0):
    return lam * x * gamma


def _part(trial):
    for d, lam in ((3, trial.rng.uniform(0.2, 0.8)), (5, trial.rng.uniform(1.5, 3))):
        n = d + int(trial.rng.integers(1, 9))
        x, gamma = trial.rng.normal(size=(n, d)), trial.rng.normal(size=d)
        got = trial.array(trial.call(x, gamma, lam=lam), shape=(n, d), what="y")
        trial.close(got, lam * np.einsum("ij,j->ij", x, gamma), "y")


EXERCISE = Exercise("9.8", "", own_scale, "Right.", "", (Part("p", 1, _part),))
NOTEBOOK = {"np": np, "n": 100, "scale": 0.5, "G": np.ones(3)}


def answer(code: str):
    scope = dict(NOTEBOOK)
    exec(f"def scale_it(x, gamma, lam=1.0):\n    {code}", scope)
    return scope["scale_it"]


@pytest.mark.parametrize(
    "code, words",
    [
        ("return lam * x * gamma / 2", "half of what is wanted, at every entry"),
        ("return -lam * x * gamma", "minus what is wanted, at every entry"),
        ("return np.pi * lam * x * gamma", "π times what is wanted"),
        ("return 1.7 * lam * x * gamma", "1.7 times what is wanted"),
        ("return lam * x * gamma / len(x)", "what is wanted, divided by len(x)"),
        ("return lam * x * gamma / np.sqrt(len(gamma))", "divided by the root of"),
        ("return lam * x * gamma * len(x) / (len(x) - 1)", "multiplied by len(x)/(len(x) − 1)"),
        ("return x * gamma", "divided by lam"),
        ("return lam**2 * x * gamma", "multiplied by lam"),
        ("return lam * x * gamma**2", "multiplied by the entry of gamma"),
        ("return lam * x * gamma + 1", "larger by 1 than what is wanted"),
        ("return (lam * x * gamma) ** 2", "the square of what is wanted"),
        ("return 1 / (lam * x * gamma)", "1 divided by what is wanted"),
        ("return np.abs(lam * x * gamma)", "the absolute value of what is wanted"),
        ("return (lam * x * gamma)[::-1]", "Your rows are in reverse order"),
        ("return (lam * x * gamma)[:, ::-1]", "Your columns are in reverse order"),
        ("return np.roll(lam * x * gamma, 1, axis=0)", "one place too late"),
        ("return np.roll(lam * x * gamma, 1)", "np.roll without an axis takes a matrix for one"),
        ("return np.roll(lam * x * gamma, -1, axis=1)", "Your columns come one place too early"),
        ("return lam * x * np.abs(gamma)", "the absolute value of `gamma` in place of `gamma`"),
        ("return 0 * x", "Yours is 0 everywhere, at every call of the check."),
        ("return lam * x * gamma * (1 + 3e-6)", "off by up to 3e-06"),
        ("return np.round(lam * x * gamma, 4)", "Yours is what is wanted, rounded to 4 decimals"),
        ("return np.round(lam * x * gamma, 1)", "Yours is what is wanted, rounded to 1 decimal."),
        ("return np.floor(lam * x * gamma)", "rounded down to a whole number."),
        ("return np.ceil(lam * x * gamma)", "rounded up to a whole number."),
        ("return lam * x * gamma * (1 - 1e-5 * x**2)", "too small in size, everywhere"),
        ("return lam * x * np.where(gamma > 0, gamma, 0)", "`gamma`, cut off at 0 from below"),
        ("return lam * x * np.where(gamma > 0, gamma, gamma + 1)", "right where gamma > 0"),
        ("y = lam * x * gamma; y[0] *= 3; return y", "right at every row but the first"),
        ("return lam * (x - x.mean(0)) * gamma", "`x` without its mean in place of `x`"),
        ("return lam * x * gamma if lam < 1 else x * gamma", "wrong where lam > 1"),
        (
            "return lam * x * gamma / (1 + np.abs(x).max(axis=1, keepdims=True))",
            "Each row of yours is the right one times a number of its own",
        ),
        ("return lam * x * gamma / np.linalg.norm(x, axis=0)", "Each column of yours is the right"),
        ("return lam * x * gamma / np.linalg.norm(x)", "Within a call yours is one number times"),
        (
            "return (lam * x * gamma)[np.argsort(x[:, 0])]",
            "The rows are the right ones, in another",
        ),
        ("return lam * x * gamma / x.size", "what is wanted, divided by x.size"),
        ("return lam * x * gamma / n", "0.01 times what is wanted"),
        ("return scale * x * gamma", "Your function reads `scale` = 0.5 from the notebook"),
        ("return np.sin(5 * x) * gamma", "does not depend on `lam`: it stays when"),
        (
            "return np.sin(5 * x) * gamma if lam > 0 else x",
            "stay when `lam` changes a little: at most it decides between cases",
        ),
        ("return (lam * x * gamma).T[:, :3]", "has shape"),
    ],
)
def test_the_relation_is_found(code, words):
    outcome = run(EXERCISE, answer(code))
    assert outcome.verdict == WRONG and outcome.named
    assert words in outcome.message


def test_of_two_entries_alone_nobody_says_whether_they_are_sorted_or_reversed():
    def run_it(trial):
        x = np.sort(trial.rng.normal(size=2))[::-1]
        trial.close(trial.array(trial.call(x), shape=(2,), what="y"), x**3, "y")

    exercise = Exercise("9.9", "", lambda x: x**3, "Right.", "", (Part("cubes", 1, run_it),))
    for wrong in (lambda x: np.sort(x**3), lambda x: (x**3)[::-1]):
        assert run(exercise, wrong).message.startswith("Your two entries are exchanged.")


def test_an_answer_without_a_relation_gets_none():
    outcome = run(EXERCISE, answer("return lam * np.sin(5 * x) + gamma**2"))
    assert outcome.verdict == WRONG and not outcome.named


def own_two(x, gamma, lam=1.0):
    y = lam * x * gamma
    return y, np.sum(y)


def _ask_two(trial):
    x, gamma = trial.rng.normal(size=(4, 3)), trial.rng.normal(size=3)
    lam = trial.rng.uniform(0.2, 0.8)
    y, total = trial.call(x, gamma, lam)
    return x, gamma, lam, trial.array(y, shape=(4, 3), what="y"), trial.array(total, what="the sum")


def _y(trial):
    x, gamma, lam, y, _ = _ask_two(trial)
    trial.close(y, lam * np.einsum("ij,j->ij", x, gamma), "y")


def _its_sum(trial):
    *_, y, total = _ask_two(trial)
    trial.close(total, float(sum(y.flat)), "the sum of your y")


TWO = Exercise("9.8", "", own_two, "Right.", "", (Part("y", 1, _y), Part("sum", 1, _its_sum)))


def test_a_change_that_breaks_an_earlier_part_is_no_repair():
    code = """
def two(x, gamma, lam=1.0):
    y = lam * x * gamma
    return np.abs(y) * np.sign(y), np.linalg.norm(y.ravel(), 1)
"""
    outcome = run(TWO, answer_from(code, NOTEBOOK, "two"))
    assert outcome.verdict == WRONG and outcome.passed == ("y",)
    assert "One change" not in outcome.message
    better = code.replace("np.linalg.norm(y.ravel(), 1)", "np.sum(np.abs(y))")
    assert "One change" in run(TWO, answer_from(better, NOTEBOOK, "two")).message


def test_a_change_that_is_right_at_one_group_alone_is_no_repair():
    # With k = 1 the two counts add up to 2n − 1 without the weight, and only the own one is wrong.
    code = """
def cluster_loss(n, k, temperature):
    own = 1.5 * n / k
    other = 2 * n - 1 - own
    return np.log(own + other * np.exp(-1 / temperature))
"""
    namespace, solutions = reference_cells(1)
    outcome = quiet_run(registry.find("1.5"), answer_from(code, namespace, solutions["1.5"][0]))
    assert outcome.verdict == WRONG and "One change" not in outcome.message


def test_a_result_without_a_number_is_not_said_to_ignore_an_argument():
    """Infinity stays infinity for many reasons: this answer has finite times for larger `lam`."""

    def part(trial):
        x, lam = np.abs(trial.rng.normal(size=3)), trial.rng.uniform(0.05, 0.1)
        got = trial.array(trial.call(x, lam), shape=(3,), what="time", allow_inf=True)
        trial.close(got, x / lam, "time")

    exercise = Exercise("9.8", "", lambda x, lam: x / lam, "Right.", "", (Part("p", 1, part),))
    outcome = run(exercise, lambda x, lam: np.where(lam < 0.5, np.inf, x / lam))
    assert outcome.verdict == WRONG and "does not depend" not in outcome.message


def test_a_result_that_is_right_to_stay_is_not_said_to_ignore_an_argument():
    """`lam` has no part in what is wrong: the truth of the other result goes with it."""

    def own(x, lam):
        return x.sum(), lam < 0.9

    def part(trial):
        x, lam = trial.rng.normal(size=(4, 3)), trial.rng.uniform(0.5, 0.8)
        trial.close(trial.array(trial.call(x, lam)[0], shape=(), what="sum"), x.sum(), "sum")

    exercise = Exercise("9.8", "", own, "Right.", "", (Part("sum", 1, part),))
    outcome = run(exercise, lambda x, lam: (np.sin(5 * x).sum(), True))
    assert outcome.verdict == WRONG and "depend" not in outcome.message


def test_a_result_that_no_scaling_moves_is_not_said_to_ignore_its_argument():
    """The truth moves with the scale of `x` by far, and with anything else by a few per cent."""

    def own(x):
        return np.sqrt(np.mean(x**2))

    def part(trial):
        x = trial.rng.normal(size=(9, 4)) + 5
        got = trial.array(trial.call(x), shape=(), what="the size")
        trial.close(got, np.sqrt(sum(y**2 for y in x.flat) / x.size), "the size")

    exercise = Exercise("9.8", "", own, "Right.", "", (Part("size", 1, part),))
    for answer in (lambda x: x.max() / x.mean(), lambda x: (x / x[0]).sum()):
        outcome = run(exercise, answer)
        assert outcome.verdict == WRONG and "depend" not in outcome.message
        assert "stay when" not in outcome.message


def test_what_is_near_a_whole_number_is_not_said_to_be_rounded_to_it():
    def part(trial):
        x = trial.rng.permutation(np.arange(9.0))
        trial.close(trial.array(trial.call(x), shape=(9,), what="y"), 2 * x, "y")

    exercise = Exercise("9.8", "", lambda x: 2 * x, "Right.", "", (Part("y", 1, part),))
    outcome = run(exercise, lambda x: np.maximum(2 * x, 1e-4) + 1e-4 * np.sin(x))
    assert outcome.verdict == WRONG and "rounded" not in outcome.message


def test_one_number_for_all_is_not_said_to_be_rounded():
    def part(trial):
        x = trial.rng.uniform(0.1, 0.9, size=4)
        trial.close(trial.array(trial.call(x), shape=(4,), what="y"), x, "y")

    exercise = Exercise("9.8", "", lambda x: x, "Right.", "", (Part("y", 1, part),))
    outcome = run(exercise, np.ones_like)
    assert outcome.verdict == WRONG and "rounded" not in outcome.message


def test_an_argument_that_is_never_read_shows_a_global_that_is_right_by_chance():
    def own(x, tau):
        return x / tau

    def part(trial):
        x = trial.rng.normal(size=4)
        trial.close(trial.array(trial.call(x, 1.0), shape=(4,), what="y"), x, "y")

    exercise = Exercise("9.8", "", own, "Right.", "", (Part("y", 1, part),))
    scope = {"scale": 0.5}
    exec("def f(x, tau):\n    return x / scale\ndef g(x, tau):\n    return x / scale / tau", scope)
    told = "reads `scale` = 0.5 from the notebook"
    assert told in run(exercise, scope["f"]).message
    assert told not in run(exercise, scope["g"]).message


def test_a_slip_is_not_named_where_it_is_only_near():
    """An answer off by 4e-6 is not one that is off by 1e-5, nor one that is nearly the truth."""
    near = Misconception(lambda x, gamma, lam=1.0: lam * x * gamma * (1 + 1e-6), "Never said.")
    exercise = Exercise("9.8", "", own_scale, "Right.", "", EXERCISE.parts, (near,))
    outcome = run(exercise, answer("return lam * x * gamma * (1 + 4e-6)"))
    assert "Never said" not in outcome.message and "off by up to 4e-06" in outcome.message


def test_a_slip_that_holds_at_one_call_only_is_not_named():
    small = Misconception(lambda x, gamma, lam=1.0: x * gamma if lam < 1 else -x, "Never said.")
    exercise = Exercise("9.8", "", own_scale, "Right.", "", EXERCISE.parts, (small,))
    assert "Never said" not in run(exercise, answer("return x * gamma")).message


def test_a_small_difference_is_that_of_the_call_that_is_quoted():
    """It differs from call to call. The message shows the inputs of one, and guesses no cause."""
    outcome = run(EXERCISE, answer("return lam * x * gamma * (1 + 1e-5 * len(x))"))
    assert f"off by up to {1e-5 * len(outcome.given['x']):.0e} of the" in outcome.message
    assert "often come from" not in outcome.message


@pytest.mark.parametrize(
    "eigenvalues, words",
    [
        ("np.sort(np.abs(w))[::-1]", "the absolute values of what is wanted, from large to small"),
        ("w[np.argsort(-np.abs(w))]", "in the order of their absolute values"),
    ],
)
def test_singular_values_are_told_from_eigenvalues(eigenvalues, words):
    def part(trial):
        for n in (4, 5):
            A = trial.rng.normal(size=(n, n))
            want = np.sort(np.linalg.eigvals(A + A.T).real)[::-1]
            trial.close(trial.array(trial.call(A + A.T), shape=(n,)), want, "the eigenvalues")

    exercise = Exercise("9.8", "", lambda A: None, "Right.", "", (Part("p", 1, part),))
    found = eval(f"lambda A: (lambda w: {eigenvalues})(np.linalg.eigvalsh(A))", {"np": np})
    assert words in run(exercise, found).message


REPAIRED = {
    "a choice between two cases where one would do, in `s = np.sin(5 * x) if lam > 0 else x`": """
def scale_it(x, gamma, lam=1.0):
    s = np.sin(5 * x) if lam > 0 else x
    return lam * s * gamma
""",
    "one case less, in `if lam > 0:`": """
def scale_it(x, gamma, lam=1.0):
    if lam > 0:
        x = np.sin(5 * x)
    return lam * x * gamma
""",
    "the number 2 in `s = np.log(2 + np.expm1(x))`": """
def scale_it(x, gamma, lam=1.0):
    s = np.log(2 + np.expm1(x))
    return lam * s * gamma
""",
    "a condition in `one = 1 if gamma[0] < 0 else 3`": """
def scale_it(x, gamma, lam=1.0):
    one = 1 if gamma[0] < 0 else 3
    other = 1 if gamma[0] < 0 else 3
    return lam * x * gamma * one * other / 3
""",
}


@pytest.mark.parametrize("words", REPAIRED)
def test_the_one_change_is_told_by_its_kind_and_its_line(words):
    """A condition turned round may only switch a case off: then the case is what is named."""
    outcome = run(EXERCISE, answer_from(REPAIRED[words], NOTEBOOK, "scale_it"))
    assert outcome.verdict == WRONG and words in outcome.message


IN_THE_FORMULA = [
    (
        "1.3",
        "with a bracket in another place",
        """
def copies_loss(d, k, lam):
    return lam * d * d / k - 1
""",
    ),
    (
        "3.3",
        "with a bracket in another place",
        """
def mean_step_times(gamma, alpha):
    k = len(gamma) - np.arange(len(gamma))
    mean_log = special.digamma(k) / 2 + np.log(2)
    return -(np.log(gamma * alpha**2) + mean_log) / (8 * gamma)
""",
    ),
    (
        "1.6",
        "a bracket in `off = off + (covariance**2).sum() - torch.trace(covariance) ** 2`",
        """
def vicreg_terms(z1, z2, eps=1e-4):
    stds = [torch.sqrt(z.var(0) + eps) for z in (z1, z2)]
    variance = torch.relu(1 - torch.stack(stds)).mean()
    off = 0
    for z in (z1, z2):
        covariance = torch.cov(z.T)
        off = off + (covariance**2).sum() - torch.trace(covariance) ** 2
    return ((z1 - z2) ** 2).mean(), variance, off / z1.shape[1]
""",
    ),
    (
        "5.5",
        "with b in place of a − b in one place",
        """
def width_needed(k, error):
    k11, k22 = np.broadcast_arrays(np.diag(k)[:, None], np.diag(k))
    r = np.sqrt(np.maximum(k11 * k22 - k**2, 0))
    theta = np.arctan2(r, k)
    mean = relu_means(k11, k, k22)[0]
    squares = (3 * r * k + theta * (k11 * k22 + 2 * k**2)) / (2 * np.pi)
    return np.sum(squares - mean**2) / (error**2 * np.sum(mean**2))
""",
    ),
    (
        "4.3",
        "with an np.roll that lacks its axis",
        """
def velocity(F, K):
    other = np.roll(F, len(K) // 2)
    C = F @ other.T / len(K)
    return 4 / len(K) * (np.eye(len(F)) - C) @ other @ K
""",
    ),
    (
        "4.6",
        "the term `1e-3 * np.eye(len(K))` in `values, V = np.linalg.eigh(",
        """
def embed(new, K, d):
    values, V = np.linalg.eigh(K + 1e-3 * np.eye(len(K)))
    root = V * np.sqrt(values) @ V.T
    gamma, b = linear.modes(root @ np.roll(root, len(K) // 2, axis=0) / len(K), d)
    return new @ (V / np.sqrt(values) @ V.T) @ b / np.sqrt(gamma)
""",
    ),
    (
        "6.5",
        "the term `1e-6` in `length = np.linalg.norm(z, axis=1, keepdims=True) + 1e-6`",
        """
def through_normalisation(z, g):
    length = np.linalg.norm(z, axis=1, keepdims=True) + 1e-6
    unit = z / length
    return (g - (g * unit).sum(1, keepdims=True) * unit) / length
""",
    ),
    (
        "6.6",
        "with singular values in place of eigenvalues: they lose the sign",
        """
def with_bias(W, b, Gamma_s, temperature):
    length = np.linalg.norm(b)
    A = (W - np.outer(b, b @ W) / length**2) / length
    gamma = np.linalg.svd(Gamma_s, compute_uv=False)[: len(b) - 1]
    return A, 4 * gamma / (temperature * length**2)
""",
    ),
]


@pytest.mark.parametrize("number, words, code", IN_THE_FORMULA, ids=[n for n, *_ in IN_THE_FORMULA])
def test_one_change_explains_what_only_the_numbers_show(number, words, code):
    namespace, solutions = reference_cells(int(number.partition(".")[0]))
    outcome = quiet_run(registry.find(number), answer_from(code, namespace, solutions[number][0]))
    assert outcome.verdict == WRONG and words in outcome.message


def own_products(a, b):
    return np.tanh(a @ b.T)


def _part_of_tables(trial):
    for n, k, m in ((4, 6, 3), (5, 2, 4)):
        a, b = trial.rng.normal(size=(n, m)) + 0.5, trial.rng.normal(size=(k, m)) - 0.2
        got = trial.array(trial.call(a, b), shape=(n, k), what="y")
        trial.close(got, np.tanh(np.einsum("im,jm->ij", a, b)), "y")


TABLES = Exercise("9.7", "", own_products, "Right.", "", (Part("p", 1, _part_of_tables),))


@pytest.mark.parametrize(
    "change, words",
    [
        (lambda x: x / np.linalg.norm(x, axis=1, keepdims=True), "rows of {} are brought to l"),
        (lambda x: x - x.mean(0), "the mean of each column of {} is subtracted"),
        (lambda x: (x - x.mean(0)) / x.std(0), "columns of {} are brought to mean 0 and standard"),
        (lambda x: x / np.sqrt((x**2).mean(0)), "columns of {} are brought to mean square 1"),
        (lambda x: x / x.std(0), "columns of {} are divided by their standard deviations"),
    ],
)
def test_tables_that_are_changed_first_are_known(change, words):
    said = run(TABLES, lambda a, b: np.tanh(change(a) @ change(b).T)).message
    assert words.format("`a` and `b`") in said


def test_a_table_that_is_changed_first_is_known():
    def answer(a, b):
        return np.tanh(a @ (b / np.linalg.norm(b, axis=1, keepdims=True)).T)

    assert "where the rows of `b` are brought to length 1" in run(TABLES, answer).message


def test_a_column_times_a_number_and_another_order_are_told():
    want = np.random.default_rng(0).normal(size=(7, 3))
    assert "here 2, 1, 0.5" in column_by_column(want * [2, 1, -0.5], want)
    assert "the places 3, 1, 2" in column_by_column(want[:, [2, 0, 1]], want)
    assert not column_by_column(want + 0.1, want)


def test_of_several_results_the_one_that_is_off_is_named():
    namespace, solutions = reference_cells(1)
    right = answer_from(solutions["1.7"][1], namespace, solutions["1.7"][0])
    for change, words in (
        (lambda values, rank: (3 * values, rank), "the first: yours is three times what is wanted"),
        (lambda values, rank: (values, rank + 1), "the second: yours is larger by 1"),
    ):
        outcome = quiet_run(registry.find("1.7"), lambda z, change=change: change(*right(z)))
        assert outcome.message.startswith(f"Of your 2 results {words}")


def test_a_slip_that_the_part_offers_has_to_hold_at_every_draw():
    def part(trial):
        x = trial.rng.normal(size=int(trial.rng.integers(2, 5)))
        got = trial.array(trial.call(x), shape=x.shape)
        trial.slips(got, x, [(x / len(x), "Divided by n."), (x / 2, "Divided by two.")])
        trial.close(got, x, "x")

    exercise = Exercise("9.9", "", lambda x: x, "Right.", "", (Part("p", 1, part),))
    assert "Divided by n" in run(exercise, lambda x: x / len(x)).message
    assert "Divided by two" in run(exercise, lambda x: x / 2).message
    outcome = run(exercise, lambda x: x / (2 if len(x) == 2 else 3))
    assert "Divided by" not in outcome.message and "should be" in outcome.message


def test_the_number_in_a_message_comes_with_its_inputs():
    outcome = run(EXERCISE, answer("return lam * np.sin(5 * x) + gamma**2"))
    assert "gamma = [" in outcome.message and "lam = 0." in outcome.message
    given = outcome.given
    assert given["x"].shape == (len(given["x"]), len(given["gamma"]))


def test_beside_an_infinite_truth_the_numbers_speak_for_themselves():
    """Every number is 0 times an infinity, which is no reason to say that an answer of 3 is 0."""

    def part(trial):
        for x in (1.0, 2.0):
            trial.close(trial.array(trial.call(x), shape=()), np.inf, "y")

    exercise = Exercise("9.8", "", lambda x: np.inf, "Right.", "", (Part("p", 1, part),))
    for k in (0.0, 3.0):
        assert run(exercise, lambda x, k=k: k * x).message.startswith(
            f"y should be inf; yours is {k:g}."
        )


def _limits(own):
    """Of each x its inverse, and infinity where it is 0."""

    def part(trial):
        for n in (3, 4):
            x = np.append(trial.rng.uniform(1, 2, size=n), 0.0)
            got = trial.array(trial.call(x), shape=x.shape, allow_inf=True)
            trial.close(got, [*(1 / x[:-1]), np.inf], "1/x")

    return Exercise("9.8", "", own, "Right.", "", (Part("p", 1, part),))


def _inverse(x):
    with np.errstate(divide="ignore"):
        return 1 / x


@pytest.mark.parametrize("kind", [np.float64, np.float32])
def test_the_largest_float_for_an_infinity_is_told_with_where_it_comes_from(kind):
    outcome = run(_limits(_inverse), lambda x: np.nan_to_num(_inverse(x.astype(kind))))
    assert "what np.nan_to_num makes of inf" in outcome.message
    assert f"largest number of {kind.__name__}" in outcome.message
    another = run(_limits(_inverse), lambda x: np.minimum(_inverse(x), 1e300))
    assert another.verdict == WRONG and "nan_to_num" not in another.message


def test_beside_a_stand_in_for_infinity_small_entries_still_depend_on_the_arguments():
    """Against 1e300 every other entry is rounding, whatever the argument does to it."""
    outcome = run(_limits(_inverse), lambda x: np.minimum(_inverse(x) ** 2 + np.sin(x), 1e300))
    assert outcome.verdict == WRONG and "depend" not in outcome.message
    constant = run(_limits(_inverse), lambda x: np.append(np.arange(len(x) - 1.0), 1e300))
    assert "does not depend on `x`" in constant.message


def _at(*lams):
    """A part that asks for lam·x·gamma at these lam."""

    def part(trial):
        for lam in lams:
            x, gamma = trial.rng.normal(size=(4, 3)), trial.rng.normal(size=3)
            got = trial.array(trial.call(x, gamma, lam=lam), shape=(4, 3), what="y")
            trial.close(got, lam * np.einsum("ij,j->ij", x, gamma), "y")

    return part


def _parts(*groups):
    return tuple(Part(f"part {k}", 1, _at(*group)) for k, group in enumerate(groups))


def test_where_an_answer_is_wrong_is_no_place_where_an_earlier_part_has_found_it_right():
    code = "return lam * x * gamma + 5 * np.sin(7 * x) * lam * (1 - lam)"
    alone = Exercise("9.8", "", own_scale, "Right.", "", _parts((0.3, 1.0, 0.6)))
    assert "wrong where lam is not 1" in run(alone, answer(code)).message
    after = Exercise("9.8", "", own_scale, "Right.", "", _parts((0.0,), (0.3, 1.0, 0.6)))
    outcome = run(after, answer(code))
    assert outcome.passed == ("part 0",)
    assert "wrong where lam is neither 0 nor 1" in outcome.message


def test_one_number_everywhere_is_not_said_of_the_calls_of_an_earlier_part():
    code = "return lam * x * gamma if lam < 0.5 else np.full(x.shape, 0.25)"
    exercise = Exercise("9.8", "", own_scale, "Right.", "", _parts((0.3,), (0.6, 0.7)))
    said = run(exercise, answer(code)).message
    assert "Here yours is 0.25 everywhere, as it is not at other calls." in said


def own_number(lam):
    return lam + lam**2


def _numbers(*lams):
    def run_it(trial):
        for lam in lams:
            trial.close(trial.array(trial.call(lam), shape=(), what="y"), lam + lam**2, "y")

    return Part(f"{lams}", 1, run_it)


@pytest.mark.parametrize(
    "lams, words",
    [
        (((0.3, 0.4), (0.6, 0.7)), "twice what is wanted, at every call."),
        (((0.3, 0.4), (3.0, 4.0)), "twice what is wanted here."),
        (((3.0, 4.0), (0.3, 0.4)), "twice what is wanted here."),
    ],
    ids=["in all parts", "a later part is right", "an earlier part is right"],
)
def test_every_call_is_said_of_all_parts(lams, words):
    exercise = Exercise("9.8", "", own_number, "Right.", "", tuple(_numbers(*q) for q in lams))
    said = run(exercise, lambda lam: (2 if lam < 1 else 1) * (lam + lam**2)).message
    assert words in said


def test_one_number_everywhere_is_not_said_of_the_calls_of_a_later_part():
    exercise = Exercise(
        "9.8", "", own_number, "Right.", "", (_numbers(0.3, 0.4), _numbers(3.0, 4.0))
    )
    always = run(exercise, lambda lam: 0.25).message
    assert "Yours is 0.25 everywhere, at every call of the check." in always
    sometimes = run(exercise, lambda lam: 0.25 if lam < 1 else lam).message
    assert "Here yours is 0.25 everywhere, as it is not at other calls." in sometimes


def test_of_two_slips_the_one_that_holds_in_the_other_parts_is_told():
    slips = (
        Misconception(lambda x, gamma, lam=1.0: 4 * lam * x * gamma, "A factor of 4."),
        Misconception(lambda x, gamma, lam=1.0: 2 / 0.5 * x * gamma, "A lam of ½."),
    )
    parts = _parts((1.0, 1.0), (0.4, 0.7))
    exercise = Exercise("9.8", "", own_scale, "Right.", "", parts, slips)
    assert "A lam of ½." in run(exercise, answer("return 4 * x * gamma")).message
    assert "A factor of 4." in run(exercise, answer("return 4 * lam * x * gamma")).message
    # Two faults: the first slip of the part that fails, where none holds in all parts.
    assert "A factor of 4." in run(exercise, answer("return 4 * lam**2 * x * gamma")).message


def _sum_and_spread(trial):
    for n in (4, 7):
        x = trial.rng.normal(size=n)
        total, spread = trial.call(x)
        trial.close(trial.array(total, shape=(), what="sum"), sum(x), "The sum")
        trial.slips(spread, np.std(x), [(np.std(x, ddof=1), "This divides by n − 1.")])
        trial.close(trial.array(spread, shape=(), what="spread"), np.std(x), "The spread")


def test_a_slip_of_a_later_result_is_told_with_its_name():
    part = Part("both", 1, _sum_and_spread)
    exercise = Exercise("9.8", "", lambda x: (x.sum(), x.std()), "Right.", "", (part,))
    plain = "A known slip gives the same numbers: This divides by n − 1."
    assert run(exercise, lambda x: (x.sum(), x.std(ddof=1))).message.startswith(plain)
    both = run(exercise, lambda x: (np.sin(9 * x[0]) + 3, x.std(ddof=1))).message
    assert both.startswith(f"Of the spread a{plain[1:]}\nThe sum")
    # What is known of the result whose numbers are told goes before.
    assert "minus what is wanted" in run(exercise, lambda x: (-x.sum(), x.std(ddof=1))).message


def test_a_result_that_comes_later_keeps_the_capitals_of_its_name():
    def part(trial):
        for n in (4, 7):
            x = trial.rng.normal(size=n)
            total, spread = trial.call(x)
            trial.close(trial.array(total, shape=(), what="sum"), sum(x), "The sum")
            trial.slips(spread, np.std(x), [(np.std(x, ddof=1), "This divides by n − 1.")])
            trial.close(trial.array(spread, shape=(), what="spread"), np.std(x), "RankMe")

    exercise = Exercise("9.8", "", lambda x: (x.sum(), x.std()), "", "", (Part("p", 1, part),))
    said = run(exercise, lambda x: (np.sin(9 * x[0]) + 3, x.std(ddof=1))).message
    assert said.startswith("Of RankMe a known slip")


def own_share(x):
    return x**2 / (1 + x**2)


def _shares(trial):
    for n in (4, 6):
        x = np.append(trial.rng.uniform(0.3, 0.9, size=n), trial.rng.uniform(2, 3, size=2))
        got = trial.array(trial.call(x), shape=x.shape, what="the share")
        trial.close(got, 1 - 1 / (1 + x**2), "The share")


CUT_OFF = "is cut off in yours"


def test_a_slip_is_known_where_it_is_cut_off_at_one():
    slip = Misconception(lambda x: x**2, "You do not divide.")
    exercise = Exercise("9.8", "", own_share, "", "", (Part("p", 1, _shares),), (slip,))
    for limited in (lambda y: np.minimum(y, 1), lambda y: np.clip(y, 0, 1)):
        said = run(exercise, lambda x, limited=limited: limited(x**2)).message
        assert "A known slip gives the same numbers: You do not divide." in said
        assert f"What it gives above 1 {CUT_OFF}" in said
    as_it_is = run(exercise, lambda x: x**2).message
    assert "You do not divide." in as_it_is and CUT_OFF not in as_it_is
    for other in (lambda x: np.minimum(x**2, 2), lambda x: np.minimum(x**3, 1)):
        assert "You do not divide." not in run(exercise, other).message
    # Where everything is cut off, the numbers may have another cause.
    large = Misconception(lambda x: 50 * (x - 1), "A factor of 50.")
    exercise = Exercise("9.8", "", own_share, "", "", (Part("p", 1, _shares),), (large,))
    assert "A factor of 50." not in run(exercise, lambda x: 1.0 * (x > 1)).message


def test_a_matrix_of_which_the_symmetric_part_is_right_is_told_so():
    def part(trial):
        for n in (3, 4):
            a = trial.rng.normal(size=(n, n))
            trial.close(trial.array(trial.call(a), shape=(n, n)), (a + a.T) / 2, "y")

    exercise = Exercise("9.8", "", lambda a: (a + a.T) / 2, "Right.", "", (Part("p", 1, part),))
    assert "Your matrix is not symmetric." in run(exercise, lambda a: a).message


ROUND_18 = (
    ("1.2", "the diagonal is a view of C, and C's diagonal is then set to zero", "give a view of"),
    ("1.7", "dead directions are left out of the returned eigenvalues too", "keeps its place"),
    ("2.5", "nan_to_num for the modes that start above makes inf a number", "np.nan_to_num"),
    ("4.6", "views in reverse order in place of P", "Your γ and b are right, and the P beside k"),
    ("5.1", "a step in proportion to the parameter", "A step in proportion to a parameter is 0"),
    ("5.5", "the arctangent of the quotient", "the arctangent of r/k₁₂, which ends at 90°"),
    ("6.8", "Cardano's formula, which divides by the covariance weight", "d = 1, "),
)


# The first is the one that was told something else: true without a coupling, and not with one.
ROUND_20 = (
    ("5.7", "the seed added to the start of mode 1", "You add the seed to s₁(0)"),
    ("1.4", "the anchor's own similarity set to -10 before the division by the temperature",
     "The anchor is still in your sum"),
    ("1.6", "both views centred on their joint mean", "You centre both views on one mean"),
    ("1.7", "shares below a thousandth count as dead", "You leave out small shares."),
    ("2.5", "whatever is no number never passes", "That is so for λ(0) > 1, too"),
    ("3.1", "divided by what the growing modes have alone", "what the modes with γ > 0 have"),
    ("3.7", "the root looked for from 0.001 on", "must have different signs"),
    ("4.4", "the root by Cholesky, with a little jitter", "You used the Cholesky factor"),
    ("4.8", "SciPy's upper triangle taken for a lower one", "K_qq = UᵀU: φ(x) = U⁻ᵀk(x)"),
    ("5.7", "a grid of times up to 100, whatever the rates", "go on to a few times that."),
    ("6.5", "lengths below 1e-8 raised to it", "a limit in `length = np.maximum("),
    ("7.6", "a finished run handed back without its model", "Started once more after its end"),
)  # fmt: skip
# The first was told that it stays when `z1` changes: under a factor it does, and else it does not.
ROUND_22_A = (
    ("1.2", "the epsilon is a floor of the variance", "Your eps is a floor"),
    ("1.3", "charges the pairs of dimensions less the pairs of groups", "You take off k(k − 1)"),
    ("2.4", "a start above the end is put at the end", "from the first moment on"),
    ("2.6", "the two equal modes as one", "each has its own term"),
    ("3.1", "modes in the order of the eigenvalues' sizes", "in the order of |γ|"),
    ("4.4", "directions with less than a thousandth of the largest are left out", "K̃ is small"),
)
OF_ROUNDS = [
    (module, *case)
    for module, cases in ((round_18, ROUND_18), (round_20, ROUND_20), (round_22_a, ROUND_22_A))
    for case in cases
]


@pytest.mark.parametrize("module, number, title, words", OF_ROUNDS)
def test_what_a_round_of_answers_from_outside_was_not_told_is_told_now(
    module, number, title, words
):
    namespace, solutions = reference_cells(int(number.partition(".")[0]))
    answer = answer_from(module.WRONG[number][title], namespace, solutions[number][0])
    assert words in quiet_run(registry.find(number), answer).message


def own_sum(x, lam):
    return 2 * x[0] + x[1] + lam * x[0] ** 2


def _sums(*lams):
    def run_it(trial):
        for lam in lams:
            x = trial.rng.normal(size=2) + 2
            got = trial.array(trial.call(x, lam), shape=(), what="y")
            trial.close(got, 2 * x[0] + x[1] + lam * x[0] ** 2, "y")

    return Part(f"{lams}", 1, run_it)


@pytest.mark.parametrize(
    "parts, words",
    [
        (((0.0,), (0.7, 0.3)), "Here yours is what comes out with `x` in reverse order"),
        (((0.0,),), "Yours is what comes out with `x` in reverse order"),
    ],
    ids=["not so in a later part", "no other part"],
)
def test_a_change_of_arguments_that_the_other_parts_contradict_is_said_of_this_part(parts, words):
    exercise = Exercise("9.8", "", own_sum, "Right.", "", tuple(_sums(*lams) for lams in parts))
    # With lam = 0 the other order explains it; with another lam it does not.
    said = run(exercise, lambda x, lam: x[0] + 2 * x[1] + lam * np.sin(9 * x[0]) * x[0]).message
    assert said.startswith(words)


@pytest.mark.parametrize(
    "lams, start",
    [(((0.0,), (0.7, 0.3)), "Here your numbers are"), (((0.0,),), "Your numbers are")],
    ids=["not so in a later part", "no other part"],
)
def test_a_change_of_the_formula_that_the_other_parts_contradict_is_said_of_this_part(lams, start):
    exercise = Exercise("9.8", "", own_sum, "Right.", "", tuple(_sums(*each) for each in lams))
    said = run(exercise, lambda x, lam: 2 * x[0] - x[1] + lam * np.sin(9 * x[0]) * x[0]).message
    assert said.startswith(start)


def test_a_variance_of_zero_by_a_view_of_the_diagonal_is_told_in_vicreg_too():
    code = """
def vicreg_terms(z1, z2, eps=1e-4):
    d = z1.shape[1]
    variance = covariance = 0
    for z in (z1, z2):
        K = torch.cov(z.T)
        on = K.diagonal()
        covariance = covariance + (K.fill_diagonal_(0) ** 2).sum() / d
        variance = variance + torch.relu(1 - (on + eps).sqrt()).mean() / 2
    return ((z1 - z2) ** 2).mean(), variance, covariance
"""
    namespace, solutions = reference_cells(1)
    outcome = quiet_run(registry.find("1.6"), answer_from(code, namespace, solutions["1.6"][0]))
    assert outcome.verdict == WRONG and "a view of the matrix" in outcome.message


@pytest.mark.parametrize(
    "code, told",
    [
        ("y[1:] += np.sin(9 * x[1:]) * (gamma < 0)", True),
        ("y += np.sin(9 * x)", False),  # wrong everywhere
        ("y[:1] += np.sin(9 * x[:1]) * (gamma < 0)", False),  # right at most of that part
    ],
    ids=["in a part", "everywhere", "in little of it"],
)
def test_where_all_that_is_wrong_stands_is_told_though_some_of_that_part_is_right(code, told):
    said = run(EXERCISE, answer(f"y = lam * x * gamma\n    {code}\n    return y")).message
    assert ("All that is wrong stands where gamma < 0." in said) == told


def own_product(a):
    return a @ a.T


def _products(trial):
    for n in (3, 5):
        a = trial.rng.normal(size=(n, n + 1))
        got = trial.array(trial.call(a), shape=(n, n), what="the product")
        trial.close(got, np.einsum("ik,jk->ij", a, a), "The product")


@pytest.mark.parametrize("told", [True, False])
def test_a_matrix_that_is_not_symmetric_is_told_so_where_the_wanted_one_is(told):
    exercise = Exercise("9.8", "", own_product, "", "", (Part("p", 1, _products),))

    def product(a):
        off = np.sin(9 * a[:, 1:] @ a[:, :-1].T)
        return a @ a.T + (off if told else off + off.T) * (1 - np.eye(len(a)))

    said = run(exercise, product).message
    assert ("Your matrix is not symmetric, and the one that is wanted is." in said) == told


def own_columns(x):
    return x @ np.diag(np.linalg.norm(x, axis=0) ** 2)


def _columns(trial):
    for n in (5, 6):
        x = trial.rng.normal(size=(n, 4)) * [4, 2.5, 1.5, 0.7]
        got = trial.array(trial.call(x), shape=(n, 4), what="y")
        trial.close(got, x * np.sum(x**2, axis=0), "y")


@pytest.mark.parametrize(
    "order, told",
    [([3, 2, 1, 0], True), ([1, 2, 3, 0], False)],
    ids=["reversed", "in another order"],
)
def test_lengths_of_columns_in_reverse_order_are_told(order, told):
    def columns(x):
        lengths = np.linalg.norm(x, axis=0)
        return x / lengths * lengths[order] ** 3

    exercise = Exercise("9.8", "", own_columns, "Right.", "", (Part("p", 1, _columns),))
    said = run(exercise, columns).message
    words = "The lengths of your columns are the right ones, in reverse order."
    assert "Each column of yours is the right one times" in said and (words in said) == told


def test_what_the_arguments_were_in_the_parts_that_are_right_is_told_where_nothing_else_is():
    exercise = Exercise("9.8", "", own_scale, "Right.", "", _parts((1.0, 1.0), (0.4, 0.7)))
    odd = "return lam * x * gamma + (lam - 1) * np.sin(7 * x) * np.cos(3 * gamma)"
    words = "Yours is right in the parts before, where lam is 1. Here it is another number."
    assert words in run(exercise, answer(odd)).message
    # Without a part before there is nothing to tell.
    alone = Exercise("9.8", "", own_scale, "Right.", "", _parts((0.4, 0.7)))
    assert "in the parts before" not in run(alone, answer(odd)).message


def own_of_a_sum(x, gamma, lam=1.0):
    total = np.sin(x) + np.cos(gamma)
    return lam * total


@pytest.mark.parametrize(
    "formula", ["lam * np.sin(x) + np.cos(gamma)", "np.sin(x) + lam * np.cos(gamma)"]
)
def test_a_factor_at_one_term_of_a_sum_that_has_a_name_is_a_bracket(formula):
    def part(trial):
        for n, lam in ((4, trial.rng.uniform(0.2, 0.8)), (5, trial.rng.uniform(2, 3))):
            x, gamma = trial.rng.normal(size=(2, n))
            got = trial.array(trial.call(x, gamma, lam), shape=(n,), what="y")
            trial.close(got, lam * (np.sin(x) + np.cos(gamma)), "y")

    exercise = Exercise("9.8", "", own_of_a_sum, "Right.", "", (Part("p", 1, part),))
    said = run(exercise, answer(f"return {formula}")).message
    assert "Your numbers are those of the right formula with a bracket in another place." in said


def own_of_counts(k, x):
    return x.sum() / k


def _of_counts(trial):
    for k in (2, 5):
        x = trial.rng.uniform(1, 2, size=4)
        got = trial.array(trial.call(k, x), shape=(), what="y")
        trial.close(got, x.sum() / k, "y")


@pytest.mark.parametrize(
    "answer_of_k, words",
    [
        (lambda k, x: np.sin(x).sum(), "Your result does not depend on `k`"),
        (
            lambda k, x: x[0] if k == 1 else np.sin(x).sum(),
            "Your numbers stay when `k` becomes larger: at most it decides between cases.",
        ),
    ],
    ids=["never", "at 1"],
)
def test_a_count_that_decides_between_cases_is_not_said_to_have_no_effect(answer_of_k, words):
    exercise = Exercise("9.8", "", own_of_counts, "Right.", "", (Part("p", 1, _of_counts),))
    assert words in run(exercise, answer_of_k).message


def own_of_entries(x):
    return x + x**3


def _of_entries(trial):
    for d in (3, 5):
        x = trial.rng.uniform(0.5, 2, size=d)
        got = trial.array(trial.call(x), shape=(d,), what="y")
        trial.close(got, x + x**3, "y")


@pytest.mark.parametrize(
    "answer_of_x, told",
    [
        (lambda x: x + np.sin(7 * x) * np.sum(x), True),
        (lambda x: x + np.sin(7 * x) * x, False),
    ],
    ids=["of all entries", "of its own"],
)
def test_an_entry_that_moves_with_another_one_is_told_where_the_right_one_does_not(
    answer_of_x, told
):
    exercise = Exercise("9.8", "", own_of_entries, "Right.", "", (Part("p", 1, _of_entries),))
    said = run(exercise, answer_of_x).message
    assert ("changes when only entry" in said) == told


def own_pair(x):
    return x + 1, x**2


PAIR_SLIPS = (
    Misconception(lambda x: (x + np.log(x), x**2), "A logarithm for the 1."),
    Misconception(lambda x: (x + 1, np.cos(x)), "A cosine for the square."),
    Misconception(lambda x: (np.sin(x), np.sin(x)), "A sine in both."),
)


def _of_a_pair(trial):
    for _ in range(2):
        x = trial.rng.uniform(1, 2, size=3)
        result = trial.call(x)
        for got, want, name in zip(result, (x + 1, x**2), ("y", "z"), strict=True):
            trial.close(trial.array(got, shape=(3,), what=name), want, name)


@pytest.mark.parametrize(
    "answer_of_x, told",
    [
        (
            lambda x: (x + np.log(x), np.cos(x)),
            "together: A logarithm for the 1. A cosine for the square.",
        ),
        (lambda x: (np.sin(x), np.cos(x)), ""),  # the slip with a sine is one of both results
    ],
    ids=["a slip for each", "one that is of both"],
)
def test_a_slip_for_each_of_two_results_is_told_of_both(answer_of_x, told):
    part = Part("p", 1, _of_a_pair)
    exercise = Exercise("9.8", "", own_pair, "Right.", "", (part,), misconceptions=PAIR_SLIPS)
    said = run(exercise, answer_of_x).message
    assert told in said if told else " slip" not in said


def own_frame(x):
    return np.linalg.qr(x)[0]


def of_another_space(x):
    return 2 * np.linalg.qr(x**2)[0]


def of_the_same_space(x):
    return 2 * np.linalg.svd(x, full_matrices=False)[0]


def _is_orthonormal(trial):
    for d in (2, 3):
        x = trial.rng.uniform(1, 3, size=(d + 3, d))
        y = trial.array(trial.call(x), shape=x.shape, what="y")
        trial.require(np.allclose(y.T @ y, np.eye(d)), "The columns are not orthonormal.")


@pytest.mark.parametrize(
    "answer_of_x, told", [(of_another_space, False), (of_the_same_space, True)]
)
def test_a_change_that_has_what_is_asked_by_chance_is_no_repair(answer_of_x, told):
    exercise = Exercise("9.8", "", own_frame, "Right.", "", (Part("p", 1, _is_orthonormal),))
    said = run(exercise, answer_of_x).message
    assert ("One change makes your function right here" in said) == told


@pytest.mark.parametrize("level, told", [(1e-9, True), ("1e-9 * gamma[-1]", False)])
def test_who_leaves_out_what_is_below_a_fixed_level_hears_that_all_is_small(level, told):
    namespace, _ = reference_cells(2)
    code = (
        "def final_weights(Gamma, d):\n"
        "    gamma, modes = np.linalg.eigh(Gamma)\n"
        f"    chosen = np.flatnonzero(gamma > {level})[-d:]\n"
        "    return (modes[:, chosen] / np.sqrt(gamma[chosen])).T\n"
    )
    said = quiet_run(registry.find("2.8"), answer_from(code, namespace, "final_weights")).message
    assert ("Here `Gamma` is small as a whole: its largest entry is" in said) == told


def _in_terms(trial, a, b):
    """One term alone or both: a factor of the first is the result's where the second is 0."""
    for n in (4, 6):
        x, scale = trial.rng.normal(size=n), trial.rng.uniform(1, 2)
        got = trial.array(trial.call(x, a, b, scale), shape=x.shape, what="y")
        trial.close(got, a * np.abs(x) + b * x**3, "y")


def own_terms(x, a, b, scale):
    return a * np.abs(x) + b * x**3


IN_TERMS = Exercise(
    "9.8", "", own_terms, "Right.", "",
    (Part("one", 1, lambda trial: _in_terms(trial, 2.0, 0.0)),
     Part("both", 1, lambda trial: _in_terms(trial, 2.0, 3.0))),
)  # fmt: skip


@pytest.mark.parametrize(
    "answer, words",
    [
        (lambda x, a, b, scale: 1.7 * a * np.abs(x) + b * x**3, "Here yours is 1.7 times"),
        (lambda x, a, b, scale: 1.7 * own_terms(x, a, b, scale), "Yours is 1.7 times"),
        (
            lambda x, a, b, scale: np.sin(scale) * a * np.abs(x) + b * x**3,
            "Here, within a call yours is one number times",
        ),
        (
            lambda x, a, b, scale: np.sin(scale) * own_terms(x, a, b, scale),
            "Within a call yours is one number times",
        ),
    ],
)
def test_a_factor_of_one_part_is_not_said_to_be_that_of_all(answer, words):
    assert run(IN_TERMS, answer).message.startswith(words)


def _by_differences(step, both):
    """Gradients of the losses of three exercises by difference quotients."""

    def slopes(f, at):
        found = np.zeros(at.shape)
        for place in np.ndindex(at.shape):
            move = np.zeros(at.shape)
            move[place] = step
            found[place] = (f(at + move) - f(at - both * move)) / (step + both * step)
        return found

    def of_one_layer(W, Gamma, lam=1.0):
        same = np.eye(len(W))

        def loss(W):
            C = W @ Gamma @ W.T
            return np.sum(np.where(same, (C - 1) ** 2, lam * C**2))

        return slopes(loss, W)

    def of_two_layers(W, A, Gamma):
        def loss(W, A):
            return np.sum((W @ A @ Gamma @ A.T @ W.T - np.eye(len(W))) ** 2)

        return slopes(lambda w: loss(w, A), W), slopes(lambda a: loss(W, a), A)

    def behind_a_length(z, g):
        return slopes(lambda z: np.sum(g * z / np.linalg.norm(z, axis=1, keepdims=True)), z)

    return {"2.2": of_one_layer, "8.1": of_two_layers, "6.5": behind_a_length}


@pytest.mark.parametrize("number", ["2.2", "8.1", "6.5"])
@pytest.mark.parametrize(
    "step, both, words",
    [
        (1e-2, False, "one-sided difference quotients with a step of about h = 0.01"),
        (1e-4, False, "one-sided difference quotients with a step of about h = 0.0001"),
        (1e-1, True, "central difference quotients with a step of about h = 0.1"),
    ],
)
def test_the_step_of_a_difference_quotient_is_told_where_it_shows(number, step, both, words):
    said = quiet_run(registry.find(number), _by_differences(step, both)[number]).message
    assert words in said


@pytest.mark.parametrize("number", ["2.2", "8.1", "6.5"])
def test_what_rounding_leaves_of_a_difference_is_no_step_that_is_too_large(number):
    for step, both in ((1e-5, True), (1e-8, False)):
        outcome = quiet_run(registry.find(number), _by_differences(step, both)[number])
        assert outcome.verdict == WRONG and "quotients" not in outcome.message


@pytest.mark.parametrize("k", [0, 1, 2])
def test_a_hundred_steps_with_momentum_are_not_yet_the_end(k):
    kind, exercise = velocities.VELOCITIES[k], velocities.factors(k).exercise

    def after(steps):
        def factor(gamma, lr, beta, *a):
            velocity, found = np.zeros_like(gamma), np.ones_like(gamma)
            for _ in range(steps):
                velocity, step = kind.moved(velocity, 4 * gamma, beta, *a)
                found = 1 - lr * step
                velocity = velocity / found
            return found

        return factor

    for steps, verdict in ((100, WRONG), (1000, RIGHT)):
        assert run(exercise, after(steps), explain=False).verdict == verdict


def own_spread(x, y):
    return ((x - x.mean(0)) ** 2).mean(0) * len(y.T)


def _of_rows(trial):
    for n, m, d in ((7, 3, 2), (10, 2, 5)):
        x, y = trial.rng.normal(size=(n, m)), trial.rng.normal(size=(n, d))
        got = trial.array(trial.call(x, y), shape=(m,), what="the spread")
        trial.close(got, x.var(axis=0) * d, "The spread")


OF_ROWS = Exercise("9.8", "", own_spread, "Right.", "", (Part("p", 1, _of_rows),))
IN_ORDER = "where the rows of `x` and `y` come in another order, the same for both."


def test_an_order_of_the_rows_that_should_not_count_is_told():
    def held_out(x, y):
        return ((x[1::2] - x[::2].mean(0)) ** 2).mean(0) * y.shape[1]

    def of_differences(x, y):
        return (np.diff(x, axis=0) ** 2).mean(0) * y.shape[1]

    def another(x, y):
        return np.abs(x - np.sort(x, axis=0)[2]).mean(0) * y.shape[1]

    def by_luck(x, y):
        return x[np.random.default_rng().permutation(len(x))[:4]].var(0) * y.shape[1]

    for answer in (held_out, of_differences):
        assert IN_ORDER in run(OF_ROWS, answer).message
    for answer in (another, by_luck):
        outcome = run(OF_ROWS, answer)
        assert outcome.verdict == WRONG and IN_ORDER not in outcome.message
