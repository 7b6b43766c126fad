"""What every format of a whole list is: lines as they come, and an end with the count."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar, Protocol


class ListFile(Protocol):
    """A list on its way into a file; of any length, in memory that does not grow with it."""

    media_type: ClassVar[str]
    suffix: ClassVar[str]
    built_whole: ClassVar[bool]
    """Whether nothing can leave before the end is known: then a failure is still a problem document."""

    def write(self, items: Sequence[Any]) -> bytes:
        """What leaves now for these items."""
        ...

    def end(self, end: Mapping[str, Any]) -> Iterator[bytes]:
        """The rest, with what NDJSON says as `end`: the count, the day, the instant."""
        ...

    def close(self) -> None:
        """Give back what the file took, finished or not."""
        ...
