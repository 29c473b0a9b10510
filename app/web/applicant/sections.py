"""A section of the form: asked as the call says, saved as a whole, findings told and never in the way of a save."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import ValidationError
from starlette.responses import Response

from app.accounts.queries import names_of
from app.applications.queries import application_facts
from app.applications.queries.reading import attachments, sections
from app.applications.rules.facts import ApplicationFacts
from app.applications.rules.progress import SectionProgress, section_progress
from app.applications.rules.submission import check_section
from app.applications.schemas import SaveSection, SectionRow
from app.applications.use_cases.save_section import save_section
from app.calls.rules.form_kinds import FileField, Section, TableField, TextField
from app.core.errors import DomainError, NotFoundError, RulesViolatedError, StaleVersionError
from app.core.violations import Violation, blocking
from app.delivery.guards import edits_application, reads_application
from app.delivery.incoming import Incoming
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.delivery.validation import violations_of
from app.web.application_view.answers import working_copy
from app.web.application_view.at_fields import at_fields
from app.web.application_view.conflicts import CHOICE, WAS, conflicts, marks, merged
from app.web.application_view.form_fields import shown_fields
from app.web.application_view.shell import Shell, saved_at, shell
from app.web.application_view.typed_answers import answers_from, typed_from, without_row
from app.web.findings import shown
from app.web.forms import FormView, typed_in
from app.web.pages import page, redirect
from app.web.requests import Request_

router = APIRouter()
NOT_GIVEN = TextField.rule_id
"""The rule that only says that an answer is still to come: not shown before the first save."""


@router.get("/applications/{application_id}/sections/{section_id}")
def show(incoming: Request_, application_id: UUID, section_id: str) -> Response:
    """The section as it is stored, with its findings."""

    def answer(work: Work) -> Response:
        frame = shell(work, application_id)
        section = _section(frame, section_id)
        stored = sections(work.session, application_id).get(section_id)
        typed = typed_from(section, stored.answers if stored else {})
        query = work.incoming.query
        told = "saved" in query or "check" in query
        return _page(work, frame, section, FormView(typed), stored=stored, told=told, more=query.get("more", ""))

    return run(incoming, READ, reads_application(application_id), answer)


@router.post("/applications/{application_id}/sections/{section_id}")
def save(incoming: Request_, application_id: UUID, section_id: str) -> Response:
    """Save, and go on, stay, or change the rows of a table. An htmx request saves in passing and gets the state back."""
    form = typed_in(incoming.form)
    if incoming.fragment:
        return _save_in_passing(incoming, application_id, section_id)

    def write(work: Work) -> Response:
        frame = shell(work, application_id)
        section = _section(frame, section_id)
        typed, anchor, more = _rows(section, form)
        stored = sections(work.session, application_id).get(section_id)
        answers = merged(section, typed, stored.answers if stored else {}, _hidden(incoming, CHOICE))
        _store(work, application_id, section_id, answers)
        if anchor:
            return redirect(f"{frame.base}/sections/{section_id}{more}#{anchor}")
        return redirect(_next(work, frame, section, form.get("go", [""])[-1]))

    try:
        return run(incoming, WRITE, edits_application(application_id), write)
    except (RulesViolatedError, StaleVersionError) as error:
        refusal = error
    return run(
        incoming,
        READ,
        reads_application(application_id),
        lambda work: _again(work, application_id, section_id, refusal),
    )


def _store(work: Work, application_id: UUID, section_id: str, answers: Mapping[str, Any]) -> int:
    form = work.incoming.form
    version = form.get("_version") if form is not None else None
    try:
        sent = SaveSection.model_validate({"answers": answers, "version": version or 0})
    except ValidationError as error:
        raise RulesViolatedError(violations_of(error)) from error
    return save_section(work.session, work.actor, application_id, section_id, sent, now=work.now)


def _save_in_passing(incoming: Incoming, application_id: UUID, section_id: str) -> Response:
    """Autosave: the answer is the line that says when it was saved, or why it was not."""

    def write(work: Work) -> Response:
        frame = shell(work, application_id)
        section = _section(frame, section_id)
        version = _store(work, application_id, section_id, answers_from(section, typed_in(incoming.form)))
        findings = blocking(_found(work, frame, section))
        stored = sections(work.session, application_id)[section_id]
        return page(
            work,
            "applicant/saved.html",
            version=version,
            marks=marks(section, stored.answers),
            words=saved_at(work, stored.saved_at),
            draft_key=_draft_key(frame, section_id),
            stopping=len(findings),
            refused="",
        )

    try:
        return run(incoming, WRITE, edits_application(application_id), write)
    except (RulesViolatedError, StaleVersionError) as error:
        findings = error.violations

    def refuse(work: Work) -> Response:
        refused = " ".join(shown(one, language=work.known.language).text for one in findings)
        return page(
            work, "applicant/saved.html", refused=refused, version="", marks={}, words="", draft_key="", stopping=0
        )

    return run(incoming, READ, reads_application(application_id), refuse)


def _again(work: Work, application_id: UUID, section_id: str, error: DomainError) -> Response:
    """The section with everything that was typed, and why it was not saved; or both texts side by side."""
    frame = shell(work, application_id)
    section = _section(frame, section_id)
    stored = sections(work.session, application_id).get(section_id)
    typed, _, _ = _rows(section, typed_in(work.incoming.form))
    if isinstance(error, StaleVersionError) and stored is not None:
        return _compare(work, frame, section, stored, typed)
    prefix = f"section/{section_id}/"
    known = at_fields(error.violations, prefix, work.known.language)
    found = [*known, *(one for one in error.violations if not one.place.startswith(prefix))]
    view = FormView(typed, found, status=422)
    return _page(work, frame, section, view, stored=stored, told=True)


def _compare(work: Work, frame: Shell, section: Section, stored: SectionRow, typed: dict[str, list[str]]) -> Response:
    """Somebody else was first: both texts of each field that differs, and the choice between them."""
    differing = conflicts(section, typed, stored.answers, _hidden(work.incoming, WAS), language=work.known.language)
    names = names_of(work.session, [stored.saved_by])
    return page(
        work,
        "applicant/conflict.html",
        status=409,
        frame=frame,
        section=section,
        title=section.title.in_language(work.known.language),
        differing=differing,
        typed=typed,
        version=stored.version,
        colleague=names.get(stored.saved_by, "") if stored.saved_by else "",
        when=saved_at(work, stored.saved_at),
    )


def _page(  # noqa: PLR0913  # what the page of a section is made of
    work: Work,
    frame: Shell,
    section: Section,
    form: FormView,
    *,
    stored: SectionRow | None,
    told: bool,
    more: str = "",
) -> Response:
    rules, language = frame.call.rules, work.known.language
    prefix, refused = f"section/{section.id}/", {one.place for one in form.violations}
    facts = _facts(work, frame, section, form)
    progress = section_progress(rules, facts)
    found = next((one.findings for one in progress if one.section.id == section.id), ())
    visible = [
        one
        for one in found
        if (told or one.rule != NOT_GIVEN) and one.place.removeprefix(prefix).replace("/", ".") not in refused
    ]
    names = names_of(work.session, [stored.saved_by]) if stored else {}
    return page(
        work,
        "applicant/section.html",
        status=form.status,
        errors=form.violations,
        frame=frame,
        section=section,
        title=section.title.in_language(language),
        guidance=section.guidance.in_language(language) if section.guidance else "",
        form=FormView(form.typed, [*form.violations, *at_fields(visible, prefix, language)]),
        fields=shown_fields(rules, section, facts, form.typed, language=language, more=more),
        answers={
            one.id: one
            for each in working_copy(rules, facts, language)
            if each.id == section.id
            for one in each.answers
        },
        findings=[shown(one, frame.place, language) for one in visible],
        stopping=len(blocking(tuple(visible))),
        told=told,
        just_saved=_just_saved(progress, work.incoming.query.get("after", ""), language),
        version=stored.version if stored else 0,
        marks=marks(section, stored.answers if stored else {}),
        saved=saved_at(work, stored.saved_at) if stored else "",
        saved_by=names.get(stored.saved_by, "") if stored and stored.saved_by else "",
        draft_key=_draft_key(frame, section.id),
        documents=attachments(work.session, frame.head.id) if _asks_documents(section) else {},
        partners=[one for one in facts.partners if one.takes_part],
        requested=frame.head.requested,
        **_neighbours(progress, section.id, language),
    )


def _facts(work: Work, frame: Shell, section: Section, form: FormView) -> ApplicationFacts:
    """The working copy; after a refusal with what was typed in place of what is stored, so that all of it is checked."""
    if not form.violations:
        return application_facts(work.session, frame.head, frame.call.rules)
    saved = sections(work.session, frame.head.id)
    typed = SectionRow(section.id, answers_from(section, form.typed), 0, work.now, work.actor.person_id)
    return application_facts(work.session, frame.head, frame.call.rules, saved={**saved, section.id: typed})


def _neighbours(progress: tuple[SectionProgress, ...], section_id: str, language: str) -> dict[str, Any]:
    """The list of all sections, and the ones before and after."""
    ids = [one.section.id for one in progress]
    titles = [(one.section.id, one.section.title.in_language(language), one.state.value) for one in progress]
    at = ids.index(section_id) if section_id in ids else -1
    return {
        "all_sections": titles,
        "number": at + 1,
        "before": titles[at - 1][:2] if at > 0 else None,
        "after": titles[at + 1][:2] if 0 <= at < len(ids) - 1 else None,
    }


def _next(work: Work, frame: Shell, section: Section, go: str) -> str:
    """Where the pressed button leads: the next section, the task list, or back here with the findings."""
    here = f"{frame.base}/sections/{section.id}"
    if go == "next":
        facts = application_facts(work.session, frame.head, frame.call.rules)
        ids = [one.section.id for one in section_progress(frame.call.rules, facts)]
        after = ids[ids.index(section.id) + 1 :] if section.id in ids else []
        return f"{frame.base}/sections/{after[0]}?after={section.id}" if after else f"{frame.base}/check?notice=saved"
    return f"{here}?saved=1"


def _found(work: Work, frame: Shell, section: Section) -> tuple[Violation, ...]:
    facts = application_facts(work.session, frame.head, frame.call.rules)
    return check_section(frame.call.rules, facts, section.id)


def _rows(section: Section, typed: dict[str, list[str]]) -> tuple[dict[str, list[str]], str, str]:
    """What was typed after the pressed row button, the anchor to come back to, and the query for a new row."""
    typed = {name: texts for name, texts in typed.items() if not name.startswith("_")}
    verb, _, rest = (typed.get("row") or [""])[-1].partition(":")
    name, _, number = rest.partition(":")
    table = next((one for one in section.fields if one.id == name and isinstance(one, TableField)), None)
    if table is None or not isinstance(table, TableField):
        return typed, "", ""
    if verb == "remove" and number.isdigit() and len(number) < 5:  # noqa: PLR2004  # no table is that long
        return without_row(table, typed, int(number)), name, ""
    return typed, name, f"?more={name}"


def _hidden(incoming: Incoming, prefix: str) -> dict[str, str]:
    """Our own fields that begin with ``prefix``."""
    items = incoming.form.multi_items() if incoming.form is not None else ()
    return {name: value for name, value in items if isinstance(value, str) and name.startswith(prefix)}


def _just_saved(progress: tuple[SectionProgress, ...], section_id: str, language: str) -> tuple[str, str, int] | None:
    """The section that was saved a moment ago, where the address names one, and what is left to mend in it."""
    for one in progress:
        if one.section.id == section_id:
            return section_id, one.section.title.in_language(language), len(blocking(one.findings))
    return None


def _section(frame: Shell, section_id: str) -> Section:
    try:
        return frame.call.rules.form.section(section_id)
    except KeyError:
        raise NotFoundError("section") from None


def _asks_documents(section: Section) -> bool:
    return any(isinstance(field, FileField) for field in section.fields)


def _draft_key(frame: Shell, section_id: str) -> str:
    return f"{frame.head.id}/{section_id}"
