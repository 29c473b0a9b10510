"""What the start page says of each kind of task."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from app.grants.rules.standing import Acts
from app.notifications.rules.task_kinds import TaskKind
from app.notifications.rules.tasks import Group, Task, Who
from app.reporting.rules.lateness import NextAct, Step
from app.web.grant_view.next_act import act_words, still_words


@dataclass(frozen=True, slots=True)
class Words:
    """A kind of task in words: its name, the state and the words of its tag; braces are figures of the task."""

    name: str
    state: str
    tag: str


WORDS: Mapping[TaskKind, Words] = {
    TaskKind.ANSWER_INVITATION: Words("Answer the invitation to {name}", "warn", "invited"),
    TaskKind.ANSWER_CLARIFICATION: Words("Answer question {number} about {name}", "warn", "question"),
    TaskKind.DECLARE_HONOUR: Words("Declare on your honour for {name}", "warn", "declaration"),
    TaskKind.COMPLETE_APPLICATION: Words("Complete and submit {name}", "info", "draft"),
    TaskKind.FILL_IN_PART: Words("Fill in your part of {name}", "info", "draft"),
    TaskKind.PART_FILLED_IN: Words("{name}: your part is filled in", "info", "draft"),
    TaskKind.SUBMITTED: Words("{name}", "ok", "submitted"),
    TaskKind.WITHDRAWN: Words("{name}", "neutral", "withdrawn"),
    TaskKind.UNDER_EVALUATION: Words("{name}", "ok", "submitted"),
    TaskKind.NOT_SUBMITTED: Words("{name}", "bad", "not submitted in time"),
    TaskKind.TAKEN_OUT: Words("{name}", "neutral", "withdrawn"),
    TaskKind.PUBLISH_CALL: Words("Publish {name}", "info", "draft"),
    TaskKind.PUBLISH_CORRECTION: Words("Publish the corrigendum of {name}", "info", "version {version}"),
    TaskKind.CALL_FORTHCOMING: Words("{name}", "neutral", "forthcoming"),
    TaskKind.CALL_OPEN: Words("{name}", "ok", "open"),
    TaskKind.CALL_CLOSING: Words("{name}", "warn", "closing"),
    TaskKind.CALL_CLOSED: Words("{name}", "neutral", "{state}"),
    TaskKind.PROPOSE_CHECKS: Words("Propose checks of {name}", "info", "{propose} to propose"),
    TaskKind.CONFIRM_CHECKS: Words("Confirm checks of {name}", "warn", "{confirm} to confirm"),
    TaskKind.SETTLE_ANSWERS: Words("Settle answers to questions about {name}", "warn", "{settle} to settle"),
    TaskKind.REGISTER_EXPERT: Words("Register as an expert for {name}", "info", "accepted"),
    TaskKind.DECLARE_CONFLICTS: Words("Declare conflicts of interest", "info", "to declare: {count}"),
    TaskKind.WRITE_REPORTS: Words("Write your reports", "info", "reports: {count}"),
    TaskKind.START_EVALUATION: Words("Start the evaluation of {name}", "info", "{count} submitted"),
    TaskKind.ASSIGN_EXPERTS: Words("Assign experts for {name}", "warn", "applications: {count}"),
    TaskKind.DECIDE_CONFLICTS: Words("Decide about possible conflicts in {name}", "warn", "to decide: {count}"),
    TaskKind.LATE_REPORTS: Words("Reports are late in {name}", "bad", "late: {count}"),
    TaskKind.OPEN_PANEL: Words("Open the panel of {name}", "info", "concluded"),
    TaskKind.PROPOSE_RANKING: Words("Propose the ranking of {name}", "info", "panel sits"),
    TaskKind.VOTE_ON_RANKING: Words("Vote on the ranking of {name}", "warn", "ranking {number}"),
    TaskKind.VOTE_UNDER_WAY: Words("Ranking of {name}", "neutral", "vote under way"),
    TaskKind.ADOPT_RANKING: Words("Adopt the ranking of {name}", "info", "approved"),
    TaskKind.DRAFT_CONSENSUS: Words("Draft the consensus report on {name}", "info", "draft"),
    TaskKind.AGREE_OR_DISSENT: Words("Agree with the report on {name}, or dissent", "warn", "before the group"),
    TaskKind.CONCLUDE_CONSENSUS: Words("Conclude the report on {name}", "info", "everybody answered"),
    TaskKind.READ_OUTCOME: Words("Read the decision on {name}", "warn", "decided"),
    TaskKind.OUTCOME_FINAL: Words("The decision on {name}", "neutral", "decided"),
    TaskKind.PREPARE_AWARDS: Words("Prepare the award decisions of {name}", "info", "ranking adopted"),
    TaskKind.SIGN_AWARDS: Words("Sign award decisions of {name}", "warn", "{count} to sign"),
    TaskKind.PREVIEW_LETTERS: Words("Look at letters of {name}", "warn", "{count} to look at"),
    TaskKind.SEND_LETTERS: Words("Send letters of {name}", "info", "{count} ready to send"),
    TaskKind.WRITE_PERIODIC_REPORT: Words("Write and submit report {number} of {name}", "warn", "report due"),
    TaskKind.FILL_IN_STATEMENT: Words("Fill in and sign your financial statement for {name}", "warn", "report due"),
    TaskKind.JUDGE_PERIODIC_REPORT: Words("Judge the costs of report {number} of {name}", "warn", "submitted"),
    TaskKind.ASK_FOR_PAYMENT: Words("Ask for the payment after report {number} of {name}", "info", "accepted"),
    TaskKind.ASK_AGAIN: Words("Ask again for the payment after report {number} of {name}", "bad", "came back"),
    TaskKind.LATE_PERIODIC_REPORT: Words("Write and submit report {number} of {name}", "bad", "late"),
    TaskKind.LATE_STATEMENT: Words("Fill in and sign your financial statement for {name}", "bad", "late"),
    TaskKind.CORRECT_PERIODIC_REPORT: Words(
        "Correct report {number} of {name} and submit it again", "warn", "given back"
    ),
    TaskKind.CORRECT_STATEMENT: Words("Correct and sign your financial statement for {name}", "warn", "given back"),
    TaskKind.ANSWER_RECOVERY: Words("Say what you think of the recovery from {name}", "warn", "you are heard"),
    TaskKind.DECIDE_RECOVERY: Words("Decide on the recovery from {name}", "warn", "after the hearing"),
    TaskKind.PAY_BACK: Words("Pay back what {name} received too much", "warn", "to pay back"),
    TaskKind.START_PREFINANCING: Words("Ask for the pre-financing of {name}", "warn", "in force"),
    TaskKind.PREFINANCE_AGAIN: Words("Ask again for the pre-financing of {name}", "bad", "came back"),
    TaskKind.VERIFY_PAYMENTS: Words("Verify payments", "warn", "{count} to verify"),
    TaskKind.AUTHORISE_PAYMENTS: Words("Authorise payments", "warn", "{count} to authorise"),
    TaskKind.RELEASE_PAYMENTS: Words("Send payments to the bank", "warn", "{count} to send"),
    TaskKind.RECORD_PAYMENTS: Words("Record the statement of the bank", "info", "{count} at the bank"),
    TaskKind.CORRECT_PAYMENTS: Words("Correct payments that were sent back", "warn", "{count} sent back"),
    TaskKind.CONFIRM_MISSING_PAYMENTS: Words(
        "Confirm that the bank never paid", "warn", "{count} reported as never paid"
    ),
    TaskKind.ASK_FOR_INTEREST: Words("Ask for interest: a payment of {name} came late", "info", "on request"),
    TaskKind.PAY_INTEREST: Words("Pay interest: a payment of {name} came late", "warn", "owed"),
    TaskKind.EXPLAIN_LINES: Words(
        "Say what lines of the bank are that stand open for more than three working days", "warn", "{count} open"
    ),
    TaskKind.CONFIRM_LINES: Words("Confirm that lines of the bank are no payments", "warn", "{count} to confirm"),
    TaskKind.RESUME_PAYMENTS: Words("Let the time limit of payments run again", "neutral", "{count} suspended"),
    TaskKind.CHECK_ACCOUNT: Words("Check the bank account of {name}: a payment came back", "bad", "came back"),
    TaskKind.VALIDATE_ACCOUNTS: Words("Validate bank accounts", "warn", "{count} to validate"),
    TaskKind.PREPARE_GRANT: Words("Prepare the grant agreement of {name}", "warn", "in preparation"),
    TaskKind.SIGN_AGREEMENT: Words("Sign the grant agreement of {name}", "warn", "to sign"),
    TaskKind.GRANT_UNDER_WAY: Words("The grant of {name}", "neutral", "{acts}"),
    TaskKind.LOOK_AT_PREPARATIONS: Words("Look at preparations of {name}", "warn", "{count} to look at"),
    TaskKind.SIGN_FOR_AUTHORITY: Words("Sign grant agreements of {name}", "warn", "{count} to sign"),
    TaskKind.DECIDE_AMENDMENTS: Words("Decide on amendments of {name}", "warn", "{count} to decide"),
    TaskKind.SIGN_AMENDMENT: Words("Sign amendment {number} of {name}", "warn", "to sign"),
    TaskKind.SIGN_AMENDMENTS_LAST: Words("Sign amendments of {name}", "warn", "{count} to sign"),
}
GRANT_TAGS = {
    Acts.CONSORTIUM: "in preparation",
    Acts.OFFICE: "being looked at",
    Acts.COORDINATOR: "in signature",
    Acts.BENEFICIARIES: "in signature",
    Acts.AUTHORITY: "in signature",
    Acts.PROJECT: "running",
    Acts.NOBODY: "over",
}
WHO = {
    Who.YOU: "you",
    Who.COORDINATOR: "the coordinator",
    Who.APPLICANTS: "applicants",
    Who.OFFICE: "the managing body",
    Who.COMMITTEE: "the committee",
    Who.PLATFORM: "happens by itself",
    Who.NOBODY: "",
}


def who_words(task: Task, say: Callable[[str], str]) -> str:
    """Who acts: of a grant that is under way whom its own page names."""
    words = str(task.figures["actor"]) if task.kind is TaskKind.GRANT_UNDER_WAY else WHO[task.who]
    return say(words) if words else ""


def grant_hints(task: Task, language: str) -> list[str]:
    """What is next of a grant, in the words of its own page; nothing of one that is over."""
    if task.group is Group.OVER:
        return []
    since = str(task.figures["since"])
    act = NextAct(
        Step(str(task.figures["step"])),
        number=int(task.figures["number"]),
        since=date.fromisoformat(since) if since else None,
    )
    return [act_words(act, language), still_words(act, language)]
