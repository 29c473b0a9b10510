"""What becomes of a typed code, as a refusal that both doors show."""

from __future__ import annotations

from app.accounts.rules.second_factor import WRONG_CODE, StepOutcome
from app.accounts.rules.sign_in import PAUSE
from app.core.errors import SecondStepRequiredError, TooManyAttemptsError


def refuse_code(outcome: StepOutcome) -> None:
    """Raise SecondStepRequired or TooManyAttempts for every outcome but acceptance."""
    match outcome:
        case StepOutcome.WRONG:
            raise SecondStepRequiredError(wrong=WRONG_CODE)
        case StepOutcome.PAUSED:
            raise TooManyAttemptsError(int(PAUSE.total_seconds()))
        case StepOutcome.MISSING:
            raise SecondStepRequiredError(enrolled=False)
        case StepOutcome.ACCEPTED:
            return
