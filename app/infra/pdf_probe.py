"""What runs beside the server on a PDF from a stranger: count, look for scripts and attachments, stamp pages.

A program of its own, started by `pdf_uploads` with little memory and little time, so that a hostile file ends this process
and nothing else. It imports nothing of ours. Request: `probe MAX_PAGES`, or `stamp LIMIT STAMP_BYTES`; on standard input
the stamp (if any), then the file. Answer on standard output: a line of JSON, then for `stamp` the file.
"""

from __future__ import annotations

import io
import json
import resource
import sys
from collections.abc import Iterator
from typing import Any

import pikepdf

MEMORY_BYTES = 1024 * 1024 * 1024
STREAM_BYTES = 256 * 1024 * 1024
CPU_SECONDS = {"probe": 4, "stamp": 20}
HEADER_WINDOW = 1024
ACTIONS_FOLLOWED = 10_000


class Refused(Exception):  # noqa: N818 - the reason is the whole message
    """Why the file cannot be used: not_a_pdf, encrypted, broken, empty."""


def probe(data: bytes, max_pages: int) -> dict[str, Any]:
    """The facts of one file; actions and attachments are looked for in the first `max_pages` pages. Raises Refused."""
    with _opened(data) as pdf:
        pages = _page_count(pdf)
        try:
            scripts, files = _search(pdf, min(pages, max_pages))
        except (pikepdf.PdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RuntimeError) as error:
            raise Refused("broken") from error
        return {
            "pages": pages,
            "encrypted": pdf.is_encrypted,
            "has_javascript": scripts,
            "has_embedded_files": files,
            "version": pdf.pdf_version,
        }


def stamp(data: bytes, limit: int, stamp_pdf: bytes) -> bytes:
    """The file with the stamp's first page over every page beyond `limit`, without encryption. Raises Refused."""
    with _opened(data) as pdf, pikepdf.open(io.BytesIO(stamp_pdf)) as stamp_file:
        _page_count(pdf)
        mark = pdf.copy_foreign(stamp_file.pages[0].as_form_xobject())
        try:
            for page in pdf.pages[limit:]:
                page.add_overlay(mark, _visible(page))
            marked = io.BytesIO()
            pdf.save(
                marked, deterministic_id=True, encryption=False, stream_decode_level=pikepdf.StreamDecodeLevel.none
            )
        except (pikepdf.PdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RuntimeError) as error:
            raise Refused("broken") from error
        return marked.getvalue()


def _opened(data: bytes) -> pikepdf.Pdf:
    if b"%PDF-" not in data[:HEADER_WINDOW]:
        raise Refused("not_a_pdf")
    try:
        return pikepdf.open(io.BytesIO(data), suppress_warnings=True)
    except pikepdf.PasswordError as error:
        raise Refused("encrypted") from error
    except (pikepdf.PdfError, ValueError, RuntimeError) as error:
        raise Refused("broken") from error


def _page_count(pdf: pikepdf.Pdf) -> int:
    try:
        pages = len(pdf.pages)
    except (pikepdf.PdfError, ValueError, KeyError, TypeError, AttributeError, RuntimeError) as error:
        raise Refused("broken") from error
    if pages == 0:
        raise Refused("empty")
    return pages


def _visible(page: pikepdf.Page) -> pikepdf.Rectangle:
    return pikepdf.Rectangle(page.cropbox)


def _search(pdf: pikepdf.Pdf, pages: int) -> tuple[bool, bool]:
    root = pdf.Root
    names = root.get("/Names")
    named = names if isinstance(names, pikepdf.Dictionary) else pikepdf.Dictionary()
    holders = [root, *_fields(root), *_pages_and_annotations(pdf, pages)]
    scripts = "/JavaScript" in named or any(_is_script(action) for holder in holders for action in _actions(holder))
    files = "/EmbeddedFiles" in named or "/AF" in root or any(_is_file(holder) for holder in holders)
    return scripts, files


def _dictionaries(value: Any) -> Iterator[Any]:  # noqa: ANN401 - any object of a PDF
    items = value if isinstance(value, pikepdf.Array) else [value]
    for item in items:
        if isinstance(item, pikepdf.Dictionary):
            yield item


def _fields(root: Any) -> list[Any]:  # noqa: ANN401  # objects of a PDF have no type
    form = root.get("/AcroForm")
    waiting = list(_dictionaries(form.get("/Fields"))) if isinstance(form, pikepdf.Dictionary) else []
    found: list[Any] = []
    while waiting and len(found) < ACTIONS_FOLLOWED:
        field = waiting.pop()
        found.append(field)
        waiting.extend(_dictionaries(field.get("/Kids")))
    return found


def _pages_and_annotations(pdf: pikepdf.Pdf, pages: int) -> list[Any]:
    found: list[Any] = []
    for position in range(pages):
        page = pdf.pages[position].obj
        found.append(page)
        found.extend(_dictionaries(page.get("/Annots")))
    return found


def _actions(holder: Any) -> Iterator[Any]:  # noqa: ANN401  # objects of a PDF have no type
    """Every action that opening, printing or touching this object starts, with those that follow it."""
    waiting = [action for key in ("/OpenAction", "/A") for action in _dictionaries(holder.get(key))]
    extra = holder.get("/AA")
    if isinstance(extra, pikepdf.Dictionary):
        waiting.extend(action for value in extra.values() for action in _dictionaries(value))
    followed = 0
    while waiting and followed < ACTIONS_FOLLOWED:
        followed += 1
        action = waiting.pop()
        yield action
        waiting.extend(_dictionaries(action.get("/Next")))


def _is_script(action: Any) -> bool:  # noqa: ANN401  # objects of a PDF have no type
    return action.get("/S") == "/JavaScript" or "/JS" in action


def _is_file(holder: Any) -> bool:  # noqa: ANN401  # objects of a PDF have no type
    return holder.get("/Subtype") == "/FileAttachment" or "/AF" in holder


def _answer(arguments: list[str], data: bytes) -> bytes:
    try:
        if arguments[0] == "probe":
            return json.dumps(probe(data, int(arguments[1]))).encode()
        size = int(arguments[2])
        marked = stamp(data[size:], int(arguments[1]), data[:size])
    except Refused as refusal:
        return json.dumps({"refused": str(refusal)}).encode()
    except MemoryError:
        return json.dumps({"refused": "too_demanding"}).encode()
    return json.dumps({"bytes": len(marked)}).encode() + b"\n" + marked


def main() -> None:
    """Answer one request within the limits."""
    seconds = CPU_SECONDS[sys.argv[1]]
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    pikepdf.settings.set_qpdf_limits(
        flate_max_memory=STREAM_BYTES, png_max_memory=STREAM_BYTES, run_length_max_memory=STREAM_BYTES
    )
    sys.stdout.buffer.write(_answer(sys.argv[1:], sys.stdin.buffer.read()))


if __name__ == "__main__":
    main()
