"""Files of transfers as the tests send them, and what the register then says."""

from typing import Any

from import_files import apply
from make import Client, World

HEADER = (
    "member,kind,purpose,from_cell,to_organization,to_outside,introduced_on,introduction_number"
    ",expected_end,received_on,received_cell,refused_on,answer_number,answer_signed_on"
)
OPENED = "p0,official,,health-1,town,,2026-03-02,7-GT,,,,,,"
WHOLE = "p0,official,,health-1,town,,2026-03-02,7-GT,,2026-03-10,town-1,,12-TN,2026-03-09"
P = "/v1/transfers"


async def transfers(client: Client, *lines: str, **params: str) -> dict[str, Any]:
    return await apply(client, "transfers", HEADER, *lines, **params)


async def listed(client: Client, **asked: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await client.get(P, params=asked)).json()["items"]
    return found


async def steps(client: Client, transfer: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await client.get(f"{P}/{transfer}/steps")).json()["items"]
    return found


async def member(client: Client, world: World, name: str, on: str) -> Any:
    return (await client.get(f"/v1/members/{world[name]}", params={"on": on})).json()


async def sound(client: Client) -> bool:
    return bool((await client.get("/v1/verify")).json()["sound"])
