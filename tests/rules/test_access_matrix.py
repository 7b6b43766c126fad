"""Every operation of the contract, asked by every role from everywhere, answers as the access table says.

The outcome is a page to read, `access_matrix.txt`. After a change that is meant, write it anew with
`DANGBO_UPDATE_GOLDEN=1 pytest tests/rules/test_access_matrix.py` and review the difference.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest
from access_rows import ROWS, Row
from conftest import SignIn
from fastapi import FastAPI
from make import CAUSE, Client, World
from restructured import post, preview, step, submitted

from app.auth import DEVELOPMENT_ISSUER
from app.domain.access import HeldRole, Role
from app.domain.jobs import JobKind
from app.services import jobs

GOLDEN = Path(__file__).with_name("access_matrix.txt")
RELATIONS = ("own", "below", "above", "sibling", "foreign")
GRANTED = {
    "health": ("health", "bloc", "health-1", "court", "district"),
    "health-1": ("health-1", "health", None, "health-2", "town-1"),
    "bloc": ("bloc", "province", "health", "district", "town"),
    "province": ("province", None, "bloc", None, None),
}
"""Where the role is granted, by the organization that decides: the object's own, one with the object below it,
one with the object above it, a sibling, one of another branch."""

DEPTH = {"own": 0, "below": 1}
Objects = Mapping[str, str]


@dataclass(frozen=True)
class Register:
    """The small register with what the rows name, and signed-in clients by role and organization."""

    objects: Objects
    clients: Mapping[tuple[Role | None, str | None], Client]


@pytest.fixture
async def register(sign_in: SignIn, world: World, connection: asyncpg.Connection) -> Register:
    objects = {name: str(one) for name, one in (world.organizations | world.members).items()}
    admin = await sign_in("admin", "province")
    grant = {
        "actor": {"issuer": DEVELOPMENT_ISSUER, "subject": "somebody"},
        "role": "auditor",
        "organization_id": objects["health"],
        "valid": {"from": "2024-01-01"},
    }
    made = await admin.post("/v1/grants", json={"grants": [grant]})
    objects["grant"] = made.json()["items"][0]["grant"]["id"]
    system = {"name": "Hệ thống nhân sự", "organization_id": objects["health"]}
    objects["machine_client"] = (await admin.post("/v1/machine-clients", json=system)).json()["id"]
    keys = f"/v1/machine-clients/{objects['machine_client']}/keys"
    objects["key"] = (await admin.post(keys, json={})).json()["id"]
    board = await sign_in("provincial_organizing_board", "province")
    term = {
        "organization_id": objects["health"],
        "kind": "executive",
        "term": "2023-2028",
        "origin": "congress",
        "size": 9,
        "from": "2024-01-01",
        "to": "2090-01-01",
        "seats": [{"member_id": objects["p0"], "title": "secretary", "basis": "elected"}],
    }
    committee = (await board.post("/v1/committees", json=term)).json()
    objects |= {"committee": committee["id"], "seat": committee["seats"][0]["id"]}
    met = {
        "organization_id": objects["health-1"],
        "body": "cell",
        "month": "2024-05",
        "held_on": "2024-05-06",
        "absences": [{"member_id": objects["p1"], "reason": "ill"}],
    }
    meetings = (await board.post("/v1/meetings", json={"meetings": [met]})).json()
    objects["meeting"] = meetings["items"][0]["meeting"]["id"]
    objects["operation"] = str(
        await connection.fetchval(
            "SELECT operation_id FROM operation_organization WHERE organization_id = $1", world["health"]
        )
    )
    person = {
        "cell_id": objects["health-1"],
        "standing": "official",
        "since": "2024-01-01",
        "full_name": "Lê Bình",
    }
    bears = {"identifiers": [{"kind": "citizen_id", "number": "030099000001"}]}
    objects["newcomer"] = (await board.post("/v1/members", json=person | bears)).json()["id"]
    objects["member_operation"] = str(
        await connection.fetchval(
            "SELECT operation_id FROM operation_member WHERE member_id = $1", UUID(objects["newcomer"])
        )
    )
    twin = {**person, "full_name": "Nguyễn Văn An", "birth_date": "1970-03-05"}
    objects["twin"] = (await board.post("/v1/members", json=twin)).json()["id"]
    second = {**person, "full_name": "Đặng Đình Quế", "birth_date": "1985"}
    second_id = (await board.post("/v1/members", json=second)).json()["id"]
    one = {"duplicate_id": second_id, "duplicate_version": 2, "reason": "Một người"}
    merges = f"/v1/members/{objects['p1']}/merges"
    merged = await board.post(merges, json=one, headers={"If-Match": '"1"'})
    objects["merge"] = merged.json()["merge_id"]
    apart = {"members": [objects["p0"], objects["p1"]], "reason": "Hai người"}
    objects["distinction"] = (await board.post("/v1/members/distinctions", json=apart)).json()["id"]
    paper = {"member_id": objects["p0"], "system": "hr", "external_id": "7", "reason": "Hai người"}
    papers = "/v1/members/paper-distinctions"
    objects["paper_distinction"] = (await board.post(papers, json=paper)).json()["id"]
    said = {"kind": "retired", "happened_on": "2024-01-01"}
    notices = [
        said | {"external_id": "1", "about": {"full_name": "Người Lạ"}},
        said | {"external_id": "2", "about": {"number": "030099000001"}},
    ]
    system = {"system": "hr", "organization_id": objects["health"]}
    sent = (await board.post("/v1/notices", json=system | {"notices": notices})).json()["items"]
    objects["notice"], objects["matched_notice"] = (one["notice"]["id"] for one in sent)
    leaver = (await board.post("/v1/members", json={**person, "full_name": "Lê Chi"})).json()["id"]
    left = {
        "effective_on": "2024-03-01",
        "exit_reason": "removed",
        "ballots": [
            {
                "step": "cell",
                "organization_id": objects["health-1"],
                "held_on": "2024-02-01",
                "summoned": 4,
                "in_favour": 3,
            }
        ],
    }
    exit_address = f"/v1/members/{leaver}/exits"
    assert (await board.post(exit_address, json=left, headers={"If-Match": '"2"'})).is_success
    objects["leaver"] = leaver
    introduction = {
        "member_ids": [objects["newcomer"]],
        "kind": "official",
        "introduced_on": "2024-01-01",
        "to_outside": "Đảng ủy nơi khác",
    }
    introduced = await board.post("/v1/transfers", json=introduction)
    objects["transfer"] = introduced.json()["items"][0]["transfer_id"]
    objects["transfer_operation"] = str(
        await connection.fetchval(
            "SELECT operation_id FROM transfer WHERE transfer_id = $1", UUID(objects["transfer"])
        )
    )
    proceedings = {
        "member_id": objects["newcomer"],
        "ground": "complaint",
        "valid": {"from": "2024-01-01"},
        "decisions": [{"issuer": "Ủy ban Kiểm tra", "number": "01-QĐ", "signed_on": "2024-01-01"}],
    }
    objects["hold"] = (await board.post("/v1/holds", json=proceedings)).json()["id"]
    objects["ballot"] = str(await connection.fetchval("SELECT ballot_id FROM ballot"))
    wrong_birth = {
        "fact": "person",
        "period": {"from": "2024-01-01"},
        "value": {"birth_date": "1986"},
        "reason": "Nhập nhầm",
    }
    objects["proposal"] = (
        await board.post(
            f"/v1/members/{objects['p2']}/correction-proposals", json=wrong_birth, headers={"If-Match": '"1"'}
        )
    ).json()["id"]
    objects["applied_import"] = (
        await board.post(
            "/v1/imports?kind=members&mode=apply&system=test&effective_on=2024-01-01",
            content="external_id,full_name,cell,standing\napplied,Lê Áp,health-1,official\n".encode(),
            headers={"Content-Type": "text/csv"},
        )
    ).json()["id"]
    objects["import"] = (
        await board.post(
            "/v1/imports?kind=members&mode=validate&system=test&effective_on=2024-01-01",
            content="external_id,full_name,cell,standing\nx,Lê An,health-1,official\n".encode(),
            headers={"Content-Type": "text/csv"},
        )
    ).json()["id"]
    edit = {
        "key": "eval.min_months_in_org",
        "organization_id": objects["health"],
        "period": {"from": "2024-01-01"},
        "row": {"value": 3, "source": "Quyết định"},
    }
    objects["policy_edit"] = (await board.post("/v1/policy-edits", json=edit)).json()["id"]
    objects |= await restructurings(board, await sign_in("upper_organizing_board", "bloc"), objects["bloc"])
    job = (JobKind.RESTRUCTURING_APPLICATION, UUID(objects["restructuring"]), objects["restructuring_digest"])
    objects["job"] = str((await jobs.ask(connection, CAUSE, *job, "vi")).id)
    await board.get(f"/v1/members/{objects['p0']}")
    objects["read"] = str(
        await connection.fetchval("SELECT id FROM recorded_read ORDER BY read_at DESC LIMIT 1")
    )
    places = {place for row in GRANTED.values() for place in row if place}
    clients = {(role, place): await sign_in(role.value, place) for role in Role for place in places}
    return Register(objects, clients | {(None, None): await sign_in()})


async def restructurings(proposer: Client, decider: Client, bloc: str) -> dict[str, str]:
    """Those of new committees below the bloc, which consents and decides; the approved one last, as it bars others."""
    objects: dict[str, str] = {}
    paper = {"issuer": "Tỉnh ủy", "number": "7-QĐ/TU", "signed_on": "2024-01-01"}
    for name in ("applied", "erring", "restructuring", "consented", "approved"):
        founding = {
            "kind": "establish",
            "key": "#new",
            "parent": bloc,
            "type": "grassroots_committee",
            "name": f"Đảng bộ mới {name}",
        }
        excuse = {"rule": "R-ORG-10", "organization": "#new", "decision": paper}
        one = await submitted(proposer, founding, on="2024-06-01", excuses=[excuse])
        objects |= {name: one["id"], f"{name}_digest": one["digest"]}
        if name == "restructuring":
            objects["preview"] = (await preview(proposer, one))["id"]
            continue
        one = await step(decider, one, "consents")
        if name == "consented":
            continue
        one = await step(decider, one, "approvals")
        if name == "approved":
            continue
        one = await post(decider, f"/{one['id']}/applications", None, 200, one["digest"])
        if name == "erring":
            await step(decider, one, "annulment-proposals", reason="Ghi nhầm")
    return objects


def filled(value: Any, objects: Objects) -> Any:
    """The value with its blanks filled."""
    match value:
        case str():
            for name, one in objects.items():
                value = value.replace("{" + name + "}", one)
            return value
        case dict():
            return {name: filled(one, objects) for name, one in value.items()}
        case list():
            return [filled(one, objects) for one in value]
        case _:
            return value


async def call(client: Client, row: Row, objects: Objects) -> httpx.Response:
    body = filled(row.body, objects)
    sent = {"content": body} if isinstance(body, bytes) else {"json": body} if body is not None else {}
    headers = filled(dict(row.headers), objects)
    return await client.request(row.method, filled(row.path, objects), headers=headers, **sent)


def _shown(body: Any) -> set[str]:
    """The ids of a list's items; of matches, those of all candidates; of pairs of records, those of both.

    Of suggestions, those of the organizations that they are about. Of what was resolved, those behind what was asked.
    """
    if "rows" in body:
        return {one["member"]["id"] for row in body["rows"] for one in row["candidates"]}
    if any("reasons" in one for one in body["items"]):
        return {one["id"] for pair in body["items"] for one in pair["members"]}
    if any("borne" in one for one in body["items"]):
        return {one["organization"]["id"] for one in body["items"] if one["organization"] is not None}
    return {one["id"] if "id" in one else one["organization_id"] for one in body["items"]}


def letter_of(answer: httpx.Response, row: Row, objects: Objects) -> str:
    """What became of a call, as one letter; anything unforeseen as its status."""
    body = answer.json() if "json" in answer.headers["content-type"] else {}
    if answer.is_success:
        if row.shows is not None:
            return "A" if objects[row.shows] in _shown(body) else "E"
        return "R" if "/imports" in row.path and body.get("state") == "refused" else "A"
    if answer.status_code == 422:
        codes = {one["code"] for one in body["errors"]}
        return (
            "U"
            if codes <= {"unknown_organization", "unknown_cell", "unknown_committee", "unknown_member"}
            else f"422 {codes}"
        )
    return {403: "F", 404: "N"}.get(answer.status_code) or f"{answer.status_code} {body.get('code')}"


def test_every_operation_of_the_contract_has_a_row(app: FastAPI) -> None:
    operations = {
        one["operationId"]
        for path, methods in app.openapi()["paths"].items()
        if path.startswith("/v1")
        for one in methods.values()
    }
    described = {name.split()[0] for name in ROWS}
    assert operations - described == set(), "operations without a row in access_rows.py"
    assert described - operations == set(), "rows without an operation in the contract"


async def test_every_operation_answers_every_role_from_everywhere_as_the_table_says(
    register: Register, connection: asyncpg.Connection
) -> None:
    wrong: list[str] = []
    lines = [HEAD]

    async def outcome(name: str, row: Row, role: Role | None, relation: str) -> str:
        place = None if role is None else GRANTED[row.at][RELATIONS.index(relation)]
        if role is not None and place is None:
            return "-"
        held = [HeldRole(role, DEPTH[relation])] if role and relation in DEPTH else []
        alone = connection.transaction()
        await alone.start()
        try:
            answer = await call(register.clients[role, place], row, register.objects)
        finally:
            await alone.rollback()
        letter, expected = letter_of(answer, row, register.objects), row.expected(role, held)
        if letter != expected:
            wrong.append(f"{name}: {role} {relation}: {letter}, by the table {expected}: {answer.text[:300]}")
        return letter if len(letter) == 1 else "?"

    for name, row in ROWS.items():
        columns = ["".join([await outcome(name, row, role, one) for one in RELATIONS]) for role in Role]
        nobody = await outcome(name, row, None, "none")
        lines.append(_line(name, row.action.value if row.action else "any signed-in", *columns, nobody))
    assert not wrong, "\n".join(wrong[:40])
    matrix = "\n".join(lines) + "\n"
    if os.environ.get("DANGBO_UPDATE_GOLDEN"):
        GOLDEN.write_text(matrix, "utf-8")
    assert matrix == GOLDEN.read_text("utf-8")


async def test_what_is_out_of_reach_is_answered_like_what_does_not_exist(register: Register) -> None:
    missing = {
        name: one if name.endswith("_digest") else str(uuid4()) for name, one in register.objects.items()
    }
    for name, row in ROWS.items():
        if row.hidden != "N" or "{" not in row.path + str(row.body):
            continue
        for role in Role:
            place = GRANTED[row.at][RELATIONS.index("foreign")]
            client = register.clients[role, place]
            foreign, absent = await call(client, row, register.objects), await call(client, row, missing)
            dutiless = row.letter is not None and row.letter(role, False) == "F"
            assert foreign.status_code == absent.status_code == (403 if dutiless else 404), (name, role)
            assert _without_request(foreign) == _without_request(absent), (name, role)


def _without_request(answer: httpx.Response) -> dict[str, Any]:
    return {name: value for name, value in answer.json().items() if name != "request_id"}


def _line(name: str, action: str, *columns: str) -> str:
    return f"{name:<36}{action:<23}" + "".join(f"{one:<9}" for one in columns).rstrip()


HEAD = f"""\
Who may do what: one call of the contract a line, one role a column, one letter a relation of the role's
organization to the organization that decides.

Letters from left to right: the role is granted
  on the organization itself, on one above it, on one below it, on a sibling, on one of another branch.
A allowed · F forbidden (403) · N not found (404) · E a list without it · U no such organization known (422)
R the file is refused row by row · - there is no such organization in the test's register

{_line("operation", "action", "secret.", "grassr.", "upper", "inspect.", "province", "auditor", "admin", "no role")}"""
