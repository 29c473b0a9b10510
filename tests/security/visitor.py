"""A person of our world at both doors, and the addresses of the matrix with real ids."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from starlette.testclient import TestClient

from app.accounts.queries import credentials_of
from app.accounts.use_cases.sign_in_with_code import second_step_token
from app.infra.tokens import new_secret
from app.web.requests import HALF_COOKIE, SESSION_COOKIE
from app.web.sign_ins import SIGN_IN_CODE
from tests.builders.people import code_of
from tests.security.bodies import Body, body_of
from tests.security.world import ROLES, Two, World
from tests.support.client import signed_in
from tests.support.runtime import app_of

if TYPE_CHECKING:
    import httpx2 as httpx

    from app.delivery.runtime import Runtime

MATRIX = Path(__file__).with_name("matrix.csv")
CELLS = {"-", "own", "any"}
UNKNOWN = str(UUID(int=7))
REFUSED = {401, 403, 404}
ALWAYS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
}
POLICY = ("default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'", "base-uri 'none'")

_JUDGING = {"application_id": "judged_id", "assignment_id": "judging_id"}
_EVALUATED = {
    "call_id": "evaluated_call_id",
    "identifier": "evaluated_identifier",
    "invitation_id": "expert_invitation_id",
}
_PANEL = {"call_id": "panel_call_id", "application_id": "panel_application_id", "person_id": "panel_person_id"}
_REPORTED = {"grant_id": "reported_grant_id", "partner_id": "submitted_partner_id"}
OTHER_NAMES: tuple[tuple[str, dict[str, str]], ...] = (
    (r"(/api/v1|/officer)?/grants/[^/]+/(reports|closure|amendments)\b", _REPORTED),
    (r"(/api/v1)?/projects/", _REPORTED),
    (r"/api/v1/applications/[^/]+/(consensus|evaluation)", {"application_id": "consensus_id"}),
    (r"/evaluation/applications/", {"application_id": "consensus_id"}),
    (r"/officer/applications/[^/]+/evaluation", {"application_id": "scored_id", "assignment_id": "report_id"}),
    (r"/officer/calls/[^/]+/evaluation/consensus", {"call_id": "scored_call_id"}),
    (r"/api/v1/calls/[^/]+/evaluation/consensus", {"identifier": "scored_identifier"}),
    (r"/api/v1/assignments/\{assignment_id", {"assignment_id": "report_id"}),
    (r"/evaluation/\{assignment_id\}($|/submission|/attachments)", {"assignment_id": "report_id"}),
    (r"(/panel|/officer/calls/[^/]+/(panel|ranking|committee))(/|$)", _PANEL),
    (r"/api/v1/evaluation/(calls|applications/[^/]+/(marks|capacity))", _PANEL),
    (r"/officer/calls/.*/(experts|assignments|evaluation)\b", _EVALUATED),
    (r"/officer/applications/.*/experts\b", _JUDGING),
    (r"/evaluation/calls/", _EVALUATED),
    (r"(/api/v1)?/evaluation/", _JUDGING),
    (r"/api/v1/calls/.*/(experts|expert-invitations|assignments|evaluation)\b", _EVALUATED),
    (r"/invitations/", {"token": "invitation_link"}),
    (r"/password/", {"token": "password_link"}),
    (r"/confirm-email/", {"token": "confirm_link"}),
    (r"/mailbox/", {"key": "mail_key"}),
    (r"/admin/invitations/", {"invitation_id": "offer_id"}),
    (
        r".*/(checks|clarifications|declarations|recorded-checks)\b",
        {"application_id": "submitted_id", "partner_id": "submitted_partner_id"},
    ),
    (r".*/answer$", {"partner_id": "invited_id"}),
    (r".*/(submitted|versions|submissions|receipt)\b", {"application_id": "submitted_id"}),
    (r"/officer/applications", {"application_id": "submitted_id"}),
    (r"/officer/calls/.*/(publish|preview)$", {"call_id": "draft_call_id"}),
)
"""Where a parameter of an address stands for another thing than its name says."""

STANDING_FOR = {other for _, names in OTHER_NAMES for other in names.values() if other.endswith("_id")}
"""Ids that stand for a parameter of another name."""


@dataclass(frozen=True, slots=True)
class Row:
    """One route and what each role may do there."""

    method: str
    path: str
    door: str
    token: str
    cells: dict[str, str]

    @property
    def parameters(self) -> list[str]:
        """Names in the address."""
        return re.findall(r"\{(\w+)\}", self.path)


@cache
def matrix() -> list[Row]:
    """The table."""
    with MATRIX.open(encoding="utf-8") as file:
        return [
            Row(row["method"], row["path"], row["door"], row["token"], {role: row[role] for role in ROLES})
            for row in csv.DictReader(file)
        ]


def address(row: Row, ids: dict[str, str], *, token_id: str) -> str:
    """The path with these ids."""
    names = next((given for pattern, given in OTHER_NAMES if re.match(pattern, row.path)), {})
    known = {**ids, "token_id": token_id}
    return re.sub(r"\{(\w+)\}", lambda found: known[names.get(found[1], found[1])], row.path)


class Visitor:
    """A person of our world at both doors."""

    def __init__(self, two: Two, role: str, runtime: Runtime) -> None:
        self.role, self.runtime, self.two = role, runtime, two
        client = TestClient(app_of(runtime), follow_redirects=False, raise_server_exceptions=False)
        self.client = two.closing.enter_context(client)
        self.secret = "" if role == "public" else signed_in(two.runtime, two.ours.people[role].id)
        self.visitor = new_secret()
        self.unsafe: list[str] = []
        """Answers without the headers that keep browsers safe: whoever asks many routes looks here at the end."""

    def become(self) -> str:
        """Give the browser the cookie of this person; the secret to which forms are bound."""
        self.client.cookies.clear()
        name, secret = (SESSION_COOKIE, self.secret) if self.secret else ("grappe_visitor", self.visitor)
        self.client.cookies.set(name, secret)
        return secret

    def ask(
        self, row: Row, world: World, *, ids: dict[str, str] | None = None, scope: str = "", confirmed: bool = True
    ) -> httpx.Response:
        """Use the route with the ids and the body of a world, as the own person; a program sends its code if ``confirmed``."""
        own_token = world.token_ids.get(self.role, UNKNOWN)
        path = address(row, ids or world.ids, token_id=own_token if ids is None else ids["token_id"])
        body = body_of(world, row.method, row.path)
        if row.door == "api":
            answer = self._program(row.method, path, body, scope or row.token, confirmed=confirmed)
        else:
            answer = self._browser(row.method, path, body)
        self.unsafe += [f"{row.method} {row.path}: {one}" for one in unsafe(row, answer)]
        return answer

    def half_signed_in(self) -> str:
        """What the browser of somebody keeps who typed the password and not yet the code."""
        with self.runtime.database.reading() as session:
            known = credentials_of(session, self.two.ours.people["person"].id)
        assert known is not None
        return second_step_token(self.runtime.signer, known, now=self.runtime.clock.now())

    def _program(self, method: str, path: str, body: Body, scope: str, *, confirmed: bool) -> httpx.Response:
        headers = {}
        if self.role != "public":
            headers["authorization"] = f"Bearer {self.two.ours.tokens[self.role, scope]}"
            if confirmed:
                headers["second-step"] = code_of(self.runtime.clock.now())
        if body.files:
            return self.client.request(method, path, headers=headers, files=body.files)
        if body.content:
            headers["content-type"] = body.kind
            return self.client.request(method, path, headers=headers, content=body.content)
        return self.client.request(method, path, headers=headers, json=body.fields if method != "GET" else None)

    def _browser(self, method: str, path: str, body: Body) -> httpx.Response:
        secret = self.become()
        if path == SIGN_IN_CODE:
            self.client.cookies.set(HALF_COOKIE, self.half_signed_in())
        if method == "GET":
            return self.client.get(path)
        fields: dict[str, Any] = body.fields | {"_csrf": self.runtime.signer.csrf(secret)}
        return self.client.request(method, path, data=fields, files=body.files or None)


def refused(answer: httpx.Response) -> bool:
    """Whether the person was turned away."""
    to_sign_in = answer.status_code == 303 and answer.headers["location"].startswith("/sign-in?next=")
    return to_sign_in or answer.status_code in REFUSED


def unsafe(row: Row, answer: httpx.Response) -> list[str]:
    """What is wrong with the headers of an answer; what is not for everybody may not be kept by caches either."""
    headers = answer.headers
    policy = headers.get("content-security-policy", "")
    wrong = [name for name, value in ALWAYS.items() if set(headers.get(name, "").split(", ")) != {value}]
    wrong += [part for part in POLICY if part not in policy]
    wrong += ["unsafe"] if "unsafe" in policy else []
    if row.method == "GET" and row.cells["public"] == "-" and answer.status_code == 200:
        wrong += [] if "no-store" in headers.get("cache-control", "") else ["cache-control"]
    return wrong
