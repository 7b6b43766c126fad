"""A transfer received twice at the same instant is received once: a member is never in two cells."""

import asyncio

from conftest import SignIn
from make import World

from hard.conftest import Superuser

ROUNDS = 8


async def test_of_two_receivers_who_accept_at_once_one_wins(
    sign_in: SignIn, world: World, superuser: Superuser
) -> None:
    board = await sign_in("provincial_organizing_board", "province")
    receivers = [await sign_in("grassroots_office", "town") for _ in range(2)]
    for _ in range(ROUNDS):
        person = {
            "cell_id": str(world["court"]),
            "standing": "official",
            "since": "2024-01-01",
            "full_name": "Hoàng Văn Đi",
        }
        member = (await board.post("/v1/members", json=person)).json()["id"]
        introduction = {
            "member_ids": [member],
            "kind": "official",
            "introduced_on": "2026-03-02",
            "to_organization_id": str(world["town-1"]),
        }
        both = await asyncio.gather(*(board.post("/v1/transfers", json=introduction) for _ in range(2)))
        assert sorted(one.status_code for one in both) == [201, 409]
        made = next(one for one in both if one.status_code == 201)
        transfer = made.json()["items"][0]["transfer_id"]
        etag = (await receivers[0].get(f"/v1/transfers/{transfer}")).headers["etag"]
        answers = await asyncio.gather(
            *(
                receiver.post(
                    f"/v1/transfers/{transfer}/steps",
                    json={"step": "receive", "on": f"2026-03-{10 + number}"},
                    headers={"If-Match": etag},
                )
                for number, receiver in enumerate(receivers)
            )
        )
        assert sorted(one.status_code for one in answers) == [200, 412], [one.text for one in answers]
        cells = await superuser.connection.fetch(
            "SELECT cell_id FROM membership WHERE member_id = $1::text::uuid AND superseded_by IS NULL"
            " ORDER BY lower(valid)",
            member,
        )
        assert [row["cell_id"] for row in cells] == [world["court"], world["town-1"]]
    assert await superuser.offences() == {}
