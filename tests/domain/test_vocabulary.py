import unicodedata
from enum import Enum
from importlib.resources import files
from inspect import getmembers, isclass

import pytest

from app.domain import (
    activity,
    authority,
    ballots,
    committees,
    deciding,
    finding,
    hierarchy,
    holds,
    imports,
    leaving,
    masking,
    matching,
    meetings,
    membership,
    notices,
    operation,
    partial_date,
    party_age,
    person,
    policy,
    transfers,
    votes,
)
from app.domain.hierarchy import OrganizationType
from app.domain.policy import parse_document
from app.domain.vocabulary import WORDS

MODULES = (
    activity,
    authority,
    ballots,
    committees,
    deciding,
    finding,
    hierarchy,
    holds,
    imports,
    leaving,
    masking,
    matching,
    meetings,
    membership,
    notices,
    operation,
    partial_date,
    party_age,
    person,
    policy,
    transfers,
    votes,
)


@pytest.mark.parametrize("enumeration", WORDS, ids=lambda enumeration: enumeration.__name__)
def test_every_member_has_its_words_in_both_languages(enumeration: type[Enum]) -> None:
    assert set(WORDS[enumeration]) == set(enumeration)
    for words in WORDS[enumeration].values():
        for word in words:
            assert word[0].isupper()
            assert word == unicodedata.normalize("NFC", word).strip()


@pytest.mark.parametrize("enumeration", WORDS, ids=lambda enumeration: enumeration.__name__)
def test_no_two_members_share_their_words(enumeration: type[Enum]) -> None:
    for language in zip(*WORDS[enumeration].values(), strict=True):
        assert len(set(language)) == len(language)


def test_every_enumeration_of_these_modules_is_in_the_vocabulary() -> None:
    for module in MODULES:
        own = {
            member
            for _, member in getmembers(module, isclass)
            if issubclass(member, Enum) and member.__module__ == module.__name__
        }
        assert own <= set(WORDS)


def test_the_words_of_a_type_are_words_that_the_catalogue_has_used() -> None:
    rows = parse_document((files("app") / "policies" / "structure.toml").read_text("utf-8"))
    used = {
        (OrganizationType(name), entry["name_vi"], entry["name_en"])
        for row in rows
        if row.key == "org.type_catalogue"
        for name, entry in row.value.items()
    }
    for type, (vi, en) in WORDS[OrganizationType].items():
        assert (type, vi, en) in used
