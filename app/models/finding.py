"""Findings as answers show them."""

from collections.abc import Iterable
from typing import Any

from pydantic import Field as Bounds

from app.domain.finding import Finding, FindingCode
from app.models.scalars import Day, Shape


class FindingRead(Shape):
    """What a rule notes of a record without refusing it; the words of `code` are in the vocabularies."""

    rule: str = Bounds(max_length=20, examples=["R-TR-7"])
    code: FindingCode
    value: Any = Bounds(
        description="The value of the policy applied, or what was found; null where not for you."
    )
    source: str | None = Bounds(max_length=300, description="The document the value comes from.")
    on: Day | None = Bounds(description="The day it speaks of, such as the last of a limit.")


def to_findings(findings: Iterable[Finding]) -> list[FindingRead]:
    """The findings as answers show them."""
    return [
        FindingRead(**{name: getattr(one, name) for name in FindingRead.model_fields}) for one in findings
    ]
