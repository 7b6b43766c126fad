"""Authorities of organizations: the table, and beneath it what the API takes and gives."""

from typing import Literal
from uuid import UUID

from pydantic import Field as Bounds
from sqlalchemy import Index
from sqlmodel import Field

from app.domain.authority import Authority
from app.models.correction import Correction
from app.models.fact import Fact, believed_once, of_operation, one_of, sound_period
from app.models.finding import FindingRead
from app.models.scalars import Day, Shape


class OrganizationAuthority(Fact, table=True):
    """An authority that the superior granted it, over the period up to its revocation."""

    KEY = ("organization_id", "kind")
    __tablename__ = "organization_authority"
    __table_args__ = (
        believed_once("organization_authority", "organization_id", "kind"),
        sound_period(),
        one_of("kind", Authority),
        Index("ix_organization_authority_organization_id", "organization_id"),
        *of_operation("organization_authority"),
    )

    organization_id: UUID = Field(foreign_key="organization.id")
    kind: str


class AuthorityHeld(Shape):
    """An authority it holds on the day."""

    kind: Authority
    since: Day
    findings: list[FindingRead] = Bounds(max_length=10)


class AuthorityValue(Shape):
    """Over the period it held the authority."""

    granted: Literal[True]


class AuthorityCorrection(Correction):
    """Corrects when it held an authority."""

    fact: Literal["authority"]
    kind: Authority
    value: AuthorityValue | None
