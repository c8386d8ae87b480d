"""Whether two names can be one person's, as a list, an export and the student write them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d"})  # without a mark to take off


def fits(name: str, known: str) -> bool:
    """Whether all words of one name are in the other, in any order: the list may have more first
    names, or fewer. Words may run together, as Canvas writes them; a letter stands for a word."""
    one, other = _words(name), _words(known)
    return _made_of(one, other) or _made_of(other, one)


def _made_of(some: Sequence[str], words: Sequence[str]) -> bool:
    """Whether there is more in `some` than initials, and nothing that is not in `words`."""
    initials = {word[0] for word in words} - set(words)
    left = whole = "".join(word for word in some if word not in initials)
    for word in sorted(words, key=len, reverse=True):
        left = left.replace(word, "", 1)
    return bool(whole) and not left


def _words(name: str) -> list[str]:
    """The words of a name without case and marks; ö is o, and so is oe, which stands for it."""
    parts = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name).casefold())
    plain = "".join(c for c in parts if not unicodedata.combining(c)).translate(_LETTERS)
    return re.findall(r"[^\W\d_]+", re.sub(r"([aou])e", r"\1", plain.replace("æ", "ae")))
