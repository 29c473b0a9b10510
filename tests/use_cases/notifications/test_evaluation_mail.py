"""Mail of the evaluation: who is told of a proposal and of a returned or voided report, and what it never says."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.models import Event
from app.evaluation.schemas import WithReason
from app.evaluation.use_cases.return_report import return_report
from app.evaluation.use_cases.void_report import void_report
from app.infra.tokens import TokenSigner
from app.notifications.models import Message
from app.notifications.schemas import Links
from app.notifications.use_cases.notify_of_event import notify_of_event
from tests.builders.scoring import JUDGING, WHY, a_group, proposed, reported

LINKS = Links("https://grappe.example", TokenSigner("a key for tests only"))
REASON = "The comment on impact names another proposal."


def notify(session: Session, kind: str) -> list[Message]:
    wanted = sa.select(Event.id).where(Event.kind == kind).order_by(Event.seq.desc()).limit(1)
    event_id = session.execute(wanted).scalar_one()
    notify_of_event(session, event_id, links=LINKS, now=JUDGING)
    return list(session.scalars(sa.select(Message).where(Message.event_id == event_id).order_by(Message.address)))


def test_the_other_experts_are_told_of_a_proposal(session: Session) -> None:
    group, _ = proposed(session)
    found = notify(session, "consensus.proposed")
    assert {one.address for one in found} == {one.person.email for one in group.experts[1:]}
    for mail in found:
        assert f"https://grappe.example/evaluation/applications/{group.application_id}/consensus" in mail.text
        assert WHY not in mail.text
        assert group.rapporteur.person.name not in mail.text
        assert " 76 " not in mail.text


def test_an_expert_reads_why_the_report_came_back(session: Session) -> None:
    group = a_group(session)
    reported(session, group.experts[1])
    return_report(session, group.officer, group.experts[1].id, WithReason(reason=REASON), now=JUDGING)
    [mail] = notify(session, "report.decided")
    assert mail.address == group.experts[1].person.email
    assert REASON in mail.text
    assert f"https://grappe.example/evaluation/{group.experts[1].id}" in mail.text


def test_an_expert_is_told_that_a_report_counts_for_nothing(session: Session) -> None:
    group = a_group(session)
    reported(session, group.experts[1])
    void_report(session, group.officer, group.experts[1].id, WithReason(reason=REASON), now=JUDGING)
    [mail] = notify(session, "report.decided")
    assert mail.address == group.experts[1].person.email
    assert "your assignment to this application has ended" in mail.text
    assert "/evaluation/" not in mail.text
