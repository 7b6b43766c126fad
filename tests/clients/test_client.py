"""The Python client against the real service on a real port."""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from dangbo_client import Client, DangboError, Patience
from dangbo_client.access import KnownActor, NamedActor, NewGrant
from dangbo_client.problems import Forbidden, Invalid, NotFound, RuleBroken, Stale, Unauthenticated
from dangbo_client.writing import Decision
from make import BEGAN, OPENED, World, client_of
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.bootstrap import Urls
from app.config import Settings
from app.db import Database
from app.main import create_app
from app.serving import serving

SignIn = Callable[..., Awaitable[Client]]


class LosesAnswers:
    """The service behind a network that loses the answers of as many POSTs as it is told to."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.to_lose = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "POST" or not self.to_lose:
            return await self.app(scope, receive, send)
        self.to_lose -= 1

        async def nowhere(_: Message) -> None: ...

        await self.app(scope, receive, nowhere)
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"9")]})


@pytest.fixture
def network(committed: Urls, state_dir: Path) -> LosesAnswers:
    settings = Settings(development_issuer=True)
    return LosesAnswers(
        create_app(settings, Database(settings, committed.application, committed.reader), state_dir)
    )


@pytest.fixture
async def sign_in(
    network: LosesAnswers, committed: Urls, world: World, state_dir: Path
) -> AsyncIterator[SignIn]:
    """The Python client with a role on an organization of the small register."""
    database = Database(Settings(), committed.application, committed.reader)
    await database.open()
    with ExitStack() as opened:
        # Starting and stopping block, while the database is closed in the loop of its own thread.
        url = opened.enter_context(serving(lambda: network, "127.0.0.1", 0))

        async def make(role: str | None = None, organization: str | None = None) -> Client:
            signed_in = await client_of(network, database, world, state_dir, role, organization)
            token = signed_in.headers["Authorization"].removeprefix("Bearer ")
            await signed_in.aclose()
            return opened.enter_context(
                Client(url, token, language="en", patience=Patience(longest_pause=0.01))
            )

        yield make
    await database.close()


async def test_lists_by_page_over_all_pages_and_whole_are_the_same_list(
    sign_in: SignIn, world: World
) -> None:
    client = await sign_in("auditor", "province")
    listing = client.organizations.list(within=str(world["bloc"]), on=OPENED)
    names = [one.name for one in listing]
    assert len(names) == 5
    assert [one.name for one in listing.stream()] == names
    first = listing.page(limit=2, total=True)
    second = listing.page(limit=200, after=first.next)
    assert [one.name for one in (*first.items, *second.items)] == names
    assert (first.total, first.on, second.next) == (5, OPENED, None)
    assert first.known_at is not None and first.known_at.tzinfo is not None


async def test_reads_one_organization_with_dates_and_what_one_may_do(sign_in: SignIn, world: World) -> None:
    client = await sign_in("upper_organizing_board", "bloc")
    health = client.organizations.get(str(world["health"]), on="2024-01-01")
    assert (health.began_on, health.ended_on, health.on) == (date(2020, 8, 1), None, date(2024, 1, 1))
    assert health.external_ids == {"test": "health"}
    assert {one.action: one.allowed for one in health.actions}["change_organization"]
    (one, two) = client.organizations.children(health.id)
    assert {one.members and one.members.total, two.members and two.members.total} == {1, 3}


async def test_the_tree_is_read_from_above_and_below_counted_and_compared(
    sign_in: SignIn, world: World
) -> None:
    client = await sign_in("provincial_organizing_board", "province")
    bloc, cell = str(world["bloc"]), str(world["health-1"])
    assert client.organizations.by_code("C-bloc").id == bloc
    above = [one.id for one in client.organizations.ancestors(cell)]
    assert above == [str(world["province"]), bloc, str(world["health"])]
    root = client.organizations.tree(bloc, depth=2, on=OPENED).root
    assert root is not None and root.members is not None
    assert (root.children_count, root.members.total) == (2, 5)
    assert cell in {below.id for one in root.children for below in one.children}
    summary = client.organizations.summary(bloc, on=OPENED)
    assert summary.members is not None and summary.organizations.by_size is not None
    assert summary.members.by_standing == {"official": 4, "probationary": 1}
    assert summary.organizations.by_type["affiliated_cell"] == 2
    court = client.organizations.get(str(world["court"]))
    client.organizations.change(court, effective_on="2024-03-01", code="C-9")
    differences = client.organizations.diff(bloc, from_="2024-02-29", to="2024-03-01")
    (item,) = differences
    assert item.from_ is not None and item.to is not None
    assert (item.changes, item.from_.code, item.to.code) == (("recoded",), "C-court", "C-9")
    assert (differences.sum().totals.recoded, differences.sum().to.organizations) == (1, 5)
    codes = [one for one in client.organizations.history(court.id) if one.fact == "code"]
    assert [(one.value["code"], one.valid.from_, one.valid.to) for one in codes] == [
        ("C-court", BEGAN, date(2024, 3, 1)),
        ("C-9", date(2024, 3, 1), None),
    ]


async def test_a_change_names_the_version_that_was_read(sign_in: SignIn, world: World) -> None:
    client = await sign_in("upper_organizing_board", "bloc")
    read = client.organizations.get(str(world["court"]))
    paper = Decision(issuer="Ban Thường vụ Đảng ủy Khối", number="05-QĐ/ĐUK", signed_on=date(2024, 2, 20))
    changed = client.organizations.change(
        read, effective_on=date(2024, 3, 1), code="C-9", reason="Đổi mã", decisions=[paper]
    )
    assert (changed.code, changed.name, changed.version) == ("C-9", read.name, read.version + 1)
    with pytest.raises(Stale) as stale:
        client.organizations.change(read, effective_on="2024-04-01", code=None)
    assert stale.value.facts == {"current_version": changed.version}
    corrected = client.organizations.correct(
        changed, "code", None, from_="2024-03-01", to="2025-03-01", reason="Nhập nhầm"
    )
    assert corrected.organization.version == changed.version + 1
    assert client.organizations.get(read.id, on="2024-06-01").code is None


async def test_a_write_whose_answer_is_lost_is_carried_out_once(
    sign_in: SignIn, world: World, network: LosesAnswers
) -> None:
    client = await sign_in("upper_organizing_board", "bloc")
    read = client.organizations.get(str(world["court"]))
    network.to_lose = 2
    changed = client.organizations.change(read, effective_on="2024-03-01", code="C-9")
    assert (network.to_lose, changed.version, changed.code) == (0, read.version + 1, "C-9")
    assert client.organizations.get(read.id).version == changed.version


async def test_many_threads_share_one_client(sign_in: SignIn, world: World) -> None:
    client = await sign_in("auditor", "province")
    names = ["bloc", "health", "court", "district", "town"] * 8
    read = await asyncio.gather(
        *(asyncio.to_thread(client.organizations.get, str(world[name])) for name in names)
    )
    assert [one.id for one in read] == [str(world[name]) for name in names]


async def test_refusals_are_exceptions_of_their_kind(sign_in: SignIn, world: World) -> None:
    client = await sign_in("upper_organizing_board", "bloc")
    with pytest.raises(NotFound):
        client.organizations.get(str(world["town"]))
    with pytest.raises(Invalid) as invalid:
        client.organizations.list(on="31/12/2023").page()
    assert [one.pointer for one in invalid.value.errors] == ["/query/on"]
    bloc = client.organizations.get(str(world["health-1"]))
    with pytest.raises(RuleBroken) as broken:
        client.organizations.correct(
            bloc, "type", {"type": "district"}, from_=bloc.began_on, reason="Thử"
        )  # fmt: skip
    assert broken.value.rule == "R-ORG-1" and broken.value.source
    office = await sign_in("grassroots_office", "health")
    with pytest.raises(Forbidden) as forbidden:
        office.organizations.change(
            office.organizations.get(str(world["health"])), effective_on="2024-01-01", code="C-8"
        )
    assert "upper_organizing_board" in forbidden.value.facts["roles_that_may"]
    with Client(str(client._http.base_url), "not-a-token") as stranger, pytest.raises(Unauthenticated):
        stranger.organizations.list().page()


async def test_members_are_listed_searched_read_and_followed_through_time(
    sign_in: SignIn, world: World
) -> None:
    client = await sign_in("upper_organizing_board", "bloc")
    listed = list(client.members.list(cell=str(world["health-1"])))
    assert [one.full_name for one in listed] == ["Nguyễn Văn An", "Trần Thị Ánh", "Đặng Đình Quế"]
    namesakes = client.members.search(name="nguyen van an", within=str(world["bloc"]))
    assert len(list(namesakes)) == 2 == len(list(namesakes.stream()))
    paper = [{"full_name": "NGUYEN VAN AN", "birth_date": "1970"}, {"full_name": "Không có ai"}]
    an, nobody = client.members.match(paper, within=str(world["bloc"])).rows
    assert [(one.member.id, one.reasons) for one in an.candidates] == [
        (str(world["p0"]), ("name", "birth_possible"))
    ]
    assert (an.outcome, nobody.outcome) == ("candidates", "none")
    member = client.members.get(str(world["p1"]))
    assert (member.birth_date, member.cell.id) == ("1985", str(world["health-1"]))
    (membership,) = [one for one in client.members.timeline(member.id) if one.fact == "membership"]
    assert (membership.from_, membership.to, membership.standing) == (OPENED, None, "official")


async def test_members_are_created_changed_and_corrected(sign_in: SignIn, world: World) -> None:
    client = await sign_in("upper_organizing_board", "bloc")
    created = client.members.create(
        cell_id=str(world["health-2"]),
        standing="probationary",
        since=date(2024, 5, 19),
        full_name="Lê Thị Mai",
        birth_date="1999-02",
        identifiers={"citizen_id": "030199000123"},
        occupation="Điều dưỡng",
    )
    assert (created.full_name, created.birth_date, created.identifiers[0].kind) == (
        "Lê Thị Mai", "1999-02", "citizen_id",
    )  # fmt: skip
    moved = client.members.change(created, effective_on="2025-05-19", standing="official", occupation=None)
    assert (moved.standing, moved.occupation, moved.cell) == ("official", None, created.cell)
    corrected = client.members.correct(
        moved, "person", {"birth_date": "1999-02-03"}, from_=created.began_on, reason="Theo giấy khai sinh"
    )
    assert corrected.member is not None and corrected.member.birth_date == "1999-02-03"


async def test_a_sound_register_is_reported_sound(sign_in: SignIn) -> None:
    client = await sign_in("provincial_organizing_board", "province")
    report = client.verify()
    assert report.sound and {one.offending_count for one in report.checked} == {0}


async def test_grants_are_made_read_and_ended(sign_in: SignIn, world: World) -> None:
    client = await sign_in("admin", "province")
    person = NamedActor(issuer="dangbo:development", subject="someone", name="Người mới")
    wanted = NewGrant(actor=person, role="auditor", organization_id=str(world["bloc"]), from_="2024-01-01")
    (made,) = client.grants.create(wanted, reason="Phân công")
    assert made.grant is not None and made.grant.periods[0].from_ == date(2024, 1, 1)
    again, other = client.grants.create(wanted, replace(wanted, role="admin"), each=True)
    assert again.refusal is not None and again.refusal.code == "grant_exists"
    assert other.grant is not None
    (listed,) = client.grants.list(actor=made.grant.actor.id, role=["auditor"])
    assert listed.id == made.grant.id
    read = client.grants.get(listed.id)
    ended = client.grants.end(read, ended_on=read.on + timedelta(days=1))
    assert ended.periods[0].to == read.on + timedelta(days=1)
    struck = client.grants.correct(ended, from_="2024-01-01", to="2024-02-01", reason="Nhập nhầm")
    assert struck.periods[0].from_ == date(2024, 2, 1)


async def test_a_machine_client_signs_in_with_its_key_until_it_is_revoked(
    sign_in: SignIn, world: World
) -> None:
    client = await sign_in("admin", "province")
    made = client.machine_clients.create(name="Hệ thống tỉnh", organization_id=str(world["bloc"]))
    key = client.machine_clients.create_key(made.id, expires_on="2199-01-01")
    assert key.key.startswith("dangbo_") and key.key not in repr(key)
    machine = KnownActor(actor_id=made.id)
    client.grants.create(
        NewGrant(actor=machine, role="auditor", organization_id=str(world["bloc"]), from_="2024-01-01")
    )
    with Client(str(client._http.base_url), key.key) as signed_in:
        me = signed_in.me()
        assert (me.actor.id, me.roles, [one.id for one in me.reach]) == (
            made.id, ("auditor",), [str(world["bloc"])],
        )  # fmt: skip
        client.machine_clients.revoke_key(made.id, key.id, reason="Thay khóa")
        with pytest.raises(Unauthenticated):
            signed_in.me()
    assert client.machine_clients.get(made.id).keys == ()
    assert [one.id for one in client.machine_clients.list(within=str(world["province"]))] == [made.id]


async def test_what_everyone_may_look_up(sign_in: SignIn, world: World) -> None:
    client = await sign_in("cell_secretary", "court")
    (town,) = client.directory.list(q="ke sat")
    assert [one.id for one in town.path] == [str(world["province"]), str(world["district"])]
    assert client.vocabularies()["standing"]["official"].vi == "Đảng viên chính thức"
    holidays = client.policies.get("calendar.holidays", on="2023-06-01")
    assert holidays.source and holidays.rows[0].valid.from_ <= date(2023, 6, 1)
    assert {one.key for one in client.policies.list(key=["calendar.holidays"])} == {"calendar.holidays"}


async def test_the_feed_goes_on_where_it_was_left(sign_in: SignIn, world: World) -> None:
    client = await sign_in("provincial_organizing_board", "province")
    place = client.operations.latest()
    court = client.organizations.get(str(world["court"]))
    for code in ("C-7", "C-8", "C-9"):
        court = client.organizations.change(court, effective_on="2024-03-01", code=code)
    page = next(client.operations.feed(place, poll_seconds=0.01))
    assert [one.kind for one in page.items] == ["organization_changed"] * 3
    assert {one.organizations.ids for one in page.items} == {(court.id,)}
    feed = client.operations.feed(page.latest, within=str(world["bloc"]), poll_seconds=0.01)
    court = client.organizations.change(court, effective_on="2024-04-01", code="C-10")
    (newest,) = next(feed).items
    assert client.operations.get(newest.id) == newest
    assert [one.id for one in client.operations.organizations(newest.id)] == [court.id]
    assert list(client.operations.members(newest.id)) == []
    assert next(iter(client.operations.list(organization=court.id))) == newest
    assert [one.id for one in client.operations.list(organization=court.id, order="oldest")][-1] == newest.id


ORGANIZATIONS = """external_id,parent,code,type,name,valid_from,opened_on
bank,bloc,C-bank,grassroots_committee,Đảng bộ Ngân hàng,2024-01-01,2024-01-01
bank-1,bank,C-bank-1,affiliated_cell,Chi bộ Văn phòng,2024-01-01,2024-01-01
"""
MEMBERS = """external_id;full_name;sex;birth_date;cell;standing;activity_status;valid_from
m-1;Đỗ Thị Bưởi;female;7/3/1980;bank-1;official;active;01/01/2024
m-2;Vũ Văn Cam;male;1975;bank-1;official;active;01/01/2024
"""


async def test_files_are_looked_at_applied_and_come_to_nothing_the_second_time(
    sign_in: SignIn, network: LosesAnswers, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    client = await sign_in("provincial_organizing_board", "province")
    organizations, members = tmp_path / "organizations.csv", tmp_path / "members.csv"
    organizations.write_text(ORGANIZATIONS, encoding="utf-8")
    members.write_text(MEMBERS.replace("01/01/2024", "31/02/2024", 1), encoding="utf-8")

    looked_at = client.imports.validate("organizations", organizations, system="test")
    assert (looked_at.state, looked_at.counts.created, looked_at.operation_id) == ("valid", 2, None)
    network.to_lose = 2
    applied = client.imports.apply("organizations", organizations, system="test", progress=True)
    assert (applied.state, applied.counts.created, network.to_lose) == ("applied", 2, 0)
    assert "apply organizations" in capfd.readouterr().err

    refused = client.imports.apply("members", members, system="test")
    (error,) = client.imports.errors(refused.id)
    assert (refused.state, refused.errors, error.row, error.column) == ("refused", 1, 1, "valid_from")
    assert error.code and error.detail and "31/02" not in error.detail
    members.write_text(MEMBERS, encoding="utf-8")
    with members.open("rb") as file:
        assert client.imports.apply("members", file, system="test").counts.created == 2
    assert client.imports.apply("members", members, system="test").counts.unchanged == 2
    assert [one.state for one in client.imports.list()] == [
        "applied",
        "applied",
        "refused",
        "applied",
        "valid",
    ]
    assert client.imports.get(applied.id) == applied

    header = client.imports.template("members").decode("utf-8-sig").strip().split(",")
    assert header == [one.name for one in client.imports.kinds()["members"].columns]
    assert client.imports.template("members", ".xlsx").startswith(b"PK")
    (top, *_) = client.organizations.list(system="test")
    filled = client.imports.template("organizations", within=top.id, system="dangbo")
    assert top.id in filled.decode("utf-8-sig")
    assert client.imports.annotate("members", members, system="test").startswith(b"PK")
    with pytest.raises(DangboError, match=r"\.csv"):
        client.imports.apply("members", tmp_path / "members.xls")


async def test_the_example_script_imports_shows_errors_and_lists_a_cell(
    sign_in: SignIn, tmp_path: Path
) -> None:
    client = await sign_in("provincial_organizing_board", "province")
    organizations, members = tmp_path / "organizations.csv", tmp_path / "members.csv"
    organizations.write_text(ORGANIZATIONS, encoding="utf-8")
    members.write_text(MEMBERS.replace("bank-1;", "no-such-cell;", 1), encoding="utf-8")

    async def run(*arguments: str) -> tuple[int, str]:
        script = Path(__file__).parents[2] / "clients" / "python" / "examples" / "import_and_list.py"
        process = await asyncio.create_subprocess_exec(
            sys.executable, script, organizations, members, "--system", "test", *arguments,
            env={
                "PYTHONPATH": str(script.parents[1]),
                "PYTHONIOENCODING": "utf-8",
                "DANGBO_URL": str(client._http.base_url),
                "DANGBO_TOKEN": client._http.headers["Authorization"].removeprefix("Bearer "),
            },
            cwd=tmp_path, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        printed, _ = await process.communicate()
        return process.returncode or 0, printed.decode()

    code, printed = await run("--cell", "C-bank-1")
    assert (code, "refused" in printed) == (1, True), printed
    header, error = (tmp_path / "members.errors.csv").read_text("utf-8-sig").splitlines()
    assert header == "line,column,code,detail" and error.startswith("2,cell,")

    members.write_text(MEMBERS, encoding="utf-8")
    code, printed = await run("--cell", "C-bank-1")
    assert code == 0, printed
    assert "organizations.csv: applied, 2 rows, 0 errors, 0 created, 0 changed, 2 unchanged" in printed
    assert (tmp_path / "members-of-cell.csv").read_text("utf-8-sig").splitlines() == [
        "Họ và tên,Năm sinh,Tình trạng đảng viên,Sinh hoạt",
        "Đỗ Thị Bưởi,1980,Đảng viên chính thức,Đang sinh hoạt",
        "Vũ Văn Cam,1975,Đảng viên chính thức,Đang sinh hoạt",
    ]
