"""Verify that nothing has changed that must never change, and that all that is said of the money agrees."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import structlog

from app.amendments.queries.amendments import altered_amendments
from app.amendments.queries.checking import altered_addendum_signatures, both_sided_amendments
from app.applications.queries.reading import altered_submissions
from app.audit.use_cases.verify_chains import verify_chains
from app.audit.use_cases.verify_roots import verify_roots
from app.calls.queries import altered_versions
from app.cascade.use_cases.verify_support import verify_support
from app.delivery.seals import usable_authority
from app.documents.queries import altered_documents, files_kept, requested_documents
from app.documents.use_cases.request_document import RENDER_TASK
from app.evaluation.queries.rankings import altered_rankings
from app.grants.queries.checking import (
    altered_agreements,
    altered_signatures,
    both_sided_agreements,
    loose_commitments,
)
from app.infra.queue import Task, pending_arguments
from app.infra.sealing import NoSealError, inspect_seal
from app.ledger.queries import booked, recipient_amounts
from app.ledger.use_cases.verify_ledger import verify_ledger
from app.ledger.use_cases.verify_recipients import verify_recipients
from app.payments.use_cases.verify_payments import verify_payments
from app.reporting.use_cases.verify_calculations import verify_calculations

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from sqlalchemy.orm import Session

    from app.delivery.runtime import Runtime
    from app.documents.schemas import KeptFile
    from app.infra.sealing import SealingAuthority

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What was looked at and what is wrong; ``faults`` names each in a sentence."""

    chains: int
    events: int
    entries: int
    payments: int
    calculations: int
    files: int
    sealed: int
    roots: int
    faults: tuple[str, ...]

    @property
    def whole(self) -> bool:
        """Whether everything is as it was recorded."""
        return not self.faults


def verify_everything(runtime: Runtime) -> VerifyReport:
    """Look at all of it, rows in one moment of the database; a file lies on disk before its row is there."""
    authority, trouble = usable_authority(runtime)
    with runtime.database.reading() as session:
        chains, ledger = verify_chains(session), verify_ledger(session)
        roots = verify_roots(session, authority)
        money = verify_money(session)
        faults = [
            *chains.broken,
            *roots.faults,
            *(f"submission {one}: its content is not what was received" for one in altered_submissions(session)),
            *(f"agreement {one}: its text is not what was signed" for one in altered_agreements(session)),
            *(f"signature {one}: it is under another text" for one in altered_signatures(session)),
            *(f"signature {one}: it is under another text" for one in altered_addendum_signatures(session)),
            *(f"{one}: one person signed for both sides" for one in both_sided_agreements(session)),
            *(f"{one}: one person signed for both sides" for one in both_sided_amendments(session)),
            *(f"ranking {one}: its record is not what was voted on" for one in altered_rankings(session)),
            *(f"document {one}: its data are not those that it prints" for one in altered_documents(session)),
            *(f"document {one}: asked for, and nothing makes it" for one in _forgotten(session)),
            *(f"{one}: its text is not what was signed" for one in altered_amendments(session)),
            *(f"call version {one}: its document is not what was published" for one in altered_versions(session)),
            *ledger.faults,
            *money.faults,
        ]
        kept = files_kept(session)
    if trouble and (roots.roots or any(one.sealed for one in kept)):
        faults.append(f"seals cannot be checked: {trouble}")
    faults += _file_faults(runtime, kept, authority)
    return VerifyReport(
        chains=chains.chains,
        events=chains.events,
        entries=ledger.entries,
        payments=money.payments,
        calculations=money.calculations,
        files=len(kept),
        roots=roots.roots,
        sealed=sum(one.sealed for one in kept),
        faults=tuple(faults),
    )


def _forgotten(session: Session) -> list[UUID]:
    """Documents that were asked for, are not made, and that no job will make."""
    awaited = {arguments["document_id"] for arguments in pending_arguments(session, RENDER_TASK)}
    return [one for one in requested_documents(session) if str(one) not in awaited]


@dataclass(frozen=True, slots=True)
class MoneyReport:
    """What of the money was looked at beside the ledger itself."""

    payments: int
    calculations: int
    faults: tuple[str, ...]


def verify_money(session: Session) -> MoneyReport:
    """Compare the ledger with everything that moves it: payments, recoveries, what third parties received."""
    entries, counted = booked(session), recipient_amounts(session)
    payments, calculations = verify_payments(session, entries), verify_calculations(session, entries)
    explained = payments.explained | calculations.explained
    faults = (
        *payments.faults,
        *calculations.faults,
        *verify_recipients(counted),
        *verify_support(session, counted),
        *(f"grant {one}" for one in loose_commitments(session)),
        *(
            f"ledger entry {entries[key].entry_id}: no payment or recovery explains it"
            for key in entries.keys() - explained
        ),
    )
    return MoneyReport(payments.payments, calculations.calculations, faults)


def _file_faults(runtime: Runtime, kept: tuple[KeptFile, ...], authority: SealingAuthority | None) -> Iterator[str]:
    for one in kept:
        fault = _fault(runtime, one, authority)
        if fault:
            yield f"file {one.filename} ({one.sha256}): {fault}"


def _fault(runtime: Runtime, kept: KeptFile, authority: SealingAuthority | None) -> str:
    try:
        content = runtime.files.get(kept.sha256)
    except FileNotFoundError:
        return "it is missing"
    except OSError as error:
        return str(error)
    if len(content) != kept.size:
        return f"it has {len(content)} bytes, not {kept.size}"
    if not kept.sealed or authority is None:
        return ""
    try:
        genuine = inspect_seal(content, authority).genuine
    except NoSealError as error:
        return str(error)
    return "" if genuine else "its seal is not genuine"


def tasks(runtime: Runtime) -> tuple[Task, ...]:
    """Once a night."""
    return (Task("verify", partial(verify_and_tell, runtime), cron="41 3 * * * 0", attempts=1),)


def verify_and_tell(runtime: Runtime) -> None:
    """Verify and put what is wrong into the log, where the operator's alarms look."""
    report = verify_everything(runtime)
    for fault in report.faults:
        log.error("verify.fault", fault=fault)
    log.info(
        "verify.done",
        events=report.events,
        entries=report.entries,
        files=report.files,
        sealed=report.sealed,
        roots=report.roots,
        faults=len(report.faults),
    )
