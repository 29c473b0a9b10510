from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.models import Event
from app.calls import queries
from app.calls.models import Call, CallVersion, Programme
from app.calls.rules.lifecycle import CallState
from app.calls.schemas import DraftToSave, NewProgramme, WithdrawCall
from app.calls.use_cases.create_programme import create_programme
from app.calls.use_cases.import_call import import_call
from app.calls.use_cases.save_draft import save_draft
from app.calls.use_cases.withdraw_call import withdraw_call
from app.core.actor import PUBLIC, Role, ScopeKind
from app.core.errors import NotPermittedError, RulesViolatedError, StaleVersionError, TransitionNotAllowedError
from app.infra.yaml_documents import YamlDocumentError
from tests.builders.calls import (
    a_document,
    a_draft_call,
    a_programme,
    a_programme_officer,
    a_published_call,
    another_call,
    escp_4x,
    shipped_bytes,
)
from tests.builders.people import a_person, a_role, actor_for, an_administrator
from tests.conftest import NOW


def kinds(session: Session, call: Call) -> list[str]:
    return list(session.scalars(sa.select(Event.kind).filter_by(call_id=call.id).order_by(Event.seq)))


def test_a_programme_is_created_once_by_an_administrator(session: Session) -> None:
    administrator = actor_for(session, an_administrator(session))
    command = NewProgramme(code="SMP", title="Single Market Programme")
    made = create_programme(session, administrator, command, now=NOW)
    assert session.get_one(Programme, made).title == "Single Market Programme"
    with pytest.raises(RulesViolatedError, match="already a programme with the code SMP"):
        create_programme(session, administrator, command, now=NOW)
    with pytest.raises(NotPermittedError):
        create_programme(session, a_programme_officer(session), NewProgramme(code="HE", title="Horizon"), now=NOW)


def test_an_imported_file_becomes_drafts_of_every_version(session: Session) -> None:
    officer = a_programme_officer(session)
    call = a_draft_call(session, officer)
    assert (call.state, call.published_version, call.identifier) == (CallState.DRAFT, None, "COS-CLUSTER-2018-03-02")
    assert (call.deadline, call.envelope) == (escp_4x().timetable.closes_at, escp_4x().envelope)
    waiting = queries.drafts(session, call.id)
    assert [(draft.number, draft.label, draft.sha256) for draft in waiting] == [
        (number, version, escp_4x(version).sha256) for number, version in ((1, "1.0"), (2, "1.1"))
    ]
    assert queries.rules_of_version(session, waiting[1].id) == escp_4x("1.1")
    assert kinds(session, call) == ["call.draft_saved"]


def test_an_unreadable_file_changes_nothing_and_tells_every_line(session: Session) -> None:
    a_programme(session)
    officer = a_programme_officer(session)
    content = (
        shipped_bytes().replace(b"rate: 75 %", b"rate: 75").replace(b"count: 3\n    lists", b"count: x\n    lists")
    )
    with pytest.raises(RulesViolatedError) as refused:
        import_call(session, officer, content, now=NOW)
    assert [finding.place.split(":")[0].startswith("line ") for finding in refused.value.violations] == [True, True]
    with pytest.raises(YamlDocumentError):
        import_call(session, officer, b"a: [", now=NOW)
    assert session.scalars(sa.select(Call)).all() == []


def test_contradictions_are_told_and_the_draft_is_kept(session: Session) -> None:
    a_programme(session)
    content = shipped_bytes().replace(b"deadline: 2019-04-04", b"deadline: 2018-04-04")
    saved = import_call(session, a_programme_officer(session), content, now=NOW)
    assert "document.deadline_order" in {finding.rule for finding in saved.findings}
    assert session.get_one(Call, saved.call_id).state == CallState.DRAFT


def test_importing_again_replaces_the_drafts_under_any_spelling(session: Session) -> None:
    officer = a_programme_officer(session)
    call = a_draft_call(session, officer)
    again = another_call("cos-cluster-2018-3-2").replace(b"titles: European Cluster Excellence", b"titles: New Cluster")
    assert import_call(session, officer, again, now=NOW).call_id == call.id
    (draft,) = queries.drafts(session, call.id)
    assert (draft.number, draft.label, draft.revision) == (1, "1.0", 2)
    assert call.title == "New Cluster Programme"


def test_a_file_that_rewrites_a_published_version_is_refused(session: Session) -> None:
    officer = a_programme_officer(session)
    call = a_published_call(session, officer)
    with pytest.raises(RulesViolatedError, match="is published and the file says something else"):
        import_call(session, officer, shipped_bytes().replace(b"maximum: 360000.00", b"maximum: 300000.00"), now=NOW)
    import_call(session, officer, shipped_bytes(), now=NOW)
    assert [version.number for version in queries.drafts(session, call.id)] == [2]
    import_call(session, officer, shipped_bytes().split(b"\ncorrigenda:")[0], now=NOW)
    assert queries.drafts(session, call.id) == []


def test_a_call_of_an_unknown_programme_is_refused(session: Session) -> None:
    with pytest.raises(RulesViolatedError, match="no programme with the code COSME"):
        import_call(session, a_programme_officer(session), shipped_bytes(), now=NOW)


def test_officers_of_another_programme_touch_nothing(session: Session) -> None:
    call = a_draft_call(session, a_programme_officer(session))
    administrator = actor_for(session, an_administrator(session))
    other = create_programme(session, administrator, NewProgramme(code="H2020", title="Horizon 2020"), now=NOW)
    stranger = actor_for(session, a_person(session, roles=((Role.PROGRAMME_OFFICER, other),)))
    for actor in (stranger, actor_for(session, a_person(session)), PUBLIC):
        with pytest.raises(NotPermittedError):
            import_call(session, actor, shipped_bytes(), now=NOW)
        with pytest.raises(NotPermittedError):
            import_call(session, actor, another_call("COS-OTHER-2019-1"), now=NOW)
        with pytest.raises(NotPermittedError):
            save_draft(session, actor, call.id, DraftToSave(document=a_document(), revision=1), now=NOW)
    person = a_person(session, roles=((Role.PROGRAMME_OFFICER, call.programme_id),))
    only_this = a_person(session)
    a_role(session, only_this, Role.PROGRAMME_OFFICER, call.id, scope=ScopeKind.CALL)
    for revision, colleague in enumerate((person, only_this), start=1):
        command = DraftToSave(document=a_document(version="1.0"), revision=revision)
        save_draft(session, actor_for(session, colleague), call.id, command, now=NOW)


def test_a_saved_draft_is_the_next_version(session: Session) -> None:
    officer = a_programme_officer(session)
    call = a_draft_call(session, officer)
    document = a_document({"funding.ceilings.project_grant.maximum": "300000.00"}, version="1.0")
    saved = save_draft(session, officer, call.id, DraftToSave(document=document, revision=1), now=NOW)
    first, _ = queries.drafts(session, call.id)
    assert (saved.version_id, saved.findings, first.revision) == (first.id, (), 2)
    assert queries.rules_of_version(session, first.id).sha256 == first.sha256 != escp_4x("1.0").sha256


def test_who_saves_second_is_told(session: Session) -> None:
    officer = a_programme_officer(session)
    call = a_draft_call(session, officer)
    command = DraftToSave(document=a_document(version="1.0"), revision=1)
    save_draft(session, officer, call.id, command, now=NOW)
    with pytest.raises(StaleVersionError) as refused:
        save_draft(session, officer, call.id, command, now=NOW)
    assert (refused.value.sent, refused.value.current) == (1, 2)


def test_a_draft_after_publication_waits_for_a_corrigendum(session: Session) -> None:
    officer = a_programme_officer(session)
    call = a_published_call(session, officer, another_call("COS-CLUSTER-2018-03-02"))
    document: dict[str, Any] = a_document(version="1.1")
    save_draft(session, officer, call.id, DraftToSave(document=document, revision=0), now=NOW + timedelta(days=1))
    (draft,) = queries.drafts(session, call.id)
    assert (draft.number, draft.published_at, call.published_version) == (2, None, 1)
    assert queries.published_rules(session, call.id)[1].version == "1.0"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"identity.identifier": "COS-OTHER-2018-03-02"}, "belongs to COS-OTHER-2018-03-02"),
        ({"funding.rates.standard.rate": "75"}, "write it with its sign"),
    ],
)
def test_another_or_an_unreadable_document_is_refused(session: Session, changes: dict[str, Any], words: str) -> None:
    officer = a_programme_officer(session)
    call = a_draft_call(session, officer)
    with pytest.raises(RulesViolatedError, match=words):
        save_draft(session, officer, call.id, DraftToSave(document=a_document(changes), revision=1), now=NOW)


def test_a_withdrawn_call_cannot_be_edited(session: Session) -> None:
    officer = a_programme_officer(session)
    call = a_published_call(session, officer)
    withdraw_call(session, officer, call.id, WithdrawCall(reason="No budget."), now=NOW)
    with pytest.raises(TransitionNotAllowedError):
        save_draft(session, officer, call.id, DraftToSave(document=a_document(), revision=1), now=NOW)


def test_the_database_refuses_two_versions_of_one_number(session: Session) -> None:
    call = a_draft_call(session, a_programme_officer(session))
    twin = CallVersion(id=call.id, call_id=call.id, number=1, saved_at=NOW)
    twin.hold(escp_4x())
    session.add(twin)
    with pytest.raises(sa.exc.IntegrityError, match="uq_call_version_call_id_number"):
        session.flush()
