"""Members over HTTP."""

from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends, Path, Query, Response

from app.cause import CauseDep
from app.domain.membership import ActivityStatus, Standing
from app.errors import OF_EVERY_DATED_WRITE, OF_EVERY_READ, OF_EVERY_WRITE, problems
from app.etag import tag
from app.language import Language
from app.models.member import MemberPage, MemberRead, MemberSearch
from app.models.member_acts import (
    ActedMember,
    MemberExit,
    MemberReadmission,
    MemberRestoration,
    MemberStatus,
)
from app.models.member_changes import MemberChange, MemberCreation, WrittenMember
from app.models.member_corrections import CorrectedMember, MemberCorrection
from app.models.member_matches import MatchesRead, PaperRows
from app.models.member_timeline import TimelinePage
from app.models.read import ReadPage, UnmaskedMember, Unmasking
from app.models.scalars import Id, Key, System
from app.paging import AllDaysListerDep, ListerDep
from app.queries.asof import AsOf
from app.queries.members import Filters
from app.queries.reads import Filters as ReadFilters
from app.reading import AcceptLanguage, MemberCounting, MemberReading
from app.revising import Revising, Revision
from app.routing import Route, Writing
from app.services import (
    member_changes,
    member_corrections,
    member_exits,
    member_matches,
    member_readmissions,
    member_statuses,
    members,
    reads,
)

_Shown = TypeVar("_Shown", bound=MemberRead)
router = APIRouter(prefix="/members", tags=["members"], route_class=Route, responses=problems(*OF_EVERY_READ))

MemberId = Annotated[Id, Path(description="The member's id.")]


async def _filters(
    within: Annotated[Id | None, Query(description="In this organization or below it.")] = None,
    cell: Annotated[Id | None, Query(description="In this cell.")] = None,
    standing: Annotated[tuple[Standing, ...], Query(max_length=10, description="Any of these.")] = (),
    activity_status: Annotated[
        tuple[ActivityStatus, ...], Query(max_length=10, description="Any of these.")
    ] = (),
    id: Annotated[tuple[Id, ...], Query(max_length=1000, description="Any of these.")] = (),
    system: Annotated[System | None, Query(description="Known to this system.")] = None,
    external_id: Annotated[Key | None, Query(description="By this id there.")] = None,
    birth_dates_differ: Annotated[
        bool,
        Query(
            description="Only whose birth date in the dossier cannot be that of the citizen's id, as far as you may"
            " see whole birth dates."
        ),
    ] = False,
) -> Filters:
    return Filters(
        within=within,
        cell=cell,
        standings=[one.value for one in standing] or None,
        activity_statuses=[one.value for one in activity_status] or None,
        ids=list(id) or None,
        system=system,
        external_id=external_id,
        births_differ=birth_dates_differ,
    )


@router.get("", response_model=MemberPage)
async def list_members(lister: ListerDep, filters: Annotated[Filters, Depends(_filters)]) -> Any:
    """Members on the roll on a day, in Vietnamese order of names."""
    return await lister.answer(members.listing(lister.as_of, lister.actor, filters), MemberPage)


@router.post(
    "/searches", response_model=MemberPage, responses=problems("too-large", "unsupported-media-type")
)
async def search_members(lister: ListerDep, document: MemberSearch) -> Any:
    """Members by name, number, birth or sex, in Vietnamese order; writes nothing."""
    return await lister.answer(members.search(lister.as_of, lister.actor, document), MemberPage)


@router.post("/matches", responses=problems("too-large", "unsupported-media-type"))
async def match_members(
    read: MemberCounting, document: PaperRows, accept_language: AcceptLanguage = None
) -> MatchesRead:
    """Whom of the members within reach people on paper are: one surely, candidates, or none.

    A row whose date cannot be read is `unreadable`; the others are answered.
    """
    language = Language.of(accept_language)
    return await member_matches.match(read.connection, read.as_of, read.asking, document, language)


@router.get("/{member_id}", responses=problems("not-yet", "gone"))
async def get_member(read: MemberReading, member_id: MemberId, response: Response) -> MemberRead:
    """One member on a day; after an exit, with its reason, in the last cell. Who read whom is recorded."""
    return _tagged(
        response, read.as_of, await members.get(read.connection, read.as_of, read.asking, member_id)
    )


@router.post(
    "/{member_id}/unmaskings", responses=problems("not-yet", "gone", "too-large", "unsupported-media-type")
)
async def unmask_member(
    read: MemberReading, member_id: MemberId, document: Unmasking, response: Response
) -> UnmaskedMember:
    """Values of a member that reads mask, whole, for a purpose that is recorded with them."""
    response.headers["Cache-Control"] = "no-store"
    return await members.unmask(read.connection, read.as_of, read.asking, member_id, document)


@router.get("/{member_id}/reads", response_model=ReadPage)
async def list_member_reads(lister: AllDaysListerDep, member_id: MemberId) -> Any:
    """Who was shown this member alone, the latest first; lists that showed the member among others are not told."""
    filters = ReadFilters(member=member_id)
    return await lister.answer(reads.listing(lister.as_of, lister.actor, filters), ReadPage)


@router.get("/{member_id}/timeline", response_model=TimelinePage)
async def list_member_timeline(lister: AllDaysListerDep, member_id: MemberId) -> Any:
    """All facts of a member, past and to come, in order of time, each with the operation that recorded it."""
    return await lister.answer(members.timeline(lister.as_of, lister.actor, member_id), TimelinePage)


@router.post("", status_code=201, responses=problems(*OF_EVERY_WRITE))
async def create_member(
    connection: Writing, cause: CauseDep, document: MemberCreation, response: Response
) -> WrittenMember:
    """Put a person onto the roll of a cell from a day on."""
    created = await member_changes.create(connection, cause, document)
    response.headers["Location"] = f"/v1/members/{created.id}"
    return _tagged(response, AsOf(created.on, None, cause.today), created)


@router.post("/{member_id}/changes", responses=problems(*OF_EVERY_DATED_WRITE))
async def change_member(write: Revising, member_id: MemberId, document: MemberChange) -> WrittenMember:
    """Record what becomes true of a member from a day on; a move needs the duty over both cells."""
    changed = await write.only(member_changes.change, member_id, document)
    return _tagged(write.response, AsOf(changed.on, None, write.cause.today), changed)


@router.post("/{member_id}/corrections", responses=problems(*OF_EVERY_DATED_WRITE))
async def correct_member(write: Revising, member_id: MemberId, document: MemberCorrection) -> CorrectedMember:
    """Correct one fact that was recorded in error over a period.

    `dependent_operations`: for a membership, the operations that recorded something which begins inside the period.
    """
    corrected = await write.only(member_corrections.correct, member_id, document)
    if corrected.member is not None:
        _tagged(write.response, AsOf(corrected.member.on, None, write.cause.today), corrected.member)
    return corrected


@router.post("/{member_id}/statuses", responses=problems("step-refused", *OF_EVERY_DATED_WRITE))
async def decide_member_status(write: Revising, member_id: MemberId, document: MemberStatus) -> ActedMember:
    """Exempt, suspend, note as interrupted or active again, from a day on [294 7.1; 06 10.3]."""
    return _acted(write, await write.only(member_statuses.decide, member_id, document))


@router.post("/{member_id}/exits", responses=problems(*OF_EVERY_DATED_WRITE))
async def exit_member(write: Revising, member_id: MemberId, document: MemberExit) -> ActedMember:
    """Take a member off the roll: removed, resigned, expelled, admission annulled, deceased [294 8.1, 9.3.4]."""
    return _acted(write, await write.only(member_exits.leave, member_id, document))


@router.post("/{member_id}/restorations", responses=problems(*OF_EVERY_DATED_WRITE))
async def restore_member(write: Revising, member_id: MemberId, document: MemberRestoration) -> ActedMember:
    """Take an exit back that a later decision found wrong: the member never left [06 5.3]."""
    return _acted(write, await write.only(member_exits.restore, member_id, document))


@router.post("/{member_id}/readmissions", responses=problems(*OF_EVERY_DATED_WRITE))
async def readmit_member(write: Revising, member_id: MemberId, document: MemberReadmission) -> ActedMember:
    """Put a member who left by decision onto a roll again, on probation [294 3.5]."""
    return _acted(write, await write.only(member_readmissions.readmit, member_id, document))


def _acted(write: Revision, acted: ActedMember) -> ActedMember:
    _tagged(write.response, AsOf(acted.member.on, None, write.cause.today), acted.member)
    return acted


def _tagged(response: Response, as_of: AsOf, member: _Shown) -> _Shown:
    return tag(response, as_of, member, member.birth_date_masked, member.residence_masked)
