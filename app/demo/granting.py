"""From the letters to the first money: how the funded projects of the demo prepare and sign, and are pre-financed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from app.accounts.queries import actor_of_person
from app.demo.consortia import Consortium, Member
from app.demo.paying import Paying
from app.grants.queries.agreement import agreement_of
from app.grants.queries.grants import PartyRow, grant_head, grant_of_application, parties_of
from app.grants.rules.declaration import declaration_hash, declaration_text
from app.grants.schemas import ConfirmData, DeclareForGrant, NamePartySignatory, SignAgreement
from app.grants.use_cases.confirm_data import confirm_data
from app.grants.use_cases.declare_for_grant import declare_for_grant
from app.grants.use_cases.name_party_signatory import name_party_signatory
from app.grants.use_cases.open_for_signature import open_for_signature
from app.grants.use_cases.request_prefinancing import request_prefinancing
from app.grants.use_cases.send_preparation import send_preparation
from app.grants.use_cases.sign_agreement import sign_for_authority, sign_for_party
from app.organisations.use_cases.name_signatory import name_signatory
from app.payments.queries import validated_account

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.core.actor import Actor
    from app.delivery.runtime import Runtime
    from app.demo.people import Office

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@dataclass(slots=True)
class Granting:
    """The grants of one call and the people who bring them forward."""

    session: Session
    runtime: Runtime
    office: Office
    made: Sequence[Consortium]
    signatories: set[UUID] = field(default_factory=set)

    def opened(self) -> Iterator[tuple[UUID, Consortium]]:
        """Each grant of the call with its consortium, in the order of the applications."""
        for one in self.made:
            grant_id = grant_of_application(self.session, one.application_id)
            if grant_id is not None:
                yield grant_id, one

    def prepare(self, grant_id: UUID, one: Consortium, *, now: datetime, all_but: int = 0, refused: str = "") -> None:
        """Each party confirms, declares and is given a signatory, all but the last ``all_but``; the account is validated.

        Where a reason is given, an account is ``refused`` before.
        """
        reference = grant_head(self.session, grant_id).reference
        parties = parties_of(self.session, grant_id)
        for number, party in enumerate(parties[: len(parties) - all_but]):
            self._prepare_party(grant_id, one, party, reference, now=now + number * HOUR)
        if refused:
            first = self.paying.open_account(one, parties[0], which=2, now=now + DAY)
            self.paying.decide_account(first, refused=refused, now=now + 2 * DAY)
        if validated_account(self.session, parties[0].organisation_id) is None:
            account = self.paying.open_account(one, parties[0], now=now + 3 * DAY)
            self.paying.decide_account(account, now=now + 4 * DAY)

    def _prepare_party(
        self, grant_id: UUID, one: Consortium, party: PartyRow, reference: str, *, now: datetime
    ) -> None:
        member = member_of(one, party)
        if member.organisation_id not in self.signatories:
            self.signatories.add(member.organisation_id)
            name_signatory(self.session, self._person(member), member.organisation_id, member.person_id, now=now)
        actor, text = self._person(member), declaration_text(party.name, reference)
        confirmed = ConfirmData(version=party.organisation_version)
        confirm_data(self.session, actor, grant_id, party.partner_id, confirmed, now=now)
        declared = DeclareForGrant(sha256=declaration_hash(text))
        declare_for_grant(self.session, with_device(actor), grant_id, party.partner_id, declared, now=now + HOUR)
        named = NamePartySignatory(person_id=member.person_id)
        name_party_signatory(self.session, one.lead, grant_id, party.partner_id, named, now=now + 2 * HOUR)

    def send(self, grant_id: UUID, one: Consortium, *, now: datetime) -> None:
        """The coordinator hands the preparation in."""
        send_preparation(self.session, one.lead, grant_id, now=now)

    def open(self, grant_id: UUID, *, now: datetime) -> None:
        """The officer freezes the agreement."""
        open_for_signature(self.session, self.office.officer(self.session), grant_id, now=now)

    def sign(
        self, grant_id: UUID, one: Consortium, *, now: datetime, parties: int = 99, authority: bool = True
    ) -> None:
        """The first ``parties`` sign, the coordinator first, then the authority where it is its turn."""
        text = SignAgreement(sha256=agreement_of(self.session, grant_id).sha256)
        for number, party in enumerate(parties_of(self.session, grant_id)[:parties]):
            actor = with_device(self._person(member_of(one, party)))
            sign_for_party(self.session, actor, grant_id, party.partner_id, text, now=now + number * 5 * HOUR)
        if authority:
            officer = with_device(self.office.authorising(self.session))
            sign_for_authority(self.session, officer, grant_id, text, now=now + 4 * DAY)

    def prefinance(self, grant_ids: Sequence[UUID], *, now: datetime, until: str = "paid") -> None:
        """Ask for the pre-financing and carry it through the circuit as far as ``until`` says."""
        officer = self.office.officer(self.session)
        payments = [request_prefinancing(self.session, officer, grant_id, now=now) for grant_id in grant_ids]
        self.paying.carry(payments, until=until, now=now)

    @property
    def paying(self) -> Paying:
        """The people of the circuit."""
        return Paying(self.session, self.runtime, self.office)

    def _person(self, member: Member) -> Actor:
        return actor_of_person(self.session, member.person_id)


def with_device(actor: Actor) -> Actor:
    """The same person right after the second step, which signatures ask for."""
    return replace(actor, stepped_up=True)


def member_of(one: Consortium, party: PartyRow) -> Member:
    """The organisation of the demo that a party is."""
    return next(member for member in one.members if member.organisation_id == party.organisation_id)
