"""A violated database constraint as a refusal in words: the last line of defence speaks too."""

from __future__ import annotations

import sqlalchemy as sa

from app.core.errors import DomainError, RulesViolatedError
from app.core.violations import Violation

WORDS: dict[str, Violation] = {
    "uq_person_email": Violation(
        "account.email_taken", "There is already an account with this e-mail address.", "email"
    ),
    "uq_call_identifier_key": Violation(
        "call.identifier_taken", "There is already a call with this identifier.", "identity"
    ),
    "uq_programme_code": Violation("programme.code_exists", "There is already a programme with this code.", "code"),
    "uq_organisation_pic": Violation(
        "organisation.pic_taken", "Another organisation is registered with this PIC.", "pic"
    ),
    "uq_partner_partnership_id_organisation_id": Violation(
        "partnership.organisation_twice", "This organisation is already part of the partnership.", "organisation_id"
    ),
    "ck_envelope_available": Violation(
        "ledger.available_exceeded", "The envelope has less money left than this needs.", "amount"
    ),
    "uq_commitment_subject_kind_subject_id": Violation(
        "ledger.committed_twice", "An amount is committed for this award already.", "amount"
    ),
    "payments_fit_commitment": Violation(
        "payments.on_the_way", "Payments that are on the way need this amount. Pay or cancel them first.", "amount"
    ),
    "uq_payment_once": Violation(
        "payments.initiated_meanwhile", "This payment was initiated a moment ago. Look at it again.", "kind"
    ),
    "uq_assignment_rapporteur": Violation(
        "assignment.one_rapporteur", "This application has just got another rapporteur. Look at it again.", "rapporteur"
    ),
    "uq_assignment_application_id_person_id": Violation(
        "assignment.assigned_meanwhile", "This expert was assigned to this application a moment ago.", "person_id"
    ),
}
"""Constraint name to finding. Constraints without a row here are programming errors, not slips of a person."""


def violation_of(error: sa.exc.IntegrityError) -> DomainError:
    """The refusal for a constraint that a person can run into; re-raise anything else."""
    name = getattr(getattr(error.orig, "diag", None), "constraint_name", None) or ""
    if name not in WORDS:
        raise error
    return RulesViolatedError([WORDS[name]])
