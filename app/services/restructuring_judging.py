"""What speaks against a restructuring as it is worked out: by the rules, by its papers, by what it leaves unsaid."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from asyncpg import Connection

from app.domain.hierarchy import Hierarchy
from app.domain.policy import Resolved
from app.domain.restructuring.conflicts import KNOWN_LATER, Conflict, ConflictCode, ConflictSeverity
from app.domain.restructuring.deciding import End
from app.domain.restructuring.document import Document
from app.domain.restructuring.papers import Paper, judge_papers, sealed, seals_due
from app.domain.restructuring.planning import Plan
from app.domain.restructuring.sketch import Facts
from app.domain.restructuring.thresholds import Consent
from app.domain.restructuring.verdict import Verdict, judge
from app.models.restructuring_document import RestructuringNew
from app.queries import restructuring_outlasting
from app.queries.restructuring_outlasting import Recorded
from app.queries.restructuring_slice import Counts
from app.services.policies import CALENDAR, Policies
from app.services.restructuring_restorations import Restoration, led


def by_rules(document: Document, plan: Plan, facts: Facts, counts: Counts, policies: Policies) -> Verdict:
    """All that the rules say of a plan; what excuses an organization excuses what takes its place."""
    return judge(
        plan,
        facts,
        heights=counts.heights,
        incomplete=counts.incomplete,
        policies=policies.rows,
        excused=frozenset((rule, plan.successors.get(key, key)) for rule, key in document.excused),
    )


def in_the_way(plan: Plan, recorded: Sequence[Recorded]) -> list[Conflict]:
    """What is recorded of bodies on days from which they would be no more (R-RS-5)."""
    code = ConflictCode.FACTS_AFTER_END
    return [
        plan.conflict(code, "R-RS-5", one.organization_id, value=one.kind, count=one.number)
        for one in recorded
    ]


def left_open(plan: Plan, recorded: Sequence[Recorded]) -> list[Conflict]:
    """The transfers under way that nothing leads on: their parties forward or end them (R-RS-11)."""
    code, severity = ConflictCode.TRANSFERS_LEFT, ConflictSeverity.WARN
    return [
        plan.conflict(code, "R-RS-11", one.organization_id, severity=severity, count=one.number)
        for one in recorded
    ]


async def by_whom(connection: Connection, conflicts: Sequence[Conflict]) -> list[Conflict]:
    """The conflicts, those that are owed to what is known of later days with the operations that said it (R-RS-7)."""
    turns = [
        (one.organizations[0], one.on) for one in conflicts if one.code in KNOWN_LATER and one.on is not None
    ]
    said = await restructuring_outlasting.turning(connection, turns) if turns else {}
    return [
        replace(one, operation_id=said.get((one.organizations[0], one.on)))
        if one.code in KNOWN_LATER and one.on is not None
        else one
        for one in conflicts
    ]


_SEALS = "org.seal_recall_wd"


async def of_papers(
    connection: Connection,
    given: RestructuringNew,
    plan: Plan,
    hierarchy: Hierarchy,
    needed: Sequence[End],
    consents: Sequence[Consent],
    restored: Sequence[Restoration],
    today: date,
) -> list[Conflict]:
    """What of the papers is missing or out of order, and what limits run from the day of effect."""
    papers = [Paper(one.role, one.signed_on) for one in given.decisions]
    policies = await Policies.read(connection, _SEALS, CALENDAR)
    on = plan.effective_on
    limits = _limits_of_seals(plan, hierarchy, policies)
    return [
        *judge_papers(papers, plan, needed, consents, led(restored, on), today),
        *seals_due(plan, limits, policies.holidays(on.year, on.year + 1)),
    ]


def _limits_of_seals(plan: Plan, hierarchy: Hierarchy, policies: Policies) -> dict[UUID, Resolved]:
    """Of each body that had a seal and ends, the limit of where it stood; none where no policy speaks."""
    on = plan.effective_on
    limits = ((key, policies.said(_SEALS, on, plan.before.path(key, on))) for key in sealed(plan, hierarchy))
    return {key: limit for key, limit in limits if limit is not None}


def excused_nowhere(given: RestructuringNew, ids: Mapping[str, UUID], plan: Plan) -> Iterator[Conflict]:
    """Where a superior's decision is named for an organization that the document is not about."""
    for number, one in enumerate(given.excuses):
        named = one.organization
        key, code = (
            (named, ConflictCode.ORGANIZATION_UNKNOWN)
            if isinstance(named, UUID)
            else (ids.get(named), ConflictCode.KEY_UNKNOWN)
        )
        if key is None or key not in plan.after:
            pointer, day = f"/excuses/{number}/organization", plan.effective_on.isoformat()
            yield Conflict(code, ConflictSeverity.BLOCK, pointer, "R-RS-4", day, "design")


def incomplete(
    given: RestructuringNew, chosen: Mapping[tuple[int, int], Sequence[UUID]], *, nothing: bool
) -> Iterator[Conflict]:
    """Where the document says too little: no day, no measures, none that changes anything, choices that find nobody.

    `nothing`: the plan changes neither an organization nor anybody's cell, though the rules do not stop it.
    """
    missing = [
        (given.effective_on is None, ConflictCode.NO_EFFECTIVE_DATE, "/effective_on"),
        (not given.measures, ConflictCode.NO_MEASURES, "/measures"),
        (bool(given.measures) and nothing, ConflictCode.CHANGES_NOTHING, "/measures"),
    ]
    for lacks, code, pointer in missing:
        if lacks:
            yield Conflict(code, ConflictSeverity.BLOCK, pointer, "R-RS-1", 1, "design")
    for (measure, part), members in chosen.items():
        if not members:
            pointer = f"/measures/{measure}/parts/{part}/where"
            yield Conflict(
                ConflictCode.NOBODY_CHOSEN, ConflictSeverity.WARN, pointer, "R-RS-3", 1, "design", count=0
            )
