"""Acts of a person for which they answer, and their requests to be erased."""

from __future__ import annotations

from app.amendments.models import Amendment, AmendmentSignature
from app.applications.models import Application, Attachment, ClarificationRequest, HonourDeclaration, Submission
from app.data_protection.models import ErasureRequest
from app.data_protection.queries.holdings import PERSON, RECORD, SIGNED, Holding
from app.documents.models import StoredFile
from app.grants.models import Award, Grant, GrantSignature, Letter

ACTS: tuple[Holding, ...] = (
    Holding(
        "submissions",
        "Applications submitted",
        (
            ("reference", "Application", Application.reference),
            ("version", "Version", Submission.number),
            ("received_at", "Received", Submission.received_at),
        ),
        Submission.__table__.join(Application.__table__, Application.id == Submission.application_id),
        Submission.submitted_by == PERSON,
        goes=False,
        why="What was submitted is kept with its hash. It names organisations, not who sent it.",
    ),
    Holding(
        "uploads",
        "Documents uploaded to applications",
        (
            ("reference", "Application", Application.reference),
            ("filename", "File", StoredFile.filename),
            ("uploaded_at", "Uploaded", Attachment.attached_at),
        ),
        Attachment.__table__.join(Application.__table__, Application.id == Attachment.application_id).join(
            StoredFile.__table__, StoredFile.id == Attachment.file_id
        ),
        Attachment.attached_by == PERSON,
        goes=False,
        why="They belong to the application and go with it.",
    ),
    Holding(
        "declarations",
        "Declarations on honour",
        (
            ("reference", "Application", Application.reference),
            ("statement", "Words", HonourDeclaration.statement),
            ("declared_at", "Declared", HonourDeclaration.declared_at),
        ),
        HonourDeclaration.__table__.join(Application.__table__, Application.id == HonourDeclaration.application_id),
        HonourDeclaration.declared_by == PERSON,
        goes=False,
        why=SIGNED,
    ),
    Holding(
        "clarifications",
        "Answers to questions of the office",
        (
            ("reference", "Application", Application.reference),
            ("question", "Question", ClarificationRequest.question),
            ("answer", "Answer", ClarificationRequest.answer),
            ("answered_at", "Answered", ClarificationRequest.answered_at),
        ),
        ClarificationRequest.__table__.join(
            Application.__table__, Application.id == ClarificationRequest.application_id
        ),
        ClarificationRequest.answered_by == PERSON,
        goes=False,
        why=RECORD,
    ),
    Holding(
        "awards",
        "Award decisions signed",
        (
            ("reference", "Application", Application.reference),
            ("outcome", "Outcome", Award.outcome),
            ("signed_at", "Signed", Award.signed_at),
        ),
        Award.__table__.join(Application.__table__, Application.id == Award.application_id),
        Award.signed_by == PERSON,
        goes=False,
        why=SIGNED,
    ),
    Holding(
        "letters",
        "Letters sent",
        (
            ("reference", "Application", Application.reference),
            ("letter", "Letter", Letter.kind),
            ("sent_at", "Sent", Letter.sent_at),
        ),
        Letter.__table__.join(Application.__table__, Application.id == Letter.application_id),
        Letter.sent_by == PERSON,
        goes=False,
        why=SIGNED,
    ),
    Holding(
        "agreements",
        "Grant agreements signed",
        (
            ("reference", "Grant", Grant.reference),
            ("capacity", "As", GrantSignature.capacity),
            ("signed_at", "Signed", GrantSignature.signed_at),
        ),
        GrantSignature.__table__.join(Grant.__table__, Grant.id == GrantSignature.grant_id),
        GrantSignature.person_id == PERSON,
        goes=False,
        why=SIGNED,
        tables=("grant_signature",),
    ),
    Holding(
        "amendments",
        "Amendments of grant agreements signed",
        (
            ("reference", "Grant", Grant.reference),
            ("number", "Amendment", Amendment.number),
            ("capacity", "As", AmendmentSignature.capacity),
            ("signed_at", "Signed", AmendmentSignature.signed_at),
        ),
        AmendmentSignature.__table__.join(Amendment.__table__, Amendment.id == AmendmentSignature.amendment_id).join(
            Grant.__table__, Grant.id == Amendment.grant_id
        ),
        AmendmentSignature.person_id == PERSON,
        goes=False,
        why=SIGNED,
        tables=("amendment_signature",),
    ),
    Holding(
        "erasure_requests",
        "Requests to be erased",
        (
            ("asked_at", "Asked", ErasureRequest.asked_at),
            ("words", "Words", ErasureRequest.words),
            ("state", "State", ErasureRequest.state),
            ("reason", "Answer", ErasureRequest.reason),
        ),
        ErasureRequest,
        ErasureRequest.person_id == PERSON,
        goes=True,
        why="The words are erased; that somebody asked and what was decided stays.",
        tables=("erasure_request",),
    ),
)
