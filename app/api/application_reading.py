"""One application gathered for the JSON door: a constant number of queries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.api.application_shapes import (
    ApplicationDocument,
    SubmissionItem,
    attachment_items,
    budget_shape,
    findings_shape,
    partner_items,
    section_items,
    submission_items,
)
from app.applications.policies import is_coordinator, may_edit
from app.applications.queries import application_facts, application_in_call
from app.applications.queries.reading import attachments, sections, sheets
from app.applications.queries.reading import submissions as submission_rows
from app.applications.rules.budget import compute_budget
from app.applications.rules.budget_meters import budget_meters
from app.applications.rules.lifecycle import can_be_edited
from app.applications.rules.progress import section_progress
from app.calls.rules.lifecycle import CallState
from app.core.periods import in_time
from app.documents.queries import documents_of
from app.partnerships.queries import partner_rows

if TYPE_CHECKING:
    from uuid import UUID

    from app.applications.schemas import ApplicationHead
    from app.delivery.unit_of_work import Work


def application_document(work: Work, application_id: UUID) -> ApplicationDocument:
    """The working copy with everything that belongs to it; raise NotFound."""
    session = work.session
    found = application_in_call(session, application_id)
    head, call, rules = found.head, found.call, found.call.rules
    saved, attached = sections(session, application_id), attachments(session, application_id)
    facts = application_facts(session, head, rules, saved=saved, attached=attached)
    progress = section_progress(rules, facts)
    table = compute_budget(
        rules, facts.strand, partners=facts.partners, lines=facts.lines, own_funding=facts.own_funding
    )
    meters = budget_meters(rules, facts.strand, table, support_to_smes=facts.support_to_smes)
    deadline = rules.timetable.stage(head.stage).deadline.instant
    running = can_be_edited(head.state) and in_time(work.now, deadline) and call.state is not CallState.WITHDRAWN
    return ApplicationDocument(
        id=head.id,
        reference=head.reference,
        call=call.identifier,
        call_version=call.version,
        strand=head.strand,
        stage=head.stage,
        acronym=head.acronym,
        title=head.title,
        state=head.state,
        created_at=head.created_at,
        changed_at=head.changed_at,
        deadline=deadline,
        may_edit=running and may_edit(work.actor, application_id),
        may_submit=running and is_coordinator(work.actor, application_id),
        sections=section_items(progress, saved),
        partners=partner_items(partner_rows(session, application_id), facts),
        budget=budget_shape(table, facts, sheets(session, application_id), meters),
        attachments=attachment_items(attached),
        findings=findings_shape(tuple(found for each in progress for found in each.findings)).findings,
        submissions=submissions_of(work, head) if head.last_submission_id else [],
    )


def submissions_of(work: Work, head: ApplicationHead) -> list[SubmissionItem]:
    """Every submitted version of an application with its receipt, latest first. Two queries."""
    rows = submission_rows(work.session, head.id)
    receipts = documents_of(work.session, "submission", [row.id for row in rows])
    return submission_items(rows, head, receipts)
