"""Vocabularies: every enumeration of the contract, with words to show for its members."""

from collections.abc import Mapping
from dataclasses import dataclass

from dangbo_client.sending import Sender, answered


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One member of an enumeration: what requests and answers hold, and the words to show."""

    id: str
    vi: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Vocabulary:
    name: str
    words: tuple[Word, ...]


def vocabularies(sender: Sender) -> Mapping[str, Mapping[str, Word]]:
    """The words of each enumeration by its name and theirs: `["standing"]["official"].vi`."""
    said = answered(tuple[_Vocabulary, ...], sender.get(("vocabularies",)))
    return {one.name: {word.id: word for word in one.words} for one in said}
