"""Files made by chance: names in every encoding, workbooks of a real writer, and spoilt bytes."""

import io
import string
import unicodedata
from datetime import date
from typing import Any

import pytest
import xlsxwriter
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.domain.font_text import Font, FontText, font_text
from app.domain.import_cells import day_column, possible_day_column, text_column
from app.domain.import_file import Row, batches, encoding_in
from app.domain.imports import Encoding, FileFormat, Unreadable

COLUMNS = (
    text_column("external_id", 20),
    text_column("full_name", 60),
    text_column("citizen_id", 40, digits=(9, 12)),
    day_column("valid_from"),
    possible_day_column("birth_date"),
)
HEADER = [column.name for column in COLUMNS]

SYLLABLES = (
    "Nguyễn Trần Lê Phạm Hoàng Vũ Đặng Bùi Đỗ Hồ Ngô Dương Lý Thị Văn Hữu Đức Minh Thuỳ Huyền Phượng Quỳnh Tuyết Hùng"
    " Dũng Sơn Hà Bé Tú Hiếu Nghĩa Khải Thắng Lợi Ánh Ngọc Ước Ỷ Yến"
)
NAMES = st.lists(st.sampled_from(tuple(SYLLABLES.split())), min_size=2, max_size=4).map(" ".join)


def read(content: bytes, form: FileFormat) -> list[Row]:
    file = io.BytesIO(content)
    return [row for batch in batches(file, form, encoding_in(file, form), COLUMNS) for row in batch]


def as_windows_1258(text: str) -> bytes:
    """Letters that Windows-1258 has stand as they are, tones behind them."""
    pieces = []
    for letter in text:
        base, *marks = unicodedata.normalize("NFD", letter)
        tones = [mark for mark in marks if mark in "\u0300\u0301\u0303\u0309\u0323"]
        shape = unicodedata.normalize("NFC", base + "".join(mark for mark in marks if mark not in tones))
        pieces.append(shape + "".join(tones))
    return "".join(pieces).encode("cp1258")


@settings(max_examples=100, deadline=None)
@given(st.lists(NAMES, min_size=1, max_size=20), st.sampled_from(["utf-8", "utf-16", "cp1258"]))
def test_names_are_the_same_in_every_encoding(names: list[str], codec: str) -> None:
    names.append("Nguyễn Thị Huệ")
    content = "external_id,full_name\n" + "".join(f"{n},{name}\n" for n, name in enumerate(names))
    data = as_windows_1258(content) if codec == "cp1258" else content.encode(codec)
    rows = read(data, FileFormat.CSV)
    assert [row.errors for row in rows] == [[] for _ in names]
    assert [row.values[1] for row in rows] == names


@settings(max_examples=200, deadline=None)
@given(NAMES)
def test_no_name_in_unicode_is_taken_for_font_text(name: str) -> None:
    assert font_text(name) is None


@settings(max_examples=100, deadline=None)
@given(st.lists(NAMES, min_size=1, max_size=20), st.sampled_from(list(Font)))
@example(["Lê Lê"], Font.VNI)  # Vietnamese in either encoding: the next line decides
def test_names_in_an_old_font_are_recognised_and_suggested(names: list[str], font: Font) -> None:
    names.append("Nguyễn Thị Huệ")
    content = "external_id,full_name\n" + "".join(f"{n},{name}\n" for n, name in enumerate(names))
    data = "".join(_in_font(letter, font) for letter in content).encode("latin-1")
    file = io.BytesIO(data)
    assert encoding_in(file, FileFormat.CSV) is (Encoding.TCVN3 if font is Font.TCVN3 else Encoding.VNI)
    for row, name in zip(read(data, FileFormat.CSV), names, strict=True):
        assert row.values[1] is None or row.values[1].isascii()
        suggested = [error.facts["suggestion"].lower() for error in row.errors]
        assert suggested in ([name.lower()], [])  # TCVN3 has no capitals with tones


def _in_font(letter: str, font: Font) -> str:
    """A letter as the font's keyboard writes it."""
    if letter.isascii():
        return letter
    keys = _KEYS[font]
    return keys.get(letter) or keys[letter.lower()]


def _keys(font: Font) -> dict[str, str]:
    """Each letter by the signs that mean it: found by asking what every sign, or pair of signs, means."""
    signs = [chr(code) for code in range(0xA1, 0x100)]
    spelled = signs + [
        base + sign for base in string.ascii_letters + "ôöÔÖ" for sign in signs if font is Font.VNI
    ]
    return {FontText.of(one, font).meant: one for one in spelled if len(FontText.of(one, font).meant) == 1}


_KEYS = {font: _keys(font) for font in Font}


def book(rows: list[list[Any]], **options: Any) -> bytes:
    """A workbook as XlsxWriter makes it."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"default_date_format": "dd/mm/yyyy", **options}) as workbook:
        sheet = workbook.add_worksheet()
        for place, row in enumerate([HEADER, *rows]):
            for column, value in enumerate(row):
                if isinstance(value, date):
                    sheet.write_datetime(place, column, value)
                elif isinstance(value, str):
                    sheet.write_string(place, column, value)
                else:
                    sheet.write(place, column, value)
    return file.getvalue()


@pytest.mark.parametrize("options", [{}, {"constant_memory": True}, {"date_1904": True}, {"use_zip64": True}])
@settings(max_examples=10, deadline=None)
@given(st.lists(st.tuples(NAMES, st.dates(date(1900, 3, 1), date(2199, 12, 31))), min_size=1, max_size=20))
def test_what_a_real_writer_wrote_is_read_as_it_was(
    options: dict[str, Any], people: list[tuple[str, date]]
) -> None:
    people = [(name, day if day.year > 1904 else day.replace(year=1950)) for name, day in people]
    rows = read(
        book([[f"m{n}", name, "030085001234", day, day] for n, (name, day) in enumerate(people)], **options),
        FileFormat.XLSX,
    )
    assert [row.errors for row in rows] == [[] for _ in people]
    assert [(row.values[1], row.values[3], row.values[4][0]) for row in rows] == [
        (name, day, day) for name, day in people
    ]


WORKBOOK = book([[f"m{n}", "Nguyễn Văn An", 30085001234, date(2024, 1, 1), 1958] for n in range(30)])


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(WORKBOOK) - 1), st.binary(min_size=1, max_size=8), st.booleans())
def test_spoilt_bytes_of_a_workbook_are_refused_or_do_no_harm(place: int, put: bytes, cut: bool) -> None:
    spoilt = WORKBOOK[:place] + put + (b"" if cut else WORKBOOK[place + len(put) :])
    try:
        read(spoilt, FileFormat.XLSX)
    except Unreadable as unreadable:
        assert unreadable.errors


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=2000), st.sampled_from(list(FileFormat)))
def test_any_bytes_at_all_are_refused_or_do_no_harm(content: bytes, form: FileFormat) -> None:
    try:
        read(b"external_id,full_name\n" + content, form)
    except Unreadable as unreadable:
        assert unreadable.errors
