"""A grant of one world whose first report was submitted: its costs are secret, and nothing of it is decided."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa

from app.applications.models import Application, Submission
from app.applications.queries.reading import snapshot
from app.core.actor import SYSTEM
from app.core.money import Money
from app.documents.schemas import FileToStore
from app.documents.use_cases.store_file import store_file
from app.grants.models import Award, Grant, GrantPartner, GrantVersion
from app.grants.queries.agreement import draft_of
from app.grants.rules.grant_lifecycle import GrantState, PartyRole
from app.grants.rules.lifecycle import AwardState
from app.grants.rules.outcomes import Outcome
from app.grants.rules.periods import end_of
from app.infra.ids import new_id
from app.partnerships.rules.facts import PartnerRole
from app.reporting.models import ClaimedCost, FinancialStatement, PaymentCalculation, PeriodicReport, RecoveryHearing
from app.reporting.rules.assessment import Verdict
from app.reporting.rules.hearing import HearingState
from app.reporting.rules.lifecycle import ReportState
from app.reporting.rules.periods import PaymentAfter
from app.reporting.use_cases.open_periods import open_periods
from tests.conftest import NOW
from tests.support.pdfs import a_pdf

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.delivery.runtime import Runtime
    from tests.security.world import World

STARTS, MONTHS = date(2018, 1, 1), 24
"""Its first period is over at the instant of the tests."""


def add_reports(session: Session, runtime: Runtime, world: World) -> None:
    """Id ``reported_grant_id``: of the submitted application, from a decision of its own."""
    application_id = UUID(world.ids["submitted_id"])
    sent = session.execute(
        sa.select(Submission.id, Submission.call_version_id)
        .join(Application, Application.last_submission_id == Submission.id)
        .where(Application.id == application_id)
    ).one()
    award = Award(
        id=new_id(),
        call_id=UUID(world.ids["call_id"]),
        application_id=application_id,
        number=9,
        outcome=Outcome.NOT_ELIGIBLE,
        state=AwardState.SIGNED,
        prepared_at=NOW,
        prepared_by=world.people["programme_officer"].id,
        signed_at=NOW,
        signed_by=world.people["authorising_officer"].id,
        reasons=f"SECRET refusal {world.name}",
    )
    session.add(award)
    session.flush()
    grant = _grant(award, sent.id, sent.call_version_id, world.name)
    session.add(grant)
    session.flush()
    for position, member in enumerate(snapshot(session, sent.id)["partners"], start=1):
        leads = member["role"] == PartnerRole.COORDINATOR
        session.add(
            GrantPartner(
                grant_id=grant.id,
                partner_id=UUID(member["id"]),
                organisation_id=UUID(member["organisation_id"]),
                position=position,
                role=PartyRole.COORDINATOR if leads else PartyRole.BENEFICIARY,
            )
        )
    session.flush()
    facts = draft_of(session, grant.id)
    session.add(GrantVersion(grant_id=grant.id, number=1, snapshot=facts.plain(), sha256=facts.sha256, created_at=NOW))
    session.flush()
    first = open_periods(session, SYSTEM, grant.id, now=NOW)[0]
    content = a_pdf()
    upload = FileToStore(
        sha256=runtime.files.put(content),
        size=len(content),
        media_type="application/pdf",
        filename=f"SECRET certificate {world.name}.pdf",
        pages=1,
    )
    statement = FinancialStatement(
        id=new_id(),
        period_id=first.period_id,
        partner_id=UUID(world.ids["submitted_partner_id"]),
        version=1,
        receipts=Money.zero(),
        explanation=f"SECRET costs {world.name}",
        certificate="",
        certificate_id=store_file(session, SYSTEM, upload, now=NOW),
        saved_at=NOW,
    )
    session.add(statement)
    session.flush()
    given = {
        "state": ReportState.SUBMITTED,
        "texts": {"summary": f"SECRET summary {world.name}"},
        "times": 1,
        "submitted_at": NOW,
        "submitted_by": world.people["coordinator_contact"].id,
    }
    session.execute(sa.update(PeriodicReport).where(PeriodicReport.period_id == first.period_id).values(**given))
    _hearing(session, first.period_id, statement.certificate_id, world)
    world.ids |= {
        "reported_grant_id": str(grant.id),
        "cost_id": str(_cost(session, statement.id, world)),
    }


def _hearing(session: Session, period_id: UUID, file_id: UUID | None, world: World) -> None:
    """Of an announced recovery that the coordinator answered with a document."""
    nothing = Money.zero()
    sums = dict.fromkeys(("claimed", "eligible", "contribution", "receipts", "reduction", "due"), nothing)
    computed = {"payment": PaymentAfter.INTERIM, "sheet": [], "recovery": Money(100_00), "computed_at": NOW}
    session.add(PaymentCalculation(period_id=period_id, agreement_version=1, **sums, **computed))
    session.flush()
    heard = {"answer": f"SECRET heard {world.name}", "file_id": file_id, "answered_at": NOW}
    until = {"days": 30, "answer_by": NOW.date() + timedelta(days=30), "ends_at": NOW + timedelta(days=30)}
    session.add(RecoveryHearing(period_id=period_id, state=HearingState.ANSWERED, announced_at=NOW, **until, **heard))
    session.flush()


def _cost(session: Session, statement_id: UUID, world: World) -> UUID:
    """A claimed cost that was accepted."""
    cost = ClaimedCost(
        id=new_id(),
        statement_id=statement_id,
        number=1,
        category="personnel",
        words=f"SECRET cost {world.name}",
        amount=Money(100_00),
        verdict=Verdict.ACCEPTED,
        accepted=Money(100_00),
        assessed_at=NOW,
        assessed_by=world.people["programme_officer"].id,
    )
    session.add(cost)
    session.flush()
    return cost.id


def _grant(award: Award, submission_id: UUID, version_id: UUID, name: str) -> Grant:
    return Grant(
        id=new_id(),
        award_id=award.id,
        application_id=award.application_id,
        submission_id=submission_id,
        call_id=award.call_id,
        call_version_id=version_id,
        reference=f"REPORTED-{name}/GA",
        acronym=f"REPORTED{name}",
        title=f"Project of {name}, which anybody may read of",
        state=GrantState.RUNNING,
        maximum_grant=Money(10_000_000),
        start_on=STARTS,
        duration_months=MONTHS,
        end_on=end_of(STARTS, MONTHS),
        opened_at=NOW,
        data_due_on=STARTS,
        declarations_due_on=STARTS,
        signature_due_on=STARTS,
        agreed_version=1,
        entered_into_force_at=NOW,
        reason="",
        version=1,
    )
