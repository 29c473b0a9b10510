"""Where texts stand: every file that is read, and which of them people see before there is a grant."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[3]
_NOT_READ = (
    "app/demo/**",
    "app/cli/**",
    "app/processes/**",
    "app/main.py",
    "app/infra/extraction/**",
    "app/infra/logging.py",
    "app/api/**",
    "app/web/exports.py",
    "app/web/health.py",
    "app/web/languages.py",
    "app/web/requests.py",
    "app/web/routes.py",
    "app/web/security.py",
    "**/models.py",
)
"""Texts that no page prints: the demo's content, the command line, the descriptions of the interface for programs."""
_TABLES = (
    "app/web/**",
    "app/delivery/**",
    "app/applications/rules/**",
    "app/data_protection/**",
    "app/notifications/**",
    "app/partnerships/rules/**",
)
"""Where tables hold words; elsewhere only sentences and findings are read."""

APPLICANT_SIDE = (
    "templates/account/*",
    "templates/applicant/*",
    "templates/public/*",
    "templates/organisations/*",
    "templates/layouts/*",
    "templates/errors/*",
    "templates/components/*",
    "templates/data_protection/own_*",
    "templates/data_protection/parts.html",
    "templates/emails/layout.*",
    "templates/emails/[cd]*",
    "templates/emails/invitation.txt",
    "templates/emails/not_submitted.txt",
    "templates/emails/pa[rs]*",
    "templates/emails/re[cgs]e*",
    "templates/emails/receipt.txt",
    "templates/emails/recovery_code*",
    "templates/emails/s[eiu]*",
    "templates/emails/erasure_refused.txt",
    "templates/emails/withdrawn.txt",
    "app/web/*.py",
    "app/web/account/**",
    "app/web/applicant/**",
    "app/web/application_view/**",
    "app/web/public/**",
    "app/web/call_view/**",
    "app/core/**",
    "app/reference/schemas.py",
    "app/delivery/**",
    "app/infra/**",
    "app/accounts/**",
    "app/organisations/**",
    "app/partnerships/**",
    "app/applications/**",
    "app/calls/**",
    "app/data_protection/**",
)
_OFFICE = (
    "templates/components/amendment_form.html",
    "templates/components/amendments.html",
    "templates/components/grants.html",
    "templates/components/payments.html",
    "templates/components/ranking.html",
    "templates/components/support.html",
    "templates/components/trail.html",
    "templates/emails/c[lo]*_settled_office.txt",
    "templates/emails/committee_seated.txt",
    "templates/emails/consensus_proposed.txt",
    "app/web/event_filter.py",
    "app/web/ledger_rows.py",
    "app/web/payment_*.py",
    "app/web/portfolio_view.py",
    "app/web/trail_words.py",
    "app/web/demo_people.py",
    "app/web/call_view/money.py",
    "app/web/call_view/mistakes.py",
    "app/delivery/a[gm]*.py",
    "app/delivery/ba*.py",
    "app/calls/rules/consistency*.py",
    "app/calls/rules/mistakes.py",
    "app/calls/rules/scenarios.py",
    "app/calls/rules/corrections.py",
    "app/calls/rules/document.py",
    "app/calls/use_cases/*",
    "app/accounts/use_cases/invite_person.py",
    "app/accounts/use_cases/revoke_role.py",
    "app/applications/use_cases/confirm_checks.py",
    "app/web/call_places.py",
    "app/calls/rules/publication.py",
    "app/infra/db/embedded*.py",
    "app/infra/sealing*.py",
)
"""Files below those that only the office, experts or beneficiaries see."""


def templates() -> Iterator[Path]:
    """Pages, mails and documents."""
    yield from sorted(path for path in (ROOT / "templates").rglob("*") if path.suffix in {".html", ".txt"})


def modules() -> Iterator[Path]:
    """Modules whose texts somebody may read on a page."""
    yield from sorted(path for path in (ROOT / "app").rglob("*.py") if not _is(place(path), _NOT_READ))


def place(path: Path) -> str:
    """The path in the repository."""
    return path.relative_to(ROOT).as_posix()


def has_tables(where: str) -> bool:
    """Whether labels in tables of this module are shown."""
    return _is(where, _TABLES)


def has_labels(where: str) -> bool:
    """Whether single words in lower case may be words of a page there, and not only keys."""
    return where.startswith(("app/web/", "app/delivery/"))


def is_applicant_side(where: str) -> bool:
    """Whether a visitor, an applicant or a partner contact meets the texts of this file before there is a grant."""
    return _is(where, APPLICANT_SIDE) and not _is(where, _OFFICE)


def _is(where: str, patterns: tuple[str, ...]) -> bool:
    return any(_pattern(each).fullmatch(where) for each in patterns)


@cache
def _pattern(text: str) -> re.Pattern[str]:
    """``*`` stands for part of a name, ``**`` for anything below."""
    return re.compile(
        re.escape(text).replace(r"\*\*", ".*").replace(r"\*", "[^/]*").replace(r"\[", "[").replace(r"\]", "]")
    )
