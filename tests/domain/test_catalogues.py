"""Catalogues: every one is shipped, and every field that takes codes is a column of its table of facts."""

import unicodedata

import pytest

from app.domain.catalogues import CATALOGUES, KEYS, PREFIX, Catalogue, taken_by
from app.domain.policy_shape import CODE
from app.queries.facts import TABLES
from app.services.policies import shipped_rows

ROWS = [row for row in shipped_rows() if row.key.startswith(PREFIX)]
ALL = list(CATALOGUES.values())


def test_the_shipped_catalogues_are_those_that_the_register_knows() -> None:
    assert {row.key for row in ROWS} == KEYS


@pytest.mark.parametrize("catalogue", ALL, ids=list(CATALOGUES))
def test_codes_are_taken_by_a_column_of_the_facts_about_the_subject(catalogue: Catalogue) -> None:
    (table,) = (table for table in TABLES if table.name == catalogue.table)
    assert catalogue.field in table.values
    assert f"{catalogue.subject}_id" in table.key
    assert catalogue in taken_by(catalogue.table)


@pytest.mark.parametrize("catalogue", ALL, ids=list(CATALOGUES))
def test_entries_have_words_in_both_languages_and_ranks_where_they_are_levels(catalogue: Catalogue) -> None:
    for row in (row for row in ROWS if row.key == catalogue.key):
        for code, entry in row.value.items():
            assert CODE.fullmatch(code)
            assert entry.keys() == ({"vi", "en", "rank"} if catalogue.ordered else {"vi", "en"})
            for word in (entry["vi"], entry["en"]):
                assert word[0].isupper() and word == unicodedata.normalize("NFC", word).strip()
        ranks = [entry["rank"] for entry in row.value.values() if catalogue.ordered]
        assert ranks == list(range(1, len(ranks) + 1))
        words = [entry[language] for language in ("vi", "en") for entry in row.value.values()]
        assert len(words) == len(set(words))
