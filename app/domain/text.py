"""Text as the register keeps it: one clean line, composed letters, single spaces."""

import unicodedata

_UNCLEAN = ("Cc", "Cf", "Cs", "Co", "Cn")
"""Categories of signs that nobody sees: they make two texts that look the same differ, or one look like another."""

_LOST = "\N{REPLACEMENT CHARACTER}"
"""What decoders put where they could not read a character."""


def clean(text: str) -> str:
    """The text in composed letters (NFC), with single spaces and none at either end.

    ValueError("text_not_clean") where it holds invisible signs, halves of characters or lost ones.
    """
    if text.isascii() and text.isprintable():
        composed = text
    else:
        unprintable = not text.isprintable() and any(unicodedata.category(sign) in _UNCLEAN for sign in text)
        if unprintable or _LOST in text:
            raise ValueError("text_not_clean")
        composed = unicodedata.normalize("NFC", text)
    return " ".join(composed.split())
