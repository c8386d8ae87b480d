"""5.2: two Gaussian means of a leaky ReLU, against integrals over the angle."""

from __future__ import annotations

import numpy as np

from ..engine import Exercise, Misconception, Part, Trial
from ..values import as_array, low_precision
from . import own
from .truth import leaky_means

NAN = (
    "A root of a negative number is NaN, and so are an arccos of more than 1 and 0/0. Rounding can "
    "bring k₁₂² above k₁₁k₂₂, and a zero vector has k₁₁k₂₂ = 0."
)

SMALL = (
    "Yours is right at inputs of the usual size, and not at these, which are small and no zero "
    "vectors. A guard against 0/0 that is a fixed number takes them for such."
)


GUARDED = 0.01  # what a guard of up to 1e-4 of the squares makes of a mean at opposite inputs


def _two(
    trial: Trial,
    k11: np.ndarray, k12: np.ndarray, k22: np.ndarray, a: float | None,
    inputs: str = "",
) -> tuple:  # fmt: skip
    """The two means that the answer gives; `inputs` says in a message of which inputs.

    Where a is None it is left out.
    """
    got = trial.call(k11, k12, k22) if a is None else trial.call(k11, k12, k22, a)
    if not isinstance(got, tuple | list) or len(got) != 2:
        trial.fail("The answer should be a tuple of two arrays: E[σσ], E[σ'σ'].", named=True)
    names = (f"E[σσ]{inputs}", f"E[σ'σ']{inputs}")
    for mean, name in zip(got, names, strict=True):
        array = as_array(mean)
        if array is not None and np.isnan(array).any():
            trial.fail(f"{name} is NaN ({np.isnan(array).sum()} of {array.size}). {NAN}", True)
    return tuple(
        trial.array(mean, shape=k12.shape, what=name) for mean, name in zip(got, names, strict=True)
    )


def _draw(trial: Trial, shape: tuple[int, ...], a: float | None, unit: float = 1.0) -> tuple:
    """What the answer gives at random pairs, and the two truths."""
    k11, k22 = unit * trial.rng.uniform(0.3, 3, size=(2, *shape))
    theta = trial.rng.uniform(0.2, 3.0, size=shape)
    lengths = np.sqrt(k11 * k22)
    got = _two(trial, k11, lengths * np.cos(theta), k22, a)
    want = np.array([leaky_means(t, a or 0.0) for t in theta.ravel()])
    return got, (lengths * want[:, 0].reshape(shape), want[:, 1].reshape(shape))


def _compare(trial: Trial, shape: tuple[int, ...], a: float | None, unit: float = 1.0) -> None:
    got, want = _draw(trial, shape, a, unit)
    why = "an integral over the angle"
    small = SMALL if unit < 1 else ""
    at = "with a left out (then 0)" if a is None else f"at a = {a:g}"
    trial.close(got[1], want[1], f"E[σ'σ'] {at}", rtol=1e-6, why=why, otherwise=small)
    trial.close(got[0], want[0], f"E[σσ] {at}", rtol=1e-6, why=why, otherwise=small)


def _of_the_relu(trial: Trial) -> None:
    _compare(trial, (6,), 0.0)
    _compare(trial, (4, 2), 0.0)
    _compare(trial, (3,), None)  # as exercise 5.3 may call it


def _of_a_leaky_one(trial: Trial) -> None:
    _compare(trial, (3, 4), round(trial.rng.uniform(0.1, 0.4), 2))
    _compare(trial, (5, 5), round(trial.rng.uniform(0.5, 0.9), 2))
    _compare(trial, (2,), 1.0)


def _in_the_hard_cases(trial: Trial) -> None:
    for n, a in ((5, 0.0), (3, round(trial.rng.uniform(0.2, 0.4), 2))):
        size = trial.rng.uniform(0.3, 2, size=n)
        # Equal inputs whose product is a rounding above their squares, and opposite ones.
        product, both = _two(trial, size, size * (1 + 2e-16), size, a, " of two equal inputs")
        single = any(map(low_precision, trial.calls[-1].result))
        equal, opposite = leaky_means(0.0, a), leaky_means(np.pi, a)
        trial.close(product, size * equal[0], "E[σσ] of two equal inputs", rtol=1e-6)
        trial.close(both, np.full(n, equal[1]), "E[σ'σ'] of two equal inputs", rtol=1e-6)
        product, both = _two(trial, size, -size * (1 + 2e-16), size, a, " of two opposite inputs")
        far = max(np.abs(product - size * opposite[0]).max(), np.abs(both - opposite[1]).max())
        # The root of a rounding error: 1e-8, and 3e-4 in single precision.
        trial.require(True, "")
        if far > (1e-3 if single else 1e-7):
            guard = (
                " An arccos is steep there: what is added under a root or below a fraction as "
                "a guard, 1e-12 say, turns its angle by 1e-6. np.arctan2 needs no guard."
            )
            trial.fail(
                f"At opposite inputs, a = {a:g}, a mean is off by {far:.2g}, where rounding leaves "
                f"1e-8.{guard if far < GUARDED else ''}",
                named=True,
            )
        zero = np.zeros(n)
        for k11, k22 in ((zero, size), (size, zero), (zero, zero)):
            product, _ = _two(trial, k11, zero, k22, a, " of a zero vector")
            worst = product[np.abs(product).argmax()]
            trial.require(abs(worst) < 1e-12, f"A zero vector has E[σσ] = 0; yours is {worst:.3g}.")
    # Small inputs are no zero vectors: the angle between them does not know their size.
    _compare(trial, (3,), 0.2, unit=10 ** trial.rng.uniform(-11, -10))


def _relu(k11, k12, k22):
    """r, θ and the two means of the ReLU."""
    r = np.sqrt(np.maximum(k11 * k22 - k12**2, 0))
    theta = np.arctan2(r, k12)
    both = 0.5 - theta / (2 * np.pi)
    return r, theta, r / (2 * np.pi) + both * k12, both


def _leaky(k12, a, product, both):
    return a * k12 + (1 - a) ** 2 * product, a + (1 - a) ** 2 * both


def _with_relu(change):
    """Leaky means from ReLU means with a slip: change(r, θ, k12) -> the two."""

    def like(k11, k12, k22, a=0.0):
        r, theta, _, _ = _relu(k11, k12, k22)
        return _leaky(k12, a, *change(r, theta, k12))

    return like


def _with_leak(change):
    """Right ReLU means put together with a slip: change(k12, a, product, both) -> the two."""
    return lambda k11, k12, k22, a=0.0: change(k12, a, *_relu(k11, k12, k22)[2:])


def _one_mixed(whole, a, on):
    """A mean from where both are on, where both are off, and one of the two cases between."""
    return (1 + a**2) * on + a * (whole - on)


def _on(theta):
    return 0.5 - theta / (2 * np.pi)


def _unit_vectors(k11, k12, k22, a=0.0):
    """The lengths left out of E[σσ]."""
    r, theta, _, both = _relu(k11, k12, k22)
    return _leaky(k12, a, np.sin(theta) / (2 * np.pi) + both * np.cos(theta), both)


def _unsigned_angle(k11, k12, k22, a=0.0):
    r = _relu(k11, k12, k22)[0]
    with np.errstate(divide="ignore", invalid="ignore"):
        both = _on(np.arctan(r / k12))
    return _leaky(k12, a, r / (2 * np.pi) + both * k12, both)


def _other_arguments(k11, k12, k22, a=0.0):
    """The arguments taken in the order k11, k22, k12."""
    return _leaky(k22, a, *_relu(k11, k22, k12)[2:])


RELU_MEANS = Exercise(
    id="5.2",
    title="Two means",
    own=own.relu_means,
    right="Right. These means know two inputs by their angle and the product of their lengths.",
    hint="k11, k12 and k22 are arrays of one shape, a is a number; np.arctan2 takes arrays.",
    parts=(
        Part("the ReLU, a = 0", 1, _of_the_relu),
        Part("a leaky ReLU, a > 0", 1, _of_a_leaky_one),
        Part("parallel inputs, zero vectors and small ones", 1, _in_the_hard_cases),
    ),
    misconceptions=(
        Misconception(
            _with_leak(lambda k, a, J, p: (J, p)),
            "The slope a changes nothing in your answer: these are the means of the ReLU.",
        ),
        Misconception(
            _with_leak(lambda k, a, J, p: ((1 + a**2) * J, (1 + a**2) * p)),
            "You count the cases where both are on or both are off. Where one is on and the other "
            "off, the product has the factor a.",
        ),
        *(
            Misconception(
                like,
                f"In your {which} mean you count the cases where both are on or both are off. "
                "Where one is on and the other off, the product has the factor a.",
            )
            for which, like in (
                ("first", _with_leak(lambda k, a, J, p: ((1 + a**2) * J, _leaky(k, a, J, p)[1]))),
                ("second", _with_leak(lambda k, a, J, p: (_leaky(k, a, J, p)[0], (1 + a**2) * p))),
            )
        ),
        *(
            Misconception(
                like,
                "Where one is on and the other off, the product has the factor a, and there are "
                "two such cases: u above zero and v below, and the other way round. You count "
                "one of them.",
            )
            for like in (
                _with_leak(lambda k, a, J, p: (_leaky(k, a, J, p)[0], _one_mixed(0.5, a, p))),
                _with_leak(lambda k, a, J, p: (_one_mixed(k / 2, a, J), _leaky(k, a, J, p)[1])),
                _with_leak(lambda k, a, J, p: (_one_mixed(k / 2, a, J), _one_mixed(0.5, a, p))),
            )
        ),
        Misconception(
            _with_leak(lambda k, a, J, p: (a * k + (1 - a) * J, a + (1 - a) * p)),
            "The ReLU's part has the factor 1 − a in both units: (1 − a)² in the product.",
        ),
        Misconception(
            _with_leak(lambda k, a, J, p: (a * k / 2 + (1 - a) * J, a / 2 + (1 - a) * p)),
            "One of your two factors is the plain ReLU. The slope below zero is a in both.",
        ),
        Misconception(
            _with_leak(lambda k, a, J, p: (a**2 * k + (1 - a) ** 2 * J, a**2 + (1 - a) ** 2 * p)),
            "The mixed products are lost: au · (1 − a)max(v, 0) has the mean a(1 − a)k₁₂/2, twice.",
        ),
        Misconception(
            _with_leak(lambda k, a, J, p: (a * k + (1 - a) ** 2 * J, a**2 + (1 - a) ** 2 * p)),
            "The mixed products are lost in your second mean: there too a² + 2a(1 − a)/2 = a.",
        ),
        Misconception(
            _with_leak(lambda k, a, J, p: (a**2 * k + (1 - a) ** 2 * J, a + (1 - a) ** 2 * p)),
            "The mixed products are lost in your first mean: au · (1 − a)max(v, 0) has the mean "
            "a(1 − a)k₁₂/2, twice.",
        ),
        Misconception(
            _with_leak(lambda k, a, J, p: (_leaky(k, a, J, p)[0], p)),
            "Your second mean is that of the ReLU: the slope a is missing in it.",
        ),
        Misconception(
            _with_leak(lambda k, a, J, p: (_leaky(k, a, J, p)[0], p + a**2 * (1 - p))),
            "Wherever not both are on, your second mean has a². Where one is on and the other off, "
            "the product of the slopes is a.",
        ),
        Misconception(
            _with_leak(lambda k, a, J, p: (J, _leaky(k, a, J, p)[1])),
            "Your first mean is that of the ReLU: the slope a is missing in it.",
        ),
        Misconception(
            _with_relu(
                lambda r, t, k: (r / (2 * np.pi) + (0.5 + _on(t)) * k, 0.5 + _on(t)),
            ),
            "In place of ½ − θ/2π stands 1 − θ/2π: equal inputs, θ = 0, are on together half of "
            "the time.",
        ),
        Misconception(
            _with_relu(lambda r, t, k: (-r / (2 * np.pi) + _on(t) * k, _on(t))),
            "The r in your first mean has the wrong sign: where both are on, u and v are more "
            "alike than on average.",
        ),
        *(
            Misconception(
                like,
                f"The (1 − a)² in your first mean stands before {where} alone. It belongs to the "
                "whole of E[max(u, 0)max(v, 0)], to both of its terms.",
            )
            for like, where in (
                (
                    _with_leak(
                        lambda k, a, J, p: (
                            J + (a + ((1 - a) ** 2 - 1) * p) * k,
                            _leaky(k, a, J, p)[1],
                        )
                    ),
                    "(½ − θ/2π)k₁₂",
                ),
                (
                    _with_leak(
                        lambda k, a, J, p: (
                            a * k + (1 - a) ** 2 * (J - p * k) + p * k,
                            _leaky(k, a, J, p)[1],
                        )
                    ),
                    "r/2π",
                ),
            )
        ),
        Misconception(
            _with_leak(lambda k, a, J, p: (a * k + (1 - a**2) * J, a + (1 - a**2) * p)),
            "You have 1 − a² where (1 − a)² belongs.",
        ),
        Misconception(
            _with_leak(lambda k, a, J, p: ((1 - a) ** 2 * J, (1 - a) ** 2 * p)),
            "The part of the identity is lost: σ(u) = au + (1 − a)max(u, 0).",
        ),
        Misconception(
            _with_leak(lambda k, a, J, p: tuple(2 * x for x in _leaky(k, a, J, p))),
            "Both are twice as large as they should be. The factor 2 = σ_w² belongs to the "
            "dense layer, not to the "
            "means.",
        ),
        Misconception(
            _with_relu(lambda r, t, k: (r / (2 * np.pi) + _on(t) * k, t / (2 * np.pi))),
            "In your second mean stands θ where π − θ belongs: equal inputs are on together half "
            "of the time.",
        ),
        Misconception(
            _with_relu(lambda r, t, k: (_on(t) * k, _on(t))),
            "Your first mean lacks r/2π. The product of two ReLUs is not E[σ'σ'] times k₁₂: where "
            "both are on, u and v are more alike than on average.",
        ),
        Misconception(
            _with_relu(lambda r, t, k: ((r + t * k) / (2 * np.pi), _on(t))),
            "In your first mean stands θ where π − θ belongs: equal inputs have k/2 at a = 0.",
        ),
        Misconception(
            _with_relu(lambda r, t, k: ((r + t * k) / (2 * np.pi), t / (2 * np.pi))),
            "In both means stands θ where π − θ belongs: equal inputs, θ = 0, are on together half "
            "of the time.",
        ),
        Misconception(
            _with_relu(lambda r, t, k: (r / (2 * np.pi) + _on(t) * k, 2 * _on(t))),
            "Your second mean is twice as large as it should be: equal inputs are on together "
            "half of the time, "
            "(π − θ)/2π.",
        ),
        Misconception(
            _unsigned_angle,
            "arctan(r/k₁₂) gives a negative angle where k₁₂ < 0. θ goes from 0 to π: "
            "np.arctan2(r, k₁₂).",
        ),
        Misconception(
            _with_relu(
                lambda r, t, k: (r / (2 * np.pi) + _on(np.arctan2(k, r)) * k, _on(np.arctan2(k, r)))
            ),
            "The arguments of arctan2 are swapped: first r, the side across, then k₁₂.",
        ),
        Misconception(
            _unit_vectors,
            "Your first mean is that of vectors of length 1: it lacks the factor √(k₁₁k₂₂).",
        ),
        Misconception(
            _other_arguments,
            "You take the arguments in the order k11, k22, k12; the order is k11, k12, k22.",
        ),
        Misconception(
            _with_relu(lambda r, t, k: (r / np.pi + _on(t) * k, _on(t))),
            "The r in your first mean is divided by π; it should be 2π, the full turn.",
        ),
        Misconception(
            _with_relu(lambda r, t, k: (r**2 / (2 * np.pi) + _on(t) * k, _on(t))),
            "r is the root of k₁₁k₂₂ − k₁₂². Yours is not: a mean of products scales as √(k₁₁k₂₂).",
        ),
        Misconception(
            _with_leak(lambda k, a, J, p: _leaky(k, a, J, p)[::-1]),
            "The two means are in the wrong order: first E[σσ], then E[σ'σ'].",
        ),
    ),
)
