"""PDFs that people send: facts about them, and marked copies. Never trusts the file: the work is done by `pdf_probe`."""

from __future__ import annotations

import html
import json
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from app.core.errors import DomainError
from app.infra.pdf import render_pdf

PROBE = Path(__file__).with_name("pdf_probe.py")
PROBE_SECONDS, STAMP_SECONDS = 5, 30
STAMP_DATE = datetime(2026, 1, 1, tzinfo=UTC)


class Unreadable(StrEnum):
    """Why a file cannot be used as a PDF."""

    NOT_A_PDF = "not_a_pdf"
    ENCRYPTED = "encrypted"
    BROKEN = "broken"
    EMPTY = "empty"
    TOO_DEMANDING = "too_demanding"


EXPLANATIONS = {
    Unreadable.NOT_A_PDF: "This file is not a PDF.",
    Unreadable.ENCRYPTED: "This PDF asks for a password. Save it without one and send it again.",
    Unreadable.BROKEN: "This PDF is damaged and cannot be read. Export it again from the program that made it.",
    Unreadable.EMPTY: "This PDF has no pages.",
    Unreadable.TOO_DEMANDING: "This PDF needs too much time or memory to read. Export it again, or split it.",
}


class UnreadablePdfError(DomainError):
    """The file cannot be used; `reason` says why and the message tells a person what to do."""

    rule = "files.unreadable_pdf"

    def __init__(self, reason: Unreadable) -> None:
        super().__init__(EXPLANATIONS[reason])
        self.reason = reason


@dataclass(frozen=True, slots=True)
class PdfFacts:
    """What is known of a readable PDF. `encrypted` files here open without a password; `version` is like "1.7"."""

    pages: int
    encrypted: bool
    has_javascript: bool
    has_embedded_files: bool
    version: str


def inspect_pdf(data: bytes, *, max_pages_scanned: int) -> PdfFacts:
    """Count the pages of a file, and look in its catalogue, its form and its first pages for scripts and attachments.

    Takes at most five seconds and a gibibyte, in a process of its own. Raises UnreadablePdfError.
    """
    facts = json.loads(_ask("probe", str(max_pages_scanned), data=data, seconds=PROBE_SECONDS))
    _raise_if_refused(facts)
    return PdfFacts(**facts)


def mark_pages_beyond(pdf: bytes, limit: int, text: str) -> bytes:
    """A copy with `text` across every page after the first `limit` pages; encryption and signatures do not survive.

    Raises UnreadablePdfError.
    """
    stamp = _stamp(text)
    head, _, marked = _ask("stamp", str(limit), str(len(stamp)), data=stamp + pdf, seconds=STAMP_SECONDS).partition(
        b"\n"
    )
    _raise_if_refused(json.loads(head))
    return marked


def _raise_if_refused(answer: dict[str, object]) -> None:
    if "refused" in answer:
        raise UnreadablePdfError(Unreadable(str(answer["refused"])))


def _ask(*request: str, data: bytes, seconds: int) -> bytes:
    command = [sys.executable, "-I", str(PROBE), *request]
    try:
        done = subprocess.run(  # noqa: S603 - our own program; the file goes to its standard input
            command, input=data, capture_output=True, timeout=seconds, check=True
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
        raise UnreadablePdfError(Unreadable.TOO_DEMANDING) from error
    return done.stdout


@lru_cache(maxsize=32)
def _stamp(text: str) -> bytes:
    page = f'<html lang="und"><body class="stamp"><p>{html.escape(text)}</p></body></html>'
    return render_pdf(page, title="", language="und", created=STAMP_DATE)
