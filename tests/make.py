"""What tests are made of: a small register, signed-in clients, facts written the short way. Synthetic people."""

import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import asyncpg
import httpx
from starlette.types import ASGIApp

from app.auth import DEVELOPMENT_ISSUER, DevelopmentKeys
from app.db import Database
from app.domain.access import actor_of
from app.domain.authority import Authority
from app.domain.hierarchy import OrganizationType
from app.domain.names import fold, sort_key, title_sort_key
from app.domain.operation import OperationKind
from app.domain.period import Period
from app.domain.policy import PolicyRow, PolicyScope, parse_document
from app.errors import MEDIA_TYPE, Problem
from app.language import Language, catalogue
from app.queries import facts, tree
from app.queries.facts import Wanted
from app.queries.register import insert_members, insert_organizations
from app.services import history, register
from app.services.history import Cause

BEGAN = date(2020, 8, 1)
OPENED = date(2023, 1, 1)
TODAY = date(2026, 6, 1)
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
FOUNDER = actor_of(DEVELOPMENT_ISSUER, "founder", "Founder")
CAUSE = Cause(FOUNDER, BEGAN)
Client = httpx.AsyncClient

TREE = {
    "province": (None, "provincial", "Đảng bộ tỉnh Thử Nghiệm"),
    "bloc": ("province", "provincial_agencies_bloc", "Đảng bộ Khối các cơ quan tỉnh"),
    "health": ("bloc", "grassroots_committee", "Đảng bộ Sở Y tế"),
    "health-1": ("health", "affiliated_cell", "Chi bộ Phòng Nghiệp vụ"),
    "health-2": ("health", "affiliated_cell", "Chi bộ Văn phòng"),
    "court": ("bloc", "grassroots_cell", "Chi bộ Tòa án"),
    "district": ("province", "district", "Đảng bộ huyện Bình Giang"),
    "town": ("district", "grassroots_committee", "Đảng bộ Thị trấn Kẻ Sặt"),
    "town-1": ("town", "affiliated_cell", "Chi bộ Khu 1"),
}
"""Short name → parent, type, name. Codes are `C-<short name>`, external ids the short name in system `test`."""

PEOPLE = (
    ("Nguyễn Văn An", "male", "1970-03-05", "health-1", "official"),
    ("Đặng Đình Quế", "male", "1985", "health-1", "official"),
    ("Trần Thị Ánh", "female", "1990-11", "health-1", "probationary"),
    ("Nguyễn Văn An", "male", "1981-01-01", "health-2", "official"),
    ("Lê Thị Hòa", "female", None, "court", "official"),
    ("Phạm Đức Dũng", "male", "1961-12-31", "town-1", "official"),
)
"""Name, sex, birth date, cell, standing: members since the opening date, external ids `p0`, `p1`, …"""


def today() -> date:
    """The day it is where the register is kept, and still is for some seconds.

    Asked for when it is needed, as a run may pass midnight there: the last seconds of a day are waited out.
    """
    now = datetime.now(ZONE)
    left = datetime.combine(now + timedelta(days=1), datetime.min.time(), ZONE) - now
    if left < timedelta(seconds=20):
        time.sleep(left.total_seconds())
    return datetime.now(ZONE).date()


@dataclass(frozen=True)
class World:
    """The ids of the small register."""

    organizations: Mapping[str, UUID]
    members: Mapping[str, UUID]

    def __getitem__(self, name: str) -> UUID:
        return self.organizations.get(name) or self.members[name]

    @classmethod
    async def read(cls, connection: asyncpg.Connection) -> "World":
        organizations = await connection.fetch(
            "SELECT external_id, organization_id FROM organization_external_id"
        )
        members = await connection.fetch("SELECT external_id, member_id FROM member_external_id")
        return cls(dict(map(tuple, organizations)), dict(map(tuple, members)))


async def build_world(database: Database) -> None:
    """Commit the small register into the template."""
    async with database.writing() as unit:
        connection = await unit.begin()
        name = TREE["province"][2]
        root = register.Root(
            OrganizationType.PROVINCIAL,
            name,
            "Provincial organization",
            "C-province",
            "test",
            "province",
            BEGAN,
            OPENED,
        )
        await register.open_register(connection, CAUSE, root)
    async with database.writing() as unit:
        connection = await unit.begin()
        root_id = await connection.fetchval("SELECT id FROM organization")
        operation_id = await history.begin(connection, CAUSE, OperationKind.ORGANIZATIONS_IMPORTED, {})
        known = {"province": root_id}
        for short, (parent, kind, full_name) in TREE.items():
            if parent is not None:
                known[short] = await organization(
                    connection,
                    operation_id,
                    known[parent],
                    kind,
                    full_name,
                    code=f"C-{short}",
                    external_id=short,
                )
        for number, (full_name, sex, born, cell, standing) in enumerate(PEOPLE):
            await member(
                connection, operation_id, known[cell], full_name, sex=sex, born=born, standing=standing,
                external_id=f"p{number}",
            )  # fmt: skip


async def organization(
    connection: asyncpg.Connection,
    operation_id: UUID,
    parent_id: UUID,
    kind: str,
    name: str,
    *,
    code: str | None = None,
    external_id: str | None = None,
    life: Period = Period(BEGAN),  # noqa: B008 - immutable
) -> UUID:
    """An organization with all its facts, and its ancestry."""
    organization_id = history.new_id()
    key = (organization_id,)
    await insert_organizations(connection, [organization_id])
    said = [
        (facts.PLACEMENT, key, life, {"parent_id": parent_id}),
        (
            facts.ORGANIZATION_NAME,
            key,
            life,
            {"name": name, "sort_key": title_sort_key(name), "search_key": fold(name)},
        ),
        (facts.ORGANIZATION_TYPE, key, life, {"type": kind}),
        (facts.ORGANIZATION_OPENING, key, Period(max(OPENED, life.start), life.end), {}),
    ]
    if code:
        said.append((facts.ORGANIZATION_CODE, key, life, {"code": code}))
    if external_id:
        said.append(
            (facts.ORGANIZATION_EXTERNAL_ID, (organization_id, "test"), life, {"external_id": external_id})
        )
    for table, of, valid, values in said:
        await facts.overwrite(connection, table, operation_id, [Wanted(of, valid, values)])
    await tree.rebuild_ancestry(connection, [organization_id])
    return organization_id


async def empower(
    connection: asyncpg.Connection,
    operation_id: UUID,
    organization_id: UUID,
    life: Period,
) -> None:
    """An organization holds delegated upper powers."""
    wanted = Wanted((organization_id, Authority.DELEGATED_UPPER_POWERS.value), life, {})
    await facts.overwrite(connection, facts.ORGANIZATION_AUTHORITY, operation_id, [wanted])


async def member(
    connection: asyncpg.Connection,
    operation_id: UUID,
    cell_id: UUID,
    full_name: str,
    *,
    sex: str = "male",
    born: str | None = None,
    standing: str = "official",
    since: date = OPENED,
    external_id: str | None = None,
) -> UUID:
    """A member of a cell since a day."""
    from app.domain.partial_date import PartialDate

    member_id = history.new_id()
    await insert_members(connection, [member_id])
    person = {
        "full_name": full_name,
        "sort_key": sort_key(full_name),
        "search_key": fold(full_name),
        "sex": sex,
        "birth_date": PartialDate.parse(born) if born else None,
    }
    said = [
        (facts.PERSON, (member_id,), person),
        (facts.MEMBERSHIP, (member_id,), {"cell_id": cell_id, "standing": standing}),
    ]
    if external_id:
        said.append((facts.MEMBER_EXTERNAL_ID, (member_id, "test"), {"external_id": external_id}))
    for table, of, values in said:
        await facts.overwrite(connection, table, operation_id, [Wanted(of, Period(since), values)])
    return member_id


async def client_of(
    app: ASGIApp,
    database: Database,
    world: World,
    state_dir: Path,
    role: str | None,
    organization_name: str | None,
    subject: str | None = None,
) -> Client:
    """A signed-in HTTP client of the app; with a role, granted since the register began."""
    subject = subject or f"{role}-{organization_name}-{uuid4().hex[:8]}"
    actor = actor_of(DEVELOPMENT_ISSUER, subject)
    if role is not None and organization_name is not None:
        async with database.writing() as unit:
            connection = await unit.begin()
            operation_id = await history.begin(
                connection, Cause(actor, BEGAN), OperationKind.GRANTS_CREATED, {}
            )
            wanted = Wanted(
                (history.new_id(),),
                Period(BEGAN),
                {"actor_id": actor.id, "role": role, "organization_id": world[organization_name]},
            )
            await facts.overwrite(connection, facts.ACCESS_GRANT, operation_id, [wanted])
    token = DevelopmentKeys(state_dir / "development-issuer.pem").sign(
        subject, "dangbo", None, timedelta(hours=1)
    )
    return Client(
        transport=httpx.ASGITransport(app),
        base_url="http://register",
        headers={"Authorization": f"Bearer {token}", "Accept-Language": "en"},
        event_hooks={"response": [_of_declared_members]},
    )


async def _of_declared_members(answer: httpx.Response) -> None:
    """Hold a refusal to the contract: what it says beside the blanks of its sentence is declared."""
    if not answer.headers.get("content-type", "").startswith(MEDIA_TYPE):
        return
    said = json.loads(await answer.aread())
    blanks = re.findall(r"{(\w+)}", catalogue(Language.ENGLISH).get(said["code"], ""))
    assert said.keys() <= {*Problem.model_fields, *blanks}, said


def shipped(subject: str) -> list[PolicyRow]:
    """The rules of one file of `app/policies`, as the register holds them."""
    document = (files("app") / "policies" / f"{subject}.toml").read_text("utf-8")
    return [
        PolicyRow(
            id=number,
            key=row.key,
            scope=PolicyScope.NATIONAL,
            organization_id=None,
            valid=row.valid,
            value=row.value,
            combine=row.combine,
            source=row.source,
            confidence=row.confidence,
        )
        for number, row in enumerate(parse_document(document))
    ]
