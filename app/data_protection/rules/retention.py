"""How long each kind of record is kept, from when on, why, and what happens then.

One table. Pages, the command line and the hourly clean-up read it; nothing else knows a period.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from app.core.periods import add_months

_ONE_MONTH, _ONE_YEAR, _FIVE_YEARS, _TEN_YEARS = 1, 12, 60, 120


class RecordKind(StrEnum):
    """Kinds of record that hold something of people."""

    SIGN_IN = "sign_in"
    ANSWER = "answer"
    API_TOKEN = "api_token"  # noqa: S105  # the name of a kind
    MESSAGE = "message"
    INVITATION = "invitation"
    UNCONFIRMED_ACCOUNT = "unconfirmed_account"
    DRAFT = "draft"
    WITHDRAWN = "withdrawn"
    NOT_FUNDED = "not_funded"
    FUNDED = "funded"
    VISITOR = "visitor"
    PAYEE = "payee"
    EXPERT = "expert"
    EVENT_VALUE = "event_value"
    KEPT_NAME = "kept_name"
    DOCUMENT = "document"
    PAYMENT = "payment"
    EVENT = "event"


class Fate(StrEnum):
    """What happens to a record when its time is over."""

    DELETE = "delete"
    ERASE = "erase"
    KEEP = "keep"


class Confidence(StrEnum):
    """Whether a period stands in an official text or is ours."""

    OFFICIAL = "official"
    ASSUMED = "assumed"


class By(StrEnum):
    """Who applies a rule: the hourly job, or an administrator who has seen the list."""

    ITSELF = "itself"
    ADMINISTRATOR = "administrator"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Retention:
    """One line of the table: kept for ``months`` and ``days`` counted from the instant that ``since`` names."""

    kind: RecordKind
    title: str
    since: str
    fate: Fate
    what: str
    """What exactly happens then."""
    why: str
    """The legal basis in a sentence."""
    confidence: Confidence
    by: By
    months: int = 0
    days: int = 0

    def due_at(self, counted_from: datetime) -> datetime:
        """The first instant at which the record need no longer be kept; a month ends on its last day at the latest."""
        day = add_months(counted_from.date(), self.months)
        return datetime.combine(day, counted_from.timetz()) + timedelta(days=self.days)


_LINES = (
    Retention(
        RecordKind.SIGN_IN,
        "Sign-ins",
        "the end of the sign-in",
        Fate.DELETE,
        "The row is deleted.",
        "A sign-in that is over proves nothing; the event log says that there was one.",
        Confidence.ASSUMED,
        By.ITSELF,
    ),
    Retention(
        RecordKind.ANSWER,
        "Answers kept for forms sent twice",
        "the answer",
        Fate.DELETE,
        "The row is deleted.",
        "A form is not sent again later than that.",
        Confidence.ASSUMED,
        By.ITSELF,
        days=2,
    ),
    Retention(
        RecordKind.API_TOKEN,
        "API tokens that ended",
        "the end of the token",
        Fate.DELETE,
        "The row is deleted.",
        "For a while a person can see why a program stopped working.",
        Confidence.ASSUMED,
        By.ITSELF,
        days=90,
    ),
    Retention(
        RecordKind.MESSAGE,
        "E-mails in the outbox",
        "the day on which the e-mail was written",
        Fate.DELETE,
        "Address, subject and text are deleted.",
        "Periods for redress run from the day on which somebody was told, so it must be possible to show it.",
        Confidence.ASSUMED,
        By.ITSELF,
        days=365,
    ),
    Retention(
        RecordKind.INVITATION,
        "Invitations to roles",
        "the answer, the withdrawal or the end of the invitation",
        Fate.ERASE,
        "The address is erased; who offered which role when stays.",
        "The address of somebody who did not join is needed only while the offer can be disputed.",
        Confidence.ASSUMED,
        By.ADMINISTRATOR,
        months=_ONE_YEAR,
    ),
    Retention(
        RecordKind.UNCONFIRMED_ACCOUNT,
        "Accounts whose address was never confirmed",
        "the request for the account",
        Fate.ERASE,
        "Name, address and password are erased.",
        "Nobody showed that the address is theirs, so there is no ground to keep it.",
        Confidence.ASSUMED,
        By.ADMINISTRATOR,
        months=_ONE_MONTH,
    ),
    Retention(
        RecordKind.DRAFT,
        "Applications that were not submitted",
        "the deadline of the call",
        Fate.ERASE,
        "Answers, budget, uploaded documents, contacts and invited addresses are erased; reference and history stay.",
        "A draft is no application: nothing is decided on it and no audit asks for it.",
        Confidence.ASSUMED,
        By.ADMINISTRATOR,
        months=_ONE_YEAR,
    ),
    Retention(
        RecordKind.WITHDRAWN,
        "Applications that were withdrawn",
        "the deadline of the call",
        Fate.ERASE,
        "Contacts and invited addresses are erased; the submitted versions stay with their hashes.",
        "The withdrawal must be provable until the decisions of the call can no longer be contested.",
        Confidence.ASSUMED,
        By.ADMINISTRATOR,
        months=_ONE_YEAR,
    ),
    Retention(
        RecordKind.NOT_FUNDED,
        "Applications that got no grant",
        "the day on which the applicants were informed",
        Fate.ERASE,
        "Contacts and invited addresses are erased; the submitted versions stay with their hashes.",
        "Documents that show how public money was awarded are kept for the time of audits.",
        Confidence.ASSUMED,
        By.ADMINISTRATOR,
        months=_FIVE_YEARS,
    ),
    Retention(
        RecordKind.FUNDED,
        "Applications that got a grant, and what hangs on them",
        "the payment of the balance",
        Fate.ERASE,
        "Contacts and invited addresses are erased; agreement, reports, payments and their documents stay.",
        "Records of a grant are kept for five years after the balance was paid (Regulation (EU, Euratom) 2018/1046, "
        "Article 132(1)).",
        Confidence.OFFICIAL,
        By.ADMINISTRATOR,
        months=_FIVE_YEARS,
    ),
    Retention(
        RecordKind.VISITOR,
        "Visitors whose stay was paid out of a grant",
        "the payment of the balance",
        Fate.ERASE,
        "The name of the visitor and the document about the stay are erased; amount, organisations and days stay.",
        "Until then an audit may ask who stayed where: a lump sum is paid once for each person, after a stay that took "
        "place (Regulation (EU, Euratom) 2018/1046, Article 132(1)).",
        Confidence.OFFICIAL,
        By.ADMINISTRATOR,
        months=_FIVE_YEARS,
    ),
    Retention(
        RecordKind.PAYEE,
        "Names of account holders and recipients of support of a grant",
        "the payment of the balance",
        Fate.ERASE,
        "The names of account holders, of who paid in and of recipients are erased; amounts, days, organisations and numbers "
        "stay. An account that is still in use keeps its holder.",
        "Accounting papers are kept for ten years, so that it can be shown to whom public money went; the regulation asks "
        "for five after the balance, the ten are our choice, as for books of account.",
        Confidence.ASSUMED,
        By.ADMINISTRATOR,
        months=_TEN_YEARS,
    ),
    Retention(
        RecordKind.EXPERT,
        "Details of experts",
        "the day on which the applicants of the expert's last call were informed, or the last change of the details",
        Fate.ERASE,
        "Expertise, languages, employer and country are erased; what the expert reported stays.",
        "Employer and country show that an expert had no conflict of interest, as long as a decision can be audited.",
        Confidence.ASSUMED,
        By.ADMINISTRATOR,
        months=_FIVE_YEARS,
    ),
    Retention(
        RecordKind.EVENT_VALUE,
        "Personal values of events",
        "the event",
        Fate.DELETE,
        "The salts are deleted: the digests in the event log can then be compared with nothing.",
        "Within the time of audits it can be proved which text an event is about.",
        Confidence.ASSUMED,
        By.ADMINISTRATOR,
        months=_FIVE_YEARS,
    ),
    Retention(
        RecordKind.KEPT_NAME,
        "Names of erased people under signed acts",
        "the end of the period of the last act that the person signed",
        Fate.DELETE,
        "The name is deleted; the act then shows an erased person.",
        "Who signed must be known as long as the act is kept.",
        Confidence.ASSUMED,
        By.ADMINISTRATOR,
    ),
    Retention(
        RecordKind.DOCUMENT,
        "Sealed documents",
        "the seal",
        Fate.KEEP,
        "They stay, with the names that they state.",
        "A sealed document can be checked by anybody who holds a copy; without the original its seal proves nothing.",
        Confidence.ASSUMED,
        By.NOBODY,
    ),
    Retention(
        RecordKind.PAYMENT,
        "Payments, bank accounts, lines of bank statements and recipients of support",
        "the payment",
        Fate.KEEP,
        "They stay; the names that they state go ten years after the balance of the grant was paid.",
        "Accounts are kept whole: it must be possible to show to whom public money went and from whom it came back.",
        Confidence.ASSUMED,
        By.NOBODY,
    ),
    Retention(
        RecordKind.EVENT,
        "Event log and entries of the ledger",
        "the event",
        Fate.KEEP,
        "They stay. They name people by number only.",
        "Accounts and the record of acts are kept whole: a gap could not be told from a forgery.",
        Confidence.ASSUMED,
        By.NOBODY,
    ),
)

RETENTION: Mapping[RecordKind, Retention] = MappingProxyType({line.kind: line for line in _LINES})
"""Every kind has exactly one line."""
