"""Calls for tests: the shipped call as a document, and rows made through the use cases."""

from __future__ import annotations

import copy
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

from sqlalchemy.orm import Session

from app.calls import queries
from app.calls.models import Call
from app.calls.rules.call_rules import CallRules
from app.calls.rules.document import Reading, read_document
from app.calls.rules.paths import place_of, with_value
from app.calls.schemas import NewProgramme
from app.calls.use_cases.create_programme import create_programme
from app.calls.use_cases.import_call import import_call
from app.calls.use_cases.publish_call import publish_call
from app.core.actor import Actor, Assignment, Role, ScopeKind
from app.infra.yaml_documents import YamlDocument, read_yaml
from tests.builders.people import a_person, actor_for
from tests.conftest import NOW

ESCP_4X = "cos-cluster-2018-03-02"


def shipped_bytes(name: str = ESCP_4X, kind: str = "") -> bytes:
    """A file of the catalogue as it is shipped; ``kind`` is ``.scenarios`` for the sample applications."""
    return (files("app.calls") / "catalogue" / f"{name}{kind}.yaml").read_bytes()


@cache
def shipped_document(name: str = ESCP_4X) -> YamlDocument:
    """A catalogue file, parsed."""
    return read_yaml(shipped_bytes(name))


@cache
def shipped(name: str = ESCP_4X) -> Reading:
    """The versions of a catalogue file and what was found about them."""
    document = shipped_document(name)
    return read_document(document.tree, document.lines)


def escp_4x(version: str = "1.1") -> CallRules:
    """COS-CLUSTER-2018-03-02 in one of its versions."""
    return next(rules for rules in shipped().versions if rules.version == version)


def a_document(changes: dict[str, Any] | None = None, *, version: str = "1.1") -> dict[str, Any]:
    """The plain document of COS-CLUSTER-2018-03-02 with other values at dotted paths."""
    tree: Any = copy.deepcopy(escp_4x(version).plain())
    for path, value in (changes or {}).items():
        place = place_of(tree, path)
        if place is None:
            raise KeyError(path)
        tree = with_value(tree, place, value)
    return tree  # type: ignore[no-any-return]


def rules_with(changes: dict[str, Any] | None = None) -> CallRules:
    """COS-CLUSTER-2018-03-02 with other values at dotted paths."""
    return CallRules.from_plain(a_document(changes))


def evaluation_with(**changes: Any) -> dict[str, Any]:
    """The evaluation of COS-CLUSTER-2018-03-02 with other or further keys, as a change for ``rules_with``."""
    return {"evaluation": a_document()["evaluation"] | changes}


def a_programme_officer(session: Session) -> Actor:
    """An officer of every programme."""
    return actor_for(session, a_person(session, roles=(Role.PROGRAMME_OFFICER,)))


def a_programme(session: Session, code: str = "COSME", title: str = "COSME 2014-2020") -> None:
    """A programme, unless it is there."""
    if queries.programme_by_code(session, code) is None:
        administrator = Actor(name="Setup", assignments=(Assignment(Role.ADMINISTRATOR, ScopeKind.PLATFORM),))
        create_programme(session, administrator, NewProgramme(code=code, title=title), now=NOW)


def a_draft_call(session: Session, officer: Actor, content: bytes | None = None, *, now: datetime = NOW) -> Call:
    """The shipped call, imported: every version is a draft."""
    a_programme(session)
    saved = import_call(session, officer, content or shipped_bytes(), now=now)
    return queries.locked_call(session, saved.call_id)


def a_published_call(session: Session, officer: Actor, content: bytes | None = None, *, now: datetime = NOW) -> Call:
    """The shipped call with version 1.0 published and version 1.1 waiting as a draft."""
    call = a_draft_call(session, officer, content, now=now)
    publish_call(session, officer, call.id, confirmed=True, now=now)
    return call


def another_call(identifier: str, **replaced: str) -> bytes:
    """The shipped file under another identifier and with other words, as text replacements."""
    text = shipped_bytes().decode().split("\ncorrigenda:")[0].replace("COS-CLUSTER-2018-03-02", identifier)
    for old, new in replaced.items():
        text = text.replace(old, new)
    return text.encode()
