"""A list as an XLSX workbook: its rows, what is known of it, its words; all texts, nothing computes or links."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

from xlsxwriter import Workbook

from app.domain.errors import FieldError, Invalid
from app.exports.columns import cells_of, columns_of, text_of, words_of
from app.exports.words_sheet import WORDS, write_pairs
from app.language import Language
from app.models.scalars import Shape

_MOST_ROWS = 1_048_576
_LONGEST_CELL = 32_767
"""The bounds of the format; the second in UTF-16 units."""

ABOUT = "about"
"""The sheet that says how many items there are, and of which day and instant."""

_AT_ONCE = 256 * 1024


class Spreadsheet:
    """A sheet of a header row and a row an item; one of the count, the day and the instant; one of the words.

    Nothing but items stands below the header, so that whatever counts or sums the rows is right.
    Rows go to a file of a directory of its own as they come; the workbook is packed at the end. A cell longer than
    the format allows ends with `…`. A list with more rows than a sheet has is refused.
    """

    media_type: ClassVar[str] = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    suffix: ClassVar[str] = "xlsx"
    built_whole: ClassVar[bool] = True

    def __init__(self, item: type[Shape], language: Language) -> None:
        self._columns = columns_of(item)
        self._folder = tempfile.TemporaryDirectory(prefix="dangbo-export-", ignore_cleanup_errors=True)
        self._path = Path(self._folder.name) / "list.xlsx"
        options = {
            "constant_memory": True,
            "tmpdir": self._folder.name,
            "strings_to_formulas": False,
            "strings_to_numbers": False,
            "strings_to_urls": False,
        }
        self._workbook = Workbook(str(self._path), options)
        self._sheet, self._about = self._workbook.add_worksheet(), self._workbook.add_worksheet(ABOUT)
        self._sheet.freeze_panes(1, 0)
        if words := words_of(item, language):
            write_pairs(self._workbook.add_worksheet(WORDS), words, self._workbook.add_format({"bold": True}))
        self._rows = 0
        self._put([".".join(path) for path in self._columns])

    def write(self, items: Sequence[Shape]) -> bytes:
        for one in items:
            self._put(cells_of(one, self._columns))
        return b""

    def end(self, end: Mapping[str, Any]) -> Iterator[bytes]:
        for row, (name, value) in enumerate(end.items()):
            self._about.write_string(row, 0, name)
            self._about.write_string(row, 1, text_of(value))
        self._workbook.close()
        with self._path.open("rb") as file:
            while part := file.read(_AT_ONCE):
                yield part

    def close(self) -> None:
        for sheet in self._workbook.worksheets():
            sheet.row_data_fh.close()
        self._folder.cleanup()

    def _put(self, cells: Sequence[str]) -> None:
        if self._rows == _MOST_ROWS:
            raise Invalid(FieldError("/header/accept", "too_long_for_a_sheet", (("most", _MOST_ROWS - 1),)))
        for column, text in enumerate(cells):
            if text:
                self._sheet.write_string(self._rows, column, _fitting(text))
        self._rows += 1


def _fitting(text: str) -> str:
    """The text cut, with a sign of it, where a cell cannot hold it."""
    if len(text) <= _LONGEST_CELL // 2:
        return text
    units = text.encode("utf-16-le")
    if len(units) <= _LONGEST_CELL * 2:
        return text
    return units[: (_LONGEST_CELL - 1) * 2].decode("utf-16-le", "ignore") + "…"
