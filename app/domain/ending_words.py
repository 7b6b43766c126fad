"""The words by which a cell of a file says that nothing holds any more."""

from unicodedata import normalize

ENDING_WORDS = ("xóa", "delete")
"""In each language one, as files and templates show them."""

_LONGEST = 20
"""Longer cells are none of these words, whatever blanks surround them."""

_ENDING = {*ENDING_WORDS, "xoá"}


def is_ending(cell: str) -> bool:
    """Whether a cell of a column that can end says so."""
    return len(cell) <= _LONGEST and normalize("NFC", cell).strip().lower() in _ENDING
