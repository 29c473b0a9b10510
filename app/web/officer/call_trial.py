"""The dry run of a call: sample applications through its rules, expected against found. Stores nothing."""

from functools import cache
from importlib.resources import files
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.applications.queries.office_calls import OfficeCall, office_call
from app.calls import queries
from app.calls.rules.identifiers import identifier_key
from app.calls.rules.scenarios import read_scenarios
from app.core.errors import DomainError, NotFoundError, NotPermittedError, RulesViolatedError, SignInRequiredError
from app.delivery.guards import follows_call
from app.delivery.unit_of_work import READ, Work, run
from app.infra.yaml_documents import read_yaml
from app.infra.yaml_writing import write_yaml
from app.rehearsal.rules.trial import Trial
from app.rehearsal.use_cases.offer_sample import offer_sample
from app.rehearsal.use_cases.try_call import try_call
from app.web.call_view.mistakes import mistakes_of
from app.web.call_view.written import short
from app.web.findings import ShownFinding, shown
from app.web.forms import FormView, typed_in
from app.web.officer.calls import sent_document, summary_of
from app.web.pages import page
from app.web.requests import Request_

router = APIRouter(prefix="/officer/calls/{call_id:uuid}")
_LEFT_TO_PAGES = (SignInRequiredError, NotPermittedError, NotFoundError)


@router.get("/try")
def ask(incoming: Request_, call_id: UUID) -> Response:
    """Sample applications to run or to edit: those that ship with the call, else computed ones. The call's office."""

    def answer(work: Work) -> Response:
        call = office_call(work.session, call_id, now=work.now)
        shipped = _shipped(call)
        form = FormView.of({"document": shipped or _computed(work, call_id)})
        return _page(work, call, form, computed=not shipped)

    return run(incoming, READ, follows_call(call_id), answer)


@router.post("/try")
def try_out(incoming: Request_, call_id: UUID) -> Response:
    """Run them and show what came of each. Changes nothing."""

    def answer(work: Work) -> Response:
        call, form = office_call(work.session, call_id, now=work.now), FormView(typed_in(incoming.form))
        try:
            return _page(work, call, form, _trials(work, call_id, sent_document(incoming)))
        except _LEFT_TO_PAGES:
            raise
        except DomainError as error:
            return _page(work, call, form, error=error)

    return run(incoming, READ, follows_call(call_id), answer)


def _trials(work: Work, call_id: UUID, content: bytes) -> tuple[Trial, ...]:
    rows = queries.versions(work.session, call_id)
    versions = {row.label: queries.rules_of_version(work.session, row.id) for row in rows}
    document = read_yaml(content)
    found, mistakes = read_scenarios(document.tree, document.lines, versions)
    if found is None or mistakes:
        raise RulesViolatedError(mistakes)
    return try_call(versions, found)


def _page(  # what the page of a dry run is made of
    work: Work,
    call: OfficeCall,
    form: FormView,
    trials: tuple[Trial, ...] = (),
    *,
    error: DomainError | None = None,
    computed: bool = False,
) -> Response:
    language = work.known.language
    found = mistakes_of(error, language) if error else ()

    def words(trial: Trial) -> list[ShownFinding]:
        return [shown(finding, language=language) for finding in trial.found]

    return page(
        work,
        "officer/call_try.html",
        status=422 if error else 200,
        errors=summary_of(found),
        form=form,
        call=call,
        trials=trials,
        passed=sum(trial.passed for trial in trials),
        words=words,
        mistakes=found,
        computed=computed,
    )


def _computed(work: Work, call_id: UUID) -> str:
    """Samples made from the rules of the latest version."""
    latest = queries.versions(work.session, call_id)[-1]
    tree = offer_sample(queries.rules_of_version(work.session, latest.id)).model_dump(
        mode="json", exclude_defaults=True
    )
    return write_yaml(short(tree))


def _shipped(call: OfficeCall) -> str:
    """The scenarios of the catalogue for this call; empty where it ships with none."""
    return next((text for key, text in _catalogue() if key == identifier_key(call.identifier)), "")


@cache
def _catalogue() -> tuple[tuple[str, str], ...]:
    folder = files("app.calls") / "catalogue"
    ending = ".scenarios.yaml"
    shipped = sorted((item for item in folder.iterdir() if item.name.endswith(ending)), key=lambda item: item.name)
    return tuple((identifier_key(item.name.removesuffix(ending)), item.read_text(encoding="utf-8")) for item in shipped)
