"""Ask for the payment at the start of a grant: its amount follows from the agreement, four people then see it through."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts.rules.interests import interest_findings
from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import RulesViolatedError, TransitionNotAllowedError
from app.core.violations import Violation
from app.grants.events import PrefinancingRequested
from app.grants.policies import prepares_grant, require_grant
from app.grants.queries.accounts import account_to_pay
from app.grants.queries.agreement import agreement_of
from app.grants.queries.facts import day_of
from app.grants.queries.grants import grant_for_change, grant_head, grant_scope
from app.grants.queries.interests import is_of_a_party
from app.grants.rules.grant_lifecycle import GRANT, GrantState
from app.grants.rules.payee import payee_findings
from app.grants.rules.prefinancing import due_on
from app.grants.rules.prefinancing_sheet import prefinancing_sheet
from app.ledger.queries import commitment_for_change
from app.payments.rules.lifecycle import PaymentKind
from app.payments.schemas import PaymentToInitiate
from app.payments.use_cases.initiate_payment import initiate_payment

SUBJECT = "grant"


def request_prefinancing(session: Session, actor: Actor, grant_id: UUID, *, now: datetime) -> UUID:
    """Initiate the pre-financing and return the id of the payment.

    Raise TransitionNotAllowed unless the grant runs, RulesViolated where the call pays none, where it was asked for
    already, for who belongs to a party, or where the coordinator has no validated account or another one than the agreement names.
    """
    scope = grant_scope(session, grant_id)
    require_grant(actor, scope, permitted=prepares_grant(actor, scope))
    head = grant_head(session, grant_id)
    if head.commitment_id is not None:
        commitment_for_change(session, head.commitment_id)
    grant = grant_for_change(session, grant_id)
    if GrantState(grant.state) is not GrantState.RUNNING or grant.entered_into_force_at is None:
        raise TransitionNotAllowedError(GRANT.name, grant.state, "pre-financed")
    agreement = agreement_of(session, grant_id).facts
    terms, found = agreement.terms.prefinancing, agreement.prefinancing
    if terms is None or found is None or not found.cash or agreement.commitment_id is None:
        raise RulesViolatedError([Violation("grant.no_prefinancing", "The call pays nothing at the start.")])
    if own := interest_findings(of_a_party=is_of_a_party(session, actor, scope)):
        raise RulesViolatedError(own)
    valid = account_to_pay(session, agreement.coordinator.organisation_id)
    if against := payee_findings(agreement.account, valid):
        raise RulesViolatedError(against)
    due = due_on(terms, day_of(grant.entered_into_force_at), agreement.start_on)
    wanted = PaymentToInitiate(
        subject_kind=SUBJECT,
        subject_id=grant_id,
        programme_id=scope.programme_id,
        commitment_id=agreement.commitment_id,
        reference=grant.reference,
        title=grant.acronym,
        kind=PaymentKind.PREFINANCING,
        amount=found.cash,
        organisation_id=agreement.coordinator.organisation_id,
        due_on=due,
        sheet=prefinancing_sheet(agreement),
        parties=(scope.application_id, *scope.organisations),
    )
    payment_id = initiate_payment(session, actor, wanted, now=now)
    event = PrefinancingRequested(
        subject_id=grant_id,
        facts={"payment": payment_id, "amount": found.cash, "due_on": due},
        call_id=grant.call_id,
        application_id=grant.application_id,
    )
    record_event(session, actor, event, now=now)
    return payment_id
