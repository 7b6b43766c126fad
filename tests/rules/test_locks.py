"""Every lock is named in one place, and what is written about the order of locks is what there is."""

import re
from pathlib import Path

import asyncpg
import pytest
from conftest import Statements
from make import World

from app.queries.locks import Turn, own_members

ROOT = Path(__file__).parents[2]
LOCKING = re.compile(r"FOR (NO KEY )?UPDATE|FOR (KEY )?SHARE|LOCK TABLE|advisory(_xact)?_lock\([^{]")


def test_no_other_file_takes_locks() -> None:
    places = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "app").rglob("*.py")
        if LOCKING.search(path.read_text(encoding="utf-8"))
    }
    assert places == {"app/queries/locks.py"}


async def test_the_database_seals_in_the_turn_of_the_clock(connection: asyncpg.Connection) -> None:
    sealing = await connection.fetchval("SELECT pg_get_functiondef('seal_operation'::regproc)")
    assert re.findall(r"pg_advisory\w*\((.+?)\);", sealing) == [Turn.CLOCK.value]


def test_the_architecture_lists_the_turns_in_their_order() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    assert re.findall(r"\| turn `(\w+)`", text) == [turn.name.lower() for turn in Turn]


@pytest.mark.parametrize("many", [1, 6])
async def test_members_are_owned_in_three_statements_however_many(
    connection: asyncpg.Connection, world: World, statements: Statements, many: int
) -> None:
    async with statements() as executed:
        await own_members(connection, list(world.members.values())[:many], [world["court"]])
    assert [one.rpartition(" FOR ")[2] for one in executed if one.startswith("SELECT FROM")] == [
        "KEY SHARE",
        "NO KEY UPDATE",
        "KEY SHARE NOWAIT",
    ]
