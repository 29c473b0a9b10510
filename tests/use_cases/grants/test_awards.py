"""From the adopted ranking to signed decisions: once, by two people, and never beyond an envelope."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.applications.queries.screened import screened
from app.applications.schemas import Withdraw
from app.applications.use_cases.withdraw_application import withdraw_application
from app.core.actor import PUBLIC, Role
from app.core.errors import (
    NotFoundError,
    NotPermittedError,
    RulesViolatedError,
    SignInRequiredError,
    TransitionNotAllowedError,
)
from app.core.money import Money
from app.evaluation.models import Ranking
from app.grants.queries.awards import award_row, awarded_by_envelope, figures_of
from app.grants.rules.lifecycle import AwardState, LetterState
from app.grants.rules.outcomes import Outcome
from app.grants.schemas import DropAward, PromoteReserve, SignAwards
from app.grants.use_cases.drop_award import drop_award
from app.grants.use_cases.prepare_awards import prepare_awards
from app.grants.use_cases.promote_reserve import promote_reserve
from app.grants.use_cases.sign_award import sign_award, sign_awards
from app.ledger.queries import commitment_of, envelopes_of_call
from app.ledger.use_cases.release_commitment import release_commitment
from app.ledger.use_cases.verify_ledger import verify_ledger
from tests.builders.applications import a_call
from tests.builders.awards import (
    GOOD,
    PREPARED,
    SIGNED,
    STRONG,
    WEAK,
    Ranked,
    a_ranking,
    many_ranked,
    prepared,
    signed,
)
from tests.builders.calls import another_call
from tests.builders.evaluation import a_closed_call
from tests.builders.money import ENVELOPE, GRANT
from tests.builders.people import a_person, actor_for

WHY = "The coordinator wrote that a partner has left the consortium."


def rules_of(error: pytest.ExceptionInfo[RulesViolatedError]) -> list[str]:
    return [violation.rule for violation in error.value.violations]


def withdrawn(session: Session, ranked: Ranked, at: int) -> None:
    made = ranked.made[at]
    session.execute(sa.text("update application set decided_at = null"))
    reason = Withdraw(reason="no money")
    withdraw_application(session, made.actor(session), made.application_id, reason, now=PREPARED)


def test_every_ranked_or_refused_application_gets_one_decision(session: Session) -> None:
    ranked = a_ranking(session, refused=1)
    rows = prepared(session, ranked)
    assert [row.outcome for row in rows] == [
        Outcome.MAIN,
        Outcome.RESERVE,
        Outcome.BELOW_THRESHOLD,
        Outcome.NOT_ADMISSIBLE,
    ]
    assert {row.application_id for row in rows} == {one.application_id for one in (*ranked.made, *ranked.refused)}
    assert {row.state for row in rows} == {AwardState.PREPARED}
    assert [row.amount for row in rows] == [rows[0].requested, rows[1].requested, None, None]
    assert [row.ranking_id for row in rows] == [ranked.ranking_id] * 3 + [None]
    assert "Quality of the action: 14 of 30 points, the threshold is 15." in rows[2].reasons
    assert rows[3].reasons.startswith("The register of the cluster platform")
    figures = figures_of(session, ranked.call.id)
    assert (figures.funded, figures.reserve, figures.refused, figures.to_sign) == (1, 1, 2, 4)
    assert awarded_by_envelope(session, ranked.call.id) == {}, "nothing is awarded before it is signed"


def test_a_call_is_decided_once(session: Session) -> None:
    ranked = a_ranking(session)
    prepared(session, ranked)
    with pytest.raises(RulesViolatedError) as error:
        prepare_awards(session, ranked.officer, ranked.call.id, now=SIGNED)
    assert rules_of(error) == ["award.prepared_already"]


def test_nothing_is_prepared_before_a_ranking_is_adopted(session: Session) -> None:
    ranked = a_ranking(session)
    session.execute(sa.update(Ranking).values(state="superseded"))
    with pytest.raises(RulesViolatedError) as error:
        prepare_awards(session, ranked.officer, ranked.call.id, now=PREPARED)
    assert rules_of(error) == ["award.no_ranking"]


def test_who_withdrew_gets_no_decision(session: Session) -> None:
    ranked = a_ranking(session)
    withdrawn(session, ranked, 1)
    assert [row.outcome for row in prepared(session, ranked)] == [Outcome.MAIN, Outcome.BELOW_THRESHOLD]


def test_signing_binds_the_money_and_decides_the_application(session: Session) -> None:
    ranked = a_ranking(session)
    main, reserve, below = prepared(session, ranked)
    result = signed(session, ranked)
    assert set(result.signed) == {main.id, reserve.id, below.id}
    row = award_row(session, main.id)
    assert (row.state, row.signed_by) == (AwardState.SIGNED, ranked.signer.person_id)
    commitment = commitment_of(session, "award", main.id)
    assert commitment is not None
    assert (commitment.id, commitment.amount) == (row.commitment_id, main.amount)
    assert commitment_of(session, "award", reserve.id) is None
    [envelope] = envelopes_of_call(session, ranked.call.id)
    assert envelope.committed == main.amount
    assert awarded_by_envelope(session, ranked.call.id) == {main.envelope: main.amount}
    judged = screened(session, main.application_id)
    assert judged is not None
    assert judged.award_decided_at == SIGNED
    assert {letter.state for letter in ranked.letters(session)} == {LetterState.TO_SEND}
    with pytest.raises(RulesViolatedError):
        withdraw_application(
            session, ranked.made[0].actor(session), main.application_id, Withdraw(reason="late"), now=SIGNED
        )
    with pytest.raises(TransitionNotAllowedError):
        sign_award(session, ranked.signer, main.id, now=SIGNED)


def test_who_prepared_does_not_sign(session: Session) -> None:
    ranked = a_ranking(session)
    both = a_person(session, roles=(Role.PROGRAMME_OFFICER, Role.AUTHORISING_OFFICER))
    ranked.officer = actor_for(session, both)
    main = prepared(session, ranked)[0]
    with pytest.raises(RulesViolatedError) as error:
        sign_award(session, ranked.officer, main.id, now=SIGNED)
    assert rules_of(error) == ["award.four_eyes"]
    sign_award(session, ranked.signer, main.id, now=SIGNED)


def test_nothing_is_signed_for_who_withdrew_since(session: Session) -> None:
    ranked = a_ranking(session)
    main, reserve, _ = prepared(session, ranked)
    withdrawn(session, ranked, 0)
    result = signed(session, ranked)
    assert main.id not in result.signed
    assert reserve.id in result.signed
    assert [found.rule for found in result.refused[main.id]] == ["award.withdrawn"]
    assert award_row(session, main.id).state is AwardState.PREPARED
    drop_award(session, ranked.officer, main.id, DropAward(reason=WHY), now=SIGNED)
    assert award_row(session, main.id).drop_reason == WHY


@pytest.mark.parametrize("role", [None, Role.PROGRAMME_OFFICER, Role.FINANCE_OFFICER, Role.ADMINISTRATOR, Role.AUDITOR])
def test_only_an_authorising_officer_signs(session: Session, role: Role | None) -> None:
    ranked = a_ranking(session)
    main = prepared(session, ranked)[0]
    actor = actor_for(session, a_person(session, roles=(role,) if role else ()))
    with pytest.raises(NotPermittedError if role else NotFoundError):
        sign_award(session, actor, main.id, now=SIGNED)
    with pytest.raises(SignInRequiredError):
        sign_award(session, PUBLIC, main.id, now=SIGNED)


def test_only_who_manages_the_call_prepares(session: Session) -> None:
    ranked = a_ranking(session)
    with pytest.raises(NotPermittedError):
        prepare_awards(session, ranked.signer, ranked.call.id, now=PREPARED)


def test_a_preparation_taken_back_needs_a_reason_and_can_be_prepared_again(session: Session) -> None:
    ranked = a_ranking(session)
    main = prepared(session, ranked)[0]
    with pytest.raises(RulesViolatedError) as error:
        drop_award(session, ranked.officer, main.id, DropAward(reason="too short"), now=SIGNED)
    assert rules_of(error) == ["award.drop_reason"]
    drop_award(session, ranked.officer, main.id, DropAward(reason=WHY), now=SIGNED)
    [again] = prepare_awards(session, ranked.officer, ranked.call.id, now=SIGNED)
    row = award_row(session, again)
    assert (row.application_id, row.number, row.outcome) == (main.application_id, 2, Outcome.MAIN)


def test_the_reserve_list_is_promoted_in_order_when_money_is_freed(session: Session) -> None:
    ranked = a_ranking(session, (STRONG, GOOD, GOOD, WEAK))
    main, first, second, _ = prepared(session, ranked)
    wanted = PromoteReserve(envelope=main.envelope)
    with pytest.raises(RulesViolatedError) as error:
        promote_reserve(session, ranked.officer, ranked.call.id, wanted, now=SIGNED)
    assert rules_of(error) == ["award.reserve_not_signed"]
    signed(session, ranked)
    with pytest.raises(RulesViolatedError) as error:
        promote_reserve(session, ranked.officer, ranked.call.id, wanted, now=SIGNED)
    [found] = error.value.violations
    assert found.rule == "award.reserve_needs_more"
    assert found.figures["wanted"] == first.amount
    row = award_row(session, main.id)
    assert row.commitment_id is not None
    release_commitment(session, ranked.officer, row.commitment_id, reason="The project was given up.", now=SIGNED)
    made = award_row(session, promote_reserve(session, ranked.officer, ranked.call.id, wanted, now=SIGNED))
    assert (made.application_id, made.number, made.outcome) == (first.application_id, 2, Outcome.MAIN)
    with pytest.raises(RulesViolatedError) as error:
        promote_reserve(session, ranked.officer, ranked.call.id, wanted, now=SIGNED)
    assert rules_of(error) == ["award.reserve_needs_more"], "what is prepared is as good as gone"
    assert error.value.violations[0].figures["reference"] == second.reference
    sign_award(session, ranked.signer, made.id, now=SIGNED)
    assert figures_of(session, ranked.call.id).reserve == 1


def test_W_07_ten_at_the_cap_leave_nothing_and_an_eleventh_is_refused_with_figures(session: Session) -> None:  # noqa: N802
    ranked = many_ranked(session, 11, grant=GRANT)
    rows = prepared(session, ranked)
    assert [row.outcome for row in rows] == [Outcome.MAIN] * 10 + [Outcome.RESERVE]
    assert len(signed(session, ranked).signed) == 11
    [envelope] = envelopes_of_call(session, ranked.call.id)
    assert (envelope.committed, envelope.available) == (ENVELOPE, Money(0))
    with pytest.raises(RulesViolatedError) as error:
        promote_reserve(session, ranked.officer, ranked.call.id, PromoteReserve(envelope="main"), now=SIGNED)
    assert error.value.violations[0].figures == {
        "reference": rows[10].reference,
        "wanted": GRANT,
        "left": Money(0),
        "missing": GRANT,
    }
    assert verify_ledger(session).faults == ()


def test_an_envelope_that_no_longer_fits_refuses_that_award_and_leaves_the_others(session: Session) -> None:
    ranked = many_ranked(session, 10, grant=GRANT)
    rows = prepared(session, ranked)
    session.execute(sa.text("alter table award disable trigger award_keeps_its_content"))
    session.execute(sa.text("update award set amount = amount + 1 where id = :id"), {"id": rows[4].id})
    session.expire_all()
    result = signed(session, ranked)
    assert set(result.signed) == {row.id for row in rows} - {rows[9].id}, "the last placed finds one cent too little"
    [found] = result.refused[rows[9].id]
    assert found.rule == "ledger.envelope_exceeded"
    assert found.figures["available"] == GRANT - Money(1)
    [envelope] = envelopes_of_call(session, ranked.call.id)
    assert envelope.available == GRANT - Money(1)
    assert award_row(session, rows[9].id).state is AwardState.PREPARED


def test_choosing_nothing_is_refused_and_another_calls_award_is_not_found_here(session: Session) -> None:
    ranked = a_ranking(session)
    other = a_ranking(session, (STRONG,), call=a_call(session, another_call("COS-OTHER-2019-01")))
    strange = prepared(session, other)[0]
    with pytest.raises(RulesViolatedError) as error:
        sign_awards(session, ranked.signer, ranked.call.id, SignAwards(award_ids=[strange.id]), now=SIGNED)
    assert rules_of(error) == ["award.none_chosen"]


def test_a_call_without_evaluation_has_nothing_to_prepare(session: Session) -> None:
    call, _ = a_closed_call(session)
    officer = actor_for(session, a_person(session, roles=(Role.PROGRAMME_OFFICER,)))
    with pytest.raises(RulesViolatedError) as error:
        prepare_awards(session, officer, call.id, now=PREPARED)
    assert rules_of(error) == ["award.prepared_already"]
