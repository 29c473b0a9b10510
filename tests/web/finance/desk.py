"""People of a circuit, of one programme, before both doors."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.accounts.models import Person
from app.core.actor import Actor
from app.delivery.runtime import Runtime
from app.infra.ids import new_id
from app.payments.queries import payment_row
from app.payments.schemas import PaymentRow
from tests.api.program import Program
from tests.builders.payments import Office, a_payee, a_payment, an_authorised_payment
from tests.support.client import Browser
from tests.web.pages import Page, problems

SECRET = "Confidential Textile Cluster"


@dataclass(frozen=True)
class Desk:
    """People of the circuit, of one programme, and both doors."""

    runtime: Runtime
    browser: Browser
    office: Office
    programme: UUID

    def row(self, payment_id: UUID) -> PaymentRow:
        with self.runtime.database.reading() as session:
            return payment_row(session, payment_id)

    def made(self, builder: Any, *arguments: Any, **given: Any) -> Any:
        with self.runtime.database.transaction() as session:
            return builder(session, *arguments, **given)

    def payment(self, **given: Any) -> UUID:
        """An initiated payment to somebody whose name must not leak."""

        def make(session: Any) -> UUID:
            payee = a_payee(session, legal_name=f"{SECRET} {new_id().hex[-6:]}")
            return a_payment(session, self.office.initiator, programme_id=self.programme, payee=payee, **given)

        return self.made(make)

    def authorised(self, **given: Any) -> UUID:
        return self.made(an_authorised_payment, self.office, programme_id=self.programme, **given)

    def act(self, actor: Actor, payment_id: UUID, name: str, data: dict[str, str] | None = None) -> Any:
        self.browser.sign_in_as(actor.person_id)
        return self.browser.post(f"/payments/{payment_id}/{name}", data, page=f"/payments/{payment_id}")

    def get(self, actor: Actor, path: str) -> Any:
        answer = self.browser.sign_in_as(actor.person_id).get(path)
        if "text/html" in answer.headers["content-type"] and answer.status_code < 400:
            found = problems(Page(answer.text))
            assert not found, found
        return answer

    def program(self, actor: Actor) -> Program:
        with self.runtime.database.transaction() as session:
            person = session.get(Person, actor.person_id)
        assert person is not None
        return Program.of(self.browser, self.runtime, person)


def words(answer: Any) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())
