"""Committees of organizations: read, established, changed, corrected."""

from datetime import date
from typing import Any
from uuid import UUID

from asyncpg import Connection, Record

from app.domain.access import Action, Actor, HeldRole, allows, require, roles_for
from app.domain.committees import (
    CommitteeKind,
    CommitteeOrigin,
    Composition,
    judge_congress,
    judge_moves,
    judge_term,
)
from app.domain.errors import Conflict, FieldError, Invalid, NotFound, RuleBroken, refuse_any
from app.domain.finding import Finding, FindingCode
from app.domain.operation import OperationKind
from app.domain.partial_date import add_months
from app.domain.period import Period
from app.etag import require_version
from app.models.committee import (
    CommitteeChange,
    CommitteeCorrection,
    CommitteeItem,
    CommitteeNew,
    CommitteeRead,
    CorrectedCommittee,
)
from app.models.correction import DependentRecord, PeriodShape
from app.models.finding import to_findings
from app.paging import Listing, check_frame
from app.queries import committees as queries
from app.queries import facts, locks
from app.queries import seats as seat_queries
from app.queries.asof import AsOf
from app.queries.facts import Wanted
from app.queries.ranges import to_range
from app.queries.reads import Asking
from app.services import history, reads, seating, seats
from app.services.access import held_over, held_roles, permitted
from app.services.committee_rules import CommitteeRules, rules_of
from app.services.history import Cause
from app.services.seating import SeatedCommittee

ACTIONS = (Action.MANAGE_COMMITTEE,)
"""What can be done with a committee."""

_MOST_SEATS = 1000
_SAME = tuple(set(CommitteeItem.model_fields) - {"vacancies", "periods"})
_BY_NAME = {"sort_key": "text", "id": "uuid"}


def listing(as_of: AsOf, actor: Actor, filters: queries.Filters) -> Listing:
    """The committees in office on a day within reach, by the name of the organization."""
    sql, arguments, visible, extra = queries.listed(
        as_of, filters, actor.id, roles_for(Action.READ_ORGANIZATION)
    )
    return Listing(sql, arguments, _BY_NAME, to_item, visible=visible, extra=extra)


def to_item(row: Record) -> CommitteeItem:
    """A committee as lists show it."""
    return CommitteeItem(**_item(row))


def _item(row: Record) -> dict[str, Any]:
    return {name: row[name] for name in _SAME} | {
        "vacancies": max(0, row["size"] - row["persons"]),
        "periods": [PeriodShape(from_=one.lower, to=one.upper) for one in row["periods"]],
    }


async def get(connection: Connection, as_of: AsOf, actor: Actor, committee_id: UUID) -> CommitteeRead:
    """One committee, whether or not in office on the day. 404 where its organization is out of reach."""
    return (await _find(connection, as_of, actor, committee_id))[0]


async def get_recorded(
    connection: Connection, as_of: AsOf, actor: Actor, asking: Asking, committee_id: UUID
) -> CommitteeRead:
    """One committee as `get` reads it, recorded."""
    found = await get(connection, as_of, actor, committee_id)
    named = [one.member_id for one in found.seats if one.full_name and one.member_id]
    await reads.record_shown(connection, asking, named)
    return found


async def _find(
    connection: Connection, as_of: AsOf, actor: Actor, committee_id: UUID
) -> tuple[CommitteeRead, list[HeldRole]]:
    row = await queries.get(connection, as_of, committee_id, actor.id)
    held = held_roles(row["held"] if row else None)
    if row is None or not allows(Action.READ_ORGANIZATION, held):
        raise NotFound("not_found")
    known_at = check_frame(row, as_of)
    seated = await seat_queries.of_committee(
        connection, as_of, committee_id, actor.id, roles_for(Action.READ_MEMBER), _MOST_SEATS
    )
    items = [seats.to_item(one) for one in seated]
    there = Composition.of((one.title, one.basis) for one in items)
    findings: list[Finding] = []
    if row["periods"]:
        place = (row["organization_id"], row["periods"][0].lower)
        rules = (await rules_of(connection, [place])).get(place)
        findings = [] if rules is None else _findings(row, there, rules, as_of)
    read = CommitteeRead(
        **_item(row),
        standing=there.standing,
        elected=there.elected,
        appointed=there.appointed,
        seats=items,
        findings=to_findings(findings),
        on=as_of.on,
        known_at=known_at,
        actions=permitted(ACTIONS, held),
    )
    return read, held


def _findings(row: Record, there: Composition, rules: CommitteeRules, as_of: AsOf) -> list[Finding]:
    """What the rules note of a committee on a day; nothing here ever hinders an act."""
    found: list[Finding] = []
    if not row["names_paper"]:
        found.append(Finding("R-COM-8", FindingCode.DECISION_NOT_NAMED, source="294 16"))
    months = rules.months
    if months is not None:
        valid = Period(row["periods"][0].lower, row["periods"][-1].upper)
        found += judge_term(valid, months, free=_length_is_free(row["origin"], rules))
    if row["kind"] != CommitteeKind.EXECUTIVE:
        return found
    try:
        found += rules.sizes.judge(rules.kind, row["size"], rules.official)
    except RuleBroken as broken:
        code = FindingCode.NUMBER_OUTSIDE_POLICY
        found.append(Finding(broken.rule, code, broken.value, broken.source, rules.first_day))
    found += [bound.finding() for bound in rules.caps(row["size"], as_of.on).exceeded(there)]
    share = rules.said("committee.move_share_needing_consent", as_of.on)
    if share is not None:
        found += judge_moves(row["size"], share, row["moved"] or ())
    report, ratify = rules.said("congress.report_wd"), rules.said("congress.ratify_wd")
    if row["origin"] == CommitteeOrigin.CONGRESS and report and ratify:
        days = (rules.first_day, row["reported_on"], row["ratified_on"])
        holidays = rules.holidays(*{day.year + n for day in days if day for n in (0, 1)})
        found += judge_congress(*days, as_of.on, (report, ratify), holidays)
    return found


def _length_is_free(origin: str, rules: CommitteeRules) -> bool:
    """The first term after an establishment or a restructuring, which the superior appoints."""
    free = rules.said("term.first_term_after_restructure_free")
    return origin == CommitteeOrigin.APPOINTMENT and free is not None and free.value


async def create(connection: Connection, cause: Cause, document: CommitteeNew) -> CommitteeRead:
    """Establish a committee with those who sit in it, in one act; answers it as of today, or of its first day."""
    organization_id, since = document.organization_id, document.from_
    await locks.own_organizations(connection, [organization_id])
    held = (await held_over(connection, cause, [organization_id])).get(organization_id, [])
    if not allows(Action.READ_ORGANIZATION, held):
        raise Invalid(FieldError("/body/organization_id", "unknown_organization"))
    require(Action.MANAGE_COMMITTEE, held)
    place = (organization_id, since)
    rules = (await rules_of(connection, [place])).get(place)
    if rules is None:
        raise Conflict("committee_outside_life")
    valid = _term(document, rules)
    others = await queries.in_the_way(connection, organization_id, document.kind, to_range(valid))
    if others:
        raise Conflict("committee_exists", records=[str(one) for one in others])
    if document.kind is CommitteeKind.EXECUTIVE:
        rules.sizes.judge(rules.kind, document.size, rules.official)
    committee_id = history.new_id()
    committee = SeatedCommittee(
        committee_id, organization_id, document.kind, document.size, [valid], held, rules
    )
    asked = [(f"/body/seats/{number}", committee_id, one) for number, one in enumerate(document.seats)]
    judged = await seating.judge(connection, cause, {committee_id: committee}, asked) if asked else []
    refuse_any(one.refusal for one in judged)
    operation_id = await history.begin(
        connection,
        cause,
        OperationKind.COMMITTEE_CREATED,
        {
            "committee": str(committee_id),
            "organization": str(organization_id),
            "seats": [str(one.id) for one in judged],
        },
        reason=document.reason,
        effective_on=since,
        decisions=document.decisions,
    )
    values = {name: getattr(document, name) for name in facts.COMMITTEE.values}
    wanted = Wanted((committee_id,), valid, values)
    await facts.overwrite(connection, facts.COMMITTEE, operation_id, [wanted])
    if judged:
        await seating.write(connection, operation_id, judged)
    await history.touch(connection, cause, operation_id)
    return await _read(connection, cause, committee_id, since)


def _term(document: CommitteeNew, rules: CommitteeRules) -> Period:
    """The days in office; without an end, as long as the policy of the term says. No longer than the organization."""
    end = document.to
    if end is None:
        if rules.months is None:
            raise Invalid(FieldError("/body/to", "term_end_missing"))
        end = add_months(document.from_, rules.months.value)
    if rules.ended_on is not None:
        end = min(end, rules.ended_on)
    try:
        return Period(document.from_, end)
    except ValueError:
        raise Invalid(FieldError("/body/to", "period_empty")) from None


async def change(
    connection: Connection, cause: Cause, committee_id: UUID, expected_version: int, document: CommitteeChange
) -> CommitteeRead:
    """Record another end of the term, or when the congress was reported and ratified."""
    committee = await _changeable(connection, cause, committee_id, expected_version)
    given = document.model_dump(include={"ends_on", "reported_on", "ratified_on"}, exclude_unset=True)
    if "ends_on" in given and document.ends_on is None:
        raise Invalid(FieldError("/body/ends_on", "cannot_end"))
    if not given or not committee.periods:
        raise Invalid(FieldError("/body", "nothing_to_change"))
    operation_id = await history.begin(
        connection,
        cause,
        OperationKind.COMMITTEE_CHANGED,
        {"committee": str(committee_id), "facts": sorted(given)},
        reason=document.reason,
        effective_on=document.ends_on,
        decisions=document.decisions,
    )
    ends_on = given.pop("ends_on", None)
    if ends_on is not None:
        await _end_on(connection, operation_id, committee, ends_on)
    if given:
        for held, _ in await facts.believed(connection, facts.COMMITTEE, (committee_id,)):
            plan = await history.plan_thing(
                connection, facts.COMMITTEE, committee_id, held, given, anew=bool(document.decisions)
            )
            await history.write(connection, operation_id, plan)
    return await _touched(connection, cause, operation_id, committee)


async def _end_on(
    connection: Connection, operation_id: UUID, committee: CommitteeRead, ends_on: date
) -> None:
    """Another last day; seats held to the old one go on to a later one, and end at an earlier."""
    first, end = committee.periods[0].from_, committee.periods[-1].to
    assert end is not None  # every term has an end
    if ends_on <= first or ends_on == end:
        raise Invalid(
            FieldError("/body/ends_on", "period_empty" if ends_on <= first else "nothing_to_change")
        )
    later = ends_on > end
    moved = Period(end, ends_on) if later else Period(ends_on, end)
    plan = await history.plan_thing(connection, facts.COMMITTEE, committee.id, moved, {} if later else None)
    await history.write(connection, operation_id, plan)
    if later:
        await queries.prolong_seats(connection, operation_id, committee.id, moved)
    else:
        await queries.confine_seats(connection, operation_id, committee.id)


async def correct(
    connection: Connection,
    cause: Cause,
    committee_id: UUID,
    expected_version: int,
    document: CommitteeCorrection,
) -> CorrectedCommittee:
    """Make the register believe what a committee should have said over a period, or that there was none."""
    period = document.period.required()
    committee = await _changeable(connection, cause, committee_id, expected_version)
    given = None if document.value is None else document.value.model_dump(exclude_unset=True)
    gone = [name for name in ("term", "origin", "size") if given and name in given and given[name] is None]
    if gone:
        raise Invalid(*(FieldError(f"/body/value/{name}", "cannot_end") for name in gone))
    if given is not None and period.end is None:
        raise Invalid(FieldError("/body/period/to", "term_end_missing"))
    plan = await history.plan_thing(connection, facts.COMMITTEE, committee_id, period, given)
    resting = await queries.resting_on(connection, committee_id, to_range(period))
    operation_id = await history.begin(
        connection,
        cause,
        OperationKind.COMMITTEE_CORRECTED,
        {
            "committee": str(committee_id),
            "period": str(period),
            "struck_out": given is None,
            "evidence": document.evidence,
        },
        reason=document.reason,
    )
    await history.write(connection, operation_id, plan)
    await queries.confine_seats(connection, operation_id, committee_id)
    read = await _touched(connection, cause, operation_id, committee)
    return CorrectedCommittee(
        committee=read,
        dependent_records=[DependentRecord(resource="seat", id=seat_id) for seat_id in resting[:100]],
        dependent_records_count=len(resting),
    )


async def _changeable(
    connection: Connection, cause: Cause, committee_id: UUID, expected_version: int
) -> CommitteeRead:
    await queries.own_organization(connection, committee_id)
    committee, held = await _find(connection, cause.as_of, cause.actor, committee_id)
    require(Action.MANAGE_COMMITTEE, held)
    require_version(expected_version, committee.version)
    return committee


async def _touched(
    connection: Connection, cause: Cause, operation_id: UUID, committee: CommitteeRead
) -> CommitteeRead:
    await history.touch(connection, cause, operation_id)
    return await _read(connection, cause, committee.id, cause.today)


async def _read(connection: Connection, cause: Cause, committee_id: UUID, since: date) -> CommitteeRead:
    as_of = AsOf(max(cause.today, since), None, cause.today)
    read = await get(connection, as_of, cause.actor, committee_id)
    return read.model_copy(update={"known_at": None})
