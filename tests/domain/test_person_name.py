"""What a name is written with."""

import pytest

from app.domain.person_name import is_name


@pytest.mark.parametrize(
    "name",
    [
        "Nguyễn Văn An",
        "Y Jŭt H'Wing",
        "K\N{RIGHT SINGLE QUOTATION MARK}Pă Klơng",
        "Đinh-Văn Bốn",
        "Lê Thị A.",
        "阮文安",
        "ສົມສັກ",
        "Giàng A Páo",
        "e\N{COMBINING ACUTE ACCENT}\N{COMBINING DOT BELOW}",
        "A",
    ],
)
def test_letters_of_any_script_with_marks_and_what_stands_between_them_are_names(name: str) -> None:
    assert is_name(name)


@pytest.mark.parametrize(
    "text",
    ["Ng^1234 <b>", "An 2", "An²", "Ⅷ", "An, Bình", "An/Bình", "An_B", "- .", "'", "", "a@b", "(An)", "An;"],
)
def test_digits_and_other_signs_are_in_no_name(text: str) -> None:
    assert not is_name(text)
