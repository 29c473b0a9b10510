"""Planted secrets: each is found by those whom it is for, and by nobody else on any page, file or API answer."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import pypdf
import pytest

from tests.security.visitor import Visitor, matrix
from tests.security.world import CENTS, ROLES, Two, World

if TYPE_CHECKING:
    import httpx2 as httpx

CONSORTIUM = ("coordinator_contact", "partner_contact", "team_member")
PLATFORM = ("auditor", "administrator")
STAFF = ("programme_officer", "finance_officer", "authorising_officer", "accounting_officer", *PLATFORM)
SIGNERS = ("programme_officer", "finance_officer", "authorising_officer", "accounting_officer")
"""Who reads the award decisions of the call, and so the names of what was submitted."""
NOBODY: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Secret:
    """Something planted on each side: who of that side finds it, and who finds it on both."""

    text: str
    own: tuple[str, ...]
    both: tuple[str, ...] = NOBODY

    def of(self, world: World) -> str:
        """What is planted there."""
        return self.text.format(name=world.name, lower=world.name.lower(), cents=CENTS[world.name])


SECRETS = (
    Secret("SECRET answer {name}", CONSORTIUM),
    Secret("531.{cents}", CONSORTIUM),
    Secret("SECRET upload {name}", CONSORTIUM),
    Secret("SECRET message {name}", ("representative",)),
    Secret("DRAFT{name}", (*CONSORTIUM, "representative")),
    Secret("SENT{name}", (*CONSORTIUM, *SIGNERS, "representative"), PLATFORM),
    Secret("SECRET clarification {name}", (*CONSORTIUM, "programme_officer"), PLATFORM),
    Secret("SECRET reason {name}", ("programme_officer",), PLATFORM),
    Secret("SECRET call draft {name}", ("programme_officer",), PLATFORM),
    Secret("SECRET note {name}", ("representative",), STAFF),
    Secret("SECRET report {name}", ("programme_officer",), PLATFORM),
    Secret("SECRET grant {name}", (*CONSORTIUM, *SIGNERS, "representative"), PLATFORM),
    Secret("SECRET summary {name}", (*CONSORTIUM, *SIGNERS, "representative"), PLATFORM),
    Secret("SECRET certificate {name}", (*CONSORTIUM, *SIGNERS, "representative"), PLATFORM),
    Secret("SECRET costs {name}", (*CONSORTIUM, *SIGNERS, "representative"), PLATFORM),
    Secret("SECRET cost {name}", (*CONSORTIUM, *SIGNERS, "representative"), PLATFORM),
    Secret("SECRET amendment {name}", (*CONSORTIUM, *SIGNERS, "representative"), PLATFORM),
    Secret("SECRET recipient {name}", (*CONSORTIUM, *SIGNERS, "representative"), PLATFORM),
    Secret("SECRET purpose {name}", (*CONSORTIUM, *SIGNERS, "representative"), PLATFORM),
    Secret("SECRET transfer {name}", (*CONSORTIUM, *SIGNERS, "representative"), PLATFORM),
    Secret("SECRET paid {name}", SIGNERS, PLATFORM),
    Secret("SECRET heard {name}", (*CONSORTIUM, *SIGNERS, "representative"), PLATFORM),
    Secret("SECRET line {name}", ("accounting_officer",), ("auditor",)),
    Secret("SECRET status {name}", ("accounting_officer",), ("auditor",)),
    Secret("SECRET draft of {name}", ("evaluator",)),
    Secret("SECRET message of the group {name}", ("evaluator", "programme_officer"), PLATFORM),
    Secret("joining-{lower}@example.org", ("representative",), STAFF),
    Secret("quiet-{lower}@example.org", NOBODY, ("administrator",)),
    Secret("JUDGED{name}", ("evaluator", "programme_officer"), PLATFORM),
    Secret("SECRET expertise {name}", ("evaluator", "programme_officer"), PLATFORM),
    Secret("invited-expert-{lower}@example.org", ("programme_officer",), PLATFORM),
)
LIKE_OTHERS = (
    "person",
    "team_member",
    "representative",
    "coordinator_contact",
    "finance_officer",
    "authorising_officer",
    "accounting_officer",
    "administrator",
)
"""Roles that see as others do, page by page in the matrix: they walk in the long proof."""
MOST_PAGES = 1000 if os.environ.get("GRAPPE_SOAK") else 30
"""Links followed beside the pages of the matrix."""
LINK = re.compile(r'(?:href|action|src)="(/[^"#]*)')
NOT_FOLLOWED = re.compile(r"^/(static|sign-out|metrics)|[?&](sort|page|format=xlsx)")


FILES = (
    "/audit/events?format=csv",
    "/admin/people?format=csv",
    "/organisations/search?format=csv",
    "/applications?format=csv",
)
"""Lists as files: they hold more than one page shows."""


def expected(role: str, two: Two) -> set[str]:
    """The secrets that this role of our side should find."""
    found = {secret.of(two.ours) for secret in SECRETS if role in (*secret.own, *secret.both)}
    return found | {secret.of(two.theirs) for secret in SECRETS if role in secret.both}


OFTEN = [one if one not in LIKE_OTHERS else pytest.param(one, marks=pytest.mark.soak) for one in ROLES]


@pytest.mark.parametrize("role", OFTEN)
def test_secrets_are_found_where_they_should_be_and_nowhere_else(two: Two, role: str) -> None:
    secrets = {secret.of(world) for secret in SECRETS for world in (two.ours, two.theirs)}
    seen: dict[str, str] = {}
    for path, text in everything(Visitor(two, role, two.runtime)):
        for secret in secrets:
            if secret in text:
                seen.setdefault(secret, path)
    wanted = expected(role, two)
    assert set(seen) - wanted == set(), f"leaks: {seen}"
    assert wanted - set(seen) == set(), "the crawler must be able to find what is there"


def everything(visitor: Visitor) -> Iterator[tuple[str, str]]:
    """Every GET of the matrix that lets this role in, with the ids of both sides, and the links of those pages.

    Where the role is refused altogether there is nothing to read: test_matrix proves that.
    """
    waiting = [
        *FILES,
        *(f"/officer/applications/{world.ids['withdrawn_id']}" for world in (visitor.two.ours, visitor.two.theirs)),
    ]
    for row in matrix():
        if row.method != "GET" or row.cells[visitor.role] == "-":
            continue
        for world in (visitor.two.ours, visitor.two.theirs):
            answer = visitor.ask(row, world)
            text = words(answer)
            yield row.path, text
            if row.door == "web" and "html" in answer.headers.get("content-type", ""):
                waiting += LINK.findall(text)
    asked: set[str] = set()
    while waiting and len(asked) < MOST_PAGES:
        path = waiting.pop(0).replace("&amp;", "&")
        if path in asked or NOT_FOLLOWED.search(path):
            continue
        asked.add(path)
        visitor.become()
        answer = visitor.client.get(path)
        text = words(answer)
        yield path, text
        if "html" in answer.headers.get("content-type", ""):
            waiting += LINK.findall(text)


def words(answer: httpx.Response) -> str:
    """The text of an answer; of a PDF its pages and attachments."""
    if answer.headers.get("content-type", "") != "application/pdf":
        return answer.text
    return pdf_words(answer.content)


@cache
def pdf_words(content: bytes) -> str:
    """The text of a PDF; taking it out is slow, and many pages lead to the same file."""
    reader = pypdf.PdfReader(io.BytesIO(content))
    inside = [str(data) for parts in reader.attachments.values() for data in parts]
    return "\n".join([str(reader.metadata), *(page.extract_text() for page in reader.pages), *inside])
