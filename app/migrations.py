"""Bringing the database's schema to this release, as the migrator."""

from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory

from alembic import command

_ROOT = Path(__file__).parents[1]


def configuration(url: str) -> Config:
    """Alembic's configuration for a database."""
    config = Config(_ROOT / "alembic.ini")
    config.set_main_option("script_location", str(_ROOT / "alembic"))
    config.attributes["url"] = url
    return config


def head() -> str:
    """The revision that this release's schema has."""
    found = ScriptDirectory.from_config(configuration("")).get_current_head()
    assert found is not None
    return found


def draft(url: str, name: str) -> None:
    """Write a migration from the schema of a migrated database to what the tables declare.

    Functions, triggers and grants are added by hand: for a table of facts see `app.fact_guards`.
    """
    command.revision(configuration(url), name, autogenerate=True)


def migrate(url: str) -> None:
    """Run the migrations that the database has not seen. Must run outside an event loop."""
    command.upgrade(configuration(url), "head")
