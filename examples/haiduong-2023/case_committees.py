"""The committees of the Bloc's branch in 2023 and who sits in them: one row per seat.

The terms are those of the calendar (2020–2025; affiliated cells 2022–2025). Seats begin on the opening day, since the
roll of the register begins then. Nobody sits whom the year takes away or who was not active all the time.
"""

from case_members import Member
from case_organizations import OPENED_ON, Organization
from case_source import chance

SEAT_COLUMNS = (
    "organization", "committee_kind", "term", "term_from", "term_to", "size", "origin", "member",
    "title", "basis", "valid_from",
)  # fmt: skip

TERM = ("2020-2025", "2020-08-01", "2025-08-01")
TERM_OF_AFFILIATED_CELLS = ("2022-2025", "2022-07-01", "2025-01-01")
COMMITTEE_FROM = 9
"""Official members from which a cell elects a committee; a smaller one has a secretary, and a deputy [294 23.2]."""


def seat_rows(organizations: list[Organization], members: list[Member]) -> list[dict[str, str]]:
    """The seats of all committees below the Bloc, and of the Bloc's own."""
    steady = [m for m in members if m.standing == "official" and m.status == "active" and not m.changes]
    seniority = sorted(steady, key=lambda m: (m.person.admitted_on, m.external_id))
    officials = [m for m in members if m.standing == "official"]
    rows: list[dict[str, str]] = []
    for organization in branch("bloc", organizations):
        below = {one.external_id for one in branch(organization.external_id, organizations)}
        electors = sum(member.cell.external_id in below for member in officials)
        candidates = [member for member in seniority if member.cell.external_id in below]
        rows += committee(organization, electors, candidates)
    return rows


def branch(top: str, organizations: list[Organization]) -> list[Organization]:
    """An organization and all below it."""
    known: list[Organization] = []
    within = {top}
    for one in organizations:  # parents come before their children
        if one.external_id == top or one.parent in within:
            within.add(one.external_id)
            known.append(one)
    return known


def committee(organization: Organization, electors: int, candidates: list[Member]) -> list[dict[str, str]]:
    """Its executive committee; above the cells its inspection committee as well."""
    random = chance("committee", organization.external_id)
    size, standing = size_of(organization, electors)
    chosen = candidates[: 3 * size]
    random.shuffle(chosen)
    chosen = chosen[:size]
    titles = ["secretary", *["deputy_secretary"] * (size > 1), *["standing_member"] * standing]
    titles += ["committee_member"] * (size - len(titles))
    rows = [
        seat(organization, "executive", size, title, one) for title, one in zip(titles, chosen, strict=False)
    ]
    if organization.holds_members:
        return rows
    inspectors = [one for one in candidates if one not in chosen][:3]
    titles = ["inspection_chair", "inspection_deputy", "inspection_member"]
    return rows + [
        seat(organization, "inspection", 3, title, one) for title, one in zip(titles, inspectors, strict=True)
    ]


def size_of(organization: Organization, electors: int) -> tuple[int, int]:
    """How many sit, and how many of them in the standing committee besides secretary and deputy."""
    match organization.type:
        case "provincial_agencies_bloc":
            return 27, 5
        case "grassroots_committee":
            return (11, 1) if electors >= 150 else (9, 1)
    if electors < COMMITTEE_FROM:
        return min(2, electors), 0
    return (3, 0) if electors < 20 else (5, 0)


def seat(organization: Organization, kind: str, size: int, title: str, member: Member) -> dict[str, str]:
    term, begins, ends = TERM_OF_AFFILIATED_CELLS if organization.type == "affiliated_cell" else TERM
    return {
        "organization": organization.external_id,
        "committee_kind": kind,
        "term": term,
        "term_from": begins,
        "term_to": ends,
        "size": str(size),
        "origin": "congress",
        "member": member.external_id,
        "title": title,
        "basis": "elected",
        "valid_from": OPENED_ON,
    }
