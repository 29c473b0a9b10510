"""A payment to a third party of one world, made by the party whose contact and representative are known, with its document."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from app.cascade.models import ThirdPartyPayment
from app.cascade.rules.support import SupportKind
from app.core.money import Money
from app.documents.schemas import FileToStore
from app.documents.use_cases.store_file import store_file
from app.infra.ids import new_id
from tests.builders.people import actor_for
from tests.conftest import NOW
from tests.support.pdfs import a_pdf

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.delivery.runtime import Runtime
    from tests.security.world import World


def support_bodies(world: World) -> dict[tuple[str, str], dict[str, Any]]:
    """(method, path) of a write about a payment to fields that would be accepted from somebody who may."""
    web, api = "/grants/{grant_id}/third-parties", "/api/v1/grants/{grant_id}/third-parties"
    common = {
        "partner_id": world.ids["grant_partner_id"],
        "recipient": "Olive SA",
        "country": "PT",
        "vat": "501442600",
        "sme": "true",
        "paid_on": "2020-03-02",
    }
    voucher = common | {"purpose": "Tests of recycled yarn.", "amount": "10.00"}
    stay = common | {
        "visitor": "Ana",
        "host_name": "Casa",
        "host_country": "EL",
        "host_sme": "false",
        "distance_km": "2700",
        "first_day": "2020-02-03",
        "last_day": "2020-02-07",
    }
    reason = {"reason": "Paid back by the recipient."}
    return {
        ("POST", f"{web}/voucher"): voucher,
        ("POST", f"{api}/vouchers"): voucher,
        ("POST", f"{web}/exchange"): stay,
        ("POST", f"{api}/exchanges"): stay,
        ("POST", f"{api}/exchanges/amount"): stay,
        ("POST", f"{web}/{{support_id}}/reverse"): reason,
        ("POST", f"{api}/{{support_id}}/reversal"): reason,
    }


def add_support(session: Session, runtime: Runtime, world: World) -> None:
    """Id ``support_id``, a payment of ``grant_partner_id`` in ``grant_id``."""
    contact, content = actor_for(session, world.people["partner_contact"]), a_pdf(pages=1)
    upload = FileToStore(
        sha256=runtime.files.put(content),
        size=len(content),
        media_type="application/pdf",
        filename=f"SECRET transfer {world.name}.pdf",
        pages=1,
    )
    payment = ThirdPartyPayment(
        id=new_id(),
        grant_id=UUID(world.ids["grant_id"]),
        partner_id=UUID(world.ids["grant_partner_id"]),
        number=1,
        kind=SupportKind.VOUCHER,
        recipient=f"SECRET recipient {world.name}",
        country="PT",
        vat="",
        registration_number="NIPC 1",
        sme=True,
        purpose=f"SECRET purpose {world.name}",
        amount=Money(1_000),
        paid_on=date(2020, 3, 2),
        evidence_id=store_file(session, contact, upload, now=NOW),
        recorded_at=NOW,
        recorded_by=contact.person_id,
    )
    session.add(payment)
    session.flush()
    world.ids["support_id"] = str(payment.id)
