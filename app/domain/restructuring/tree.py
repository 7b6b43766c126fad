"""A slice of the tree over time: organizations around a restructuring, each with what is known of it from a day on."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from app.domain.hierarchy import Hierarchies, OrganizationType
from app.domain.period import Period
from app.domain.restructuring.timeline import Timeline

PLANNED = ("placement", "type", "name", "code")
"""The facts of organizations that a plan says itself."""


class Named(NamedTuple):
    """The names of an organization in both languages."""

    name: str
    name_en: str | None


@dataclass(frozen=True, slots=True)
class Organization:
    """What is known of an organization: its placements are its life. `powers`: it holds delegated upper powers."""

    placement: Timeline[UUID | None]
    type: Timeline[OrganizationType]
    name: Timeline[Named]
    code: Timeline[str] = field(default_factory=Timeline)
    powers: Timeline[bool] = field(default_factory=Timeline)

    def until(self, on: date) -> "Organization":
        """The same, ended on a day."""
        return Organization(
            self.placement.until(on),
            self.type.until(on),
            self.name.until(on),
            self.code.until(on),
            self.powers.until(on),
        )

    @property
    def planned(self) -> tuple[Timeline[Any], ...]:
        """The facts of `PLANNED`."""
        return self.placement, self.type, self.name, self.code


ATTRIBUTES = tuple(one.name for one in fields(Organization))
"""All facts of organizations that a slice knows: those of `PLANNED`, and what the effects of a plan end (`powers`)."""

NOTHING = Organization(Timeline(), Timeline(), Timeline())
"""What is known of an organization that does not exist."""


class Kinship(NamedTuple):
    """Who stands under whom, as what."""

    child: UUID
    parent: UUID | None
    child_type: OrganizationType
    parent_type: OrganizationType | None


class Link(NamedTuple):
    """A kinship from its first day to its last, and the days of it on which the parent holds delegated powers."""

    period: Period
    kinship: Kinship
    delegated: tuple[Period, ...] = ()


@dataclass(frozen=True, slots=True)
class Tree:
    """Organizations by id. Complete for what a document touches: all that stand above and directly below it."""

    organizations: Mapping[UUID, Organization]

    def __contains__(self, organization_id: object) -> bool:
        return organization_id in self.organizations

    def __getitem__(self, organization_id: UUID) -> Organization:
        return self.organizations[organization_id]

    def __iter__(self) -> Iterator[UUID]:
        return iter(self.organizations)

    def alive(self, organization_id: UUID, on: date) -> bool:
        """Whether it exists on the day."""
        return organization_id in self and self[organization_id].placement.says(on)

    def parent(self, organization_id: UUID, on: date) -> UUID | None:
        """Under which one it stands on the day; None at the top, or where it does not exist."""
        return self[organization_id].placement.at(on) if organization_id in self else None

    def type(self, organization_id: UUID, on: date) -> OrganizationType | None:
        """What it is on the day."""
        return self[organization_id].type.at(on) if organization_id in self else None

    def said(self, organization_id: UUID, on: date) -> tuple[object, ...]:
        """All that is known of it on the day."""
        return tuple(fact.at(on) for fact in self[organization_id].planned)

    def holds_members(self, organization_id: UUID, on: date, hierarchies: Hierarchies) -> bool:
        """Whether members may be in it on the day (R-ORG-4)."""
        type_ = self.type(organization_id, on)
        return type_ is not None and hierarchies.on(on).types[type_].holds_members

    def path(self, organization_id: UUID, on: date) -> list[UUID]:
        """All that stand above it on the day, the root first, itself last; stops where it would go in a circle."""
        path, above = {organization_id: None}, self.parent(organization_id, on)
        while above is not None and above not in path:
            path[above] = None
            above = self.parent(above, on)
        return list(path)[::-1]

    def children(self, on: date) -> dict[UUID, list[UUID]]:
        """Who stands under whom on the day."""
        below: dict[UUID, list[UUID]] = {}
        for key in self:
            if (above := self.parent(key, on)) is not None:
                below.setdefault(above, []).append(key)
        return below

    def links(self, child: UUID) -> list[Link]:
        """Under whom it stands as what, over all its days; only days on which both are something."""
        one = self[child]
        found: list[Link] = []
        for placed, parent in one.placement:
            for period, child_type in one.type.over(placed):
                if parent is None:
                    found.append(Link(period, Kinship(child, None, child_type, None)))
                elif parent in self:
                    above = self[parent]
                    for days, parent_type in above.type.over(period):
                        held = tuple(within for within, has in above.powers.over(days) if has)
                        found.append(Link(days, Kinship(child, parent, child_type, parent_type), held))
        return found
