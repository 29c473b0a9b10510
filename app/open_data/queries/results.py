"""Funded projects of a call as far as its version publishes them. Five queries at most, whatever the number of rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.applications.queries import rules_of
from app.calls.models import Call
from app.calls.rules.call_rules import CallRules
from app.calls.rules.grant_kinds import PublicField
from app.core.errors import NotFoundError
from app.core.money import Money
from app.core.paging import Page, PageRequest
from app.grants.models import Grant, GrantVersion
from app.grants.rules.grant_lifecycle import GrantState
from app.infra.db.statements import ONE
from app.ledger.queries import balances, commitment_balances
from app.open_data.rules.publicity import FUNDED, open_fields
from app.open_data.schemas import CallResults, FundedProject, PublicPartner, PublicResult, ResultsFilter
from app.partnerships.rules.facts import PartnerRole
from app.reporting.models import IndicatorReport, PaymentCalculation, PeriodicReport, ReportingPeriod
from app.reporting.rules.lifecycle import ReportState
from app.reporting.rules.periods import PaymentAfter

_PARTIES: Any = GrantVersion.snapshot["parties"]
_SIGNED = sa.and_(GrantVersion.grant_id == Grant.id, GrantVersion.number == Grant.agreed_version)
_COLUMNS: tuple[Any, ...] = (
    Grant.id,
    Call.identifier.label("call"),
    Grant.call_version_id,
    Grant.reference,
    Grant.acronym,
    Grant.title,
    Grant.state,
    Grant.maximum_grant,
    Grant.start_on,
    Grant.end_on,
    _PARTIES.label("parties"),
    GrantVersion.snapshot["sections"].label("sections"),
    GrantVersion.snapshot["indicators"].label("indicators"),
)
_SORTS: Mapping[str, tuple[PublicField, Any]] = {
    "acronym": ("acronym", sa.func.lower(Grant.acronym)),
    "granted": ("maximum_grant", sa.type_coerce(Grant.maximum_grant, sa.BigInteger)),
    "start": ("start_date", Grant.start_on),
}
_Publish = Callable[[PublicField], sa.ColumnElement[bool]]


def _projects() -> sa.Select[Any]:
    return (
        sa.select(*_COLUMNS)
        .select_from(Grant)
        .join(Call, Call.id == Grant.call_id)
        .join(GrantVersion, _SIGNED)
        .where(Grant.state.in_(FUNDED))
    )


_FUNDED = (
    sa.select(sa.func.count())
    .select_from(Grant)
    .join(GrantVersion, _SIGNED)
    .where(Grant.call_id == ONE, Grant.state.in_(FUNDED))
)


def funded_projects(session: Session, call_id: UUID) -> int:
    """How many projects of the call are funded. One query."""
    return session.execute(_FUNDED, {"one": call_id}).scalar_one()


def call_results(session: Session, call_id: UUID) -> CallResults:
    """What the call came to; what is not public of any project is not counted. Four queries, and the rules once."""
    parties = sa.select(Grant.call_version_id, Grant.maximum_grant, _PARTIES, Grant.state).join(GrantVersion, _SIGNED)
    rows = session.execute(parties.where(Grant.call_id == call_id, Grant.state.in_(FUNDED))).all()
    public = {version_id: _open(session, version_id) for version_id in {row[0] for row in rows}}
    countries = {
        party["country"] for version_id, _, members, _ in rows if "countries" in public[version_id] for party in members
    }
    over = [version_id for version_id, _, _, state in rows if state == GrantState.CLOSED]
    final, paid = _settled(session, call_id) if over and _tells_finals(session, over) else (None, None)
    abandoned = Grant.call_id == call_id, Grant.state == GrantState.ABANDONED
    ended = session.execute(sa.select(sa.func.count()).select_from(Grant).where(*abandoned)).scalar_one()
    told = all("maximum_grant" in fields for fields in public.values())
    set_aside = balances()
    cents = sa.func.coalesce(sa.func.sum(sa.type_coerce(set_aside.c.appropriated, sa.BigInteger)), 0)
    appropriated = session.execute(sa.select(cents).where(set_aside.c.call_id == call_id)).scalar_one()
    return CallResults(
        projects=len(rows),
        granted=Money.total(amount for _, amount, _, _ in rows) if told else None,
        appropriated=Money(int(appropriated)),
        countries=sorted(countries),
        closed=len(over),
        final=final,
        paid=paid,
        ended=ended,
    )


def _tells_finals(session: Session, versions: Sequence[UUID]) -> bool:
    """Whether every one of these versions of the call publishes the final grant of a closed project."""
    rules = [rules_of(session, version_id) for version_id in set(versions)]
    return all("final_grant" in open_fields(one.publication, GrantState.CLOSED) for one in rules)


def _settled(session: Session, call_id: UUID) -> tuple[Money, Money]:
    """The final grants of the closed projects of a call, and what the ledger says was paid to them, less what came back."""
    closed = Grant.call_id == call_id, Grant.state == GrantState.CLOSED
    bound = commitment_balances()
    finals = (
        sa.select(sa.func.sum(sa.type_coerce(PaymentCalculation.final_grant, sa.BigInteger)))
        .join(ReportingPeriod, ReportingPeriod.id == PaymentCalculation.period_id)
        .join(Grant, Grant.id == ReportingPeriod.grant_id)
        .where(*closed, PaymentCalculation.payment == PaymentAfter.BALANCE)
    )
    paid = (
        sa.select(sa.func.sum(sa.type_coerce(bound.c.paid, sa.BigInteger)))
        .join(Grant, Grant.commitment_id == bound.c.commitment_id)
        .where(*closed)
    )
    found = session.execute(sa.select(finals.scalar_subquery(), paid.scalar_subquery())).one()
    return Money(int(found[0] or 0)), Money(int(found[1] or 0))


def projects_page(
    session: Session,
    call_id: UUID,
    wanted: ResultsFilter,
    page: PageRequest,
    *,
    order: tuple[str, bool] = ("acronym", False),
) -> Page[FundedProject]:
    """Funded projects of a call; each is searched, filtered and ordered by what it publishes, and by nothing else.

    ``order``: key, descending. A project that keeps the key to itself comes last, by its reference.
    """
    statement, publish = _projects().where(Grant.call_id == call_id), _publishing(session, call_id)
    if wanted.text:
        statement = statement.where(sa.or_(*_texts(publish, wanted.text)))
    if wanted.country:
        here = _PARTIES.contains([{"country": wanted.country}])
        statement = statement.where(sa.or_(publish("countries"), publish("partners")), here)
    if wanted.state:
        statement = statement.where(Grant.state == wanted.state)
    total = session.execute(statement.with_only_columns(sa.func.count())).scalar_one()
    field, key = _SORTS.get(order[0], _SORTS["acronym"])
    told = sa.case((publish(field), key))
    ordered = statement.order_by((told.desc() if order[1] else told.asc()).nulls_last(), Grant.reference)
    rows = session.execute(ordered.limit(page.size).offset(page.offset)).all()
    return Page(_published(session, rows), total, page.number, page.size)


def funded_project(session: Session, grant_id: UUID) -> FundedProject:
    """One funded project; raise NotFound, also before its agreement is in force."""
    rows = session.execute(_projects().where(Grant.id == grant_id)).all()
    if not rows:
        raise NotFoundError("project")
    [found] = _published(session, rows)
    return found


def _publishing(session: Session, call_id: UUID) -> _Publish:
    """A condition on a grant of the call for each field: its version publishes that field in its state."""
    versions = session.scalars(sa.select(Grant.call_version_id).where(Grant.call_id == call_id).distinct()).all()
    public = {
        (one, state): open_fields(rules_of(session, one).publication, state) for one in versions for state in FUNDED
    }

    def publishes(field: PublicField) -> sa.ColumnElement[bool]:
        here = [place for place, fields in public.items() if field in fields]
        return sa.tuple_(Grant.call_version_id, Grant.state).in_(here)

    return publishes


def _texts(publish: _Publish, text: str) -> Sequence[sa.ColumnElement[bool]]:
    """Where the text may be looked for: only in what the project publishes."""
    return (
        Grant.reference.icontains(text, autoescape=True),
        sa.and_(publish("acronym"), Grant.acronym.icontains(text, autoescape=True)),
        sa.and_(publish("title"), Grant.title.icontains(text, autoescape=True)),
    )


def _open(session: Session, version_id: UUID) -> frozenset[PublicField]:
    """What a version of the call publishes of a running grant."""
    return open_fields(rules_of(session, version_id).publication, GrantState.RUNNING)


def _published(session: Session, rows: Sequence[Any]) -> list[FundedProject]:
    rules = {version_id: rules_of(session, version_id) for version_id in {row.call_version_id for row in rows}}
    closed = [row.id for row in rows if row.state == GrantState.CLOSED]
    finals = _finals(session, closed) if closed else {}
    return [_project(row, rules[row.call_version_id], finals.get(row.id)) for row in rows]


def _project(row: Any, rules: CallRules, final: Any) -> FundedProject:  # noqa: ANN401  # rows of statements
    public = open_fields(rules.publication, GrantState(row.state))
    partners = [PublicPartner(one["name"], one["country"], one["role"]) for one in row.parties]
    values: dict[str, Any] = {
        "acronym": row.acronym,
        "title": row.title,
        "abstract": _abstract(row.sections, rules),
        "coordinator": next((one.name for one in partners if one.role == PartnerRole.COORDINATOR), None),
        "partners": partners,
        "countries": sorted({one.country for one in partners}),
        "maximum_grant": row.maximum_grant,
    }
    shown: dict[str, Any] = {str(name): value for name, value in values.items() if name in public}
    if "start_date" in public:
        shown["start_on"] = row.start_on
    if {"start_date", "duration"} <= public:
        shown["end_on"] = row.end_on
    if final is not None and "final_grant" in public:
        shown["final_grant"] = final["final_grant"]
    if final is not None and "results" in public:
        reached = final["values"]
        shown["summary"] = final["summary"]
        shown["results"] = _results(row.indicators, reached) if reached is not None else ()
    return FundedProject(row.id, row.call, row.reference, GrantState(row.state), **shown)


def _abstract(sections: Sequence[Mapping[str, Any]], rules: CallRules) -> str | None:
    field = rules.form.meaning("abstract")
    answers = {one["id"]: one["answer"] for section in sections for one in section["fields"]}
    found = answers.get(field.id) if field is not None else None
    return found if isinstance(found, str) else None


def _results(indicators: Sequence[Mapping[str, Any]], values: Mapping[str, int | None]) -> list[PublicResult]:
    return [PublicResult(one["title"], one["unit"], one["target"], values.get(one["id"])) for one in indicators]


def _finals(session: Session, grants: Sequence[UUID]) -> Mapping[UUID, Mapping[str, Any]]:
    """Of closed grants: the final grant, and summary and indicators of the last report where it was accepted. Two queries."""
    last = (
        sa.select(
            ReportingPeriod.id,
            ReportingPeriod.grant_id,
            PeriodicReport.state,
            PeriodicReport.texts,
            PaymentCalculation.final_grant,
        )
        .join(PeriodicReport, PeriodicReport.period_id == ReportingPeriod.id)
        .join(PaymentCalculation, PaymentCalculation.period_id == ReportingPeriod.id)
        .where(ReportingPeriod.grant_id.in_(grants), ReportingPeriod.payment == PaymentAfter.BALANCE)
    )
    reports = {row.id: row for row in session.execute(last)}
    accepted = [row.id for row in reports.values() if row.state == ReportState.ACCEPTED]
    columns = (IndicatorReport.period_id, IndicatorReport.indicator, IndicatorReport.value)
    values: dict[UUID, dict[str, int | None]] = {}
    for period_id, indicator, value in session.execute(
        sa.select(*columns).where(IndicatorReport.period_id.in_(accepted))
    ):
        values.setdefault(period_id, {})[indicator] = value
    return {
        row.grant_id: {
            "final_grant": row.final_grant,
            "summary": (str(row.texts.get("summary", "")) or None) if row.id in accepted else None,
            "values": values.get(row.id, {}) if row.id in accepted else None,
        }
        for row in reports.values()
    }
