"""How a thing is said."""

from typing import NamedTuple


class Words(NamedTuple):
    """One thing said in both languages."""

    vi: str
    en: str
