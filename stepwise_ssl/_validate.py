"""Small checks of arguments. Every error names the argument, what was given and what is allowed.

An allowed shape is written as a tuple of sizes: an int must match, a letter stands for any size
≥ 1 and appears in the message, as in ``shape=("d", 64)``.
"""

from __future__ import annotations

import errno
import math
import os
from collections.abc import Iterable
from numbers import Integral, Real
from pathlib import Path

import numpy as np


def matrix(
    name: str, x: object, shape: tuple[int | str, int | str] = ("n", "m"), why: str = ""
) -> np.ndarray:
    """A finite float64 matrix of the shape that is asked for; ``why`` says where it comes from."""
    return array(name, x, shape, why)


def vector(
    name: str, x: object, size: int | str = "n", why: str = "", minimum: float | None = None
) -> np.ndarray:
    """A finite float64 vector of the size that is asked for, with no entry below ``minimum``."""
    v = array(name, x, (size,), why)
    if minimum is not None and v.min() < minimum:
        j = int(v.argmin())
        raise ValueError(f"{name}[{j}] is {v[j]:g}; every entry of {name} must be ≥ {minimum:g}.")
    return v


def symmetric(name: str, x: object) -> np.ndarray:
    """A finite symmetric (m, m) matrix; asymmetry of the size of rounding is averaged away."""
    a = matrix(name, x, ("m", "m"))
    if a.shape[0] != a.shape[1]:
        raise ValueError(f"{name} has shape {a.shape}; it must be square, (m, m).")
    with np.errstate(all="ignore"):
        gap = np.abs(a - a.T).max()
        # float32 results of a matrix product are symmetric to about 1e-7 of their largest entry.
        crooked = gap > 1e-6 * np.abs(a).max()
        even = a / 2 + a.T / 2  # the sum of two entries could overflow
    if crooked:
        raise ValueError(
            f"{name} is not symmetric: an entry and its mirror image differ by {gap:.3g}. "
            f"Allowed is a symmetric matrix such as linear.cross_moment(x1, x2); "
            f"({name} + {name}.T) / 2 makes one."
        )
    # Halves of the smallest numbers are rounded.
    return np.where(a == a.T, a, even)


def number(
    name: str, x: object, *, minimum: float | None = None, above: float | None = None
) -> float:
    """A finite number, ≥ ``minimum`` or > ``above`` where these are given."""
    if isinstance(x, (bool, np.bool_)) or not isinstance(x, Real):
        raise TypeError(f"{name} is {kind(x)}; it must be a number.")
    try:
        value = float(x)
    except OverflowError:
        value = math.inf if x > 0 else -math.inf
    low = minimum is not None and value < minimum
    if not math.isfinite(value) or low or (above is not None and value <= above):
        allowed = f" ≥ {minimum:g}" if minimum is not None else ""
        allowed += f" > {above:g}" if above is not None else ""
        raise ValueError(f"{name} is {value:g}; it must be a finite number{allowed}.")
    return value


def between(name: str, x: object, low: float, high: float) -> float:
    """A number from ``low`` to ``high``."""
    value = number(name, x)
    if not low <= value <= high:
        raise ValueError(f"{name} is {value:g}; it must be between {low:g} and {high:g}.")
    return value


def probability(name: str, x: object) -> float:
    """A number from 0 to 1."""
    value = number(name, x, minimum=0)
    if value > 1:
        raise ValueError(f"{name} is {value:g}; it must be a probability, from 0 to 1.")
    return value


def share_range(name: str, x: object) -> tuple[float, float]:
    """The smallest and the largest share of a picture's area, 0 < smallest ≤ largest ≤ 1."""
    pair = vector(name, x, 2, "the smallest and largest share of the area")
    smallest, largest = pair.tolist()
    if not 0 < smallest <= largest <= 1:
        raise ValueError(
            f"{name} is ({smallest:g}, {largest:g}); it must be 0 < smallest ≤ largest ≤ 1, shares "
            "of the picture's area."
        )
    return smallest, largest


def integer(name: str, x: object, minimum: int, maximum: int | None = None, why: str = "") -> int:
    """A whole number between the bounds; ``why`` says where the upper bound comes from."""
    if isinstance(x, (bool, np.bool_)) or not isinstance(x, Integral):
        raise TypeError(f"{name} is {kind(x)}; it must be a whole number.")
    if x < minimum or (maximum is not None and x > maximum):
        allowed = f"≥ {minimum}" if maximum is None else f"between {minimum} and {maximum}"
        # Python writes out no more than 4300 digits.
        shown = x if abs(x) < 10**100 else "a number of more than 100 digits"
        raise ValueError(f"{name} is {shown}; it must be {allowed}{_because(why)}.")
    return int(x)


def seed(name: str, x: object) -> int:
    """A seed: a whole number ≥ 0 of any size, such as ``np.random.SeedSequence().entropy``."""
    return integer(name, x, 0)


def torch_seed(seed: int) -> int:
    """The seed for a generator of PyTorch, which takes 63 bits; smaller ones stay as they are."""
    if seed < 2**63:
        return seed
    return int(np.random.SeedSequence(seed).generate_state(1, np.uint64)[0] >> np.uint64(1))


def size(name: str, x: object) -> int:
    """A number of dimensions; a matrix of two such sizes has fewer bytes than 2^63."""
    return integer(name, x, 1, 10**8)


def flag(name: str, x: object) -> bool:
    """True or False."""
    if not isinstance(x, (bool, np.bool_)):
        raise TypeError(f"{name} is {kind(x)}; it must be True or False.")
    return bool(x)


def choice(name: str, x: object, allowed: Iterable[str]) -> str:
    """One of the allowed names."""
    names = ", ".join(repr(a) for a in allowed)
    if not isinstance(x, str):
        raise TypeError(f"{name} is {kind(x)}; it must be one of the names {names}.")
    if x not in allowed:
        raise ValueError(f"{name} is {x!r}; it must be one of {names}.")
    return x


def path(name: str, x: object, wanted: str = "a path") -> Path:
    """A path, of something that is there or not; ~ stands for the home folder, as in a shell."""
    if not isinstance(x, (str, os.PathLike)):
        raise TypeError(f"{name} is {kind(x)}; it must be {wanted}.")
    place = os.path.expanduser(x)
    if place.startswith("~"):
        raise ValueError(
            f"{name} is {str(x)!r}, and no user of that name has a home here; a file of that name "
            f"is ./{x}."
        )
    try:
        os.lstat(place)
    except (OSError, ValueError) as error:
        if isinstance(error, OSError) and error.errno != errno.ENAMETOOLONG:
            return Path(place)
        why = error.strerror if isinstance(error, OSError) else error  # such as a NUL character
        raise ValueError(f"{name} is {str(x)!r}, which no file can be called: {why}.") from error
    return Path(place)


def is_series(x: object) -> bool:
    """Whether one can go through it entry by entry, and it is no text and no lone number."""
    return isinstance(x, Iterable) and not isinstance(x, str) and getattr(x, "ndim", 1) == 1


def kind(x: object) -> str:
    """The type of a value in words: 'a list', 'an ndarray', 'None', 'the bool True'."""
    if x is None:
        return "None"
    name = type(x).__name__
    if isinstance(x, (str, bool, float, int)):
        return f"the {name} {x!r}"
    vowel = name[0] in "aeiouAEIOU" or name == "ndarray"
    return f"{'an' if vowel else 'a'} {name}"


def array(name: str, x: object, shape: tuple[int | str, ...], why: str = "") -> np.ndarray:
    """A finite float64 array with as many axes as ``shape``, of the sizes that are numbers."""
    wanted = _written(shape) + _because(why)
    try:
        a = np.asarray(x)
    except (RuntimeError, TypeError, ValueError) as error:
        raise TypeError(
            f"{name} is {kind(x)} that NumPy cannot read as an array of shape {wanted}: {error}"
        ) from error
    if a.dtype.kind not in "fiu":
        raise TypeError(
            f"{name} is {kind(x)} with entries of type {a.dtype}; it must be an array of real "
            f"numbers of shape {wanted}."
        )
    sizes_match = a.ndim == len(shape) and all(
        size >= 1 and (isinstance(want, str) or size == want)
        for size, want in zip(a.shape, shape, strict=True)
    )
    if not sizes_match:
        empty = " and is empty" if a.size == 0 else ""
        raise ValueError(f"{name} has shape {_written(a.shape)}{empty}; it must be {wanted}.")
    if np.ma.is_masked(x) or (isinstance(x, list | tuple) and any(map(np.ma.is_masked, x))):
        raise ValueError(
            f"{name} has masked entries; all must be there. {name}.filled(value) puts numbers in "
            "their places."
        )
    with np.errstate(all="ignore"):  # an extended type may hold more than float64
        a = a.astype(np.float64)
    bad = a.size - np.count_nonzero(np.isfinite(a))
    if bad:
        first = np.argwhere(~np.isfinite(a))[0].tolist()
        raise ValueError(
            f"{name} has {bad} {'entry' if bad == 1 else 'entries'} NaN or infinite, the first at "
            f"{first}; all must be finite."
        )
    return a


def representable(name: str, value: np.ndarray, what: str) -> np.ndarray:
    """The value itself, unless something in it has overflowed because ``name`` is too large."""
    if not np.isfinite(value).all():
        raise ValueError(
            f"{name} too large: {what} would be beyond {np.finfo(float).max:.2g}, the largest "
            "number in float64."
        )
    return value


def _written(shape: tuple[int | str, ...]) -> str:
    return f"({shape[0]},)" if len(shape) == 1 else f"({', '.join(map(str, shape))})"


def _because(why: str) -> str:
    return f", {why}" if why else ""
