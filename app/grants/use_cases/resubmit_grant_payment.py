"""Send a payment of a grant on again that came back: to the account that the agreement in force names, and no other."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import RulesViolatedError
from app.grants.queries.accounts import account_to_pay, agreed_account
from app.grants.rules.payee import payee_findings
from app.grants.use_cases.request_prefinancing import SUBJECT
from app.payments.queries.acting import payment_to_act_on
from app.payments.rules.circuit import Act
from app.payments.rules.lifecycle import PAYMENT, PaymentEvent
from app.payments.use_cases.initiate_payment import resubmit_payment


def resubmit_grant_payment(session: Session, actor: Actor, payment_id: UUID, *, now: datetime) -> None:
    """Let its circuit begin anew. An amendment of the account that is still open changes nothing: it is waited for.

    Locks the payment, then its grant, so that no amendment comes into force in between. Raise RulesViolated where the
    agreement names another account than the validated one, or none is validated; TransitionNotAllowed unless it came
    back; NotFound and NotPermitted as the policies of payments say.
    """
    payment = payment_to_act_on(session, actor, payment_id, Act.INITIATE)
    PAYMENT.after(payment.state, PaymentEvent.RESUBMIT)
    if payment.subject_kind == SUBJECT:
        agreed = agreed_account(session, payment.subject_id)
        if against := payee_findings(agreed, account_to_pay(session, payment.organisation_id)):
            raise RulesViolatedError(against)
    resubmit_payment(session, actor, payment_id, now=now)
