"""Whoever comes back by another way while a hand-over is reversed is not brought back as well."""

import asyncio
from datetime import date
from uuid import UUID

from conftest import SignIn
from make import World, today
from restructured import BOARD, applied, carried_back, post, reversal

from app.auth import DEVELOPMENT_ISSUER
from app.db import Database
from app.domain.access import actor_of
from app.models.transfer import TransferArrival
from app.services import transfer_arrivals
from app.services.history import Cause

from .conftest import Superuser

DAY, BETWEEN, LATER = "2024-05-01", "2024-05-10", "2024-05-20"


async def test_who_arrives_elsewhere_while_a_hand_over_is_reversed_makes_the_preview_stale(
    sign_in: SignIn, database: Database, world: World, superuser: Superuser
) -> None:
    proposer, approver = await sign_in(BOARD, "province"), await sign_in(BOARD, "province", "receiver")
    left = {"kind": "hand_over", "organizations": [str(world["health"])], "outside": "Đảng bộ Bộ Y tế"}
    one = await applied(proposer, approver, left, on=DAY)
    back = await carried_back(proposer, approver, await reversal(proposer, one, LATER), apply=False)
    arrival = TransferArrival.model_validate(
        {
            "from_outside": "Đảng bộ Bộ Y tế",
            "introduced_on": date(2024, 5, 5),
            "member": {
                "member_id": UUID(str(world["p1"])),
                "cell_id": UUID(str(world["court"])),
                "standing": "official",
                "since": date.fromisoformat(BETWEEN),
            },
            "decisions": [{"issuer": "Đảng ủy Bộ Y tế", "number": "5-GT", "signed_on": date(2024, 5, 4)}],
        }
    )
    cause = Cause(actor_of(DEVELOPMENT_ISSUER, "receiver"), today())
    async with database.writing() as unit:
        connection = await unit.begin()
        await transfer_arrivals.arrive(connection, cause, arrival)
        applying = asyncio.create_task(
            approver.post(
                f"/v1/restructurings/{back['id']}/applications", headers={"If-Match": f'"{back["digest"]}"'}
            )
        )
        await superuser.until_waiting(1, applying)
    refused = await applying
    assert (refused.status_code, refused.json()["code"]) == (412, "preview_stale"), refused.text
    assert [row["id"] for row in refused.json()["rows"] if row["thing"] == "member"] == [str(world["p1"])]
    again = await post(approver, f"/{back['id']}/returns", {"reason": "Đã về nơi khác"}, 200, back["version"])
    assert again["state"] == "returned"
    assert await superuser.offences() == {}
