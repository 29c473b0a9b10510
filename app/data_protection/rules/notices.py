"""What each kind of page that collects personal data says about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from app.data_protection.rules.retention import RETENTION, RecordKind, Retention


@dataclass(frozen=True, slots=True)
class Notice:
    """The notice of one kind of page; ``key`` is its anchor at ``/privacy``."""

    key: str
    title: str
    kept: tuple[str, ...]
    why: str
    seen_by: str
    records: tuple[RecordKind, ...]
    """Whose periods say how long."""
    pages: tuple[str, ...]
    """Templates that link to the notice; a test reads them."""

    @property
    def periods(self) -> tuple[Retention, ...]:
        """The lines of the retention table that this notice prints."""
        return tuple(RETENTION[kind] for kind in self.records)


_ALL = (
    Notice(
        "account",
        "Opening an account",
        (
            "Your name, e-mail address, language and time zone",
            "A one-way hash of your password and, if you set it up, the encrypted secret of your second step",
            "When you signed in and what you did here, in the event log, under a number",
        ),
        "To let you in and nobody else, to tell you what concerns you, and to show who applied, decided and signed.",
        "You, the administrators of this service and the people with whom you work here on the same matter.",
        (
            RecordKind.UNCONFIRMED_ACCOUNT,
            RecordKind.SIGN_IN,
            RecordKind.API_TOKEN,
            RecordKind.MESSAGE,
            RecordKind.EVENT,
        ),
        ("account/register.html", "account/details.html"),
    ),
    Notice(
        "application",
        "People of an application",
        (
            "The e-mail addresses that you invite, and the message that you write",
            "Who is contact or member of the team for which organisation",
            "What you write about people in answers and uploaded documents",
        ),
        "To know who speaks for each organisation of a consortium and to reach them until the last payment.",
        "The consortium; from the submission on also the office of the call, and its experts as far as the call allows.",
        (RecordKind.DRAFT, RecordKind.WITHDRAWN, RecordKind.NOT_FUNDED, RecordKind.FUNDED, RecordKind.MESSAGE),
        ("applicant/partnership.html", "applicant/attachments.html"),
    ),
    Notice(
        "expert",
        "Registering as an expert",
        (
            "Your fields of expertise and the languages in which you read",
            "Your employer and your country",
            "Your declarations of conflict of interest and your reports",
        ),
        "To choose experts who can judge an application, to keep conflicts of interest out, and to account for decisions.",
        "The office of the calls for which you work. Applicants never learn who judged their application.",
        (RecordKind.EXPERT, RecordKind.NOT_FUNDED, RecordKind.FUNDED),
        ("expert/register.html", "expert/conflict.html"),
    ),
    Notice(
        "declaration",
        "Declaring on your honour",
        ("The words that you declare, your name and the instant", "For which organisation you declare"),
        "To show who answers for the statement that no ground for exclusion applies (Regulation (EU, Euratom) 2018/1046, "
        "Article 137).",
        "The consortium and the office of the call.",
        (RecordKind.NOT_FUNDED, RecordKind.FUNDED, RecordKind.KEPT_NAME),
        ("applicant/declarations.html",),
    ),
    Notice(
        "agreement",
        "Signing and reporting for a grant",
        (
            "Who is named to sign for an organisation",
            "Who declared, signed or submitted what, in which capacity, how the person was recognised, and when",
            "What you write about people in reports and financial statements",
        ),
        "To show who bound each organisation and who answers for its costs.",
        "The consortium, the office of the call and auditors. Signatures stand in the sealed agreement and its amendments.",
        (RecordKind.FUNDED, RecordKind.KEPT_NAME, RecordKind.DOCUMENT, RecordKind.EVENT),
        (
            "beneficiary/party.html",
            "beneficiary/sign.html",
            "beneficiary/statement.html",
            "beneficiary/amendment_sign.html",
        ),
    ),
    Notice(
        "bank_account",
        "Bank accounts and payments",
        (
            "The holder of the account, its number and its bank, and who gave and who validated it",
            "The same on each payment, and in the files that go to the bank",
            "Name, account and text of everybody on a line of a bank statement",
        ),
        "To pay to the right account, and to show to whom money went and from whom it came back.",
        "Who speaks for the organisation, and the people of the office who pay. Everybody else sees only the last digits.",
        (RecordKind.PAYEE, RecordKind.PAYMENT, RecordKind.EVENT),
        ("finance/organisation_account.html", "finance/statement.html"),
    ),
    Notice(
        "third_parties",
        "Visitors and recipients of support",
        (
            "The name of a visitor, from when to when the person stayed at which host, and what was paid for it",
            "Name and numbers of the organisation that was paid",
            "The document that proves the payment, with whatever it says about people",
        ),
        "To show that a stay took place, that each person is supported once, and that no recipient receives too much. "
        "Visitors need no account here: the organisation that supports them tells them of this notice.",
        "The consortium of the grant, the office of its call and auditors.",
        (RecordKind.VISITOR, RecordKind.PAYEE, RecordKind.PAYMENT),
        ("beneficiary/third_party_exchange.html", "beneficiary/third_party_voucher.html"),
    ),
)

NOTICES: Mapping[str, Notice] = MappingProxyType({notice.key: notice for notice in _ALL})
"""Key to notice, in the order of the page."""
