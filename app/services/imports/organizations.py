"""Imports of organizations: those not yet known come into the tree, what is known of others is compared."""

import json
from typing import Any
from uuid import UUID

from asyncpg import Connection

from app.domain.access import Action, roles_for
from app.domain.errors import RuleBroken
from app.domain.hierarchy import OrganizationType
from app.domain.import_cells import (
    ENDED,
    code_column,
    day_column,
    endable,
    text_column,
    version_column,
    word_column,
)
from app.domain.import_file import Row
from app.domain.imports import Asked, ImportKey, ImportMeaning, ImportMode
from app.domain.names import fold, title_sort_key
from app.domain.operation import OperationKind
from app.domain.systems import OWN_SYSTEM
from app.queries import locks
from app.queries.imports import organization_checks
from app.queries.imports import organizations as queries
from app.queries.locks import Turn
from app.services import history
from app.services.history import Cause
from app.services.imports import filling
from app.services.imports.kind import Kind
from app.services.policies import hierarchies

COLUMNS = (
    text_column("external_id", 120),
    text_column("parent", 120),
    endable(text_column("code", 40)),
    word_column("type", OrganizationType, required=True),
    text_column("name", 300, required=True),
    endable(text_column("name_en", 300)),
    endable(code_column("sector", "sectors")),
    day_column("valid_from"),
    day_column("valid_to"),
    day_column("opened_on"),
    version_column(),
)

STAGED = {
    "external_id": "text",
    "parent": "text",
    "code": "text",
    "type": "text",
    "name": "text",
    "name_en": "text",
    "sector": "text",
    "opened_on": "date",
    "row_version": "integer",
    "valid": "daterange",
    "sort_key": "text",
    "search_key": "text",
    "fresh_id": "uuid",
}


def finish(row: Row, asked: Asked) -> tuple[Any, ...]:
    """The period, the keys that sort and find the name, an id in case the organization is new."""
    *said, valid_from, valid_to, opened_on, row_version = row.values
    external_id, _, code, _, name, *_ = said
    row.require(asked.key.value, external_id if asked.key is ImportKey.EXTERNAL_ID else code)
    if asked.key is ImportKey.CODE and code == ENDED:
        row.refuse("code", "missing_value")
    if external_id and asked.system is None:
        row.refuse("external_id", "system_required")
    if external_id and asked.key is ImportKey.CODE and asked.system == OWN_SYSTEM:
        row.refuse("external_id", "system_reserved")
    return (
        *said,
        opened_on,
        row_version,
        row.period(valid_from, valid_to, asked.effective_on),
        name and title_sort_key(name),
        name and fold(name),
        history.new_id(),
    )


async def examine(connection: Connection, cause: Cause, asked: Asked) -> None:
    """Resolve, compare, and note what is wrong. To be applied, the turn of the tree is taken first."""
    corrections = asked.meaning is ImportMeaning.CORRECTIONS
    if asked.mode is ImportMode.APPLY:
        await locks.take_turn(connection, Turn.TREE)
    await queries.resolve(connection, asked.key, asked.system, corrections)
    if asked.mode is ImportMode.APPLY:
        await queries.own_known(connection)
    await queries.compare(connection, asked.key, corrections)
    visible, allowed = roles_for(Action.READ_ORGANIZATION), roles_for(Action.IMPORT_ORGANIZATIONS)
    await queries.weigh_reach(connection, cause.actor.id, cause.today, visible, allowed)
    await organization_checks.check(connection, asked.key, newcomers=not _by_own_ids(asked))
    await _check_links(connection)


def _by_own_ids(asked: Asked) -> bool:
    return asked.key is ImportKey.EXTERNAL_ID and asked.system == OWN_SYSTEM


async def recheck(connection: Connection, _: Asked) -> None:
    """What rows set aside would have given up or held up is missing now."""
    await organization_checks.check_compared(connection)
    await _check_links(connection)


async def _check_links(connection: Connection) -> None:
    """Every new link must be in the matrix on its first day (R-ORG-1)."""
    kinds = await hierarchies(connection)
    refused: list[tuple[Any, ...]] = []
    for link in await organization_checks.links(connection):
        try:
            kinds.on(link["on_day"]).check(
                OrganizationType(link["type"]),
                OrganizationType(link["parent_type"]),
                delegated_upper_powers=link["delegated"],
            )
        except RuleBroken as broken:
            facts = {"rule": broken.rule, "value": broken.value, "source": broken.source, **broken.facts}
            refused.append((*link.values(), json.dumps(facts)))
    if refused:
        await organization_checks.refuse_links(connection, *(list(one) for one in zip(*refused, strict=True)))


async def apply(connection: Connection, cause: Cause, operation_id: UUID) -> None:
    """Write what is wanted, and place the new organizations in the tree."""
    await queries.write(connection, operation_id)
    await history.touch(connection, cause, operation_id)


ORGANIZATIONS = Kind(
    action=Action.IMPORT_ORGANIZATIONS,
    operation=OperationKind.ORGANIZATIONS_IMPORTED,
    subject="organization_id",
    columns=COLUMNS,
    staged=STAGED,
    finish=finish,
    examine=examine,
    apply=apply,
    tables=organization_checks.STAGED,
    recheck=recheck,
    owners=queries.OWNERS,
    below=queries.BELOW,
    has_codes=True,
    filled=filling.organizations,
)
