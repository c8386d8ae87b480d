"""9.6: p-values against the largest R² of all modes, counted permutation by permutation."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..asking import once_a_draw
from ..draws import sizes
from ..engine import Exercise, Misconception, Part, Trial
from ..values import as_array, low_precision
from . import own
from .determinants import correlated, shares

CLEAR = 1e-4  # what is not equal differs by so much: a rounding, in 32 bits too, decides nothing


@once_a_draw
def _counted(
    modes: np.ndarray, x: np.ndarray, permutations: np.ndarray, ahead: float = -CLEAR / 2
) -> np.ndarray:
    """The p-values, one comparison at a time, with R² by determinants.

    A permutation counts where its largest R² is ahead of the mode's by so much.
    """
    observed = shares(modes, x)
    counts = np.ones(len(observed))
    for order in permutations:
        handed_out = np.array([x[place] for place in order])
        largest = shares(modes, handed_out).max()
        for j, share in enumerate(observed):
            counts[j] += largest > share + ahead
    return counts / (1 + len(permutations))


def _draw(
    rng: np.random.Generator, n: int, d: int, k: int, number: int, ties: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Modes, one of them well explained and one a little, regressors and permutations.

    So many of the permutations give every mode the R² that it has. Two of them leave all rows in
    place. The others exchange pictures that have the same modes, in some of four pairs: the same
    numbers are then summed in another order, and R² is often another one by rounding. Every other
    comparison is clear.
    """
    for _ in range(1000):
        x = correlated(rng, rng.normal(size=(n, k)))
        said = (x - x.mean(axis=0)) / x.std(axis=0) @ rng.normal(size=k)
        modes = rng.normal(size=(n, d))
        modes[:, 0] += rng.uniform(0.8, 1.2) * said / said.std()
        modes[:, 1] += rng.uniform(0.4, 0.6) * said / said.std()
        modes = modes[:, rng.permutation(d)] * 10 ** rng.uniform(-1, 1, size=d) + 1
        pairs = rng.permutation(n)[:8].reshape(2, 4)
        if ties:
            modes[pairs[0]] = modes[pairs[1]]
        permutations = np.array([rng.permutation(n) for _ in range(number)])
        if _all_clear(modes, x, permutations):
            for place, at in enumerate(rng.permutation(number)[:ties]):
                some = pairs[:, (rng.random(4) < 0.5) & (place > 1)]
                permutations[at] = np.arange(n)
                permutations[at, some] = some[::-1]
            return modes, x, permutations
    raise RuntimeError("no draw in which all comparisons are clear")


def _all_clear(modes: np.ndarray, x: np.ndarray, permutations: np.ndarray) -> bool:
    """Whether no R² of a permutation, and no other mode's, is near one that was observed.

    By projections on a basis of the regressors: many draws are looked at, so this one is fast.
    """
    y, basis = modes - modes.mean(axis=0), np.linalg.qr(x - x.mean(axis=0))[0]
    y /= np.linalg.norm(y, axis=0)
    observed = np.sum((basis.T @ y) ** 2, axis=0)
    largest = np.sum((basis[permutations].transpose(0, 2, 1) @ y) ** 2, axis=1).max(axis=1)
    gaps = np.append(np.abs(largest[:, None] - observed), np.diff(np.sort(observed)))
    return bool(gaps.min() > CLEAR)


def _ask(trial: Trial, k: int, d: int, ties: int) -> None:
    n, number = int(trial.rng.integers(14, 25)), int(trial.rng.integers(25, 45))
    modes, x, permutations = _draw(trial.rng, n, d, k, number, ties)
    got = trial.array(trial.call(modes, x, permutations), shape=(d,), what="The array of p-values")
    if ties:
        _not_some_of_the_equal(trial, got, modes, x, permutations)
    want = _counted(modes, x, permutations)
    trial.close(got, want, "The p-value", why="counted, with R² from determinants of correlations",
                otherwise="" if np.allclose(got, want) else _of_mixed(trial, modes, x, permutations,
                                                                      got))  # fmt: skip


def _of_mixed(
    trial: Trial, modes: np.ndarray, x: np.ndarray, permutations: np.ndarray, got: np.ndarray
) -> str:
    """What is said of an answer that is another one for the regressors in other coordinates."""
    k = x.shape[1]
    if k < 2:
        return ""
    mixed = x / x.std(axis=0) @ (np.eye(k) + np.tri(k, k=-1))
    other = as_array(trial.beside(modes, mixed, permutations))
    if other is None or other.shape != got.shape or np.allclose(other, got):
        return ""
    return (
        "Yours are other numbers when each column of `regressors` is replaced by a sum of columns, "
        "out of which all of them can be had back. The regression on all of them together explains "
        "the same then, for the rows in their order and in any other. So either not all columns "
        "are in one regression, or they do not move together when the rows are permuted."
    )


def _not_some_of_the_equal(
    trial: Trial, got: np.ndarray, modes: np.ndarray, x: np.ndarray, permutations: np.ndarray
) -> None:
    """Refuse, by its cause, an answer that counts some R² that are equal and not the others."""
    most, least = (_counted(modes, x, permutations, ahead) for ahead in (-CLEAR / 2, CLEAR / 2))
    counts = got * (1 + len(permutations))
    whole = np.abs(counts - np.round(counts)).max() < 1e-3
    between = (got > least - 1e-6).all() and (got < most + 1e-6).all()
    if whole and between and not (np.allclose(got, most) or np.allclose(got, least)):
        trial.fail(
            "Some permutations leave every R² as it is but for rounding: all rows stay, or "
            "pictures exchange places that have the same modes. Your numbers come out if some of "
            "these count and others do not. R² that differ by less than 1e-9 are equal, so all of "
            "them count.",
            named=True,
        )


def _draw_near(
    rng: np.random.Generator, n: int, d: int, k: int, number: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The same, but one permutation comes near the best explained mode and not up to it.

    It exchanges two pictures of nearly the same modes. What that mode's R² loses is in proportion
    to what they differ by, and is made many times a rounding and many times less than CLEAR.
    """
    for _ in range(1000):
        modes, x, permutations = _draw(rng, n, d, k, number, 0)
        one, other = rng.permutation(n)[:2]
        at, exchanged = rng.integers(number), np.arange(n)
        exchanged[[one, other]] = other, one
        modes[other] = modes[one]
        best = int(np.argmax(shares(modes, x)))
        gap, step = 10 ** rng.uniform(-7.6, -7.1), 1e-4 * modes[:, best].std()
        for _ in range(2):
            modes[other, best] = modes[one, best] + step
            loss = (shares(modes, x) - shares(modes, x[exchanged]))[best]
            step = step * gap / loss
        near = abs(loss / gap - 1) < 0.1
        if near and _all_clear(modes, x, np.delete(permutations, at, axis=0)):
            permutations[at] = exchanged
            return modes, x, permutations
    raise RuntimeError("no draw in which one comparison is near and all others are clear")


def _ask_near(trial: Trial, k: int, d: int) -> None:
    """Nearly equal is not equal. In 32 bits it is, so that results in them are not asked."""
    n, number = int(trial.rng.integers(14, 25)), int(trial.rng.integers(25, 45))
    given = _draw_near(trial.rng, n, d, k, number)
    result = trial.call(*given)
    if low_precision(result):
        return
    got = trial.array(result, shape=(d,), what="The array of p-values")
    if np.allclose(got, _counted(*given)):
        trial.fail(
            "You count an R² as equal that is smaller by several 1e-8. Equal are two that differ "
            "by less than 1e-9. np.isclose allows for more, unless it is given rtol=0 and an atol.",
            named=True,
        )
    trial.close(got, _counted(*given, ahead=-own.ROUNDING), "The p-value",
                why="counted, with R² from determinants of correlations")  # fmt: skip


def _one_regressor(trial: Trial) -> None:
    for d in sizes(trial.rng, 3, 6, 2):
        _ask(trial, 1, d, 0)


def _several(trial: Trial) -> None:
    for d, k in zip(sizes(trial.rng, 4, 6, 2), sizes(trial.rng, 2, 3, 2), strict=True):
        _ask(trial, k, d, 0)


def _with_ties(trial: Trial) -> None:
    for d, k, ties in zip(
        *(sizes(trial.rng, *s, 3) for s in ((4, 6), (1, 3), (10, 14))), strict=True
    ):
        _ask(trial, k, d, ties)
    for d, k in zip(sizes(trial.rng, 4, 6, 2), sizes(trial.rng, 1, 3, 2), strict=True):
        _ask_near(trial, k, d)


def _by_chance(modes: np.ndarray, x: np.ndarray, permutations: np.ndarray) -> np.ndarray:
    """R² of each mode under each permutation, (P, d)."""
    return np.array([own.r_squared(modes, x[order]) for order in permutations])


def _against(
    statistic: Callable[[np.ndarray], np.ndarray], above: int = 1, below: int = 1
) -> Callable:
    """p-values with another statistic of the (P, d) R², and other numbers added to the counts."""

    def like(modes, regressors, permutations):
        observed = own.r_squared(modes, regressors)
        null = statistic(_by_chance(modes, regressors, permutations))
        count = np.sum(null >= observed - own.ROUNDING, axis=0)
        return (above + count) / (below + len(permutations))

    return like


def _largest(null: np.ndarray) -> np.ndarray:
    return null.max(axis=1, keepdims=True)


def _strictly(modes, regressors, permutations):
    largest = _largest(_by_chance(modes, regressors, permutations))
    observed = own.r_squared(modes, regressors)
    return (1 + np.sum(largest > observed + own.ROUNDING, axis=0)) / (1 + len(permutations))


def _one_column(column: int):
    """Only this column of the regressors is permuted."""

    def like(modes, regressors, permutations):
        observed, null = own.r_squared(modes, regressors), []
        for order in permutations:
            moved = regressors.copy()
            moved[:, column] = regressors[order, column]
            null.append(own.r_squared(modes, moved).max())
        return (1 + np.sum(np.array(null)[:, None] >= observed - own.ROUNDING, axis=0)) / (
            1 + len(permutations)
        )

    return like


def _smaller(modes, regressors, permutations):
    largest = _largest(_by_chance(modes, regressors, permutations))
    observed = own.r_squared(modes, regressors)
    return (1 + np.sum(largest <= observed + own.ROUNDING, axis=0)) / (1 + len(permutations))


def _inverse(modes, regressors, permutations):
    return own.p_values(modes, regressors, np.argsort(permutations, axis=1))


def _moved(modes, regressors, permutations):
    """Only the permutations that move some row."""
    moves = (permutations != np.arange(len(modes))).any(axis=1)
    return own.p_values(modes, regressors, permutations[moves])


def _pooled(modes, regressors, permutations):
    pool = _by_chance(modes, regressors, permutations).ravel()
    observed = own.r_squared(modes, regressors)
    return (1 + np.sum(pool[:, None] >= observed - own.ROUNDING, axis=0)) / (1 + len(pool))


def _of_the_best(modes, regressors, permutations):
    p = own.p_values(modes, regressors, permutations)
    return np.full(len(p), p.min())


def _times_d(modes, regressors, permutations):
    alone = _against(lambda null: null)(modes, regressors, permutations)
    return np.minimum(1, modes.shape[1] * alone)


def _step_down(modes, regressors, permutations):
    """Westfall and Young's free step-down: each mode against those that are explained no better."""
    observed = own.r_squared(modes, regressors)
    null = _by_chance(modes, regressors, permutations)
    p, so_far = np.empty(len(observed)), 0.0
    ranked = np.argsort(-observed)
    for place, j in enumerate(ranked):
        count = np.sum(null[:, ranked[place:]].max(axis=1) >= observed[j] - own.ROUNDING)
        so_far = p[j] = max(so_far, (1 + count) / (1 + len(permutations)))
    return p


def _separately(modes, regressors, permutations):
    """Column c of the regressors by the permutation c places on."""
    shuffled = [
        np.column_stack([
            column[permutations[(i + c) % len(permutations)]]
            for c, column in enumerate(regressors.T)
        ])
        for i in range(len(permutations))
    ]  # fmt: skip
    largest = np.array([own.r_squared(modes, x).max() for x in shuffled])
    observed = own.r_squared(modes, regressors)
    count = np.sum(largest[:, None] >= observed - own.ROUNDING, axis=0)
    return (1 + count) / (1 + len(permutations))


P_VALUES = Exercise(
    id="9.6",
    title="One of ten fits by luck",
    own=own.p_values,
    right="Right. Each mode is held against the best of all modes under each permutation, so that "
    "looking at many costs what it should.",
    hint="modes is (n, d), regressors (n, k), permutations (P, n) rows of indices, and the result "
    "has shape (d,).",
    parts=(
        Part("one regressor", 1, _one_regressor),
        Part("several regressors", 1, _several),
        Part("R² that are equal, or nearly equal", 1, _with_ties),
    ),
    misconceptions=(
        *(
            Misconception(
                _one_column(column),
                f"You permute the {which} regressor alone, and the others keep their rows. A row "
                "of regressors belongs to one picture: a permutation moves whole rows.",
            )
            for column, which in ((0, "first"), (-1, "last"))
        ),
        Misconception(
            _against(lambda null: null),
            "You hold each mode against itself under the permutations. That is right where one "
            "mode was looked at; of several the best was chosen, and so the largest R² of all "
            "modes counts at each permutation.",
        ),
        Misconception(
            _strictly,
            "You count the permutations whose largest R² is above that of the mode. Those where it "
            "is equal count too, and equal are two R² that differ by less than 1e-9.",
        ),
        Misconception(
            _against(_largest, above=0, below=0),
            "The 1 + is missing, above and below: what was observed counts as one of the "
            "permutations, and no p-value can be 0.",
        ),
        Misconception(
            _against(_largest, above=0),
            "The 1 + above is missing: what was observed counts as one of the permutations, and no "
            "p-value can be 0.",
        ),
        Misconception(
            _against(_largest, below=0),
            "The 1 + below is missing: what was observed is one of 1 + P arrangements.",
        ),
        Misconception(
            _inverse,
            "Your rows go the other way: with the inverse of each permutation, as if the modes' "
            "rows were permuted. Row i of the permuted regressors is regressors[permutation[i]].",
        ),
        Misconception(
            lambda modes, x, permutations: own.p_values(modes, x, np.unique(permutations, axis=0)),
            "You count a permutation that occurs several times once. Each row of permutations is "
            "one, also if another is the same.",
        ),
        Misconception(
            _moved,
            "You leave out the permutations that leave all rows in place. Each row of permutations "
            "counts, whatever it does.",
        ),
        Misconception(
            _pooled,
            "You throw the R² of all modes into one pool, P·d of them. A permutation gives one "
            "number, its largest R²: that is the luck of somebody who picks the best.",
        ),
        Misconception(
            _smaller,
            "You count the permutations whose largest R² is at most that of the mode. A p-value "
            "counts those that do as well or better.",
        ),
        Misconception(
            _of_the_best,
            "This is the p-value of the mode with the largest R², for all modes. Each mode's own "
            "R² is held against the permutations.",
        ),
        Misconception(
            _times_d,
            "You multiply each mode's own p-value by the number of modes. That is Bonferroni's "
            "bound; the largest R² of each permutation needs no bound.",
        ),
        Misconception(
            _step_down,
            "This is the step-down version, in which a mode is held against those that are "
            "explained no better. Here all modes count for each.",
        ),
        Misconception(
            _against(lambda null: null.mean(axis=1, keepdims=True)),
            "You take the mean R² over the modes at each permutation. The best was chosen, so the "
            "largest counts.",
        ),
        Misconception(
            _against(lambda null: null.min(axis=1, keepdims=True)),
            "You take the smallest R² over the modes at each permutation. The best was chosen, so "
            "the largest counts.",
        ),
        Misconception(
            _separately,
            "Each column of your regressors is permuted by itself. The regressors of one picture "
            "stay together: a permutation hands out whole rows.",
        ),
    ),
)
