"""States of the three checks that the office makes of a submitted application, and of its questions."""

from __future__ import annotations

from enum import StrEnum

from app.core.lifecycle import Lifecycle


class CheckStep(StrEnum):
    """What is checked, in this order."""

    ADMISSIBILITY = "admissibility"
    ELIGIBILITY = "eligibility"
    EXCLUSION = "exclusion"

    @property
    def before(self) -> tuple[CheckStep, ...]:
        """The steps that must have passed before."""
        return STEPS[: STEPS.index(self)]

    @property
    def after(self) -> tuple[CheckStep, ...]:
        """The steps that rest on this one."""
        return STEPS[STEPS.index(self) + 1 :]


STEPS = tuple(CheckStep)


class CheckOutcome(StrEnum):
    """What a check can find."""

    PASS = "pass"  # noqa: S105  # a word, no secret
    FAIL = "fail"


class CheckState(StrEnum):
    """How far one check has come."""

    OPEN = "open"
    PROPOSED = "proposed"
    PASSED = "passed"
    FAILED = "failed"

    @property
    def decided(self) -> bool:
        """Whether two people have agreed on an outcome."""
        return self in {CheckState.PASSED, CheckState.FAILED}


class CheckEvent(StrEnum):
    """What can happen to a check."""

    PROPOSE = "proposed"
    RETURN = "returned"
    PASS = "passed"  # noqa: S105  # a word, no secret
    FAIL = "failed"
    REOPEN = "reopened"


CHECK = Lifecycle(
    name="check",
    initial=CheckState.OPEN,
    transitions={
        (CheckState.OPEN, CheckEvent.PROPOSE): CheckState.PROPOSED,
        (CheckState.PROPOSED, CheckEvent.RETURN): CheckState.OPEN,
        (CheckState.PROPOSED, CheckEvent.PASS): CheckState.PASSED,
        (CheckState.PROPOSED, CheckEvent.FAIL): CheckState.FAILED,
        (CheckState.PASSED, CheckEvent.REOPEN): CheckState.OPEN,
        (CheckState.FAILED, CheckEvent.REOPEN): CheckState.OPEN,
    },
)
"""One person proposes, another decides; what was decided can be reopened until the award decision."""


class CheckResult(StrEnum):
    """What was found where an officer looked a partner up."""

    CLEAR = "clear"
    CONCERN = "concern"


class ClarificationKind(StrEnum):
    """Why the consortium is asked."""

    MISSING_DOCUMENT = "missing_document"
    CLERICAL_ERROR = "clerical_error"
    HEARING = "hearing"


class ClarificationState(StrEnum):
    """How far one question has come."""

    OPEN = "open"
    ANSWERED = "answered"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


class ClarificationEvent(StrEnum):
    """What can happen to a question."""

    ANSWER = "answered"
    ACCEPT = "accepted"
    REFUSE = "refused"
    WITHDRAW = "withdrawn"
    LAPSE = "lapsed"


CLARIFICATION = Lifecycle(
    name="clarification request",
    initial=ClarificationState.OPEN,
    transitions={
        (ClarificationState.OPEN, ClarificationEvent.ANSWER): ClarificationState.ANSWERED,
        (ClarificationState.ANSWERED, ClarificationEvent.ACCEPT): ClarificationState.ACCEPTED,
        (ClarificationState.ANSWERED, ClarificationEvent.REFUSE): ClarificationState.REFUSED,
        (ClarificationState.OPEN, ClarificationEvent.WITHDRAW): ClarificationState.WITHDRAWN,
        (ClarificationState.OPEN, ClarificationEvent.LAPSE): ClarificationState.LAPSED,
    },
)
"""An answer in time is accepted or refused; a question without one lapses when its time is over."""
