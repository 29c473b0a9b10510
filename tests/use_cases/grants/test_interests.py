"""Who belongs to a party decides nothing about it for the managing body: not awards, checks, rankings, reports or payments."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.applications.rules.check_lifecycle import CheckStep
from app.applications.schemas import ChosenProposal, ConfirmChecks, DecideCheck
from app.applications.use_cases.confirm_checks import confirm_checks
from app.applications.use_cases.decide_check import decide_check
from app.core.actor import Actor, Assignment, Role, ScopeKind
from app.evaluation.use_cases.adopt_ranking import adopt_ranking
from app.grants.schemas import SignAwards
from app.grants.use_cases.request_prefinancing import request_prefinancing
from app.grants.use_cases.sign_award import sign_award, sign_awards
from app.payments.queries import payment_row
from app.payments.schemas import BankAccountToPropose, DecideAccount, ReleasePayments
from app.payments.use_cases.authorise_payment import authorise_payment
from app.payments.use_cases.decide_bank_account import decide_bank_account
from app.payments.use_cases.propose_bank_account import propose_bank_account
from app.payments.use_cases.release_payments import release_payments
from app.payments.use_cases.verify_payment import verify_payment
from app.reporting.schemas import (
    AboutLatePayment,
    AssessCosts,
    DecideRecovery,
    DecideReport,
    ReturnReport,
    WaiveRecovery,
)
from app.reporting.use_cases.assess_costs import assess_costs
from app.reporting.use_cases.close_grant import close_grant
from app.reporting.use_cases.decide_recovery import decide_recovery
from app.reporting.use_cases.decide_report import decide_report
from app.reporting.use_cases.pay_interest import pay_interest
from app.reporting.use_cases.request_payment import request_payment
from app.reporting.use_cases.return_report import return_report
from app.reporting.use_cases.waive_recovery import waive_recovery
from tests.builders import reporting as build
from tests.builders.applications import Made, Member
from tests.builders.awards import SIGNED, a_ranking, prepared
from tests.builders.calls import a_programme_officer
from tests.builders.checks import AFTER, a_closed_call, proposed, version_of
from tests.builders.grants import IN_FORCE, a_running_grant
from tests.builders.panel import SITTING, a_proposal, vote
from tests.builders.payments import BIC, IBANS, a_bank, a_payment, an_office, officer
from tests.builders.people import a_person, a_role
from tests.conftest import NOW
from tests.use_cases.evaluation.refusals import refused_by

INTEREST = "interest.of_a_party"
WHY = "The coordinator is insolvent and the court closed the case."


def inside(actor: Actor, member: Member) -> Actor:
    """The same person with a role in an organisation of the consortium besides."""
    role = Assignment(Role.MEMBER, ScopeKind.ORGANISATION, member.organisation.id)
    return replace(actor, assignments=(*actor.assignments, role))


def delegate(session: Session, actor: Actor, member: Member) -> Actor:
    """Somebody who acts for the actor, with the actor's roles only, and belongs to an organisation of the consortium."""
    person = a_person(session)
    a_role(session, person, Role.MEMBER, member.organisation.id)
    return replace(actor, person_id=person.id, also=frozenset({actor.person_id} - {None}))


def contact(actor: Actor, made: Made) -> Actor:
    """The same person as member of the team that wrote the application."""
    role = Assignment(Role.TEAM_MEMBER, ScopeKind.APPLICATION, made.application_id)
    return replace(actor, assignments=(*actor.assignments, role))


def test_nobody_signs_the_award_of_an_application_that_they_have_a_part_in(session: Session) -> None:
    ranked = a_ranking(session)
    main, reserve = prepared(session, ranked)[:2]
    made = next(one for one in ranked.made if one.application_id == main.application_id)
    other = next(one for one in ranked.made if one.application_id == reserve.application_id)
    for signer in (inside(ranked.signer, made.members[1]), contact(ranked.signer, made)):
        assert refused_by(lambda who=signer: sign_award(session, who, main.id, now=SIGNED)) == {INTEREST}
    signer = contact(ranked.signer, made)
    wanted = SignAwards(award_ids=(main.id, reserve.id))
    signed = sign_awards(session, signer, ranked.call.id, wanted, now=SIGNED)
    assert signed.signed == (reserve.id,), "the others are signed"
    assert [one.rule for one in signed.refused[main.id]] == [INTEREST]
    assert other.application_id == reserve.application_id


def test_nobody_decides_a_check_of_their_own_application(session: Session) -> None:
    closed = a_closed_call(session)
    proposed(session, closed, closed.one, CheckStep.ADMISSIBILITY)
    decider = inside(officer(session, Role.PROGRAMME_OFFICER), closed.one.members[1])
    version = version_of(session, closed.one, CheckStep.ADMISSIBILITY)
    wanted = DecideCheck(decision="confirm", version=version)
    where = (closed.one.application_id, CheckStep.ADMISSIBILITY)
    assert refused_by(lambda: decide_check(session, decider, *where, wanted, now=AFTER)) == {INTEREST}
    chosen = ConfirmChecks(chosen=(ChosenProposal(application_id=where[0], step=where[1], version=version),))
    assert refused_by(lambda: confirm_checks(session, decider, closed.call.id, chosen, now=AFTER)) == {INTEREST}


def test_who_belongs_to_an_applicant_does_not_adopt_the_ranking(session: Session) -> None:
    round_id, ranking_id, [made], members = a_proposal(session)
    for member in members[1:]:
        vote(session, member, round_id, ranking_id)
    own = inside(a_programme_officer(session), made.members[0])
    assert refused_by(lambda: adopt_ranking(session, own, round_id, now=SITTING)) == {INTEREST}
    adopt_ranking(session, a_programme_officer(session), round_id, now=SITTING)


def test_nobody_has_their_own_grant_pre_financed_or_its_report_judged(session: Session) -> None:
    made = build.a_reporting_grant(session)
    for own in (inside(made.officer, made.made.members[2]), delegate(session, made.officer, made.made.members[2])):
        assert refused_by(lambda who=own: request_prefinancing(session, who, made.grant_id, now=build.OPENED)) == {
            INTEREST
        }
    build.prefinanced(session, made)
    build.submitted(session, made)
    own = inside(made.officer, made.made.members[2])
    at = (made.grant_id, 1)
    for act in (
        lambda: assess_costs(session, own, *at, AssessCosts(others=True), now=build.DECIDED),
        lambda: return_report(session, own, *at, ReturnReport(reason=WHY), now=build.DECIDED),
        lambda: decide_report(session, own, *at, DecideReport(decision="accept"), now=build.DECIDED),
    ):
        assert refused_by(act) == {INTEREST}
    build.accepted(session, made)
    assert refused_by(lambda: request_payment(session, own, *at, now=build.DECIDED)) == {INTEREST}


def test_nobody_pays_their_own_consortium_interest_or_verifies_it(session: Session) -> None:
    made = build.a_reporting_grant(session)
    late = request_prefinancing(session, made.officer, made.grant_id, now=build.OPENED)
    due = payment_row(session, late).due_on
    when = datetime(due.year, due.month, due.day, 10, tzinfo=build.OPENED.tzinfo) + timedelta(days=60)
    build.paid(session, late, now=when)
    wanted = AboutLatePayment(payment_id=late)
    own = inside(made.officer, made.made.members[2])
    assert refused_by(lambda: pay_interest(session, own, made.grant_id, wanted, now=when)) == {INTEREST}
    interest = pay_interest(session, made.officer, made.grant_id, wanted, now=when)
    verifier = inside(an_office(session).verifier, made.made.members[2])
    assert refused_by(lambda: verify_payment(session, verifier, interest, now=when)) == {INTEREST}


def test_nobody_decides_on_a_recovery_from_their_own_grant_or_closes_it(session: Session) -> None:
    made = build.a_reporting_grant(session)
    build.prefinanced(session, made)
    for number, now in ((1, build.DECIDED), (2, build.FINALLY)):
        build.submitted(session, made, number=number, costs=(), now=now)
        build.accepted(session, made, number=number, now=now)
    own, at = inside(made.officer, made.made.members[1]), (made.grant_id, 2)
    decide = DecideRecovery(decision="confirm", reason=WHY)
    late = build.FINALLY.replace(year=2022)
    assert refused_by(lambda: decide_recovery(session, own, *at, decide, now=late)) == {INTEREST}
    build.heard(session, made)
    waiver = inside(an_office(session).authoriser, made.made.members[1])
    wanted = WaiveRecovery(waiver_reason=WHY)
    assert refused_by(lambda: waive_recovery(session, waiver, *at, wanted, now=late)) == {INTEREST}
    build.recovered(session, made)
    assert refused_by(lambda: close_grant(session, own, made.grant_id, now=late)) == {INTEREST}
    close_grant(session, made.officer, made.grant_id, now=late)


def test_nobody_verifies_authorises_or_releases_a_payment_to_their_own_consortium(
    session: Session, tmp_path: Path
) -> None:
    made = a_running_grant(session)
    payment_id = request_prefinancing(session, made.officer, made.grant_id, now=IN_FORCE)
    office, partner, bank = an_office(session), made.made.members[1], a_bank(tmp_path)
    for who in (inside(office.verifier, partner), delegate(session, office.verifier, partner)):
        assert refused_by(lambda verifier=who: verify_payment(session, verifier, payment_id, now=NOW)) == {INTEREST}
    verify_payment(session, office.verifier, payment_id, now=NOW)
    authoriser = contact(office.authoriser, made.made)
    assert refused_by(lambda: authorise_payment(session, authoriser, payment_id, now=NOW)) == {INTEREST}
    authorise_payment(session, office.authoriser, payment_id, now=NOW)
    accountant, chosen = inside(office.accountant, partner), ReleasePayments(payment_ids=(payment_id,))
    assert refused_by(lambda: release_payments(session, accountant, chosen, bank, now=NOW)) == {INTEREST}
    with pytest.raises(DBAPIError, match="never changed"), session.begin_nested():
        session.execute(sa.text("update payment set parties = '{}'"))


def test_a_payment_of_no_grant_knows_its_payee(session: Session) -> None:
    office = an_office(session)
    payment_id = a_payment(session, office.initiator)
    payee = Assignment(Role.MEMBER, ScopeKind.ORGANISATION, payment_row(session, payment_id).organisation_id)
    own = replace(office.verifier, assignments=(*office.verifier.assignments, payee))
    assert refused_by(lambda: verify_payment(session, own, payment_id, now=NOW)) == {INTEREST}


def test_nobody_validates_the_bank_account_of_their_own_organisation(session: Session) -> None:
    made = a_running_grant(session)
    member = made.made.members[1]
    proposal = BankAccountToPropose(organisation_id=member.organisation.id, holder="Cluster", iban=IBANS[0], bic=BIC)
    account_id = propose_bank_account(session, made.actor(session, 1), proposal, now=NOW)
    own, wanted = inside(an_office(session).verifier, member), DecideAccount(validate_it=True)
    assert refused_by(lambda: decide_bank_account(session, own, account_id, wanted, now=NOW)) == {INTEREST}
