"""What every dated fact has: the period it holds, the operation that said so, the one that took it back.

A row is often only a part of what was said before: the days left of one that was cut, or the same under another name.
Such a row keeps, beside the operation that wrote it, the one whose word it is (`said_first_by`): who decided, and by
which paper, is asked of that one.

A table class that inherits `Fact` names its key columns in `KEY`; all its other columns are values. The
pair (key, instant) holds at most one believed value: `believed_once` gives the exclusion constraint.
"""

from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, Text, text
from sqlalchemy.dialects.postgresql import DATERANGE, ExcludeConstraint
from sqlmodel import Field, SQLModel

FIRST_DAY, LAST_DAY = "1900-01-01", "2200-01-01"
"""Bounds of every date of a fact: outside lie typing errors, and values that drivers cannot read."""

SORTED = Text(collation="C")
"""A stored sort key: compared byte by byte, so that every server gives the same order."""

BELIEVED_ONCE = "believed_once"
"""Where a table's constraint keeps the columns of which only one row at a time may be believed, and of which rows."""

NAMES = "names"
"""Where a column that has no foreign key, as another one beside it has, keeps what it names: `member.id`."""

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Fact(SQLModel):
    """One fact over one half-open period `[from, to)`; never edited, only superseded, once.

    `operation_id` wrote the row; from then on it is known. `said_first_by` first said what it says; null where that is
    `operation_id` itself. The days of a row that another one cuts off or takes back, and a fact that is said of the
    record another is made part of, are said again. A thing with an id of its own (a seat) is also still what it was
    given as when it ends, is prolonged or is corrected, unless a paper of its own says so anew. All else is a new
    saying: above all another value.
    """

    KEY: ClassVar[tuple[str, ...]]

    id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_args=[Identity(always=True)])
    valid: Any = Field(sa_type=DATERANGE, nullable=False)
    operation_id: UUID = Field(foreign_key="operation.id", nullable=False)
    superseded_by: UUID | None = Field(default=None, foreign_key="operation.id")
    said_first_by: UUID | None = None
    """Only ever copied from a row said before; `verify` checks it, no foreign key slows every insert."""


def believed_once(
    table: str, *key: str, name: str | None = None, where: str | None = None
) -> ExcludeConstraint:
    """At most one believed row per key at any instant, of the rows `where` it is so. Deferrable: one statement may
    replace a row.

    The key stands in the index as two hashes, 128 bits together: the key itself, text or UUID, takes two to
    four times as long to write. The period stands there as an expression, so that the planner never reads rows
    by this index; each table has ordinary ones for that.
    """
    joined = " || chr(10) || ".join(f"{column}::text" for column in key)
    constraint = ExcludeConstraint(
        *((text(f"hashtextextended({joined}, {seed})"), "=") for seed in (0, 1)),
        (text("daterange(lower(valid), upper(valid))"), "&&"),
        name=name or f"ex_{table}_{'_'.join(key)}",
        using="gist",
        where=text("superseded_by IS NULL" + (f" AND {where}" if where else "")),
        deferrable=True,
        initially="IMMEDIATE",
    )
    constraint.info[BELIEVED_ONCE] = (key, where or "true")
    return constraint


def sound_period(column: str = "valid") -> CheckConstraint:
    """Never empty, always with a first day, and within the dates the register knows."""
    return CheckConstraint(
        f"NOT isempty({column}) AND lower({column}) IS NOT NULL AND lower({column}) >= '{FIRST_DAY}'::date"
        f" AND (upper({column}) IS NULL OR upper({column}) <= '{LAST_DAY}'::date)"
        f" AND isfinite(lower({column})) AND (upper({column}) IS NULL OR isfinite(upper({column})))",
        name="sound_period",
    )


def of_operation(table: str) -> tuple[Index, Index]:
    """Finds the facts an operation wrote, and those it took back."""
    return (
        Index(f"ix_{table}_operation_id", "operation_id"),
        Index(
            f"ix_{table}_superseded_by",
            "superseded_by",
            postgresql_where=text("superseded_by IS NOT NULL"),
        ),
    )


def one_of(column: str, words: type, name: str | None = None) -> CheckConstraint:
    """The column holds one of an enumeration's identifiers."""
    listed = ", ".join(f"'{word.value}'" for word in words)  # type: ignore[attr-defined]
    return CheckConstraint(f"{column} IN ({listed})", name=name or f"{column}_known")


def catalogue_code(column: str) -> CheckConstraint:
    """The column holds what can be a code of a catalogue; which there are, the sealing judges."""
    # A counted repetition in the expression would take six times as long.
    return CheckConstraint(
        f"{column} ~ '^[a-z][a-z0-9_]*$' AND char_length({column}) <= 40", name=f"{column}_code"
    )


def clean_text(column: str, longest: int) -> CheckConstraint:
    """NFC, no control characters, not blank at either end, bounded."""
    return CheckConstraint(
        f"{column} IS NFC NORMALIZED AND {column} !~ '[[:cntrl:]]'"
        f" AND char_length({column}) BETWEEN 1 AND {longest} AND {column} = btrim({column})",
        name=f"{column}_clean",
    )
