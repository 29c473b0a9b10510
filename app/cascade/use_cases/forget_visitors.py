"""Forget who stayed where when the records of a grant need no longer be kept."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.cascade.models import ThirdPartyPayment
from app.cascade.queries.payments import visitors_held
from app.documents.use_cases.forget_files import forget_files
from app.grants.models import Grant


def forget_visitors(session: Session, application_id: UUID, *, instead: str) -> frozenset[str]:
    """The names of all visitors that the application's grant paid become ``instead``; the documents of stays go.

    For use cases that have already decided. Amount, organisations and days stay. Whether such a visitor comes again
    can no longer be told. SHA-256 of the documents whose bytes nobody needs any more; they are removed once the
    transaction is committed.
    """
    of_it = sa.select(Grant.id).where(Grant.application_id == application_id)
    held = (ThirdPartyPayment.grant_id.in_(of_it), visitors_held())
    columns = (ThirdPartyPayment.id, ThirdPartyPayment.evidence_id)
    rows = session.execute(sa.select(*columns).where(*held).order_by(ThirdPartyPayment.id).with_for_update()).all()
    for one, _ in rows:
        gone = {"visitor": instead, "visitor_key": f"erased:{one}", "evidence_id": None}
        session.execute(sa.update(ThirdPartyPayment).where(ThirdPartyPayment.id == one).values(gone))
    return forget_files(session, [file_id for _, file_id in rows if file_id is not None])
