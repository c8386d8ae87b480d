"""What an exact fit costs, told before it starts."""

from __future__ import annotations

from .. import _validate
from ._exact import lanczos_pays


def memory_needed(n: int, m: int, n_components: int = 10) -> int:
    """Bytes that an exact fit with a named kernel takes at its peak, for n pairs of m numbers.

    32n² for one matrix of (2n)² float64 numbers, which its own factor overwrites; three of them
    from d = n/16 components on, where all eigenvalues cost less than some, and where Lanczos mixes
    the top d, γ_d being some 1e-8 of γ_1 or less; 32nm for two copies of the views; 100nd for
    vectors. Some 25 MB come on top whatever n is.

    Raises:
        TypeError, ValueError: not whole numbers ≥ 1.
    """
    n, m = _validate.integer("n", n, 1), _validate.integer("m", m, 1)
    d = _validate.integer("n_components", n_components, 1)
    return (32 if lanczos_pays(d, 2 * n) else 96) * n**2 + 32 * n * m + 100 * n * d
