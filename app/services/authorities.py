"""Whether an organization may hold an authority over a period, as far as its roll tells."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from asyncpg import Connection, Record

from app.domain.authority import LEAST, Authority, check_grant
from app.domain.finding import Finding, FindingCode
from app.domain.hierarchy import OrganizationType
from app.domain.period import Period
from app.domain.policy import PolicyMissing
from app.models.finding import to_findings
from app.models.organization import OrganizationRead
from app.queries import organizations as queries
from app.queries.asof import AsOf
from app.services import policies

Unjudged = tuple[Authority, Finding]
"""An authority, and the note that nothing was there to judge it by."""


async def judge(
    connection: Connection, period: Period, today: date, organization_id: UUID, authority: Authority
) -> Unjudged | None:
    """Refuse an authority over a period to an organization that is too small, or has no cells (R-ORG-14).

    Its size is that of the first day of the period; where the roll of the branch is not complete then, of the first
    day in it on which it is, by the policy of that same day. Where there is none up to today, a finding says so.
    """
    on = period.start
    size = await queries.size_of(connection, AsOf(on, None, today), organization_id)
    if not _is_known(size):
        complete = await queries.complete_from(connection, organization_id, max(on, today))
        if complete and on < complete <= today and period.contains(complete):
            on = complete
            size = await queries.size_of(connection, AsOf(on, None, today), organization_id)
    key = LEAST[authority]
    try:
        least = (await policies.ruling(connection, AsOf(on, None, today), organization_id, key))[key]
    except PolicyMissing:
        return authority, Finding("R-ORG-14", FindingCode.NOT_JUDGED)
    check_grant(
        authority,
        least,
        size["official"] + size["probationary"] if _is_known(size) else None,
        has_cells=size["has_cells"] is not False,
        under_province=size["parent_type"] == OrganizationType.PROVINCIAL,
    )
    unjudged = Finding("R-ORG-14", FindingCode.NOT_JUDGED, least.value, least.source)
    return None if _is_known(size) else (authority, unjudged)


def _is_known(size: Record) -> bool:
    """Whether it exists on the day, and its roll is complete."""
    return size["has_cells"] is not None and not size["before_opening"]


def noted(read: OrganizationRead, unjudged: Sequence[Unjudged | None]) -> OrganizationRead:
    """The organization with what could not be judged noted at the authority it is about."""
    notes = {found[0]: found[1] for found in unjudged if found}
    held = [
        one.model_copy(update={"findings": [*one.findings, *to_findings([notes[one.kind]])]})
        if one.kind in notes
        else one
        for one in read.authorities
    ]
    return read.model_copy(update={"authorities": held})
