"""What is said when a fact of an organization was recorded in error."""

from typing import Annotated, Literal

from pydantic import Field as Bounds

from app.domain.hierarchy import OrganizationType
from app.models.authority import AuthorityCorrection
from app.models.correction import Correction, WithDependentRecords
from app.models.organization import OrganizationRead
from app.models.scalars import Code, Id, Key, Name, OtherSystem, SectorCode, Shape


class NameValue(Shape):
    """Its names."""

    name: Name
    name_en: Name | None = None


class PlacementValue(Shape):
    """Where it stands."""

    parent_id: Id


class TypeValue(Shape):
    """Its type."""

    type: OrganizationType


class CodeValue(Shape):
    """Its code."""

    code: Code


class SectorValue(Shape):
    """Its sector."""

    sector: SectorCode


class OpeningValue(Shape):
    """Over the period its roll is complete here."""

    complete: Literal[True]


class ExternalIdValue(Shape):
    """Its id in the other system."""

    external_id: Key


class NameCorrection(Correction):
    """Corrects the names."""

    fact: Literal["name"]
    value: NameValue | None


class PlacementCorrection(Correction):
    """Corrects where it stood; a move that really happened is a restructuring."""

    fact: Literal["placement"]
    value: PlacementValue | None


class TypeCorrection(Correction):
    """Corrects the type; a real change of type is a restructuring."""

    fact: Literal["type"]
    value: TypeValue | None


class CodeCorrection(Correction):
    """Corrects the code."""

    fact: Literal["code"]
    value: CodeValue | None


class SectorCorrection(Correction):
    """Corrects the sector."""

    fact: Literal["sector"]
    value: SectorValue | None


class OpeningCorrection(Correction):
    """Corrects from when on its roll is complete here."""

    fact: Literal["opening"]
    value: OpeningValue | None


class ExternalIdCorrection(Correction):
    """Corrects its id in another system."""

    fact: Literal["external_id"]
    system: OtherSystem
    value: ExternalIdValue | None


OrganizationCorrection = Annotated[
    NameCorrection
    | PlacementCorrection
    | TypeCorrection
    | CodeCorrection
    | SectorCorrection
    | OpeningCorrection
    | AuthorityCorrection
    | ExternalIdCorrection,
    Bounds(discriminator="fact"),
]
"""One fact of an organization, corrected over a period."""


class CorrectedOrganization(WithDependentRecords):
    """The organization after the correction, as of today."""

    organization: OrganizationRead
