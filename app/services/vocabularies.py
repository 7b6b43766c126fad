"""The words of the contract: every enumeration with its members in Vietnamese and English."""

import re
from enum import Enum

from app.domain.hierarchy import Level
from app.domain.policy import Confidence
from app.domain.vocabulary import WORDS
from app.models.vocabulary import Vocabularies, Vocabulary, Word

_KNOWN_BY_NAME = (Level, Confidence)
"""Kept as ranks and letters, but said by name in the contract."""


def get() -> Vocabularies:
    """All vocabularies, in a fixed order."""
    items = [
        Vocabulary(
            name=name_of(enumeration),
            words=[Word(id=_id_of(one), vi=said.vi, en=said.en) for one, said in words.items()],
        )
        for enumeration, words in WORDS.items()
    ]
    return Vocabularies(items=items)


def name_of(enumeration: type[Enum]) -> str:
    """The name of a vocabulary: that of its schema in the contract, as fields are written."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", enumeration.__name__).lower()


def _id_of(member: Enum) -> str:
    return member.name.lower() if isinstance(member, _KNOWN_BY_NAME) else str(member.value)
