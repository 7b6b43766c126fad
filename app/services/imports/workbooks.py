"""Workbooks that imports give out: templates, and a sender's own rows with a column of what is wrong.

They are inert: texts stay texts whatever they begin with; nothing is a formula but the lists of words and what was the
error of one.
"""

import math
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from app.domain.errors import FieldError, Invalid
from app.domain.import_cells import ROW_VERSION, Column
from app.domain.import_file import ERRORS, Record, encoding_in, is_errors, records
from app.domain.imports import FileFormat, Unreadable
from app.domain.sheet_cells import Boolean, Cell, Failed, InFont, Number, NumberFormat
from app.exports.words_sheet import WORDS, write_pairs
from app.language import Language, in_words

_KEPT_IN_MEMORY = 1024 * 1024
_LONGEST_CELL = 32_767
_ROWS_BELOW = 1_048_575
_DAYS = {"day": "dd/mm/yyyy", "month": "mm/yyyy", "year": "yyyy", "other": "dd/mm/yyyy hh:mm"}


_INERT = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}


@contextmanager
def _made() -> Iterator[tuple[Workbook, IO[bytes]]]:
    """A workbook to write, and the file it stands in: the caller's once it is whole, closed where it is not."""
    with ExitStack() as unfinished:
        file = unfinished.enter_context(tempfile.SpooledTemporaryFile(_KEPT_IN_MEMORY))
        with Workbook(file, _INERT) as workbook:
            yield workbook, file
        file.seek(0)
        unfinished.pop_all()


class TemplateBook:
    """A template: its first sheet has the header and cells of text, its second the words there are.

    Its rows wait in the folder of `path`, where the workbook then stands. A kind with more rows than a sheet has is
    refused.
    """

    def __init__(self, path: Path, columns: Sequence[Column], name: str, language: Language) -> None:
        self._workbook = Workbook(str(path), {**_INERT, "tmpdir": str(path.parent)})
        bold = self._workbook.add_format({"bold": True})
        self._text = self._workbook.add_format({"num_format": "@"})
        self._sheet, words = self._workbook.add_worksheet(name), self._workbook.add_worksheet(WORDS)
        self._rows = 0
        self._sheet.freeze_panes(1, 0)
        lists = WordLists(columns)
        for place, column in enumerate(columns):
            self._sheet.set_column(place, place, max(12, len(column.name) + 2), self._text)
            self._sheet.write_string(0, place, column.name, bold)
            self._sheet.write_comment(0, place, _in_words(column, language))
            lists.offer(self._sheet, place, column.name)
        lists.write(words, language, bold)

    def add(self, cells: Sequence[str]) -> None:
        """One more row."""
        if self._rows == _ROWS_BELOW:
            raise Invalid(FieldError("/header/accept", "too_long_for_a_sheet", (("most", _ROWS_BELOW),)))
        self._rows += 1
        for place, cell in enumerate(cells):
            if cell:
                self._sheet.write_string(self._rows, place, cell, self._text)

    def finish(self) -> None:
        """Make the workbook of the rows."""
        self._workbook.close()

    def give_up(self) -> None:
        """Let go of the rows, whether or not they became a workbook."""
        for sheet in self._workbook.worksheets():
            sheet.row_data_fh.close()


def _in_words(column: Column, language: Language) -> str:
    """What a column holds."""
    if column.name == ROW_VERSION:
        return in_words(language, f"column.{ROW_VERSION}")
    holds = "number" if column.digits is not None else column.holds
    said = in_words(language, f"column.{holds}", max_length=column.longest)
    return f"{said} {in_words(language, 'column.required')}" if column.required else said


class WordLists:
    """What columns of words take: the identifiers, which their cells offer, each with its words beside it.

    Other texts may be typed in too, since a file may say the words as well.
    """

    def __init__(self, columns: Sequence[Column]) -> None:
        self._columns = {column.name: column for column in columns if column.words}
        self._places = {name: 2 * place for place, name in enumerate(self._columns)}

    def offer(self, sheet: Worksheet, place: int, name: str) -> None:
        """Offer the identifiers of the column of this name, if it has any, in all cells of a sheet's column."""
        if name not in self._columns:
            return
        letters = xl_col_to_name(self._places[name], col_abs=True)
        last = len(self._columns[name].choices) + 1
        offered = {
            "validate": "list",
            "source": f"={WORDS}!{letters}$2:{letters}${last}",
            "show_error": False,
        }
        sheet.data_validation(1, place, _ROWS_BELOW, place, offered)

    def write(self, sheet: Worksheet, language: Language, bold: Format) -> None:
        """Write them to a sheet of their own, with their words in a language."""
        lists = [
            [(name, language.value), *((one, _said(column, one, language)) for one in column.choices)]
            for name, column in self._columns.items()
        ]
        write_pairs(sheet, lists, bold)

    def __bool__(self) -> bool:
        return bool(self._columns)


def _said(column: Column, identifier: str, language: Language) -> str:
    return getattr(column.words[identifier], language.value) if identifier in column.words else ""


Wrong = Mapping[int, Sequence[str]]
"""What is wrong, in words, by row; that of the whole file under 0."""


def annotated(
    file: IO[bytes], form: FileFormat, wrong: Wrong, columns: Sequence[Column], language: Language
) -> IO[bytes]:
    """The rows of a table, where they stood, behind a column of what is wrong: as much as can be read.

    The words of the kind's columns stand on a second sheet, as in a template.
    """
    file.seek(0)
    lists = WordLists(columns)
    with _made() as (workbook, answer):
        sheet, write = workbook.add_worksheet(), _Writer(workbook)
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, 0, 60)
        if lists:
            lists.write(workbook.add_worksheet(WORDS), language, workbook.add_format({"bold": True}))
        known = 0
        for number, cells in _readable(file, form):
            if number == 0:
                known = int(is_errors(cells))
            said = "\n".join([ERRORS] * (number == 0) + list(wrong.get(number, ())))
            if said:
                sheet.write_string(number, 0, said[:_LONGEST_CELL], write.wrapped)
            for place, cell in enumerate(cells[known:], start=1):
                write.cell(sheet, number, place, cell)
                if number == 0 and isinstance(cell, str):
                    lists.offer(sheet, place, cell.strip())
    return answer


def _readable(file: IO[bytes], form: FileFormat) -> Iterator[Record]:
    """The rows up to where the file can be read no further, behind an empty header where there is none."""
    header = False
    try:
        for record in records(file, encoding_in(file, form)):
            header = True
            yield record
    except Unreadable:
        if not header:
            yield 0, []


class _Writer:
    """Writes cells as they stood: texts as texts, numbers as they were shown."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._text = workbook.add_format({"num_format": "@"})
        self.wrapped = workbook.add_format({"num_format": "@", "text_wrap": True, "font_color": "#C00000"})
        self._of_numbers: dict[NumberFormat, Format] = {}

    def cell(self, sheet: Worksheet, row: int, place: int, cell: Cell) -> None:
        """One cell; nothing where it is empty."""
        match cell:
            case "":
                return
            case Number(value, form) if math.isfinite(value):
                self._workbook.date_1904 = cell.since_1904
                sheet.write_number(row, place, value, self._format(form))
            case Number(value):
                sheet.write_string(row, place, str(value), self._text)
            case Boolean(said):
                sheet.write_boolean(row, place, said)
            case Failed(said):  # kept an error, so that it is not taken for a text
                sheet.write_formula(row, place, "=NA()", None, said)
            case InFont(said):
                sheet.write_string(row, place, said, self._text)
            case _:
                sheet.write_string(row, place, cell, self._text)

    def _format(self, shown: NumberFormat) -> Format:
        if shown not in self._of_numbers:
            code = _DAYS.get(shown.shown) or "0" * shown.width or "General"
            self._of_numbers[shown] = self._workbook.add_format({"num_format": code})
        return self._of_numbers[shown]
