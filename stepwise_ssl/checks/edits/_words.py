"""What a change is called, and what of it is said to a learner."""

from __future__ import annotations

import re

LESS = "without one term"
FACTOR = "without one factor"
TRIANGLE = "with the eigenvectors of a matrix that is not symmetric"
WITHOUT = {
    "sqrt": "without a root", "exp": "without an exponential", "log": "without a logarithm",
    "abs": "without an absolute value", "square": "without a square", "clip": "without a limit",
    "maximum": "without a limit", "minimum": "without a limit", "real": "without a real part",
    "sort": "without sorting", "arccos": "without an arc cosine", "cos": "without a cosine",
    "normalize": "without bringing something to length 1", "cumsum": "without a running sum",
    "round": "without rounding",
}  # fmt: skip
ROWS, LENGTH = "with a number of rows twice as large", "with a number in place of len("
IDENTITY = "with 1 in place of the identity"
COLUMNS = "with each mean that of a column"
FROBENIUS = "without another kind of norm"
BRACKET = "with a bracket in another place"
KINDS = "without another kind of number"
ENDS = "with the ends of a search further apart"
MATRIX = "with a power of the matrix in place of one of each entry"
EQUAL = "with equality on the other side of a comparison"
ONE_CASE, NO_CASE = "with one case of two everywhere", "without a case"
OTHER_SIDE = "with np.roll along the other axis, by half of its length"
# Which the course's own does not need.
MENDS = (ROWS, LENGTH, IDENTITY, COLUMNS, FROBENIUS, KINDS, ENDS, MATRIX, OTHER_SIDE)
_NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d*)?(?:e-?\d+)?(?![\w.])")  # in a line of source


def repaired(words: str, line: str, less: str, in_this_part: bool = False) -> str:
    if words == TRIANGLE:
        return (
            f"The matrix in `{line}` is not symmetric, and eigh and eigvalsh read one triangle of "
            "it alone. With the eigenvectors of the whole matrix your function is right here."
        )
    noun, numbers = _noun(words), set(_NUMBER.findall(line))
    if noun == "a number" and len(numbers) == 1:
        noun = f"the number {numbers.pop()}"
    elif noun == "a term" and less:
        noun = f"the term `{less}`"
    if in_this_part:
        return f"One change makes this part right: {noun} in `{line}`. Elsewhere more is off."
    return f"One change makes your function right here: {noun} in `{line}`."


def _noun(words: str) -> str:
    """What is to be looked at, without saying what is to be done."""
    for key, noun in (
        (f"{COLUMNS}, two", "the axis of the means, first"), (COLUMNS, "the axis of a mean"),
        (f"{FROBENIUS}, two", "the kind of the norms, first"), (FROBENIUS, "the kind of a norm"),
        (f"{KINDS}, two", "the kind of the numbers, first"), (KINDS, "the kind of the numbers"),
        (ENDS, "the ends of the search"), (MATRIX, "a power of each entry"),
        (EQUAL, "whether equality counts"), ("another size", "a size"), ("rounding", "a rounding"),
        ("largest", "a sum or a largest number"), ("an entry", "one entry"),
        ("singular", "singular values or eigenvalues"), ("plus", "a sign"), ("minus", "a sign"),
        ("sign", "a sign"), ("power", "a power"), ("an exponent ", "an exponent"),
        ("transpose", "a transpose"), ("matrix product", "a matrix product"),
        ("identity", "the 1, which every entry loses,"), ("rows", "a number of rows"),
        ("in a norm", "a norm, which is a root,"),
        ("number", "a number"), ("factor", "a factor"), ("divisor", "a divisor"),
        ("quotient", "a product or a quotient"), ("fraction", "a quotient"),
        ("term", "a term"), ("difference", "a difference"), ("a − b", "a difference"),
        ("even steps and", "the even steps, and their number,"),
        ("even steps", "the even steps"), ("more points", "the number of points"),
        ("root", "a root"),
        ("mean", "a sum or a mean"), ("logarithm", "a logarithm"),
        ("exponential", "an exponential"),
        ("order", "an order"), ("cases exchanged", "the choice between two cases"),
        ("everywhere", "a choice between two cases where one would do,"),
        ("case", "one case less,"),
        ("bracket", "a bracket"),
        ("axis", "an axis"),
        ("condition", "a condition"), ("limit", "a limit"), ("in place of `", "a name"),
    ):  # fmt: skip
        if key in words:
            return noun
    return "a call"
