"""Render a page, or one block of it for htmx."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, urlencode

from starlette.responses import HTMLResponse, RedirectResponse, Response

from app.infra.links import link_to
from app.infra.templates import environment, locale_of, translator
from app.infra.templates import instant_text as long_instant
from app.settings import Mode
from app.web.call_places import call_places
from app.web.findings import shown
from app.web.flashes import ACTS, Flash, told_of
from app.web.languages import NAMES, VARY
from app.web.navigation import capacity_of, places_for

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.core.violations import Violation
    from app.delivery.unit_of_work import Work

STATIC = Path(__file__).parent / "static"


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks at the page."""

    signed_in: bool
    name: str
    capacity: str
    places: Sequence[tuple[str, str, bool]]
    csrf_token: str
    zone: str
    acting_for: str = ""
    """The name of the colleague for whom the person acts now."""
    acting_until: datetime | None = None


FLASHES = {
    "saved": Flash("success", "Saved", "Your changes are stored."),
    "sent": Flash("success", "Sent", "The message is on its way."),
    "done": Flash("success", "Done", "The change is in effect."),
    "signed-out": Flash("success", "Signed out", "You have left the service."),
    "erasure-asked": Flash("success", "Asked", "An administrator answers within 30 days. Until then nothing changes."),
    "delegated": Flash("success", "Handed over", "Both of you are told by e-mail."),
    "acting": Flash("info", "You act for a colleague", "Every act names both of you, until you stop."),
    "let-go": Flash("success", "Done", "What was due is gone. The event log says how much it was."),
    "submitted": Flash("success", "Submitted", "Your application was received. The receipt is being made."),
    "signed": Flash("success", "Signed", "The decisions are in effect. Their letters wait to be looked at and sent."),
    "signed-some": Flash("warning", "Signed in part", "The decisions below could not be signed and say why."),
    "letters-sent": Flash("success", "Sent", "The letters are being sealed; each consortium is told by e-mail."),
    "preparation-sent": Flash("success", "Sent", "The managing body looks at the preparation and tells you by e-mail."),
    "agreement-signed": Flash("success", "Signed", "Your signature is stored with the text that you read."),
    "amendment-requested": Flash(
        "success", "Asked for", "The managing body answers within 45 days and tells you by e-mail."
    ),
    "amendment-decided": Flash("success", "Decided", "The consortium is told by e-mail."),
    "amendment-in-force": Flash("success", "Signed", "The amendment is in force. Its document is being sealed."),
    "amendment-proposed": Flash(
        "success", "Proposed", "The coordinator signs or refuses it within 45 days and is told by e-mail."
    ),
    "amendment-refused": Flash("success", "Refused", "The agreement stays as it is. The managing body is told why."),
    "recovery-decided": Flash("success", "Decided", "The consortium is told by e-mail."),
    "confirmed": Flash("success", "Confirmed", "The legal data count as they are shown."),
    "given-back": Flash("success", "Given back", "The consortium is told why by e-mail."),
    "opened-for-signature": Flash("success", "Open for signature", "The text is frozen; who is mandated can sign."),
    "in-force": Flash("success", "Signed", "The agreement is in force. Its document is being sealed."),
    "payment-asked": Flash("success", "Asked for", "The payment waits for the finance officer."),
    "interest-asked": Flash("success", "Asked for", "The managing body pays the interest next."),
    "proposed": Flash("success", "Proposed", "Another person confirms it."),
    "nothing-proposed": Flash("info", "Nothing was proposed", "Every open check has a finding or an open question."),
    "declared": Flash("success", "Declared", "The declaration is stored with its words."),
    "answered": Flash("success", "Answered", "The managing body has your answer."),
    "asked": Flash("success", "Asked", "The consortium is told by mail."),
    "report-submitted": Flash("success", "Submitted", "Your report counts. It can no longer be changed."),
    "report-asked": Flash("success", "Asked for", "The report is being made and sealed. It holds what stands now."),
    "report-received": Flash("success", "Submitted", "The managing body has your report. It judges the costs next."),
    "statement-signed": Flash(
        "success", "Signed", "The statement counts as it is. Saving another content takes it off."
    ),
    "assessed": Flash("success", "Saved", "The decisions are stored. They can be changed until the report is decided."),
    "opened": Flash("success", "Open", "The experts can read each other's reports; the rapporteur drafts."),
    "consensus-proposed": Flash("success", "Proposed", "The other experts are told by mail and agree or dissent here."),
    "released": Flash("success", "The file is made", "Download it and hand it to the bank. It never changes."),
    "recorded": Flash("success", "Recorded", "Below are the lines that this statement brought, and where each stands."),
    "line-stands": Flash("success", "Stored", "Where this line stands, and who acts next, is said below."),
    "status-recorded": Flash("success", "Recorded", "Below is what the bank says of which payment."),
    "status-known": Flash("info", "Nothing new", "This report was recorded before. Here it is again."),
    "nothing-new": Flash("info", "Nothing new", "Every line of this statement was recorded before."),
    "account-given": Flash("success", "Given", "A finance or accounting officer validates the account next."),
    "withdrawn": Flash("success", "Withdrawn", "The application takes no further part in the call."),
}


@cache
def asset(path: str) -> str:
    """The address of a static file, with its content hash so that browsers may keep it."""
    content = (STATIC / path).read_bytes()
    return f"/static/{path}?v={hashlib.sha256(content).hexdigest()[:12]}"


def page(  # what a page may say about itself
    work: Work,
    template: str,
    *,
    status: int = 200,
    fragment: str = "",
    errors: Sequence[Violation] = (),
    place_base: str = "",
    **context: object,
) -> Response:
    """The page as bytes. ``fragment`` names the block that an htmx request gets instead.

    ``happened`` in the context are the facts for the words about the act that led here: its payment, who is next.
    """
    language = work.known.language
    made = environment(language).get_template(template)
    settings = work.incoming.runtime.settings
    notice, told = work.incoming.query.get("notice", ""), context.pop("happened", None)
    flash = FLASHES.get(notice) or ACTS.get(notice)
    full = {
        "viewer": _viewer(work),
        "asset": asset,
        "server_time": work.incoming.runtime.clock.now().isoformat(),
        "demo": settings.mode is Mode.DEMO,
        "rehearsal_now": _rehearsal_words(work),
        "places_of": partial(call_places, work),
        "flash": told_of(flash, told if isinstance(told, Mapping) else {}, language) if flash else None,
        "errors": [shown(violation, place_base, language) for violation in errors],
        "request_path": work.incoming.path,
        "languages": NAMES.items(),
        "come_back": _address(work),
        "request_id": work.incoming.request_id,
        "now": work.now,
        "link_to": link_to,
        **context,
    }
    if fragment and work.incoming.fragment:
        scope = made.new_context(full)
        next(iter(made.root_render_func(scope)), "")  # runs what stands before the first word: imports and sets
        body = "".join(made.blocks[fragment](scope))
    else:
        body = made.render(full)
    return HTMLResponse(body, status_code=status, headers={"content-language": language, "vary": VARY})


def redirect(path: str, *, notice: str = "") -> Response:
    """Post/Redirect/Get; ``notice`` is a key of FLASHES or of flashes.ACTS."""
    if notice:
        path, mark, anchor = path.partition("#")
        path += f"{'&' if '?' in path else '?'}notice={notice}{mark}{anchor}"
    return RedirectResponse(quote(path, safe="/?&=#%:-_.~,+@"), status_code=303)


def _address(work: Work) -> str:
    """The page with what was asked of it, without the notice that was read already."""
    asked = [(name, value) for name, value in parse_qsl(work.incoming.query_string) if name != "notice"]
    return f"{work.incoming.path}?{urlencode(asked)}" if asked and work.incoming.method == "GET" else work.incoming.path


def _rehearsal_words(work: Work) -> str | None:
    if work.incoming.runtime.settings.now is None:
        return None
    return long_instant(work.now, locale_of(work.known.language), weekday=True, seconds=True)


def _viewer(work: Work) -> Viewer:
    actor, say = work.actor, translator(work.known.language)
    capacity = capacity_of(actor)
    return Viewer(
        signed_in=actor.signed_in,
        name=actor.name,
        capacity=say(capacity) if capacity else "",
        places=[(say(label), href, current) for label, href, current in places_for(actor, work.incoming.path)],
        csrf_token=work.incoming.csrf_token,
        zone=work.known.zone,
        acting_for=actor.acting_for_name,
        acting_until=actor.acting_until - timedelta(seconds=1) if actor.acting_until else None,
    )
