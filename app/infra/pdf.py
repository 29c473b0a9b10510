"""HTML to one PDF file that is PDF/A-3a and PDF/UA-1. The only place that knows WeasyPrint."""

from __future__ import annotations

import base64
import binascii
import io
import re
import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pikepdf
from weasyprint import CSS, HTML, Attachment
from weasyprint.css import ColorProfile
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from app.infra.pdf_markup import complete, printable, replace_letters

PROJECT = Path(__file__).resolve().parents[2]
FONTS = PROJECT / "app" / "web" / "static" / "built" / "fonts"
DOCUMENTS = PROJECT / "templates" / "documents"
HOUSE_STYLE = DOCUMENTS / "document.css"
INLINE_IMAGE_BYTES = 256 * 1024
INLINE_IMAGE = re.compile(r"data:(image/(?:png|jpeg));base64,([A-Za-z0-9+/=\s]*)", re.ASCII)
URL_SHOWN = 120

# PDF/A asks that every XMP property outside its own list is described; pdfuaid is such a property.
UA_IDENTIFIER = b"""
<rdf:Description xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"
 rdf:about="" pdfuaid:part="1"/>
<rdf:Description xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#" rdf:about="">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 to which the file conforms</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
"""


class ResourceRefusedError(Exception):
    """A document asked for something that is not one of our own fonts or stylesheets; nothing was fetched."""

    def __init__(self, url: str) -> None:
        shown = url if len(url) <= URL_SHOWN else f"{url[:URL_SHOWN]}… ({len(url)} characters)"
        super().__init__(f"A document may not load {shown}")
        self.url = url


@dataclass(frozen=True, slots=True)
class PdfAttachment:
    """A file carried inside the PDF as the source of what it shows; the type follows from the name's ending."""

    name: str
    data: bytes
    description: str


class OwnFilesFetcher(URLFetcher):  # type: ignore[misc]  # the engine is untyped
    """Serves our fonts, our document stylesheets and small inline pictures; refuses everything else."""

    def __init__(self) -> None:
        super().__init__(fail_on_errors=True)
        self.refused: list[str] = []

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:  # noqa: ARG002 - signature of the engine
        """Answer one request of the engine.

        Raises ResourceRefusedError. The engine swallows errors while it draws, so the refusal is also kept in `refused`.
        """
        answer = _inline_image(url) or _own_file(url)
        if answer is None:
            self.refused.append(url)
            raise ResourceRefusedError(url)
        return answer


def _inline_image(url: str) -> URLFetcherResponse | None:
    if len(url) > INLINE_IMAGE_BYTES or not (match := INLINE_IMAGE.fullmatch(url)):
        return None
    try:
        data = base64.b64decode(match[2], validate=True)
    except binascii.Error:
        return None
    return URLFetcherResponse(url, data, {"Content-Type": match[1]})


def _own_file(url: str) -> URLFetcherResponse | None:
    parts = urlsplit(url)
    if parts.scheme != "file" or parts.netloc:
        return None
    path = Path(unquote(parts.path)).resolve()
    if path.parent == FONTS and path.suffix == ".woff2":
        kind = "font/woff2"
    elif path.parent == DOCUMENTS and path.suffix == ".css":
        kind = "text/css"
    else:
        return None
    return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": kind})


class _HouseStyle(threading.local):
    """Fonts and stylesheet, read once per thread: Pango's font maps may not be shared between threads."""

    def __init__(self) -> None:
        self.fonts = FontConfiguration()
        self.css = CSS(filename=HOUSE_STYLE, url_fetcher=OwnFilesFetcher(), font_config=self.fonts)


@lru_cache(maxsize=1)
def _house_style() -> _HouseStyle:
    return _HouseStyle()


def render_pdf(
    html: str, *, title: str, language: str, created: datetime, attachments: Sequence[PdfAttachment] = ()
) -> bytes:
    """Lay out a document in the house style.

    `title` and `language` (BCP 47) become the file's metadata, `created` (aware) its only date: the same arguments give the
    same bytes. The result conforms to PDF/A-3a and PDF/UA-1 as far as the HTML is well structured. Attachments carry the
    relationship Source. Raises ResourceRefusedError when the HTML asks for anything but our fonts and stylesheets, and
    UndescribedDrawingError for a drawing without words.
    """
    instant = created.astimezone(UTC).replace(microsecond=0)
    source = _Source(html, printable(title), language, instant, tuple(attachments))
    pdf, missing = _render(source)
    if missing:
        # A letter without a glyph breaks both standards; the attached data keep it.
        pdf, _ = _render(source, missing)
    return pdf


@dataclass(frozen=True, slots=True)
class _Source:
    html: str
    title: str
    language: str
    instant: datetime
    attachments: tuple[PdfAttachment, ...]


def _render(source: _Source, without: Collection[int] = ()) -> tuple[bytes, set[int]]:
    """The file, and the code points that no font has; those `without` are replaced beforehand."""
    fetcher = OwnFilesFetcher()
    style = _house_style()
    try:
        page = HTML(string=source.html, base_url=f"{DOCUMENTS.as_uri()}/", url_fetcher=fetcher)
        complete(page.etree_element, language=source.language)
        if without:
            replace_letters(page.etree_element, without)
        document = page.render(font_config=style.fonts, stylesheets=[style.css], color_profiles={"srgb": _srgb()})
        document.metadata.title = source.title
        document.metadata.lang = source.language
        document.metadata.generator = "Grappe"
        document.metadata.created = document.metadata.modified = source.instant.strftime("%Y-%m-%dT%H:%M:%SZ")
        attachments = [_embedded(attachment, source.instant) for attachment in source.attachments]
        pdf = document.write_pdf(
            pdf_variant="pdf/a-3a", output_intent="given", finisher=_declare_accessible, attachments=attachments
        )
    except FatalURLFetchingError as error:
        raise ResourceRefusedError(fetcher.refused[-1] if fetcher.refused else str(error)) from error
    if fetcher.refused:
        raise ResourceRefusedError(fetcher.refused[0])
    return pdf, {code for font in document.fonts.values() for code in font.missing}


def page_count(pdf: bytes) -> int:
    """How many pages a file of our own making has."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return len(opened.pages)


def _srgb() -> ColorProfile:
    """The engine's own output profile; where the engine reads it itself, it leaves the file open."""
    content = files("weasyprint.pdf").joinpath("sRGB2014.icc").read_bytes()
    return ColorProfile(io.BytesIO(content), "sRGB2014.icc", "relative-colorimetric", (["r"], ["g"], ["b"]))


def _embedded(attachment: PdfAttachment, instant: datetime) -> Attachment:
    return Attachment(
        string=attachment.data,
        name=attachment.name,
        description=attachment.description,
        relationship="Source",
        created=instant,
        modified=instant,
    )


def _declare_accessible(_document: Any, pdf: Any) -> None:  # noqa: ANN401 - the engine's own objects are untyped
    """Add the PDF/UA identifier that the PDF/A variant leaves out; list each attachment once; pass over decoration."""
    metadata = pdf.objects[int(pdf.catalog["Metadata"].split()[0])]
    xmp = b"".join(part if isinstance(part, bytes) else part.encode() for part in metadata.stream)
    metadata.stream = [xmp.replace(b"</rdf:RDF>", UA_IDENTIFIER + b"</rdf:RDF>", 1)]
    if "AF" in pdf.catalog:
        pdf.catalog["AF"][:] = dict.fromkeys(pdf.catalog["AF"])
    for element in pdf.objects:
        if isinstance(element, dict) and element.get("S") == "/Figure" and "Alt" not in element:
            element["S"] = "/NonStruct"
