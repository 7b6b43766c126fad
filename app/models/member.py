"""Members: identity, and the dated facts about the person, the membership, the activity, the identifiers."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field as Bounds
from sqlalchemy import BigInteger, CheckConstraint, Date, Identity, Index, text
from sqlalchemy.dialects.postgresql import DATERANGE
from sqlmodel import Field, SQLModel

from app.domain.catalogues import taken_by
from app.domain.leaving import ExitGround
from app.domain.membership import ActivityStatus, ExitReason, Standing
from app.domain.person import IdentifierKind, Sex
from app.models.access import PermittedAction
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
from app.models.party_age import PartyAgeRead
from app.models.scalars import (
    CLEAN,
    CatalogueCode,
    Day,
    Id,
    Key,
    KnownAt,
    Name,
    PersonName,
    PossibleDay,
    Shape,
    System,
    Version,
)


class Member(SQLModel, table=True):
    """Identity only. `version` grows with every operation that touches the member's facts."""

    __tablename__ = "member"

    id: UUID = Field(primary_key=True)
    version: int = Field(default=1, sa_column_kwargs={"server_default": text("1")})


def _by_member(table: str) -> Index:
    """Finds all that was ever said of a member: what an earlier instant knew is read by the same index."""
    return Index(f"ix_{table}_member_id", "member_id")


def _possible_days() -> Any:
    """A date of a person, as the range of days it may be: one day, one month, one year, or unknown."""
    return Field(default=None, sa_type=DATERANGE, nullable=True)


class Person(Fact, table=True):
    """The particulars of the person, as the index sheet of the paper dossier has them."""

    KEY = ("member_id",)
    __tablename__ = "person"
    __table_args__ = (
        believed_once("person", "member_id"),
        sound_period(),
        clean_text("full_name", 100),
        one_of("sex", Sex),
        *(catalogue_code(catalogue.field) for catalogue in taken_by("person")),
        *(
            clean_text(column, 300)
            for column in (
                "home_place",
                "residence",
                "occupation",
                "workplace",
                "admission_place",
                "introducers",
                "recognition_place",
            )
        ),
        _by_member("person"),
        Index("ix_person_sorted", "sort_key", "member_id", postgresql_where=text("superseded_by IS NULL")),
        Index(
            "ix_person_search",
            "search_key",
            postgresql_using="gin",
            postgresql_ops={"search_key": "gin_trgm_ops"},
            postgresql_where=text("superseded_by IS NULL"),
        ),
        *of_operation("person"),
    )

    member_id: UUID = Field(foreign_key="member.id")
    full_name: str
    sort_key: str = Field(sa_type=SORTED)
    search_key: str
    sex: str | None = None
    birth_date: Any = _possible_days()
    citizen_birth_date: Any = _possible_days()
    home_place: str | None = None
    residence: str | None = None
    occupation: str | None = None
    workplace: str | None = None
    general_education: str | None = None
    professional_education: str | None = None
    political_theory: str | None = None
    youth_union_on: Any = _possible_days()
    admitted_on: Any = _possible_days()
    inducted_on: Any = _possible_days()
    admission_place: str | None = None
    introducers: str | None = None
    recognised_on: Any = _possible_days()
    recognition_place: str | None = None


class Membership(Fact, table=True):
    """In which cell, with which standing; or, after an exit, why out. From the first day on there is no gap."""

    KEY = ("member_id",)
    __tablename__ = "membership"
    __table_args__ = (
        believed_once("membership", "member_id"),
        sound_period(),
        one_of("standing", Standing),
        one_of("exit_reason", ExitReason),
        one_of("exit_ground", ExitGround),
        CheckConstraint("exit_ground IS NULL OR exit_reason IS NOT NULL", name="ground_of_an_exit"),
        CheckConstraint(
            "(cell_id IS NULL) = (exit_reason IS NOT NULL) AND (cell_id IS NULL) = (standing IS NULL)",
            name="in_a_cell_or_out",
        ),
        _by_member("membership"),
        Index("ix_membership_cell_id", "cell_id"),
        *of_operation("membership"),
    )

    member_id: UUID = Field(foreign_key="member.id")
    cell_id: UUID | None = Field(default=None, foreign_key="organization.id")
    standing: str | None = None
    exit_reason: str | None = None
    exit_ground: str | None = None


class Activity(Fact, table=True):
    """A departure from ordinary activity (exempted, suspended…); where none is recorded, `active` holds."""

    KEY = ("member_id",)
    __tablename__ = "activity"
    __table_args__ = (
        believed_once("activity", "member_id"),
        sound_period(),
        one_of("status", ActivityStatus),
        CheckConstraint("status <> 'active'", name="a_departure"),
        _by_member("activity"),
        *of_operation("activity"),
    )

    member_id: UUID = Field(foreign_key="member.id")
    status: str


class Identifier(Fact, table=True):
    """A number the member bears: text, dated, kept as history; one bearer at any instant."""

    KEY = ("member_id", "kind")
    __tablename__ = "identifier"
    __table_args__ = (
        believed_once("identifier", "member_id", "kind"),
        believed_once("identifier", "kind", "number_space", "number", name="ex_identifier_one_bearer"),
        sound_period(),
        one_of("kind", IdentifierKind),
        clean_text("number", 40),
        Index("ix_identifier_number", "number", "kind", postgresql_where=text("superseded_by IS NULL")),
        _by_member("identifier"),
        *of_operation("identifier"),
    )

    member_id: UUID = Field(foreign_key="member.id")
    kind: str
    number: str
    number_space: UUID
    """Within what the number is unique: the province for file numbers, the nation (nil) for the others."""


class MemberExternalId(Fact, table=True):
    """The name by which another system knows the member."""

    KEY = ("member_id", "system")
    __tablename__ = "member_external_id"
    __table_args__ = (
        believed_once("member_external_id", "member_id", "system"),
        believed_once("member_external_id", "system", "external_id"),
        sound_period(),
        clean_text("system", 60),
        clean_text("external_id", 120),
        Index("ix_member_external_id_external_id", "system", "external_id"),
        _by_member("member_external_id"),
        *of_operation("member_external_id"),
    )

    member_id: UUID = Field(foreign_key="member.id")
    system: str
    external_id: str


class HeadcountChange(SQLModel, table=True):
    """Derived from believed memberships, by trigger: on this day the roll of the cell changed by `n`."""

    __tablename__ = "headcount_change"
    __table_args__ = (
        Index(
            "ix_headcount_change_cell",
            "cell_id",
            "standing",
            "on_date",
            postgresql_include=["n"],
        ),
    )

    id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_args=[Identity(always=True)])
    cell_id: UUID
    standing: str
    on_date: Any = Field(sa_type=Date, nullable=False)
    n: int


Line = Annotated[str, Bounds(min_length=1, max_length=300), CLEAN]
"""One line about a person: a place, an occupation, names of introducers."""

Number = Annotated[str, Bounds(min_length=1, max_length=40, examples=["030085001234"]), CLEAN]
"""The number of a paper: a text, leading zeros count."""

AS_FAR_AS_KNOWN = "As far as it is known."


class Particulars(Shape):
    """The index sheet of the paper dossier; null: not recorded."""

    sex: Sex | None = None
    home_place: Line | None = None
    residence: Line | None = None
    occupation: Line | None = None
    workplace: Line | None = None
    general_education: CatalogueCode | None = Bounds(
        default=None,
        description="The highest completed stage. A code of `/v1/catalogues/general_education`.",
        examples=["upper_secondary"],
    )
    professional_education: CatalogueCode | None = Bounds(
        default=None,
        description="The highest qualification. A code of `/v1/catalogues/professional_education`.",
        examples=["bachelor"],
    )
    political_theory: CatalogueCode | None = Bounds(
        default=None,
        description="The highest completed course. A code of `/v1/catalogues/political_theory`.",
        examples=["intermediate"],
    )
    citizen_birth_date: PossibleDay | None = Bounds(
        default=None,
        description="As the citizen's id has it, kept beside the dossier's and never in its place (R-MEM-1);"
        " masked like that.",
    )
    youth_union_on: PossibleDay | None = Bounds(default=None, description=AS_FAR_AS_KNOWN)
    admitted_on: PossibleDay | None = Bounds(
        default=None, description="The admission decision's day: party age runs from it [294 4.5.1]."
    )
    inducted_on: PossibleDay | None = Bounds(
        default=None, description="The admission ceremony's day: probation runs from it [DL 5]."
    )
    admission_place: Line | None = None
    introducers: Line | None = None
    recognised_on: PossibleDay | None = Bounds(
        default=None, description="The day from which the member is official."
    )
    recognition_place: Line | None = None


class MemberItem(Shape):
    """A member as lists show one, on the day asked about."""

    id: Id
    full_name: PersonName
    sex: Sex | None
    birth_year: int | None = Bounds(ge=1900, le=2200)
    cell_id: Id = Bounds(description="After an exit: the last cell.")
    cell_name: Name | None
    standing: Standing | None = Bounds(description="Null after an exit.")
    activity_status: ActivityStatus | None = Bounds(description="Null after an exit.")
    exit_reason: ExitReason | None
    exited_on: Day | None = Bounds(description="The first day out of the roll.")


class MemberPage(Page[MemberItem]):
    """One page of members."""


class CellPlace(Shape):
    """The cell of official activity and where it stands."""

    id: Id
    name: Name | None
    path: list[Id] = Bounds(
        max_length=20,
        description="From the root down to the cell; empty where the cell had ended by the day.",
    )


class MaskedIdentifier(Shape):
    """A number of the member's papers, of which the last three characters are shown."""

    kind: IdentifierKind
    number: str = Bounds(max_length=40, examples=["*********234"])
    masked: Literal[True] = True


class MemberRead(Particulars):
    """One member on the day asked about."""

    id: Id
    full_name: PersonName
    birth_date: PossibleDay | None = Bounds(description=AS_FAR_AS_KNOWN)
    birth_date_masked: bool = Bounds(description="Only the year is shown to this actor.")
    residence_masked: bool = Bounds(description="Whether one is recorded is shown to this actor, not which.")
    cell: CellPlace = Bounds(description="After an exit: the last cell.")
    standing: Standing | None = Bounds(description="Null after an exit.")
    activity_status: ActivityStatus | None = Bounds(description="Null after an exit.")
    exit_reason: ExitReason | None
    exited_on: Day | None = Bounds(description="The first day out of the roll.")
    began_on: Day = Bounds(description="The first day of the membership recorded here.")
    party_age: PartyAgeRead
    probation_ends_on: PossibleDay | None = Bounds(
        description="The day after the last of probation, counted from the ceremony, as far as it is known; null"
        " where not on probation, or where no ceremony is recorded."
    )
    identifiers: list[MaskedIdentifier] = Bounds(max_length=10)
    external_ids: dict[System, Key] = Bounds(max_length=50, description="By system.")
    version: Version
    on: Day
    known_at: KnownAt
    actions: list[PermittedAction] = Bounds(max_length=50)


class MemberSearch(Shape):
    """Whom to look for; what is left out does not narrow. In a body, since names and numbers never stand in URLs."""

    name: PersonName | None = Bounds(
        default=None, description="Part of the name on the day, without regard to accents or case."
    )
    number: Number | None = Bounds(
        default=None, description="The whole number of any paper, whenever the member bore it."
    )
    born: PossibleDay | None = Bounds(
        default=None,
        description="May be born then. A month or a day finds only whom the actor may see whole birth dates of.",
    )
    sex: Sex | None = None
    within: Id | None = Bounds(default=None, description="In this organization or below it.")
    standing: list[Standing] = Bounds(default=[], max_length=10, description="Any of these.")
    activity_status: list[ActivityStatus] = Bounds(default=[], max_length=10, description="Any of these.")
    include_exited: bool = Bounds(
        default=False, strict=True, description="Also who left the roll by the day."
    )
