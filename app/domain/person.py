"""Words for what the register knows of a person: the index of the dossier, not the dossier."""

from enum import StrEnum


class Sex(StrEnum):
    """Sex as the citizen's papers state it."""

    FEMALE = "female"
    MALE = "male"


class IdentifierKind(StrEnum):
    """Numbers by which papers know a member: texts, since leading zeros count."""

    CITIZEN_ID = "citizen_id"
    CARD_NUMBER = "card_number"
    FILE_NUMBER = "file_number"
