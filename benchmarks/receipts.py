"""The receipt against the bare engine on the same HTML, and against a document that is finished."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from app.infra.pdf import DOCUMENTS, HOUSE_STYLE, OwnFilesFetcher
from app.infra.pdf_markup import complete
from app.jobs.render_documents import html_of, render
from benchmarks.measure import Row, in_turns
from tests.builders.receipts import BASE_URL, rendered

if TYPE_CHECKING:
    from benchmarks.stage import Stage

TARGET = 1.05


def rows(stage: Stage) -> Iterator[Row]:
    """Our way to the file, beside the engine's own PDF/A of the same HTML with its contents already filled in."""
    with stage.runtime.database.transaction() as session:
        receipt = rendered(session, stage.draft)
        session.rollback()
    html = html_of(receipt.row, receipt.prepared, base_url=BASE_URL)
    fonts = FontConfiguration()
    style = CSS(filename=HOUSE_STYLE, url_fetcher=OwnFilesFetcher(), font_config=fonts)

    def bare() -> bytes:
        page = HTML(string=html, base_url=f"{DOCUMENTS.as_uri()}/", url_fetcher=OwnFilesFetcher())
        complete(page.etree_element, language="en")  # the same HTML: with its list of contents
        pdf: bytes = page.render(font_config=fonts, stylesheets=[style]).write_pdf(pdf_variant="pdf/a-3a")
        return pdf

    mine, theirs = in_turns(lambda: render(receipt.row, receipt.prepared, base_url=BASE_URL), bare, times=1, rounds=5)
    yield Row("receipt before its seal", mine, theirs, TARGET)
