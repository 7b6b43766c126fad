"""The words of the register's answers, in Vietnamese and English: one file of `app/messages/` per language."""

import re
import tomllib
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any


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
    """The message with its blanks filled; an unknown shape error falls back to its table's `other`."""
    words = catalogue(language)
    text = words.get(key) or words.get(f"{key.partition('.')[0]}.other") or words["internal"]
    return re.sub(r"\{(\w+)\}", lambda blank: str(facts.get(blank[1], "…")), text)
