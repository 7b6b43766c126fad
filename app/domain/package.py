"""The package a workbook comes in: a ZIP archive of XML parts, opened as little as possible.

What an archive says of its size is judged before anything is expanded, never is more expanded than it says, and
every part is parsed piece by piece: no document type (hence no entities), no depth, no token without bound.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO
from xml.parsers import expat

MOST_MEMBERS = 1000
MOST_EXPANDED = 256 * 1024 * 1024
MOST_RATIO = 200
"""How many times a part may expand, beyond the first mebibyte. Sheets as written expand 5 to 30 times."""
MOST_ELEMENTS = 16_000_000
"""Of one part: 100,000 rows of 20 cells are 6 million."""

SMALL_PART = 16 * 1024 * 1024
_MOST_DIRECTORY = 1024 * 1024
_DEEPEST = 64
_AT_ONCE = 64 * 1024
_LONGEST_TOKEN = 1024 * 1024
ARCHIVE = b"PK"
"""How archives begin."""
COMPOUND_FILE = bytes.fromhex("d0cf11e0a1b11ae1")
"""How files of old kinds of Office begin, and those under a password."""
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_END_OF_ARCHIVE = 22
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    expat.ExpatError,
    EOFError,
    LookupError,
    ValueError,
    RuntimeError,  # and with it what the archive asks for and is not known
)


class Refused(Exception):
    """The workbook cannot be read (any further), with a code and its facts."""

    def __init__(self, code: str, **facts: int) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


@dataclass(slots=True)
class Part:
    """What one part says; the methods are told of its elements by their names without prefix."""

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""

    def end(self, name: str) -> None:
        """An element ends."""

    def text(self, text: str) -> None:
        """Text stands in an element."""


class Package:
    """An archive that was judged."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._names = set(archive.namelist())

    def related(self, source: str, wanted: str) -> str | None:
        """The part that a part's relation leads to: one of an id, or of a type (which begins with a slash here)."""
        folder, _, name = source.rpartition("/")
        path = f"{folder}/_rels/{name}.rels".lstrip("/")
        if path not in self._names:
            raise Refused("not_a_workbook")
        relations = _Relations()
        self.read(path, relations)
        for relation, kind, target in relations.found:
            if wanted == relation or (wanted.startswith("/") and kind.endswith(wanted)):
                return _resolved(target if target.startswith("/") else f"{folder}/{target}")
        return None

    def read(self, path: str, part: Part, most: int = SMALL_PART) -> None:
        """Tell a part, of so many bytes at most, of all its elements."""
        if path in self._names and self._archive.getinfo(path).file_size > most:
            raise Refused("workbook_expands", most=most // 1024**2)
        for _ in self.parsed(path, part):
            pass

    def parsed(self, path: str, part: Part) -> Iterator[None]:
        """Tell a part of its elements, piece by piece."""
        if path not in self._names:
            raise Refused("workbook_damaged")
        parser = expat.ParserCreate()
        parser.buffer_text = True
        depth = elements = 0

        def start(name: str, attributes: dict[str, str]) -> None:
            nonlocal depth, elements
            depth += 1
            elements += 1
            if depth > _DEEPEST:
                raise Refused("workbook_damaged")
            if elements > MOST_ELEMENTS:
                raise Refused("workbook_too_many_elements", most=MOST_ELEMENTS)
            part.start(name.rpartition(":")[2], attributes)

        def end(name: str) -> None:
            nonlocal depth
            depth -= 1
            part.end(name.rpartition(":")[2])

        parser.StartElementHandler = start
        parser.EndElementHandler = end
        parser.CharacterDataHandler = part.text
        parser.StartDoctypeDeclHandler = _no_doctype
        given = 0
        with self._archive.open(path) as opened:
            while piece := opened.read(_AT_ONCE):
                parser.Parse(piece)
                given += len(piece)
                if given - parser.CurrentByteIndex > _LONGEST_TOKEN:
                    raise Refused("workbook_damaged")
                yield
        parser.Parse(b"", True)
        yield


@contextmanager
def opened(file: IO[bytes]) -> Iterator[Package]:
    """A file as a package. Raises `Refused`, also for whatever turns out broken while it is open."""
    _judge_directory(file)
    try:
        with zipfile.ZipFile(file) as archive:
            _judge_sizes(archive.infolist())
            yield Package(archive)
    except _BROKEN:
        raise Refused("workbook_damaged") from None


def _judge_directory(file: IO[bytes]) -> None:
    """Before the archive's directory is read: whether it is one, and of a size to be read."""
    start = file.read(len(COMPOUND_FILE))
    if start == COMPOUND_FILE:
        raise Refused("workbook_locked" if _holds(file, _ENCRYPTED) else "workbook_of_old_kind")
    size = file.seek(0, io.SEEK_END)
    file.seek(max(0, size - _END_OF_ARCHIVE - 0xFFFF))
    tail = file.read()
    file.seek(0)
    place = tail.rfind(b"PK\x05\x06")
    if not start.startswith(ARCHIVE):
        raise Refused("sent_as_workbook")
    if place < 0 or len(tail) - place < _END_OF_ARCHIVE:
        raise Refused("not_a_workbook")
    members, directory = struct.unpack_from("<HL", tail, place + 10)
    of_64_bits = tail.startswith(b"PK\x06\x07", max(0, place - 20))
    if members > MOST_MEMBERS or directory > _MOST_DIRECTORY or of_64_bits:
        raise Refused("workbook_too_many_parts", most=MOST_MEMBERS)


def _holds(file: IO[bytes], wanted: bytes) -> bool:
    """Whether the bytes stand in what is left of a file."""
    before = b""
    while piece := file.read(_AT_ONCE):
        if wanted in before + piece:
            return True
        before = piece[-len(wanted) :]
    return False


def _judge_sizes(parts: list[zipfile.ZipInfo]) -> None:
    if len(parts) > MOST_MEMBERS:
        raise Refused("workbook_too_many_parts", most=MOST_MEMBERS)
    if sum(part.file_size for part in parts) > MOST_EXPANDED or any(
        part.file_size > 1024**2 + MOST_RATIO * part.compress_size for part in parts
    ):
        raise Refused("workbook_expands", most=MOST_EXPANDED // 1024**2)
    if any(part.flag_bits & 1 for part in parts):
        raise Refused("workbook_locked")
    if any(part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for part in parts):
        raise Refused("workbook_damaged")


def _resolved(path: str) -> str:
    parts: list[str] = []
    for part in path.split("/"):
        if part == "..":
            del parts[-1:]
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


def _no_doctype(*_: object) -> None:
    raise Refused("workbook_damaged")


@dataclass(slots=True)
class _Relations(Part):
    found: list[tuple[str, str, str]] = field(default_factory=list)

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            self.found.append(
                (attributes.get("Id", ""), attributes.get("Type", ""), attributes.get("Target", ""))
            )
