"""The words for what the register owns, in Vietnamese and English, as they stand at the head of a line."""

from collections.abc import Mapping
from enum import Enum

from app.domain.vocabulary import (
    access,
    ballots,
    committees,
    imports,
    jobs,
    matching,
    meetings,
    members,
    operations,
    organizations,
    policies,
    restructuring_suggestions,
    restructurings,
    transfers,
)
from app.domain.vocabulary.words import Words

_SUBJECTS = (
    organizations,
    restructuring_suggestions,
    committees,
    meetings,
    ballots,
    members,
    matching,
    transfers,
    restructurings,
    policies,
    access,
    operations,
    imports,
    jobs,
)

WORDS: Mapping[type[Enum], Mapping[Enum, Words]] = {
    enumeration: words for subject in _SUBJECTS for enumeration, words in subject.WORDS.items()
}
"""Every enumeration that the API shows, with the words of each of its members."""
