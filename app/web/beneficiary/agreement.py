"""The agreement as it stands: a draft while it is prepared, then the text that is signed with its signatures."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.delivery.agreements import agreement_view
from app.delivery.grant_guards import sees_grant
from app.delivery.unit_of_work import READ, Work, run
from app.documents.queries import documents_of
from app.grants import policies
from app.grants.queries.agreement import draft_record, record_of, versions_of
from app.grants.queries.documents import GRANT
from app.grants.queries.facts import day_of
from app.grants.queries.grants import grant_scope
from app.grants.queries.listing import GrantRow, grant_row
from app.web.grant_view.words import STATES
from app.web.pages import page
from app.web.requests import Request_

router = APIRouter(prefix="/grants/{grant_id:uuid}/agreement")


@router.get("")
def show(incoming: Request_, grant_id: UUID) -> Response:
    """Every article, the budget and who signed. The consortium, its office, and who follows the money."""

    def answer(work: Work) -> Response:
        row = grant_row(work.session, grant_id, today=day_of(work.now))
        scope = grant_scope(work.session, grant_id)
        record = (
            record_of(work.session, grant_id, row.agreed_version)
            if row.agreed_version is not None
            else draft_record(work.session, grant_id)
        )
        return page(
            work,
            "beneficiary/agreement.html",
            row=row,
            since=_since(work, row),
            base=f"/grants/{grant_id}" if policies.takes_part(work.actor, scope) else f"/officer/grants/{grant_id}",
            states=STATES,
            agreement=record.agreement if record is not None else None,
            amended=record is not None and record.amended,
            view=agreement_view(record, work.known.language) if record is not None else None,
            documents=documents_of(work.session, GRANT, [grant_id]),
        )

    return run(incoming, READ, sees_grant(grant_id), answer)


def _since(work: Work, row: GrantRow) -> datetime | None:
    """When the version in force entered into force: one that an amendment made, with the last signature of that."""
    if row.entered_into_force_at is None or row.agreed_version == 1:
        return row.entered_into_force_at
    [made] = [one for one in versions_of(work.session, row.id) if one.number == row.agreed_version]
    return made.created_at
