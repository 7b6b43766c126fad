"""Whether a written word can be Vietnamese: what tells a text that was decoded rightly from one that was not."""

import re
import unicodedata
from functools import lru_cache

_TONES = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
_SYLLABLE = re.compile(
    r"(?:ngh?|nh|gh|gi|kh|ph|th|tr|ch|qu|[bcdđghklmnprstvx])?"
    r"(?:[aăâeêioôơuưy]|[aeo]o|a[iuy]|â[uy]|[êiư]u|[oôơuư]i|ia|iêu?|yêu?|o(?:a[iyo]?|ă|eo?)|"
    r"u(?:ây?|a[uyo]?|e|ê|ơ|ôi?|y[aêu]?)|ư(?:a|ơ[iu]?))"
    r"(?:ch|ng|nh|[cmnpt])?"
)


@lru_cache(maxsize=65_536)
def is_syllable(word: str) -> bool:
    """Whether the word is written as a Vietnamese syllable: its letters, at most one tone, its capitals."""
    if not (word.islower() or word.isupper() or (word[:1].isupper() and word[1:].islower())):
        return False
    base, tones = _TONES.subn("", unicodedata.normalize("NFD", word.lower()))
    return tones <= 1 and _SYLLABLE.fullmatch(unicodedata.normalize("NFC", base)) is not None
