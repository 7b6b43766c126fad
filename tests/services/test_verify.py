"""Verification: silent on a sound register, and each check sees the breach it is there for, and only that."""

from collections.abc import AsyncIterator

import asyncpg
import pytest
from breaches import BREACHES, Break, Breaker
from make import World

from app.bootstrap import Urls, with_database
from app.db import speak
from app.queries.register import insert_members
from app.queries.verify import CHECKS
from app.services import history
from app.services.verify import verify


@pytest.fixture(scope="module")
async def superuser(admin_dsn: str, template: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(with_database(admin_dsn, template))
    await speak(connection)
    yield connection
    await connection.close()


@pytest.fixture
async def breaker(superuser: asyncpg.Connection, world: World) -> AsyncIterator[Breaker]:
    transaction = superuser.transaction()
    await transaction.start()
    yield Breaker(superuser, world)
    await transaction.rollback()


async def test_a_sound_register_offends_nothing(urls: Urls) -> None:
    connection = await asyncpg.connect(urls.reader)
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        report = await verify(connection)
    await connection.close()
    assert report.sound and report.known_at is not None
    assert [one.check for one in report.checked] == list(CHECKS)
    assert all(one.offending_count == 0 and one.offending == [] for one in report.checked)
    assert len({one.description for one in report.checked}) == len(CHECKS)


@pytest.mark.parametrize(
    ("check", "break_it"), [pytest.param(*one, id=f"{one[0]}-{one[1].__name__}") for one in BREACHES]
)
async def test_a_breach_is_reported_by_its_own_check_alone(
    breaker: Breaker, check: str, break_it: Break
) -> None:
    offenders = {str(one) for one in await break_it(breaker)}
    report = await verify(breaker.connection)
    assert not report.sound
    found = {one.check: set(one.offending) for one in report.checked if one.offending_count}
    assert found == {check: offenders}


def test_there_is_no_check_that_was_never_seen_to_fail() -> None:
    assert {check for check, _ in BREACHES} == set(CHECKS)


async def test_of_many_offenders_a_hundred_are_shown_and_all_are_counted(breaker: Breaker) -> None:
    await insert_members(breaker.connection, [history.new_id() for _ in range(150)])
    report = await verify(breaker.connection)
    (broken,) = (one for one in report.checked if one.offending_count)
    assert (broken.check, len(broken.offending), broken.offending_count) == ("membership_unbroken", 100, 150)
