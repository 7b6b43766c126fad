"""Words for what the register knows of a person: the index of the dossier, not the dossier."""

from enum import StrEnum


class Sex(StrEnum):
    """Sex as the citizen's papers state it."""

    FEMALE = "female"
    MALE = "male"


class GeneralEducation(StrEnum):
    """The highest completed stage of general schooling."""

    LITERATE = "literate"
    PRIMARY = "primary"
    LOWER_SECONDARY = "lower_secondary"
    UPPER_SECONDARY = "upper_secondary"


class ProfessionalEducation(StrEnum):
    """The highest professional qualification."""

    ELEMENTARY = "elementary"
    INTERMEDIATE = "intermediate"
    COLLEGE = "college"
    BACHELOR = "bachelor"
    MASTER = "master"
    DOCTOR = "doctor"


class PoliticalTheory(StrEnum):
    """The highest completed course of political theory; `advanced` includes the bachelor's degree in it."""

    ELEMENTARY = "elementary"
    INTERMEDIATE = "intermediate"
    ADVANCED = "advanced"


class IdentifierKind(StrEnum):
    """Numbers by which papers know a member: texts, since leading zeros count."""

    CITIZEN_ID = "citizen_id"
    CARD_NUMBER = "card_number"
    FILE_NUMBER = "file_number"
