"""Who may do what: the one table of roles and actions, and the questions asked of it.

A grant gives an actor a role on an organization and everything below it, over a period; whether it holds is
judged by today's grants and today's tree. The table says, per action, which roles may do it
and how near: `WITHIN` on the granted organization and below, `BELOW` only strictly below it.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from uuid import NAMESPACE_URL, UUID, uuid5

from app.domain.errors import Forbidden, RuleBroken
from app.domain.period import Period


class Role(StrEnum):
    """The duties in the register. The user only records; the deciding body stands in the decision."""

    CELL_SECRETARY = "cell_secretary"
    GRASSROOTS_OFFICE = "grassroots_office"
    UPPER_ORGANIZING_BOARD = "upper_organizing_board"
    INSPECTION_COMMITTEE = "inspection_committee"
    PROVINCIAL_ORGANIZING_BOARD = "provincial_organizing_board"
    AUDITOR = "auditor"
    ADMIN = "admin"


class Action(StrEnum):
    """What can be done to an organization, to its members, or to who may do so."""

    READ_ORGANIZATION = "read_organization"
    CHANGE_ORGANIZATION = "change_organization"
    CORRECT_ORGANIZATION = "correct_organization"
    IMPORT_ORGANIZATIONS = "import_organizations"
    MANAGE_COMMITTEE = "manage_committee"
    RECORD_MEETING = "record_meeting"
    READ_MEMBER = "read_member"
    READ_BIRTH_DATE = "read_birth_date"
    READ_RESIDENCE = "read_residence"
    UNMASK_MEMBER = "unmask_member"
    CREATE_MEMBER = "create_member"
    CHANGE_MEMBER = "change_member"
    DECIDE_MEMBER_STATUS = "decide_member_status"
    EXIT_MEMBER = "exit_member"
    RESTORE_MEMBER = "restore_member"
    READMIT_MEMBER = "readmit_member"
    CORRECT_MEMBER = "correct_member"
    PROPOSE_CORRECTION = "propose_correction"
    DISTINGUISH_MEMBERS = "distinguish_members"
    MERGE_MEMBERS = "merge_members"
    IMPORT_MEMBERS = "import_members"
    READ_TRANSFER = "read_transfer"
    SEND_TRANSFER = "send_transfer"
    RECEIVE_TRANSFER = "receive_transfer"
    READ_HOLD = "read_hold"
    MANAGE_HOLD = "manage_hold"
    SEND_NOTICE = "send_notice"
    READ_NOTICE = "read_notice"
    SETTLE_NOTICE = "settle_notice"
    READ_OPERATION = "read_operation"
    READ_POLICY_EDIT = "read_policy_edit"
    PROPOSE_POLICY = "propose_policy"
    APPROVE_POLICY = "approve_policy"
    READ_RESTRUCTURING = "read_restructuring"
    PROPOSE_RESTRUCTURING = "propose_restructuring"
    APPROVE_RESTRUCTURING = "approve_restructuring"
    APPLY_RESTRUCTURING = "apply_restructuring"
    ANNUL_RESTRUCTURING = "annul_restructuring"
    READ_RECORDED_READ = "read_recorded_read"
    READ_GRANT = "read_grant"
    MANAGE_GRANT = "manage_grant"
    MANAGE_MACHINE_CLIENT = "manage_machine_client"
    VERIFY = "verify"


class Nearness(StrEnum):
    """How far from the granted organization an action reaches."""

    WITHIN = "within"
    BELOW = "below"


_ALL_OFFICES = (
    Role.CELL_SECRETARY,
    Role.GRASSROOTS_OFFICE,
    Role.UPPER_ORGANIZING_BOARD,
    Role.INSPECTION_COMMITTEE,
    Role.PROVINCIAL_ORGANIZING_BOARD,
)
_BOARDS = (Role.UPPER_ORGANIZING_BOARD, Role.PROVINCIAL_ORGANIZING_BOARD)
_RECORDERS = (Role.GRASSROOTS_OFFICE, *_BOARDS)
_INSPECTORS = (Role.INSPECTION_COMMITTEE, *_BOARDS)


def _within(*roles: Role) -> Mapping[Role, Nearness]:
    return MappingProxyType(dict.fromkeys(roles, Nearness.WITHIN))


TABLE: Mapping[Action, Mapping[Role, Nearness]] = MappingProxyType(
    {
        Action.READ_ORGANIZATION: _within(*_ALL_OFFICES, Role.AUDITOR),
        # A grassroots office records what its committee decides about its cells, not about itself.
        Action.CHANGE_ORGANIZATION: {**_within(*_BOARDS), Role.GRASSROOTS_OFFICE: Nearness.BELOW},
        Action.CORRECT_ORGANIZATION: _within(*_BOARDS),
        Action.IMPORT_ORGANIZATIONS: _within(*_BOARDS),
        # Who sits in a committee is recorded for it by who stands above it, as for the organization itself.
        Action.MANAGE_COMMITTEE: {**_within(*_BOARDS), Role.GRASSROOTS_OFFICE: Nearness.BELOW},
        # Whoever keeps the minutes records them: the secretary those of the cell.
        Action.RECORD_MEETING: _within(Role.CELL_SECRETARY, *_RECORDERS),
        Action.READ_MEMBER: _within(*_ALL_OFFICES, Role.AUDITOR),
        Action.READ_BIRTH_DATE: _within(*_ALL_OFFICES),
        # Where a member lives is for those who call on the member; who records from above asks for it.
        Action.READ_RESIDENCE: _within(Role.CELL_SECRETARY, Role.GRASSROOTS_OFFICE),
        # Those who record the numbers must be able to hold them beside the paper.
        Action.UNMASK_MEMBER: _within(*_RECORDERS),
        Action.CREATE_MEMBER: _within(*_RECORDERS),
        Action.CHANGE_MEMBER: _within(*_RECORDERS),
        Action.DECIDE_MEMBER_STATUS: _within(*_RECORDERS),
        Action.EXIT_MEMBER: _within(*_RECORDERS),
        Action.RESTORE_MEMBER: _within(*_RECORDERS),
        Action.READMIT_MEMBER: _within(*_RECORDERS),
        Action.CORRECT_MEMBER: _within(*_RECORDERS),
        Action.PROPOSE_CORRECTION: _within(*_RECORDERS),
        Action.DISTINGUISH_MEMBERS: _within(*_RECORDERS),
        Action.MERGE_MEMBERS: _within(*_BOARDS),
        Action.IMPORT_MEMBERS: _within(*_RECORDERS),
        Action.READ_TRANSFER: _within(*_ALL_OFFICES, Role.AUDITOR),
        # Of either side alone: the sender's duty over the cell that sends, the receiver's over the destination.
        Action.SEND_TRANSFER: _within(*_RECORDERS),
        Action.RECEIVE_TRANSFER: _within(*_RECORDERS),
        Action.READ_HOLD: _within(*_INSPECTORS, Role.AUDITOR),
        Action.MANAGE_HOLD: _within(*_INSPECTORS),
        # Other systems send as machine clients, with the role of the office whose system they are.
        Action.SEND_NOTICE: _within(*_RECORDERS),
        Action.READ_NOTICE: _within(*_RECORDERS, Role.AUDITOR),
        Action.SETTLE_NOTICE: _within(*_RECORDERS),
        Action.READ_OPERATION: _within(*_ALL_OFFICES, Role.AUDITOR),
        # A rule of the nation is edited by who has the duty over the root.
        Action.READ_POLICY_EDIT: _within(*_BOARDS, Role.INSPECTION_COMMITTEE, Role.AUDITOR),
        Action.PROPOSE_POLICY: _within(*_BOARDS),
        Action.APPROVE_POLICY: _within(*_BOARDS),
        Action.READ_RESTRUCTURING: _within(*_RECORDERS, Role.INSPECTION_COMMITTEE, Role.AUDITOR),
        Action.PROPOSE_RESTRUCTURING: _within(*_RECORDERS),
        # Over the organization whose committee decides, accepts or consents: the office records its word.
        Action.APPROVE_RESTRUCTURING: _within(*_RECORDERS),
        Action.APPLY_RESTRUCTURING: _within(*_RECORDERS),
        Action.ANNUL_RESTRUCTURING: _within(*_BOARDS),
        Action.READ_RECORDED_READ: _within(Role.AUDITOR),
        Action.READ_GRANT: _within(Role.AUDITOR, Role.ADMIN),
        Action.MANAGE_GRANT: _within(Role.ADMIN),
        Action.MANAGE_MACHINE_CLIENT: _within(Role.ADMIN),
        Action.VERIFY: _within(Role.PROVINCIAL_ORGANIZING_BOARD, Role.AUDITOR, Role.ADMIN),
    }
)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks: known by issuer and subject. The id follows from the two, so that no look-up is needed."""

    id: UUID
    issuer: str
    subject: str
    name: str | None = None

    @property
    def is_machine(self) -> bool:
        return self.issuer == MACHINE_ISSUER


MACHINE_ISSUER = "dangbo:machine"
"""The issuer of machine clients, which sign in with an API key."""


def actor_of(issuer: str, subject: str, name: str | None = None) -> Actor:
    """The actor of an issuer and a subject: the same two always give the same id."""
    return Actor(uuid5(NAMESPACE_URL, f"{issuer}\n{subject}"), issuer, subject, name)


@dataclass(frozen=True, slots=True)
class HeldRole:
    """A role the actor holds over an organization: granted on itself (`depth` 0) or `depth` levels above.

    `depth` None: over where it was said to stand, of one that is taken back; what was known of it may be read.
    """

    role: Role
    depth: int | None


def roles_for(action: Action) -> list[str]:
    """The roles that may do it at all, for SQL that filters by reach."""
    return [role.value for role in TABLE[action]]


def allows(action: Action, held: Collection[HeldRole]) -> bool:
    """Whether one of the roles held over an organization lets the actor do this to it."""
    row = TABLE[action]
    return any(
        nearness is Nearness.WITHIN or one.depth is None or one.depth > 0
        for one in held
        if (nearness := row.get(one.role)) is not None
    )


def refusal(action: Action, held: Collection[HeldRole]) -> Forbidden | None:
    """Why it is not the actor's to do, unless `allows`; it names the roles that may."""
    if allows(action, [one for one in held if one.depth is not None]):
        return None
    return role_may_not(action)


def require(action: Action, held: Collection[HeldRole]) -> None:
    """Raise the `refusal`, if any."""
    if refused := refusal(action, held):
        raise refused


def role_may_not(action: Action, **facts: str) -> Forbidden:
    """The refusal of an action by the roles held, which names those that may."""
    return Forbidden("role_may_not", action=action, roles_that_may=list(TABLE[action]), **facts)


def check_admin_remains(lost: Iterable[Period], others: Iterable[Period], today: date) -> None:
    """Refuse where, on a day from today on, nobody would administer the whole register any more (R-ACC-1).

    `lost` are the days that a person's admin grant on the root loses, `others` those of other persons' such
    grants. Machine clients do not count: whoever revokes a key would lock everyone out.
    """
    kept = list(others)
    for period in lost:
        ahead = period.intersect(Period(today))
        bare = ahead.subtract(kept) if ahead else ()
        if bare:
            raise RuleBroken("R-ACC-1", "last_admin", value=1, source="design", on=bare[0].start.isoformat())
