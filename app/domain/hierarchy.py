"""Kinds of organizations, and which kind may stand under which: the type catalogue and the parent matrix."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum

from app.domain.errors import RuleBroken
from app.domain.period import Period
from app.domain.policy import Resolved

DEEPEST = 12
"""Levels below the root that a tree may have; a guard against typing errors and circles, far above real trees."""


class OrganizationType(StrEnum):
    """Kinds of organizations that are nodes of the tree; a party group is a list under a cell, not a node."""

    CENTRAL = "central"
    PROVINCIAL = "provincial"
    PROVINCIAL_AGENCIES_BLOC = "provincial_agencies_bloc"
    PROVINCIAL_ENTERPRISES_BLOC = "provincial_enterprises_bloc"
    DISTRICT = "district"
    PROVINCIAL_PARTY_AGENCIES = "provincial_party_agencies"
    PROVINCIAL_PEOPLES_COMMITTEE = "provincial_peoples_committee"
    PROVINCIAL_MILITARY = "provincial_military"
    PROVINCIAL_PUBLIC_SECURITY = "provincial_public_security"
    SPECIAL_UPPER = "special_upper"
    COMMUNE = "commune"
    GRASSROOTS_COMMITTEE = "grassroots_committee"
    GRASSROOTS_CELL = "grassroots_cell"
    SECTIONAL_COMMITTEE = "sectional_committee"
    AFFILIATED_COMMITTEE = "affiliated_committee"
    AFFILIATED_CELL = "affiliated_cell"
    TEMPORARY_CELL = "temporary_cell"


class Level(IntEnum):
    """Rank of a type, the highest first. For filters only: the matrix decides who stands where (R-ORG-3)."""

    CENTRAL = 1
    PROVINCIAL = 2
    UPPER_GRASSROOTS = 3
    GRASSROOTS = 4
    SECTIONAL = 5
    CELL = 6


class DiffChange(StrEnum):
    """How an organization differs between the two days."""

    BEGUN = "begun"
    ENDED = "ended"
    MOVED = "moved"
    RENAMED = "renamed"
    RETYPED = "retyped"
    RECODED = "recoded"


@dataclass(frozen=True, slots=True)
class TypeRule:
    """What a kind of organization is on a day.

    `holds_members`: official memberships may be in it (R-ORG-4). `grassroots`: it counts as a grassroots
    organization, tổ chức cơ sở đảng [DL 21].
    """

    type: OrganizationType
    level: Level
    holds_members: bool
    grassroots: bool
    name_vi: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """The type catalogue and the parent matrix in force on one day.

    `roots` are the types that may stand at the top of the register, under nothing. `parents` names for each
    type the types it may stand under; `delegated_parents` those it may stand under only where that parent
    holds delegated upper powers [294 10.6, 20.1].
    """

    types: Mapping[OrganizationType, TypeRule]
    roots: frozenset[OrganizationType]
    parents: Mapping[OrganizationType, frozenset[OrganizationType]]
    delegated_parents: Mapping[OrganizationType, frozenset[OrganizationType]]
    matrix: str
    source: str

    @classmethod
    def of(cls, type_catalogue: Resolved, root_types: Resolved, parent_matrix: Resolved) -> "Hierarchy":
        """The hierarchy that `org.type_catalogue`, `org.root_types` and `org.parent_matrix` say together."""
        return cls(
            types={
                OrganizationType(name): TypeRule(
                    type=OrganizationType(name),
                    level=Level[entry["level"].upper()],
                    holds_members=entry["holds_members"],
                    grassroots=entry["grassroots"],
                    name_vi=entry["name_vi"],
                    name_en=entry["name_en"],
                )
                for name, entry in type_catalogue.value.items()
            },
            roots=frozenset(map(OrganizationType, root_types.value)),
            parents=_types_by_type(parent_matrix.value["parents"]),
            delegated_parents=_types_by_type(parent_matrix.value["delegated_parents"]),
            matrix=parent_matrix.value["version"],
            source=parent_matrix.source,
        )

    def allowed_parents(
        self, child_type: OrganizationType, *, delegated_upper_powers: bool = False
    ) -> frozenset[OrganizationType]:
        """The types it may stand under; with `delegated_upper_powers`, under a parent that holds them."""
        plain = self.parents.get(child_type, frozenset())
        if not delegated_upper_powers:
            return plain
        return plain | self.delegated_parents.get(child_type, frozenset())

    def check(
        self,
        child_type: OrganizationType,
        parent_type: OrganizationType | None,
        *,
        delegated_upper_powers: bool = False,
    ) -> None:
        """Refuse a link that the matrix does not know (R-ORG-1).

        Judged by the matrix of the day from which the link holds. `parent_type` None: at the top of the
        register. `delegated_upper_powers`: the parent holds them. RuleBroken names the matrix, the types
        it would allow, and its source.
        """
        allowed = self.allowed_parents(child_type, delegated_upper_powers=delegated_upper_powers)
        if child_type in self.roots if parent_type is None else parent_type in allowed:
            return
        raise RuleBroken(
            "R-ORG-1",
            "parent_type_not_allowed" if parent_type else "root_type_not_allowed",
            value=sorted(allowed if parent_type else self.roots),
            source=self.source,
            matrix=self.matrix,
            child_type=child_type,
            parent_type=parent_type,
        )


@dataclass(frozen=True, slots=True)
class Hierarchies:
    """The hierarchy of every day; `changes`: the days on which another one comes into force, in order."""

    on: Callable[[date], Hierarchy]
    changes: tuple[date, ...]

    def after(self, period: Period) -> list[date]:
        """The days inside a period, its first apart, on which another hierarchy comes into force."""
        return [day for day in self.changes if day > period.start and period.contains(day)]


def _types_by_type(
    value: Mapping[str, list[str]],
) -> dict[OrganizationType, frozenset[OrganizationType]]:
    return {OrganizationType(name): frozenset(map(OrganizationType, names)) for name, names in value.items()}
