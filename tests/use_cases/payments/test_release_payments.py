"""The file for the bank: made once of authorised payments, the same again for the same choice, and right to the cent."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from defusedxml.ElementTree import fromstring
from sqlalchemy.orm import Session

from app.core.errors import NotFoundError, NotPermittedError, RulesViolatedError
from app.core.money import Money
from app.infra.ids import new_id
from app.payments.models import PaymentFile
from app.payments.queries import payment_row
from app.payments.queries.statements import file_row
from app.payments.rules.lifecycle import PaymentState
from app.payments.schemas import GiveReason, Payer, ReleasePayments
from app.payments.use_cases.release_payments import release_payments
from app.payments.use_cases.suspend_payment import suspend_payment
from tests.builders.payments import (
    PAYER,
    a_bank,
    a_payee,
    a_payment,
    a_validated_account,
    an_authorised_payment,
    an_office,
    later,
    released,
)
from tests.conftest import NOW


def files_made(session: Session) -> int:
    return session.execute(sa.select(sa.func.count()).select_from(PaymentFile)).scalar_one()


def test_the_file_holds_each_payment_once_and_adds_up(session: Session, tmp_path: Path) -> None:
    office, bank = an_office(session), a_bank(tmp_path)
    payee = a_payee(session, legal_name="Łódź Klaster & Søn")
    first = an_authorised_payment(session, office, amount=Money(1_234_567))
    second = an_authorised_payment(session, office, amount=Money(99), payee=payee)
    file = file_row(session, office.accountant, released(session, office, bank, [first, second]))
    assert (file.reference, file.payments, file.control_sum) == ("FILE-2019-00001", 2, Money(1_234_666))
    data = bank.files.get(file.sha256)
    root = fromstring(data)
    texts = {name: [one.text for one in root.iter() if one.tag.endswith("}" + name)] for name in ("CtrlSum", "MsgId")}
    assert texts == {"CtrlSum": ["12346.66", "12345.67", "0.99"], "MsgId": [file.message_id]}
    references = {payment_row(session, one).reference for one in (first, second)}
    assert {one.text for one in root.iter() if one.tag.endswith("}EndToEndId")} == references
    assert payment_row(session, first).file == "FILE-2019-00001"


def test_the_same_choice_again_gives_the_same_file(session: Session, tmp_path: Path) -> None:
    office, bank = an_office(session), a_bank(tmp_path)
    chosen = [an_authorised_payment(session, office) for _ in range(3)]
    made = released(session, office, bank, chosen)
    assert released(session, office, bank, chosen[::-1], now=later(1)) == made
    assert files_made(session) == 1


def test_a_payment_is_in_one_file_only(session: Session, tmp_path: Path) -> None:
    office, bank = an_office(session), a_bank(tmp_path)
    first, second = (an_authorised_payment(session, office) for _ in range(2))
    released(session, office, bank, [first])
    with pytest.raises(RulesViolatedError) as refused:
        released(session, office, bank, [first, second])
    [found] = refused.value.violations
    assert found.text == "PAY-2019-00001: it is released, so it cannot go to the bank now."
    assert payment_row(session, second).state is PaymentState.AUTHORISED
    assert files_made(session) == 1


def test_every_reason_is_said_at_once_and_nothing_leaves(session: Session, tmp_path: Path) -> None:
    office = an_office(session)
    good, moved, stands = (an_authorised_payment(session, office) for _ in range(3))
    early = a_payment(session, office.initiator)
    a_validated_account(session, payment_row(session, moved).organisation_id, iban="BE71096123456769")
    suspend_payment(session, office.verifier, stands, GiveReason(reason="A question is open."), now=NOW)
    with pytest.raises(RulesViolatedError) as refused:
        released(session, office, a_bank(tmp_path, Payer("", "", "")), [good, moved, stands, early])
    assert {one.rule for one in refused.value.violations} == {
        "payments.no_payer",
        "payments.account_changed",
        "payments.is_suspended",
        "payments.not_authorised",
    }
    assert payment_row(session, good).state is PaymentState.AUTHORISED
    assert not list(tmp_path.rglob("*/*"))


def test_nothing_chosen_unknown_payments_and_other_offices(session: Session, tmp_path: Path) -> None:
    office, bank = an_office(session), a_bank(tmp_path)
    payment_id = an_authorised_payment(session, office)
    with pytest.raises(RulesViolatedError, match="Choose at least one"):
        released(session, office, bank, [])
    with pytest.raises(NotFoundError):
        released(session, office, bank, [payment_id, new_id()])
    chosen = ReleasePayments(payment_ids=[payment_id])
    for other in (office.initiator, office.verifier, office.authoriser):
        with pytest.raises(NotPermittedError):
            release_payments(session, other, chosen, bank, now=NOW)
    foreign = an_office(session, new_id())
    with pytest.raises(NotFoundError):
        released(session, foreign, bank, [payment_id])
    file_id = released(session, office, bank, [payment_id])
    with pytest.raises(NotFoundError):
        file_row(session, foreign.accountant, file_id)


def test_the_payer_is_the_body(session: Session, tmp_path: Path) -> None:
    office, bank = an_office(session), a_bank(tmp_path)
    file = file_row(
        session, office.accountant, released(session, office, bank, [an_authorised_payment(session, office)])
    )
    assert PAYER.iban.encode() in bank.files.get(file.sha256)


def test_a_file_is_never_changed(session: Session, tmp_path: Path) -> None:
    office = an_office(session)
    released(session, office, a_bank(tmp_path), [an_authorised_payment(session, office)])
    with pytest.raises(sa.exc.IntegrityError, match="never changed"), session.begin_nested():
        session.execute(sa.update(PaymentFile).values(payments=2))
