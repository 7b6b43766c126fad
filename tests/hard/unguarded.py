"""The service without what keeps the tree whole: only for the test that tests the other test."""

import asyncio
from typing import Any

from asyncpg import Connection
from fastapi import FastAPI

from app.queries import locks
from app.queries.locks import Turn
from app.services import restructuring_application
from benchmarks import service

PAUSE = 0.5
"""Seconds between writing and committing: longer than machines differ, so that others plan in between."""


def without_locks() -> FastAPI:
    """Who applies waits for nobody: neither for a turn, but that of the document, nor for organizations."""
    take, apply = locks.take_turn, restructuring_application.apply

    async def take_turn(connection: Connection, turn: Turn, *about: str) -> None:
        if turn not in (Turn.TREE, Turn.ACCESS, Turn.POLICIES):
            await take(connection, turn, *about)

    async def close_nothing(*_: Any) -> None: ...

    async def apply_slowly(*given: Any) -> Any:
        applied = await apply(*given)
        await asyncio.sleep(PAUSE)
        return applied

    locks.take_turn, locks.close_organizations = take_turn, close_nothing
    restructuring_application.apply = apply_slowly
    return service.app()
