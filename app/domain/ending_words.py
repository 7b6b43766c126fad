"""The words by which a cell of a file says that nothing holds any more."""

from unicodedata import normalize

ENDING_WORDS = ("xóa", "delete")
"""In each language one, as files and templates show them."""

_LONGEST = 20
"""Longer cells are none of these words, whatever blanks surround them."""

_ENDING = {*ENDING_WORDS, "xoá"}
_BEGINNINGS = {letter for word in _ENDING for letter in (word[0], word[0].upper())}


def is_ending(cell: str) -> bool:
    """Whether a cell of a column that can end says so."""
    if len(cell) > _LONGEST or cell.lstrip()[:1] not in _BEGINNINGS:
        return False
    return normalize("NFC", cell).strip().lower() in _ENDING
