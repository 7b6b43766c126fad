"""Members: identity, and the dated facts about the person, the membership, the activity, the identifiers."""

from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Date, Identity, Index, text
from sqlalchemy.dialects.postgresql import DATERANGE
from sqlmodel import Field, SQLModel

from app.domain.membership import ActivityStatus, ExitReason, Standing
from app.domain.person import (
    GeneralEducation,
    IdentifierKind,
    PoliticalTheory,
    ProfessionalEducation,
    Sex,
)
from app.models.fact import SORTED, Fact, believed_once, clean_text, of_operation, one_of, sound_period


class Member(SQLModel, table=True):
    """Identity only. `version` grows with every operation that touches the member's facts."""

    __tablename__ = "member"

    id: UUID = Field(primary_key=True)
    version: int = Field(default=1, sa_column_kwargs={"server_default": text("1")})


def _possible_days() -> Any:
    """A date of a person, as the range of days it may be: one day, one month, one year, or unknown."""
    return Field(default=None, sa_type=DATERANGE, nullable=True)


class Person(Fact, table=True):
    """The particulars of the person, as the index sheet of the paper dossier has them [domain §2.2]."""

    KEY = ("member_id",)
    __tablename__ = "person"
    __table_args__ = (
        believed_once("person", "member_id"),
        sound_period(),
        clean_text("full_name", 100),
        one_of("sex", Sex),
        one_of("general_education", GeneralEducation),
        one_of("professional_education", ProfessionalEducation),
        one_of("political_theory", PoliticalTheory),
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
        Index("ix_person_believed", "member_id", postgresql_where=text("superseded_by IS NULL")),
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
        CheckConstraint(
            "(cell_id IS NULL) = (exit_reason IS NOT NULL) AND (cell_id IS NULL) = (standing IS NULL)",
            name="in_a_cell_or_out",
        ),
        Index("ix_membership_believed", "member_id", postgresql_where=text("superseded_by IS NULL")),
        Index("ix_membership_cell", "cell_id", postgresql_where=text("superseded_by IS NULL")),
        *of_operation("membership"),
    )

    member_id: UUID = Field(foreign_key="member.id")
    cell_id: UUID | None = Field(default=None, foreign_key="organization.id")
    standing: str | None = None
    exit_reason: str | None = None


class Activity(Fact, table=True):
    """A departure from ordinary activity (exempted, suspended…); where none is recorded, `active` holds."""

    KEY = ("member_id",)
    __tablename__ = "activity"
    __table_args__ = (
        believed_once("activity", "member_id"),
        sound_period(),
        one_of("status", ActivityStatus),
        CheckConstraint("status <> 'active'", name="a_departure"),
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
