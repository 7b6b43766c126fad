"""Which media types a request brings and asks for: `Content-Type` and `Accept`."""

from collections.abc import Iterator, Sequence
from functools import lru_cache

from fastapi import Request

from app.domain.errors import NotAcceptable, UnsupportedMediaType

JSON = "application/json"
_LONGEST = 500


def require_json(request: Request) -> None:
    """Refuse a body that is not said to be JSON. Without a body there is nothing to say."""
    headers = request.headers
    if headers.get("content-length", "0") == "0" and "transfer-encoding" not in headers:
        return
    named = headers.get("content-type", "").partition(";")[0].strip().lower()
    if named != JSON and not (named.startswith("application/") and named.endswith("+json")):
        raise UnsupportedMediaType("unsupported_media_type", accepted=[JSON])


def chosen(accept: str, offered: Sequence[str]) -> str:
    """Of the media types offered the one that an `Accept` header wants most; refuses where it wants none of them."""
    wanted = _wanted(accept[:_LONGEST], tuple(offered))
    if wanted is None:
        raise NotAcceptable("not_acceptable", offered=list(offered))
    return wanted


@lru_cache(maxsize=256)
def _wanted(accept: str, offered: tuple[str, ...]) -> str | None:
    """By weight, then by how exactly it is named, then by which is named first."""
    ranges = list(_ranges(accept)) or [("*/*", 1.0)]
    best: tuple[float, int, int] = (0.0, 0, 0)
    wanted = None
    for one in offered:
        whole = one.partition("/")[0] + "/*"
        exactness = {one: 2, whole: 1, "*/*": 0}
        matches = [
            (exactness[name], -at, weight) for at, (name, weight) in enumerate(ranges) if name in exactness
        ]
        if matches:
            exact, at, weight = max(matches)
            if weight > 0 and (weight, exact, at) > best:
                best, wanted = (weight, exact, at), one
    return wanted


def _ranges(accept: str) -> Iterator[tuple[str, float]]:
    """The media ranges of the header, each with its weight; what cannot be read as a weight weighs 1."""
    for part in accept.split(","):
        name, *parameters = (one.strip().lower() for one in part.split(";"))
        if not name:
            continue
        weight = next((one.removeprefix("q=") for one in parameters if one.startswith("q=")), "1")
        try:
            yield name, min(max(float(weight), 0.0), 1.0)
        except ValueError:
            yield name, 1.0
