"""What previews tell of papers: limits of the place, and decisions that another document carried out."""

from typing import Any

from asyncpg import Connection
from conftest import SignIn
from make import CAUSE, OPENED, Client, World
from restructured import BOARD, absorbed, applied, document, post, preview

from app.domain.operation import OperationKind
from app.domain.period import Period
from app.queries import facts
from app.queries.facts import Wanted
from app.services import history

DAY = "2024-05-06"  # a Monday; no holiday follows before September
PAPER = {
    "issuer": "Ban Thường vụ Tỉnh ủy",
    "number": "77-QĐ/TU",
    "signed_on": "2024-05-02",
    "role": "decision",
}


async def told(client: Client, code: str, *measures: dict[str, Any], **said: Any) -> list[dict[str, Any]]:
    """Of one code what the preview of a draft tells."""
    draft = await post(client, "", document(*measures, on=DAY, **said), 201)
    return [one for one in (await preview(client, draft))["conflicts"] if one["code"] == code]


async def test_seals_are_due_by_the_limit_of_the_place_where_there_is_one_to_give_back(
    sign_in: SignIn, world: World, connection: Connection
) -> None:
    client = await sign_in(BOARD, "province")
    merged = absorbed(world, "court", "health-1")
    [usual] = await told(client, "seals_due", merged)
    assert (usual["value"], usual["source"], usual["on"]) == (30, "294 6.3.5", "2024-06-17")
    operation_id = await history.begin(connection, CAUSE, OperationKind.ORGANIZATIONS_IMPORTED, {})
    said = {"unit": "working days", "source": "15-QĐ/ĐUK", "confidence": "S", "combine": "min"}
    sooner = {"scope": "organization", "value": 10, **said}
    wanted = Wanted(("org.seal_recall_wd", world["bloc"]), Period(OPENED), sooner)
    await facts.overwrite(connection, facts.POLICY, operation_id, [wanted])
    [stricter] = await told(client, "seals_due", merged)
    assert (stricter["value"], stricter["source"], stricter["on"]) == (10, "15-QĐ/ĐUK", "2024-05-20")
    assert await told(client, "seals_due", absorbed(world, "health-2", "health-1")) == []


async def test_a_decision_that_another_document_carried_out_is_told(sign_in: SignIn, world: World) -> None:
    proposer, approver = await sign_in(BOARD, "province"), await sign_in(BOARD, "province")
    first = absorbed(world, "health-2", "health-1")
    second = absorbed(world, "court", "health-1")
    assert await told(proposer, "decision_used", second, decisions=[PAPER]) == []
    one = await applied(proposer, approver, first, on=DAY, decisions=[PAPER])
    [used] = await told(proposer, "decision_used", second, decisions=[PAPER])
    assert (used["severity"], used["rule"], used["value"]) == ("warn", "R-RS-2", one["id"])
    other = {**PAPER, "number": "78-QĐ/TU"}
    assert await told(proposer, "decision_used", second, decisions=[other]) == []
