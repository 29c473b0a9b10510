# ruff: noqa: T201 a program for the terminal prints
"""Take pictures of the demo: `python -m tests.screenshots`, with ALL=1 every page in every look.

Without ALL the pictures of the README go to docs/screenshots; with it every page of every audience at 390 and 1280
pixels, light and dark, and every page of two documents go to build/screenshots, which is not kept.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from app.demo.load import load_demo
from app.demo.people import write_sign_ins
from app.documents.models import Document, StoredFile
from app.documents.rules.lifecycle import DocumentState
from app.documents.use_cases.request_document import RENDER_TASK
from tests.journeys.address import Address
from tests.journeys.addresses import addresses
from tests.journeys.test_axe import LOOKS, become, open_browser
from tests.support.live import Live, chromium, live, until

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from app.delivery.runtime import Runtime

ROOT = Path(__file__).resolve().parents[1]
SHOWN, ALL = ROOT / "docs" / "screenshots", ROOT / "build" / "screenshots"
DESK, DESK_DARK = (1280, "light"), (1280, "dark")
DRAWN = {"receipt": "receipt", "agreement": "grant_agreement"}
"""Documents of which a page is shown: name of the picture and kind."""
DOCUMENT_SECONDS = 1200
"""With ALL agreements are made after the receipts and letters of years before."""
_ONLY_SHOWN = """
    delete from procrastinate_jobs where task_name = :task and args->>'document_id' not in (
        select id::text from (
            select id, subject_id, row_number() over (partition by kind order by requested_at desc, id) as place
            from document where kind = any(:kinds)
        ) as newest where place <= 2 or position(subject_id::text in :seen) > 0)
"""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of the README: which page, in which look, and whether all of the page or what one sees first."""

    name: str
    page: str
    look: tuple[int, str] = DESK
    whole: bool = False


PICTURES = (
    Picture("call", "call-open"),
    Picture("budget-over-the-cap", "budget-over"),
    Picture("expert-report", "expert-report"),
    Picture("ranking", "office-ranking", whole=True),
    Picture("grant", "grant-running"),
    Picture("payment", "payment-paid"),
    Picture("third-parties", "third-parties"),
    Picture("assessment", "report-submitted-office"),
    Picture("envelope", "envelope-to-the-end", DESK_DARK),
    Picture("portfolio", "portfolio"),
)
"""Ten, and a page each of a receipt and an agreement."""


def main() -> int:
    """Take the pictures; gives the exit code."""
    everything = bool(os.environ.get("ALL"))
    folder = ALL if everything else SHOWN
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.png"):
        old.unlink()
    with a_demo(few_documents=not everything) as demo, chromium() as browser:
        shown = {address.name: address for address in addresses(demo.runtime)}
        for kind in DRAWN.values():
            until(lambda kind=kind: sealed(demo.runtime, kind), f"a sealed {kind}", seconds=DOCUMENT_SECONDS)  # type: ignore[misc]  # a default
        if everything:
            for look in LOOKS:
                wanted = [Picture(f"{name}-{look[0]}-{look[1]}", name, look, whole=True) for name in shown]
                take(demo, browser, wanted, shown, folder)
        else:
            take(demo, browser, list(PICTURES), shown, folder)
        for name, kind in DRAWN.items():
            draw(demo.runtime, folder, name, kind, every_page=everything)
    print(f"{len(list(folder.glob('*.png')))} pictures in {folder}")
    return 0


@contextmanager
def a_demo(*, few_documents: bool) -> Iterator[Live]:
    """The demo in a scratch folder; of its documents, where a few are enough, only those that are shown."""

    def prepare(runtime: Runtime) -> None:
        write_sign_ins(runtime.settings.data_dir, load_demo(runtime))
        if few_documents:
            seen = " ".join(address.path for address in addresses(runtime))
            with runtime.database.transaction() as session:
                session.execute(
                    sa.text(_ONLY_SHOWN), {"task": RENDER_TASK, "kinds": list(DRAWN.values()), "seen": seen}
                )

    with (
        tempfile.TemporaryDirectory(prefix="grappe-pictures-") as folder,
        live("pictures", Path(folder), prepare=prepare) as demo,
    ):
        yield demo


def take(demo: Live, browser: Browser, pictures: list[Picture], shown: dict[str, Address], folder: Path) -> None:
    """Open each page as its person and take its picture; one browser for each person and look."""
    turns = dict.fromkeys((shown[picture.page].who, picture.look) for picture in pictures)
    for who, look in turns:
        context = open_browser(browser, look)
        become(demo, context, who)
        page = context.new_page()
        for picture in pictures:
            address = shown[picture.page]
            if (address.who, picture.look) != (who, look):
                continue
            page.goto(demo.base + address.path)
            if address.press:
                page.get_by_role("main").get_by_role("button", name=address.press).first.click()
                page.wait_for_load_state()
            page.evaluate("document.fonts.ready.then(() => true)")
            page.screenshot(path=folder / f"{picture.name}.png", full_page=picture.whole, animations="disabled")
            print(picture.name, flush=True)
        context.close()


def sealed(runtime: Runtime, kind: str) -> list[str]:
    """Hashes of the sealed documents of a kind, longest first."""
    with runtime.database.reading() as session:
        statement = (
            sa.select(StoredFile.sha256)
            .join(Document, Document.file_id == StoredFile.id)
            .where(Document.state == DocumentState.SEALED, Document.kind == kind)
            .order_by(StoredFile.size.desc())
        )
        return list(session.execute(statement).scalars())


def draw(runtime: Runtime, folder: Path, name: str, kind: str, *, every_page: bool) -> None:
    """The cover of a document, or all of its pages."""
    program = shutil.which("pdftoppm")
    if program is None:
        print("no pictures of documents: pdftoppm is not here (poppler-utils)")
        return
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(runtime.files.get(sealed(runtime, kind)[0]))
        file.flush()
        wanted = [] if every_page else ["-f", "1", "-l", "1", "-singlefile"]
        subprocess.run([program, "-png", "-r", "110", *wanted, file.name, str(folder / name)], check=True)


if __name__ == "__main__":
    sys.exit(main())
