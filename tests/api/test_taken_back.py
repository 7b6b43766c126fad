"""What hung on an organization that is taken back: answered at an instant of before, to who reached it then."""

import re
from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from acts import act, create_member, elected, establish, membership
from asyncpg import Connection
from conftest import SignIn
from import_files import organizations
from make import DEVELOPMENT_ISSUER, Client, World
from restructured import UPPER

BRANCH = (
    "new,bloc,C-new,grassroots_committee,Đảng bộ Sở Y tế mới,,,2024-01-01,,2024-01-01",
    "new-1,new,C-new-1,affiliated_cell,Chi bộ Khoa Dược,,,2024-01-01,,2024-01-01",
)
DAY = "2024-05-06"
PAPER = {"issuer": "Ủy ban Kiểm tra", "number": "7-QĐ", "signed_on": "2024-02-01"}
NOW = ("actions", "findings", "steps", "version")
"""What answers say of the present, or by what an organization is now, at whatever instant they are asked."""


async def made(client: Client, path: str, document: Mapping[str, Any]) -> Any:
    answer = await client.post(f"/v1/{path}", json=document)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def struck_out(client: Client, path: str, **said: Any) -> None:
    etag = (await client.get(f"/v1/{path}")).headers["etag"]
    answer = await client.post(f"/v1/{path}/corrections", json=said, headers={"If-Match": etag})
    assert answer.status_code == 200, answer.text


def bare(said: Any) -> Any:
    """An answer without what it says of the present."""
    if isinstance(said, dict):
        return {name: bare(one) for name, one in said.items() if name not in NOW}
    return [bare(one) for one in said] if isinstance(said, list) else said


class Register:
    """A branch that came with a file, with a member, a committee, a meeting, proceedings, a role and a transfer."""

    def __init__(self, clients: Mapping[str, Client], world: World) -> None:
        self.clients, self.world = clients, world
        self.ids: dict[str, str] = {}

    async def build(self) -> None:
        office, province = self.clients["office"], self.clients["province"]
        self.imported = await organizations(office, *BRANCH)
        self.world = world = World(
            {**self.world.organizations, **{one: await self.code(one) for one in ("new", "new-1")}},
            self.world.members,
        )
        self.ids = ids = {name: str(world[name]) for name in ("new", "new-1")}
        ids["operation"] = self.imported["operation_id"]
        ids["member"] = (await create_member(office, world, "new-1", since="2024-01-01"))["id"]
        seats = [elected(ids["member"], "secretary")]
        ids["committee"] = await establish(office, world, "new-1", size=1, seats=seats)
        seats = [elected(world["p5"], "secretary")]
        ids["upper_committee"] = await establish(province, world, "new", size=1, seats=seats)
        page = (await office.get("/v1/seats", params={"committee": ids["committee"]})).json()
        ids["seat"] = page["items"][0]["id"]
        said = {"organization_id": ids["new-1"], "body": "cell", "month": "2024-05", "held_on": DAY}
        absent = [{"member_id": ids["member"], "reason": "without_reason"}]
        meetings = await made(office, "meetings", {"meetings": [said | {"absences": absent}]})
        ids["meeting"] = meetings["items"][0]["meeting"]["id"]
        said = {"member_id": ids["member"], "ground": "inspection", "valid": {"from": "2024-02-01"}}
        ids["hold"] = (await made(self.clients["inspection"], "holds", said | {"decisions": [PAPER]}))["id"]
        said = {
            "actor": {"issuer": DEVELOPMENT_ISSUER, "subject": "binh", "name": "Trần Thị Bình"},
            "role": "auditor",
            "organization_id": ids["new-1"],
            "valid": {"from": "2024-01-01"},
        }
        grants = await made(self.clients["admin"], "grants", {"grants": [said]})
        ids["grant"] = grants["items"][0]["grant"]["id"]
        said = {
            "member_ids": [str(world["p5"])],
            "kind": "official",
            "introduced_on": "2024-05-02",
            "to_organization_id": ids["new-1"],
        }
        transfers = await made(province, "transfers", said)
        ids["transfer"] = transfers["items"][0]["transfer_id"]

    async def code(self, name: str) -> Any:
        page = await self.clients["office"].get("/v1/organizations/by-code", params={"code": f"C-{name}"})
        return page.json()["id"]

    async def take_back(self) -> None:
        ids, office, province = self.ids, self.clients["office"], self.clients["province"]
        steps = (await province.get(f"/v1/transfers/{ids['transfer']}/steps")).json()["items"]
        await struck_out(province, f"transfers/{ids['transfer']}", operation_id=steps[0]["id"], reason="Nhầm")
        never = {"period": {"from": "2020-01-01"}, "reason": "Ghi nhầm"}
        await struck_out(self.clients["admin"], f"grants/{ids['grant']}", **never)
        await struck_out(self.clients["inspection"], f"holds/{ids['hold']}", **never)
        day = {"from": DAY, "to": "2024-05-07"}
        await struck_out(office, f"meetings/{ids['meeting']}", **never | {"period": day, "value": None})
        for committee in ("committee", "upper_committee"):
            await struck_out(province, f"committees/{ids[committee]}", **never, value=None)
        await act(office, ids["member"], "corrections", **membership(None, **{"from": "2020-01-01"}))
        reason = {"reason": "Nhầm tệp"}
        undone = await office.post(f"/v1/imports/{self.imported['id']}/reversals", json=reason)
        assert undone.status_code == 200, undone.text

    async def told(self, who: str, path: str, **params: str) -> tuple[int, Any]:
        dated = {} if re.search("meeting|absentees|timeline|operations|steps", path) else {"on": "2024-06-01"}
        named = path.format(**{name.replace("-", "_"): one for name, one in self.ids.items()})
        asked = httpx.URL(f"/v1/{named}").copy_merge_params(dated | params)
        answer = await self.clients[who].get(asked)
        return answer.status_code, bare(answer.json())


READS = {
    "office": (
        "committees",
        "committees?organization={new_1}",
        "committees?within={new}",
        "committees/{committee}",
        "seats",
        "seats?committee={committee}",
        "seats?member={member}",
        "seats/{seat}",
        "meetings",
        "meetings?organization={new_1}",
        "meetings/{meeting}",
        "organizations/{new}/meeting-regularity?from=2024-05&to=2024-05",
        "organizations/{new}/absentees?year=2024&months=1",
        "members",
        "members?cell={new_1}",
        "members?within={new}",
        "members/{member}",
        "members/{member}/timeline",
        "transfers",
        "transfers?within={new}",
        "transfers/{transfer}",
        "transfers/{transfer}/steps",
        "operations/{operation}",
        "operations/{operation}/organizations",
    ),
    "inspection": ("holds", "holds?within={new}", "holds/{hold}"),
    "admin": ("grants", "grants?organization={new_1}", "grants/{grant}"),
}


@pytest.fixture
async def register(sign_in: SignIn, world: World) -> Register:
    roles = {
        "office": (UPPER, "bloc"),
        "inspection": ("inspection_committee", "bloc"),
        "admin": ("admin", "bloc"),
        "province": ("provincial_organizing_board", "province"),
        "stranger": ("provincial_organizing_board", "district"),
    }
    register = Register({who: await sign_in(*over) for who, over in roles.items()}, world)
    await register.build()
    return register


async def test_all_that_hung_on_it_is_told_as_it_was_known(register: Register) -> None:
    at = (await register.clients["office"].get("/v1/organizations")).json()["known_at"]
    reads = [(who, path) for who, paths in READS.items() for path in paths]
    told = {read: await register.told(*read, known_at=at) for read in reads}
    assert {read: said for read, (status, said) in told.items() if status != 200} == {}
    assert [read for read, (_, said) in told.items() if said.get("items") == []] == []
    await register.take_back()
    again = {read: await register.told(*read, known_at=at) for read in reads}
    assert [read for read in reads if again[read] != told[read]] == []


async def test_it_is_told_to_who_reached_where_it_was_said_to_stand_and_at_no_other_instant(
    register: Register,
) -> None:
    office, ids = register.clients["office"], register.ids
    at = (await office.get("/v1/organizations")).json()["known_at"]
    await register.take_back()
    now = (await office.get("/v1/organizations")).json()["known_at"]
    for thing in ("committee", "seat", "meeting", "member"):
        path = f"{thing}s/{{{thing}}}"
        assert (await register.told("stranger", path, known_at=at))[0] == 404
        assert (await register.told("office", path, known_at=at))[0] == 200
    for path in ("committees?within={new}", "seats?committee={committee}", "seats?member={member}"):
        assert (await register.told("stranger", path, known_at=at))[0] == 404
    for path in ("committees", "seats", "meetings", "members", "holds", "grants"):
        for who, known_at in (("office", now), ("stranger", at)):
            status, page = await register.told(who, path, known_at=known_at)
            if status == 200:
                found = {name for name, one in ids.items() if any(one in str(item) for item in page["items"])}
                assert not found, (path, who)
    for path in ("committees?organization={new_1}", "meetings?organization={new_1}", "members/{member}"):
        assert (await register.told("office", path))[0] == 404, path


async def test_it_can_be_read_and_not_acted_on(register: Register) -> None:
    office, ids = register.clients["office"], register.ids
    at = (await office.get("/v1/organizations")).json()["known_at"]
    before = (await office.get(f"/v1/committees/{ids['committee']}", params={"known_at": at})).json()
    assert [one["allowed"] for one in before["actions"]] == [True]
    await register.take_back()
    for thing in ("committee", "seat", "meeting", "member"):
        said = (await office.get(f"/v1/{thing}s/{ids[thing]}", params={"known_at": at})).json()
        assert {one["allowed"] for one in said["actions"]} == {False}


async def test_persons_are_named_to_who_may_read_them_and_that_is_recorded(
    register: Register, connection: Connection
) -> None:

    at = (await register.clients["office"].get("/v1/organizations")).json()["known_at"]
    await register.take_back()
    recorded = {}
    for path, seen in (
        ("committees/{committee}", True),
        ("committees/{upper_committee}", False),
        ("seats?committee={committee}", True),
        ("seats?committee={upper_committee}", False),
        ("seats/{seat}", True),
        ("meetings/{meeting}", True),
        ("members/{member}", True),
    ):
        before = await connection.fetchval("SELECT count(*) FROM recorded_read")
        status, said = await register.told("office", path, known_at=at)
        names = (
            "Vũ Thị Bích" in str(said),
            "Phạm Đức Dũng" in str(said),
            str(register.world["p5"]) in str(said),
        )
        assert (status, *names) == (200, seen, False, False), path
        recorded[path] = await connection.fetchval("SELECT count(*) FROM recorded_read") - before
    assert recorded == {path: int(path != "committees/{upper_committee}") for path in recorded}
