"""The words of the register's answers, in Vietnamese and English: one file of `app/messages/` per language."""

import re
import tomllib
from enum import Enum, StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from app.domain.vocabulary import WORDS


class Language(StrEnum):
    """A language the register speaks."""

    VIETNAMESE = "vi"
    ENGLISH = "en"

    @classmethod
    def of(cls, accept_language: str | None) -> "Language":
        """The first language of an `Accept-Language` header, by weight, that the register speaks; else Vietnamese."""
        wanted: list[tuple[float, str]] = []
        for part in (accept_language or "")[:200].split(","):
            tag, _, weight = part.strip().partition(";q=")
            quality = float(weight) if re.fullmatch(r"[01](\.\d{0,3})?", weight) else 1.0
            wanted.append((-quality, tag.split("-")[0].lower()))
        for negative, tag in sorted(wanted, key=lambda one: one[0]):
            if negative < 0 and tag in list(cls):
                return cls(tag)
        return cls.VIETNAMESE


@cache
def catalogue(language: Language) -> dict[str, str]:
    """All messages of one language by key; tables of the file become dotted keys."""
    text = (Path(__file__).parent / "messages" / f"{language}.toml").read_text(encoding="utf-8")
    flat: dict[str, str] = {}
    for key, value in tomllib.loads(text).items():
        if isinstance(value, dict):
            flat |= {f"{key}.{inner}": words for inner, words in value.items()}
        else:
            flat[key] = value
    return flat


def in_words(language: Language, key: str, /, **facts: Any) -> str:
    """The message with its blanks filled; an unknown shape error falls back to its table's `other`.

    What the vocabulary knows is said by its words; of several, one or the other.
    """
    words = catalogue(language)
    text = words.get(key) or words.get(f"{key.partition('.')[0]}.other") or words["internal"]
    return re.sub(r"\{(\w+)\}", lambda blank: _said(language, facts.get(blank[1], "…")), text)


_OR = {Language.VIETNAMESE: " hoặc ", Language.ENGLISH: " or "}


def _said(language: Language, fact: Any) -> str:
    """A fact as a sentence says it."""
    if isinstance(fact, Enum) and (words := WORDS.get(type(fact))) is not None:
        return words[fact].vi if language is Language.VIETNAMESE else words[fact].en
    if isinstance(fact, list | tuple):
        *others, last = (_said(language, one) for one in fact) if fact else ("…",)
        return _OR[language].join([", ".join(others), last]) if others else last
    return str(fact)
