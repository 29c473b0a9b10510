"""The people of the demo, for every audience; all share one password that opens nothing else."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING
from uuid import UUID

from app.accounts.models import SecondFactor
from app.accounts.queries import actor_of_person, credentials_of, credentials_of_email, secret_to_show
from app.accounts.rules.second_factor import code_at, step_of
from app.accounts.schemas import Checked, RegisterPerson
from app.accounts.use_cases.assign_role import grant_role
from app.accounts.use_cases.confirm_email import confirm_email
from app.accounts.use_cases.enrol_second_factor import confirm_second_factor, enrol_second_factor
from app.accounts.use_cases.register_person import register_person
from app.core.actor import Actor, Assignment, Role, ScopeKind
from app.infra.passwords import hash_password

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.infra.vault import Vault

PASSWORD = "clusters of Europe"  # noqa: S105  # printed on the sign-in page of the demo, on purpose
SIGN_INS = "demo-sign-ins.json"


@dataclass(frozen=True, slots=True)
class SignIn:
    """What the demo prints and shows on its sign-in page."""

    name: str
    email: str
    password: str
    capacity: str
    device: str = ""
    """Key of the device that shows the codes of the second step, for who has one."""


OFFICE = (
    ("Ingrid Sommer", "admin@grappe.example", Role.ADMINISTRATOR, "Administrator: people, roles, everything"),
    (
        "Maaike Jansen",
        "officer@grappe.example",
        Role.PROGRAMME_OFFICER,
        "Programme officer: publishes and follows calls",
    ),
    (
        "Joris Bakker",
        "second.officer@grappe.example",
        Role.PROGRAMME_OFFICER,
        "Programme officer: the second pair of eyes",
    ),
    ("Pierre Lambert", "finance@grappe.example", Role.FINANCE_OFFICER, "Finance officer"),
    ("Eleni Papadaki", "authorising@grappe.example", Role.AUTHORISING_OFFICER, "Authorising officer"),
    ("Tomasz Zieliński", "accounting@grappe.example", Role.ACCOUNTING_OFFICER, "Accounting officer"),
    ("Sofia Lindqvist", "auditor@grappe.example", Role.AUDITOR, "Auditor: reads everything, changes nothing"),
)
_NAMES = {
    "PT": ("Ana Costa", "Rui Almeida", "Inês Carvalho", "Tiago Moura", "Marta Leal"),
    "IT": ("Luca Bianchi", "Giulia Ferri", "Marco Leone", "Elena Conti", "Paolo Greco", "Chiara Riva", "Dario Fabbri"),
    "BG": ("Dimitar Petrov", "Elitsa Ivanova", "Georgi Kolev", "Raya Stoyanova"),
    "PL": ("Katarzyna Nowak", "Michał Wójcik", "Zofia Krawczyk", "Łukasz Pawlak", "Agnieszka Zając"),
    "RO": ("Ioana Popescu", "Andrei Munteanu", "Raluca Dobre", "Mihai Stan"),
    "HU": ("Gábor Szabó", "Zsófia Kiss", "Péter Őry"),
    "CZ": ("Petra Dvořáková", "Tomáš Říha"),
    "SK": ("Marek Kováč", "Lucia Hudáková"),
    "SI": ("Nika Zupan", "Jure Kos"),
    "HR": ("Ivan Horvat", "Maja Perić"),
    "EL": ("Giorgos Nikolaou", "Katerina Vlachou", "Nikos Samaras"),
    "CY": ("Andreas Georgiou", "Eleni Christou", "Marios Savva"),
    "MT": ("Maria Borg", "Karl Vella", "Rita Camilleri", "Joseph Zammit"),
    "LT": ("Rasa Kazlauskaitė", "Jonas Petraitis"),
    "LV": ("Jānis Bērziņš", "Ilze Kalniņa", "Andris Ozols"),
    "EE": ("Liis Tamm", "Jaan Kask", "Kadri Sepp"),
    "FI": ("Aino Virtanen", "Mikko Laine"),
    "SE": ("Erik Nilsson", "Karin Åberg"),
    "DK": ("Mette Jensen", "Søren Holm"),
    "NL": ("Sanne de Vries", "Bram Visser"),
    "BE": ("Jeroen Peeters", "Sophie Lambert"),
    "FR": ("Camille Moreau", "Hugo Girard", "Élodie Faure", "Yann Le Goff", "Léa Payet"),
    "DE": ("Heike Schneider", "Jan Krüger", "Anke Vogel", "Uwe Brandt"),
    "AT": ("Florian Gruber", "Eva Moser"),
    "ES": ("Núria Ferrer", "Javier Ruiz", "Carmen Molina", "Uxía Castro", "Iker Etxeberria"),
    "IE": ("Siobhán Walsh", "Aoife Byrne", "Conor Doyle"),
    "UK": ("Rhys Morgan", "Helen Carter"),
    "LU": ("Claude Weber", "Martine Schmit", "Luc Reuter"),
}


@cache
def _hash() -> str:
    return hash_password(PASSWORD)


def name_of(country: str, number: int) -> str:
    """An invented name as people of the country have; ``number`` counts its organisations from 0."""
    names = _NAMES[country]
    return names[number % len(names)]


def name_between(country: str, random: Random) -> str:
    """An invented name that mixes two of the country's."""
    one, other = random.choice(_NAMES[country]), random.choice(_NAMES[country])
    return f"{one.split()[0]} {other.split(maxsplit=1)[1]}"


def address(name: str, domain: str) -> str:
    """An address that nobody has."""
    simple = name.translate(str.maketrans("łŁøØ", "lLoO"))
    plain = unicodedata.normalize("NFKD", simple).encode("ascii", "ignore").decode().lower()
    return f"{plain.replace(' ', '.')}@{domain}.example"


def make_person(session: Session, name: str, email: str, *, now: datetime) -> UUID:
    """A registered person with a confirmed address."""
    register_person(session, RegisterPerson(email=email, name=name, password=PASSWORD), password_hash=_hash(), now=now)
    credentials = credentials_of_email(session, email)
    assert credentials is not None  # noqa: S101  # registered above
    confirm_email(session, Checked(credentials=credentials, matches=True), now=now)
    return credentials.person_id


@dataclass(frozen=True, slots=True)
class Office:
    """The people of the public body, by role; each method gives the actor with the roles that they hold now."""

    ids: Mapping[str, UUID]

    def officer(self, session: Session) -> Actor:
        """The programme officer."""
        return actor_of_person(session, self.ids["officer@grappe.example"])

    def second(self, session: Session) -> Actor:
        """The other programme officer."""
        return actor_of_person(session, self.ids["second.officer@grappe.example"])

    def administrator(self, session: Session) -> Actor:
        """The administrator."""
        return actor_of_person(session, self.ids["admin@grappe.example"])

    def authorising(self, session: Session) -> Actor:
        """The authorising officer."""
        return actor_of_person(session, self.ids["authorising@grappe.example"])


def give_device(session: Session, vault: Vault, person_id: UUID, *, now: datetime) -> str:
    """Set up a second step as its owner does; the key of the device. Somebody of two projects has one device."""
    factor = session.get(SecondFactor, person_id)
    if factor is not None and factor.confirmed_at is not None:
        return vault.open(factor.secret, about=str(person_id))
    actor, known = actor_of_person(session, person_id), credentials_of(session, person_id)
    assert known is not None  # noqa: S101  # made above
    enrol_second_factor(session, actor, vault, checked=Checked(known, matches=True), now=now)
    key = secret_to_show(session, vault, person_id)
    assert key is not None  # noqa: S101  # begun above
    confirm_second_factor(session, actor, vault, code_at(key, step_of(now)), keep="", now=now)
    return key


@dataclass(frozen=True, slots=True)
class Devices:
    """Who was given a device for the second step; some people have more than one thing to do and still one device."""

    keys: dict[UUID, str] = field(default_factory=dict)

    def of(self, session: Session, vault: Vault, person_id: UUID, *, now: datetime) -> str:
        """The key of the person's device, set up where there is none yet."""
        if person_id not in self.keys:
            self.keys[person_id] = give_device(session, vault, person_id, now=now)
        return self.keys[person_id]


def make_office(session: Session, vault: Vault, *, now: datetime) -> tuple[Office, list[SignIn]]:
    """The people of the public body, each with a device for the second step, and their sign-ins."""
    sign_ins, ids = [], {}
    for name, email, role, words in OFFICE:
        ids[email] = make_person(session, name, email, now=now)
        grant_role(session, ids[email], Assignment(role, ScopeKind.PLATFORM), granted_by=None, now=now)
        device = give_device(session, vault, ids[email], now=now)
        sign_ins.append(SignIn(name, email, PASSWORD, words, device))
    return Office(ids), sign_ins


def write_sign_ins(folder: Path, sign_ins: list[SignIn]) -> None:
    """Leave the list where the sign-in page of the demo finds it."""
    (folder / SIGN_INS).write_text(
        json.dumps([asdict(one) for one in sign_ins], ensure_ascii=False, indent=1), encoding="utf-8"
    )


def read_sign_ins(folder: Path) -> list[SignIn]:
    """The list, or nothing."""
    path = folder / SIGN_INS
    return [SignIn(**one) for one in json.loads(path.read_text(encoding="utf-8"))] if path.exists() else []
