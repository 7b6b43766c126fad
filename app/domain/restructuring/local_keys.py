"""The local keys of organizations that a document begins, made of names."""

from collections import Counter
from collections.abc import Iterable
from itertools import count

from app.domain.names import fold
from app.domain.restructuring.document import Reference

_LONGEST = 60


def local_keys(names: Iterable[str]) -> dict[str, Reference]:
    """The local key of each name: the name without accents and other signs; the same names give the same keys."""
    taken: set[str] = set()
    tried: Counter[str] = Counter()
    keys: dict[str, Reference] = {}
    for name in names:
        plain = "".join(letter if _plain(letter) else "-" for letter in fold(name)).strip("-_") or "new"
        plain = plain[: _LONGEST - 1]
        for again in count(tried[plain] + 1):
            ending = f"-{again}" if again > 1 else ""
            key = f"#{plain[: _LONGEST - 1 - len(ending)]}{ending}"
            if key not in taken:
                break
        tried[plain] = again
        taken.add(key)
        keys[name] = key
    return keys


def _plain(letter: str) -> bool:
    return letter.isascii() and (letter.isalnum() or letter in "-_")
