"""Find organisations, for example as partners."""

from fastapi import APIRouter
from starlette.responses import Response

from app.delivery.guards import signed_in
from app.delivery.unit_of_work import READ, Work, run
from app.organisations.queries import OrganisationFilter, search
from app.organisations.rules.types import OrganisationType, SmeStatus
from app.organisations.schemas import OrganisationRow
from app.reference.queries import all_countries
from app.web.lists import Column, Filter, Listing, ListSpec, answer_list
from app.web.requests import Request_
from app.web.words import SME, TYPES, country_name, options

router = APIRouter()


ORGANISATIONS: ListSpec[OrganisationRow] = ListSpec(
    columns=(
        Column("legal_name", "Name", lambda row: row.legal_name, sortable=True),
        Column("short_name", "Short name", lambda row: row.short_name, only_export=True),
        Column("pic", "PIC", lambda row: row.pic or ""),
        Column("organisation_type", "Type", lambda row: TYPES[row.organisation_type]),
        Column("country", "Country", lambda row: country_name(row.country), sortable=True),
        Column("city", "City", lambda row: row.city, sortable=True),
        Column("region", "Region", lambda row: row.region),
        Column("sme", "SME", lambda row: SME[row.sme], only_export=True),
        Column("website", "Website", lambda row: row.website, only_export=True),
    ),
    filters=(
        Filter("country", "Country", [(row.code, row.name_en) for row in all_countries()]),
        Filter("type", "Type", options(TYPES)),
        Filter("sme", "SME", options(SME)),
    ),
)


@router.get("/organisations/search")
def find(incoming: Request_) -> Response:
    """Organisations by name, PIC, country, type."""

    def answer(work: Work) -> Response:
        listing = Listing.read(incoming, ORGANISATIONS)
        kind, sme = listing.value("type"), listing.value("sme")
        wanted = OrganisationFilter(
            q=listing.q,
            country=listing.value("country"),
            organisation_type=OrganisationType(kind) if kind else None,
            sme=SmeStatus(sme) if sme else None,
            sort=listing.sort,
            descending=listing.descending,
        )
        return answer_list(
            work,
            "organisations/search.html",
            listing,
            lambda request: search(work.session, wanted, request),
            name="organisations",
            country_name=country_name,
        )

    return run(incoming, READ, signed_in, answer)
