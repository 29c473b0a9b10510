"""Register: somebody asks for an account for an e-mail address."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.accounts.events import PersonRegistered, RegisteredAgain
from app.accounts.models import Person
from app.accounts.queries import credentials_of_email, person_for_update
from app.accounts.rules.passwords import check_password
from app.accounts.schemas import RegisterPerson
from app.audit.use_cases.record_event import record_event
from app.core.actor import PUBLIC
from app.core.errors import RulesViolatedError
from app.infra.ids import new_id


def register_person(
    session: Session, command: RegisterPerson, *, password_hash: str, now: datetime, language: str = "en"
) -> None:
    """Keep the request; a mail tells the owner of the address how to go on, in the language of the page.

    The answer is the same whether the address is new, waiting for confirmation or known.
    While it waits, a later request replaces the earlier one and kills its link.
    Raise RulesViolated for a password that is not accepted.
    """
    if found := check_password(command.password.get_secret_value(), email=command.email):
        raise RulesViolatedError(found)
    session.execute(
        insert(Person)
        .values(id=new_id(), email=command.email, name=command.name, created_at=now)
        .on_conflict_do_nothing(index_elements=[Person.email])
    )
    known = credentials_of_email(session, command.email)
    person = person_for_update(session, known.person_id) if known else None
    if person is None:
        return
    if person.email_confirmed_at is not None:
        record_event(session, PUBLIC, RegisteredAgain(subject_id=person.id), now=now)
        return
    person.name, person.password_hash, person.language = command.name, password_hash, language
    personal = {"email": command.email, "name": command.name}
    record_event(session, PUBLIC, PersonRegistered(subject_id=person.id, personal=personal), now=now)
