"""Files through both doors: an uploaded PDF looked at before anything is stored, and a stored one handed out."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.responses import Response

from app.core.errors import RulesViolatedError
from app.core.violations import Violation
from app.documents.schemas import FileToStore

if TYPE_CHECKING:
    from app.infra.file_store import FileStore

PDF = "application/pdf"
MOST_NAME = 150
PAGES_LOOKED_AT = 200


def pdf_to_store(files: FileStore, data: bytes, filename: str, *, place: str) -> FileToStore:
    """Look at the file and put its bytes into the store; call it outside any transaction.

    Raise RulesViolated at ``place`` where nothing was sent or the file is no PDF that can be read.
    """
    from app.infra.pdf_uploads import UnreadablePdfError, inspect_pdf  # pulls in the PDF library

    if not data:
        raise RulesViolatedError([Violation("attachments.nothing_sent", "Choose a PDF to upload.", place)])
    try:
        facts = inspect_pdf(data, max_pages_scanned=PAGES_LOOKED_AT)
    except UnreadablePdfError as error:
        raise RulesViolatedError([Violation(error.rule, error.message, place)]) from error
    return FileToStore(
        sha256=files.put(data), size=len(data), media_type=PDF, filename=tidy_name(filename), pages=facts.pages
    )


def tidy_name(filename: str) -> str:
    """The name without folders, control characters and excess length; it always ends as a PDF does."""
    last = unicodedata.normalize("NFC", filename).replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(sign for sign in last if unicodedata.category(sign)[0] != "C").strip(" .")
    stem = name[:-4] if name.lower().endswith(".pdf") else name
    return f"{stem[:MOST_NAME] or 'document'}.pdf"


def file_answer(data: bytes, filename: str, *, media_type: str = PDF) -> Response:
    """The bytes under their name; to keep, not to open in place."""
    plain = "".join(sign if sign.isascii() and (sign.isalnum() or sign in "-._ ") else "_" for sign in filename)
    disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"
    return Response(data, media_type=media_type, headers={"content-disposition": disposition})
