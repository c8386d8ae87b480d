"""9.7: accuracy from the first modes of an order, against modes that are fitted one by one."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..asking import once_a_draw
from ..draws import sizes
from ..engine import Exercise, Misconception, Part, Trial
from . import own

CLEAR = 1e-3  # by which the largest output is ahead: a rounding, in 32 bits too, decides nothing


def _outputs(
    modes: np.ndarray, y: np.ndarray, modes_test: np.ndarray, order: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The classes (c,), and the outputs on the test's pictures with 1 … d modes, (d, n', c).

    Of each mode in turn what the modes before it explain is taken off, and the rest is fitted.
    """
    classes = np.array(sorted(set(y.tolist())))
    targets = np.array([[float(label == c) for c in classes] for label in y])
    output = np.tile(targets.mean(axis=0), (len(modes_test), 1))
    before: list[tuple[np.ndarray, np.ndarray]] = []
    found = []
    for j in order:
        mean = modes[:, j].mean()
        rest, rest_test = modes[:, j] - mean, modes_test[:, j] - mean
        for _ in range(2):  # once more, for what rounding left
            for earlier, earlier_test in before:
                share = earlier @ rest / (earlier @ earlier)
                rest, rest_test = rest - share * earlier, rest_test - share * earlier_test
        before.append((rest, rest_test))
        output = output + np.outer(rest_test, rest @ targets / (rest @ rest))
        found.append(output)
    return classes, np.array(found)


@once_a_draw
def _curve(
    modes: np.ndarray, y: np.ndarray, modes_test: np.ndarray, y_test: np.ndarray, order: np.ndarray
) -> np.ndarray:
    classes, outputs = _outputs(modes, y, modes_test, order)
    return np.array([
        sum(int(classes[row.argmax()] == label) for row, label in zip(rows, y_test, strict=True))
        / len(y_test)
        for rows in outputs
    ])  # fmt: skip


def _order(rng: np.random.Generator, d: int) -> np.ndarray:
    """An order that is not as numbered, not its own inverse, and no reversal of one that is."""
    while True:
        order = rng.permutation(d)
        known = (np.arange(d), np.argsort(order), np.arange(d)[::-1], np.argsort(order)[::-1])
        if not any(np.array_equal(order, other) for other in known):
            return order


def _draw(
    rng: np.random.Generator, labels: np.ndarray, n: int, tested: int, d: int, missing: int
) -> tuple:
    """Classes of different frequencies, modes of different sizes; some classes lack in the test."""
    c = len(labels)
    order = _order(rng, d)
    centres = rng.normal(size=(c, d))
    mix = np.eye(d) + 0.4 * rng.normal(size=(d, d))
    size, offset = 10 ** rng.uniform(-0.7, 0.7, size=d), rng.uniform(1, 3, size=d)

    def some(kinds: np.ndarray) -> np.ndarray:
        around = centres[kinds] + 0.8 * rng.normal(size=(len(kinds), d))
        return size * (around @ mix + offset)

    kinds = rng.permutation(np.append(np.repeat(np.arange(c), 4), _uneven(rng, c, n - 4 * c)))
    kinds_test = _uneven(rng, c - missing, 8 * n)
    modes, modes_test = some(kinds), some(kinds_test)
    y, y_test = labels[kinds], labels[kinds_test]
    ahead = np.diff(np.sort(_outputs(modes, y, modes_test, order)[1], axis=2)[:, :, -2:])[:, :, 0]
    clear = np.flatnonzero((ahead > CLEAR).all(axis=0))[:tested]
    return modes, y, modes_test[clear], y_test[clear], order


def _uneven(rng: np.random.Generator, c: int, number: int) -> np.ndarray:
    share = rng.permutation(np.arange(1, c + 1)) ** 1.0
    return rng.choice(c, number, p=share / share.sum())


def _ask(
    trial: Trial, labels: np.ndarray, d: int, missing: int, fewer: bool, unit: float = 1.0
) -> None:
    """With more pictures in the test than were fitted to, or with fewer; modes in any unit."""
    n = int(trial.rng.integers(40, 60))
    tested = n + int(trial.rng.integers(-18, -8) if fewer else trial.rng.integers(10, 30))
    modes, y, modes_test, y_test, order = _draw(trial.rng, labels, n, tested, d, missing)
    given = unit * modes, y, unit * modes_test, y_test, order
    got = trial.array(trial.call(*given), shape=(d,), what="The accuracy")
    trial.close(got, _curve(*given), "The accuracy",
                why="modes fitted one by one, and answers counted")  # fmt: skip


def _shapes(rng: np.random.Generator) -> list[tuple[int, int, bool]]:
    """Twice the number of classes and of modes, and whether the test has fewer pictures."""
    fewer = rng.permutation([False, True])
    return list(zip(sizes(rng, 3, 5, 2), sizes(rng, 3, 7, 2), fewer, strict=True))


def _labels_from_0(trial: Trial) -> None:
    for c, d, fewer in _shapes(trial.rng):
        _ask(trial, np.arange(c), d, 0, fewer)
    _ask(trial, np.arange(2), int(trial.rng.integers(3, 6)), 0, False)


def _any_labels(trial: Trial) -> None:
    # Small modes in the second draw: what is rounded to digits after the point is lost there.
    for (c, d, fewer), power in zip(_shapes(trial.rng), (0, -5), strict=True):
        labels = trial.rng.choice(np.arange(-9, 40), c, replace=False)
        _ask(trial, labels, d, 1, fewer, 10.0**power)


def _predicted(modes, y, modes_test, constant=True):
    """Classes that least squares on one-hot targets gives, for the test's rows."""
    classes = np.unique(y)
    x, x_test = (
        np.column_stack([np.full(len(m), float(constant)), m]) for m in (modes, modes_test)
    )
    outputs = x_test @ np.linalg.lstsq(x, 1.0 * (y[:, None] == classes), rcond=None)[0]
    return classes[np.argmax(outputs, axis=1)]


def _from(columns: Callable[[np.ndarray, int], np.ndarray], **options: bool) -> Callable:
    """The curve from other columns: a function of the order and of k."""

    def like(modes, y, modes_test, y_test, order):
        chosen = [columns(order, k) for k in range(1, len(order) + 1)]
        return np.array([
            np.mean(_predicted(modes[:, j], y, modes_test[:, j], **options) == y_test)
            for j in chosen
        ])  # fmt: skip

    return like


def _ordered_in_one(fitted: bool) -> Callable:
    """The order in one of the two tables, the first k columns as numbered in the other."""

    def like(modes, y, modes_test, y_test, order):
        both = [(order[:k], np.arange(k)) for k in range(1, len(order) + 1)]
        return np.array([
            np.mean(_predicted(modes[:, j], y, modes_test[:, i]) == y_test)
            for j, i in (pair if fitted else pair[::-1] for pair in both)
        ])  # fmt: skip

    return like


def _first(order: np.ndarray, k: int) -> np.ndarray:
    return order[:k]


def _by(classify: Callable) -> Callable:
    """The curve with another classifier: (modes, y, modes_test) -> labels."""

    def like(modes, y, modes_test, y_test, order):
        return np.array([
            np.mean(classify(modes[:, j], y, modes_test[:, j]) == y_test) for j in _chosen(order)
        ])  # fmt: skip

    return like


def _nearest_number(modes, y, modes_test):
    """A regression on the label as a number; the nearest class wins."""
    x, x_test = (np.column_stack([np.ones(len(m)), m]) for m in (modes, modes_test))
    output = x_test @ np.linalg.lstsq(x, 1.0 * y, rcond=None)[0]
    classes = np.unique(y)
    return classes[np.argmin(np.abs(output[:, None] - classes), axis=1)]


def _rounded(modes, y, modes_test):
    x, x_test = (np.column_stack([np.ones(len(m)), m]) for m in (modes, modes_test))
    return np.round(x_test @ np.linalg.lstsq(x, 1.0 * y, rcond=None)[0])


def _outputs_from_0(modes, y, modes_test):
    """One output for each whole number from 0 to the largest label."""
    x, x_test = (np.column_stack([np.ones(len(m)), m]) for m in (modes, modes_test))
    targets = 1.0 * (y[:, None] == np.arange(y.max() + 1))
    return np.argmax(x_test @ np.linalg.lstsq(x, targets, rcond=None)[0], axis=1)


def _rows_by_label(modes, y, modes_test):
    """The labels as indices of the unit matrix's rows; one below 0 is counted from the end."""
    x, x_test = (np.column_stack([np.ones(len(m)), m]) for m in (modes, modes_test))
    size = max(y.max() + 1, -y.min())  # no row has an index further below 0
    return np.argmax(x_test @ np.linalg.lstsq(x, np.eye(size)[y], rcond=None)[0], axis=1)


def _first_of_two(modes, y, modes_test):
    """The first class everywhere, where there are two."""
    classes = np.unique(y)
    return classes[0] if len(classes) == 2 else _predicted(modes, y, modes_test)


def _balanced(modes, y, modes_test, y_test, order):
    """The mean over the test's classes of the accuracy on each."""
    found = [_predicted(modes[:, j], y, modes_test[:, j]) for j in _chosen(order)]
    right = np.array([labels == y_test for labels in found])
    return np.mean([right[:, y_test == c].mean(axis=1) for c in np.unique(y_test)], axis=0)


def _chosen(order: np.ndarray) -> list[np.ndarray]:
    return [order[:k] for k in range(1, len(order) + 1)]


def _nearest_mean(modes, y, modes_test):
    classes = np.unique(y)
    means = np.array([modes[y == c].mean(axis=0) for c in classes])
    distance = np.linalg.norm(modes_test[:, None] - means, axis=2)
    return classes[np.argmin(distance, axis=1)]


def _place(modes, y, modes_test):
    """The place of a class among the classes, in the place of its label."""
    return np.searchsorted(np.unique(y), _predicted(modes, y, modes_test))


def _centred_by_itself(modes, y, modes_test):
    return _predicted(modes - modes.mean(axis=0), y, modes_test - modes_test.mean(axis=0))


def _centred_without_constant(modes, y, modes_test):
    mean = modes.mean(axis=0)
    return _predicted(modes - mean, y, modes_test - mean, constant=False)


def _of_one_fit(modes, y, modes_test, y_test, order):
    """One fit on all modes; of its coefficients the constant's and the first k."""
    classes = np.unique(y)
    x, x_test = (np.column_stack([np.ones(len(m)), m[:, list(order)]]) for m in (modes, modes_test))
    fit = np.linalg.lstsq(x, 1.0 * (y[:, None] == classes), rcond=None)[0]
    outputs = [x_test[:, : k + 1] @ fit[: k + 1] for k in range(1, x.shape[1])]
    return np.array([np.mean(classes[np.argmax(o, axis=1)] == y_test) for o in outputs])


PROBE_CURVE = Exercise(
    id="9.7",
    title="How many modes does a classifier need?",
    own=own.probe_curve,
    right="Right. The same classifier on more and more modes: what a mode adds depends on those "
    "before it.",
    hint="modes is (n, d), y (n,), the test's have rows of their own, order holds d column "
    "numbers, and the result has shape (d,).",
    parts=(
        Part("labels from 0 on", 1, _labels_from_0),
        Part("any labels, of which the test lacks one", 1, _any_labels),
    ),
    misconceptions=(
        Misconception(
            _from(_first, constant=False),
            "Your regression has no constant. Neither the modes nor the one-hot classes have mean "
            "0.",
        ),
        Misconception(
            _by(_centred_without_constant),
            "Your modes are centred, and your outputs have no constant. Beside centred modes it is "
            "the share of each class in y, and the classes are of different sizes.",
        ),
        Misconception(
            _of_one_fit,
            "You fit once, on all modes, and use the first k coefficients. They are best together "
            "with those that you leave out: fit anew for each k.",
        ),
        Misconception(
            _from(lambda order, k: order[k - 1 : k]),
            "You use mode k alone. The first k modes of the order are asked for.",
        ),
        Misconception(
            _from(lambda order, k: np.arange(k)),
            "You take the columns as they are numbered. Column order[0] comes first, then "
            "order[1].",
        ),
        *(
            Misconception(
                _ordered_in_one(fitted),
                f"Your {which} has its first k columns as they are numbered. Coefficients belong "
                "to their columns: order[:k] in both tables.",
            )
            for fitted, which in ((True, "test"), (False, "fit"))
        ),
        Misconception(
            _from(lambda order, k: np.argsort(order)[:k]),
            "You use the order the other way: as the places of the columns. Its entries are the "
            "columns, order[0] the first one.",
        ),
        Misconception(
            _from(lambda order, k: order[::-1][:k]),
            "You begin with the last column of the order.",
        ),
        Misconception(
            _from(lambda order, k: np.sort(order)[-k:]),
            "You take the last k columns as they are numbered. The first k of the order are asked "
            "for.",
        ),
        Misconception(
            _from(lambda order, k: order[: k - 1]),
            "You use one mode too few: your first entry has the constant alone, and all d modes "
            "are never used.",
        ),
        Misconception(
            _from(lambda order, k: order[: k + 1]),
            "You use one mode too many: your first entry has two.",
        ),
        Misconception(
            _from(lambda order, k: order),
            "You use all modes at every k.",
        ),
        Misconception(
            lambda modes, y, modes_test, y_test, order: own.probe_curve(
                modes[: len(y_test)], y[: len(y_test)], modes_test, y_test, order
            ),
            "You fit to the first pictures only, as many as are tested. Fit to all rows of modes.",
        ),
        Misconception(
            lambda modes, y, modes_test, y_test, order: own.probe_curve(modes, y, modes, y, order),
            "This is the accuracy on the pictures that the classifier was fitted to.",
        ),
        Misconception(
            lambda modes, y, modes_test, y_test, order: own.probe_curve(
                modes_test, y_test, modes_test, y_test, order
            ),
            "You fit the classifier to the test. It is fitted to modes and y, and never sees the "
            "test's labels.",
        ),
        Misconception(
            lambda modes, y, modes_test, y_test, order: own.probe_curve(
                modes_test, y_test, modes, y, order
            ),
            "You fit to the test and count on the training pictures. It is the other way round.",
        ),
        Misconception(
            _by(_nearest_number),
            "You regress on the label as a number. Class 3 does not lie between 2 and 4: each "
            "class gets an output of its own, with target 1 for its pictures and 0 for others.",
        ),
        Misconception(
            _by(_rounded),
            "You regress on the label as a number. Class 3 does not lie between 2 and 4: each "
            "class gets an output of its own, with target 1 for its pictures and 0 for others.",
        ),
        Misconception(
            _by(_nearest_mean),
            "You give each picture to the nearest class mean. Least squares on one-hot classes is "
            "asked for.",
        ),
        Misconception(
            _by(_outputs_from_0),
            "Your classes are the whole numbers from 0 on. Labels may be any, also below 0: the "
            "classes are the labels that occur in y.",
        ),
        Misconception(
            _by(_rows_by_label),
            "You use the labels as indices of the targets' columns. An index below 0 is counted "
            "from the end: the classes are the labels that occur in y, whatever numbers they are.",
        ),
        Misconception(
            _by(_first_of_two),
            "Of two classes you name the first for every picture. Where both share one column of "
            "targets, as scikit-learn's LabelBinarizer makes it, argmax along it is always 0: each "
            "class gets an output of its own.",
        ),
        Misconception(
            _balanced,
            "This is the mean over the classes of the accuracy on each. Every picture of the test "
            "counts once, whatever its class.",
        ),
        Misconception(
            _by(_place),
            "You compare the number of the winning output with the label. Output i stands for the "
            "i-th class, and its label may be any whole number.",
        ),
        Misconception(
            _by(_centred_by_itself),
            "You take the test's own mean from the test. What is taken off has to be the mean of "
            "the training pictures.",
        ),
        Misconception(
            lambda modes, y, modes_test, y_test, order: np.maximum.accumulate(
                own.probe_curve(modes, y, modes_test, y_test, order)
            ),
            "You give the best accuracy so far. It may fall as modes are added, and then that is "
            "what was measured.",
        ),
    ),
)
