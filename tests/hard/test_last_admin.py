"""Two admins who take each other's grant back at the same moment: one of them stays."""

import asyncio

from make import FOUNDER, World, today

from app.auth import DEVELOPMENT_ISSUER
from app.db import Database
from app.domain.access import Role, actor_of
from app.domain.errors import NotFound
from app.models.access import GrantEnding, GrantItem, GrantNew, GrantRead, GrantsNew, NamedActor
from app.models.correction import PeriodShape
from app.queries.grants import root_administrations
from app.services import grants
from app.services.history import Cause

SECOND = actor_of(DEVELOPMENT_ISSUER, "second")


async def test_of_two_admins_who_end_each_other_at_once_one_stays(database: Database, world: World) -> None:
    asked = GrantNew(
        actor=NamedActor(issuer=SECOND.issuer, subject=SECOND.subject),
        role=Role.ADMIN,
        organization_id=world["province"],
        valid=PeriodShape(from_=today()),
    )
    async with database.writing() as unit:
        ((_, given),) = await grants.create(
            await unit.begin(), Cause(FOUNDER, today()), GrantsNew(grants=[asked])
        )
    assert isinstance(given, GrantItem)
    async with database.reading() as connection:
        rows = await root_administrations(connection, today())
    (first,) = (row["grant_id"] for row in rows if row["grant_id"] != given.id)

    async def end(cause: Cause, grant_id: object) -> GrantRead:
        async with database.writing() as unit:
            connection = await unit.begin()
            ended = await grants.end(connection, cause, grant_id, 1, GrantEnding(ended_on=today()))
            await asyncio.sleep(0.2)  # so that the other begins before this one commits
            return ended

    outcomes = await asyncio.gather(
        end(Cause(FOUNDER, today()), given.id), end(Cause(SECOND, today()), first), return_exceptions=True
    )
    async with database.reading() as connection:
        left = [row for row in await root_administrations(connection, today()) if row["valid"].upper is None]
    assert len(left) == 1
    assert sum(isinstance(one, GrantRead) for one in outcomes) == 1
    (loser,) = (one for one in outcomes if not isinstance(one, GrantRead))
    assert isinstance(loser, NotFound)  # who waited holds no right any more
