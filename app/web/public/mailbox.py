"""The demo mailbox: every mail that the demonstration sent, as its reader got it."""

import re
from collections.abc import Iterator
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.responses import Response

from app.core.errors import NotFoundError
from app.core.paging import Page
from app.delivery.guards import public
from app.delivery.incoming import Incoming
from app.delivery.unit_of_work import READ, Work, run
from app.infra.mailbox import DemoMailbox, KeptMail
from app.settings import Mode
from app.web.lists import Listing, ListSpec
from app.web.pages import page
from app.web.requests import Request_

router = APIRouter()
_ADDRESS = re.compile(r"https?://[^\s<>\"]+")


@router.get("/mailbox")
def show(incoming: Request_) -> Response:
    """All mails, newest first, or those to one address. Public, and only in the demonstration."""
    kept = _kept(incoming)
    to = incoming.query.get("to", "").strip().lower()
    spec: ListSpec[KeptMail] = ListSpec(columns=())
    listing = Listing.read(incoming, spec)
    found = [mail for mail in kept if not to or mail.to.lower() == to]
    request = listing.request
    stretch = Page(found[request.offset : request.offset + request.size], len(found), request.number, request.size)
    readers = sorted({mail.to.lower() for mail in kept})

    def answer(work: Work) -> Response:
        return page(
            work,
            "public/mailbox.html",
            mails=stretch.rows,
            to=to,
            readers=readers,
            total=len(found),
            pages=_Pages(stretch, to),
        )

    return run(incoming, READ, public, answer)


@router.get("/mailbox/{key}")
def show_mail(key: str, incoming: Request_) -> Response:
    """One mail as text with its link, and the source of its HTML."""
    found = next((mail for mail in _kept(incoming) if mail.key == key), None)
    if found is None:
        raise NotFoundError("mail")

    def answer(work: Work) -> Response:
        return page(work, "public/mail.html", mail=found, pieces=list(_pieces(found.text)))

    return run(incoming, READ, public, answer)


class _Pages:
    """What components/pagination.html reads."""

    def __init__(self, stretch: Page[KeptMail], to: str) -> None:
        self.number, self.pages, self.total, self._to = stretch.number, stretch.pages, stretch.total, to

    def href(self, number: int) -> str:
        """The address of a page of the same selection."""
        return f"/mailbox?{urlencode({name: value for name, value in (('to', self._to), ('page', number)) if value})}"


def _kept(incoming: Incoming) -> list[KeptMail]:
    """What the mailbox holds; outside the demonstration there is none."""
    if incoming.runtime.settings.mode is not Mode.DEMO:
        raise NotFoundError
    return DemoMailbox(incoming.runtime.mailbox_dir).messages()


def _pieces(text: str) -> Iterator[tuple[str, bool]]:
    """The text cut at its addresses: (words, whether it is an address)."""
    end = 0
    for match in _ADDRESS.finditer(text):
        yield text[end : match.start()], False
        yield match.group(), True
        end = match.end()
    yield text[end:], False
