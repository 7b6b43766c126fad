"""What narrows a list: its conditions, the values they hold, and who may see that there is such a list."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from app.queries.asof import AsOf
from app.queries.reach import reachable, reachable_then, reached_then, readable


class Conditions:
    """The conditions of one list, over the actor (`$3`), the roles that may read it (`$4`), and today (`$5`).

    A filter that is not given (None) narrows nothing. One that names an organization the actor cannot see makes
    the whole list not found: else it would tell whether the organization exists.
    """

    def __init__(self, as_of: AsOf, actor_id: UUID, roles: Sequence[str]) -> None:
        self._as_of = as_of
        self._wanted: list[str] = []
        self._visible: list[str] = []
        self.arguments: list[Any] = [actor_id, list(roles), as_of.today]

    def place(self, value: Any) -> str:
        """The mark that stands for a value in the statement."""
        self.arguments.append(value)
        return f"${len(self.arguments) + 2}"

    def near(self, organization: str, roles: str = "$4") -> str:
        """A condition: one of the roles is held over the organization (an SQL expression)."""
        return reachable_then(self._as_of, organization, "$3", roles, "$5")

    def among(self, organization: str) -> str:
        """The same of the organization of each row of a list, which is sought from those within reach."""
        if self._as_of.known_at is None:
            return reachable(organization, "$3", "$4", "$5")
        # Whatever is joined to the rows by OR has every row looked at.
        return f"{organization} IN ({reached_then(self._as_of, '$3', '$4', '$5')})"

    def want(self, condition: str) -> None:
        """Keep the rows of which the condition is true."""
        self._wanted.append(condition)

    def want_if(self, value: Any, condition: str) -> None:
        """The same with a value, which stands at `{}` in the condition."""
        if value is not None:
            self.want(condition.format(self.place(value)))

    def see(self, condition: str) -> None:
        """Without this the whole list is not found."""
        self._visible.append(condition)

    def name(self, organization_id: UUID) -> str:
        """The mark of an organization that the caller names, and must see."""
        mark = f"{self.place(organization_id)}::uuid"
        self.see(self.near(mark))
        return mark

    def name_past(self, organization_id: UUID) -> str:
        """The same of an organization that may have ended, and be seen for what it has become."""
        mark = f"{self.place(organization_id)}::uuid"
        self.see(readable(mark, "$3", "$4", "$5"))
        return mark

    def below(self, organization_id: UUID) -> str:
        """The named organization and all below it on the day, as a query of `organization_id`."""
        return f"SELECT organization_id FROM {self._as_of.below(self.name(organization_id))} below"

    def at_if(self, organization_id: UUID | None, place: str) -> None:
        """Keep the rows whose place (an SQL expression) is the organization that the caller names."""
        if organization_id is not None:
            self.want(f"{place} = {self.name(organization_id)}")

    def below_if(self, organization_id: UUID | None, place: str) -> None:
        """The same of it and all below it."""
        if organization_id is not None:
            self.want(f"{place} IN ({self.below(organization_id)})")

    @property
    def wanted(self) -> str:
        """All that rows must fulfil."""
        return " AND ".join(self._wanted) or "true"

    @property
    def visible(self) -> str:
        """All without which the list is not found."""
        return " AND ".join(self._visible) or "true"


def containing(text: str | None) -> str | None:
    """The pattern by which LIKE finds a text anywhere; None for none."""
    if text is None:
        return None
    for sign in ("\\", "%", "_"):
        text = text.replace(sign, f"\\{sign}")
    return f"%{text}%"
