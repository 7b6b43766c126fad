"""An edit approved and refused at the same moment by two persons ends once, and the rules say what it ended as."""

import asyncio
from datetime import date

from make import World, today

from app.auth import DEVELOPMENT_ISSUER
from app.db import Database
from app.domain.access import Actor, Role, actor_of
from app.domain.errors import StepRefused
from app.domain.operation import OperationKind
from app.domain.period import Period
from app.models.correction import PeriodShape
from app.models.operation import DecisionPaper
from app.models.policy_edit import (
    PolicyEditApproval,
    PolicyEditNew,
    PolicyEditRead,
    PolicyEditRow,
)
from app.models.two_persons import Closure
from app.queries import actors, facts
from app.queries.facts import Wanted
from app.services import history, policy_edit_steps, policy_edits
from app.services.history import Cause

KEY = "term.committee_months"
PROPOSER, FIRST, SECOND = (actor_of(DEVELOPMENT_ISSUER, name) for name in ("proposer", "first", "second"))


async def test_an_edit_approved_and_refused_at_once_ends_once(database: Database, world: World) -> None:
    async with database.writing() as unit:
        connection = await unit.begin()
        operation_id = await history.begin(
            connection, Cause(PROPOSER, today()), OperationKind.GRANTS_CREATED, {}
        )
        await actors.known(connection, FIRST, SECOND)
        role = Role.PROVINCIAL_ORGANIZING_BOARD.value
        given = [
            Wanted(
                (history.new_id(),),
                Period(today()),
                {"actor_id": one.id, "role": role, "organization_id": world["province"]},
            )
            for one in (PROPOSER, FIRST, SECOND)
        ]
        await facts.overwrite(connection, facts.ACCESS_GRANT, operation_id, given)
    row = PolicyEditRow(value=48, source="12-QĐ/TU")
    document = PolicyEditNew(key=KEY, period=PeriodShape(from_=date(2024, 1, 1)), row=row)
    async with database.writing() as unit:
        proposed = await policy_edits.propose(await unit.begin(), Cause(PROPOSER, today()), document)
    paper = DecisionPaper(issuer="Ban Thường vụ", number="12-QĐ/TU", signed_on=today())

    async def close(actor: Actor, *, approve: bool) -> PolicyEditRead:
        async with database.writing() as unit:
            connection = await unit.begin()
            cause = Cause(actor, today())
            if approve:
                approval = PolicyEditApproval(decisions=[paper])
                closed = await policy_edit_steps.approve(connection, cause, proposed.id, 1, approval)
            else:
                closure = Closure(reason="Chưa đủ căn cứ")
                closed = await policy_edit_steps.refuse(connection, cause, proposed.id, 1, closure)
            await asyncio.sleep(0.2)  # so that the other begins before this one commits
            return closed

    outcomes = await asyncio.gather(
        close(FIRST, approve=True), close(SECOND, approve=False), return_exceptions=True
    )
    async with database.reading() as connection:
        believed = await facts.believed(connection, facts.POLICY, (KEY, policy_edits.NATION))
    (ended,) = (one for one in outcomes if isinstance(one, PolicyEditRead))
    assert sum(isinstance(one, StepRefused) for one in outcomes) == 1
    assert (48 in [values["value"] for _, values in believed]) == (ended.state == "approved")
