import unicodedata
from collections.abc import Iterator
from enum import Enum
from importlib import import_module
from importlib.resources import files
from inspect import getmembers, isclass
from pkgutil import walk_packages

import pytest

import app.domain
from app.domain.access import Nearness
from app.domain.font_text import Font
from app.domain.hierarchy import OrganizationType
from app.domain.policy import parse_document
from app.domain.vocabulary import WORDS

NOT_SHOWN = {Nearness, Font}
"""Enumerations that no answer holds."""


def enumerations() -> Iterator[type[Enum]]:
    for found in walk_packages(app.domain.__path__, "app.domain."):
        module = import_module(found.name)
        for _, member in getmembers(module, isclass):
            if issubclass(member, Enum) and member.__module__ == module.__name__:
                yield member


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


def test_every_enumeration_that_is_shown_has_its_words() -> None:
    assert set(enumerations()) - NOT_SHOWN == set(WORDS)


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
