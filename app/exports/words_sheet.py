"""A sheet of what words mean: for each list two columns, the identifiers and beside them the words for them."""

from collections.abc import Sequence

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

WORDS = "words"
"""The sheet's name."""


def write_pairs(sheet: Worksheet, lists: Sequence[Sequence[tuple[str, str]]], bold: Format) -> None:
    """Write lists side by side; the first pair of each is its head."""
    for place in range(2 * len(lists)):
        sheet.set_column(place, place, 24)
    for row in range(max(map(len, lists), default=0)):
        for number, pairs in enumerate(lists):
            for place, text in enumerate(pairs[row] if row < len(pairs) else ()):
                if text:
                    sheet.write_string(row, 2 * number + place, text, None if row else bold)
