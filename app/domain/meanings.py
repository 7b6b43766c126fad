"""What a word in a file means: an identifier, or the words for it in Vietnamese or English."""

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache

from app.domain.names import fold

LONGEST = 120
"""No words are longer."""


def meaning_of(said: Mapping[str, Iterable[str]]) -> Callable[[str], str | None]:
    """Tells the identifier that a text means, of identifiers with all that is said for each of them.

    An identifier means itself. Else accents, capitals and spaces do not count; what then may mean two of them means
    neither.
    """
    meant: dict[str, set[str]] = {}
    for one, words in said.items():
        for word in (one, *words):
            meant.setdefault(fold(word), set()).add(one)
    clear = {word: next(iter(ones)) for word, ones in meant.items() if len(ones) == 1}

    @lru_cache(maxsize=1024)
    def of_words(text: str) -> str | None:
        return clear.get(fold(text))

    def identifier(text: str) -> str | None:
        if text in said:
            return text
        return of_words(text) if len(text) <= LONGEST else None

    return identifier
