"""What a write of one thing asks: over which connection, who acts, at which version, and where the answer is tagged."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, TypeVar
from uuid import UUID

from asyncpg import Connection
from fastapi import Depends, Response

from app.cause import CauseDep
from app.etag import ExpectedVersion, Resource, tag
from app.routing import Restructuring, Writing
from app.services.history import Cause

Document = TypeVar("Document")
Result = TypeVar("Result")

Act = Callable[[Connection, Cause, UUID, int, Document], Awaitable[Result]]
"""An act of a service on one thing: connection, cause, the thing's id, the version expected, what is asked."""


@dataclass(frozen=True, slots=True)
class Revision:
    """One write of one thing, at the version that the caller last read."""

    connection: Connection
    cause: Cause
    expected_version: int
    response: Response

    async def by(self, act: Act[Document, Resource], thing_id: UUID, document: Document) -> Resource:
        """Carry an act out; the answer is the thing as it now is, under its new tag."""
        return tag(self.response, self.cause.as_of, await self.only(act, thing_id, document))

    async def only(self, act: Act[Document, Result], thing_id: UUID, document: Document) -> Result:
        """Carry an act out whose answer is not the thing itself, or is tagged by more than its version."""
        return await act(self.connection, self.cause, thing_id, self.expected_version, document)


async def _revising(
    connection: Writing, cause: CauseDep, expected_version: ExpectedVersion, response: Response
) -> Revision:
    return Revision(connection, cause, expected_version, response)


async def _restructuring(
    connection: Restructuring, cause: CauseDep, expected_version: ExpectedVersion, response: Response
) -> Revision:
    return Revision(connection, cause, expected_version, response)


Revising = Annotated[Revision, Depends(_revising)]
"""A write of one thing; committed before the answer leaves."""

RevisingTree = Annotated[Revision, Depends(_restructuring)]
"""The same of an act that changes much of the tree at once, on the restructurings' own pool."""
