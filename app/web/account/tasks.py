"""The start page: what waits for the person, who acts next and by when."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from fastapi import APIRouter
from starlette.responses import Response

from app.core.actor import Role
from app.delivery.guards import signed_in
from app.delivery.unit_of_work import READ, Work, run
from app.infra.links import link_to
from app.infra.templates import day_text, locale_of, translator
from app.notifications.queries import work_of
from app.notifications.rules.tasks import Group, Task, TaskKind, Who, next_deadline, tasks_of
from app.web.deadlines import shown_deadline
from app.web.pages import page
from app.web.requests import Request_

router = APIRouter()


@dataclass(frozen=True, slots=True)
class _Words:
    """A kind of task in words: its name, the state and the words of its tag; braces are figures of the task."""

    name: str
    state: str
    tag: str


WORDS: Mapping[TaskKind, _Words] = {
    TaskKind.ANSWER_INVITATION: _Words("Answer the invitation to {name}", "warn", "invited"),
    TaskKind.ANSWER_CLARIFICATION: _Words("Answer question {number} about {name}", "warn", "question"),
    TaskKind.DECLARE_HONOUR: _Words("Declare on your honour for {name}", "warn", "declaration"),
    TaskKind.COMPLETE_APPLICATION: _Words("Complete and submit {name}", "info", "draft"),
    TaskKind.FILL_IN_PART: _Words("Fill in your part of {name}", "info", "draft"),
    TaskKind.SUBMITTED: _Words("{name}", "ok", "submitted"),
    TaskKind.WITHDRAWN: _Words("{name}", "neutral", "withdrawn"),
    TaskKind.UNDER_EVALUATION: _Words("{name}", "ok", "submitted"),
    TaskKind.NOT_SUBMITTED: _Words("{name}", "bad", "not submitted in time"),
    TaskKind.TAKEN_OUT: _Words("{name}", "neutral", "withdrawn"),
    TaskKind.PUBLISH_CALL: _Words("Publish {name}", "info", "draft"),
    TaskKind.PUBLISH_CORRECTION: _Words("Publish the corrigendum of {name}", "info", "version {version}"),
    TaskKind.CALL_FORTHCOMING: _Words("{name}", "neutral", "forthcoming"),
    TaskKind.CALL_OPEN: _Words("{name}", "ok", "open"),
    TaskKind.CALL_CLOSING: _Words("{name}", "warn", "closing"),
    TaskKind.CALL_CLOSED: _Words("{name}", "neutral", "{state}"),
    TaskKind.PROPOSE_CHECKS: _Words("Propose checks of {name}", "info", "{propose} to propose"),
    TaskKind.CONFIRM_CHECKS: _Words("Confirm checks of {name}", "warn", "{confirm} to confirm"),
    TaskKind.SETTLE_ANSWERS: _Words("Settle answers to questions about {name}", "warn", "{settle} to settle"),
    TaskKind.READ_OUTCOME: _Words("Read the decision on {name}", "warn", "decided"),
    TaskKind.OUTCOME_FINAL: _Words("The decision on {name}", "neutral", "decided"),
    TaskKind.PREPARE_AWARDS: _Words("Prepare the award decisions of {name}", "info", "ranking adopted"),
    TaskKind.SIGN_AWARDS: _Words("Sign award decisions of {name}", "warn", "{count} to sign"),
    TaskKind.PREVIEW_LETTERS: _Words("Look at letters of {name}", "warn", "{count} to look at"),
    TaskKind.SEND_LETTERS: _Words("Send letters of {name}", "info", "{count} ready to send"),
}
_WHO = {
    Who.YOU: "you",
    Who.COORDINATOR: "the coordinator",
    Who.APPLICANTS: "applicants",
    Who.OFFICE: "the managing body",
    Who.PLATFORM: "happens by itself",
    Who.NOBODY: "",
}
_OF_CALLS = {
    TaskKind.PUBLISH_CALL,
    TaskKind.PUBLISH_CORRECTION,
    TaskKind.CALL_FORTHCOMING,
    TaskKind.CALL_OPEN,
    TaskKind.CALL_CLOSING,
    TaskKind.CALL_CLOSED,
}

_DRAFT_IS_OVER = "Then a draft counts as not submitted in time. The last version in time counts, so submit early."
_FINAL = "Then the last submitted version is final."
_AFTER = {
    TaskKind.COMPLETE_APPLICATION: _DRAFT_IS_OVER,
    TaskKind.FILL_IN_PART: _DRAFT_IS_OVER,
    TaskKind.READ_OUTCOME: "Then the decision can no longer be contested.",
    TaskKind.ANSWER_INVITATION: "Then the invitation can no longer be accepted.",
    TaskKind.ANSWER_CLARIFICATION: "Then the managing body decides on what was submitted.",
    TaskKind.SUBMITTED: _FINAL,
    TaskKind.WITHDRAWN: _FINAL,
    TaskKind.CALL_OPEN: "Then the call closes by itself and drafts count as not submitted in time.",
    TaskKind.PUBLISH_CALL: "A call is published before it opens.",
}
"""What happens when the time of a task is over."""


@dataclass(frozen=True, slots=True)
class ShownTask:
    """A task as components/tasks.html wants it."""

    name: str
    href: str
    hint: str
    state: str
    words: str
    who: str
    by: str


@router.get("/tasks")
def show(incoming: Request_) -> Response:
    """Any signed-in person sees their own."""

    def answer(work: Work) -> Response:
        mine = work_of(work.session, work.actor, now=work.now)
        tasks = tasks_of(mine, work.now)
        coming = next_deadline(tasks, work.now)
        return page(
            work,
            "account/tasks.html",
            groups={group.value: [_shown(work, task) for task in tasks if task.group is group] for group in Group},
            coming=_shown(work, coming) if coming else None,
            deadline=shown_deadline(work, coming.by, coming.zone) if coming and coming.by else None,
            after=_after(work, coming) if coming else "",
            newcomer=mine.is_newcomer,
            speaks=mine.speaks_for_organisation,
            reads_log=work.actor.has(Role.AUDITOR) or work.actor.has(Role.ADMINISTRATOR),
        )

    return run(incoming, READ, signed_in, answer)


def _shown(work: Work, task: Task) -> ShownTask:
    say = translator(work.known.language)
    words = WORDS[task.kind]
    figures = {"name": task.name, **task.figures}
    return ShownTask(
        name=say(words.name).format_map(figures),
        href=link_to(task.place) if not task.place.startswith("/") else task.place,
        hint=" · ".join(part for part in (task.call, *_hints(work, task, say)) if part),
        state=words.state,
        words=say(words.tag).format_map(figures),
        who=say(_WHO[task.who]) if _WHO[task.who] else "",
        by=_by(work, task),
    )


def _by(work: Work, task: Task) -> str:
    """Until when somebody acts; what happens by itself, may be done or is over binds nobody."""
    if task.day is not None:
        return day_text(task.day, locale_of(work.known.language))
    if task.by is None or task.group is Group.OVER or task.who in {Who.PLATFORM, Who.NOBODY}:
        return ""
    return shown_deadline(work, task.by, task.zone).call_words


def _hints(work: Work, task: Task, say: Callable[[str], str]) -> list[str]:
    """The quiet facts under the name."""
    figures = task.figures
    if task.kind is TaskKind.ANSWER_INVITATION:
        return [say("{coordinator} asks you to take part as {role}").format_map(figures)]
    if task.kind in {TaskKind.COMPLETE_APPLICATION, TaskKind.FILL_IN_PART}:
        invited = figures["invited"]
        waiting = say("1 invitation not answered") if invited == 1 else say("{invited} invitations not answered")
        saved = say("{saved} of {sections} sections saved")
        return [saved.format_map(figures), waiting.format_map(figures) if invited else ""]
    if task.kind is TaskKind.DECLARE_HONOUR:
        one, more = say("for 1 organisation"), say("for {partners} organisations")
        return [one if figures["partners"] == 1 else more.format_map(figures)]
    if task.kind in {TaskKind.SUBMITTED, TaskKind.UNDER_EVALUATION}:
        receipt = say("receipt ready") if figures["receipt"] else say("receipt is being made")
        again = _again(work, task, say) if task.kind is TaskKind.SUBMITTED else ""
        return [say("version {submission}").format_map(figures), receipt, again]
    if task.kind in _OF_CALLS:
        return _hints_of_call(work, task, say)
    return [_again(work, task, say)] if task.kind is TaskKind.WITHDRAWN else []


def _again(work: Work, task: Task, say: Callable[[str], str]) -> str:
    when = shown_deadline(work, task.by, task.zone).call_words if task.by else ""
    return say("may be submitted again until {when}").format(when=when)


def _hints_of_call(work: Work, task: Task, say: Callable[[str], str]) -> list[str]:
    figures, when = task.figures, shown_deadline(work, task.by, task.zone).call_words if task.by else ""
    assumed = figures["assumed"]
    marked = say("1 assumed figure") if assumed == 1 else say("{assumed} assumed figures")
    counts = say("{drafts} in draft, {submitted} submitted").format_map(figures)
    return [
        say("opens {when}").format(when=when) if task.kind is TaskKind.CALL_FORTHCOMING else "",
        say("deadline was {when}").format(when=when) if task.kind is TaskKind.CALL_CLOSED else "",
        counts if task.kind in {TaskKind.CALL_OPEN, TaskKind.CALL_CLOSING} else "",
        say("{submitted} submitted").format_map(figures) if task.kind is TaskKind.CALL_CLOSED else "",
        marked.format_map(figures) if assumed and task.group is not Group.OVER else "",
    ]


def _after(work: Work, task: Task) -> str:
    """What happens when the time is over."""
    return translator(work.known.language)(_AFTER.get(task.kind, "Then the call opens by itself."))
