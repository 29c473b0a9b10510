"""Is this document genuine? By its printed code, or by the file itself. Shows nothing of the content."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path
from starlette.datastructures import UploadFile
from starlette.responses import Response

from app.core.violations import Violation
from app.delivery.guards import public
from app.delivery.incoming import Incoming
from app.delivery.unit_of_work import READ, Work, run
from app.documents import queries
from app.documents.rules.codes import tidy
from app.documents.rules.lifecycle import DocumentState
from app.documents.schemas import DocumentRow
from app.infra.sealing import AuthorityUnusableError, NoSealError, SealReport, inspect_seal, load_authority
from app.web.forms import FormView, form_page, typed_in
from app.web.pages import page, redirect
from app.web.requests import Request_
from app.web.sign_ins import brake

router = APIRouter()
KINDS = {
    "receipt": "Receipt of a submitted application",
    "ranking_record": "Record of the evaluation committee",
    "grant_agreement": "Grant agreement",
    "grant_amendment": "Amendment of a grant agreement",
    "information_letter": "Letter on the outcome of an application",
    "rejection_letter": "Letter on the outcome of an application",
    "evaluation_summary_report": "Evaluation summary report",
}
"""What each kind of document is called (msgids). Letters are called alike: whoever has a code does not learn the outcome."""


@dataclass(frozen=True, slots=True)
class Verified:
    """What anybody may know of a document; ``report`` None where the seal cannot be read."""

    kind: str
    reference: str
    code: str
    sealed_at: datetime | None
    sha256: str
    pages: int | None
    size: int | None
    report: SealReport | None
    checked: bool

    @property
    def genuine(self) -> bool:
        """Whether the stored file carries our untouched seal."""
        return self.report is not None and self.report.genuine


@router.get("/verify")
def ask(incoming: Request_) -> Response:
    """The form. Public."""
    return run(incoming, READ, public, lambda work: _form(work, FormView()))


@router.post("/verify")
def look_up(incoming: Request_) -> Response:
    """To the page of the document that a code or a file belongs to. Public; changes nothing."""
    brake(incoming, "verify")
    typed = (typed_in(incoming.form).get("code") or [""])[-1]
    content = _uploaded(incoming)

    def answer(work: Work) -> Response:
        if content:
            found = queries.document_by_file(work.session, hashlib.sha256(content).hexdigest())
            if found is not None:
                return redirect(f"/verify/{found.verification_code}")
            words = "This file is not one that this service has sealed. It was changed afterwards, or made elsewhere."
            return _refused(work, typed, Violation("document.unknown_file", words, "file"))
        code = tidy(typed)
        if not code:
            words = "Enter the code that is printed on the document, or choose the file."
            return _refused(work, typed, Violation("document.code_missing", words, "code"))
        if queries.document_by_code(work.session, code) is None:
            return _refused(work, typed, _unknown())
        return redirect(f"/verify/{code}")

    return run(incoming, READ, public, answer)


@router.get("/verify/{code}")
def show(incoming: Request_, code: Annotated[str, Path(max_length=100)]) -> Response:
    """The document of a code. Public; another spelling leads to the printed one."""
    brake(incoming, "verify")

    def answer(work: Work) -> Response:
        found = queries.document_by_code(work.session, tidy(code)) if tidy(code) else None
        if found is None:
            return _refused(work, code, _unknown())
        if code != found.verification_code:
            return redirect(f"/verify/{found.verification_code}")
        return page(work, "public/verified.html", document=_verified(work, found))

    return run(incoming, READ, public, answer)


def _verified(work: Work, found: DocumentRow) -> Verified:
    report, checked = None, False
    runtime = work.incoming.runtime
    if found.state == DocumentState.SEALED and found.file_sha256:
        try:
            report = inspect_seal(runtime.files.get(found.file_sha256), load_authority(runtime.seal_dir))
            checked = True
        except (NoSealError, OSError):
            checked = True  # the stored file is gone or was changed on disk: it is not genuine
        except AuthorityUnusableError:
            checked = False
    return Verified(
        kind=KINDS.get(found.kind, found.kind.replace("_", " ").capitalize()),
        reference=found.reference,
        code=found.verification_code,
        sealed_at=found.sealed_at,
        sha256=found.file_sha256 or "",
        pages=found.pages,
        size=found.size,
        report=report,
        checked=checked,
    )


def _uploaded(incoming: Incoming) -> bytes:
    file = incoming.form.get("file") if incoming.form is not None else None
    if not isinstance(file, UploadFile):
        return b""
    return file.file.read()


def _unknown() -> Violation:
    words = "No document of this service has this code. Compare it with the print, letter by letter."
    return Violation("document.unknown_code", words, "code")


def _refused(work: Work, typed: str, violation: Violation) -> Response:
    return _form(work, FormView({"code": [typed]}, (violation,), status=422))


def _form(work: Work, form: FormView) -> Response:
    return form_page(work, "public/verify.html", form)
