"""The papers of a document: which it should name, and the order of their days. What is missing is told, never refused.

Consent comes before the decision, the decision before its day of effect (R-RS-1); a body that ends gives back its seal
within so many working days [294 6.3.5]. Sectional organizations have none (R-ORG-15), nor do cells under a committee.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from app.domain.hierarchy import Hierarchy, Level
from app.domain.operation import PaperRole
from app.domain.policy import Resolved
from app.domain.restructuring.conflicts import MOST_CONCERNED, Conflict, ConflictCode, ConflictSeverity
from app.domain.restructuring.deciding import CommitteePart, End
from app.domain.restructuring.document import BY_DECISION
from app.domain.restructuring.planning import Plan
from app.domain.restructuring.thresholds import Consent
from app.domain.working_days import CalendarMissing, Holidays, add_working_days


@dataclass(frozen=True, slots=True)
class Paper:
    """What a paper is to the document, and when it was signed."""

    role: PaperRole
    signed_on: date


def judge_papers(
    papers: Sequence[Paper],
    plan: Plan,
    ends: Collection[End],
    consents: Sequence[Consent],
    led: Collection[UUID],
    today: date,
) -> list[Conflict]:
    """What of the papers is missing or out of order. `led`: the organizations whose executive committee sits again."""
    return [
        *_missing(papers, ends, plan, led),
        *_out_of_order(papers, plan.effective_on, today),
        *(
            plan.conflict(
                ConflictCode.CONSENT_MISSING,
                "R-ORG-12",
                one.organization_id,
                value=one.value,
                source=one.source,
                severity=ConflictSeverity.WARN,
            )
            for one in consents
            if not any(paper.role is PaperRole.CONSENT for paper in papers)
        ),
    ]


def _missing(
    papers: Sequence[Paper], ends: Collection[End], plan: Plan, led: Collection[UUID]
) -> Iterator[Conflict]:
    named = [paper.role for paper in papers]
    deciding = [one.organization_id for one in ends if one.part is CommitteePart.DECIDES]
    accepting = [one.organization_id for one in ends if one.part is CommitteePart.ACCEPTS]
    if PaperRole.DECISION not in named:
        yield _told(ConflictCode.DECISION_NOT_NAMED, "R-RS-1", deciding, source="DL 10.3; 294 10.5; 06 10.5")
    if accepting and PaperRole.ACCEPTANCE not in named:
        yield _told(ConflictCode.ACCEPTANCE_NOT_NAMED, "R-RS-1", accepting)
    if accepting and PaperRole.MINUTES not in named:
        yield _told(ConflictCode.MINUTES_NOT_NAMED, "R-RS-1", accepting)
    bodies = [*plan.begun, *(key for key, kind in plan.retyped.items() if kind in BY_DECISION)]
    if leaderless := [key for key in bodies if key not in led]:
        yield _told(ConflictCode.NO_COMMITTEE, "R-COM-9", leaderless, "/measures", source="294 16.5")


def _told(
    code: ConflictCode,
    rule: str,
    organizations: Sequence[UUID],
    pointer: str = "/decisions",
    *,
    source: str = "06 10.5",
) -> Conflict:
    named = tuple(sorted(organizations))[:MOST_CONCERNED]
    count = len(organizations)
    return Conflict(
        code, ConflictSeverity.WARN, pointer, rule, source=source, organizations=named, count=count
    )


def _out_of_order(papers: Sequence[Paper], effective_on: date, today: date) -> Iterator[Conflict]:
    decided = [one.signed_on for one in papers if one.role is PaperRole.DECISION]
    consented = [one.signed_on for one in papers if one.role is PaperRole.CONSENT]
    if decided and consented and max(consented) > min(decided):
        code = ConflictCode.CONSENT_AFTER_DECISION
        yield Conflict(
            code, ConflictSeverity.WARN, "/decisions", "R-RS-1", source="DL 21.5", on=max(consented)
        )
    if decided and max(decided) > effective_on:
        code = ConflictCode.DECISION_AFTER_EFFECT
        yield Conflict(code, ConflictSeverity.WARN, "/decisions", "R-RS-1", source="design", on=max(decided))
    if effective_on < today:
        code = ConflictCode.EFFECTIVE_IN_THE_PAST
        yield Conflict(
            code, ConflictSeverity.WARN, "/effective_on", "R-RS-1", source="design", on=effective_on
        )


def sealed(plan: Plan, hierarchy: Hierarchy) -> list[UUID]:
    """Of what ends, the bodies that had a seal: those of grassroots level and above (R-ORG-15) [294 20.3.3]."""
    kinds = {key: plan.before.type(key, plan.effective_on) for key in plan.ended}
    return sorted(
        key for key, kind in kinds.items() if kind and hierarchy.types[kind].level <= Level.GRASSROOTS
    )


def seals_due(plan: Plan, limits: Mapping[UUID, Resolved], holidays: Holidays) -> Iterator[Conflict]:
    """By when seals are to be given back (R-RS-12) [294 6.3.5]; no day where it cannot be counted.

    `limits`: of each body its working days, by the policy of its place.
    """
    bodies: dict[tuple[int, str], list[UUID]] = {}
    for key, limit in limits.items():
        bodies.setdefault((limit.value, limit.source), []).append(key)
    for (days, source), keys in sorted(bodies.items()):
        try:
            due = add_working_days(plan.effective_on, days, holidays)
        except CalendarMissing:
            due = None
        yield Conflict(
            ConflictCode.SEALS_DUE,
            ConflictSeverity.WARN,
            "/measures",
            "R-RS-12",
            days,
            source,
            tuple(keys)[:MOST_CONCERNED],
            len(keys),
            due,
        )
