"""Small PDFs for uploads: with any number of pages, or locked with a password."""

from __future__ import annotations

import io

import pikepdf


def a_pdf(*, pages: int = 1, password: str = "") -> bytes:
    """A PDF of empty A4 pages; ``password`` is asked for when it is opened."""
    with pikepdf.new() as document:
        for _ in range(pages):
            document.add_blank_page(page_size=(595, 842))
        kept = io.BytesIO()
        encryption = pikepdf.Encryption(owner=password, user=password) if password else None
        document.save(kept, encryption=encryption or False, deterministic_id=not password)
        return kept.getvalue()
