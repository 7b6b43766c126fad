"""Machine clients over HTTP: keys are told once, sign in, rotate, and stop at once."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from asyncpg import Connection
from conftest import SignIn
from fastapi import FastAPI
from make import Client, World, today


async def make_client(admin: Client, world: World, organization: str = "health") -> str:
    document = {"name": "Hệ thống nhân sự", "organization_id": str(world[organization])}
    made = await admin.post("/v1/machine-clients", json=document)
    assert made.status_code == 201, made.text
    assert (
        made.headers["location"] == f"/v1/machine-clients/{made.json()['id']}" and made.json()["keys"] == []
    )
    return str(made.json()["id"])


async def make_key(admin: Client, client_id: str, **document: Any) -> dict[str, Any]:
    made = await admin.post(f"/v1/machine-clients/{client_id}/keys", json=document)
    assert made.status_code == 201, made.text
    assert made.headers["cache-control"] == "no-store"
    read: dict[str, Any] = made.json()
    return read


def bearing(app: FastAPI, key: str) -> Client:
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app),
        base_url="http://register",
        headers={"Authorization": f"Bearer {key}", "Accept-Language": "en"},
    )


async def test_a_key_signs_in_and_what_it_may_is_said_by_grants(
    app: FastAPI, sign_in: SignIn, world: World
) -> None:
    admin = await sign_in("admin", "bloc")
    client_id = await make_client(admin, world)
    machine = bearing(app, (await make_key(admin, client_id))["key"])
    me = (await machine.get("/v1/me")).json()
    assert (me["actor"]["id"], me["actor"]["issuer"], me["grants"]) == (client_id, "dangbo:machine", [])
    assert (await machine.get(f"/v1/organizations/{world['health']}")).status_code == 404
    grant = {
        "actor": {"actor_id": client_id},
        "role": "upper_organizing_board",
        "organization_id": str(world["health"]),
        "valid": {"from": str(today())},
    }
    assert (await admin.post("/v1/grants", json={"grants": [grant]})).status_code == 201
    read = await machine.get(f"/v1/organizations/{world['health']}")
    assert read.status_code == 200
    changed = await machine.post(
        f"/v1/organizations/{world['health']}/changes",
        json={"effective_on": "2024-01-01", "sector": "hospital"},
        headers={"If-Match": read.headers["etag"]},
    )
    assert changed.status_code == 200, changed.text


async def test_keys_rotate_without_a_pause_and_a_revoked_one_stops_at_once(
    app: FastAPI, sign_in: SignIn, world: World
) -> None:
    admin = await sign_in("admin", "health")
    client_id = await make_client(admin, world)
    old, new = await make_key(admin, client_id), await make_key(admin, client_id)
    for key in (old, new):
        assert (await bearing(app, key["key"]).get("/v1/me")).status_code == 200
    address = f"/v1/machine-clients/{client_id}/keys/{old['id']}/revocations"
    revoked = await admin.post(address, json={"reason": "Thay khóa"})
    assert [key["id"] for key in revoked.json()["keys"]] == [new["id"]]
    refused = await bearing(app, old["key"]).get("/v1/me")
    assert (refused.status_code, refused.json()["code"]) == (401, "key_refused")
    assert (await bearing(app, new["key"]).get("/v1/me")).status_code == 200
    assert (await admin.post(address, json={})).status_code == 404


async def test_a_key_stops_on_the_day_it_expires(
    app: FastAPI, sign_in: SignIn, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin = await sign_in("admin", "health")
    client_id = await make_client(admin, world)
    past = await admin.post(f"/v1/machine-clients/{client_id}/keys", json={"expires_on": str(today())})
    assert past.status_code == 422
    tomorrow = today() + timedelta(days=1)
    key = await make_key(admin, client_id, expires_on=str(tomorrow))
    assert (await bearing(app, key["key"]).get("/v1/me")).status_code == 200
    monkeypatch.setattr("app.auth.today", lambda request: tomorrow)
    assert (await bearing(app, key["key"]).get("/v1/me")).status_code == 401
    assert (await admin.get(f"/v1/machine-clients/{client_id}")).json()["keys"] == []


async def test_a_repeated_request_makes_no_second_key_and_tells_no_secret(
    sign_in: SignIn, world: World, connection: Connection
) -> None:
    admin = await sign_in("admin", "health")
    client_id = await make_client(admin, world)
    address, headers = f"/v1/machine-clients/{client_id}/keys", {"Idempotency-Key": "key-1"}
    first = await admin.post(address, json={}, headers=headers)
    again = await admin.post(address, json={}, headers=headers)
    assert (again.status_code, again.json()["code"]) == (409, "key_already_made")
    assert first.json()["key"] not in again.text
    keys = (await admin.get(f"/v1/machine-clients/{client_id}")).json()["keys"]
    assert [key["id"] for key in keys] == [first.json()["id"]]
    assert await connection.fetchval("SELECT body FROM idempotency WHERE key = 'key-1'") == b""
    assert (await admin.post(address, json={"expires_on": "2199-01-01"}, headers=headers)).status_code == 422


async def test_a_key_stands_nowhere_in_the_register(
    sign_in: SignIn, world: World, connection: Connection, capfd: pytest.CaptureFixture[str]
) -> None:
    admin = await sign_in("admin", "health")
    secret = (await make_key(admin, await make_client(admin, world)))["key"].encode()
    tables = await connection.fetch(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        " AND has_table_privilege(oid, 'SELECT')"
    )
    for (table,) in tables:
        # bytea is shown as hexadecimal
        rows = await connection.fetch(f'SELECT row_to_json(t)::text AS row FROM "{table}" t')
        for row in rows:
            assert secret.decode() not in row["row"] and secret.hex() not in row["row"], table
    assert secret.decode() not in "".join(capfd.readouterr())


async def test_a_machine_client_has_a_bounded_number_of_living_keys(sign_in: SignIn, world: World) -> None:
    admin = await sign_in("admin", "health")
    client_id = await make_client(admin, world)
    for _ in range(10):
        await make_key(admin, client_id)
    refused = await admin.post(f"/v1/machine-clients/{client_id}/keys", json={})
    assert (refused.status_code, refused.json()["code"]) == (409, "too_many_keys")


async def test_machine_clients_are_seen_and_managed_by_admins_of_their_organization(
    sign_in: SignIn, world: World
) -> None:
    admin = await sign_in("admin", "bloc")
    client_id = await make_client(admin, world)
    address = f"/v1/machine-clients/{client_id}"
    listed = await admin.get("/v1/machine-clients", params={"within": str(world["health"])})
    assert [one["id"] for one in listed.json()["items"]] == [client_id]
    assert (await admin.get(address)).json()["organization_name"] == "Đảng bộ Sở Y tế"
    for role, where in (("admin", "health-1"), ("admin", "district"), ("upper_organizing_board", "bloc")):
        other = await sign_in(role, where)
        assert (await other.get(address)).status_code == 404
        assert (await other.post(f"{address}/keys", json={})).status_code == 404
        elsewhere = await other.get("/v1/machine-clients")
        assert elsewhere.json()["items"] == [] if role == "admin" else elsewhere.status_code == 403
    board = await sign_in("upper_organizing_board", "bloc")
    document = {"name": "X", "organization_id": str(world["health"])}
    assert (await board.post("/v1/machine-clients", json=document)).status_code == 403
    foreign = await sign_in("admin", "district")
    assert (await foreign.post("/v1/machine-clients", json=document)).status_code == 422


async def test_a_machine_client_is_not_known_before_it_was_made(sign_in: SignIn, world: World) -> None:
    admin = await sign_in("admin", "health")
    first = await make_client(admin, world)
    known_at = (await admin.get("/v1/machine-clients")).json()["known_at"]
    second = await make_client(admin, world)
    params = {"known_at": known_at}
    assert [one["id"] for one in (await admin.get("/v1/machine-clients", params=params)).json()["items"]] == [
        first
    ]
    assert (await admin.get(f"/v1/machine-clients/{second}", params=params)).status_code == 404
