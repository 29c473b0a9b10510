"""A fact is public from the moment that its call names, and never before the agreement is in force."""

from __future__ import annotations

from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from app.calls.rules.grant_kinds import Publication, PublicField, Publicity, PublicWhen
from app.grants.rules.grant_lifecycle import GrantState
from app.open_data.rules.publicity import FUNDED, open_fields

PUBLICATIONS = st.dictionaries(st.sampled_from(get_args(PublicField)), st.sampled_from(get_args(PublicWhen))).map(
    lambda chosen: Publication(fields=tuple(Publicity(field=field, when=when) for field, when in chosen.items()))
)


@given(PUBLICATIONS, st.sampled_from(GrantState))
def test_only_what_the_call_names_is_open_when_its_moment_has_come(publication: Publication, state: GrantState) -> None:
    found = open_fields(publication, state)
    for field in get_args(PublicField):
        when = publication.when(field)
        come = state in FUNDED and (when not in {"closure", "never"} or (when == "closure" and state == "closed"))
        assert (field in found) == come


@given(PUBLICATIONS)
def test_closing_only_adds(publication: Publication) -> None:
    assert open_fields(publication, GrantState.RUNNING) <= open_fields(publication, GrantState.CLOSED)
    assert open_fields(publication, GrantState.TERMINATED) == open_fields(publication, GrantState.RUNNING)
    assert open_fields(publication, GrantState.SIGNATURE) == frozenset()
