"""What a person's name is written with, and what changes it."""

import unicodedata

NAME_DECIDED_BY = "06 9.1"
"""The source of R-MEM-4: a name changes by decision of an upper committee."""

_BETWEEN = str.maketrans("", "", " -.'\N{RIGHT SINGLE QUOTATION MARK}")
"""What stands between the letters of a name."""


def is_name(text: str) -> bool:
    """Whether the text may be a person's name: letters of any script with their marks, spaces, hyphens, apostrophes
    and dots; no digits and no other signs.
    """
    letters = text.translate(_BETWEEN)
    return letters.isalpha() or _without_marks(letters).isalpha()


def _without_marks(letters: str) -> str:
    return "".join(sign for sign in letters if not unicodedata.category(sign).startswith("M"))
