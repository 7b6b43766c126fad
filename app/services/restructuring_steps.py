"""The steps of a restructuring before it is applied: submitted, consented to, approved, returned, cancelled."""

from uuid import UUID

from asyncpg import Connection

from app.domain.errors import RuleBroken, Stale
from app.domain.restructuring.conflicts import REMEDIES, ConflictCode
from app.domain.restructuring.lifecycle import RestructuringState, RestructuringStep
from app.models.restructuring_read import AgreementNew, RestructuringRead, StepReason, SubmissionNew
from app.queries import locks
from app.queries import restructurings as queries
from app.services import restructuring_conflicts, restructuring_preview_reads, restructurings
from app.services import restructuring_course as course
from app.services.history import Cause
from app.services.restructuring_in_hand import WORD, RestructuringInHand


async def submit(
    connection: Connection,
    cause: Cause,
    restructuring_id: UUID,
    expected_version: int,
    document: SubmissionNew,
) -> RestructuringRead:
    """Ask for the word of the committees on exactly what a preview showed; none of its conflicts may stop it."""
    taken = await course.take(connection, cause, restructuring_id, RestructuringStep.SUBMIT, expected_version)
    preview = await restructuring_preview_reads.latest(connection, cause, restructuring_id, document.digest)
    if preview is None or preview["revision"] != taken.row["revision"]:
        raise Stale("preview_over", current_version=taken.row["version"])
    summary = preview["summary"]
    if summary["blocked"]:
        restructuring_conflicts.refuse(restructuring_preview_reads.conflicts_of(preview))
    await course.record(
        connection,
        cause,
        taken,
        RestructuringStep.SUBMIT,
        document.reason,
        ends=summary["needs"],
        digest=document.digest,
    )
    return await restructurings.after(connection, cause, taken.id)


async def consent(
    connection: Connection,
    cause: Cause,
    restructuring_id: UUID,
    expected_version: int,
    document: AgreementNew,
) -> RestructuringRead:
    """Record that the committees above consent, as far as the actor speaks for their offices (R-ORG-12)."""
    return await _agree(
        connection, cause, restructuring_id, expected_version, document, RestructuringStep.CONSENT
    )


async def approve(
    connection: Connection,
    cause: Cause,
    restructuring_id: UUID,
    expected_version: int,
    document: AgreementNew,
) -> RestructuringRead:
    """Record that the committees decide or accept, as far as the actor speaks for their offices.

    It is approved once the word of all of them is on record.
    """
    return await _agree(
        connection, cause, restructuring_id, expected_version, document, RestructuringStep.APPROVE
    )


async def _agree(
    connection: Connection,
    cause: Cause,
    restructuring_id: UUID,
    expected_version: int,
    document: AgreementNew,
    step: RestructuringStep,
) -> RestructuringRead:
    taken = await course.take(connection, cause, restructuring_id, step, expected_version)
    require_digest(taken, document.digest)
    if step is RestructuringStep.APPROVE:
        await _require_alone(connection, taken)
    own = taken.own_ends(*WORD[step])
    whole = len(own) == len(taken.open_ends(*WORD[step]))
    await course.record(
        connection,
        cause,
        taken,
        step,
        document.reason,
        state=None if whole else taken.state,
        ends=own,
        digest=document.digest,
    )
    return await restructurings.after(connection, cause, taken.id)


async def _require_alone(connection: Connection, taken: RestructuringInHand) -> None:
    """Refuse to approve while another document is approved that changes one of the same organizations (R-RS-7)."""
    named = list(course.changed_by(taken.given))
    # Who approves the other one at this moment waits, and finds this one approved.
    await locks.own_organizations(connection, named)
    for other, _, keys in await queries.overlapping(
        connection, taken.id, named, [RestructuringState.APPROVED.value]
    ):
        raise RuleBroken(
            "R-RS-7",
            "restructuring_conflict",
            value=str(other),
            source="design",
            records=[str(key) for key in keys],
            conflict=ConflictCode.OVERLAPPING_DOCUMENT,
            remedy=REMEDIES[ConflictCode.OVERLAPPING_DOCUMENT],
            pointer="/measures",
        )


def require_digest(taken: RestructuringInHand, digest: str) -> None:
    """Refuse what names another digest than the one that was submitted."""
    submitted = taken.submitted
    if submitted is None or submitted["digest"] != digest:
        raise Stale("other_digest", current_version=taken.row["version"])


async def give_back(
    connection: Connection,
    cause: Cause,
    restructuring_id: UUID,
    expected_version: int,
    document: StepReason,
) -> RestructuringRead:
    """Return it to its proposer, who may edit it; nothing that was agreed to holds any more."""
    return await restructurings.take_with_reason(
        connection, cause, restructuring_id, expected_version, RestructuringStep.RETURN, document.reason
    )


async def cancel(
    connection: Connection,
    cause: Cause,
    restructuring_id: UUID,
    expected_version: int,
    document: StepReason,
) -> RestructuringRead:
    """Give it up; it stays readable."""
    return await restructurings.take_with_reason(
        connection, cause, restructuring_id, expected_version, RestructuringStep.CANCEL, document.reason
    )
