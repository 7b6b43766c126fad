"""What of a personal value is shown to those who need only recognize it, and what it takes to see it whole."""

from collections.abc import Iterable
from enum import StrEnum

from app.domain.access import Action, HeldRole, allows, roles_for
from app.domain.partial_date import PartialDate
from app.domain.person import IdentifierKind

_SHOWN = 3
"""Characters of a number that stay readable."""

MASK = "***"
"""Stands for a text of which nothing is shown."""


class ProtectedField(StrEnum):
    """What of a member is masked unless role and reach allow it: the numbers, the birth date, the address.

    The native place (`home_place`) is none of them: it is a commune where nobody is found, stands on printed
    lists beside the name, and tells namesakes apart.
    """

    CITIZEN_ID = IdentifierKind.CITIZEN_ID.value
    CARD_NUMBER = IdentifierKind.CARD_NUMBER.value
    FILE_NUMBER = IdentifierKind.FILE_NUMBER.value
    BIRTH_DATE = "birth_date"
    RESIDENCE = "residence"


class ReadPurpose(StrEnum):
    """For what whole values are asked: words only, since a note could hold what must not stand in the record."""

    DOSSIER_CHECK = "dossier_check"
    CARD_ISSUE = "card_issue"
    TRANSFER_PAPERS = "transfer_papers"
    TELLING_APART = "telling_apart"
    INSPECTION = "inspection"
    AUTHORITY_REQUEST = "authority_request"


BY_DUTY = {
    ProtectedField.BIRTH_DATE: Action.READ_BIRTH_DATE,
    ProtectedField.RESIDENCE: Action.READ_RESIDENCE,
}
"""The fields that some roles see whole in every read of a member, and the action that lets them."""


def whole_by_duty(held: Iterable[HeldRole]) -> frozenset[ProtectedField]:
    """The fields that the roles held over a member's cell show whole, without being asked for what."""
    roles = list(held)
    return frozenset(one for one, action in BY_DUTY.items() if allows(action, roles))


def roles_that_see() -> list[tuple[str, str]]:
    """The same as pairs of a field and a role that sees it whole, for SQL."""
    return [(one.value, role) for one, action in BY_DUTY.items() for role in roles_for(action)]


def mask_number(number: str) -> str:
    """The number with stars for all but its last three characters; a number no longer than that is all stars."""
    hidden = max(len(number) - _SHOWN, 0) or len(number)
    return "*" * hidden + number[hidden:]


def mask_birth_date(born: PartialDate | None) -> PartialDate | None:
    """The year of birth alone."""
    return None if born is None or born.value is None else PartialDate.parse(str(born.value.year))


def mask_line(text: str | None) -> str | None:
    """Stars alone: which part of an address names the street is not known."""
    return None if text is None else MASK
