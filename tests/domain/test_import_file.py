"""Reading files: CSV as spreadsheets write it, NDJSON, cells, and what is refused where."""

import io
import unicodedata
from datetime import date

import pytest

from app.domain.import_cells import (
    CellError,
    day_column,
    month_column,
    named_words_column,
    number_column,
    possible_day_column,
    text_column,
    word_column,
)
from app.domain.import_file import LONGEST_LINE, ROWS_AT_ONCE, Row, batches, encoding_in
from app.domain.imports import Encoding, FileFormat, Unreadable
from app.domain.inert import inert, plain
from app.domain.membership import Standing
from app.domain.text import clean

COLUMNS = (
    text_column("external_id", 20, required=True),
    text_column("full_name", 10),
    word_column("standing", Standing),
    day_column("valid_from"),
    possible_day_column("birth_date"),
)


def read(content: str | bytes, form: FileFormat = FileFormat.CSV) -> list[Row]:
    file = io.BytesIO(content.encode() if isinstance(content, str) else content)
    return [row for batch in batches(file, form, encoding_in(file, form), COLUMNS) for row in batch]


def codes(rows: list[Row]) -> list[tuple[int, str | None, str]]:
    return [(error.row, error.column, error.code) for row in rows for error in row.errors]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_csv_file_is_read_as_spreadsheets_write_it(separator: str, end: str) -> None:
    header = ["birth_date", "external_id", "full_name"]
    lines = [header, ["03/1958", "007", '"Lê\u0301  Thị"'], ["", "", ""], ["", "8", ""]]
    rows = read("\ufeff" + end.join(separator.join(line) for line in lines) + end)
    assert [row.number for row in rows] == [1, 3] and codes(rows) == []
    assert rows[0].values == ["007", "Lế Thị", None, None, (date(1958, 3, 1), date(1958, 4, 1))]
    assert rows[1].values == ["8", None, None, None, None]


def test_a_quoted_cell_may_hold_separators_but_no_line_end() -> None:
    rows = read('external_id,full_name\n1,"a, b"\n2,"a\nb"\n3,c\n')
    assert [row.values[1] for row in rows] == ["a, b", None, "c"]
    assert codes(rows) == [(2, "full_name", "text_not_clean")]


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ("1,Nguyễn Văn A1,,,", "full_name", "text_too_long"),
        ("1,a\x00b,,,", "full_name", "text_not_clean"),
        ("1,#REF!,,,", "full_name", "formula_failed"),
        ("1,,member,,", "standing", "unknown_word"),
        ("1,,,2023-02-30,", "valid_from", "date_impossible"),
        ("1,,,02/2023,", "valid_from", "day_expected"),
        ("1,,,1899-12-31,", "valid_from", "date_out_of_range"),
        ("1,,,,soon", "birth_date", "date_unreadable"),
        ("1,,,,2200", "birth_date", "date_out_of_range"),
        ("1,,,", None, "row_ragged"),
        ("1,,,,,", None, "row_ragged"),
    ],
)
def test_what_cannot_be_read_is_an_error_of_its_row_and_column(
    cells: str, column: str | None, code: str
) -> None:
    rows = read(f"external_id,full_name,standing,valid_from,birth_date\n{cells}\n2,,,,\n")
    assert codes(rows) == [(1, column, code)]
    assert rows[1].values[0] == "2"


def test_no_error_repeats_what_stood_in_the_cell() -> None:
    rows = read("external_id,full_name,standing\n1,Secret Secret,Secret\n")
    assert "Secret" not in repr([row.errors for row in rows])


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("external_id,surname\n", [(None, "unknown_column")]),
        ("full_name\n", [("external_id", "column_missing")]),
        ("external_id,external_id\n", [("external_id", "column_repeated")]),
        ("", [("external_id", "column_missing")]),
        ("external_id\n1\n".encode("utf-16") + b"\x00", [(None, "encoding_broken")]),
        (b"\xef\xbb\xbfexternal_id\n\xff\n", [(None, "encoding_broken")]),
        ('external_id,full_name\n1,"never closed\n2,x\n', [(None, "quotes_malformed")]),
        ("external_id\n" + "x" * (LONGEST_LINE + 1), [(None, "line_too_long")]),
        ('external_id\n"' + "x\n" * (LONGEST_LINE + 1) + '"\n', [(None, "text_too_long")]),
    ],
)
def test_a_file_that_cannot_be_read_on_says_why_once(
    content: str | bytes, expected: list[tuple[str | None, str]]
) -> None:
    with pytest.raises(Unreadable) as unreadable:
        read(content)
    assert [(error.column, error.code) for error in unreadable.value.errors] == expected


WINDOWS_1258 = (
    unicodedata.normalize("NFD", "Nguyễn Thị Bưởi, Đặng Huệ")
    .replace("e\u0302", "ê").replace("e\u0323\u0302", "ê\u0323").replace("u\u031b", "ư")
    .replace("o\u031b", "ơ").replace("a\u0323\u0306", "ă\u0323")
)  # fmt: skip
"""Letters that bear their tones as signs of their own, as Windows-1258 writes them."""


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1258"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_encoding_of_spreadsheets_is_read(separator: str, encoding: str, end: str) -> None:
    lines = [f"external_id{separator}full_name"]
    lines += [f"{n}{separator}{name.strip()}" for n, name in enumerate(WINDOWS_1258.split(","))]
    mark = "\ufeff" if encoding in ("utf-16-le", "utf-16-be") else ""
    rows = read((mark + end.join(lines) + end).encode(encoding))
    assert [row.values[1] for row in rows] == [None, "Đặng Huệ"]
    assert codes(rows) == [(1, "full_name", "text_too_long")]


def test_a_first_line_may_name_the_separator() -> None:
    rows = read("sep=;\r\nexternal_id;full_name\r\n1;a, b\r\n")
    assert [(row.number, row.values[1]) for row in rows] == [(1, "a, b")]
    assert read("sep=|\nexternal_id|full_name\n1|a\n")[0].values[1] == "a"


@pytest.mark.parametrize(
    "content",
    [
        "Nguyễn Văn An".encode() + b"\xff",
        "Müller".encode("cp1252"),
        "Lý".encode("cp1252"),
        WINDOWS_1258.encode("cp1258") + b" B?nh",
        "Hương".encode("cp1258"),
        "山田".encode("shift-jis"),
    ],
)
def test_an_encoding_guessed_wrongly_is_refused_and_says_what_was_assumed(content: bytes) -> None:
    with pytest.raises(Unreadable) as unreadable:
        read(b"external_id,full_name\n1," + content + b"\n")
    (error,) = unreadable.value.errors
    assert (error.row, error.code) == (0, "encoding_unknown")
    assert error.facts == {"assumed": "windows-1258", "line": 2}


def test_font_text_is_an_error_of_its_cell_with_what_is_meant() -> None:
    rows = read("external_id,full_name\n1,Vò Hïng\n2,Chi bé 3\n3,Vũ Hùng\n")
    assert codes(rows) == [(1, "full_name", "font_text"), (2, "full_name", "font_text")]
    assert [error.facts["suggestion"] for row in rows for error in row.errors] == ["Vũ Hùng", "Chi bộ 3"]
    assert [row.values[1] for row in rows] == [None, None, "Vũ Hùng"]


@pytest.mark.parametrize(
    ("name", "bytes_of_names", "encoding"),
    [
        ("Vũ Hùng", "Vò Hïng", Encoding.TCVN3),
        ("Vũ Hùng", "Vuõ Huøng", Encoding.VNI),
    ],
)
def test_of_a_file_in_an_old_font_no_text_is_taken(
    name: str, bytes_of_names: str, encoding: Encoding
) -> None:
    content = f"external_id,full_name,standing\n1,{bytes_of_names},official\n2,Bé,\n3,An,\n".encode("latin-1")
    assert encoding_in(io.BytesIO(content), FileFormat.CSV) is encoding
    rows = read(content)
    assert codes(rows) == [(1, "full_name", "font_text"), (2, "full_name", "font_text")]
    assert rows[0].errors[0].facts["suggestion"] == name
    assert rows[2].values[1] == "An"


NUMBER = text_column("citizen_id", 40, digits=(9, 12))


@pytest.mark.parametrize(
    ("cell", "code", "suggestion"),
    [
        ("30085001234", "leading_zeros_lost", "030085001234"),
        ("3.00851E+11", "digits_lost", None),
        ("3,00851E+11", "digits_lost", None),
        ("3e+10", "digits_lost", None),
        ("NguyÔn V¨n", "font_text", None),
    ],
)
def test_a_number_that_a_spreadsheet_has_spoilt_is_refused(
    cell: str, code: str, suggestion: str | None
) -> None:
    with pytest.raises(CellError) as refused:
        NUMBER.read(cell)
    assert (refused.value.code, refused.value.facts.get("suggestion")) == (code, suggestion)


@pytest.mark.parametrize("cell", ["030085001234", "130085001234", "012345678", "01234567890", "AB 12", "77"])
def test_other_numbers_are_taken_as_they_stand(cell: str) -> None:
    assert NUMBER.read(cell) == cell


@pytest.mark.parametrize("cell", ["0", "301", "-1", "3.5", "ba", "٣", "9" * 30])
def test_a_whole_number_lies_within_its_bounds(cell: str) -> None:
    size = number_column("size", 1, 300)
    with pytest.raises(CellError) as refused:
        size.read(cell)
    assert (refused.value.code, refused.value.facts) == ("number_expected", {"least": 1, "most": 300})
    assert (size.read(" 9 "), size.read("300"), size.read(" ")) == (9, 300, None)


@pytest.mark.parametrize("written", ["2023-05", "05/2023", " 5/2023 "])
def test_a_month_is_held_as_its_first_day(written: str) -> None:
    assert month_column("month").read(written) == date(2023, 5, 1)


@pytest.mark.parametrize("cell", ["2023", "2023-05-01", "2023-13", "tháng 5", "May-23"])
def test_what_is_no_month_is_refused(cell: str) -> None:
    with pytest.raises(CellError) as refused:
        month_column("month").read(cell)
    assert refused.value.code == "month_expected"


def test_names_are_read_with_a_word_each() -> None:
    column = named_words_column("standings", Standing, 2)
    assert column.read("M1=official; a=b = probationary ;") == [("M1", "official"), ("a=b", "probationary")]
    assert column.read(" ; ") is None


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("M1", "named_words_malformed"),
        ("M1=", "named_words_malformed"),
        ("=official", "named_words_malformed"),
        ("M1,official", "named_words_malformed"),
        ("M1=other", "unknown_word"),
        ("1=official;2=official;3=official", "too_many_named"),
        ("M1=official\n", "text_not_clean"),
    ],
)
def test_names_without_a_word_or_too_many_of_them_are_refused(cell: str, code: str) -> None:
    with pytest.raises(CellError) as refused:
        named_words_column("standings", Standing, 2).read(cell)
    assert refused.value.code == code


@pytest.mark.parametrize("written", ["2023-12-31", "31/12/2023", "31.12.2023", "31-12-2023", "45291"])
def test_days_are_read_as_offices_and_spreadsheets_write_them(written: str) -> None:
    day = date(2023, 12, 31)
    assert day_column("valid_from").read(f" {written} ") == day
    assert possible_day_column("birth_date").read(written) == (day, date(2024, 1, 1))


@pytest.mark.parametrize(
    ("written", "first", "after"),
    [
        ("1958", date(1958, 1, 1), date(1959, 1, 1)),
        ("3/1958", date(1958, 3, 1), date(1958, 4, 1)),
        ("03.1958", date(1958, 3, 1), date(1958, 4, 1)),
        ("00/00/1958", date(1958, 1, 1), date(1959, 1, 1)),
        ("00.03.1958", date(1958, 3, 1), date(1958, 4, 1)),
        ("21245", date(1958, 3, 1), date(1958, 3, 2)),
    ],
)
def test_dates_of_persons_may_be_partly_known(written: str, first: date, after: date) -> None:
    assert possible_day_column("birth_date").read(written) == (first, after)


@pytest.mark.parametrize("written", ["31.12-2023", "31/12/23", "123456", "4529", "31.12"])
def test_what_may_be_read_in_two_ways_is_no_day(written: str) -> None:
    with pytest.raises(CellError):
        day_column("valid_from").read(written)


def test_rows_before_an_unreadable_place_are_still_given() -> None:
    file = io.BytesIO(b'external_id,full_name\n1,a\n2,"b\n')
    read_so_far = batches(file, FileFormat.CSV, Encoding.UTF_8, COLUMNS)
    assert [row.values[0] for row in next(read_so_far)] == ["1"]
    with pytest.raises(Unreadable):
        next(read_so_far)


def test_a_row_that_could_not_be_read_does_not_lack_values_as_well() -> None:
    (row,) = read("external_id,full_name\n1\n")
    row.require("external_id", None)
    assert [error.code for error in row.errors] == ["row_ragged"]


def test_large_files_come_in_batches() -> None:
    file = io.BytesIO(b"external_id\n" + b"1\n" * (2 * ROWS_AT_ONCE + 1))
    assert [len(batch) for batch in batches(file, FileFormat.CSV, Encoding.UTF_8, COLUMNS)] == [
        ROWS_AT_ONCE,
        ROWS_AT_ONCE,
        1,
    ]


def test_ndjson_holds_one_strict_object_a_line() -> None:
    lines = [
        '{"external_id": "1", "birth_date": "1958", "full_name": null}',
        "",
        '{"external_id": 2}',
        '{"external_id": "3", "external_id": "4"}',
        '{"external_id": "5", "surname": "x"}',
        '["external_id"]',
        "{",
        '{"external_id": "8", "full_name": "\\ud800"}',
        "[" * 30_000,
    ]
    rows = read("\n".join(lines), FileFormat.NDJSON)
    assert rows[0].values == ["1", None, None, None, (date(1958, 1, 1), date(1959, 1, 1))]
    assert codes(rows) == [
        (3, "external_id", "text_expected"),
        (4, None, "json_row_malformed"),
        (5, None, "unknown_column"),
        (6, None, "json_row_malformed"),
        (7, None, "json_row_malformed"),
        (8, "full_name", "text_not_clean"),
        (9, None, "json_row_malformed"),
    ]


@pytest.mark.parametrize("text", ["=1", "-x", "'=1", "''+1", "'", "''", "a", "@", "'a=", ""])
def test_what_spreadsheets_would_run_is_marked_and_read_as_it_was(text: str) -> None:
    assert plain(inert(text)) == text
    assert not inert(text).startswith(("=", "+", "-", "@"))
    (row,) = read(f"external_id,full_name\r\nx,{inert(text)}\r\n".encode("utf-8-sig"))
    assert row.values[1] == (text or None)


@pytest.mark.parametrize("text", ["a\u00a0 b", " Le\u0302\u0301  ", "Đỗ", "x"])
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert clean(clean(text)) == clean(text)
