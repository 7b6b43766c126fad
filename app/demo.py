"""What `make demo` does: an example, loaded through the HTTP API with the client, and what it then holds."""

import asyncio
import csv
import hashlib
import time
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from dangbo_client.access import NamedActor, NewGrant
from dangbo_client.client import Client
from rich.console import Console
from rich.table import Table

from app import auth
from app.clock import today
from app.deployment import Deployment
from app.domain.access import Role, actor_of
from app.domain.errors import Conflict
from app.domain.hierarchy import OrganizationType
from app.example_documents import named, read_documents, with_ids
from app.services import register
from app.services.history import Cause
from app.serving import ServingError


@dataclass(frozen=True, slots=True)
class Example:
    """An example under `examples/`: its files come first, then its acts, then what came later.

    `begun_on`: the day that its files are of. `shown`: of which organizations the summary is printed, on which day.
    """

    name: str
    begun_on: date
    files: tuple[str, ...]
    shown: tuple[tuple[str, date], ...]
    later: tuple[str, ...] = ()
    regular_in: str | None = None

    @property
    def folder(self) -> Path:
        return Path(__file__).parents[1] / "examples" / self.name

    @property
    def root(self) -> dict[str, str]:
        """The root organization, as the first row of its file has it."""
        with (self.folder / "organizations.csv").open(encoding="utf-8", newline="") as file:
            return next(csv.DictReader(file))


_REFORMED = date(2025, 3, 2)
CASE = Example(
    "haiduong-2023",
    begun_on=date(2023, 12, 31),
    files=("organizations", "members", "seats", "meetings"),
    later=("later/university-members",),
    shown=(("bloc", date(2023, 12, 31)),),
    regular_in="2023",
)
REFORM = Example(
    "haiduong-2025",
    begun_on=date(2025, 2, 28),
    files=("organizations", "members"),
    shown=(
        ("bloc", date(2025, 2, 28)),
        ("provincial-party-agencies", _REFORMED),
        ("provincial-peoples-committee", _REFORMED),
    ),
)
EXAMPLES = {one.name: one for one in (CASE, REFORM)}
ADMINISTRATOR, OFFICE, SECOND = "demo-administrator", "demo-office", "demo-second-person"
DAY = timedelta(days=1)


def show(given: Deployment, url: str, example: Example, out: Console) -> str:
    """Load an example unless it is there, and print what it holds; a token to try with.

    ServingError where the register holds another one.
    """
    begun = time.perf_counter()
    asyncio.run(_open(given, example))
    for subject in (OFFICE, SECOND):
        _grant_board(given, url, subject)
    token, second_token = (given.development_token(subject, DAY) for subject in (OFFICE, SECOND))
    with Client(url, token, language="en") as office, Client(url, second_token) as second:
        root = example.root["external_id"]
        if not list(office.organizations.list(system=example.name, external_id=root, on=example.begun_on)):
            raise ServingError(
                "another example is loaded here: name another place for this one (DANGBO_STATE_DIR)"
            )
        for file in example.files:
            _load(office, file, example, file, out)
        _restructure(office, second, example, out)
        for file in example.later:
            _load(office, "members", example, file, out)
        _print(office, example, out)
    out.print(f"\nIt took {time.perf_counter() - begun:.1f} s.\n")
    return token


async def _open(given: Deployment, example: Example) -> None:
    """The root organization, and the first administrator."""
    row = example.root
    root = register.Root(
        type=OrganizationType(row["type"]),
        name=row["name"],
        name_en=row["name_en"] or None,
        code=row["code"] or None,
        system=example.name,
        external_id=row["external_id"],
        began_on=date.fromisoformat(row["valid_from"]),
        opened_on=date.fromisoformat(row["opened_on"]),
    )
    actor = actor_of(auth.DEVELOPMENT_ISSUER, ADMINISTRATOR, "Demo administrator")
    database = given.database()
    await database.open()
    try:
        async with database.writing() as unit:
            await register.open_register(
                await unit.begin(), Cause(actor, today(given.settings.time_zone)), root
            )
    except Conflict:
        pass  # a demo before this one opened it
    finally:
        await database.close()


def _grant_board(given: Deployment, url: str, subject: str) -> None:
    """The administrator makes someone of the demo the provincial organizing board, unless that is so."""
    with Client(url, given.development_token(subject, DAY)) as holder:
        if holder.me().grants:
            return
    with Client(url, given.development_token(ADMINISTRATOR, DAY)) as administrator:
        root = administrator.me().grants[0].organization_id
        named = NamedActor(issuer=auth.DEVELOPMENT_ISSUER, subject=subject, name=subject.replace("-", " "))
        role = Role.PROVINCIAL_ORGANIZING_BOARD.value
        administrator.grants.create(
            NewGrant(actor=named, role=role, organization_id=root, from_=today(given.settings.time_zone))
        )


def _load(office: Client, kind: str, example: Example, name: str, out: Console) -> None:
    """One file of an example, unless the very same file was applied before."""
    file = example.folder / f"{name}.csv"
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    if any(one.sha256 == sha256 and one.state == "applied" for one in office.imports.list()):
        out.print(f"{file.stem}: here already")
        return
    begun = time.perf_counter()
    answer = office.imports.apply(
        kind, file, key="external_id", system=example.name, effective_on=example.begun_on, progress=True
    )
    if answer.state != "applied":
        first = next(iter(office.imports.errors(answer.id)))
        raise ServingError(f"{file.name} was refused: line {first.line}, {first.column}: {first.detail}")
    counts = answer.counts
    out.print(
        f"{file.stem}: {answer.rows:,} rows, {counts.created:,} created, {counts.changed:,} changed,"
        f" {counts.unchanged:,} unchanged, {time.perf_counter() - begun:.1f} s"
    )


def _restructure(office: Client, second: Client, example: Example, out: Console) -> None:
    """The acts of an example, each drafted and submitted by the office, agreed to and applied by a second person."""
    here = {one.reason for one in office.restructurings.list(state=["applied"])}
    for name, written in read_documents(example.folder).items():
        if written["reason"] in here:
            out.print(f"{name}: here already")
            continue
        begun = time.perf_counter()
        on = written["effective_on"]
        asked = named(written).organizations
        ids = {
            one: next(iter(office.organizations.list(system=example.name, external_id=one, on=on))).id
            for one in asked
        }
        draft = office.restructurings.draft(with_ids(written, ids, {}, example.name))
        preview = office.restructurings.preview(draft)
        if preview.blocked:
            raise ServingError(f"{name} is stopped: {preview.conflicts[0].code}")
        agreed = office.restructurings.submit(draft, digest=preview.digest)
        if any(end.part == "consents" for end in agreed.needs):
            agreed = second.restructurings.consent(agreed)
        second.restructurings.apply(second.restructurings.approve(agreed))
        moved = sum(one.count for one in preview.counts if (one.thing, one.effect) == ("member", "moves"))
        out.print(
            f"{name}: {len(written['measures'])} measures, {moved:,} members change cell,"
            f" {preview.grassroots_change:+} grassroots organizations, {time.perf_counter() - begun:.1f} s"
        )


def _print(office: Client, example: Example, out: Console) -> None:
    """Each organization shown on its day: its tree's summary, its members by standing, its meetings of the year."""
    for external_id, on in example.shown:
        one = next(iter(office.organizations.list(system=example.name, external_id=external_id, on=on)))
        summary = office.organizations.summary(one.id, on=on)
        table = Table("what", "number", title=f"{one.name}, {on:%d/%m/%Y}")
        table.add_row("grassroots organizations", str(summary.organizations.grassroots))
        for kind, count in summary.organizations.by_type.items():
            if count:
                table.add_row(f"  {kind}", f"{count:,}")
        if summary.members is not None:
            table.add_row("members", f"{summary.members.total:,}")
            for standing, count in summary.members.by_standing.items():
                table.add_row(f"  {standing}", f"{count:,}")
        if year := example.regular_in:
            meetings = office.meetings.regularity(one.id, from_=f"{year}-01", to=f"{year}-12").whole()
            table.add_row("regular meetings due in the year", f"{meetings.due:,}")
            table.add_row("  held", f"{meetings.held:,} ({meetings.regularity.value} %)")
        out.print(table)
