"""Catalogues: tables of codes with dated words, each a policy, and which field takes the codes of which."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from app.domain.ending_words import ENDING_WORDS
from app.domain.names import fold

PREFIX = "catalogue."
"""How the keys of catalogues begin."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """A catalogue: its name, the table of facts and its field that take the codes, the rule that keeps them to it.

    `ordered`: its codes are levels, and each has its rank.
    """

    name: str
    subject: Literal["organization", "member"]
    table: str
    field: str
    rule: str
    ordered: bool = False

    @property
    def key(self) -> str:
        """The policy whose rows it is."""
        return PREFIX + self.name


def _of_members(name: str) -> Catalogue:
    return Catalogue(name, "member", "person", name, "R-MEM-6", ordered=True)


CATALOGUES: Mapping[str, Catalogue] = MappingProxyType(
    {
        catalogue.name: catalogue
        for catalogue in (
            Catalogue("sectors", "organization", "organization_sector", "sector", "R-ORG-16"),
            _of_members("general_education"),
            _of_members("professional_education"),
            _of_members("political_theory"),
        )
    }
)
"""All catalogues, by name."""

KEYS = frozenset(catalogue.key for catalogue in CATALOGUES.values())


_ENDING = frozenset(map(fold, ENDING_WORDS))
"""Codes that a file could not say: in its cells they say that nothing holds any more."""


def faults(entries: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """What is wrong with a table of codes of the right form, as codes of errors."""
    if not entries:  # a catalogue in use is never empty
        yield "policy_value_unreadable"
    if _ENDING & entries.keys():
        yield "policy_code_ends"
    ranks = [entry["rank"] for entry in entries.values() if "rank" in entry]
    if len(set(ranks)) < len(ranks):
        yield "policy_rank_twice"


def taken_by(table: str) -> list[Catalogue]:
    """The catalogues whose codes a table of facts takes."""
    return [catalogue for catalogue in CATALOGUES.values() if catalogue.table == table]
