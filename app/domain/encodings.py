"""In which encoding a file of text is written: told by its mark or, without one, by what it can be read as.

What is no UTF-8 may be Windows-1258, which any bytes can be read as. It is believed only where every word so read
can be Vietnamese and some bear their tones as signs of their own, as only that encoding writes them. A file written in
an old font's encoding is named as such: none of its texts can be kept, since some words are Vietnamese both ways.
"""

import codecs
import io
import re
import unicodedata
from collections.abc import Generator
from contextlib import closing
from typing import IO

from app.domain.font_text import Font, font_of
from app.domain.imports import Encoding, RowError, Unreadable
from app.domain.syllables import is_syllable

_AT_ONCE = 64 * 1024

_TONED = re.compile("[aăâeêioôơuưyAĂÂEÊIOÔƠUƯY][\u0300\u0301\u0303\u0309\u0323]")
_WORD = re.compile(r"[^\W\d_]+")
_TYPOGRAPHIC = set("\u00a0“”‘’–—…•₫")
_LOST = re.compile(r"[^\W\d_]\?|\?[^\W\d_]")
"""What programs put for a letter that an encoding does not have."""


def encoding_of(file: IO[bytes]) -> Encoding:
    """The encoding of a file, which is left at its beginning. Raises `Unreadable` where it cannot be told."""
    mark = file.read(3)
    file.seek(0)
    if mark.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return Encoding.UTF_16
    if mark == codecs.BOM_UTF8 or _is_utf8(file):
        return Encoding.UTF_8
    return _of_vietnamese(file)


def _is_utf8(file: IO[bytes]) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while piece := file.read(_AT_ONCE):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    finally:
        file.seek(0)
    return True


def _of_vietnamese(file: IO[bytes]) -> Encoding:
    """Of the encodings of a byte for a letter, the one in which the words are Vietnamese."""
    toned, first, doubtful = False, 0, 0
    with closing(_lines(file)) as lines:
        for number, line in enumerate(lines, start=1):
            if line.isascii() and "?" not in line:
                continue
            first = first or number
            text = line.encode("latin-1").decode("cp1258", "replace")
            if _plausible(unicodedata.normalize("NFC", text)):
                toned = toned or _TONED.search(text) is not None
            elif (font := font_of(line)) is not None:
                return Encoding.TCVN3 if font is Font.TCVN3 else Encoding.VNI
            else:
                doubtful = doubtful or number
    if doubtful or not toned:
        facts = {"assumed": Encoding.WINDOWS_1258.value, "line": doubtful or first}
        raise Unreadable(RowError(0, None, "encoding_unknown", facts))
    return Encoding.WINDOWS_1258


def _lines(file: IO[bytes]) -> Generator[str, None, None]:
    """The lines of a file, a sign for each byte; one without an end in sight is cut."""
    text = io.TextIOWrapper(file, encoding="latin-1", newline="")
    try:
        while line := text.readline(_AT_ONCE):
            yield line
    finally:
        text.detach()
        file.seek(0)


def _plausible(text: str) -> bool:
    words = _WORD.findall(text)
    signs = {sign for sign in text if not sign.isascii() and not sign.isalpha()}
    return (
        signs <= _TYPOGRAPHIC
        and _LOST.search(text) is None
        and all(word.isascii() or is_syllable(word) for word in words)
    )
