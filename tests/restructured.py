"""How tests carry a restructuring through: drafted by one, agreed to by another, applied."""

from typing import Any
from uuid import UUID

from asyncpg import Connection
from conftest import SignIn
from make import Client, World

from app.queries.facts import TABLES

BOARD = "provincial_organizing_board"
UPPER = "upper_organizing_board"
DAY = "2026-05-01"
LATER = "2026-05-20"
"""The day from which reversals lead back."""


async def post(client: Client, path: str, body: Any, status: int, match: int | str | None = None) -> Any:
    headers = {} if match is None else {"If-Match": f'"{match}"'}
    answer = await client.post(f"/v1/restructurings{path}", json=body, headers=headers)
    assert answer.status_code == status, answer.text
    return answer.json()


def document(*measures: dict[str, Any], on: str | None = DAY, **others: Any) -> dict[str, Any]:
    return {"effective_on": on, "measures": list(measures), "reason": "Sắp xếp lại", **others}


async def preview(client: Client, one: Any) -> Any:
    return await post(client, f"/{one['id']}/previews", None, 201)


async def step(client: Client, one: Any, path: str, status: int = 200, **said: Any) -> Any:
    """A step taken with what was read of it: its version and, where nothing else is said, its digest."""
    body = said or {"digest": one["digest"]}
    return await post(client, f"/{one['id']}/{path}", body, status, one["version"])


async def submit(proposer: Client, draft: Any) -> Any:
    """A draft previewed and submitted."""
    seen = await preview(proposer, draft)
    assert not seen["blocked"], [one for one in seen["conflicts"] if one["severity"] == "block"]
    return await step(proposer, draft, "submissions", digest=seen["digest"])


async def agree(approver: Client, one: Any) -> Any:
    """A submitted document consented to, where that is asked, and approved."""
    if any(end["part"] == "consents" for end in one["needs"]):
        one = await step(approver, one, "consents")
    return await step(approver, one, "approvals")


async def carry_out(client: Client, one: Any) -> Any:
    """An approved document applied."""
    return await post(client, f"/{one['id']}/applications", None, 200, one["digest"])


async def submitted(proposer: Client, *measures: dict[str, Any], **others: Any) -> Any:
    """A document drafted, previewed and submitted by one."""
    return await submit(proposer, await post(proposer, "", document(*measures, **others), 201))


async def agreed(proposer: Client, approver: Client, *measures: dict[str, Any], **others: Any) -> Any:
    """A document drafted by one and approved by the other, with its digest."""
    return await agree(approver, await submitted(proposer, *measures, **others))


async def applied(proposer: Client, approver: Client, *measures: dict[str, Any], **others: Any) -> Any:
    return await carry_out(approver, await agreed(proposer, approver, *measures, **others))


async def reversal(client: Client, one: Any, on: str = LATER) -> Any:
    """The draft that leads back."""
    body = {"effective_on": on, "reason": "Thôi sáp nhập"}
    return await post(client, f"/{one['id']}/reversals", body, 201)


async def carried_back(proposer: Client, approver: Client, draft: Any, *, apply: bool = True) -> Any:
    """The draft of a reversal agreed to and applied; what it establishes is excused from the least size."""
    paper = {"issuer": "Ban Thường vụ Tỉnh ủy", "number": "77-QĐ/TU", "signed_on": "2026-05-10"}
    excuses = [{"rule": "R-ORG-10", "organization": key, "decision": paper} for key in draft["keys"]]
    asked = {**draft["document"], "excuses": excuses}
    draft = await post(proposer, f"/{draft['id']}/edits", asked, 200, draft["version"])
    back = await agree(approver, await submit(proposer, draft))
    return await carry_out(approver, back) if apply else back


async def committee(client: Client, organization: Any, member: Any) -> Any:
    body = {
        "organization_id": str(organization),
        "kind": "executive",
        "term": "2025-2027",
        "from": "2025-08-01",
        "to": "2028-01-31",
        "origin": "congress",
        "size": 1,
        "seats": [{"member_id": str(member), "title": "secretary", "basis": "elected"}],
    }
    answer = await client.post("/v1/committees", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def machine(sign_in: SignIn, world: World, organization: str) -> Client:
    """A machine client with the office's role over an organization, called by its key."""
    admin = await sign_in("admin", "province")
    system = {"name": "Hệ thống", "organization_id": str(world[organization])}
    client_id = (await admin.post("/v1/machine-clients", json=system)).json()["id"]
    grant = {
        "actor": {"actor_id": client_id},
        "role": UPPER,
        "organization_id": str(world[organization]),
        "valid": {"from": "2020-08-01"},
    }
    assert (await admin.post("/v1/grants", json={"grants": [grant]})).is_success
    key = (await admin.post(f"/v1/machine-clients/{client_id}/keys", json={})).json()["key"]
    other = await sign_in()
    other.headers["Authorization"] = f"Bearer {key}"
    return other


async def apply(
    sign_in: SignIn, *measures: dict[str, Any], on: str = DAY, where: str = "bloc", role: str = UPPER
) -> str:
    """A document drafted by one, approved and applied by another; answers the operation that applied it."""
    proposer, approver = await sign_in(role, where), await sign_in(role, where)
    one = await applied(proposer, approver, *measures, on=on)
    return str(one["operation_id"])


def absorbed(world: World, source: str, into: str) -> dict[str, Any]:
    """One cell merged into another."""
    return {"kind": "merge_absorb", "sources": [str(world[source])], "into": str(world[into])}


def merge(world: World) -> dict[str, Any]:
    """The plainest document: the second cell merged into the first."""
    return absorbed(world, "health-2", "health-1")


async def members(client: Client, organization: Any, on: str) -> list[str]:
    """Who is in a cell on a day."""
    answer = await client.get("/v1/members", params={"cell": str(organization), "on": on})
    assert answer.status_code == 200, answer.text
    return sorted(one["id"] for one in answer.json()["items"])


async def stays(client: Client, member_id: UUID | str) -> list[tuple[str | None, str, str | None]]:
    """When a member is in which cell, or out, by the timeline."""
    items = (await client.get(f"/v1/members/{member_id}/timeline")).json()["items"]
    rows = [one for one in items if one["fact"] == "membership"]
    return [
        (one["value"]["cell_id"] if "value" in one else one["cell_id"], one["from"], one["to"])
        for one in rows
    ]


async def believed(connection: Connection) -> dict[str, set[tuple[Any, ...]]]:
    """All that is believed, without who said it when."""
    found = {}
    for table in TABLES:
        columns = ", ".join([*table.columns, "valid"])
        rows = await connection.fetch(f"SELECT {columns} FROM {table.name} WHERE superseded_by IS NULL")
        pieces: dict[tuple[Any, ...], list[Any]] = {}
        for row in rows:
            pieces.setdefault(tuple(map(repr, tuple(row)[:-1])), []).append(row["valid"])
        found[table.name] = {
            (
                *key,
                str(
                    await connection.fetchval(
                        "SELECT range_agg(v)::text FROM unnest($1::daterange[]) v", days
                    )
                ),
            )
            for key, days in pieces.items()
        }
    return found
