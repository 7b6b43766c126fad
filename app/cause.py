"""Who acts, on which civil day, in which request: the argument every act takes."""

from typing import Annotated

from fastapi import Depends, Request

from app.auth import authenticated
from app.services.history import Cause


async def _cause(request: Request) -> Cause:
    actor = await authenticated(request)
    return Cause(actor, request.state.today, request.scope.get("request_id"))


CauseDep = Annotated[Cause, Depends(_cause)]
"""The cause of the request's operation."""
