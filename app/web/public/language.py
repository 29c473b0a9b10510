"""Choose the language of the pages, from the foot of any of them."""

from fastapi import APIRouter
from starlette.responses import Response

from app.accounts.queries import person_details
from app.accounts.schemas import UpdatePerson
from app.accounts.use_cases.update_person import update_person
from app.delivery.guards import public
from app.delivery.unit_of_work import WRITE, Work, run
from app.infra.templates import LANGUAGES
from app.web.languages import keep_language
from app.web.pages import redirect
from app.web.requests import Request_
from app.web.sign_ins import local_path

router = APIRouter()


@router.post("/language")
def choose(incoming: Request_) -> Response:
    """Keep the language in the browser and, for who is signed in, in the own account; back to the page. Public."""

    def write(work: Work) -> Response:
        wanted = str(incoming.form.get("language", "")) if incoming.form else ""
        answer = redirect(local_path(incoming.query.get("back", "/")))
        if wanted in LANGUAGES:
            keep_language(answer, wanted, secure=incoming.runtime.settings.secure)
            _keep_with_person(work, wanted)
        return answer

    return run(incoming, WRITE, public, write)


def _keep_with_person(work: Work, language: str) -> None:
    """Nobody changes the language of a colleague for whom they act."""
    actor = work.actor
    person = person_details(work.session, actor.person_id) if actor.person_id and not actor.acting_for_name else None
    if person is not None:
        command = UpdatePerson.model_validate({"name": person.name, "language": language, "zone": person.zone})
        update_person(work.session, actor, command, now=work.now)
