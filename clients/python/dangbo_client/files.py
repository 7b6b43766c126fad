"""Files of rows as requests: read and sent a piece at a time, with a bar of how far it is."""

import os
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import BinaryIO

import httpx

from dangbo_client.problems import DangboError
from dangbo_client.sending import Parameters, Sender, Upload

File = str | os.PathLike[str] | BinaryIO
"""A file by its path, or one that is open for reading bytes and can be read again from its beginning."""

ANSWER_SECONDS = 3600.0
"""How long the register may work on one file."""

_PIECE = 64 * 1024
MEDIA_TYPES = {
    ".csv": "text/csv",
    ".ndjson": "application/x-ndjson",
    ".jsonl": "application/x-ndjson",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

Sent = Callable[[int], None]
"""Told how many bytes of the file have gone out."""


def send(
    sender: Sender, path: tuple[str, ...], parameters: Parameters, file: File, title: str, progress: bool
) -> httpx.Response:
    """Post a file, named .csv, .xlsx, .ndjson or .jsonl; `progress` draws a bar, where rich is installed."""
    media_type = _media_type(file)
    with _opened(file) as opened:
        size = opened.seek(0, os.SEEK_END)
        with _bar(size, title) if progress else nullcontext(_unseen) as sent:
            upload = Upload(lambda: _pieces(opened, sent), size, media_type, ANSWER_SECONDS)
            return sender.upload(path, parameters, upload)


@contextmanager
def _opened(file: File) -> Iterator[BinaryIO]:
    if isinstance(file, str | os.PathLike):
        with Path(file).open("rb") as opened:
            yield opened
    else:
        yield file


def _media_type(file: File) -> str:
    name = file if isinstance(file, str | os.PathLike) else str(getattr(file, "name", ""))
    try:
        return MEDIA_TYPES[Path(name).suffix.lower()]
    except KeyError:
        raise DangboError("a file to import is named .csv, .xlsx, .ndjson or .jsonl") from None


def _pieces(file: BinaryIO, sent: Sent) -> Iterator[bytes]:
    file.seek(0)
    gone = 0
    sent(gone)
    while piece := file.read(_PIECE):
        yield piece
        gone += len(piece)
        sent(gone)


def _unseen(_: int) -> None: ...


@contextmanager
def _bar(size: int, label: str) -> Iterator[Sent]:
    """A progress bar on the error output: of the bytes that go out, then of waiting for the answer."""
    try:
        from rich.console import Console
        from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeElapsedColumn
    except ModuleNotFoundError:
        warnings.warn("no progress bar without rich: pip install 'dangbo-client[progress]'", stacklevel=5)
        yield _unseen
        return
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task(label, total=size)

        def sent(gone: int) -> None:
            # Without a total the bar only pulses: the register does not tell how far it is.
            progress.update(task, completed=gone, total=size if gone < size else None)

        yield sent
