"""Policies: thresholds, tables and calendars as dated, scoped rows with their source."""

from typing import Any
from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from app.models.fact import Fact, believed_once, clean_text, of_operation, sound_period


class Policy(Fact, table=True):
    """One value of one key, over a period, for the nation or for one organization and all below it."""

    KEY = ("key", "scope_id")
    __tablename__ = "policy"
    __table_args__ = (
        believed_once("policy", "key", "scope_id"),
        sound_period(),
        clean_text("key", 100),
        clean_text("source", 500),
        Index("ix_policy_believed", "key", postgresql_where=text("superseded_by IS NULL")),
        *of_operation("policy"),
    )

    key: str
    scope: str
    scope_id: UUID
    """The organization whose subtree the row rules; nil for the nation."""
    value: Any = Field(sa_type=JSONB, nullable=False)
    unit: str | None = None
    combine: str
    source: str
    confidence: str
