"""Workbooks: what their cells say, and what is refused before it does harm."""

import io
import struct
import tracemalloc
from datetime import date
from typing import Any
from zipfile import ZIP_STORED

import pytest
from workbooks import number, packed, parts, sheet, text, workbook

from app.domain import package
from app.domain.import_cells import day_column, month_column, possible_day_column, text_column
from app.domain.import_file import Row, batches
from app.domain.imports import FileFormat, Unreadable
from app.domain.package import MOST_MEMBERS
from app.domain.sheet_cells import NumberFormat
from app.domain.workbook import MOST_SHARED_TEXTS

COLUMNS = (
    text_column("external_id", 20),
    text_column("citizen_id", 40, digits=(9, 12)),
    day_column("valid_from"),
    possible_day_column("birth_date"),
    month_column("month"),
)
ID, NUMBER, DAY, BIRTH, MONTH = ([text(column.name)] for column in COLUMNS)


def read(content: bytes) -> list[Row]:
    return [row for batch in batches(io.BytesIO(content), FileFormat.XLSX, None, COLUMNS) for row in batch]


def value_of(header: list[str], cell: str, **book: Any) -> Any:
    """The value of a cell under a header, or the code of its error."""
    (row,) = read(workbook(header, [cell], **book))
    return row.errors[0].code if row.errors else next((one for one in row.values if one is not None), None)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (number(7), "7"),
        (number("7.0"), "7"),
        (number("1.2E3"), "1200"),
        (number(7.5), "text_expected"),
        (number(1234567890123456), "digits_lost"),
        (number(45000, 1), "text_expected"),
        ('<c t="b"><v>1</v></c>', "text_expected"),
        ('<c t="e"><v>#N/A</v></c>', "formula_failed"),
        ('<c t="str"><f>A1&amp;"x"</f><v>ax</v></c>', "ax"),
        ('<c t="s"><v>1</v></c>', "Lê An"),
        ('<c t="inlineStr"><is><t>a_x0041_b</t></is></c>', "aAb"),
        (text(" =1+1 "), "=1+1"),
        (text("Le\u0302\u0301"), "Lế"),
    ],
)
def test_a_text_column_takes_texts_and_whole_numbers_as_they_are_shown(cell: str, expected: str) -> None:
    shared = ("<t>x</t>", "<r><t>Lê</t></r><r><t> An</t></r><rPh><t>le an</t></rPh>")
    assert value_of(ID, cell, shared=shared) == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (number(45000), date(2023, 3, 15)),
        (number(45000.75, 1), date(2023, 3, 15)),
        (number(45000, 7), date(2023, 3, 15)),
        (number(45000, 8), date(2023, 3, 15)),
        ('<c t="d"><v>2023-03-15T00:00:00</v></c>', date(2023, 3, 15)),
        (text("15/03/2023"), date(2023, 3, 15)),
        (number(59, 1), date(1900, 2, 28)),
        (number(60, 1), "date_impossible"),
        (number(61, 1), date(1900, 3, 1)),
        (number(1958), "day_expected"),
        (number(45000, 2), "day_expected"),
        (number(0.5, 4), "day_expected"),
        (number(45000, 6), "day_expected"),
        (number(-1), "date_out_of_range"),
        (number("1e300"), "date_out_of_range"),
    ],
)
def test_a_day_column_takes_days_as_the_workbook_counts_them(cell: str, expected: object) -> None:
    assert value_of(DAY, cell) == expected


def test_days_may_be_counted_from_1904() -> None:
    assert value_of(DAY, number(43538, 1), properties='<workbookPr date1904="1"/>') == date(2023, 3, 15)


def test_of_a_date_no_more_is_known_than_is_shown() -> None:
    march, year = (date(1958, 3, 1), date(1958, 4, 1)), (date(1958, 1, 1), date(1959, 1, 1))
    assert value_of(BIRTH, number(21245, 2)) == march
    assert value_of(BIRTH, number(21245, 3)) == value_of(BIRTH, number(1958)) == year
    assert value_of(MONTH, number(21245, 2)) == date(1958, 3, 1)
    assert value_of(MONTH, number(21245, 1)) == "month_expected"


def test_a_number_that_lost_its_leading_zeros_is_an_error_of_its_cell() -> None:
    (row,) = read(workbook(NUMBER, [number(30085001234)]))
    (error,) = row.errors
    assert (error.column, error.code, error.facts) == (
        "citizen_id",
        "leading_zeros_lost",
        {"found": 11, "expected": 12, "suggestion": "030085001234"},
    )
    assert (
        value_of(NUMBER, text("030085001234")) == value_of(NUMBER, number(30085001234, 5)) == "030085001234"
    )
    assert value_of(NUMBER, number(130085001234)) == "130085001234"


def test_rows_are_numbered_and_judged_as_those_of_other_files() -> None:
    of = sheet(ID + DAY, [text("1")], ["<c/>", "<c><f>NOW()</f></c>"], [text("3"), "<c/>", "<c/>", text("x")])
    rows = read(packed(parts(of)))
    assert [(row.number, row.values[0]) for row in rows] == [(1, "1"), (3, None)]
    assert [(error.code, error.facts) for error in rows[1].errors] == [
        ("row_ragged", {"expected": 2, "found": 4})
    ]


def test_cells_stand_where_their_names_say_and_prefixes_do_not_matter() -> None:
    cells = '<x:c r="A1" t="str"><x:v>external_id</x:v></x:c><x:c r="B1" t="str"><x:v>valid_from</x:v></x:c>'
    of = (
        f'<x:worksheet xmlns:x="urn:x"><x:sheetData><x:row r="1">{cells}</x:row>'
        '<x:row r="1000001"><x:c r="B1000001"><x:v>45000</x:v></x:c></x:row></x:sheetData></x:worksheet>'
    )
    (row,) = read(packed(parts(of)))
    assert (row.number, row.values[:3]) == (1_000_000, [None, None, date(2023, 3, 15)])


def test_macros_and_links_to_elsewhere_are_never_opened() -> None:
    of = parts(sheet(ID, [text("1")])) | {"xl/vbaProject.bin": "x", "xl/externalLinks/externalLink1.xml": "<"}
    assert [row.values[0] for row in read(packed(of))] == ["1"]


def _refused(content: bytes) -> list[tuple[int, str | None, str]]:
    with pytest.raises(Unreadable) as unreadable:
        read(content)
    return [(error.row, error.column, error.code) for error in unreadable.value.errors]


def _lying(content: bytes, path: str, size: int) -> bytes:
    """A file whose directory says another size of a part."""
    place = content.rindex(path.encode()) - 46 + 24
    return content[:place] + struct.pack("<L", size) + content[place + 4 :]


OLD = bytes.fromhex("d0cf11e0a1b11ae1")
GOOD = parts(sheet(ID, [text("1")]))
SHEET = "xl/worksheets/sheet1.xml"
BOMB = packed(GOOD | {SHEET: GOOD[SHEET] + " " * 20_000_000})


@pytest.mark.parametrize(
    ("content", "row", "code"),
    [
        (b"external_id\n1\n", 0, "sent_as_workbook"),
        (b"", 0, "sent_as_workbook"),
        (b"PK\x03\x04" + b"x" * 100, 0, "not_a_workbook"),
        (packed({"word/document.xml": "<document/>"}), 0, "not_a_workbook"),
        (OLD + bytes(600), 0, "workbook_of_old_kind"),
        (OLD + bytes(65_530) + "EncryptedPackage".encode("utf-16-le"), 0, "workbook_locked"),
        (BOMB, 0, "workbook_expands"),
        (_lying(packed(GOOD), SHEET, 600 * 1024**2), 0, "workbook_expands"),
        (_lying(BOMB, SHEET, 500), 0, "workbook_damaged"),
        (packed(GOOD | {f"x{n}": "" for n in range(MOST_MEMBERS)}), 0, "workbook_too_many_parts"),
        (packed(GOOD | {SHEET: f'<!DOCTYPE x [<!ENTITY a "b">]>{GOOD[SHEET]}'}), 0, "workbook_damaged"),
        (packed(GOOD | {SHEET: "<a>" * 1000}), 0, "workbook_damaged"),
        (packed(GOOD | {SHEET: GOOD[SHEET][:-30]}), 0, "workbook_damaged"),
        (packed({path: GOOD[path] for path in GOOD if path != SHEET}), 0, "workbook_damaged"),
        (workbook(ID, ['<c r="AAAA1"><v>1</v></c>']), 0, "workbook_damaged"),
        (workbook(ID, ['<c t="s"><v>9</v></c>']), 0, "workbook_damaged"),
        (workbook(ID, [text("1")], [text("x" * 40_000)]), 0, "text_too_long"),
        (packed(GOOD | {SHEET: GOOD[SHEET].replace('r="2"', 'r="4000000000"')}), 0, "workbook_damaged"),
        (packed(GOOD | {SHEET: f'<worksheet a="{"x" * 2_000_000}"/>'}, ZIP_STORED), 0, "workbook_damaged"),
        (
            packed(
                GOOD | {"xl/sharedStrings.xml": f"<sst>{'<si/>' * (MOST_SHARED_TEXTS + 1)}</sst>"}, ZIP_STORED
            ),
            0,
            "workbook_too_many_texts",
        ),
    ],
)
def test_a_workbook_that_is_none_or_hostile_is_one_clear_error(content: bytes, row: int, code: str) -> None:
    assert _refused(content) == [(row, None, code)]


def test_more_elements_than_a_sheet_may_have_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "MOST_ELEMENTS", 1000)
    of = GOOD[SHEET].replace("</sheetData>", "<row/>" * 1000 + "</sheetData>")
    assert _refused(packed(GOOD | {SHEET: of})) == [(0, None, "workbook_too_many_elements")]


def test_no_format_takes_long_to_understand() -> None:
    """Not the longest that a spreadsheet takes, nor one of a mebibyte."""
    for sign in ('"', "[", "h", "m", "h m", "\\", "y;"):
        for times in (250, 1_000_000):
            NumberFormat.of(164, sign * times)


def test_what_is_said_of_the_size_of_a_sheet_or_of_its_texts_takes_no_memory() -> None:
    of = GOOD[SHEET].replace("<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>')
    of = of.replace("</sheetData>", '<row r="1000001"><c r="XFD1000001"><v>1</v></c></row></sheetData>')
    texts = '<sst count="4000000000" uniqueCount="4000000000"><si><t>a</t></si></sst>'
    content = packed(GOOD | {SHEET: of, "xl/sharedStrings.xml": texts})
    tracemalloc.start()
    rows = read(content)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [error.code for row in rows for error in row.errors] == ["row_ragged"]
    assert most < 4 * 1024**2


def test_a_header_stands_in_the_first_row_and_is_judged_like_any_other() -> None:
    assert _refused(workbook([*ID, text("surname")])) == [(0, None, "unknown_column")]
    file = io.BytesIO(workbook([], ID, [text("1")]))
    with pytest.raises(Unreadable) as unreadable:
        list(batches(file, FileFormat.XLSX, None, [text_column("external_id", 20, required=True)]))
    assert [(error.column, error.code) for error in unreadable.value.errors] == [
        ("external_id", "column_missing")
    ]


def test_more_rows_than_may_be_sent_are_refused() -> None:
    of = GOOD[SHEET].replace('r="2"', 'r="1000002"')
    assert _refused(packed(GOOD | {SHEET: of})) == [(1_000_001, None, "too_many_rows")]


def test_a_large_sheet_is_never_whole_in_memory() -> None:
    content = workbook(ID + DAY, *([text(f"m{n}"), number(45000 + n % 300, 1)] for n in range(20_000)))
    tracemalloc.start()
    read_rows = sum(len(batch) for batch in batches(io.BytesIO(content), FileFormat.XLSX, None, COLUMNS))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert read_rows == 20_000 and most < 6 * 1024**2
