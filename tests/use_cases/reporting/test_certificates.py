"""The certificate on a statement: demanded from the threshold on, attached by the partner's people, part of what is signed."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.models import Event
from app.core.errors import NotFoundError, NotPermittedError, RulesViolatedError, TransitionNotAllowedError
from app.documents.schemas import FileToStore
from app.reporting.queries.certificates import certificate_of
from app.reporting.queries.reading import report_reading
from app.reporting.schemas import StatementAt
from app.reporting.use_cases.attach_certificate import attach_certificate, remove_certificate
from app.reporting.use_cases.submit_report import submit_report
from tests.builders import reporting as build

YEAR_TWO = (date(2021, 3, 1), date(2021, 3, 31))
MUCH = ({"category": "personnel", "words": "Everybody", "amount": "600000.00"},)


def test_a_large_claim_is_signed_only_with_the_certificate_and_the_signature_covers_it(session: Session) -> None:
    made = build.a_reporting_grant(session)
    build.submitted(session, made, costs=())
    build.accepted(session, made)
    build.texts_saved(session, made, number=2, now=build.FINALLY)
    build.stated(session, made, 0, number=2, costs=build.lines(MUCH, YEAR_TWO), now=build.FINALLY)
    with pytest.raises(RulesViolatedError) as error:
        build.signed_for(session, made, 0, number=2, now=build.FINALLY)
    assert [one.rule for one in error.value.violations] == ["statement.certificate_missing"]
    at = StatementAt(made.grant_id, 2, made.made.members[0].partner_id)
    with pytest.raises(NotFoundError):
        certificate_of(session, at)
    build.certified(session, made, 0)
    first = build.signed_for(session, made, 0, number=2, now=build.FINALLY)
    assert certificate_of(session, at).filename == "certificate.pdf"
    another = FileToStore(sha256="d" * 64, size=9, media_type="application/pdf", filename="later.pdf", pages=1)
    attach_certificate(session, made.actor(session), at, another, now=build.FINALLY)
    reading = report_reading(session, made.grant_id, 2)
    assert reading.statements[at.partner_id].signed_at is None, "what was signed is no longer what is there"
    assert build.signed_for(session, made, 0, number=2, now=build.FINALLY) != first
    remove_certificate(session, made.actor(session), at, now=build.FINALLY)
    assert report_reading(session, made.grant_id, 2).statements[at.partner_id].signed_at is None
    with pytest.raises(NotFoundError):
        certificate_of(session, at)
    with pytest.raises(RulesViolatedError) as error:
        build.signed_for(session, made, 0, number=2, now=build.FINALLY)
    assert [one.rule for one in error.value.violations] == ["statement.certificate_missing"]
    kinds = session.scalars(sa.select(Event.kind).where(Event.subject_id == made.grant_id).order_by(Event.seq)).all()
    assert kinds[-1] == "reporting.certificate_removed"
    with pytest.raises(NotFoundError):
        remove_certificate(session, made.actor(session), at, now=build.FINALLY)


def test_only_the_partner_attaches_only_while_the_report_is_written_and_nothing_too_large(session: Session) -> None:
    made = build.a_reporting_grant(session)
    at = StatementAt(made.grant_id, 1, made.made.members[0].partner_id)
    upload = FileToStore(sha256="c" * 64, size=10_000_001, media_type="application/pdf", filename="c.pdf", pages=1)
    with pytest.raises(RulesViolatedError) as error:
        attach_certificate(session, made.actor(session), at, upload, now=build.REPORTED)
    assert [one.rule for one in error.value.violations] == ["statement.certificate_too_large"]
    for other in (made.actor(session, 1), made.officer):
        with pytest.raises((NotPermittedError, NotFoundError)):
            attach_certificate(session, other, at, upload, now=build.REPORTED)
    build.certified(session, made, 0, number=1, now=build.REPORTED)
    for other in (made.actor(session, 1), made.officer):
        with pytest.raises((NotPermittedError, NotFoundError)):
            remove_certificate(session, other, at, now=build.REPORTED)
    build.written(session, made)
    submit_report(session, made.actor(session), made.grant_id, 1, now=build.REPORTED)
    with pytest.raises(TransitionNotAllowedError):
        build.certified(session, made, 0, number=1, now=build.REPORTED)
    with pytest.raises(TransitionNotAllowedError):
        remove_certificate(session, made.actor(session), at, now=build.REPORTED)
