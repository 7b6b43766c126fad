"""Restructurings over HTTP: drafted, previewed, submitted, consented to, approved, applied."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Response
from fastapi.responses import JSONResponse

from app.cause import CauseDep
from app.domain.restructuring.effects import AffectedThing, RestructuringEffect
from app.domain.restructuring.lifecycle import RestructuringState
from app.errors import OF_EVERY_DATED_WRITE, OF_EVERY_READ, OF_EVERY_WRITE, problems
from app.etag import ExpectedDigest, tag
from app.language import Language
from app.models.job import JobRead
from app.models.restructuring_document import RestructuringNew
from app.models.restructuring_read import (
    AgreementNew,
    AnnulmentNew,
    PreviewRead,
    RestructuringPage,
    RestructuringRead,
    ReversalNew,
    StepReason,
    SubmissionNew,
)
from app.models.restructuring_rows import PreviewRowPage
from app.models.scalars import Day, Id
from app.paging import AllDaysListerDep, ListerDep
from app.queries.restructurings import Filters
from app.reading import AcceptLanguage, AllDaysCounting, TodaysReading
from app.revising import Revising, RevisingTree
from app.routing import Planning, Restructuring, Route, Writing
from app.services import (
    jobs,
    restructuring_annulments,
    restructuring_application,
    restructuring_course,
    restructuring_preview_reads,
    restructuring_previews,
    restructuring_reversals,
    restructuring_steps,
    restructurings,
)

router = APIRouter(
    prefix="/restructurings", tags=["restructurings"], route_class=Route, responses=problems(*OF_EVERY_READ)
)

RestructuringId = Annotated[Id, Path(description="The restructuring's id.")]
JobId = Annotated[Id, Path(description="The job's id.")]
PreviewId = Annotated[Id, Path(description="The preview's id.")]
OF_A_STEP = problems("step-refused", *OF_EVERY_DATED_WRITE)


async def _filters(
    state: Annotated[tuple[RestructuringState, ...], Query(max_length=20, description="Any of these.")] = (),
    within: Annotated[Id | None, Query(description="Concerning this organization or one below it.")] = None,
    organization: Annotated[
        Id | None,
        Query(
            description="Concerning this organization: naming or beginning it, or moving others away from under it."
        ),
    ] = None,
    proposer: Annotated[Id | None, Query(description="Proposed by this actor.")] = None,
    reverses: Annotated[Id | None, Query(description="Undoing this applied one from its own day on.")] = None,
    operation: Annotated[
        Id | None,
        Query(description="Drafted, or led a step further, by this operation: one that applied it, say."),
    ] = None,
    since: Annotated[Day | None, Query(description="Taking effect on this day or later.")] = None,
    until: Annotated[Day | None, Query(description="Taking effect on this day or earlier.")] = None,
    awaiting: Annotated[
        bool | None,
        Query(
            description="Whether it waits for your word: consent, approval, or the annulment another has proposed."
        ),
    ] = None,
) -> Filters:
    states = [one.value for one in state] or None
    return Filters(states, within, organization, proposer, reverses, operation, since, until, awaiting)


@router.get("", response_model=RestructuringPage)
async def list_restructurings(
    lister: AllDaysListerDep, filters: Annotated[Filters, Depends(_filters)]
) -> Any:
    """Restructurings that concern what you may read, and your own drafts; the latest first."""
    return await lister.answer(restructurings.listing(lister.as_of, lister.actor, filters), RestructuringPage)


@router.post("", status_code=201, responses=problems(*OF_EVERY_WRITE))
async def draft_restructuring(
    connection: Writing, cause: CauseDep, document: RestructuringNew, response: Response
) -> RestructuringRead:
    """Keep a draft, complete or not. It changes nothing before it is approved and applied."""
    drafted = await restructurings.draft(connection, cause, document)
    response.headers["Location"] = f"/v1/restructurings/{drafted.id}"
    return tag(response, cause.as_of, drafted)


@router.get("/{restructuring_id}")
async def get_restructuring(
    read: AllDaysCounting, restructuring_id: RestructuringId, response: Response
) -> RestructuringRead:
    """One restructuring: what it asks for, where it stands, whose word it needs."""
    return tag(
        response,
        read.as_of,
        await restructurings.get(read.connection, read.as_of, read.actor, restructuring_id),
    )


@router.post("/{restructuring_id}/edits", responses=OF_A_STEP)
async def edit_restructuring(
    write: Revising, restructuring_id: RestructuringId, document: RestructuringNew
) -> RestructuringRead:
    """Ask for something else, whole: a draft again; nothing that was agreed to holds any more."""
    return await write.by(restructurings.edit, restructuring_id, document)


@router.post("/{restructuring_id}/previews", status_code=201, responses=problems(*OF_EVERY_WRITE))
async def preview_restructuring(
    connection: Planning,
    cause: CauseDep,
    restructuring_id: RestructuringId,
    response: Response,
    accept_language: AcceptLanguage = None,
) -> PreviewRead:
    """Work out, in one snapshot and without a lock, all that the latest revision would do; kept for 24 hours."""
    previewed = await restructuring_previews.preview(
        connection, cause, restructuring_id, Language.of(accept_language)
    )
    response.headers["Location"] = f"/v1/restructurings/{restructuring_id}/previews/{previewed.id}"
    return previewed


@router.get("/{restructuring_id}/previews/{preview_id}")
async def get_restructuring_preview(
    read: TodaysReading,
    restructuring_id: RestructuringId,
    preview_id: PreviewId,
    accept_language: AcceptLanguage = None,
) -> PreviewRead:
    """A preview that is kept still: its counts, its conflicts, whose word it will need.

    Numbers are of the whole document: they are what all ends agree to. Of organizations out of your reach only those
    are named that the document names or begins, or whose word it needs.
    """
    return await restructuring_preview_reads.get(
        read.connection, read.as_of, read.actor, restructuring_id, preview_id, Language.of(accept_language)
    )


@router.get("/{restructuring_id}/previews/{preview_id}/rows", response_model=PreviewRowPage)
async def list_restructuring_preview_rows(
    read: TodaysReading,
    lister: ListerDep,
    restructuring_id: RestructuringId,
    preview_id: PreviewId,
    thing: Annotated[tuple[AffectedThing, ...], Query(max_length=20, description="Any of these.")] = (),
    effect: Annotated[
        tuple[RestructuringEffect, ...], Query(max_length=20, description="Any of these.")
    ] = (),
) -> Any:
    """Everything that would change or travel along, one row each, of what goes from or to what you may read.

    Both ends of such a row are named, as they were on the day before it takes effect. Rows that name members
    are recorded like any other list of members.
    """
    listing = await restructuring_preview_reads.rows(
        read.connection, read.as_of, read.actor, restructuring_id, preview_id, thing, effect
    )
    return await lister.answer(listing, PreviewRowPage)


@router.post("/{restructuring_id}/submissions", responses=OF_A_STEP)
async def submit_restructuring(
    write: Revising, restructuring_id: RestructuringId, document: SubmissionNew
) -> RestructuringRead:
    """Ask for the word of the committees on exactly what a preview showed."""
    return await write.by(restructuring_steps.submit, restructuring_id, document)


@router.post("/{restructuring_id}/consents", responses=OF_A_STEP)
async def consent_to_restructuring(
    write: Revising, restructuring_id: RestructuringId, document: AgreementNew
) -> RestructuringRead:
    """Record the prior consent of the committee above the grassroots one (R-ORG-12)."""
    return await write.by(restructuring_steps.consent, restructuring_id, document)


@router.post("/{restructuring_id}/approvals", responses=OF_A_STEP)
async def approve_restructuring(
    write: Revising, restructuring_id: RestructuringId, document: AgreementNew
) -> RestructuringRead:
    """Record that the committees whose offices you hold decide or accept; approved once all have."""
    return await write.by(restructuring_steps.approve, restructuring_id, document)


@router.post("/{restructuring_id}/returns", responses=OF_A_STEP)
async def return_restructuring(
    write: Revising, restructuring_id: RestructuringId, document: StepReason
) -> RestructuringRead:
    """Return it to its proposer, saying why."""
    return await write.by(restructuring_steps.give_back, restructuring_id, document)


@router.post("/{restructuring_id}/cancellations", responses=OF_A_STEP)
async def cancel_restructuring(
    write: Revising, restructuring_id: RestructuringId, document: StepReason
) -> RestructuringRead:
    """Give up what you proposed; it stays readable."""
    return await write.by(restructuring_steps.cancel, restructuring_id, document)


@router.post(
    "/{restructuring_id}/applications",
    response_model=RestructuringRead,
    responses={**OF_A_STEP, 202: {"model": JobRead, "description": "It is large: a job carries it out."}},
)
async def apply_restructuring(
    connection: Restructuring,
    cause: CauseDep,
    restructuring_id: RestructuringId,
    digest: ExpectedDigest,
    response: Response,
    accept_language: AcceptLanguage = None,
) -> Any:
    """Carry out what was approved, all at once; 412 where tree, persons or rules say otherwise by now, with the rows.

    What touches more than a policy says (`restructuring.job_from_rows`) is carried out by a job: 202, and where to ask.
    """
    language = Language.of(accept_language)
    done = await restructuring_application.ask(connection, cause, restructuring_id, digest, language)
    if isinstance(done, RestructuringRead):
        return tag(response, cause.as_of, done)
    location = f"/v1/restructurings/{restructuring_id}/applications/{done.id}"
    return JSONResponse(done.model_dump(mode="json"), 202, {"Location": location})


@router.get("/{restructuring_id}/applications/{job_id}")
async def get_restructuring_application(
    read: TodaysReading, restructuring_id: RestructuringId, job_id: JobId
) -> JobRead:
    """How far a large application is; once it has failed, why."""
    await restructuring_course.find(read.connection, read.as_of, read.actor, restructuring_id)
    return await jobs.get(read.connection, read.actor, job_id, restructuring_id)


@router.post(
    "/{restructuring_id}/reversals", status_code=201, responses=problems("step-refused", *OF_EVERY_WRITE)
)
async def reverse_restructuring(
    connection: Writing,
    cause: CauseDep,
    restructuring_id: RestructuringId,
    document: ReversalNew,
    response: Response,
) -> RestructuringRead:
    """Draft the document that leads back from a later day on; the time between stays as it was."""
    drafted = await restructuring_reversals.draft(connection, cause, restructuring_id, document)
    response.headers["Location"] = f"/v1/restructurings/{drafted.id}"
    return tag(response, cause.as_of, drafted)


@router.post("/{restructuring_id}/annulment-proposals", responses=OF_A_STEP)
async def propose_restructuring_annulment(
    write: Revising, restructuring_id: RestructuringId, document: AnnulmentNew
) -> RestructuringRead:
    """Ask that an applied one be taken back as recorded in error; another person does it, or lets it stand."""
    return await write.by(restructuring_annulments.propose, restructuring_id, document)


@router.post("/{restructuring_id}/annulments", responses=OF_A_STEP)
async def annul_restructuring(
    write: RevisingTree, restructuring_id: RestructuringId, document: StepReason
) -> RestructuringRead:
    """Take it back as if it had never been: no day differs from before. Refused while later acts depend on it."""
    return await write.by(restructuring_annulments.annul, restructuring_id, document)


@router.post("/{restructuring_id}/annulment-refusals", responses=OF_A_STEP)
async def keep_restructuring(
    write: Revising, restructuring_id: RestructuringId, document: StepReason
) -> RestructuringRead:
    """Let it stand: refuse an annulment that another proposed, or withdraw one's own."""
    return await write.by(restructuring_annulments.keep, restructuring_id, document)
