"""The award decision of a call: what is decided about each application, to prepare, to sign, and who comes next."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.applications.queries.office_calls import OfficeCall, office_call
from app.core.charts import Datum, StackedBar, stacked_bar
from app.core.money import Money
from app.core.paging import Page, PageRequest
from app.delivery.award_guards import prepares_awards, reads_awards, signs_awards
from app.delivery.guards import stepped_up
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.evaluation.queries.panel import adopted_ranking
from app.grants import policies
from app.grants.queries.awards import awards_of, awards_page, figures_of
from app.grants.queries.reserve import Reserve, reserves_of
from app.grants.rules.lifecycle import AwardState
from app.grants.rules.outcomes import Outcome
from app.grants.rules.signatures import ToSign, fits, signature_findings
from app.grants.schemas import AwardFilter, AwardRow, PromoteReserve, SignAwards
from app.grants.use_cases.prepare_awards import prepare_awards
from app.grants.use_cases.promote_reserve import promote_reserve
from app.grants.use_cases.sign_award import sign_awards
from app.infra.templates import locale_of, money_text, translator
from app.web.call_places import call_home
from app.web.findings import shown
from app.web.forms import FormView, attempt, command_from, form_page
from app.web.lists import Column, Filter, Listing, ListSpec, answer_list
from app.web.pages import redirect
from app.web.requests import Request_
from app.web.words import country_name

router = APIRouter(prefix="/officer/calls/{call_id:uuid}/awards")
OUTCOMES = [
    (Outcome.MAIN.value, "Main list"),
    (Outcome.RESERVE.value, "Reserve list"),
    (Outcome.BELOW_THRESHOLD.value, "Below the threshold"),
    (Outcome.NOT_SELECTED.value, "Not selected"),
    (Outcome.NOT_ADMISSIBLE.value, "Not admissible"),
    (Outcome.NOT_ELIGIBLE.value, "Not eligible"),
    (Outcome.EXCLUDED.value, "Excluded"),
]
STATES = [
    (AwardState.PREPARED.value, "To be signed"),
    (AwardState.SIGNED.value, "Signed"),
    (AwardState.INFORMED.value, "Informed"),
    (AwardState.DROPPED.value, "Taken back"),
]


@router.get("")
def show(incoming: Request_, call_id: UUID) -> Response:
    """Every decision of the call with figures. The call's office and who follows its money."""
    return run(incoming, READ, reads_awards(call_id), lambda work: _page(work, call_id, FormView()))


@router.post("/prepare")
def prepare(incoming: Request_, call_id: UUID) -> Response:
    """Prepare the decisions from the adopted ranking. Who manages the call."""

    def write(work: Work) -> Response:
        prepare_awards(work.session, work.actor, call_id, now=work.now)
        return redirect(f"/officer/calls/{call_id}/awards", notice="done")

    guard = prepares_awards(call_id)
    return attempt(
        incoming, guard, lambda: run(incoming, WRITE, guard, write), lambda work, form: _page(work, call_id, form)
    )


@router.post("/promote")
def promote(incoming: Request_, call_id: UUID) -> Response:
    """Prepare an award for the next of the reserve list. Who manages the call."""

    def write(work: Work) -> Response:
        command = command_from(incoming.form, PromoteReserve)
        made = promote_reserve(work.session, work.actor, call_id, command, now=work.now)
        return redirect(f"/officer/awards/{made}", notice="done")

    guard = prepares_awards(call_id)
    return attempt(
        incoming, guard, lambda: run(incoming, WRITE, guard, write), lambda work, form: _page(work, call_id, form)
    )


@router.get("/sign")
def ask_signatures(incoming: Request_, call_id: UUID) -> Response:
    """Decisions to sign, each with what stands in its way. An authorising officer of the call."""
    return run(incoming, READ, stepped_up(signs_awards(call_id)), lambda work: _sign_page(work, call_id, FormView()))


@router.post("/sign")
def sign(incoming: Request_, call_id: UUID) -> Response:
    """Sign the chosen decisions; those that cannot be signed stay in the list and say why."""

    def write(work: Work) -> Response:
        command = command_from(incoming.form, SignAwards, lists=("award_ids",))
        done = sign_awards(work.session, work.actor, call_id, command, now=work.now)
        page = "/sign" if done.refused else ""
        return redirect(f"/officer/calls/{call_id}/awards{page}", notice="signed-some" if done.refused else "signed")

    guard = stepped_up(signs_awards(call_id))
    return attempt(
        incoming, guard, lambda: run(incoming, WRITE, guard, write), lambda work, form: _sign_page(work, call_id, form)
    )


def crumbs(work: Work, call: OfficeCall, *more: tuple[str, str]) -> list[tuple[str, str]]:
    """The way here, through the first page of the call that the person may open."""
    first = [
        (translator(work.known.language)("Calls"), "/officer/calls"),
        (call.identifier, call_home(work.actor, call)),
    ]
    return [*first, *more]


def _page(work: Work, call_id: UUID, form: FormView) -> Response:
    call = office_call(work.session, call_id, now=work.now)
    reserves = reserves_of(work.session, call_id)
    say = translator(work.known.language)
    read = Listing.read(work.incoming, _spec(reserves))
    listing = replace(read, path=f"/officer/calls/{call_id}/awards")

    def fetch(wanted: PageRequest) -> Page[AwardRow]:
        narrowed = AwardFilter(listing.q, listing.value("outcome"), listing.value("state"), listing.value("envelope"))
        return awards_page(work.session, call_id, narrowed, wanted, sort=listing.sort, descending=listing.descending)

    may_prepare = policies.prepares_awards(work.actor, call_id, call.programme_id)
    return answer_list(
        work,
        "officer/awards.html",
        listing,
        fetch,
        name=f"{call.identifier.lower()}-awards",
        status=form.status,
        errors=form.violations,
        call=call,
        trail=crumbs(work, call, (say("Awards"), "")),
        figures=figures_of(work.session, call_id),
        adopted=adopted_ranking(work.session, call_id) is not None,
        may_prepare=may_prepare,
        may_sign=policies.signs_awards(work.actor, call_id, call.programme_id),
        reserves=[(one, _bar(work, one)) for one in reserves],
        why_not=lambda one: [shown(found, language=work.known.language).text for found in one.findings],
        country_name=country_name,
    )


def _bar(work: Work, one: Reserve) -> StackedBar:
    """The envelope: signed, to be signed, left."""
    say, locale = translator(work.known.language), locale_of(work.known.language)

    def datum(words: str, amount: Money, tone: str) -> Datum:
        return Datum(say(words), max(amount.cents, 0), money_text(amount, locale), tone)  # type: ignore[arg-type]  # tones are literals

    parts = [datum("signed", one.signed, "ok"), datum("to be signed", one.prepared, "gold")]
    return stacked_bar(parts, rest=datum("left", one.free, "neutral"))


def _sign_page(work: Work, call_id: UUID, form: FormView) -> Response:
    call = office_call(work.session, call_id, now=work.now)
    say, language = translator(work.known.language), work.known.language
    rows = []
    for one in awards_of(work.session, call_id, states=[AwardState.PREPARED]):
        facts = ToSign(one.reference, one.prepared_by, one.withdrawn, _needs(one), one.left)
        against = [shown(found, language=language).text for found in signature_findings(facts, work.actor.persons)]
        rows.append((one, against, fits(facts)))
    return form_page(
        work,
        "officer/awards_sign.html",
        form,
        call=call,
        trail=crumbs(work, call, (say("Awards"), f"/officer/calls/{call_id}/awards"), (say("Sign"), "")),
        rows=rows,
        amount=Money.total(need for one, _, _ in rows if (need := _needs(one)) is not None),
    )


def _needs(award: AwardRow) -> Money | None:
    """What a signature would bind."""
    return award.amount if award.outcome is Outcome.MAIN else None


def _spec(reserves: Sequence[Reserve]) -> ListSpec[AwardRow]:
    envelopes = [(one.code, one.title) for one in reserves]
    several = [Filter("envelope", "Envelope", envelopes)] if len(envelopes) > 1 else []
    return ListSpec(
        columns=(
            Column("acronym", "Application", lambda row: row.acronym, sortable=True),
            Column("rank", "Place", lambda row: row.position, sortable=True),
            Column("reference", "Reference", lambda row: row.reference, only_export=True),
            Column("title", "Title", lambda row: row.title, only_export=True),
            Column("coordinator", "Coordinator", lambda row: row.coordinator),
            Column("country", "Country of the coordinator", lambda row: row.country, only_export=True),
            Column("outcome", "Outcome", lambda row: row.outcome),
            Column("envelope", "Envelope", lambda row: row.envelope, only_export=True),
            Column("requested", "Requested", lambda row: row.requested, only_export=True),
            Column("amount", "Amount", lambda row: row.amount, align="right", sortable=True),
            Column("number", "Decision", lambda row: row.number, only_export=True),
            Column("prepared", "Prepared", lambda row: row.prepared_at, only_export=True),
            Column("signed", "Signed", lambda row: row.signed_at, only_export=True),
            Column("informed", "Informed", lambda row: row.informed_at, only_export=True),
            Column("state", "State", lambda row: row.state, sortable=True),
        ),
        filters=(Filter("outcome", "Outcome", OUTCOMES), Filter("state", "State", STATES), *several),
        sort="rank",
    )
