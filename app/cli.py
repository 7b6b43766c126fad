"""The command line: `python -m app.cli …`. Thin: each command calls what does the work."""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, TypeVar

import typer
from asyncpg import Connection
from rich.console import Console

from app import auth, clock, deployment, embedded, logs, migrations, serving
from app.bootstrap import BootstrapError, Urls
from app.bootstrap import bootstrap as bootstrap_server
from app.config import SettingRefused, Settings, settings
from app.db import Database
from app.deployment import Deployment, SettingMissing
from app.domain.access import Role, actor_of
from app.domain.errors import DomainError
from app.domain.hierarchy import OrganizationType
from app.language import Language, in_words
from app.main import create_app
from app.models.verify import Report
from app.postgres_binaries import PostgresError
from app.services import policies, read_term, register, trial, verify
from app.services.history import Cause

CONTRACT = Path(__file__).parents[1] / "openapi" / "openapi.json"
RELEASE = actor_of("dangbo:system", "release", "Dangbo")
LOOPBACK = "127.0.0.1"
FOUNDED_ON = datetime(1930, 2, 3)  # noqa: DTZ001 - a day, in the form in which typer reads one
"""The Party's founding."""

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
out = Console()
Result = TypeVar("Result")
Host = Annotated[str, typer.Option(help="The address to listen on.")]


@app.callback()
def log_apart() -> None:
    """The register's own commands. Standard output holds what they print, standard error what is logged."""
    logs.configure("WARNING")


@app.command()
def serve(host: Host = "0.0.0.0") -> None:
    """Serve on PORT, on the database that the settings name."""
    with _understandable():
        given = deployment.named(settings())
        logs.configure()
        serving.serve(given.app, host, settings().port)


@app.command()
def run(host: Host = LOOPBACK) -> None:
    """Serve on PORT, on the embedded database, brought to this release first."""
    with _understandable(), deployment.own(settings()) as given:
        _bring_up(given)
        logs.configure()
        out.print(f"http://{host}:{settings().port}/docs")
        serving.serve(given.app, host, settings().port)


@app.command()
def demo(
    once: Annotated[bool, typer.Option("--once", help="Load, show and end.")] = False,
    example: Annotated[str, typer.Option(help="Which one of those under examples/.")] = "haiduong-2023",
) -> None:
    """Load an example through the HTTP API, show what it holds, and keep serving."""
    from app.demo import EXAMPLES, show  # the client and the examples are not part of a deployed service

    if example not in EXAMPLES:
        raise typer.BadParameter(f"there are {' and '.join(EXAMPLES)}", param_hint="--example")

    with _understandable(), deployment.own(settings()) as given:
        _bring_up(given)
        logs.configure("WARNING")
        if not once:
            serving.require_free(LOOPBACK, settings().port)
        with serving.serving(given.app, LOOPBACK, 0) as url:
            token = show(given, url, EXAMPLES[example], out)
        if once:
            return
        # Whoever asks early finds nobody there, rather than half of the example.
        with serving.serving(given.app, LOOPBACK, settings().port) as url:
            out.print(f"Serving at {url}, contract at {url}/docs. Ctrl-C ends.", soft_wrap=True)
            out.print("A token to try with, good for a day:\n")
            print(token, flush=True)
            serving.wait_until_told_to_stop()


@app.command()
def migrate() -> None:
    """Bring schema and shipped policies to this release."""
    with _understandable(), deployment.any_database(settings()) as given:
        _bring_up(given)


@app.command()
def migration(name: Annotated[str, typer.Argument(help="What it does.")]) -> None:
    """Draft a migration from the newest schema to what the tables declare, on a server made for this alone."""
    with _understandable(), TemporaryDirectory(prefix="dangbo-migration-") as place:
        Path(place).chmod(0o755)  # the server's own user must reach its directory inside
        with embedded.running(
            Path(place) / "server", binaries=settings().postgres_binaries, durable=False
        ) as server:
            migrations.migrate(server.urls().migrator)
            migrations.draft(server.urls().migrator, name)


@app.command()
def bootstrap() -> None:
    """Make roles, database and extensions on the server of DATABASE_URL, for the connections the settings name."""
    with _understandable():
        given = deployment.named(settings())
        admin = settings().database_url
        if admin is None:
            raise SettingMissing("set DATABASE_URL to a superuser's connection")
        urls: Urls = given.urls
        asyncio.run(bootstrap_server(admin.get_secret_value(), urls.passwords, urls.database))


@app.command("grant-first")
def grant_first(
    subject: Annotated[str, typer.Option(help="Who becomes administrator: the `sub` of their tokens.")],
    issuer: Annotated[str, typer.Option(help="The issuer of their tokens.")],
    name: Annotated[str, typer.Option(help="The root organization's name in Vietnamese.")],
    type_: Annotated[
        OrganizationType, typer.Option("--type", help="Its type.")
    ] = OrganizationType.PROVINCIAL,
    name_en: Annotated[str | None, typer.Option(help="Its name in English.")] = None,
    code: Annotated[str | None, typer.Option(help="Its code.")] = None,
    began_on: Annotated[
        datetime, typer.Option(formats=["%Y-%m-%d"], help="Its first day here.")
    ] = FOUNDED_ON,
    opened_on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="From when its roll is complete here.")
    ] = None,
) -> None:
    """Open the register: its root organization and its first administrator. Works once."""
    root = register.Root(
        type=type_,
        name=name,
        name_en=name_en,
        code=code,
        system=None,
        external_id=None,
        began_on=began_on.date(),
        opened_on=(opened_on or began_on).date(),
    )
    with _understandable(), deployment.any_database(settings()) as given:
        cause = Cause(actor_of(issuer, subject), _today())
        _in_transaction(given.database(), lambda connection: register.open_register(connection, cause, root))
        out.print("The register is open.")


@app.command()
def token(
    role: Annotated[Role, typer.Option(help="The duty to try.")],
    organization: Annotated[
        str, typer.Option(help="Code or id of the organization; default: the root.")
    ] = "",
    hours: Annotated[int, typer.Option(min=1, max=24 * 30)] = 12,
) -> None:
    """Print a token of the development issuer that bears a role on an organization. Embedded database only."""
    with _understandable(), deployment.own(settings()) as given:
        _bring_up(given)
        subject = f"{role}@{organization or 'root'}"
        holder = actor_of(auth.DEVELOPMENT_ISSUER, subject, subject)
        cause = Cause(RELEASE, _today())
        _in_transaction(
            given.database(),
            lambda connection: trial.let_try(connection, cause, holder, role, organization or None),
        )
        print(given.development_token(subject, timedelta(hours=hours)))


@app.command("prune-reads")
def prune_reads() -> None:
    """Delete the records of reads that are older than the policy `reads.kept_months` keeps."""
    with _understandable(), deployment.any_database(settings()) as given:
        zone = settings().time_zone
        cause = Cause(RELEASE, _today())
        pruned = _in_transaction(
            given.maintenance(), lambda connection: read_term.prune(connection, cause, zone), pool="importer"
        )
        out.print(f"Deleted {pruned.count} records of reads from before {pruned.before}.")


@app.command("verify")
def verify_register() -> None:
    """Check the whole register in one snapshot; ends with 1 and the offending ids if anything is wrong."""

    async def check(given: Deployment) -> Report:
        database = given.database()
        await database.open()
        try:
            async with database.exporting() as connection:
                return await verify.verify(connection)
        finally:
            await database.close()

    with _understandable(), deployment.any_database(settings()) as given:
        report = asyncio.run(check(given))
    for one in report.checked:
        out.print(f"{'ok ' if not one.offending_count else 'BAD'} {one.check}: {one.description}")
        for offender in one.offending:
            out.print(f"      {offender}")
    raise typer.Exit(0 if report.sound else 1)


@app.command()
def openapi(
    check: Annotated[bool, typer.Option("--check", help="Only compare with the committed contract.")] = False,
) -> None:
    """Write the contract to openapi/openapi.json, or see that the committed one is the app's."""
    described = create_app(Settings(), Database(Settings(), "", "")).openapi()
    text = json.dumps(described, ensure_ascii=False, indent=2) + "\n"
    if not check:
        CONTRACT.write_text(text, encoding="utf-8")
    elif not CONTRACT.exists() or CONTRACT.read_text(encoding="utf-8") != text:
        out.print(
            "openapi/openapi.json is not the app's contract: run `make openapi` and look at the difference"
        )
        raise typer.Exit(1)


def _bring_up(given: Deployment) -> None:
    """The schema and the shipped policies of this release."""
    if not given.urls.migrator:
        raise SettingMissing("set DANGBO_MIGRATOR_URL to migrate")
    migrations.migrate(given.urls.migrator)
    _in_transaction(given.database(), lambda connection: policies.ship(connection, Cause(RELEASE, _today())))


def _in_transaction(
    database: Database, act: Callable[[Connection], Awaitable[Result]], pool: str = "writer"
) -> Result:
    """Carry out one act in one committed transaction; long ones on the pool of imports."""

    async def carry_out() -> Result:
        await database.open()
        try:
            async with database.writing() as unit:
                return await act(await unit.begin(pool))
        finally:
            await database.close()

    return asyncio.run(carry_out())


def _today() -> date:
    return clock.today(settings().time_zone)


@contextmanager
def _understandable() -> Iterator[None]:
    """Failures that a person can act on, without a trace."""
    serving.end_on_sigterm()
    try:
        yield
    except (SettingMissing, SettingRefused, PostgresError, BootstrapError, serving.ServingError) as error:
        print(f"dangbo: {error}", file=sys.stderr)
        raise typer.Exit(1) from None
    except DomainError as error:
        print(f"dangbo: {in_words(Language.ENGLISH, error.message, **error.facts)}", file=sys.stderr)
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        raise typer.Exit(130) from None


if __name__ == "__main__":
    app()
