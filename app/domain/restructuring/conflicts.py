"""What speaks against a restructuring, or is to be known of it: a closed catalogue, each with its rule and where it is.

`BLOCK` keeps a document from being submitted and applied; `WARN` only tells; `INHERITED` stood before the document and
never stops it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any
from uuid import UUID


class ConflictSeverity(StrEnum):
    """Whether it stops the document."""

    BLOCK = "block"
    WARN = "warn"
    INHERITED = "inherited"


class ConflictCode(StrEnum):
    """What is found."""

    NO_EFFECTIVE_DATE = "no_effective_date"
    NO_MEASURES = "no_measures"
    CHANGES_NOTHING = "changes_nothing"
    NOBODY_CHOSEN = "nobody_chosen"
    KEY_UNKNOWN = "key_unknown"
    KEY_REPEATED = "key_repeated"
    ORGANIZATION_UNKNOWN = "organization_unknown"
    ORGANIZATION_NOT_BEGUN = "organization_not_begun"
    ORGANIZATION_ENDED = "organization_ended"
    ENDED_IN_DOCUMENT = "ended_in_document"
    BEGUN_AND_ENDED = "begun_and_ended"
    KNOWN_TO_CHANGE = "known_to_change"
    OVERLAPPING_DOCUMENT = "overlapping_document"
    FACTS_AFTER_END = "facts_after_end"
    TRANSFERS_LEFT = "transfers_left"
    ROOT_STAYS = "root_stays"
    SURVIVOR_AMONG_SOURCES = "survivor_among_sources"
    INTO_NEW_ONLY = "into_new_only"
    PLACED_UNDER_ITSELF = "placed_under_itself"
    TOO_DEEP = "too_deep"
    PLACE_NOT_ALLOWED = "place_not_allowed"
    PLACE_NOT_ALLOWED_LATER = "place_not_allowed_later"
    CHILDREN_LEFT = "children_left"
    PARENT_ENDS_LATER = "parent_ends_later"
    MEMBERS_LEFT = "members_left"
    CHILD_NOT_THERE = "child_not_there"
    CHILD_NAMED_TWICE = "child_named_twice"
    MEMBER_NOT_THERE = "member_not_there"
    MEMBER_NAMED_TWICE = "member_named_twice"
    HOLDS_NO_MEMBERS = "holds_no_members"
    HOLDS_NO_MEMBERS_LATER = "holds_no_members_later"
    NO_DEFAULT_DESTINATION = "no_default_destination"
    BELOW_MINIMUM = "below_minimum"
    TOO_MANY_FOR_CELL = "too_many_for_cell"
    TOO_FEW_CELLS = "too_few_cells"
    TOO_FEW_FOR_UPPER = "too_few_for_upper"
    CONSENT_MISSING = "consent_missing"
    NOT_JUDGED = "not_judged"
    CODE_TAKEN = "code_taken"
    EXTERNAL_ID_TAKEN = "external_id_taken"
    SECTOR_UNKNOWN = "sector_unknown"
    NAME_REPEATED = "name_repeated"
    NO_COMMITTEE = "no_committee"
    DECISION_NOT_NAMED = "decision_not_named"
    ACCEPTANCE_NOT_NAMED = "acceptance_not_named"
    MINUTES_NOT_NAMED = "minutes_not_named"
    CONSENT_AFTER_DECISION = "consent_after_decision"
    DECISION_AFTER_EFFECT = "decision_after_effect"
    EFFECTIVE_IN_THE_PAST = "effective_in_the_past"
    DECISION_USED = "decision_used"
    SEALS_DUE = "seals_due"


class ConflictRemedy(StrEnum):
    """What can be done about it."""

    COMPLETE_DOCUMENT = "complete_document"
    NAME_ANOTHER = "name_another"
    ORDER_MEASURES = "order_measures"
    CHOOSE_ANOTHER_DAY = "choose_another_day"
    SETTLE_OTHER_FIRST = "settle_other_first"
    CHOOSE_ANOTHER_PARENT = "choose_another_parent"
    PLACE_CHILDREN = "place_children"
    PLACE_MEMBERS = "place_members"
    NAME_DESTINATION = "name_destination"
    MERGE_OR_DIVIDE = "merge_or_divide"
    OBTAIN_CONSENT = "obtain_consent"
    GIVE_ANOTHER_WORD = "give_another_word"
    RECORD_AFTERWARDS = "record_afterwards"
    FORWARD_TRANSFERS = "forward_transfers"
    CHECK_PAPERS = "check_papers"
    TAKE_NOTE = "take_note"


REMEDIES: Mapping[ConflictCode, ConflictRemedy] = MappingProxyType(
    {
        ConflictCode.NO_EFFECTIVE_DATE: ConflictRemedy.COMPLETE_DOCUMENT,
        ConflictCode.NO_MEASURES: ConflictRemedy.COMPLETE_DOCUMENT,
        ConflictCode.CHANGES_NOTHING: ConflictRemedy.COMPLETE_DOCUMENT,
        ConflictCode.NOBODY_CHOSEN: ConflictRemedy.PLACE_MEMBERS,
        ConflictCode.KEY_UNKNOWN: ConflictRemedy.ORDER_MEASURES,
        ConflictCode.KEY_REPEATED: ConflictRemedy.GIVE_ANOTHER_WORD,
        ConflictCode.ORGANIZATION_UNKNOWN: ConflictRemedy.NAME_ANOTHER,
        ConflictCode.ORGANIZATION_NOT_BEGUN: ConflictRemedy.CHOOSE_ANOTHER_DAY,
        ConflictCode.ORGANIZATION_ENDED: ConflictRemedy.CHOOSE_ANOTHER_DAY,
        ConflictCode.ENDED_IN_DOCUMENT: ConflictRemedy.ORDER_MEASURES,
        ConflictCode.BEGUN_AND_ENDED: ConflictRemedy.NAME_ANOTHER,
        ConflictCode.KNOWN_TO_CHANGE: ConflictRemedy.SETTLE_OTHER_FIRST,
        ConflictCode.OVERLAPPING_DOCUMENT: ConflictRemedy.SETTLE_OTHER_FIRST,
        ConflictCode.FACTS_AFTER_END: ConflictRemedy.CHOOSE_ANOTHER_DAY,
        ConflictCode.TRANSFERS_LEFT: ConflictRemedy.FORWARD_TRANSFERS,
        ConflictCode.ROOT_STAYS: ConflictRemedy.NAME_ANOTHER,
        ConflictCode.SURVIVOR_AMONG_SOURCES: ConflictRemedy.NAME_ANOTHER,
        ConflictCode.INTO_NEW_ONLY: ConflictRemedy.NAME_ANOTHER,
        ConflictCode.PLACED_UNDER_ITSELF: ConflictRemedy.CHOOSE_ANOTHER_PARENT,
        ConflictCode.TOO_DEEP: ConflictRemedy.CHOOSE_ANOTHER_PARENT,
        ConflictCode.PLACE_NOT_ALLOWED: ConflictRemedy.CHOOSE_ANOTHER_PARENT,
        ConflictCode.PLACE_NOT_ALLOWED_LATER: ConflictRemedy.TAKE_NOTE,
        ConflictCode.CHILDREN_LEFT: ConflictRemedy.PLACE_CHILDREN,
        ConflictCode.PARENT_ENDS_LATER: ConflictRemedy.SETTLE_OTHER_FIRST,
        ConflictCode.MEMBERS_LEFT: ConflictRemedy.PLACE_MEMBERS,
        ConflictCode.CHILD_NOT_THERE: ConflictRemedy.NAME_ANOTHER,
        ConflictCode.CHILD_NAMED_TWICE: ConflictRemedy.NAME_ANOTHER,
        ConflictCode.MEMBER_NOT_THERE: ConflictRemedy.PLACE_MEMBERS,
        ConflictCode.MEMBER_NAMED_TWICE: ConflictRemedy.PLACE_MEMBERS,
        ConflictCode.HOLDS_NO_MEMBERS: ConflictRemedy.NAME_DESTINATION,
        ConflictCode.HOLDS_NO_MEMBERS_LATER: ConflictRemedy.SETTLE_OTHER_FIRST,
        ConflictCode.NO_DEFAULT_DESTINATION: ConflictRemedy.NAME_DESTINATION,
        ConflictCode.BELOW_MINIMUM: ConflictRemedy.MERGE_OR_DIVIDE,
        ConflictCode.TOO_MANY_FOR_CELL: ConflictRemedy.MERGE_OR_DIVIDE,
        ConflictCode.TOO_FEW_CELLS: ConflictRemedy.MERGE_OR_DIVIDE,
        ConflictCode.TOO_FEW_FOR_UPPER: ConflictRemedy.MERGE_OR_DIVIDE,
        ConflictCode.CONSENT_MISSING: ConflictRemedy.OBTAIN_CONSENT,
        ConflictCode.NOT_JUDGED: ConflictRemedy.TAKE_NOTE,
        ConflictCode.CODE_TAKEN: ConflictRemedy.GIVE_ANOTHER_WORD,
        ConflictCode.EXTERNAL_ID_TAKEN: ConflictRemedy.GIVE_ANOTHER_WORD,
        ConflictCode.SECTOR_UNKNOWN: ConflictRemedy.GIVE_ANOTHER_WORD,
        ConflictCode.NAME_REPEATED: ConflictRemedy.TAKE_NOTE,
        ConflictCode.NO_COMMITTEE: ConflictRemedy.RECORD_AFTERWARDS,
        ConflictCode.DECISION_NOT_NAMED: ConflictRemedy.CHECK_PAPERS,
        ConflictCode.ACCEPTANCE_NOT_NAMED: ConflictRemedy.CHECK_PAPERS,
        ConflictCode.MINUTES_NOT_NAMED: ConflictRemedy.CHECK_PAPERS,
        ConflictCode.CONSENT_AFTER_DECISION: ConflictRemedy.CHECK_PAPERS,
        ConflictCode.DECISION_AFTER_EFFECT: ConflictRemedy.CHECK_PAPERS,
        ConflictCode.EFFECTIVE_IN_THE_PAST: ConflictRemedy.TAKE_NOTE,
        ConflictCode.DECISION_USED: ConflictRemedy.CHECK_PAPERS,
        ConflictCode.SEALS_DUE: ConflictRemedy.TAKE_NOTE,
    }
)
"""What can be done about each."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """One of them.

    `pointer`: the place in the document (JSON pointer). `rule`, `value`, `source`: what was applied. `organizations`
    and `count`: whom it concerns; of members only how many. `on`: the day it speaks of. `excused`: a superior's
    decision sets the rule aside. `operation_id`: where it is owed to what is known of the first of `organizations` on
    a later day (`KNOWN_LATER`), who said so.
    """

    code: ConflictCode
    severity: ConflictSeverity
    pointer: str
    rule: str
    value: Any = None
    source: str | None = None
    organizations: tuple[UUID, ...] = ()
    count: int | None = None
    on: date | None = None
    excused: bool = False
    operation_id: UUID | None = None


KNOWN_LATER = frozenset(
    {ConflictCode.KNOWN_TO_CHANGE, ConflictCode.HOLDS_NO_MEMBERS_LATER, ConflictCode.PARENT_ENDS_LATER}
)
"""What is owed to an operation of a later day, which is taken back or come to terms with first."""


MOST_CONCERNED = 100
"""How many organizations a conflict names; `count` says of how many."""

_ORDER = list(ConflictSeverity)


def in_order(conflicts: Iterable[Conflict]) -> list[Conflict]:
    """Those that stop the document first, what stood before it last; each kind by its place in the document."""
    return sorted(conflicts, key=lambda one: (_ORDER.index(one.severity), _place(one.pointer)))


def _place(pointer: str) -> list[tuple[int, str]]:
    return [(int(part) if part.isdigit() else -1, part) for part in pointer.split("/")]


def blocking(conflicts: Iterable[Conflict]) -> list[Conflict]:
    """Those that stop the document."""
    return [one for one in conflicts if one.severity is ConflictSeverity.BLOCK]


EXCUSABLE = frozenset({"R-ORG-10", "R-ORG-11", "R-ORG-14", "R-ORG-17"})
"""Rules that count heads: a superior may set them aside by a recorded decision. The shape of the tree nobody can."""


def excuse(conflicts: Sequence[Conflict], excused: frozenset[tuple[str, UUID]]) -> list[Conflict]:
    """The conflicts with those only told that a superior's decision sets aside, for the organizations it names."""
    return [
        replace(one, severity=ConflictSeverity.WARN, excused=True)
        if one.severity is ConflictSeverity.BLOCK
        and one.rule in EXCUSABLE
        and one.organizations
        and all((one.rule, key) in excused for key in one.organizations)
        else one
        for one in conflicts
    ]
