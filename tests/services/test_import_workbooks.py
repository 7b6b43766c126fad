"""Rows given back with their errors stand as they stood."""

import io
import zipfile
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
import xlsxwriter

from app.domain.import_cells import text_column, word_column
from app.domain.import_file import encoding_in, records
from app.domain.imports import FileFormat
from app.domain.membership import Standing
from app.domain.sheet_cells import Boolean, Failed, Number, NumberFormat
from app.language import Language
from app.services.imports.workbooks import annotated

COLUMNS = (text_column("name", 20), word_column("standing", Standing))


def as_read(content: bytes) -> list[tuple[int, list[Any]]]:
    return [(number, list(cells)) for number, cells in records(io.BytesIO(content), None)]


def given_back(content: bytes, form: FileFormat, wrong: Mapping[int, list[str]] | None = None) -> bytes:
    with annotated(io.BytesIO(content), form, wrong or {}, COLUMNS, Language.VIETNAMESE) as answer:
        return answer.read()


@pytest.mark.parametrize("since_1904", [False, True])
def test_every_kind_of_cell_comes_back_as_it_was_shown(since_1904: bool) -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"date_1904": since_1904}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["a", "b", "c"])
        for place, code in enumerate(["dd/mm/yyyy", "mm/yyyy", "yyyy", "000000000000", "General"]):
            sheet.write_datetime(1, place, date(2024, 2, 29), book.add_format({"num_format": code}))
        sheet.write_boolean(3, 0, True)
        sheet.write_formula(3, 1, "=NA()", None, "#N/A")
        sheet.write_string(3, 2, "=1+1")
    before = as_read(file.getvalue())
    after = as_read(given_back(file.getvalue(), FileFormat.XLSX))
    assert [(number, cells[1:]) for number, cells in after] == before
    assert before[1][1][1] == Number(before[1][1][0].value, NumberFormat("month"), since_1904)
    assert before[2] == (3, [Boolean(True), Failed("#N/A"), "=1+1"])


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "latin-1"])
def test_texts_of_every_encoding_come_back(codec: str) -> None:
    name = "Nguyễn Văn" if codec != "latin-1" else "NguyÔn V¨n"
    content = f"sep=;\nname;born\n{name};{date(2024, 1, 1)}\n\nx;y;beyond\n".encode(codec)
    form = FileFormat.CSV
    assert encoding_in(io.BytesIO(content), form) is not None
    rows = as_read(given_back(content, form, {1: ["one", "two"], 3: ["ragged"]}))
    assert rows == [
        (0, ["errors", "name", "born"]),
        (1, ["one\ntwo", name, "2024-01-01"]),
        (3, ["ragged", "x", "y", "beyond"]),
    ]


def test_given_back_twice_a_file_has_the_errors_of_the_last_time() -> None:
    once = given_back(b"name\nx\ny\n", FileFormat.CSV, {0: ["of all"], 1: ["wrong"]})
    assert as_read(once) == [(0, ["errors\nof all", "name"]), (1, ["wrong", "x"]), (2, ["", "y"])]
    twice = given_back(once, FileFormat.XLSX, {2: ["wrong now"]})
    assert as_read(twice) == [(0, ["errors", "name"]), (1, ["", "x"]), (2, ["wrong now", "y"])]


def test_what_is_given_back_has_the_words_of_a_template_again() -> None:
    content = given_back(b"name,standing\nx,member\n", FileFormat.CSV, {1: ["wrong"]})
    parts = zipfile.ZipFile(io.BytesIO(content))
    assert 'name="words"' in parts.read("xl/workbook.xml").decode()
    sheet, words = (parts.read(f"xl/worksheets/sheet{n}.xml").decode() for n in (1, 2))
    assert sheet.count("<dataValidation ") == 1 and 'sqref="C2:C1048576"' in sheet
    assert all(
        one in words for one in ("official", "Đảng viên chính thức", "probationary", "Đảng viên dự bị")
    )
    again = as_read(given_back(content, FileFormat.XLSX))
    assert again == [(0, ["errors", "name", "standing"]), (1, ["", "x", "member"])]
