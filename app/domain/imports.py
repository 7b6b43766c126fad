"""The words of imports: what is asked of a file, what its differences mean, what became of it."""

from enum import StrEnum


class ImportMode(StrEnum):
    """Only look, or look and then write."""

    VALIDATE = "validate"
    APPLY = "apply"


class ImportMeaning(StrEnum):
    """What a difference between file and register means: true from a day, or recorded wrongly."""

    CHANGES = "changes"
    CORRECTIONS = "corrections"


class ImportState(StrEnum):
    """What became of the file: all of it sound, all of it written, or none of it."""

    VALID = "valid"
    APPLIED = "applied"
    REFUSED = "refused"
