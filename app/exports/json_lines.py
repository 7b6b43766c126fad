"""A list as newline-delimited JSON: one item a line, the count on the last."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from app.language import Language
from app.models.scalars import Shape


class JsonLines:
    """Items as pages show them."""

    media_type: ClassVar[str] = "application/x-ndjson"
    suffix: ClassVar[str] = "ndjson"
    built_whole: ClassVar[bool] = False

    def __init__(self, item: type[Shape], language: Language) -> None: ...

    def write(self, items: Sequence[Shape]) -> bytes:
        return "".join(one.model_dump_json() + "\n" for one in items).encode()

    def end(self, end: Mapping[str, Any]) -> Iterator[bytes]:
        yield (json.dumps({"end": end}) + "\n").encode()

    def close(self) -> None: ...
