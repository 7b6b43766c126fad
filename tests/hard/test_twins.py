"""The same request twice at the same instant has one effect; of many that were made for one version, one wins."""

import asyncio
from collections import Counter

import pytest
from conftest import SignIn
from make import World

from hard.conftest import Superuser

ROUNDS = 15


def _person(world: World, number: int) -> dict[str, object]:
    return {
        "cell_id": str(world["court"]),
        "standing": "official",
        "since": "2024-01-01",
        "full_name": f"Hoàng Văn Đôi {'I' * (number + 1)}",
    }


async def test_two_creations_under_one_key_make_one_member(
    sign_in: SignIn, world: World, superuser: Superuser
) -> None:
    client = await sign_in("upper_organizing_board", "bloc")
    seen: Counter[str] = Counter()
    for number in range(ROUNDS):
        headers = {"Idempotency-Key": f"member-{number}"}
        twins = await asyncio.gather(
            *(client.post("/v1/members", json=_person(world, number), headers=headers) for _ in range(2))
        )
        ids = {answer.json()["id"] for answer in twins if answer.status_code == 201}
        assert len(ids) == 1, [answer.text for answer in twins]
        for answer in twins:
            if answer.status_code == 201:
                seen["replayed" if "idempotency-replayed" in answer.headers else "created"] += 1
            else:
                assert (answer.status_code, answer.json()["code"]) == (409, "request_running")
                assert answer.headers["retry-after"] == "1"
                seen["running"] += 1
        again = await client.post("/v1/members", json=_person(world, number), headers=headers)
        assert (again.status_code, again.json()["id"]) == (201, ids.pop())
        assert again.headers["idempotency-replayed"] == "true"
    assert seen["created"] == ROUNDS and seen["running"] > 0
    members = await superuser.connection.fetchval(
        "SELECT count(*) FROM membership WHERE cell_id = $1 AND superseded_by IS NULL", world["court"]
    )
    assert members == ROUNDS + 1


@pytest.mark.parametrize("kind", ["the_same_fact", "different_facts", "corrections", "members"])
async def test_of_thirty_changes_made_for_one_version_one_wins(
    sign_in: SignIn, world: World, kind: str
) -> None:
    client = await sign_in("upper_organizing_board", "bloc")
    address = f"/v1/members/{world['p4']}" if kind == "members" else f"/v1/organizations/{world['court']}"

    def document(number: int) -> tuple[str, dict[str, object]]:
        if kind == "corrections":
            period = {"from": "2021-01-01", "to": "2022-01-01"}
            value = {"code": f"C-{number}"}
            return "corrections", {"fact": "code", "period": period, "value": value, "reason": "Thử"}
        if kind == "members":
            return "changes", {"effective_on": "2024-03-01", "occupation": f"Nghề {number}"}
        facts = (
            {"name": f"Chi bộ {number}"},
            {"code": f"C-{number}"},
            {"sector": "hospital"},
            {"name_en": f"N{number}"},
        )
        fact = facts[0] if kind == "the_same_fact" else facts[number % 4]
        return "changes", {"effective_on": "2024-03-01", **fact}

    for _ in range(3):
        before = await client.get(address)
        headers = {"If-Match": before.headers["etag"]}
        answers = await asyncio.gather(
            *(
                client.post(f"{address}/{act}", json=body, headers=headers)
                for act, body in map(document, range(30))
            )
        )
        statuses = Counter((answer.status_code, answer.json().get("code")) for answer in answers)
        won = sum(n for (status, _), n in statuses.items() if status == 200)
        busy = sum(
            n for (status, _), n in statuses.items() if status == 503
        )  # on a machine that is too slow for all
        assert (won, statuses[412, "stale"] + busy) == (1, 29), statuses
        after = await client.get(address)
        assert after.json()["version"] == before.json()["version"] + 1


async def test_two_acts_on_one_new_paper_are_both_tied_to_it(
    sign_in: SignIn, world: World, superuser: Superuser
) -> None:
    client = await sign_in("upper_organizing_board", "bloc")
    for number in range(ROUNDS):
        paper = {"issuer": "Đảng ủy Khối", "number": f"{number}-QĐ/ĐUK", "signed_on": "2024-01-01"}
        twins = await asyncio.gather(
            *(
                client.post("/v1/members", json={**_person(world, number), "decisions": [paper]})
                for _ in range(2)
            )
        )
        assert [answer.status_code for answer in twins] == [201, 201], [answer.text for answer in twins]
    tied = await superuser.connection.fetchval("SELECT count(*) FROM operation_decision")
    papers = await superuser.connection.fetchval("SELECT count(*) FROM decision WHERE number LIKE '%-QĐ/ĐUK'")
    assert (tied, papers) == (2 * ROUNDS, ROUNDS)
