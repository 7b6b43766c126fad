"""Organizations: identity, and one table per kind of fact; the ancestry derived from placements."""

from typing import Any
from uuid import UUID

from pydantic import Field as Bounds
from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, text
from sqlalchemy.dialects.postgresql import DATERANGE, ExcludeConstraint
from sqlmodel import Field, SQLModel

from app.domain.hierarchy import OrganizationType
from app.models.access import PermittedAction
from app.models.authority import AuthorityHeld
from app.models.fact import (
    SORTED,
    Fact,
    believed_once,
    catalogue_code,
    clean_text,
    of_operation,
    one_of,
    sound_period,
)
from app.models.page import Page
from app.models.scalars import (
    Code,
    Count,
    Day,
    Id,
    Key,
    KnownAt,
    LevelName,
    Name,
    SectorCode,
    Shape,
    System,
    Version,
)


class Organization(SQLModel, table=True):
    """Identity only. `version` grows with every operation that touches its facts."""

    __tablename__ = "organization"

    id: UUID = Field(primary_key=True)
    version: int = Field(default=1, sa_column_kwargs={"server_default": text("1")})


def _of_organization(table: str) -> tuple[Any, ...]:
    """What the tables of an organization's facts share."""
    return (
        believed_once(table, "organization_id"),
        sound_period(),
        Index(f"ix_{table}_organization_id", "organization_id"),
        *of_operation(table),
    )


class Placement(Fact, table=True):
    """Under which organization it stands; the root under none. The union of its placements is its life."""

    KEY = ("organization_id",)
    __tablename__ = "placement"
    __table_args__ = (
        *_of_organization("placement"),
        CheckConstraint("parent_id <> organization_id", name="not_under_itself"),
        ExcludeConstraint(
            ("valid", "&&"),
            name="ex_placement_one_root",
            using="gist",
            where=text("parent_id IS NULL AND superseded_by IS NULL"),
            deferrable=True,
            initially="IMMEDIATE",
        ),
        Index("ix_placement_parent", "parent_id"),
    )

    organization_id: UUID = Field(foreign_key="organization.id")
    parent_id: UUID | None = Field(default=None, foreign_key="organization.id")


class OrganizationName(Fact, table=True):
    """Its names in Vietnamese and English, with the keys that sort and find the Vietnamese one."""

    KEY = ("organization_id",)
    __tablename__ = "organization_name"
    __table_args__ = (
        *_of_organization("organization_name"),
        clean_text("name", 300),
        clean_text("name_en", 300),
        Index(
            "ix_organization_name_search",
            "search_key",
            postgresql_using="gin",
            postgresql_ops={"search_key": "gin_trgm_ops"},
            postgresql_where=text("superseded_by IS NULL"),
        ),
        Index("ix_organization_name_sorted", "sort_key", "organization_id"),
    )

    organization_id: UUID = Field(foreign_key="organization.id")
    name: str
    name_en: str | None = None
    sort_key: str = Field(sa_type=SORTED)
    search_key: str


class OrganizationTypeFact(Fact, table=True):
    """Its type; level, grassroots and holds-members follow from the catalogue of the day asked for."""

    KEY = ("organization_id",)
    __tablename__ = "organization_type"
    __table_args__ = (*_of_organization("organization_type"), one_of("type", OrganizationType))

    organization_id: UUID = Field(foreign_key="organization.id")
    type: str


class OrganizationCode(Fact, table=True):
    """Its official code: text, dated, unique at every instant; a restructuring may change it."""

    KEY = ("organization_id",)
    __tablename__ = "organization_code"
    __table_args__ = (
        *_of_organization("organization_code"),
        believed_once("organization_code", "code"),
        clean_text("code", 40),
        Index("ix_organization_code_code", "code"),
    )

    organization_id: UUID = Field(foreign_key="organization.id")
    code: str


class OrganizationSector(Fact, table=True):
    """The kind of unit it belongs to (agency, hospital, enterprise…), needed by statistics."""

    KEY = ("organization_id",)
    __tablename__ = "organization_sector"
    __table_args__ = (
        *_of_organization("organization_sector"),
        catalogue_code("sector"),
    )

    organization_id: UUID = Field(foreign_key="organization.id")
    sector: str


class OrganizationOpening(Fact, table=True):
    """The fact that its roll is complete here, over the period that begins with its opening date."""

    KEY = ("organization_id",)
    __tablename__ = "organization_opening"
    __table_args__ = (
        *_of_organization("organization_opening"),
        Index(
            "ix_organization_opening_from",
            text("lower(valid)"),
            postgresql_where=text("superseded_by IS NULL"),
        ),
    )

    organization_id: UUID = Field(foreign_key="organization.id")


class OrganizationExternalId(Fact, table=True):
    """The name by which another system knows it."""

    KEY = ("organization_id", "system")
    __tablename__ = "organization_external_id"
    __table_args__ = (
        believed_once("organization_external_id", "organization_id", "system"),
        believed_once("organization_external_id", "system", "external_id"),
        sound_period(),
        clean_text("system", 60),
        clean_text("external_id", 120),
        Index("ix_organization_external_id_external_id", "system", "external_id"),
        Index("ix_organization_external_id_organization_id", "organization_id"),
        *of_operation("organization_external_id"),
    )

    organization_id: UUID = Field(foreign_key="organization.id")
    system: str
    external_id: str


class OrganizationAncestry(SQLModel, table=True):
    """Derived from believed placements: who stood above whom, how far, when. Depth 0 is the organization
    itself, and its period is the organization's life."""

    __tablename__ = "organization_ancestry"
    __table_args__ = (
        Index(
            "ix_organization_ancestry_below",
            "ancestor_id",
            "organization_id",
            postgresql_include=["valid", "depth"],
        ),
        Index(
            "ix_organization_ancestry_above",
            "organization_id",
            "ancestor_id",
            postgresql_include=["valid", "depth"],
        ),
    )

    id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_args=[Identity(always=True)])
    ancestor_id: UUID
    organization_id: UUID
    depth: int
    valid: Any = Field(sa_type=DATERANGE, nullable=False)


class OrganizationItem(Shape):
    """An organization as lists show it, on the day asked about."""

    id: Id
    parent_id: Id | None = Bounds(description="Null for the root alone.")
    code: Code | None
    name: Name
    name_en: Name | None
    type: OrganizationType
    level: LevelName | None = Bounds(description="Rank of the type by the catalogue of the day.")
    grassroots: bool | None = Bounds(description="Counted as a grassroots organization (TCCSĐ) [DL 21].")
    sector: SectorCode | None


class OrganizationPage(Page[OrganizationItem]):
    """One page of organizations."""


class OrganizationRead(OrganizationItem):
    """One organization on the day asked about; on its last day where it has ended by then."""

    parent_name: Name | None
    holds_members: bool | None
    began_on: Day
    ended_on: Day | None = Bounds(description="The first day on which it no longer existed.")
    opened_on: Day | None = Bounds(description="The day from which its roll is complete here.")
    external_ids: dict[System, Key] = Bounds(max_length=50, description="By system.")
    authorities: list[AuthorityHeld] = Bounds(max_length=10, description="Granted by the superior.")
    version: Version
    on: Day
    known_at: KnownAt
    actions: list[PermittedAction] = Bounds(max_length=50)


class Headcount(Shape):
    """Members on the roll on the day, by standing."""

    official: Count
    probationary: Count
    total: Count


class ChildItem(OrganizationItem):
    """A child, with what its branch counts: enough to draw one level of a lazy tree."""

    children: Count
    members: Headcount | None = Bounds(description="Of the whole branch; null with `before_opening`.")
    own_members: Count | None = Bounds(description="Of the organization itself, where it is a cell.")
    before_opening: bool = Bounds(
        description="Some roll in the branch is complete only from a later day: there is no number for this day."
    )


class ChildPage(Page[ChildItem]):
    """One page of children."""
