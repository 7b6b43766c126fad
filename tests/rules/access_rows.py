"""How to call each operation of the contract, and what it takes to be allowed: one row an operation.

Blanks like `{health}` are filled with ids of the small register, and of what the test makes there: a `grant`
on health to somebody, a `committee` of health with the `seat` of p0, a `machine_client` of health with a `key`, an
`operation` that touched health, a `newcomer` to health-1 by `member_operation`, a `leaver` who left it by a `ballot`,
a `meeting` of health-1, an `import` of members into it and an `applied_import`, a `policy_edit` of health, a `read` of
p0, a `transfer` of the newcomer from there by `transfer_operation`, a `hold` of the newcomer, a `twin` of p0, the
`distinction` of p0 from p1, a `paper_distinction` of p0, a `notice` that health's system sent of nobody known, a
`matched_notice` of the newcomer, a `merge` into p1, a `proposal` about p2, a `restructuring` of the bloc that was
submitted with its `preview` and a `job`, a `consented`, an `approved` and an `applied` one, each with its digest, and
an `erring` one, the annulment of which is proposed. Versions are 1; those of p1 and p2 are 2, the leaver's 3; a
restructuring gains one with each step.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.domain.access import TABLE, Action, HeldRole, Role, allows

EVERYBODY = frozenset(Role)
NOBODY: frozenset[Role] = frozenset()


@dataclass(frozen=True)
class Row:
    """One call. `at` is the organization that decides; `sees` the roles that know of the object.

    Who is allowed is answered `A`; who only sees it `F` (forbidden); who does not even see it `hidden`:
    `N` not found, `U` malformed since no such organization is known, `E` a list without it.
    """

    action: Action | None
    method: str
    path: str
    body: Any = None
    at: str = "health"
    sees: frozenset[Role] = NOBODY
    hidden: str = "N"
    shows: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    letter: Callable[[Role | None, bool], str] | None = None

    def expected(self, role: Role | None, held: list[HeldRole]) -> str:
        """The letter by the table of `app.domain.access`."""
        if self.action is None:
            return "A"
        allowed = allows(self.action, held)
        if self.letter is not None:
            return self.letter(role, allowed)
        if allowed:
            return "A"
        return "F" if any(one.role in self.sees for one in held) else self.hidden


def readers(action: Action) -> frozenset[Role]:
    """The roles that may do it, wherever they hold: those who see the object."""
    return frozenset(TABLE[action])


def get(action: Action | None, path: str, **row: Any) -> Row:
    """One object, or a list that is found only where its organization is."""
    return Row(action, "GET", path, **row)


def listed(action: Action, path: str, shows: str, **row: Any) -> Row:
    """A list of all that is within reach: it shows the object or does not."""
    return Row(action, row.pop("method", "GET"), path, shows=shows, hidden="E", **row)


def of_duty(action: Action, path: str, shows: str | None = None, **row: Any) -> Row:
    """A list of a narrower duty: forbidden to who has it nowhere; elsewhere only, a list without the object.

    One that names an organization or a member is not found from elsewhere.
    """

    def letter(role: Role | None, allowed: bool) -> str:
        elsewhere = "N" if shows is None else "E"
        return "A" if allowed else elsewhere if role in TABLE[action] else "F"

    return Row(action, "GET", path, shows=shows, letter=letter, **row)


def act(action: Action, sees: Action, path: str, body: Any, version: int = 1, **row: Any) -> Row:
    """A write on an object that must be seen first."""
    return Row(action, "POST", path, body, sees=readers(sees), headers={"If-Match": f'"{version}"'}, **row)


def names(action: Action, path: str, body: Any, **row: Any) -> Row:
    """A write that names its organization in the body: any role there knows of it."""
    return Row(action, "POST", path, body, sees=row.pop("sees", EVERYBODY), hidden="U", **row)


def file(action: Action, kind: str, text: str, at: str, *, given_back: bool = False) -> Row:
    """A file taken in: `R`, refused with its errors by row, where the role reaches elsewhere only.

    Given back with its errors, it is a file whatever they are.
    """
    path = "/v1/imports/annotations?" if given_back else "/v1/imports?mode=apply&"

    def letter(role: Role | None, allowed: bool) -> str:
        elsewhere = "A" if given_back else "R"
        return "A" if allowed else elsewhere if role in TABLE[action] else "F"

    return Row(
        action,
        "POST",
        f"{path}kind={kind}&system=test&effective_on=2024-01-01",
        text.encode(),
        at=at,
        headers={"Content-Type": "text/csv"},
        letter=letter,
    )


ORGANIZATION = Action.READ_ORGANIZATION
MEMBER = Action.READ_MEMBER
GRANT = Action.READ_GRANT
EDIT = Action.READ_POLICY_EDIT
NOTICE = Action.READ_NOTICE
MACHINE = Action.MANAGE_MACHINE_CLIENT
TRANSFER = Action.READ_TRANSFER
HOLD = Action.READ_HOLD
T0 = "/v1/transfers/{transfer}"
PROPOSAL = "/v1/correction-proposals/{proposal}"
PROPOSING = Action.PROPOSE_RESTRUCTURING
ANNULLING = Action.ANNUL_RESTRUCTURING
APPROVING = Action.APPROVE_RESTRUCTURING
RESTRUCTURING = Action.READ_RESTRUCTURING
RESTRUCTURING_0 = "/v1/restructurings/{restructuring}"
PAPER = {"issuer": "Đảng ủy", "number": "01-QĐ", "signed_on": "2024-01-01"}
HEALTH = "/v1/organizations/{health}"
P0 = "/v1/members/{p0}"
POLICY = {
    "key": "term.committee_months",
    "period": {"from": "2024-01-01"},
    "row": {"value": 48, "source": "Quyết định"},
}
REASON = {"period": {"from": "2024-01-01"}, "reason": "Nhập nhầm"}

ROWS: dict[str, Row] = {
    # Organizations
    "list_organizations": listed(ORGANIZATION, "/v1/organizations", "health"),
    "list_organizations within": get(ORGANIZATION, "/v1/organizations?within={health}"),
    "list_organizations parent": get(ORGANIZATION, "/v1/organizations?parent={health}"),
    "get_organization": get(ORGANIZATION, HEALTH),
    "get_organization_by_code": get(ORGANIZATION, "/v1/organizations/by-code?code=C-health"),
    "resolve_organizations": listed(ORGANIZATION, "/v1/organizations/resolve?code=C-health", "health"),
    "list_children": get(ORGANIZATION, HEALTH + "/children"),
    "list_ancestors": get(ORGANIZATION, HEALTH + "/ancestors"),
    "get_tree": get(ORGANIZATION, HEALTH + "/tree"),
    "get_summary": get(ORGANIZATION, HEALTH + "/summary"),
    "list_lineage": get(ORGANIZATION, HEALTH + "/lineage?depth=all"),
    "get_successors": get(ORGANIZATION, HEALTH + "/successors"),
    "list_organization_history": get(ORGANIZATION, HEALTH + "/history"),
    "list_differences": get(ORGANIZATION, HEALTH + "/diff?from=2023-01-01&to=2024-01-01"),
    "list_suggestions": listed(
        ORGANIZATION, "/v1/restructuring-suggestions?kind=committee_missing&on=2023-06-01", "health"
    ),
    "list_suggestions within": get(ORGANIZATION, "/v1/restructuring-suggestions?within={health}"),
    "change_organization": act(
        Action.CHANGE_ORGANIZATION,
        ORGANIZATION,
        HEALTH + "/changes",
        {"effective_on": "2024-01-01", "sector": "hospital"},
    ),
    "correct_organization": act(
        Action.CORRECT_ORGANIZATION,
        ORGANIZATION,
        HEALTH + "/corrections",
        {"fact": "sector", "value": {"sector": "hospital"}, **REASON},
    ),
    "list_directory": get(None, "/v1/directory"),
    # Committees and their seats
    "list_committees": listed(ORGANIZATION, "/v1/committees", "committee"),
    "list_committees within": get(ORGANIZATION, "/v1/committees?within={health}"),
    "list_committees organization": get(ORGANIZATION, "/v1/committees?organization={health}"),
    "get_committee": get(ORGANIZATION, "/v1/committees/{committee}"),
    "create_committee": names(
        Action.MANAGE_COMMITTEE,
        "/v1/committees",
        {
            "organization_id": "{health}",
            "kind": "inspection",
            "term": "2023-2028",
            "origin": "appointment",
            "size": 3,
            "from": "2024-01-01",
        },
        sees=readers(ORGANIZATION),
    ),
    "change_committee": act(
        Action.MANAGE_COMMITTEE,
        ORGANIZATION,
        "/v1/committees/{committee}/changes",
        {"reported_on": "2024-01-05"},
    ),
    "correct_committee": act(
        Action.MANAGE_COMMITTEE,
        ORGANIZATION,
        "/v1/committees/{committee}/corrections",
        {"value": None, **REASON},
    ),
    "list_seats": listed(ORGANIZATION, "/v1/seats", "seat"),
    "list_seats within": get(ORGANIZATION, "/v1/seats?within={health}"),
    "list_seats organization": get(ORGANIZATION, "/v1/seats?organization={health}"),
    "list_seats committee": get(ORGANIZATION, "/v1/seats?committee={committee}"),
    "list_seats member": get(MEMBER, "/v1/seats?member={p0}", at="health-1"),
    "get_seat": get(ORGANIZATION, "/v1/seats/{seat}"),
    "create_seats": names(
        Action.MANAGE_COMMITTEE,
        "/v1/seats",
        {
            "seats": [
                {
                    "committee_id": "{committee}",
                    "member_id": "{p1}",
                    "title": "committee_member",
                    "basis": "elected",
                }
            ]
        },
        sees=readers(ORGANIZATION),
    ),
    "end_seat": act(
        Action.MANAGE_COMMITTEE,
        ORGANIZATION,
        "/v1/seats/{seat}/endings",
        {"ended_on": "2025-01-01", "end_reason": "retirement"},
    ),
    "correct_seat": act(
        Action.MANAGE_COMMITTEE, ORGANIZATION, "/v1/seats/{seat}/corrections", {"value": None, **REASON}
    ),
    # Meetings
    "list_meetings": listed(ORGANIZATION, "/v1/meetings", "meeting", at="health-1"),
    "list_meetings within": get(ORGANIZATION, "/v1/meetings?within={health}"),
    "list_meetings organization": get(ORGANIZATION, "/v1/meetings?organization={health}"),
    "list_meetings committee": get(ORGANIZATION, "/v1/meetings?committee={committee}"),
    "get_meeting": get(ORGANIZATION, "/v1/meetings/{meeting}", at="health-1"),
    "create_meetings": names(
        Action.RECORD_MEETING,
        "/v1/meetings",
        {
            "meetings": [
                {"organization_id": "{health-1}", "body": "cell", "month": "2024-06", "held_on": "2024-06-03"}
            ]
        },
        at="health-1",
        sees=readers(ORGANIZATION),
    ),
    "correct_meeting": act(
        Action.RECORD_MEETING,
        ORGANIZATION,
        "/v1/meetings/{meeting}/corrections",
        {"period": {"from": "2024-05-06", "to": "2024-05-07"}, "reason": "Nhập nhầm", "value": None},
        at="health-1",
    ),
    "list_meeting_regularity": get(
        ORGANIZATION, "/v1/organizations/{health}/meeting-regularity?from=2024-01&to=2024-12"
    ),
    "list_absentees": get(MEMBER, "/v1/organizations/{health}/absentees?year=2024"),
    # Members
    "list_members": listed(MEMBER, "/v1/members", "p0", at="health-1"),
    "list_members within": get(MEMBER, "/v1/members?within={health-1}", at="health-1"),
    "list_members cell": get(MEMBER, "/v1/members?cell={health-1}", at="health-1"),
    "search_members": listed(
        MEMBER, "/v1/members/searches", "p0", method="POST", body={"name": "nguyen"}, at="health-1"
    ),
    "search_members within": Row(
        MEMBER, "POST", "/v1/members/searches", {"within": "{health-1}"}, at="health-1"
    ),
    "match_members": listed(
        MEMBER,
        "/v1/members/matches",
        "p0",
        method="POST",
        body={"rows": [{"full_name": "Nguyễn Văn An"}]},
        at="health-1",
    ),
    "match_members within": Row(
        MEMBER,
        "POST",
        "/v1/members/matches",
        {"within": "{health-1}", "rows": [{"full_name": "Nguyễn Văn An"}]},
        at="health-1",
    ),
    "get_member": get(MEMBER, P0, at="health-1"),
    "list_badges_due": get(MEMBER, HEALTH + "/badges-due"),
    "list_probations_ending": get(MEMBER, HEALTH + "/probations-ending"),
    "list_member_timeline": get(MEMBER, P0 + "/timeline", at="health-1"),
    "unmask_member": Row(
        Action.UNMASK_MEMBER,
        "POST",
        P0 + "/unmaskings",
        {"fields": ["citizen_id"], "purpose": "dossier_check"},
        at="health-1",
        sees=readers(MEMBER),
    ),
    "list_member_reads": of_duty(Action.READ_RECORDED_READ, P0 + "/reads", at="health-1"),
    "create_member": names(
        Action.CREATE_MEMBER,
        "/v1/members",
        {"cell_id": "{health-1}", "standing": "official", "since": "2024-01-01", "full_name": "Lê An"},
        at="health-1",
        sees=readers(ORGANIZATION),
    ),
    "change_member": act(
        Action.CHANGE_MEMBER,
        MEMBER,
        P0 + "/changes",
        {"effective_on": "2024-01-01", "occupation": "Bác sĩ"},
        at="health-1",
    ),
    "correct_member": act(
        Action.CORRECT_MEMBER,
        MEMBER,
        P0 + "/corrections",
        {"fact": "person", "value": {"sex": "female"}, **REASON},
        at="health-1",
    ),
    "decide_member_status": act(
        Action.DECIDE_MEMBER_STATUS,
        MEMBER,
        P0 + "/statuses",
        {"effective_on": "2024-01-01", "activity_status": "interrupted"},
        at="health-1",
    ),
    "exit_member": act(
        Action.EXIT_MEMBER,
        MEMBER,
        P0 + "/exits",
        {"effective_on": "2024-01-01", "exit_reason": "deceased"},
        at="health-1",
    ),
    "restore_member": act(
        Action.RESTORE_MEMBER,
        MEMBER,
        "/v1/members/{leaver}/restorations",
        {"decisions": [{"issuer": "Đảng ủy Khối", "number": "9-QĐ/ĐUK", "signed_on": "2024-05-01"}]},
        version=3,
        at="health-1",
    ),
    "readmit_member": act(
        Action.READMIT_MEMBER,
        MEMBER,
        "/v1/members/{leaver}/readmissions",
        {"cell_id": "{health-1}", "effective_on": "2027-06-01"},
        version=3,
        at="health-1",
    ),
    # Records that may be of one person, and that are not
    "list_duplicates": of_duty(Action.READ_BIRTH_DATE, "/v1/members/duplicates", "twin", at="health-1"),
    "list_duplicates within": of_duty(
        Action.READ_BIRTH_DATE, "/v1/members/duplicates?within={health-1}", at="health-1"
    ),
    "list_distinctions": listed(MEMBER, "/v1/members/distinctions", "distinction", at="health-1"),
    "list_distinctions within": get(MEMBER, "/v1/members/distinctions?within={health-1}", at="health-1"),
    "list_distinctions member": get(MEMBER, "/v1/members/distinctions?member={p0}", at="health-1"),
    "get_distinction": get(MEMBER, "/v1/members/distinctions/{distinction}", at="health-1"),
    "distinguish_members": names(
        Action.DISTINGUISH_MEMBERS,
        "/v1/members/distinctions",
        {"members": ["{p0}", "{twin}"], "reason": "Hai người"},
        at="health-1",
        sees=readers(MEMBER),
    ),
    "correct_distinction": act(
        Action.DISTINGUISH_MEMBERS,
        MEMBER,
        "/v1/members/distinctions/{distinction}/corrections",
        {"reason": "Nhầm"},
        at="health-1",
    ),
    # Persons on paper who are not a member
    "list_paper_distinctions": listed(
        MEMBER, "/v1/members/paper-distinctions", "paper_distinction", at="health-1"
    ),
    "list_paper_distinctions within": get(
        MEMBER, "/v1/members/paper-distinctions?within={health-1}", at="health-1"
    ),
    "list_paper_distinctions member": get(
        MEMBER, "/v1/members/paper-distinctions?member={p0}", at="health-1"
    ),
    "get_paper_distinction": get(MEMBER, "/v1/members/paper-distinctions/{paper_distinction}", at="health-1"),
    "distinguish_paper": names(
        Action.DISTINGUISH_MEMBERS,
        "/v1/members/paper-distinctions",
        {"member_id": "{p0}", "system": "hr", "external_id": "8", "reason": "Hai người"},
        at="health-1",
        sees=readers(MEMBER),
    ),
    "correct_paper_distinction": act(
        Action.DISTINGUISH_MEMBERS,
        MEMBER,
        "/v1/members/paper-distinctions/{paper_distinction}/corrections",
        {"reason": "Nhầm"},
        at="health-1",
    ),
    "list_merges": get(MEMBER, P0 + "/merges", at="health-1"),
    "merge_members": act(
        Action.MERGE_MEMBERS,
        MEMBER,
        P0 + "/merges",
        {"duplicate_id": "{twin}", "duplicate_version": 2, "keep": ["membership"], "reason": "Một người"},
        at="health-1",
    ),
    "reverse_merge": act(
        Action.MERGE_MEMBERS,
        MEMBER,
        "/v1/members/{p1}/merges/{merge}/reversals",
        {"reason": "Hai người"},
        version=2,
        at="health-1",
    ),
    # Notices of other systems
    "list_notices": of_duty(NOTICE, "/v1/notices", "notice"),
    "list_notices within": of_duty(NOTICE, "/v1/notices?within={health}"),
    "list_notices member": of_duty(NOTICE, "/v1/notices?member={p0}", at="health-1"),
    "get_notice": get(NOTICE, "/v1/notices/{notice}"),
    "list_notice_candidates": get(NOTICE, "/v1/notices/{notice}/candidates"),
    "send_notices": names(
        Action.SEND_NOTICE,
        "/v1/notices",
        {
            "system": "hr",
            "organization_id": "{health}",
            "notices": [
                {
                    "external_id": "9",
                    "kind": "retired",
                    "happened_on": "2024-01-01",
                    "about": {"full_name": "Lê Dung"},
                }
            ],
        },
        sees=readers(ORGANIZATION),
    ),
    "match_notice": act(Action.SETTLE_NOTICE, NOTICE, "/v1/notices/{notice}/matches", {"member_id": "{p0}"}),
    "settle_notice": act(
        Action.SETTLE_NOTICE,
        NOTICE,
        "/v1/notices/{matched_notice}/settlements",
        {"operation_id": "{member_operation}"},
        at="health-1",
    ),
    "dismiss_notice": act(
        Action.SETTLE_NOTICE, NOTICE, "/v1/notices/{notice}/dismissals", {"reason": "Không phải đảng viên"}
    ),
    # Ballots
    "list_ballots": listed(MEMBER, "/v1/ballots", "ballot", at="health-1"),
    "list_ballots within": get(MEMBER, "/v1/ballots?within={health-1}", at="health-1"),
    "list_ballots organization": get(MEMBER, "/v1/ballots?organization={health-1}", at="health-1"),
    "get_ballot": get(MEMBER, "/v1/ballots/{ballot}", at="health-1"),
    "correct_ballot": act(
        Action.CORRECT_MEMBER,
        MEMBER,
        "/v1/ballots/{ballot}/corrections",
        {
            "period": {"from": "2024-02-01", "to": "2024-02-02"},
            "reason": "Nhập nhầm",
            "value": {"summoned": 4, "in_favour": 4},
        },
        at="health-1",
    ),
    # Transfers and holds
    "list_transfers": listed(TRANSFER, "/v1/transfers", "transfer", at="health-1"),
    "list_transfers within": get(TRANSFER, "/v1/transfers?within={health-1}", at="health-1"),
    "get_transfer": get(TRANSFER, T0, at="health-1"),
    "list_transfer_steps": get(TRANSFER, T0 + "/steps", at="health-1"),
    "introduce_transfers": names(
        Action.SEND_TRANSFER,
        "/v1/transfers",
        {
            "member_ids": ["{p1}"],
            "kind": "official",
            "introduced_on": "2024-01-01",
            "to_organization_id": "{town-1}",
        },
        at="health-1",
        sees=readers(MEMBER),
    ),
    "receive_arrival": names(
        Action.RECEIVE_TRANSFER,
        "/v1/transfers/arrivals",
        {
            "from_outside": "Đảng ủy nơi khác",
            "introduced_on": "2024-01-01",
            "member": {
                "cell_id": "{health-1}",
                "standing": "official",
                "since": "2024-01-01",
                "full_name": "Lê An",
            },
            "decisions": [PAPER],
        },
        at="health-1",
        sees=readers(ORGANIZATION),
    ),
    "advance_transfer": act(
        Action.SEND_TRANSFER,
        TRANSFER,
        T0 + "/steps",
        {"step": "cancel", "on": "2024-01-01"},
        at="health-1",
    ),
    "correct_transfer": act(
        Action.SEND_TRANSFER,
        TRANSFER,
        T0 + "/corrections",
        {"operation_id": "{transfer_operation}", "reason": "Nhập nhầm"},
        at="health-1",
    ),
    "list_holds": of_duty(HOLD, "/v1/holds", "hold", at="health-1"),
    "list_holds within": of_duty(HOLD, "/v1/holds?within={health-1}", at="health-1"),
    "get_hold": get(HOLD, "/v1/holds/{hold}", at="health-1"),
    "create_hold": names(
        Action.MANAGE_HOLD,
        "/v1/holds",
        {
            "member_id": "{p0}",
            "ground": "complaint",
            "valid": {"from": "2024-01-01"},
            "decisions": [PAPER],
        },
        at="health-1",
        sees=readers(MEMBER),
    ),
    "end_hold": act(
        Action.MANAGE_HOLD, HOLD, "/v1/holds/{hold}/endings", {"ended_on": "2024-06-01"}, at="health-1"
    ),
    "correct_hold": act(Action.MANAGE_HOLD, HOLD, "/v1/holds/{hold}/corrections", REASON, at="health-1"),
    "propose_correction": act(
        Action.PROPOSE_CORRECTION,
        MEMBER,
        P0 + "/correction-proposals",
        {"fact": "person", "value": {"birth_date": "1971"}, **REASON},
        at="health-1",
    ),
    "list_correction_proposals": of_duty(
        Action.CORRECT_MEMBER, "/v1/correction-proposals", "proposal", at="health-1"
    ),
    "list_correction_proposals within": of_duty(
        Action.CORRECT_MEMBER, "/v1/correction-proposals?within={health-1}", at="health-1"
    ),
    "get_correction_proposal": get(Action.CORRECT_MEMBER, PROPOSAL, at="health-1"),
    "confirm_correction": act(
        Action.CORRECT_MEMBER, Action.CORRECT_MEMBER, PROPOSAL + "/confirmations", None, at="health-1"
    ),
    "refuse_correction": act(
        Action.CORRECT_MEMBER,
        Action.CORRECT_MEMBER,
        PROPOSAL + "/refusals",
        {"reason": "Lý lịch ghi khác"},
        at="health-1",
    ),
    # Nobody but its proposer withdraws a proposal, whatever their role.
    "withdraw_correction": act(
        Action.CORRECT_MEMBER,
        Action.CORRECT_MEMBER,
        PROPOSAL + "/withdrawals",
        {"reason": "Nhầm"},
        at="health-1",
        letter=lambda _, sees: "F" if sees else "N",
    ),
    # Restructurings: of the bloc, whose committee consents and decides
    "list_restructurings": listed(RESTRUCTURING, "/v1/restructurings", "restructuring", at="bloc"),
    "list_restructurings within": get(RESTRUCTURING, "/v1/restructurings?within={bloc}", at="bloc"),
    "list_restructurings organization": get(
        RESTRUCTURING, "/v1/restructurings?organization={bloc}", at="bloc"
    ),
    "draft_restructuring": names(
        PROPOSING,
        "/v1/restructurings",
        {"measures": [{"kind": "rename", "organization": "{bloc}", "name": "Đảng bộ Khối"}]},
        at="bloc",
    ),
    "get_restructuring": get(RESTRUCTURING, RESTRUCTURING_0, at="bloc"),
    "preview_restructuring": Row(RESTRUCTURING, "POST", RESTRUCTURING_0 + "/previews", at="bloc"),
    "get_restructuring_preview": get(RESTRUCTURING, RESTRUCTURING_0 + "/previews/{preview}", at="bloc"),
    "list_restructuring_preview_rows": get(
        RESTRUCTURING, RESTRUCTURING_0 + "/previews/{preview}/rows", at="bloc"
    ),
    # Nobody but its proposer edits, submits or cancels a restructuring, whatever their role.
    "edit_restructuring": act(
        RESTRUCTURING,
        RESTRUCTURING,
        RESTRUCTURING_0 + "/edits",
        {"measures": []},
        version=2,
        at="bloc",
        letter=lambda _, sees: "F" if sees else "N",
    ),
    "submit_restructuring": act(
        RESTRUCTURING,
        RESTRUCTURING,
        RESTRUCTURING_0 + "/submissions",
        {"digest": "{restructuring_digest}"},
        version=2,
        at="bloc",
        letter=lambda _, sees: "F" if sees else "N",
    ),
    "cancel_restructuring": act(
        RESTRUCTURING,
        RESTRUCTURING,
        RESTRUCTURING_0 + "/cancellations",
        {"reason": "Nhầm"},
        version=2,
        at="bloc",
        letter=lambda _, sees: "F" if sees else "N",
    ),
    "consent_to_restructuring": act(
        APPROVING,
        RESTRUCTURING,
        RESTRUCTURING_0 + "/consents",
        {"digest": "{restructuring_digest}"},
        version=2,
        at="bloc",
    ),
    "return_restructuring": act(
        APPROVING, RESTRUCTURING, RESTRUCTURING_0 + "/returns", {"reason": "Chưa rõ"}, version=2, at="bloc"
    ),
    "approve_restructuring": act(
        APPROVING,
        RESTRUCTURING,
        "/v1/restructurings/{consented}/approvals",
        {"digest": "{consented_digest}"},
        version=3,
        at="bloc",
    ),
    "apply_restructuring": Row(
        Action.APPLY_RESTRUCTURING,
        "POST",
        "/v1/restructurings/{approved}/applications",
        at="bloc",
        sees=readers(RESTRUCTURING),
        headers={"If-Match": '"{approved_digest}"'},
    ),
    "get_restructuring_application": get(RESTRUCTURING, RESTRUCTURING_0 + "/applications/{job}", at="bloc"),
    "reverse_restructuring": Row(
        PROPOSING,
        "POST",
        "/v1/restructurings/{applied}/reversals",
        {"effective_on": "2024-08-01", "reason": "Không còn phù hợp"},
        at="bloc",
        sees=readers(RESTRUCTURING),
    ),
    "propose_restructuring_annulment": act(
        ANNULLING,
        RESTRUCTURING,
        "/v1/restructurings/{applied}/annulment-proposals",
        {"reason": "Ghi nhầm"},
        version=5,
        at="bloc",
    ),
    "annul_restructuring": act(
        ANNULLING,
        RESTRUCTURING,
        "/v1/restructurings/{erring}/annulments",
        {"reason": "Ghi nhầm"},
        version=6,
        at="bloc",
    ),
    "keep_restructuring": act(
        ANNULLING,
        RESTRUCTURING,
        "/v1/restructurings/{erring}/annulment-refusals",
        {"reason": "Ghi đúng"},
        version=6,
        at="bloc",
    ),
    # Operations
    "list_operations": listed(Action.READ_OPERATION, "/v1/operations?order=newest&limit=200", "operation"),
    "list_operations within": get(Action.READ_OPERATION, "/v1/operations?within={health}"),
    "list_operations organization": get(Action.READ_OPERATION, "/v1/operations?organization={health}"),
    "list_operations member": get(Action.READ_OPERATION, "/v1/operations?member={p0}", at="health-1"),
    "get_operation": get(Action.READ_OPERATION, "/v1/operations/{operation}"),
    "list_operation_organizations": get(
        Action.READ_OPERATION, "/v1/operations/{operation}/organizations", shows="health"
    ),
    "list_operation_members": get(
        Action.READ_OPERATION, "/v1/operations/{member_operation}/members", shows="newcomer", at="health-1"
    ),
    # The record of reads
    "list_reads": of_duty(Action.READ_RECORDED_READ, "/v1/reads?limit=200", "read", at="health-1"),
    "list_reads within": of_duty(Action.READ_RECORDED_READ, "/v1/reads?within={health-1}", at="health-1"),
    "list_read_alerts within": of_duty(
        Action.READ_RECORDED_READ, "/v1/reads/alerts?within={health-1}", at="health-1"
    ),
    # Imports
    "import_file organizations": file(
        Action.IMPORT_ORGANIZATIONS,
        "organizations",
        "external_id,parent,name,type,valid_from\nnew,health,Chi bộ Mới,affiliated_cell,2024-01-01\n",
        "health",
    ),
    "import_file members": file(
        Action.IMPORT_MEMBERS,
        "members",
        "external_id,full_name,cell,standing,valid_from\nnew,Lê An,health-1,official,2024-01-01\n",
        "health-1",
    ),
    "import_file seats": file(
        Action.MANAGE_COMMITTEE,
        "seats",
        "organization,committee_kind,term,term_from,size,origin,member,title,basis\n"
        "health-1,executive,2024,2024-01-01,1,congress,p0,secretary,elected\n",
        "health-1",
    ),
    "import_file meetings": file(
        Action.RECORD_MEETING,
        "meetings",
        "organization,body,month,held_on,absences\nhealth-1,cell,2024-06,2024-06-03,p0=ill\n",
        "health-1",
    ),
    "import_file transfers": file(
        Action.SEND_TRANSFER,
        "transfers",
        "member,kind,from_cell,to_organization,introduced_on\np0,official,health-1,town,2024-06-03\n",
        "health-1",
    ),
    "import_file memberships": file(
        Action.IMPORT_MEMBERS,
        "memberships",
        "external_id,cell,valid_from\np0,health-1,2024-01-01\n",
        "health-1",
    ),
    "import_file external_ids": file(
        Action.IMPORT_MEMBERS,
        "external_ids",
        "subject,known_as,other_system,other_id\nmember,p0,hr,M-1\n",
        "health-1",
    ),
    "annotate_file": file(
        Action.IMPORT_MEMBERS,
        "members",
        "external_id,full_name,cell,standing,valid_from\nnew,Lê An,health-1,official,2024-01-01\n",
        "health-1",
        given_back=True,
    ),
    "draft_from_structure": names(
        Action.PROPOSE_RESTRUCTURING,
        "/v1/restructurings/from-structure?root={health-1}&effective_on=2026-09-01&system=test",
        "external_id,type,name\nhealth-1,,Chi bộ Phòng Nghiệp vụ Y\n".encode(),
        at="health-1",
        sees=readers(ORGANIZATION),
        headers={"Content-Type": "text/csv"},
    ),
    "list_imports": listed(Action.IMPORT_MEMBERS, "/v1/imports", "import", at="health-1"),
    "list_import_kinds": get(None, "/v1/imports/kinds"),
    "get_import_template": get(None, "/v1/imports/template?kind=members"),
    "get_import": get(Action.IMPORT_MEMBERS, "/v1/imports/{import}", at="health-1"),
    "reverse_import": Row(
        Action.IMPORT_MEMBERS,
        "POST",
        "/v1/imports/{applied_import}/reversals",
        {"reason": "Nhầm tệp"},
        at="health-1",
    ),
    "list_import_errors": get(Action.IMPORT_MEMBERS, "/v1/imports/{import}/errors", at="health-1"),
    "list_held_rows": get(Action.IMPORT_MEMBERS, "/v1/imports/{import}/held", at="health-1"),
    # Policies, vocabularies, the caller
    "list_policies": get(None, "/v1/policies"),
    "get_policy": get(None, "/v1/policies/calendar.holidays"),
    "list_policy_edits": of_duty(EDIT, "/v1/policy-edits", "policy_edit"),
    "list_policy_edits within": of_duty(EDIT, "/v1/policy-edits?within={health}"),
    "get_policy_edit": get(EDIT, "/v1/policy-edits/{policy_edit}"),
    "propose_policy_edit": names(
        Action.PROPOSE_POLICY, "/v1/policy-edits", {"organization_id": "{health}", **POLICY}
    ),
    "propose_policy_edit nation": Row(
        Action.PROPOSE_POLICY, "POST", "/v1/policy-edits", POLICY, at="province", hidden="F"
    ),
    "approve_policy_edit": act(
        Action.APPROVE_POLICY,
        EDIT,
        "/v1/policy-edits/{policy_edit}/approvals",
        {"decisions": [{"issuer": "Ban Thường vụ", "number": "7-QĐ/TU", "signed_on": "2024-01-02"}]},
    ),
    "refuse_policy_edit": act(
        Action.APPROVE_POLICY,
        EDIT,
        "/v1/policy-edits/{policy_edit}/refusals",
        {"reason": "Chưa đủ căn cứ"},
    ),
    # Nobody but its proposer withdraws an edit, whatever their role.
    "withdraw_policy_edit": act(
        EDIT,
        EDIT,
        "/v1/policy-edits/{policy_edit}/withdrawals",
        {"reason": "Nhầm"},
        letter=lambda _, sees: "F" if sees else "N",
    ),
    "list_catalogues": get(None, "/v1/catalogues"),
    "get_catalogue": get(None, "/v1/catalogues/sectors"),
    "list_vocabularies": get(None, "/v1/vocabularies"),
    "get_me": get(None, "/v1/me"),
    # Grants and machine clients
    "list_grants": of_duty(GRANT, "/v1/grants", "grant"),
    "list_grants within": of_duty(GRANT, "/v1/grants?within={health}"),
    "list_grants organization": of_duty(GRANT, "/v1/grants?organization={health}"),
    "get_grant": get(GRANT, "/v1/grants/{grant}"),
    "create_grants": names(
        Action.MANAGE_GRANT,
        "/v1/grants",
        {
            "grants": [
                {
                    "actor": {"issuer": "https://issuer.test", "subject": "new"},
                    "role": "auditor",
                    "organization_id": "{health}",
                    "valid": {"from": "2024-01-01"},
                }
            ]
        },
    ),
    "end_grant": act(Action.MANAGE_GRANT, GRANT, "/v1/grants/{grant}/endings", {"ended_on": "2190-01-01"}),
    "correct_grant": act(Action.MANAGE_GRANT, GRANT, "/v1/grants/{grant}/corrections", REASON),
    "list_machine_clients": of_duty(MACHINE, "/v1/machine-clients", "machine_client"),
    "list_machine_clients within": of_duty(MACHINE, "/v1/machine-clients?within={health}"),
    "list_machine_clients organization": of_duty(MACHINE, "/v1/machine-clients?organization={health}"),
    "get_machine_client": get(MACHINE, "/v1/machine-clients/{machine_client}"),
    "create_machine_client": names(
        MACHINE, "/v1/machine-clients", {"name": "Hệ thống", "organization_id": "{health}"}
    ),
    "create_machine_key": act(MACHINE, MACHINE, "/v1/machine-clients/{machine_client}/keys", {}),
    "revoke_machine_key": act(
        MACHINE, MACHINE, "/v1/machine-clients/{machine_client}/keys/{key}/revocations", {}
    ),
    # The register as a whole
    "verify_register": get(Action.VERIFY, "/v1/verify", at="province", sees=EVERYBODY),
}
"""By operationId; a second word tells further calls of the same operation apart."""
