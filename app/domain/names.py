"""Vietnamese names: keys that sort them and keys that find them.

A sort key is ASCII text to be compared byte by byte (COLLATE "C"). Letters count first, tones second: the
alphabet runs a ă â b c d đ e ê …, the tones ngang, huyền, hỏi, ngã, sắc, nặng; capitals do not count. A space
comes before punctuation, that before figures, figures before letters, letters of other alphabets last.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

_ALPHABET = " _-,;:!?.'\"()[]{}@*/\\&#%0123456789aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_WEIGHTS = {sign: chr(ord("/") + place) for place, sign in enumerate(_ALPHABET)}
_FOREIGN = "~"
"""Begins the weight of any other sign; its code point follows in hexadecimal."""

_LEVEL_END = "."
"""Lower than every weight, so that a name comes before the longer names that begin with it."""

_LONGEST_LEVEL = 150
"""Characters of letters, and of tones, that a key looks at: names are told apart long before."""

_MARKED_LETTERS = {
    ("a", "\N{COMBINING BREVE}"): "ă",
    ("a", "\N{COMBINING CIRCUMFLEX ACCENT}"): "â",
    ("e", "\N{COMBINING CIRCUMFLEX ACCENT}"): "ê",
    ("o", "\N{COMBINING CIRCUMFLEX ACCENT}"): "ô",
    ("o", "\N{COMBINING HORN}"): "ơ",
    ("u", "\N{COMBINING HORN}"): "ư",
}
_NO_TONE, _OTHER_MARK = "0", "6"
_TONES = {
    "\N{COMBINING GRAVE ACCENT}": "1",
    "\N{COMBINING HOOK ABOVE}": "2",
    "\N{COMBINING TILDE}": "3",
    "\N{COMBINING ACUTE ACCENT}": "4",
    "\N{COMBINING DOT BELOW}": "5",
}
_I_OR_Y = re.compile("(?:qu|[^aeiouy]+)[iy]")
_MOST_VARYING = 3
_LOOKALIKES = str.maketrans({"ð": "đ", "ɖ": "đ", "’": "'", "‘": "'", "ʼ": "'", "–": "-", "‐": "-"})
"""Signs that old code pages and word processors put in the place of others."""


def sort_key(full_name: str) -> str:
    """The key that puts people in Vietnamese order: by given name, the last word, then by the rest.

    At most 603 characters. A name without a word sorts before all others.
    """
    *rest, given = full_name.split() or [""]
    return _collation_key(given) + _LEVEL_END + _collation_key(" ".join(rest))


def title_sort_key(text: str) -> str:
    """The key that puts organizations in reading order, numbers by size: "Chi bộ 2" before "Chi bộ 10".

    At most 301 characters.
    """
    return _collation_key(re.sub("[0-9]+", _number_led_by_its_length, " ".join(text.split())))


def fold(text: str) -> str:
    """The text as one searches for it: no accents, đ as d, no capitals, single spaces.

    Composed and decomposed letters, and both ways of placing a tone (hòa, hoà), come out alike.
    """
    return " ".join(" ".join(map(_fold_word, text.split())).split())


def spellings(folded: str) -> list[str]:
    """A folded name, and after it the ways in which it is also written: i and y at the end of a syllable that has
    no other vowel (Lý and Lí, Quý and Quí). At most 8: of more such syllables the last three vary.
    """
    words = folded.split()
    varying = [place for place, word in enumerate(words) if _I_OR_Y.fullmatch(word)][-_MOST_VARYING:]
    ways = [folded]
    for place in varying:
        other = words[place][:-1] + ("y" if words[place].endswith("i") else "i")
        ways += [" ".join([*(one := way.split())[:place], other, *one[place + 1 :]]) for way in ways]
    return ways


@lru_cache(maxsize=16_384)
def _fold_word(word: str) -> str:
    return "".join(base for base, _ in _signs(word)).replace("đ", "d")


def _number_led_by_its_length(number: re.Match[str]) -> str:
    figures = number[0].lstrip("0") or "0"
    return f"{min(len(figures), 9)}{figures}"


@lru_cache(maxsize=16_384)
def _collation_key(text: str) -> str:
    letters, tones = "", ""
    for base, marks in _signs(text):
        letter, tone = base, _NO_TONE
        for mark in marks:
            if (letter, mark) in _MARKED_LETTERS:
                letter = _MARKED_LETTERS[letter, mark]
            else:
                tone = _TONES.get(mark, _OTHER_MARK)
        letters += _WEIGHTS.get(letter) or f"{_FOREIGN}{ord(letter):05x}"
        tones += tone
    return letters[:_LONGEST_LEVEL] + _LEVEL_END + tones.rstrip(_NO_TONE)[:_LONGEST_LEVEL]


def _signs(text: str) -> Iterator[tuple[str, str]]:
    """Each sign in lower case with the marks upon it; marks upon nothing and invisible signs are left out."""
    base, marks = "", ""
    for character in unicodedata.normalize("NFKD", text).casefold().translate(_LOOKALIKES):
        category = unicodedata.category(character)
        if category == "Mn":
            marks += character
        elif category != "Cf":
            if base:
                yield base, marks
            base, marks = character, ""
    if base:
        yield base, marks
