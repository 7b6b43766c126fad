"""Texts in files that spreadsheets open: none of them is run, and each is read again as what it was."""

_RUN = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that spreadsheets take for a formula."""
_MARK = "'"


def inert(text: str) -> str:
    """The text as a cell that no spreadsheet runs: with one more apostrophe before what would begin a formula."""
    return f"{_MARK}{text}" if text.lstrip(_MARK).startswith(_RUN) else text


def plain(cell: str) -> str:
    """The text that an inert cell stands for."""
    marked = cell.startswith(_MARK) and cell.lstrip(_MARK).startswith(_RUN)
    return cell[1:] if marked else cell
