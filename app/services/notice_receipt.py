"""Notices of other systems: received, matched with whom the sender reaches, and given their limits."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from asyncpg import Connection, Record

from app.domain.access import Action, allows
from app.domain.errors import FieldError, Invalid
from app.domain.matching import MatchOutcome, OnPaper
from app.domain.names import fold
from app.domain.notices import MOVES, NoticeKind, due_on
from app.domain.operation import OperationKind
from app.models.notice import NoticeAbout, NoticeItem, NoticeNew, NoticeResult, NoticesNew
from app.queries import locks, tree
from app.queries import notices as queries
from app.queries.ranges import to_range
from app.services import history, member_matches
from app.services.access import held_roles, require_over
from app.services.history import Cause
from app.services.member_matches import Compared, Row
from app.services.notices import to_item
from app.services.policies import CALENDAR, Policies

_MOVES, _OTHERS = "transfer.start_wd", "notice.limit_wd"


async def receive(connection: Connection, cause: Cause, document: NoticesNew) -> list[NoticeResult]:
    """Take in what a system says; a notice that it sent before is the same one, and nothing is written of it.

    No record of a member changes. Whom the sender does not reach is no match for them.
    """
    organization_id = document.organization_id or await queries.owner_of(connection, cause.actor.id)
    if organization_id is None:
        raise Invalid(FieldError("/body/organization_id", "organization_not_named"))
    await locks.own_organizations(connection, [organization_id])
    ends = {"/body/organization_id": [organization_id]}
    await require_over(connection, cause, Action.SEND_NOTICE, ends, Action.READ_ORGANIZATION)
    _require_someone(document.notices)
    sent = [one.external_id for one in document.notices]
    known = await queries.known(connection, organization_id, document.system, sent)
    news = list(
        {one.external_id: one for one in reversed(document.notices) if one.external_id not in known}.values()
    )
    made: dict[str, UUID] = {one.external_id: history.new_id() for one in reversed(news)}
    outcomes: Mapping[str, MatchOutcome] = {}
    if news:
        compared = await member_matches.compare(
            connection, cause.as_of, cause.actor.id, [_row(one.about, document.system) for one in news]
        )
        await _write(connection, cause, organization_id, document.system, news, made, compared)
        outcomes = {one.external_id: match.outcome for one, match in zip(news, compared.matches, strict=True)}
    ids = known | made
    rows = await queries.get_many(connection, cause.as_of, list(ids.values()), cause.actor.id)
    items = {row["id"]: _told(row) for row in rows}
    results, shown = [], set(known)
    for external_id in sent:
        again = external_id in shown
        shown.add(external_id)
        outcome = None if again else outcomes[external_id]
        results.append(NoticeResult(notice=items[ids[external_id]], known=again, outcome=outcome))
    return results


def _told(row: Record) -> NoticeItem:
    """A notice as its sender is told of it: of one that is with others by now, no longer whom it means."""
    item = to_item(row)
    if allows(Action.READ_NOTICE, held_roles(row["held"])):
        return item
    return item.model_copy(update={"member_id": None, "full_name": None})


def _require_someone(notices: Sequence[NoticeNew]) -> None:
    nobody = [
        FieldError(f"/body/notices/{number}/about", "nobody_to_match")
        for number, one in enumerate(notices)
        if not (one.about.external_id or one.about.full_name or one.about.number)
    ]
    if nobody:
        raise Invalid(*nobody)


def _row(about: NoticeAbout, system: str) -> Row:
    name = fold(about.full_name) if about.full_name else None
    return Row(OnPaper(name, about.birth_date, about.number, about.cell_id), system, about.external_id)


async def _write(
    connection: Connection,
    cause: Cause,
    organization_id: UUID,
    system: str,
    news: Sequence[NoticeNew],
    made: Mapping[str, UUID],
    compared: Compared,
) -> None:
    """Who surely is one member is kept as that member alone; of others, what was said, until they are settled."""
    sure = {
        one.external_id: members[match.candidates[0].id]
        for one, match, members in zip(news, compared.matches, compared.members, strict=True)
        if match.outcome is MatchOutcome.SURE
    }
    limits = await _limits(connection, cause, organization_id, news)
    operation_id = await history.begin(
        connection,
        cause,
        OperationKind.NOTICES_RECEIVED,
        {"notices": [str(key) for key in made.values()]},
    )
    notices = [
        {
            "id": made[one.external_id],
            "operation_id": operation_id,
            "organization_id": organization_id,
            "system": system,
            "external_id": one.external_id,
            "kind": one.kind.value,
            "happened_on": one.happened_on,
            "due_on": limit,
            "note": one.note,
        }
        for one, limit in zip(news, limits, strict=True)
    ]
    await queries.insert(connection, "notice", notices)
    matches = [
        {"notice_id": made[key], "member_id": member["id"], "operation_id": operation_id}
        for key, member in sure.items()
    ]
    await queries.insert(connection, "notice_match", matches)
    persons = [
        {"notice_id": made[one.external_id], **_kept(one.about)}
        for one in news
        if one.external_id not in sure
    ]
    await queries.insert(connection, "notice_person", persons)
    homes = {member["cell_id"] for member in sure.values()}
    await history.touch(connection, cause, operation_id, concerned={organization_id, *homes})


def _kept(about: NoticeAbout) -> dict[str, Any]:
    """What was said of a person, as the register keeps it."""
    born = to_range(about.birth_date)
    return about.model_dump(include={"external_id", "full_name", "number", "cell_id"}) | {
        "birth_date": f"[{born.lower},{born.upper})" if born else None
    }


async def _limits(
    connection: Connection, cause: Cause, organization_id: UUID, news: Sequence[NoticeNew]
) -> list[date | None]:
    """The last day of each limit by the policies of its day; None where no policy or no calendar tells."""
    policies = await Policies.read(connection, CALENDAR, _MOVES, _OTHERS)
    paths = await tree.paths(connection, [organization_id], cause.today)
    path = paths.get(organization_id, [organization_id])[::-1]

    def limit(kind: NoticeKind, on: date) -> date | None:
        said = policies.said(_MOVES if kind in MOVES else _OTHERS, on, path)
        if said is None:
            return None
        number = said.value if kind in MOVES else said.value[kind.value]
        return due_on(on, number, policies.holidays(on.year, on.year + 1))

    return [limit(one.kind, one.happened_on) for one in news]
