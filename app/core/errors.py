"""What a use case may raise. No HTTP here: delivery maps each class to a status once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.core.violations import Figure, Violation, fill


class DomainError(Exception):
    """Base of every refusal that a person can read."""

    rule = "refused"

    def __init__(self, message: str, figures: Mapping[str, Figure] | None = None) -> None:
        super().__init__(fill(message, figures or {}))
        self.words, self.figures = message, figures or {}

    @property
    def message(self) -> str:
        """The refusal in plain English with its figures."""
        return fill(self.words, self.figures)

    @property
    def violations(self) -> tuple[Violation, ...]:
        """The refusal as findings, so that both doors show one shape."""
        return (Violation(rule=self.rule, message=self.words, figures=self.figures),)


class RulesViolatedError(DomainError):
    """One or more rules do not hold; nothing was changed."""

    rule = "rules.violated"

    def __init__(self, violations: Sequence[Violation]) -> None:
        if not violations:
            raise ValueError("a refusal needs a reason")
        super().__init__("; ".join(v.text for v in violations))
        self._violations = tuple(violations)

    @property
    def violations(self) -> tuple[Violation, ...]:
        """Every finding at once."""
        return self._violations


class SignInRequiredError(DomainError):
    """Nobody is signed in, or the session has ended."""

    rule = "access.sign_in_required"

    def __init__(self, message: str = "Sign in to continue.") -> None:
        super().__init__(message)


class NotPermittedError(DomainError):
    """The actor may not do this."""

    rule = "access.not_permitted"

    def __init__(self, message: str = "Your role does not allow this.") -> None:
        super().__init__(message)


class SecondStepRequiredError(DomainError):
    """The act needs a second step confirmed a short while ago; ``enrolled`` says whether the person has one."""

    rule = "access.second_step"

    def __init__(self, *, enrolled: bool = True, wrong: Violation | None = None) -> None:
        words = (
            "Confirm with a code of your device that it is you."
            if enrolled
            else "This needs a second step, and you have none yet. Set it up under Your account, Second step."
        )
        super().__init__(wrong.text if wrong else words)
        self.enrolled, self.wrong = enrolled, wrong

    @property
    def violations(self) -> tuple[Violation, ...]:
        """What is wrong with the code that was sent, if one was."""
        return (self.wrong,) if self.wrong else super().violations


class NotFoundError(DomainError):
    """The thing does not exist, or the actor may not know that it does."""

    rule = "access.not_found"

    def __init__(self, what: str = "page") -> None:
        super().__init__(f"This {what} does not exist, or you have no access to it.")


class TransitionNotAllowedError(DomainError):
    """The aggregate is in a state in which the event cannot happen."""

    rule = "lifecycle.not_allowed"

    def __init__(self, lifecycle: str, state: str, event: str) -> None:
        names = {"lifecycle": lifecycle, "state": state.replace("_", " "), "event": event.replace("_", " ")}
        super().__init__("This {lifecycle} is {state}: it cannot be {event} now.", names)
        self.lifecycle, self.state, self.event = lifecycle, state, event


class StaleVersionError(DomainError):
    """Somebody else saved first; carries both texts so that the person can choose."""

    rule = "version.stale"

    def __init__(
        self, *, sent: int, current: int, theirs: dict[str, str] | None = None, found: Violation | None = None
    ) -> None:
        words = "Somebody else saved this in the meantime. Nothing of yours was lost: compare and choose."
        super().__init__(found.text if found else words)
        self.sent, self.current, self.theirs, self.found = sent, current, theirs or {}, found

    @property
    def violations(self) -> tuple[Violation, ...]:
        """What changed, where the use case has words of its own for it."""
        return (self.found,) if self.found else super().violations


class TooManyAttemptsError(DomainError):
    """A rate limit was reached."""

    rule = "access.too_many_attempts"

    def __init__(self, wait_seconds: int) -> None:
        super().__init__(
            "Too many attempts. Try again in {minutes} minutes.", {"minutes": max(1, -(-wait_seconds // 60))}
        )
        self.wait_seconds = wait_seconds


class TryAgainError(DomainError):
    """The server could not finish in time; nothing was changed and the same request may be sent again."""

    rule = "service.try_again"

    def __init__(self, message: str = "The server is busy. Nothing was changed; please send it again.") -> None:
        super().__init__(message)
