"""The page of a call, and its rules as a file whose hash anybody can compute."""

from fastapi import APIRouter
from starlette.responses import Response

from app.calls import queries
from app.calls.rules.call_rules import CallRules
from app.calls.rules.lifecycle import CallState
from app.calls.rules.phases import Phase
from app.calls.schemas import VersionRow
from app.core.errors import NotFoundError
from app.delivery.guards import public
from app.delivery.unit_of_work import READ, Work, run
from app.open_data.queries.results import funded_projects
from app.web.call_view.call import call_view
from app.web.call_view.written import as_yaml
from app.web.pages import page, redirect
from app.web.requests import Request_

router = APIRouter()


@router.get("/calls/{identifier}")
def show(incoming: Request_, identifier: str) -> Response:
    """The call in words. Public; another spelling of the identifier leads to the printed one."""

    def answer(work: Work) -> Response:
        found = queries.call_page(work.session, identifier, now=work.now)
        if identifier != found.row.identifier:
            return redirect(f"/calls/{found.row.identifier}")
        view = call_view(work, found.rules, found.version, state=found.row.state, corrigenda=found.corrigenda)
        return page(
            work,
            "public/call.html",
            call=view,
            withdrawal_reason=found.withdrawal_reason,
            withdrawn=found.row.state == CallState.WITHDRAWN,
            may_apply=found.row.state == CallState.PUBLISHED and view.phase is Phase.OPEN,
            versions=found.published,
            funded=funded_projects(work.session, found.row.id),
        )

    return run(incoming, READ, public, answer)


@router.get("/calls/{identifier}/rules.json")
def rules_json(incoming: Request_, identifier: str) -> Response:
    """The canonical document: the SHA-256 of these very bytes is the hash of the version. Public."""

    def answer(work: Work) -> Response:
        version, rules = _version(work, identifier)
        return _file(rules.canonical(), "application/json", f"{identifier}-{version.label}.json", version)

    return run(incoming, READ, public, answer)


@router.get("/calls/{identifier}/rules.yaml")
def rules_yaml(incoming: Request_, identifier: str) -> Response:
    """The document as an officer edits it; read again, it has the same hash. Public."""

    def answer(work: Work) -> Response:
        version, rules = _version(work, identifier)
        return _file(as_yaml(rules).encode(), "application/yaml", f"{identifier}-{version.label}.yaml", version)

    return run(incoming, READ, public, answer)


def _version(work: Work, identifier: str) -> tuple[VersionRow, CallRules]:
    """The version that ``?version=`` names, or the one in force."""
    found = queries.call_page(work.session, identifier, now=work.now)
    label = work.incoming.query.get("version", found.version.label)
    for version in found.published:
        if version.label == label:
            return version, queries.rules_of_version(work.session, version.id)
    raise NotFoundError("version of the call")


def _file(content: bytes, media_type: str, name: str, version: VersionRow) -> Response:
    safe = "".join(sign for sign in name if sign.isalnum() or sign in "-._")
    headers = {
        "content-disposition": f'inline; filename="{safe}"',
        "etag": f'"{version.sha256}"',
        "x-document-sha256": version.sha256,
    }
    return Response(content, media_type=media_type, headers=headers)
