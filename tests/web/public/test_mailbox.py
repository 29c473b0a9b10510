"""The demo mailbox shows what was sent, in the demonstration only, and runs nothing of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from app.infra.mail import Mail, send_mail
from app.infra.mailbox import DemoMailbox
from app.settings import Mode
from tests.conftest import NOW
from tests.support.client import Browser
from tests.support.runtime import a_runtime

if TYPE_CHECKING:
    from app.delivery.runtime import Runtime

LINK = "https://grappe.example/applications/1"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runtime]:
    """A demonstration that has sent thirty mails."""
    folder: Path = tmp_path_factory.mktemp("demo-mailbox")
    mailbox = DemoMailbox(folder / "mailbox")
    with a_runtime("demo_mailbox", folder, mode=Mode.DEMO, smtp_host="127.0.0.1", smtp_port=mailbox.start()) as made:
        for number in range(30):
            send_mail(
                made.settings,
                Mail(
                    to="ada@example.org" if number % 10 else "bob@example.org",
                    subject=f"Mail <{number:02d}>",
                    text=f"<script>alert({number})</script>\n{LINK}\n",
                    html="<script>alert('html')</script>",
                    key=f"mail-{number}",
                    sent_at=NOW.replace(minute=number),
                ),
            )
        yield made
    mailbox.stop()


@pytest.fixture
def visitor(demo: Runtime) -> Iterator[Browser]:
    with Browser(demo) as made:
        yield made


def test_newest_first_by_page_and_by_reader(visitor: Browser) -> None:
    first, second = visitor.get("/mailbox").text, visitor.get("/mailbox?page=2").text
    assert first.index("Mail &lt;29&gt;") < first.index("Mail &lt;28&gt;")
    assert "Mail &lt;04&gt;" not in first
    assert "Mail &lt;04&gt;" in second
    assert "30 mails" in first
    to_bob = visitor.get("/mailbox?to=bob@example.org").text
    assert to_bob.count("g-row-link") == 3
    assert visitor.get("/mailbox?to=nobody@example.org").status_code == 200


def test_a_mail_shows_its_link_and_runs_nothing(visitor: Browser, demo: Runtime) -> None:
    newest = DemoMailbox(demo.mailbox_dir).messages()[0]
    page = visitor.get(f"/mailbox/{newest.key}").text
    assert f'<a class="govuk-link" href="{LINK}">{LINK}</a>' in page
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(&#39;html&#39;)" in page
    assert visitor.get("/mailbox/no-such-mail").status_code == 404


def test_outside_the_demonstration_there_is_no_such_page(runtime: Runtime, browser: Browser) -> None:
    kept = DemoMailbox(runtime.mailbox_dir)
    port = kept.start()
    secret = Mail("ada@example.org", "Secret subject", "text", "<p>html</p>", "key", NOW)
    send_mail(runtime.settings.model_copy(update={"smtp_host": "127.0.0.1", "smtp_port": port}), secret)
    kept.stop()
    [mail] = kept.messages()
    for path in ("/mailbox", f"/mailbox/{mail.key}"):
        answer = browser.get(path)
        assert answer.status_code == 404
        assert "Secret subject" not in answer.text
