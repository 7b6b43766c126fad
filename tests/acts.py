"""What many tests do over HTTP before they look: members said, read and acted on, committees established."""

from typing import Any
from uuid import UUID

from make import Client, World


def newcomer(world: World, cell: str = "health-1", **more: Any) -> dict[str, Any]:
    """What is said of a new member."""
    return {
        "cell_id": str(world[cell]),
        "standing": "official",
        "since": "2024-02-01",
        "full_name": "Vũ Thị Bích",
        **more,
    }


async def create_member(client: Client, world: World, cell: str = "health-1", **more: Any) -> dict[str, Any]:
    """A newcomer on record."""
    answer = await client.post("/v1/members", json=newcomer(world, cell, **more))
    assert answer.status_code == 201, answer.text
    return answer.json()


async def read_member(client: Client, member_id: UUID | str, **params: str) -> dict[str, Any]:
    """One member."""
    answer = await client.get(f"/v1/members/{member_id}", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def listed_names(client: Client, **params: Any) -> list[str]:
    """The names of a list of members, in its order."""
    answer = await client.get("/v1/members", params=params)
    assert answer.status_code == 200, answer.text
    return [one["full_name"] for one in answer.json()["items"]]


async def found_names(client: Client, **document: Any) -> list[str]:
    """The names that a search finds."""
    answer = await client.post("/v1/members/searches", json=document)
    assert answer.status_code == 200, answer.text
    return [one["full_name"] for one in answer.json()["items"]]


async def act(
    client: Client, member_id: UUID | str, name: str, status: int = 200, **document: Any
) -> dict[str, Any]:
    """Carry out an act on a member at the version it now has."""
    address = f"/v1/members/{member_id}"
    etag = (await client.get(address)).headers["etag"]
    answer = await client.post(f"{address}/{name}", json=document, headers={"If-Match": etag})
    assert answer.status_code == status, answer.text
    return answer.json()


def membership(cell_id: UUID | None, standing: str = "official", **period: str | None) -> dict[str, Any]:
    """A correction of a membership over a period; no cell: struck out."""
    value = {"cell_id": str(cell_id), "standing": standing} if cell_id else None
    return {"fact": "membership", "period": period, "value": value, "reason": "Ghi nhầm"}


def elected(member_id: UUID | str, title: str = "committee_member") -> dict[str, Any]:
    """A seat in a new committee."""
    return {"member_id": str(member_id), "title": title, "basis": "elected"}


async def establish(client: Client, world: World, organization: str = "health", **differing: Any) -> str:
    """The executive committee of a term of five years."""
    term = {
        "organization_id": str(world[organization]),
        "kind": "executive",
        "term": "2023-2028",
        "origin": "congress",
        "size": 9,
        "from": "2024-01-01",
        "to": "2029-01-01",
    }
    made = await client.post("/v1/committees", json=term | differing)
    assert made.status_code == 201, made.text
    found: str = made.json()["id"]
    return found
