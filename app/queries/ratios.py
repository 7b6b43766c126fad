"""Ratios as SQL: per cent, rounded half up in decimal arithmetic, with what they were made of."""

from dataclasses import replace

from app.domain.nation import NATION
from app.queries.asof import AsOf


def decimals(as_of: AsOf) -> str:
    """With how many decimals reports show ratios on the day [policy `report.decimals`].

    How a number is shown is no fact of the past: where the register knew no policy yet, as now.
    """
    said, now = (
        f"""(
        SELECT (d.value #>> '{{}}')::int FROM {held} d
        WHERE d.key = 'report.decimals' AND d.scope_id = '{NATION}')"""
        for held in (as_of.holding("policy"), replace(as_of, known_at=None).holding("policy"))
    )
    return f"coalesce({said}, {now})"


def ratio(numerator: str, denominator: str, of: str, places: str) -> str:
    """So many of so many, which are SQL expressions, as JSON; `value` is null of nothing."""
    percent = f"round(100.0 * {numerator} / nullif({denominator}, 0), {places})::text"
    return f"""jsonb_build_object(
        'value', {percent}, 'numerator', {numerator}, 'denominator', {denominator}, 'of', '{of}',
        'decimals', {places})"""
