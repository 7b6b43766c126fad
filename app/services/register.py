"""Opening the register: the root organization, the shipped policies, the first grant. Works once."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from asyncpg import Connection

from app.domain.access import Role
from app.domain.errors import Conflict
from app.domain.hierarchy import OrganizationType
from app.domain.names import fold, title_sort_key
from app.domain.operation import OperationKind
from app.domain.period import Period
from app.queries import facts, locks
from app.queries import register as queries
from app.queries.facts import FactTable, Wanted
from app.queries.locks import Turn
from app.services import history, policies
from app.services.history import Cause


@dataclass(frozen=True, slots=True)
class Root:
    """The organization at the top of this register: a province, or the centre."""

    type: OrganizationType
    name: str
    name_en: str | None
    code: str | None
    system: str | None
    external_id: str | None
    began_on: date
    opened_on: date


async def open_register(connection: Connection, cause: Cause, root: Root) -> None:
    """Make the root, and grant the acting person `admin` on it. Conflict where the register is open already."""
    await locks.take_turn(connection, Turn.TREE)
    if await queries.is_open(connection):
        raise Conflict("register_open")
    await policies.ship(connection, cause)
    organization_id = history.new_id()
    operation_id = await history.begin(
        connection,
        cause,
        OperationKind.REGISTER_OPENED,
        {"organization": str(organization_id)},
        effective_on=root.began_on,
    )
    await queries.insert_organizations(connection, [organization_id])
    life = Period(root.began_on)
    key = (organization_id,)
    said: list[tuple[FactTable, tuple[Any, ...], Period, dict[str, Any]]] = [
        (facts.PLACEMENT, key, life, {"parent_id": None}),
        (
            facts.ORGANIZATION_NAME,
            key,
            life,
            {
                "name": root.name,
                "name_en": root.name_en,
                "sort_key": title_sort_key(root.name),
                "search_key": fold(root.name),
            },
        ),
        (facts.ORGANIZATION_TYPE, key, life, {"type": root.type.value}),
        (facts.ORGANIZATION_OPENING, key, Period(root.opened_on), {}),
        (
            facts.ACCESS_GRANT,
            (history.new_id(),),
            Period(cause.today),
            {"actor_id": cause.actor.id, "role": Role.ADMIN.value, "organization_id": organization_id},
        ),
    ]
    if root.code:
        said.append((facts.ORGANIZATION_CODE, key, life, {"code": root.code}))
    if root.system and root.external_id:
        said.append(
            (
                facts.ORGANIZATION_EXTERNAL_ID,
                (organization_id, root.system),
                life,
                {"external_id": root.external_id},
            )
        )
    for table, of, valid, values in said:
        await facts.overwrite(connection, table, operation_id, [Wanted(of, valid, values)])
    await history.touch(connection, cause, operation_id)
