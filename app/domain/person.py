"""Words for what the register knows of a person: the index of the dossier, not the dossier."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple


class Sex(StrEnum):
    """Sex as the citizen's papers state it."""

    FEMALE = "female"
    MALE = "male"


class IdentifierKind(StrEnum):
    """Numbers by which papers know a member: texts, since leading zeros count."""

    CITIZEN_ID = "citizen_id"
    CARD_NUMBER = "card_number"
    FILE_NUMBER = "file_number"


class NumberForm(NamedTuple):
    """By which policy (a regular expression) numbers of a kind are judged, and what refuses them."""

    policy: str
    rule: str
    message: str


NUMBER_FORMS: Mapping[IdentifierKind, NumberForm] = MappingProxyType(
    {
        IdentifierKind.CARD_NUMBER: NumberForm("card.number_rule", "R-MEM-5", "card_number_of_another_form"),
        IdentifierKind.CITIZEN_ID: NumberForm(
            "citizen_id.number_rule", "R-MEM-9", "citizen_id_of_another_form"
        ),
    }
)
"""The kinds of numbers that have a form where the policy of the day is sure of it; file numbers have none."""
