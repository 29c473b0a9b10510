"""Import a call from a YAML file: its versions become drafts, and everything found is told at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from app.audit.use_cases.record_event import record_event
from app.calls import queries
from app.calls.events import CallDraftSaved
from app.calls.models import Call, CallVersion, Programme
from app.calls.policies import may_manage_call, may_manage_programme, require
from app.calls.rules.call_rules import CallRules
from app.calls.rules.document import read_document
from app.calls.rules.lifecycle import CALL
from app.calls.schemas import SavedDraft
from app.core.actor import Actor
from app.core.errors import RulesViolatedError
from app.core.violations import Violation
from app.infra.ids import new_id
from app.infra.yaml_documents import read_yaml


def import_call(session: Session, actor: Actor, content: bytes, *, now: datetime) -> SavedDraft:
    """Store every version of the file that is not yet published as a draft, replacing earlier drafts.

    Contradictions within a version are told and do not prevent a draft. Raise YamlDocumentError
    or RulesViolatedError, with every line, where the file cannot be read, and RulesViolatedError
    where it differs from what is already published.
    """
    document = read_yaml(content)
    reading = read_document(document.tree, document.lines)
    if not reading.versions:
        raise RulesViolatedError(reading.findings)
    call = _call(session, actor, reading.latest, now)
    published = [version for version in queries.versions(session, call.id) if version.published_at is not None]
    for version, rules in zip(published, reading.versions, strict=False):
        if version.sha256 != rules.sha256:
            words = "Version {label} is published and the file says something else. Enter changes as a corrigendum."
            raise RulesViolatedError([Violation("call.published_differs", words, "version", {"label": version.label})])
    added = _replace_drafts(session, actor, call, reading.versions[len(published) :], now)
    if not added:
        return SavedDraft(call.id, None, reading.findings)
    facts = {"versions": [version.label for version in added], "sha256": added[-1].sha256}
    record_event(session, actor, CallDraftSaved(subject_id=call.id, call_id=call.id, facts=facts), now=now)
    return SavedDraft(call.id, added[0].id, reading.findings)


def _call(session: Session, actor: Actor, rules: CallRules, now: datetime) -> Call:
    """The locked call of that identifier, or a new draft."""
    known = queries.call_by_identifier(session, rules.identity.identifier)
    if known is not None:
        require(may_manage_call(actor, known.programme_id, known.id))
        return queries.locked_call(session, known.id)
    programme = _programme(session, rules)
    require(may_manage_programme(actor, programme.id))
    call = Call(id=new_id(), programme_id=programme.id, state=CALL.initial, created_at=now)
    call.repeat(rules)
    session.add(call)
    session.flush()
    return call


def _programme(session: Session, rules: CallRules) -> Programme:
    programme = queries.programme_by_code(session, rules.identity.programme)
    if programme is None:
        words = "There is no programme with the code {code}."
        figures = {"code": rules.identity.programme}
        raise RulesViolatedError([Violation("call.unknown_programme", words, "identity.programme", figures)])
    return programme


def _replace_drafts(
    session: Session, actor: Actor, call: Call, wanted: Sequence[CallRules], now: datetime
) -> list[CallVersion]:
    replaced = queries.drafts(session, call.id)
    revision = max((draft.revision for draft in replaced), default=0) + 1
    for draft in replaced:
        session.delete(draft)
    session.flush()
    number = call.published_version or 0
    added = []
    for offset, rules in enumerate(wanted, start=1):
        version = CallVersion(
            id=new_id(),
            call_id=call.id,
            number=number + offset,
            revision=revision,
            saved_at=now,
            saved_by=actor.person_id,
        )
        version.hold(rules)
        added.append(version)
    session.add_all(added)
    if added and call.published_version is None:
        call.repeat(wanted[0])
    session.flush()
    return added
