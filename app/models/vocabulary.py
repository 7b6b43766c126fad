"""The shapes of vocabularies."""

from pydantic import Field as Bounds

from app.models.scalars import Shape


class Word(Shape):
    """One member: the identifier that requests and answers hold, and the words to show."""

    id: str = Bounds(max_length=80)
    vi: str = Bounds(max_length=120)
    en: str = Bounds(max_length=120)


class Vocabulary(Shape):
    """One enumeration of the contract; `OrganizationType` there is `organization_type` here."""

    name: str = Bounds(max_length=60)
    words: list[Word] = Bounds(max_length=100)


class Vocabularies(Shape):
    """Every enumeration of the contract."""

    items: list[Vocabulary] = Bounds(max_length=100)
