"""The words that a document gives to what it begins, where the register alone knows whether they can be given."""

from collections import Counter

from asyncpg import Connection

from app.domain.catalogues import CATALOGUES
from app.domain.period import Period
from app.domain.restructuring.conflicts import Conflict, ConflictCode
from app.domain.restructuring.planning import Plan
from app.queries import restructuring_slice as queries
from app.services.policies import Policies

_SECTORS = CATALOGUES["sectors"]


async def judge(connection: Connection, plan: Plan) -> list[Conflict]:
    """Sectors that the catalogue has not on all days to come (R-ORG-16), and ids that others bear (R-ORG-18)."""
    return [*await _sectors(connection, plan), *await _external_ids(connection, plan)]


async def _sectors(connection: Connection, plan: Plan) -> list[Conflict]:
    said = {key: founding.sector for key, founding in plan.begun.items() if founding.sector}
    if not said:
        return []
    rows = (await Policies.read(connection, _SECTORS.key)).rows
    source = rows[0].source if rows else "design"
    ahead = Period(plan.effective_on)
    return [
        plan.conflict(ConflictCode.SECTOR_UNKNOWN, _SECTORS.rule, key, value=1, source=source)
        for key, sector in said.items()
        if ahead.subtract([row.valid for row in rows if sector in row.value])
    ]


async def _external_ids(connection: Connection, plan: Plan) -> list[Conflict]:
    said = [
        (key, system, external_id)
        for key, founding in plan.begun.items()
        for system, external_id in founding.external_ids.items()
    ]
    if not said:
        return []
    pairs = [(system, external_id) for _, system, external_id in said]
    borne = await queries.bearing(connection, plan.effective_on, pairs, list(plan.ended))
    often = Counter(pairs)
    return [
        plan.conflict(ConflictCode.EXTERNAL_ID_TAKEN, "R-ORG-18", key, value=1)
        for key, system, external_id in said
        if (system, external_id) in borne or often[system, external_id] > 1
    ]
