"""What the acts of 2023 made of the organizations, as far as the structure of the eve needs it."""

from dataclasses import replace
from typing import Any

from case_organizations import Organization

Known = dict[str, Organization]


def carry_out(known: Known, document: dict[str, Any]) -> None:
    """Take a document of 2023 into the organizations."""
    for measure in document["measures"]:
        match measure["kind"]:
            case "establish":
                found(known, measure)
            case "rename":
                one = known[name(measure["organization"])]
                told = {
                    column: measure[column] for column in ("name", "name_en", "code") if column in measure
                }
                known[one.external_id] = replace(one, **told)
            case "transfer":
                for organization in map(name, measure["organizations"]):
                    one, to = known[organization], known[name(measure["to"])]
                    known[organization] = replace(one, parent=to.external_id, type=measure["type"])
            case "merge_absorb":
                for source in map(name, measure["sources"]):
                    absorb(known, source, name(measure["into"]))
            case "upgrade" | "split":
                divide(known, measure)


def name(reference: str) -> str:
    """The external id of an organization: `@donre-01` of the register, `#donre-01-01` of the document."""
    return reference[1:]


def found(known: Known, measure: dict[str, Any]) -> None:
    above = known[name(measure["parent"])]
    key = name(measure["key"])
    known[key] = Organization(
        key,
        above.external_id,
        measure["code"],
        measure["type"],
        measure["name"],
        measure["name_en"],
        measure["sector"],
        profile=above.profile,
        agency=above.agency,
        workplace=f"{measure['name'].removeprefix('Chi bộ ')}, {above.agency}",
    )


def absorb(known: Known, source: str, into: str) -> None:
    """Children and members of one go to another."""
    gone, stays = known.pop(source), known[into]
    known[into] = replace(
        stays,
        members=stays.members + gone.members,
        admitted_2022=stays.admitted_2022 + gone.admitted_2022,
    )
    for child in [one for one in known.values() if one.parent == source]:
        known[child.external_id] = replace(child, parent=into)


def divide(known: Known, measure: dict[str, Any]) -> None:
    """Members go to other cells by their places of work; the organization keeps the rest."""
    source = known[name(measure["organization"])]
    places = source.workplaces
    for part in measure["parts"]:
        taken = tuple(place for place in places if place.startswith(tuple(part["where"]["workplaces"])))
        places = tuple(place for place in places if place not in taken)
        to = known[name(part["to"])]
        known[to.external_id] = replace(to, members=len(taken), workplaces=taken)
    known[source.external_id] = replace(
        source, type=measure.get("type", source.type), members=len(places), workplaces=places
    )
