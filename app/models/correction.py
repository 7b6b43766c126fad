"""Corrections: what a fact should have said over a period. Not business acts, so no decision stands behind them."""

from pydantic import ConfigDict, Field

from app.domain.errors import FieldError, Invalid
from app.domain.operation import OperationKind
from app.domain.period import Period
from app.models.scalars import Count, Day, Id, Note, Shape


class PeriodShape(Shape):
    """The days from `from` up to, not including, `to`; null: open."""

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True, serialize_by_alias=True)

    from_: Day = Field(alias="from")
    to: Day | None = None

    def to_period(self) -> Period:
        """The period; ValueError where it holds no day."""
        return Period(self.from_, self.to)

    def required(self, pointer: str = "/body/period") -> Period:
        """The period; `Invalid` at the pointer where it holds no day."""
        try:
            return self.to_period()
        except ValueError:
            raise Invalid(FieldError(pointer, "period_empty")) from None


class Correction(Shape):
    """What is the same in every correction; each fact adds `fact` and `value`.

    `value` null strikes the fact out over the period: it was recorded in error. What was believed before
    stays readable by `known_at`.
    """

    period: PeriodShape
    reason: Note
    evidence: Note | None = Field(default=None, description="The paper that shows it; no personal data.")


class DependentRecord(Shape):
    """Something recorded that rests on what was corrected: a member, an organization, a seat."""

    resource: str = Field(max_length=60, examples=["seat"])
    id: Id


class DependentOperation(Shape):
    """An operation that said something which rests on what was corrected."""

    kind: OperationKind
    id: Id


class WithDependentRecords(Shape):
    """What a correction answers besides the resource: the records that depend on the fact, up to a hundred."""

    dependent_records: list[DependentRecord] = Field(max_length=100)
    dependent_records_count: Count


class WithDependentOperations(Shape):
    """What a correction answers besides the resource: the operations that depend on the fact, up to a hundred."""

    dependent_operations: list[DependentOperation] = Field(max_length=100)
    dependent_operations_count: Count
