"""What words in files mean."""

import pytest

from app.domain.import_cells import CellError, Column, code_column, endable, with_meanings, word_column
from app.domain.imports import ImportKind
from app.domain.meanings import LONGEST, meaning_of
from app.domain.membership import Standing
from app.domain.person import Sex
from app.domain.vocabulary import WORDS
from app.services.imports.kinds import KINDS

COLUMNS = [column for kind in KINDS.values() for column in kind.columns if column.words]


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: column.name)
def test_every_identifier_and_all_its_words_mean_it(column: Column) -> None:
    for identifier, words in column.words.items():
        for said in (identifier, *words, words.vi.upper(), f" {words.en.lower()} "):
            assert column.read(said) == identifier


@pytest.mark.parametrize(
    "said", ["chính thức", "CHÍNH THỨC", "chinh thuc", "Chi\u0301nh  thu\u031b\u0301c", "Official member"]
)
def test_case_and_accents_do_not_count(said: str) -> None:
    (column,) = [one for one in KINDS[ImportKind.MEMBERS].columns if one.name == "standing"]
    assert column.read(said) == "official"


@pytest.mark.parametrize("said", ["chính", "chính thức", "nam", "x" * (LONGEST + 1), "official guest"])
def test_other_words_are_refused(said: str) -> None:
    with pytest.raises(CellError, match="unknown_word"):
        word_column("standing", Standing).read(said)


def test_what_may_mean_two_means_neither_but_an_identifier_means_itself() -> None:
    meant = meaning_of({"a": ["Bố", "Father"], "b": ["Bộ", "Ministry"], "bo": ["Bơ"]})
    assert [meant(one) for one in ("Bố", "bộ", "BO", "bo", "father")] == [None, None, None, "bo", "a"]


def test_words_of_a_catalogue_mean_its_codes_and_other_codes_are_read_as_ever() -> None:
    said = {"hospital": ["Bệnh viện", "Hospital"], "school": ["Trường học", "School"]}
    column = with_meanings(endable(code_column("sector", "sectors")), said)
    assert [column.read(one) for one in ("bệnh viện", "School", "hospital", "xóa", "other_code", " ")] == [
        "hospital", "school", "hospital", "delete", "other_code", None,
    ]  # fmt: skip
    with pytest.raises(CellError, match="code_malformed"):
        column.read("Nhà máy")


def test_no_word_that_ends_is_a_word_of_the_column() -> None:
    assert endable(word_column("sex", Sex)).read("xóa") == "delete"
    assert WORDS[Sex][Sex.FEMALE].vi == "Nữ"
