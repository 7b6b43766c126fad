"""Every code that the program can answer has words, the same ones in every language."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from app.domain import errors
from app.errors import CONSTRAINTS
from app.language import Language, catalogue
from app.queries.imports import dossier_checks, leaving_checks, meetings, member_checks, organization_checks

ROOT = Path(__file__).parents[2] / "app"
PLACE_OF_CODE = {
    "FieldError": 1,
    "RuleBroken": 1,
    "CellError": 0,
    "RowError": 2,
    "refuse": 1,
    "refuse_where": 2,
    "Refused": 0,
    **{
        name: 0
        for name, kind in vars(errors).items()
        if isinstance(kind, type)
        and issubclass(kind, errors.DomainError)
        and name not in ("Invalid", "RuleBroken")
    },
}
"""Who takes a code, and as which argument."""

OF_FILES = ("CellError", "Refused", "RowError", "refuse", "refuse_where")
"""Those whose codes are about rows of a file, and stand in the table `import`."""


def _said() -> Iterator[tuple[str, str]]:
    """The codes that stand in the program, as keys of the messages, each with its place."""
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            place = f"{path.relative_to(ROOT)}:{node.lineno}"
            if name == "PydanticCustomError":
                yield f"shape.{ast.literal_eval(node.args[0])}", place
            elif name in PLACE_OF_CODE and len(node.args) > PLACE_OF_CODE[name]:
                code = node.args[PLACE_OF_CODE[name]]
                if isinstance(code, ast.Constant) and isinstance(code.value, str):
                    yield f"import.{code.value}" if name in OF_FILES else code.value, place


def test_every_code_has_words() -> None:
    words = catalogue(Language.VIETNAMESE)
    said = dict(_said())
    said |= {
        f"import.{code}": checks.__name__
        for checks in (dossier_checks, leaving_checks, meetings, member_checks, organization_checks)
        for _, code, _ in checks._CHECKS
    }
    said |= {message: name for name, (_, message) in CONSTRAINTS.items()}
    assert len(said) > 100
    assert {key: place for key, place in said.items() if key not in words} == {}


def test_every_message_is_said_somewhere() -> None:
    texts = {
        node.value
        for path in ROOT.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }

    def said(key: str) -> bool:
        word = key.rpartition(".")[2].removesuffix("_suggested")  # the same with one fact more
        named = {key, word, word.replace("_", "-")}
        return not texts.isdisjoint(named) or any(f"'{word}'" in text for text in texts)

    of_shapes = "shape."  # mostly named by what reads requests
    keys = [key for key in catalogue(Language.ENGLISH) if not key.startswith(of_shapes)]
    assert [key for key in keys if not said(key)] == []


def test_both_languages_say_the_same_things() -> None:
    vietnamese, english = catalogue(Language.VIETNAMESE), catalogue(Language.ENGLISH)
    assert vietnamese.keys() == english.keys()
    blanks = re.compile(r"\{\w+\}")
    assert [
        key for key in english if set(blanks.findall(english[key])) != set(blanks.findall(vietnamese[key]))
    ] == []


BLANK = re.compile(r"\{(\w+)\}")
ALWAYS = {"RuleBroken": {"rule", "value", "source"}}
"""What a refusal says of itself besides the facts handed over."""


def _handed_over() -> Iterator[tuple[str, str, set[str]]]:
    """Of each refusal with a plain code the key of its message, its place, and the facts handed over with it."""
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            place = PLACE_OF_CODE.get(name)
            if place is None or len(node.args) <= place or name == "refuse_where":
                continue
            code, given = node.args[place], node.args[place + 1 :]
            if not isinstance(code, ast.Constant) or any(one.arg is None for one in node.keywords):
                continue
            facts = {str(one.arg) for one in node.keywords} | ALWAYS.get(name, set())
            if name in ("FieldError", "RowError") and given:
                match given[0]:
                    case ast.Tuple(elts=pairs) if all(isinstance(one, ast.Tuple) for one in pairs):
                        facts |= {
                            ast.literal_eval(one.elts[0]) for one in pairs if isinstance(one, ast.Tuple)
                        }
                    case ast.Dict(keys=keys) if all(isinstance(one, ast.Constant) for one in keys):
                        facts |= {str(one.value) for one in keys if isinstance(one, ast.Constant)}
                    case _:
                        continue
            key = f"import.{code.value}" if name in OF_FILES else str(code.value)
            yield key, f"{path.relative_to(ROOT)}:{node.lineno}", facts


_OF_ROWS = {"other_line": ("other_row",)}
"""What an answer adds to the facts of an error in a file: the line of another row."""


def _told(facts: set[str]) -> set[str]:
    return facts | {name for name, of in _OF_ROWS.items() if facts & set(of)}


def test_every_blank_of_a_message_is_filled_by_who_refuses() -> None:
    words = catalogue(Language.ENGLISH)
    handed_over = list(_handed_over())
    assert len(handed_over) > 200
    empty = {
        f"{place} {key}": sorted(lacking)
        for key, place, facts in handed_over
        if (lacking := set(BLANK.findall(words.get(key, ""))) - _told(facts))
    }
    assert empty == {}


def test_what_the_database_refuses_needs_no_facts() -> None:
    words = catalogue(Language.ENGLISH)
    assert [key for _, key in CONSTRAINTS.values() if BLANK.search(words[key])] == []


def test_every_blank_of_a_check_of_files_is_filled_by_its_query() -> None:
    words = catalogue(Language.ENGLISH)
    empty = [
        (code, blank)
        for checks in (dossier_checks, leaving_checks, meetings, member_checks, organization_checks)
        for _, code, query in checks._CHECKS
        for blank in BLANK.findall(words[f"import.{code}"])
        if not any(f"'{one}'" in query for one in (blank, *_OF_ROWS.get(blank, ())))
    ]
    assert empty == []
