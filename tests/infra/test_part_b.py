"""The demo writes its uploads directly: they are what the inspection of uploads takes them for."""

from __future__ import annotations

from app.demo.content import projects
from app.demo.part_b import letter, part_b
from app.infra.pdf_uploads import inspect_pdf


def test_the_pages_that_the_demo_says_are_those_that_the_inspection_counts() -> None:
    for pdf, pages in ((part_b(projects()[0], 53), 53), (letter("Proof of payment", ("Booked on this day.",)), 1)):
        facts = inspect_pdf(pdf, max_pages_scanned=200)
        assert (facts.pages, facts.encrypted, facts.has_javascript) == (pages, False, False)
