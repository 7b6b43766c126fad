"""Text in the old Vietnamese font encodings, which looks right in their fonts only and is never kept.

TCVN3 (ABC, fonts .VnTime…) writes each letter as another sign of Latin-1, VNI (fonts VNI-Times…) as a letter and
a mark behind it. A text is taken for one of them where its words are no Vietnamese as they stand and become
Vietnamese when converted; words that are Vietnamese both ways (`bé`, also TCVN3 for `bộ`) decide nothing, but for
`chi bé`: the most frequent name of this register.
"""

import re
import unicodedata
from enum import StrEnum
from typing import NamedTuple, Self

from app.domain.syllables import is_syllable

_WORD = re.compile(r"[A-Za-z¡-ÿ]+")
_UNICODE = re.compile("[Ā-ɏḀ-ỿ]")
"""Letters that Latin-1 does not have: the text is in Unicode."""

_PERHAPS = re.compile(
    r"[¡-¿ÄÅÆÇËÎÏÐÑÖ×ØÛÜÞßäåæçëîïðñö÷øûüþÿ]|[a-z][À-Ý]|[A-Z][À-Ý][a-z]|[AEOUYaeouy][ÀÁÂÃÈÉÊÕÙÚàáâãèéêõùú]"
    r"|\b[Cc]hi bé\b"
)
"""What most texts do not hold, so that they need not be looked at word by word."""

_CHI_BO = re.compile(r"\b[Cc]hi bé\b")

_TCVN3 = str.maketrans(
    dict(
        zip(
            "¡¢£¤¥¦§¨©ª«¬\xad®µ¶·¸¹»¼½¾ÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖ×ØÜÝÞßáâãäåæçèéêëìíîïñòóôõö÷øùúûüýþ",
            "ĂÂÊÔƠƯĐăâêôơưđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ",
            strict=True,
        )
    )
)

_VNI_BASES = {"ô": "ơ", "ö": "ư"}
_VNI_ALONE = {"ñ": "đ", "ô": "ơ", "ö": "ư", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}
_TONE = dict(zip("øùûõï", "\u0300\u0301\u0309\u0303\u0323", strict=True))
_VNI_MARKS = (
    _TONE
    | dict(zip("âàáåãä", ["\u0302" + tone for tone in ("", *_TONE.values())], strict=True))
    | dict(zip("êèéúüë", ["\u0306" + tone for tone in ("", *_TONE.values())], strict=True))
)
_VNI = re.compile(f"([aeouyôö])([{''.join(_VNI_MARKS)}])|([{''.join(_VNI_ALONE)}])", re.IGNORECASE)


class Font(StrEnum):
    """An encoding of old fonts."""

    TCVN3 = "TCVN3 (ABC)"
    VNI = "VNI"


class FontText(NamedTuple):
    """The encoding, and what a text in it means, in Unicode."""

    font: Font
    meant: str

    @classmethod
    def of(cls, text: str, font: Font) -> Self:
        """The text read as one in that encoding."""
        return cls(font, _WORD.sub(lambda word: _CONVERT[font](word[0]), text))


def font_text(text: str) -> FontText | None:
    """What a text in a font encoding means; None for any other, and where its words leave it open."""
    scores = _scores(text)
    if not scores:
        return None
    best = max(scores.values())
    font = next((name for name, score in scores.items() if score == best > 0), None)
    return None if font is None else FontText.of(text, font)


def font_of(text: str) -> Font | None:
    """The encoding of a text that is Vietnamese in one of them more than in the other; else None."""
    scores = _scores(text)
    best = max(scores.values(), default=0)
    fonts = [name for name, score in scores.items() if score == best > 0]
    return fonts[0] if len(fonts) == 1 else None


def _scores(text: str) -> dict[Font, int]:
    """How many words of a text become Vietnamese in each encoding, less those that do not; none for most texts."""
    if text.isascii() or _UNICODE.search(text) or not _PERHAPS.search(text):
        return {}
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    wrong = [word for word in words if len(word) > 1 and not is_syllable(word)]
    scores = {}
    for name, convert in _CONVERT.items():
        gained = sum(is_syllable(convert(word)) for word in wrong)
        if name is Font.TCVN3:
            gained += _CHI_BO.search(text) is not None
        lost = sum(not is_syllable(meant) and not meant.isupper() for meant in map(convert, words))
        scores[name] = gained - lost
    return scores


def _from_tcvn3(word: str) -> str:
    """Capitals with a tone are small letters in a font of capitals: the word's other letters tell."""
    plain = "".join(letter for letter in word if letter.isascii())
    converted = word.translate(_TCVN3)
    return converted.upper() if len(plain) > 1 and plain.isupper() else converted


def _from_vni(word: str) -> str:
    return _VNI.sub(_vni_letter, word)


def _vni_letter(found: re.Match[str]) -> str:
    base, mark, alone = found.groups()
    small = (base or alone).lower()
    if alone:
        letter = _VNI_ALONE[small]
    else:
        letter = unicodedata.normalize("NFC", _VNI_BASES.get(small, small) + _VNI_MARKS[mark.lower()])
    return letter.upper() if (base or alone).isupper() else letter


_CONVERT = {Font.TCVN3: _from_tcvn3, Font.VNI: _from_vni}
