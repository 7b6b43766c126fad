"""Who may do what, where and when: actors, their keys, their grants of a role on a subtree."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Discriminator, Tag
from pydantic import Field as Bounds
from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from app.domain.access import Action, Role
from app.domain.operation import Bulk
from app.models.correction import Correction, PeriodShape
from app.models.fact import Fact, believed_once, clean_text, of_operation, one_of, sound_period
from app.models.operation import DecisionPaper
from app.models.page import Page
from app.models.scalars import CLEAN, Day, Id, KnownAt, Name, Note, Shape, Version


class Actor(SQLModel, table=True):
    """A person known by an issuer and a subject, or a machine client that belongs to an organization."""

    __tablename__ = "actor"
    __table_args__ = (
        UniqueConstraint("issuer", "subject", name="uq_actor_issuer"),
        clean_text("name", 200),
        clean_text("issuer", 300),
        clean_text("subject", 300),
        CheckConstraint(
            "(organization_id IS NOT NULL) = (issuer = 'dangbo:machine')", name="machine_has_owner"
        ),
    )

    id: UUID = Field(primary_key=True)
    issuer: str
    subject: str
    name: str | None = None
    organization_id: UUID | None = Field(default=None, foreign_key="organization.id")


class ApiKey(SQLModel, table=True):
    """A key of a machine client: only its SHA-256 is stored; it ends by day or by revocation."""

    __tablename__ = "api_key"
    __table_args__ = (Index("ix_api_key_actor_id", "actor_id"), Index("uq_api_key_hash", "hash", unique=True))

    id: UUID = Field(primary_key=True)
    actor_id: UUID = Field(foreign_key="actor.id")
    hash: bytes
    expires_on: date | None = None
    operation_id: UUID = Field(foreign_key="operation.id")
    superseded_by: UUID | None = Field(default=None, foreign_key="operation.id")


class AccessGrant(Fact, table=True):
    """A role on an organization and everything below it, over a period."""

    KEY = ("grant_id",)
    __tablename__ = "access_grant"
    __table_args__ = (
        believed_once("access_grant", "grant_id"),
        believed_once("access_grant", "actor_id", "role", "organization_id", name="ex_access_grant_once"),
        sound_period(),
        one_of("role", Role),
        Index("ix_access_grant_grant_id", "grant_id"),
        Index("ix_access_grant_actor", "actor_id", postgresql_where=text("superseded_by IS NULL")),
        Index(
            "ix_access_grant_organization", "organization_id", postgresql_where=text("superseded_by IS NULL")
        ),
        *of_operation("access_grant"),
    )

    grant_id: UUID
    actor_id: UUID = Field(foreign_key="actor.id")
    role: str
    organization_id: UUID = Field(foreign_key="organization.id")


class PermittedAction(Shape):
    """Something that can be done with the resource, and whether this actor may."""

    action: Action
    allowed: bool
    reason: str | None = Bounds(
        default=None, max_length=100, description="Where not allowed: the code of the refusal it would meet."
    )
    roles_that_may: list[Role] | None = Bounds(
        default=None, max_length=20, description="Where the roles held do not allow it: those that may."
    )


Issuer = Annotated[str, Bounds(min_length=1, max_length=300), CLEAN]
Subject = Annotated[str, Bounds(min_length=1, max_length=300), CLEAN]
ActorName = Annotated[str, Bounds(min_length=1, max_length=200), CLEAN]


class ActorRead(Shape):
    """Who acts: a person of an issuer, or a machine client."""

    id: Id
    issuer: Issuer
    subject: Subject
    name: ActorName | None


class KnownActor(Shape):
    """An actor that the register knows, by id; the only way to name a machine client."""

    actor_id: Id


class NamedActor(Shape):
    """A person by the issuer and subject of their tokens; they need not have signed in before."""

    issuer: Issuer
    subject: Subject
    name: ActorName | None = None


def _by_id_or_name(value: Any) -> str:
    return (
        "known"
        if isinstance(value, KnownActor) or (isinstance(value, dict) and "actor_id" in value)
        else "named"
    )


class GrantNew(Shape):
    """A role on an organization and everything below it, over a period, for someone."""

    actor: Annotated[
        Annotated[KnownActor, Tag("known")] | Annotated[NamedActor, Tag("named")],
        Discriminator(_by_id_or_name),
    ]
    role: Role
    organization_id: Id
    valid: PeriodShape


class GrantsNew(Shape):
    """Grants to make in one act."""

    grants: list[GrantNew] = Bounds(min_length=1, max_length=200)
    bulk: Bulk = Bulk.ALL_OR_NOTHING
    reason: Note | None = None
    decisions: list[DecisionPaper] = Bounds(default=[], max_length=10)


class GrantItem(Shape):
    """A grant as lists show it."""

    id: Id
    actor: ActorRead
    role: Role
    organization_id: Id
    organization_name: Name | None = Bounds(description="On the day asked about.")
    periods: list[PeriodShape] = Bounds(
        max_length=100,
        description="When it holds; more than one where a part was struck out, none where all was.",
    )
    version: Version = Bounds(description="How many operations made, ended or corrected it.")


class GrantPage(Page[GrantItem]):
    """One page of grants."""


class GrantRead(GrantItem):
    """One grant."""

    on: Day
    known_at: KnownAt
    actions: list[PermittedAction] = Bounds(max_length=50)


class GrantEnding(Shape):
    """Ends a grant from a day on: `ended_on` is the first day on which it no longer holds, today or later."""

    ended_on: Day
    reason: Note | None = None
    decisions: list[DecisionPaper] = Bounds(default=[], max_length=10)


class GrantCorrection(Correction):
    """Strikes a grant out over a period, past or to come: it was recorded in error."""


class Refusal(Shape):
    """Why one item of several was refused, as the problem it would have been alone; of what is malformed, the first."""

    model_config = ConfigDict(extra="allow", frozen=True)

    type: str = Bounds(max_length=200)
    title: str = Bounds(max_length=200)
    status: int = Bounds(ge=400, le=599)
    code: str = Bounds(max_length=100)
    detail: str = Bounds(max_length=2000)
    pointer: str = Bounds(max_length=500)
    rule: str | None = Bounds(default=None, max_length=60, description="The rule's id, where a rule refuses.")
    value: Any = Bounds(default=None, description="The value the rule applied.")
    source: str | None = Bounds(default=None, max_length=500, description="The document the value is from.")
    records: list[Annotated[str, Bounds(max_length=100)]] | None = Bounds(
        default=None, max_length=1000, description="Ids of the records in the way."
    )


class GrantResult(Shape):
    """What became of one item: the grant, or the refusal."""

    grant: GrantItem | None = None
    refusal: Refusal | None = None


class GrantResults(Shape):
    """What became of each item, in the order of the request."""

    items: list[GrantResult] = Bounds(max_length=200)


class ReachedOrganization(Shape):
    """An organization that tops a branch within the actor's reach."""

    id: Id
    name: Name | None


class MeRead(Shape):
    """Who asks, and what they hold today."""

    actor: ActorRead
    on: Day
    roles: list[Role] = Bounds(max_length=20)
    reach: list[ReachedOrganization] = Bounds(
        max_length=1000,
        description="The organizations granted, without those that stand below another of them.",
    )
    grants: list[GrantItem] = Bounds(max_length=1000)
