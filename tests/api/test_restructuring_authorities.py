"""What a superior let an organization do ends as another stands above it, or a decision makes it another type."""

from typing import Any

import pytest
from asyncpg import Connection
from conftest import SignIn
from make import CAUSE, OPENED, World, empower
from restructured import BOARD, absorbed, agreed, post

from app.domain.authority import Authority
from app.domain.operation import OperationKind
from app.domain.period import Period
from app.queries import facts
from app.queries.facts import Wanted
from app.services import history

DAY = "2024-05-01"


@pytest.fixture(autouse=True)
async def empowered(connection: Connection, world: World) -> None:
    """A grassroots committee holds both authorities since its roll is complete."""
    operation_id = await history.begin(connection, CAUSE, OperationKind.ORGANIZATIONS_IMPORTED, {})
    await empower(connection, operation_id, world["health"], Period(OPENED))
    admits = Wanted((world["health"], Authority.AUTHORISED_TO_ADMIT_AND_EXPEL.value), Period(OPENED), {})
    await facts.overwrite(connection, facts.ORGANIZATION_AUTHORITY, operation_id, [admits])


async def held(sign_in: SignIn, world: World, *measures: dict[str, Any]) -> tuple[int, list[int]]:
    """How many authorities the preview tells to end, and how many are held the day before and on the day."""
    proposer, approver = await sign_in(BOARD, "province"), await sign_in(BOARD, "province")
    one = await agreed(proposer, approver, *measures, on=DAY)
    seen = await post(proposer, f"/{one['id']}/previews", None, 201)
    told = (await proposer.get(f"/v1/restructurings/{one['id']}/previews/{seen['id']}/rows")).json()["items"]
    await post(approver, f"/{one['id']}/applications", None, 200, one["digest"])
    found = []
    for day in ("2024-04-30", DAY):
        read = await proposer.get(f"/v1/organizations/{world['health']}", params={"on": day})
        found.append(len(read.json()["authorities"]))
    return sum((row["thing"], row["effect"]) == ("authority", "ends") for row in told), found


def downgrade(world: World, kind: str) -> list[dict[str, Any]]:
    """The committee becomes a cell, and takes its two cells in."""
    named = (
        {"organizations": [str(world["health"])]}
        if kind == "retype"
        else {"organization": str(world["health"])}
    )
    return [
        {"kind": kind, "type": "grassroots_cell", **named},
        absorbed(world, "health-1", "health"),
        absorbed(world, "health-2", "health"),
    ]


async def test_authorities_end_as_a_decision_makes_it_another_type(sign_in: SignIn, world: World) -> None:
    assert await held(sign_in, world, *downgrade(world, "downgrade")) == (2, [2, 0])


async def test_authorities_stay_as_the_law_makes_it_another_type(sign_in: SignIn, world: World) -> None:
    assert await held(sign_in, world, *downgrade(world, "retype")) == (0, [2, 2])


async def test_authorities_end_as_previewed_where_a_law_follows_the_decision(
    sign_in: SignIn, world: World
) -> None:
    back = {"kind": "retype", "organizations": [str(world["health"])], "type": "grassroots_committee"}
    assert await held(sign_in, world, downgrade(world, "downgrade")[0], back) == (2, [2, 0])


async def test_authorities_end_under_another_superior(sign_in: SignIn, world: World) -> None:
    moved = {"kind": "transfer", "organizations": [str(world["health"])], "to": str(world["district"])}
    assert await held(sign_in, world, moved) == (2, [2, 0])


async def test_authorities_end_as_a_transfer_to_where_it_stands_makes_it_another_type(
    sign_in: SignIn, world: World
) -> None:
    stays = {"kind": "transfer", "organizations": [str(world["health"])], "to": str(world["bloc"])}
    cells = (absorbed(world, "health-1", "health"), absorbed(world, "health-2", "health"))
    assert await held(sign_in, world, stays | {"type": "grassroots_cell"}, *cells) == (2, [2, 0])


async def test_authorities_stay_with_who_absorbs_another(sign_in: SignIn, world: World) -> None:
    assert await held(sign_in, world, absorbed(world, "town", "health")) == (0, [2, 2])
