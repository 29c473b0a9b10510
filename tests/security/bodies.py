"""Bodies that would be accepted from somebody who may: a refusal then is about the person, not about the form."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.builders.applications import ANSWERS
from tests.builders.calls import another_call
from tests.builders.people import PASSWORD, code_of
from tests.conftest import NOW
from tests.security.panel_world import panel_bodies
from tests.security.world_amendments import amendment_bodies
from tests.security.world_grants import grant_bodies
from tests.security.world_payments import STATEMENT, payment_bodies
from tests.security.world_support import support_bodies
from tests.support.pdfs import a_pdf

if TYPE_CHECKING:
    from tests.security.world import World

NEW_PASSWORD = "nine grapes on a vine"
STATEMENT_OF_REPORT = "/grants/{grant_id}/reports/{number}/statements/{partner_id}"


@dataclass(frozen=True, slots=True)
class Body:
    """What is sent: fields of a form or of a JSON object, files, or bytes as they are."""

    fields: dict[str, Any] = field(default_factory=dict)
    files: dict[str, Any] = field(default_factory=dict)
    content: bytes = b""
    kind: str = "application/yaml"


NOTHING = Body()
_DAYS = {"starts_on": "2019-03-01", "ends_on": "2019-03-02", "reason": "Annual leave"}
LONG_REASON = "Something came to light that nobody knew."


def evaluation_bodies(world: World) -> dict[tuple[str, str], Body]:
    """The same for experts and their assignments."""
    call, judged = "/officer/calls/{call_id}", "/officer/applications/{application_id}/experts"
    api_call, api = "/api/v1/calls/{identifier}", "/api/v1/evaluation"
    name, free = world.name.lower(), world.ids["free_expert_id"]
    due = {"day": "1", "month": "5", "year": "2019", "time": "17:00"}
    details = {"expertise": "Textiles", "languages": ["en"]}
    why = Body({"reason": "Another expert took over."})
    answer = Body({"answer": "none", "words": ""})
    return {
        ("POST", f"{call}/evaluation/start"): Body({f"reports_due_at-{part}": text for part, text in due.items()}),
        ("POST", f"{call}/experts"): Body({"emails": f"one-{name}@example.org two-{name}@example.org"}),
        ("POST", judged): Body({"person_id": free}),
        ("POST", f"{judged}/{{assignment_id}}/end"): why,
        ("POST", f"{judged}/{{assignment_id}}/decide"): Body({"allow": "true", "reason": "Long ago."}),
        ("POST", "/evaluation/calls/{call_id}/register"): Body(details | {"_version": "1"}),
        ("POST", "/evaluation/{assignment_id}/conflict"): answer,
        ("POST", "/evaluation/{assignment_id}/later-conflict"): why,
        ("POST", "/evaluation/{assignment_id}/decline"): why,
        ("POST", f"{api_call}/expert-invitations"): Body({"emails": [f"three-{name}@example.org"]}),
        ("PUT", f"{api_call}/experts/me"): Body(details | {"version": 1}),
        ("POST", f"{api_call}/evaluation"): Body({"reports_due_at": "2019-05-01T17:00:00+02:00"}),
        ("POST", f"{api}/applications/{{application_id}}/assignments"): Body({"person_id": free}),
        ("POST", f"{api}/assignments/{{assignment_id}}/end"): why,
        ("POST", f"{api}/assignments/{{assignment_id}}/decision"): Body({"allow": True, "reason": "Long ago."}),
        ("POST", f"{api}/assignments/{{assignment_id}}/declaration"): answer,
        ("POST", f"{api}/assignments/{{assignment_id}}/refusal"): why,
        ("POST", f"{api}/assignments/{{assignment_id}}/later-conflict"): why,
    }


def scoring_bodies() -> dict[tuple[str, str], Body]:
    """Bodies of what experts, groups and the office write in an evaluation."""
    room, one = "/evaluation/applications/{application_id}/consensus", "/evaluation/{assignment_id}"
    officer = "/officer/applications/{application_id}/evaluation"
    api, report = "/api/v1/applications/{application_id}/consensus", "/api/v1/assignments/{assignment_id}/report"
    reason, version, words = Body({"reason": "A figure is wrong."}), Body({"version": 1}), Body({"text": "Hello."})
    sheet = Body({"scores": {"impact": "12"}, "comments": {}, "version": 1})
    view = {"agrees": True, "version": 1}
    return {
        ("POST", one): Body({"scores.impact": "12", "_version": "1"}),
        ("POST", f"{one}/submission"): Body({"_version": "1"}),
        ("POST", room): Body({"scores.impact": "12", "_version": "1"}),
        ("POST", f"{room}/proposal"): Body({"_version": "1"}),
        ("POST", f"{room}/views"): Body({"agrees": "true", "_version": "1"}),
        ("POST", f"{room}/conclusion"): Body({"_version": "1"}),
        ("POST", f"{room}/messages"): words,
        **{
            ("POST", f"{officer}/{act}"): reason
            for act in (
                "reopening",
                "reports-reopening",
                "reports/{assignment_id}/return",
                "reports/{assignment_id}/void",
            )
        },
        ("PUT", report): sheet,
        ("POST", f"{report}/submission"): version,
        ("POST", f"{report}/return"): reason,
        ("POST", f"{report}/void"): reason,
        ("PUT", api): sheet,
        ("POST", f"{api}/proposal"): version,
        ("POST", f"{api}/views"): Body(view),
        ("POST", f"{api}/conclusion"): version,
        ("POST", f"{api}/messages"): words,
        ("POST", f"{api}/reopening"): reason,
        ("POST", f"{api}/reports-reopening"): reason,
    }


def body_of(world: World, method: str, path: str) -> Body:
    """The body for this route; those of a world are made once, when it is complete."""
    if not world.bodies:
        world.bodies.update(bodies(world))
    return world.bodies.get((method, path), NOTHING)


def bodies(world: World) -> dict[tuple[str, str], Body]:
    """(method, path) of a write to a body with the ids of this world; what is not named takes an empty one."""
    ids, name = world.ids, world.name.lower()
    call = another_call(f"NEW-{world.name}-2019-01-01", **{"programme: COSME": f"programme: {world.programme}"})
    organisation = {
        "legal_name": f"Fresh cluster {world.name}",
        "organisation_type": "cluster_organisation",
        "legal_form": "non_profit",
        "country": "BE",
    }
    platform = {"state": "registered", "reference": "profile 7"}
    invited = {"email": f"friend-{name}@example.org", "role": "member"}
    draft = "/applications/{application_id}"
    organisations = "/organisations/{organisation_id}"
    api = "/api/v1"
    part_b = {"file": ("part-b.pdf", a_pdf(), "application/pdf")}
    written = {
        "planned_activities": "",
        "acronym": f"DRAFT{world.name}",
        "project_title": "Other title",
        "_version": "1",
    }
    chosen = {"award_ids": [ids["award_id"]]}
    letters = {"letter_ids": [ids["letter_id"]]}
    dropped = {"reason": "The coordinator wrote that a partner has left."}
    return {key: Body(fields) for key, fields in panel_bodies(world).items()} | {
        ("POST", "/officer/calls/{call_id}/awards/promote"): Body({"envelope": "main"}),
        ("POST", "/officer/calls/{call_id}/awards/sign"): Body(chosen),
        ("POST", "/officer/awards/{award_id}/drop"): Body(dropped),
        ("POST", "/officer/calls/{call_id}/letters"): Body(letters),
        ("POST", f"{api}/calls/{{identifier}}/awards/promotions"): Body({"envelope": "main"}),
        ("POST", f"{api}/calls/{{identifier}}/awards/signatures"): Body(chosen),
        ("POST", f"{api}/awards/{{award_id}}/drop"): Body(dropped),
        ("POST", f"{api}/calls/{{identifier}}/letters/sending"): Body(letters),
        ("POST", "/sign-in"): Body({"email": world.people["person"].email, "password": PASSWORD}),
        ("POST", "/sign-in/code"): Body({"_second_step": code_of(NOW)}),
        ("POST", "/account/second-step"): Body({"current_password": PASSWORD}),
        ("POST", "/account/second-step/setup"): Body({"_second_step": code_of(NOW)}),
        ("POST", "/register"): Body({"email": f"new-{name}@example.org", "name": "New", "password": NEW_PASSWORD}),
        ("POST", "/password"): Body({"email": world.people["person"].email}),
        ("POST", "/password/{token}"): Body({"password": NEW_PASSWORD}),
        ("POST", "/confirm-email/{token}"): Body({"password": PASSWORD}),
        ("POST", "/invitations/{token}/register"): Body({"name": "New", "password": NEW_PASSWORD}),
        ("POST", "/verify"): Body({"code": ids["code"]}),
        ("POST", "/account/delegation"): Body(_days_of_form() | {"delegate_id": ids["delegate_person_id"]}),
        ("POST", "/admin/delegations"): Body(_days_of_form() | _handed(ids)),
        ("POST", "/api/v1/me/delegations"): Body(_DAYS | {"delegate_id": ids["delegate_person_id"]}),
        ("POST", "/api/v1/delegations"): Body(_DAYS | _handed(ids)),
        ("POST", "/admin/erasures/{erasure_id}/refuse"): Body({"reason": LONG_REASON}),
        ("POST", "/api/v1/erasures/{erasure_id}/refusal"): Body({"reason": LONG_REASON}),
        ("POST", "/account/details"): Body({"name": "Other Name", "language": "en", "zone": "Europe/Brussels"}),
        ("POST", "/account/password"): Body({"current_password": PASSWORD, "password": NEW_PASSWORD}),
        ("POST", "/account/tokens"): Body({"name": "Program", "scopes": ["read"], "days": "30"}),
        ("POST", "/organisations"): Body(organisation),
        ("POST", f"{organisations}/edit"): Body(organisation | {"_version": "1"}),
        ("POST", f"{organisations}/platform"): Body(platform),
        ("POST", f"{organisations}/members"): Body(invited),
        ("POST", "/calls/{identifier}/apply"): Body({"organisation_id": ids["organisation_id"], "acronym": "ANEW"}),
        ("POST", f"{draft}/sections/{{section_id}}"): Body(written),
        ("POST", f"{draft}/attachments/{{field_id}}"): Body(files=part_b),
        ("POST", f"{draft}/partners"): Body({"email": f"partner-{name}@example.org", "role": "partner"}),
        ("POST", f"{draft}/partners/{{partner_id}}/answer"): Body({"accept": "true"}),
        ("POST", f"{draft}/clarifications/{{clarification_id}}/answer"): Body(
            {f"answer-{ids['clarification_id']}.answer": "Yes."}
        ),
        ("POST", f"{draft}/declarations/{{partner_id}}"): Body(
            {f"declare-{ids['submitted_partner_id']}.confirmed": "true"}
        ),
        **_officer_checks(ids),
        **_program_checks(ids),
        **_program_reports(),
        ("POST", f"{draft}/withdraw"): Body({"reason": "Changed our mind."}),
        ("POST", "/admin/invitations"): Body(
            {"email": f"i-{name}@example.org", "role": "auditor", "scope": "platform"}
        ),
        ("POST", "/admin/people/{person_id}/roles"): Body({"role": "auditor", "scope": "platform"}),
        ("POST", "/officer/programmes"): Body({"code": f"P{world.name}", "title": "A new programme"}),
        ("POST", "/officer/calls/new"): Body({"document": call.decode()}),
        ("POST", "/officer/calls/{call_id}/publish"): Body({"confirmed": "true"}),
        ("POST", "/officer/calls/{call_id}/corrigendum"): Body({"confirmed": "true"}),
        ("POST", "/officer/calls/{call_id}/withdraw"): Body({"reason": "No money is left."}),
        **evaluation_bodies(world),
        ("POST", f"{api}/organisations"): Body(organisation),
        ("PUT", f"{api}{organisations}"): Body(organisation | {"version": 1}),
        ("PUT", f"{api}{organisations}/platform-registration"): Body(platform),
        ("POST", f"{api}{organisations}/invitations"): Body(invited),
        ("POST", f"{api}/calls"): Body(content=call),
        ("PUT", f"{api}/calls/{{identifier}}/draft"): Body({"document": {}, "revision": 0}),
        ("POST", f"{api}/calls/{{identifier}}/publication"): Body({"confirm_assumed": True}),
        ("POST", f"{api}/calls/{{identifier}}/corrigendum"): Body({"confirm_assumed": True}),
        ("POST", f"{api}/calls/{{identifier}}/withdrawal"): Body({"reason": "No money is left."}),
        ("PUT", f"{api}{draft}/sections/{{section}}"): Body({"answers": ANSWERS["general"], "version": 1}),
        ("PUT", f"{api}{draft}/budget/{{partner_id}}"): Body(
            {"lines": [{"category": "personnel", "amount": "1.00"}], "version": 1}
        ),
        ("PUT", f"{api}{draft}/attachments/{{field}}"): Body(content=a_pdf(), kind="application/pdf"),
        ("POST", f"{api}{draft}/attachments/{{field}}"): Body(files=part_b),
        ("POST", f"{api}/calls/{{identifier}}/applications"): Body(
            {"organisation_id": ids["organisation_id"], "acronym": "ANEW"}
        ),
        ("POST", f"{api}{draft}/partners"): Body({"email": f"partner-{name}@example.org", "role": "partner"}),
        ("POST", f"{api}{draft}/partners/{{partner_id}}/answer"): Body({"accept": True}),
        ("POST", f"{api}{draft}/withdrawal"): Body({"reason": "Changed our mind."}),
        **scoring_bodies(),
        **{key: Body(fields) for key, fields in grant_bodies(world).items()},
        **{key: Body(fields) for key, fields in amendment_bodies().items()},
        **{key: Body(fields) for key, fields in support_bodies(world).items()},
        ("POST", "/grants/{grant_id}/third-parties/{support_id}/evidence"): Body(
            files={"file": ("transfer.pdf", a_pdf(), "application/pdf")}
        ),
        ("PUT", "/api/v1/grants/{grant_id}/third-parties/{support_id}/evidence"): Body(
            content=a_pdf(), kind="application/pdf"
        ),
        ("POST", f"{STATEMENT_OF_REPORT}/certificate"): Body(
            files={"file": ("certificate.pdf", a_pdf(), "application/pdf")}
        ),
        ("PUT", f"/api/v1{STATEMENT_OF_REPORT}/certificate"): Body(content=a_pdf(), kind="application/pdf"),
        **{key: Body(fields) for key, fields in payment_bodies(world).items()},
        ("POST", "/payments/statement"): Body(files={"statement": ("s.csv", STATEMENT, "text/csv")}),
        ("POST", f"{api}/statements"): Body(content=STATEMENT, kind="text/csv"),
    }


def _officer_checks(ids: dict[str, str]) -> dict[tuple[str, str], Body]:
    """Forms of the office about a submitted application; its call is open, so none of them comes through."""
    page, asked = "/officer/applications/{application_id}", f"settle-{ids['clarification_id']}"
    recorded = f"edes-{ids['submitted_partner_id']}.outcome"
    return {
        ("POST", f"{page}/checks/{{step}}/propose"): Body({"propose.outcome": "pass", "_version": "0"}),
        ("POST", f"{page}/checks/{{step}}/decide"): Body({"decide.decision": "confirm", "_version": "0"}),
        ("POST", f"{page}/checks/{{step}}/reopen"): Body({"reopen.reason": LONG_REASON, "_version": "0"}),
        ("POST", f"{page}/recorded-checks/{{check}}/{{partner_id}}"): Body({recorded: "clear"}),
        ("POST", f"{page}/clarifications"): Body(
            {
                "ask.kind": "hearing",
                "ask.question": "Well?",
                "ask.due_at-day": "10",
                "ask.due_at-month": "3",
                "ask.due_at-year": "2019",
                "ask.due_at-time": "12:00",
            }
        ),
        ("POST", f"{page}/clarifications/{{clarification_id}}/settle"): Body({f"{asked}.accept": "true"}),
        ("POST", "/officer/calls/{call_id}/checks/confirm"): Body({"chosen": f"{ids['submitted_id']}.admissibility.1"}),
    }


def _program_checks(ids: dict[str, str]) -> dict[tuple[str, str], Body]:
    """The same for programs."""
    one = "/api/v1/applications/{application_id}"
    chosen = {"application_id": ids["submitted_id"], "step": "admissibility", "version": 1}
    return {
        ("POST", f"{one}/checks/{{step}}/proposal"): Body({"outcome": "pass"}),
        ("POST", f"{one}/checks/{{step}}/decision"): Body({"decision": "confirm"}),
        ("POST", f"{one}/checks/{{step}}/reopening"): Body({"reason": LONG_REASON}),
        ("POST", f"{one}/recorded-checks"): Body(
            {"partner_id": ids["submitted_partner_id"], "check": "edes", "outcome": "clear"}
        ),
        ("POST", f"{one}/clarifications"): Body(
            {"kind": "hearing", "question": "Well?", "due_at": "2019-03-10T12:00:00Z"}
        ),
        ("POST", f"{one}/clarifications/{{clarification_id}}/answer"): Body(
            files={"file": ("answer.pdf", a_pdf(), "application/pdf")}
        ),
        ("POST", f"{one}/clarifications/{{clarification_id}}/settlement"): Body({"accept": True}),
        ("POST", f"{one}/declarations/{{partner_id}}"): Body({"confirmed": True}),
        ("POST", "/api/v1/calls/{identifier}/checks/confirmations"): Body({"chosen": [chosen]}),
    }


_LATE = {"payment_id": "01a20000-0000-7000-8000-000000000000"}


def _program_reports() -> dict[tuple[str, str], Body]:
    one = "/api/v1/grants/{grant_id}/reports/{number}"
    cost = {"cost_id": "01a20000-0000-7000-8000-000000000000", "verdict": "accepted"}
    return {
        ("PUT", f"{one}/indicators"): Body({"values_reached": []}),
        ("POST", f"{one}/costs"): Body({"times": 1, "costs": [cost]}),
        ("POST", f"{one}/return"): Body({"times": 1, "reason": LONG_REASON}),
        ("POST", f"{one}/decision"): Body({"times": 2, "decision": "accept"}),
        ("POST", "/api/v1/grants/{grant_id}/late-interest/requests"): Body(_LATE),
        ("POST", "/api/v1/grants/{grant_id}/late-interest/payments"): Body(_LATE),
        ("POST", f"{one}/hearing/decision"): Body({"decision": "confirm", "reason": LONG_REASON}),
        ("POST", f"{one}/recovery"): Body({"line_id": "01a20000-0000-7000-8000-000000000000"}),
        ("POST", f"{one}/waiver"): Body({"waiver_reason": LONG_REASON}),
    }


def _days_of_form() -> dict[str, str]:
    days = {name: _DAYS[name].split("-") for name in ("starts_on", "ends_on")}
    parts = {
        f"{name}-{part}": text
        for name, day in days.items()
        for part, text in zip(("year", "month", "day"), day, strict=True)
    }
    return parts | {"reason": _DAYS["reason"]}


def _handed(ids: dict[str, str]) -> dict[str, str]:
    return {"person_id": ids["away_person_id"], "delegate_id": ids["delegate_person_id"]}
