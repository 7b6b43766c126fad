import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.domain.names import fold, sort_key, spellings, title_sort_key


def in_order(names: list[str]) -> list[str]:
    return sorted(reversed(names), key=sort_key)


@pytest.mark.parametrize(
    "names",
    [
        ["Trần An", "Lê Ăn", "Đỗ Ân", "Phạm Dũng", "Bùi Đào", "Nguyễn Yên"],
        ["Lê Ma", "Lê Mà", "Lê Mả", "Lê Mã", "Lê Má", "Lê Mạ"],
        ["Lê Oanh", "Lê Ông", "Lê Ơn"],
        ["Lê Úc", "Lê Ước"],
        ["Vũ Thị An", "Bùi Bình"],
        ["Bùi Văn Hoa", "Đặng Văn Hoa", "Lý Thị Hoa", "Lý Văn Hoa"],
        ["An", "Lê An"],
        ["Lê Hòa", "Nguyễn Hòa", "Bùi Hóa"],
        ["Lê Ba", "Lê Bà", "Lê Ban"],
        ["H'Hen Niê", "Hoàng Niê"],
        ["Nguyễn Văn Zung", "Nguyễn Văn 李"],
    ],
)
def test_people_stand_in_vietnamese_order(names: list[str]) -> None:
    assert in_order(names) == names


def test_letters_of_the_whole_given_name_count_before_its_tones() -> None:
    assert in_order(["Hoa", "Hòa", "Hóa", "Hoan"]) == ["Hoa", "Hòa", "Hóa", "Hoan"]


def test_all_of_one_given_name_stand_together() -> None:
    people = ["Vũ Hòa", "Bùi Hóa", "Lê Hoà", "Ân Hoá"]
    given_names = [fold(name).split()[-1] + sort_key(name)[:6] for name in in_order(people)]
    assert given_names == sorted(given_names)


@given(st.text(max_size=200))
@example("")
@example(" ")
@example("\N{COMBINING ACUTE ACCENT}")
@example("e" + "\N{COMBINING ACUTE ACCENT}" * 300)
@example("李" * 200)
def test_a_key_is_short_plain_ascii_for_any_text(text: str) -> None:
    for key, longest in ((sort_key(text), 603), (title_sort_key(text), 301)):
        assert key.isascii()
        assert key.isprintable()
        assert len(key) <= longest


NAMES = st.text("aăâbcdđeêinoôơuưyAĐÊáàảãạấợỳ '-", min_size=1, max_size=30)


@given(NAMES)
def test_composed_and_decomposed_letters_have_one_key(name: str) -> None:
    decomposed = unicodedata.normalize("NFD", name)
    assert sort_key(decomposed) == sort_key(name)
    assert title_sort_key(decomposed) == title_sort_key(name)
    assert fold(decomposed) == fold(name)


@given(NAMES)
def test_capitals_do_not_count(name: str) -> None:
    assert sort_key(name.upper()) == sort_key(name.lower())
    assert fold(name.upper()) == fold(name)


@given(NAMES, NAMES)
def test_a_name_comes_before_the_longer_names_that_begin_with_it(name: str, more: str) -> None:
    assert title_sort_key(name) <= title_sort_key(name + more)


def test_organizations_stand_by_number_and_not_by_figure() -> None:
    titles = ["Chi bộ 1", "Chi bộ 2", "Chi bộ 2A", "Chi bộ 10", "Chi bộ 100", "Chi bộ Văn phòng", "Đảng bộ 1"]
    assert sorted(reversed(titles), key=title_sort_key) == titles
    assert title_sort_key("Chi bộ 02") == title_sort_key("Chi bộ 2")


def test_organizations_are_read_from_the_front() -> None:
    titles = ["Chi bộ Y tế", "Đảng bộ Sở An"]
    assert sorted(reversed(titles), key=title_sort_key) == titles


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Đặng Đình Quý", "dang dinh quy"),
        ("ĐẶNG  Đình\tQuý ", "dang dinh quy"),
        ("hòa", "hoa"),
        ("hoà", "hoa"),
        ("Ðỗ Thị Ước", "do thi uoc"),
        ("H’Hen Niê", "h'hen nie"),
        ("Sở\N{NO-BREAK SPACE}Y tế", "so y te"),
        ("An\N{ZERO WIDTH SPACE}h", "anh"),
        ("", ""),
    ],
)
def test_a_search_key_has_no_accents_capitals_or_spare_spaces(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text(max_size=100))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("folded", "ways"),
    [
        ("le ly", ["le ly", "le li"]),
        ("le quy", ["le quy", "le qui"]),
        ("le thuy", ["le thuy"]),
        ("le tai", ["le tai"]),
        ("", [""]),
        (
            "tran thi my ly",
            [
                "tran thi my ly",
                "tran thy my ly",
                "tran thi mi ly",
                "tran thy mi ly",
                "tran thi my li",
                "tran thy my li",
                "tran thi mi li",
                "tran thy mi li",
            ],
        ),
    ],
)
def test_a_name_is_also_found_with_i_for_y_where_they_sound_alike(folded: str, ways: list[str]) -> None:
    assert spellings(folded) == ways


def test_of_many_such_syllables_only_three_vary() -> None:
    assert len(spellings("ly " * 20)) == 8
