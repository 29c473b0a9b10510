"""The start page: what waits for the person, who acts next and by when."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from starlette.responses import Response

from app.accounts.queries import DelegationRow, as_delegate, taken_on
from app.core.actor import Actor, Role
from app.delivery.guards import signed_in
from app.delivery.unit_of_work import READ, Work, run
from app.grants.rules.standing import Acts
from app.infra.links import link_to
from app.infra.templates import day_text, locale_of, translator
from app.notifications.queries.all_work import all_work
from app.notifications.rules.task_kinds import TaskKind
from app.notifications.rules.tasks import Group, Task, Who, next_deadline
from app.web.deadlines import shown_deadline
from app.web.pages import page
from app.web.requests import Request_
from app.web.task_words import GRANT_TAGS, WORDS, grant_hints, who_words

router = APIRouter()


_OF_CALLS = {
    TaskKind.PUBLISH_CALL,
    TaskKind.PUBLISH_CORRECTION,
    TaskKind.CALL_FORTHCOMING,
    TaskKind.CALL_OPEN,
    TaskKind.CALL_CLOSING,
    TaskKind.CALL_CLOSED,
}

_OWN = {
    TaskKind.ANSWER_INVITATION,
    TaskKind.DECLARE_HONOUR,
    TaskKind.REGISTER_EXPERT,
    TaskKind.DECLARE_CONFLICTS,
    TaskKind.WRITE_REPORTS,
    TaskKind.VOTE_ON_RANKING,
    TaskKind.DRAFT_CONSENSUS,
    TaskKind.AGREE_OR_DISSENT,
    TaskKind.SIGN_AWARDS,
    TaskKind.SIGN_AGREEMENT,
    TaskKind.SIGN_FOR_AUTHORITY,
    TaskKind.SIGN_AMENDMENT,
    TaskKind.SIGN_AMENDMENTS_LAST,
    TaskKind.AUTHORISE_PAYMENTS,
    TaskKind.RELEASE_PAYMENTS,
    TaskKind.CONFIRM_MISSING_PAYMENTS,
    TaskKind.READ_OUTCOME,
}
"""What nobody does for somebody else."""

_DRAFT_IS_OVER = "Then a draft counts as not submitted in time. The last version in time counts, so submit early."
_LATE = "Then your report counts as late."
_INTEREST = "Then interest for late payment runs."
_FINAL = "Then the last submitted version is final."
_AFTER = {
    TaskKind.COMPLETE_APPLICATION: _DRAFT_IS_OVER,
    TaskKind.FILL_IN_PART: _DRAFT_IS_OVER,
    TaskKind.PART_FILLED_IN: _DRAFT_IS_OVER,
    TaskKind.PREPARE_GRANT: "Then the preparation is late; the award may lapse when the agreement is not signed in time.",
    TaskKind.SIGN_AGREEMENT: "Then the award may lapse and the next of the reserve list take its place.",
    TaskKind.READ_OUTCOME: "Then the decision can no longer be contested.",
    TaskKind.ANSWER_INVITATION: "Then the invitation can no longer be accepted.",
    TaskKind.ANSWER_CLARIFICATION: "Then the managing body decides on what was submitted.",
    TaskKind.SUBMITTED: _FINAL,
    TaskKind.WITHDRAWN: _FINAL,
    TaskKind.CALL_FORTHCOMING: "Then the call opens by itself.",
    TaskKind.CALL_OPEN: "Then the call closes by itself and drafts count as not submitted in time.",
    TaskKind.PUBLISH_CALL: "A call is published before it opens.",
    TaskKind.DECLARE_CONFLICTS: _LATE,
    TaskKind.WRITE_REPORTS: _LATE,
    TaskKind.WRITE_PERIODIC_REPORT: "Then the report is late, and what is due after it waits.",
    TaskKind.FILL_IN_STATEMENT: "Then the report of the whole consortium is late.",
    TaskKind.CORRECT_PERIODIC_REPORT: "Then the correction is late, and what is due after the report waits.",
    TaskKind.CORRECT_STATEMENT: "Then the correction of the whole report is late.",
    TaskKind.ANSWER_RECOVERY: "Then the managing body decides on what it knows.",
    TaskKind.PAY_BACK: _INTEREST,
    TaskKind.START_PREFINANCING: _INTEREST,
    TaskKind.JUDGE_PERIODIC_REPORT: _INTEREST,
    TaskKind.ASK_FOR_PAYMENT: _INTEREST,
    TaskKind.CORRECT_PAYMENTS: _INTEREST,
    TaskKind.VERIFY_PAYMENTS: _INTEREST,
    TaskKind.AUTHORISE_PAYMENTS: _INTEREST,
    TaskKind.RELEASE_PAYMENTS: _INTEREST,
    TaskKind.RECORD_PAYMENTS: _INTEREST,
    TaskKind.CONFIRM_MISSING_PAYMENTS: _INTEREST,
}
"""What happens when the time of a task is over."""
_SIMPLE_HINTS = {
    TaskKind.ANSWER_INVITATION: "{coordinator} asks you to take part as {role}",
    TaskKind.VOTE_UNDER_WAY: "{approvals} of {needed} approvals",
    TaskKind.ADOPT_RANKING: "{approvals} of {needed} approvals",
    TaskKind.DRAFT_CONSENSUS: "{reference}",
    TaskKind.AGREE_OR_DISSENT: "{reference}",
    TaskKind.CONCLUDE_CONSENSUS: "{reference}",
    TaskKind.WRITE_PERIODIC_REPORT: "{reference}",
    TaskKind.FILL_IN_STATEMENT: "{reference}",
    TaskKind.JUDGE_PERIODIC_REPORT: "{reference}",
    TaskKind.ASK_FOR_PAYMENT: "{reference}",
    TaskKind.ASK_AGAIN: "{reference}",
    TaskKind.CHECK_ACCOUNT: "{payment}",
    TaskKind.LATE_PERIODIC_REPORT: "{reference}",
    TaskKind.LATE_STATEMENT: "{reference}",
    TaskKind.CORRECT_PERIODIC_REPORT: "{reference}",
    TaskKind.CORRECT_STATEMENT: "{reference}",
    TaskKind.ANSWER_RECOVERY: "{reference}",
    TaskKind.DECIDE_RECOVERY: "{reference}",
    TaskKind.PAY_BACK: "{reference}",
    TaskKind.START_PREFINANCING: "{reference}",
    TaskKind.PREFINANCE_AGAIN: "{reference}",
}
"""The quiet fact under a task that its figures alone tell."""


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
        mine = all_work(work.session, work.actor, now=work.now)
        tasks = _own(work.actor, mine.tasks)
        coming = next_deadline(tasks, work.now)
        return page(
            work,
            "account/tasks.html",
            groups={group.value: [_shown(work, task) for task in tasks if task.group is group] for group in Group},
            coming=_shown(work, coming) if coming else None,
            deadline=shown_deadline(work, coming.until, coming.zone) if coming and coming.until else None,
            after=_after(work, coming) if coming else "",
            newcomer=mine.work.is_newcomer and not tasks and not mine.ties.sits,
            sits=mine.ties.sits,
            speaks=mine.work.speaks_for_organisation,
            others=others_tasks(work, tasks) if mine.ties.stands_in else (),
            reads_log=work.actor.has(Role.AUDITOR) or work.actor.has(Role.ADMINISTRATOR),
        )

    return run(incoming, READ, signed_in, answer)


@dataclass(frozen=True, slots=True)
class OthersTasks:
    """What waits for a colleague for whom the person may act; nothing can be opened before they act for them."""

    delegation: DelegationRow
    tasks: list[ShownTask]


def others_tasks(work: Work, mine: tuple[Task, ...]) -> list[OthersTasks]:
    """What waits for each colleague for whom the person may act now, does not act yet, and that is not theirs anyhow."""
    found = []
    own = {(task.kind, task.place) for task in mine}
    for row in taken_on(work.session, work.actor.person_id, now=work.now) if work.actor.acting_for is None else ():
        other = as_delegate(work.session, work.actor, row.id, now=work.now, taken_up=False)
        tasks = _own(other, all_work(work.session, other, now=work.now).tasks) if other is not None else ()
        waiting = [task for task in tasks if task.group is Group.TO_DO and (task.kind, task.place) not in own]
        found.append(OthersTasks(row, [replace(_shown(work, task), href="") for task in waiting]))
    return found


def _own(actor: Actor, tasks: tuple[Task, ...]) -> tuple[Task, ...]:
    """Who acts for somebody sees the tasks that can be handed over."""
    return tuple(task for task in tasks if actor.acting_for is None or task.kind not in _OWN)


def _shown(work: Work, task: Task) -> ShownTask:
    say = translator(work.known.language)
    words = WORDS[task.kind]
    figures = {"name": task.name, **_figures(task, say)}
    if task.kind is TaskKind.GRANT_UNDER_WAY:
        figures["acts"] = say(GRANT_TAGS[Acts(str(task.figures["acts"]))])
    return ShownTask(
        name=say(words.name).format_map(figures),
        href=link_to(task.place) if not task.place.startswith("/") else task.place,
        hint=" · ".join(part for part in (task.call, *_hints(work, task, say)) if part),
        state=words.state,
        words=say(words.tag).format_map(figures),
        who=who_words(task, say),
        by=_by(work, task),
    )


def _figures(task: Task, say: Callable[[str], str]) -> dict[str, object]:
    """The figures of a task; roles and states among them are words of ours."""
    return {name: say(str(value)) if name in {"role", "state"} else value for name, value in task.figures.items()}


def _by(work: Work, task: Task) -> str:
    """Until when somebody acts; what happens by itself, may be done or is over binds nobody."""
    if task.day is not None:
        shown = day_text(task.day, locale_of(work.known.language))
        if not _is_past(work, task):
            return shown
        if task.is_planned:
            return ""
        late = (work.now.astimezone(ZoneInfo(task.zone)).date() - task.day).days
        say = translator(work.known.language)
        return (say("{day}, 1 day late") if late == 1 else say("{day}, {late} days late")).format(day=shown, late=late)
    if task.by is None or task.group is Group.OVER or task.who in {Who.PLATFORM, Who.NOBODY}:
        return ""
    return shown_deadline(work, task.by, task.zone).call_words


def _is_past(work: Work, task: Task) -> bool:
    """Whether the day has gone by in the zone of the call."""
    return task.day is not None and task.day < work.now.astimezone(ZoneInfo(task.zone)).date()


def _hints(work: Work, task: Task, say: Callable[[str], str]) -> list[str]:
    """The quiet facts under the name."""
    figures = _figures(task, say)
    if task.kind in _SIMPLE_HINTS:
        return [say(_SIMPLE_HINTS[task.kind]).format_map(figures)]
    if task.kind in {TaskKind.COMPLETE_APPLICATION, TaskKind.FILL_IN_PART, TaskKind.PART_FILLED_IN}:
        invited = figures["invited"]
        waiting = say("1 invitation not answered") if invited == 1 else say("{invited} invitations not answered")
        done = say("{complete} of {sections} sections complete")
        return [done.format_map(figures), waiting.format_map(figures) if invited else ""]
    if task.kind is TaskKind.DECLARE_HONOUR:
        one, more = say("for 1 organisation"), say("for {partners} organisations")
        return [one if figures["partners"] == 1 else more.format_map(figures)]
    if task.kind in {TaskKind.SUBMITTED, TaskKind.UNDER_EVALUATION}:
        receipt = say("receipt ready") if figures["receipt"] else say("receipt is being made")
        again = _again(work, task, say) if task.kind is TaskKind.SUBMITTED else ""
        day = day_text(task.day, locale_of(work.known.language)) if task.day and _is_past(work, task) else ""
        planned = say("the result was planned for {day}").format(day=day) if day else ""
        return [say("version {submission}").format_map(figures), receipt, again, planned]
    if task.kind in _OF_CALLS or task.kind is TaskKind.GRANT_UNDER_WAY:
        return _hints_of_call(work, task, say) if task.kind in _OF_CALLS else grant_hints(task, work.known.language)
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
    words = _AFTER.get(task.kind, "")
    return translator(work.known.language)(words) if words else ""
