"""A load of plain HTTP/1.1 over kept connections: cheap enough that the server, not the client, is measured."""

import asyncio
import time
from urllib.parse import urlsplit


def requests_per_second(url: str, headers: dict[str, str], *, clients: int, seconds: float) -> float:
    """Answers a second that `clients` closed loops get from one address; any answer but 200 is an error."""
    return asyncio.run(_measure(url, headers, clients, seconds))


async def _measure(url: str, headers: dict[str, str], clients: int, seconds: float) -> float:
    parts = urlsplit(url)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    lines = [f"GET {target} HTTP/1.1", f"Host: {parts.netloc}", *(f"{k}: {v}" for k, v in headers.items())]
    request = ("\r\n".join(lines) + "\r\n\r\n").encode()
    until = time.perf_counter() + seconds
    begun = time.perf_counter()
    counts = await asyncio.gather(
        *(_loop(parts.hostname or "", parts.port or 80, request, until) for _ in range(clients))
    )
    return sum(counts) / (time.perf_counter() - begun)


async def _loop(host: str, port: int, request: bytes, until: float) -> int:
    reader, writer = await asyncio.open_connection(host, port)
    answered = 0
    while time.perf_counter() < until:
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(head.split(b"\r\n")[0].decode())
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        await reader.readexactly(length)
        answered += 1
    writer.close()
    return answered
