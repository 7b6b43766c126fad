"""What asks for a reorganization, or allows one: what the API gives."""

from pydantic import Field as Bounds

from app.domain.hierarchy import OrganizationType
from app.domain.restructuring.document import MeasureKind
from app.domain.restructuring.suggestions import Obligation, SuggestionKind
from app.models.page import Page
from app.models.scalars import Code, Count, Id, Name, Shape


class MergeCandidate(Shape):
    """An organization with which another one could merge."""

    id: Id
    name: Name


class SuggestionItem(Shape):
    """One thing found of an organization, or of a committee of it."""

    organization_id: Id
    code: Code | None
    name: Name
    name_en: Name | None
    type: OrganizationType
    kind: SuggestionKind
    obligation: Obligation
    rule: str = Bounds(max_length=20, examples=["R-ORG-10"])
    source: str = Bounds(max_length=300, description="The document the value comes from.")
    value: Count = Bounds(description="Of the policy applied; of seats, as many as were decided.")
    number: Count = Bounds(description="Found on the day: of members, cells, seats, heads or committees.")
    committee_id: Id | None = Bounds(description="The committee that is not whole.")
    measure: MeasureKind | None = Bounds(
        description="What a restructuring would do; null where none is needed."
    )
    becomes: OrganizationType | None = Bounds(description="The type it would be by that measure.")
    candidates: list[MergeCandidate] = Bounds(
        max_length=10,
        description="With whom it could merge: of its type, under the same parent, within reach; the first by name.",
    )


class SuggestionPage(Page[SuggestionItem]):
    """One page of what is found, by the name of the organization."""

    unjudged: Count = Bounds(
        description="Organizations not judged by their members: their rolls are not complete on the day."
    )
