"""Who may do what, where and when: actors, their keys, their grants of a role on a subtree."""

from datetime import date
from uuid import UUID

from pydantic import Field as Bounds
from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from app.domain.access import Action, Role
from app.models.fact import Fact, believed_once, clean_text, of_operation, one_of, sound_period
from app.models.scalars import Shape


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
    roles_that_may: list[Role] | None = Bounds(
        default=None, max_length=20, description="Where not allowed: the roles that may."
    )
