"""How a member takes part, by decision: exempted, suspended, interrupted, active again."""

from uuid import UUID

from asyncpg import Connection

from app.domain.access import Action, require
from app.domain.activity import ExemptionGround, check_step
from app.domain.ballots import BallotQuestion
from app.domain.deciding import Requirement
from app.domain.errors import FieldError, Invalid
from app.domain.membership import ActivityStatus
from app.domain.operation import OperationKind
from app.domain.period import Period
from app.domain.transfers import AWAY, TransferKind
from app.etag import require_version
from app.models.finding import to_findings
from app.models.member_acts import ActedMember, MemberStatus
from app.queries import facts, transfers
from app.queries.facts import Wanted
from app.services import deciding, history
from app.services.deciding import Deciding
from app.services.history import Cause
from app.services.member_record import departure, read, require_over_all, take


async def decide(
    connection: Connection, cause: Cause, member_id: UUID, expected_version: int, document: MemberStatus
) -> ActedMember:
    """Record a status from a day on, up to the day named or to where another is known, within the stay.

    Who becomes active again while a transfer is open is again on the way, or elsewhere, as the transfer says.
    """
    on, status = document.effective_on, document.activity_status
    member = await take(connection, cause, member_id, [])
    require(Action.DECIDE_MEMBER_STATUS, member.held)
    require_version(expected_version, member.version)
    stay = member.stay_on(on)
    if stay is None:
        raise Invalid(FieldError("/body/effective_on", "not_on_the_roll"))
    believed = await facts.believed(connection, facts.ACTIVITY, (member_id,))
    present = next((values["status"] for period, values in believed if period.contains(on)), None)
    check_step(ActivityStatus(present or ActivityStatus.ACTIVE), status)
    known = [day for period, _ in believed for day in (period.start, period.end)]
    ends = [day for day in (document.until, stay.end, *known) if day is not None and day > on]
    period = Period(on, min(ends, default=None))
    cells = member.cells_within([period], begun_by=cause.today)
    await require_over_all(
        connection, cause, Action.DECIDE_MEMBER_STATUS, member, {"/body/effective_on": cells}
    )
    judged = await Deciding.read(connection, cause, document, on, member.cell_on, "status.requirements")
    requirement = Requirement.of("R-STATUS-1", judged.on("status.requirements", on), _act(document))
    findings = judged.judge(requirement)
    operation_id = await history.begin(
        connection,
        cause,
        OperationKind.MEMBER_STATUS_DECIDED,
        {
            "member": str(member_id),
            "activity_status": status.value,
            "period": str(period),
            "exemption_ground": document.exemption_ground,
            "decided_by": document.decided_by and str(document.decided_by),
        },
        reason=document.reason,
        effective_on=on,
        decisions=document.decisions,
    )
    away = await transfers.away_on(connection, member_id, on) if status is ActivityStatus.ACTIVE else None
    departed = departure(AWAY[TransferKind(away)] if away else status)
    await facts.overwrite(connection, facts.ACTIVITY, operation_id, [Wanted((member_id,), period, departed)])
    await deciding.record(connection, operation_id, BallotQuestion.STATUS, member_id, judged.ballots)
    await history.touch(connection, cause, operation_id, concerned=cells)
    decided = await read(connection, cause, member_id, member.began_on)
    return ActedMember(member=decided, findings=to_findings(findings))


def _act(document: MemberStatus) -> str:
    """The act as the policy names it."""
    if document.exemption_ground is ExemptionGround.OLD_AGE_OR_WEAK_HEALTH:
        return f"{document.activity_status.value}_{document.exemption_ground.value}"
    return document.activity_status.value
