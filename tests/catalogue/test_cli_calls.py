"""``grappe call``: every mistake in words, and the same use cases as at both doors."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from app.accounts.models import Person
from app.calls.models import Call
from app.cli.calls import calls
from app.core.actor import Role
from app.delivery.runtime import Runtime
from app.settings import load_settings
from tests.builders.calls import ESCP_4X, another_call, shipped_bytes
from tests.builders.people import a_person

run = CliRunner().invoke


@pytest.fixture
def shipped_file(tmp_path: Path) -> Path:
    path = tmp_path / f"{ESCP_4X}.yaml"
    path.write_bytes(shipped_bytes())
    return path


@pytest.fixture
def environment(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> Iterator[Runtime]:
    """The command line works on the test's own database, on 1 March 2019."""
    settings = runtime.settings.model_copy(update={"now": runtime.clock.now()})
    for name in ("data_dir", "database_url", "secret_key", "mode", "now"):
        value = getattr(settings, name)
        text = value.get_secret_value() if hasattr(value, "get_secret_value") else str(getattr(value, "value", value))
        monkeypatch.setenv(f"GRAPPE_{name.upper()}", text)
    load_settings.cache_clear()
    yield runtime
    load_settings.cache_clear()


def test_a_good_file_is_told_with_its_hashes(shipped_file: Path) -> None:
    result = run(calls, ["check", str(shipped_file)])
    assert result.exit_code == 0, result.output
    assert "version 1.0: SHA-256" in result.output
    assert "12 entries are assumed" in result.output


def test_every_mistake_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_bytes(another_call("BAD-1", **{"envelope: 3600000.00": "envelop: 1", "count: 3": "count: three"}))
    result = run(calls, ["check", str(path)])
    assert result.exit_code == 1
    assert "strands.main.envelop: 'envelop' means nothing here; did you mean 'envelope'?" in result.output
    assert result.output.count("A whole number is expected here, not 'three'.") == 2
    assert result.output.count("line ") >= 3


@pytest.mark.parametrize("content", [b"a: 1\na: 2\n", b"\xff", b"{", b"- 1", b"x: " + b"[" * 4000])
def test_what_is_no_call_file_is_told_in_words(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "odd.yaml"
    path.write_bytes(content)
    result = run(calls, ["check", str(path)])
    assert result.exit_code == 1
    assert not isinstance(result.exception, ValueError | TypeError | RecursionError)
    assert result.output.strip()


def test_sample_applications_come_out_as_expected_or_are_told(tmp_path: Path, shipped_file: Path) -> None:
    scenarios = tmp_path / "s.yaml"
    scenarios.write_bytes(shipped_bytes(kind=".scenarios"))
    result = run(calls, ["try", str(shipped_file), str(scenarios)])
    assert result.exit_code == 0, result.output
    assert "18 of 18" in result.output
    text = scenarios.read_text().replace("rule: budget.project_grant_maximum", "rule: budget.duration")
    scenarios.write_text(text)
    result = run(calls, ["try", str(shipped_file), str(scenarios)])
    assert result.exit_code == 1
    assert "expected, not found: budget.duration" in result.output
    assert "found, not expected" in result.output


def test_import_and_publish_by_the_system_and_by_a_person(
    environment: Runtime, tmp_path: Path, shipped_file: Path
) -> None:
    refused = run(calls, ["import", str(shipped_file)])
    assert refused.exit_code == 1
    assert "There is no programme with the code COSME." in refused.output
    assert run(calls, ["programme", "COSME", "COSME 2014-2020"]).exit_code == 0
    made = run(calls, ["import", str(shipped_file)])
    assert made.exit_code == 0, made.output
    assert "waits as a draft" in made.output
    unconfirmed = run(calls, ["publish", "cos-cluster-2018-3-2"])
    assert unconfirmed.exit_code == 1
    assert "call.assumed_figures" in unconfirmed.output
    assert "version 1.0 is published" in run(calls, ["publish", "cos-cluster-2018-3-2", "--confirm-assumed"]).output
    officer = _person(environment, "officer@example.org", Role.PROGRAMME_OFFICER)
    corrected = run(calls, ["publish", "COS-CLUSTER-2018-03-02", "--confirm-assumed", "--as", officer.email])
    assert "version 1.1 is published" in corrected.output
    stranger = _person(environment, "stranger@example.org", None)
    refused = run(calls, ["import", str(shipped_file), "--as", stranger.email])
    assert refused.exit_code == 1
    assert "access.not_permitted" in refused.output
    assert run(calls, ["publish", "NO-SUCH-CALL"]).exit_code == 1
    assert "Nobody has the address" in run(calls, ["publish", "X-1", "--as", "nobody@example.org"]).output
    with environment.database.reading() as session:
        assert session.execute(sa.select(Call.published_version)).scalars().all() == [2]


def _person(runtime: Runtime, email: str, role: Role | None) -> Person:
    with runtime.database.transaction() as session:
        return a_person(session, email=email, roles=(role,) if role else ())
