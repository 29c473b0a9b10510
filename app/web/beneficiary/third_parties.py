"""What a grant pays to third parties: figures, the list, and forms to record a voucher or an exchange."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.cascade.queries.payments import support_page
from app.cascade.schemas import ExchangePreview, RecordExchange, RecordVoucher, SupportRow
from app.cascade.use_cases.record_exchange import exchange_preview, record_exchange
from app.cascade.use_cases.record_voucher import record_voucher
from app.core.paging import Page, PageRequest
from app.delivery.cascade_guards import records_support
from app.delivery.grant_guards import takes_part
from app.delivery.idempotency import once
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.infra.ids import new_id
from app.web.forms import FormView, attempt, body_of, command_from, form_page, typed_in
from app.web.grant_view.words import STATES
from app.web.lists import Listing, answer_list
from app.web.pages import redirect
from app.web.requests import Request_
from app.web.support_view.listing import filter_of, spec_of
from app.web.support_view.overview import overview
from app.web.support_view.words import KINDS, LABELS, WITHIN, country_options, host_options, outermost_options
from app.web.words import country_name

router = APIRouter(prefix="/grants/{grant_id:uuid}/third-parties")
_NO_FIELDS = ("compute",)


@router.get("")
def show(incoming: Request_, grant_id: UUID) -> Response:
    """Budget, ceiling, targets and every payment. The consortium and who speaks for a party."""

    def answer(work: Work) -> Response:
        found = overview(work, grant_id)
        listing = Listing.read(incoming, spec_of(found.partners, found.activities))

        def fetch(request: PageRequest) -> Page[SupportRow]:
            return support_page(
                work.session, grant_id, filter_of(listing), request, sort=listing.sort, descending=listing.descending
            )

        return answer_list(
            work,
            "beneficiary/third_parties.html",
            listing,
            fetch,
            name=f"{found.row.acronym.lower()}-third-parties",
            found=found,
            base=f"/grants/{grant_id}",
            payments=f"/grants/{grant_id}/third-parties",
            states=STATES,
            kinds=KINDS,
            within=WITHIN,
            country_name=country_name,
            elsewhere={},
        )

    return run(incoming, READ, takes_part(grant_id), answer)


@router.get("/voucher")
def ask_voucher(incoming: Request_, grant_id: UUID) -> Response:
    """The form of a voucher. Contacts of a party, or of the coordinator."""
    return run(incoming, READ, records_support(grant_id), lambda work: _voucher_page(work, grant_id, FormView()))


@router.post("/voucher")
def voucher(incoming: Request_, grant_id: UUID) -> Response:
    """Record a voucher."""

    def write(work: Work) -> Response:
        command = command_from(incoming.form, RecordVoucher)
        made = record_voucher(work.session, work.actor, grant_id, command, now=work.now)
        return redirect(f"/grants/{grant_id}/third-parties/{made}", notice="saved")

    guard = records_support(grant_id)
    return attempt(
        incoming,
        guard,
        lambda: run(incoming, WRITE, guard, lambda work: once(work, body_of(incoming.form), write)),
        lambda work, form: _voucher_page(work, grant_id, form),
    )


@router.get("/exchange")
def ask_exchange(incoming: Request_, grant_id: UUID) -> Response:
    """The form of an exchange. Contacts of a party, or of the coordinator."""
    return run(incoming, READ, records_support(grant_id), lambda work: _exchange_page(work, grant_id, FormView()))


@router.post("/exchange")
def exchange(incoming: Request_, grant_id: UUID) -> Response:
    """Show the amount of an exchange with how it is computed, or record it."""
    guard = records_support(grant_id)

    def computed(work: Work) -> Response:
        preview = exchange_preview(command_from(incoming.form, RecordExchange, leave=_NO_FIELDS))
        return _exchange_page(work, grant_id, FormView(typed_in(incoming.form)), preview)

    def write(work: Work) -> Response:
        command = command_from(incoming.form, RecordExchange)
        made = record_exchange(work.session, work.actor, grant_id, command, now=work.now)
        return redirect(f"/grants/{grant_id}/third-parties/{made}", notice="saved")

    def do() -> Response:
        if "compute" in typed_in(incoming.form):
            return run(incoming, READ, guard, computed)
        return run(incoming, WRITE, guard, lambda work: once(work, body_of(incoming.form), write))

    return attempt(incoming, guard, do, lambda work, form: _exchange_page(work, grant_id, form))


def _voucher_page(work: Work, grant_id: UUID, form: FormView) -> Response:
    return _form(work, "beneficiary/third_party_voucher.html", grant_id, form)


def _exchange_page(work: Work, grant_id: UUID, form: FormView, preview: ExchangePreview | None = None) -> Response:
    return _form(work, "beneficiary/third_party_exchange.html", grant_id, form, preview=preview)


def _form(work: Work, template: str, grant_id: UUID, form: FormView, **more: object) -> Response:
    found, language = overview(work, grant_id), work.known.language
    return form_page(
        work,
        template,
        form,
        labels=LABELS,
        found=found,
        base=f"/grants/{grant_id}",
        payments=f"/grants/{grant_id}/third-parties",
        partners=[(str(one.partner_id), one.name) for one in found.recording],
        countries=country_options(language),
        hosts=host_options(language),
        regions=outermost_options(language),
        country_name=country_name,
        within=WITHIN,
        key=str(new_id()),
        **more,
    )
