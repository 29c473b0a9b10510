"""Amendments on the start page: a request with the day by which it is answered, and whose turn it is to sign."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from app.amendments.schemas import AmendmentToSign, OfficeAmendments
from app.notifications.rules.amendment_tasks import amendment_tasks
from app.notifications.rules.task_kinds import TaskKind
from app.notifications.rules.tasks import Group, Who

DAY = date(2020, 4, 16)


@given(st.integers(0, 5), st.integers(0, 5), st.lists(st.integers(1, 9), max_size=3))
def test_one_task_for_what_waits_and_none_for_nothing(to_decide: int, to_sign: int, mine: list[int]) -> None:
    office = OfficeAmendments(UUID(int=1), "COS", "Clusters", to_decide, DAY if to_decide else None, to_sign)
    asked = [AmendmentToSign(UUID(int=2), number, "CIRCTEX", "COS") for number in mine]
    tasks = list(amendment_tasks([office], asked))
    kinds = [TaskKind.DECIDE_AMENDMENTS] * bool(to_decide) + [TaskKind.SIGN_AMENDMENTS_LAST] * bool(to_sign)
    assert [one.kind for one in tasks] == kinds + [TaskKind.SIGN_AMENDMENT] * len(mine)
    assert all(one.group is Group.TO_DO and one.who is Who.YOU for one in tasks)
    for one in tasks:
        assert (one.day == DAY) == (one.kind is TaskKind.DECIDE_AMENDMENTS)
    places = {one.place for one in tasks if one.kind is TaskKind.SIGN_AMENDMENT}
    assert places == {f"/grants/{UUID(int=2)}/amendments/{number}/sign" for number in mine}
