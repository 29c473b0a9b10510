"""Award, payment, correction, report, amendment, third parties and release in any order, some of them killed in the middle.

After each act the whole of `grappe verify` holds, no ceiling is passed by a cent, and what was killed left all or nothing.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from app.audit.queries import heads
from app.audit.rules.roots import root_hash
from app.core.errors import DomainError
from app.delivery.bank import bank_of
from app.jobs.verify import verify_everything
from app.payments.queries.claims import every_stray
from tests.reliability import amending, banking, money
from tests.support.killing import cut_off, killed_within
from tests.support.runtime import a_runtime

if TYPE_CHECKING:
    from app.delivery.runtime import Runtime

_numbers = itertools.count(1)


@dataclass(frozen=True)
class How:
    """How an act is done: as a whole, on a connection that ends at a statement, or in a process killed after a while."""

    cut_at: int = 0
    killed_after: float = 0


CHOICE, CENTS = st.integers(0, 5), st.integers(1, 12_000_000)
NUMBER, SHARE = st.sampled_from((1, 2)), st.sampled_from((0, 33, 50, 99, 100, 100))
WHOLE = st.just(How())
CUT = st.integers(1, 40).map(lambda at: How(cut_at=at))
KILLED = st.floats(0, 0.15).map(lambda seconds: How(killed_after=seconds))
HOW = st.one_of(WHOLE, WHOLE, WHOLE, CUT, KILLED)

SUMS = sa.text("""
    select
      (select count(*) from (select from posting group by entry_id having sum(amount) <> 0) as uneven),
      (select count(*) from envelope e where available < 0 or array[appropriated, available, committed, paid]::numeric[]
        is distinct from (select array[
            coalesce(-sum(amount) filter (where account = 'appropriation'), 0),
            coalesce(sum(amount) filter (where account = 'available'), 0),
            coalesce(sum(amount) filter (where account = 'committed'), 0),
            coalesce(sum(amount) filter (where account = 'paid'), 0)] from posting where envelope_id = e.id)),
      (select count(*) from commitment c where pending <
        (select coalesce(sum(amount), 0) from payment where commitment_id = c.id
         and state in ('initiated', 'verified', 'authorised', 'returned', 'released',
         'missing'))),
      (with recursive live as (select * from recipient_amount where reversed_at is null), one(id, other) as (
          select id, id from live union
          select one.id, b.id from one join live a on a.id = one.other join live b on b.keys && a.keys)
        select count(*) from (select from one join live a on a.id = one.id join live b on b.id = one.other
          and b.grant_id = a.grant_id group by a.id, a.ceiling having sum(b.amount) > a.ceiling) as over),
      (select count(*) from "grant" g where maximum_grant <
        (select coalesce(sum(amount), 0) from payment where subject_id = g.id and state = 'paid')
        - (select coalesce(sum(received), 0) from payment_calculation k join reporting_period r on r.id = k.period_id
           where r.grant_id = g.id)),
      (select count(*) from payment p where paid_on is not null and file_id is null),
      (select count(*) from "grant" g join commitment c on c.id = g.commitment_id
        where g.state = 'running' and c.amount - c.released <> g.maximum_grant),
      (select count(*) from statement_line where state <> 'matched' and (payment_id is not null or settles <> '')),
      (select count(*) from payment where state in ('missing', 'failed') and paid_on is null
        and exists (select from posting join ledger_entry e on e.id = entry_id where e.key = 'payment:' || payment.id))
""")  # fmt: skip
"""Written down once more, apart from the program: how many entries, envelopes, commitments, recipients ... are wrong."""


class MoneyMachine(RuleBasedStateMachine):
    """One grant, one envelope, one office; every example in the same database."""

    runtime: ClassVar[Runtime]
    done: ClassVar[dict[str, int]] = {}

    @initialize(stage=st.integers(0, 26), cents=CENTS)
    def begin(self, stage: int, cents: int) -> None:
        """A grant somewhere on its way: some acts are possible early, some late."""
        with self.runtime.database.transaction() as session:
            self.world = money.a_world(session, bank_of(self.runtime), next(_numbers))
        for _ in range(stage):
            self.advance(cents, How())

    def root(self) -> str:
        """One hash over everything that happened: whatever changes leaves an event."""
        with self.runtime.database.reading() as session:
            return root_hash(heads(session))

    def act(self, name: str, work: money.Work, how: How) -> None:
        """Do it; a refusal, like a kill, leaves nothing behind."""
        database, before = self.runtime.database, self.root()
        money.moved(self.world)
        try:
            if how.cut_at:
                cut_off(database, work, how.cut_at)
                assert self.root() == before, "a transaction that was cut off left something"
                name = "cut off"
            elif how.killed_after:
                killed_within(database, work, how.killed_after)
                name = "killed" if self.root() == before else "killed after its commit"
            else:
                with database.transaction() as session:
                    work(session)
        except DomainError:
            assert self.root() == before, "a refusal left something"
            name = f"{name} refused"
        self.done[name] = self.done.get(name, 0) + 1

    @invariant()
    def everything_agrees(self) -> None:
        if not hasattr(self, "world"):
            return
        with self.runtime.database.reading() as session:
            assert tuple(session.execute(SUMS).one()) == (0,) * 9
            strays = every_stray(session)
        faults = verify_everything(self.runtime).faults
        assert len([one for one in faults if "given up as never paid" in one]) == len(strays)
        assert len(faults) == len(strays), faults

    @rule(cents=CENTS, times=st.integers(1, 6), how=HOW)
    def go_on(self, cents: int, times: int, how: How) -> None:
        """Several acts of a diligent office, the last of them perhaps killed."""
        for left in reversed(range(times)):
            self.advance(cents, How() if left else how)

    def advance(self, cents: int, how: How) -> None:
        with self.runtime.database.reading() as session:
            work = money.go_on(self.world, session, cents)
        self.act("go on", work, how)

    @rule(cents=CENTS, how=HOW)
    def award(self, cents: int, how: How) -> None:
        self.act("award", money.award(self.world, cents), how)

    @rule(choice=CHOICE, cents=CENTS, how=HOW)
    def release(self, choice: int, cents: int, how: How) -> None:
        self.act("release", money.release_other(self.world, choice, cents), how)

    @rule(how=HOW)
    def prefinance(self, how: How) -> None:
        self.act("prefinance", money.prefinance(self.world), how)

    @rule(choice=CHOICE, how=HOW)
    def step(self, choice: int, how: How) -> None:
        self.act("step", money.step(self.world, choice), how)

    @rule(choice=CHOICE, how=HOW)
    def booked(self, choice: int, how: How) -> None:
        self.act("booked", money.booked(self.world, choice), how)

    @rule(choice=CHOICE, how=HOW)
    def sent_back(self, choice: int, how: How) -> None:
        self.act("sent back", money.sent_back(self.world, choice), how)

    @rule(choice=CHOICE, which=st.integers(0, 6), how=HOW)
    def disturb(self, choice: int, which: int, how: How) -> None:
        self.act("disturb", money.disturb(self.world, choice, which), how)

    @rule(choice=CHOICE, which=CHOICE, how=HOW)
    def told(self, choice: int, which: int, how: How) -> None:
        self.act("told", banking.told(self.world, choice, which), how)

    @rule(choice=CHOICE, which=st.integers(0, 3), how=HOW)
    def explained(self, choice: int, which: int, how: How) -> None:
        self.act("explained", banking.explained(self.world, choice, which), how)

    @rule(number=NUMBER, cents=CENTS, how=HOW)
    def report(self, number: int, cents: int, how: How) -> None:
        self.act("report", money.report(self.world, number, cents), how)

    @rule(number=NUMBER, share=SHARE, how=HOW)
    def correct(self, number: int, share: int, how: How) -> None:
        self.act("correct", money.assess(self.world, number, share), how)

    @rule(number=NUMBER, rejects=st.booleans(), reduction=st.sampled_from((0, 0, 1, 5_000_000)), how=HOW)
    def decide(self, number: int, rejects: bool, reduction: int, how: How) -> None:  # noqa: FBT001  # drawn
        self.act("decide", money.decide(self.world, number, rejects=rejects, reduction=reduction), how)

    @rule(number=NUMBER, how=HOW)
    def give_back(self, number: int, how: How) -> None:
        self.act("give back", money.give_back(self.world, number), how)

    @rule(number=NUMBER, how=HOW)
    def ask(self, number: int, how: How) -> None:
        self.act("ask", money.ask(self.world, number), how)

    @rule(number=NUMBER, how=HOW)
    def recover(self, number: int, how: How) -> None:
        self.act("recover", money.recover(self.world, number), how)

    @rule(member=CHOICE, recipient=CHOICE, cents=st.integers(1, 5_000_000), how=HOW)
    def voucher(self, member: int, recipient: int, cents: int, how: How) -> None:
        self.act("voucher", money.voucher(self.world, member, recipient, cents), how)

    @rule(choice=CHOICE, how=HOW)
    def reverse(self, choice: int, how: How) -> None:
        self.act("reverse", money.reverse(self.world, choice), how)

    @rule(share=st.sampled_from((0, 20, 50, 60, 95)), how=HOW)
    def amend(self, share: int, how: How) -> None:
        self.act("amend", amending.amend(self.world, share), how)

    @rule(how=HOW)
    def close(self, how: How) -> None:
        self.act("close", money.close(self.world), how)


@pytest.fixture
def runtime(tmp_path: Path) -> Iterator[Runtime]:
    with a_runtime("money_machine", tmp_path) as made:
        yield made


def run(runtime: Runtime, *, examples: int, steps: int, derandomize: bool) -> dict[str, int]:
    """Run so many examples of so many steps; how often each act was done, refused, cut off or killed."""
    MoneyMachine.runtime, MoneyMachine.done = runtime, {}
    chosen = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        derandomize=derandomize,
        database=None,
        phases=(Phase.generate, Phase.shrink) if not derandomize else (Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(MoneyMachine, settings=chosen)
    return MoneyMachine.done


def test_money_in_any_order_with_kills(runtime: Runtime) -> None:
    done = run(runtime, examples=3, steps=14, derandomize=True)
    ended = sum(count for name, count in done.items() if name.startswith(("cut off", "killed")))
    assert ended > 0, done
    assert done.get("go on", 0) > 3, done


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_money_in_any_order_with_kills_for_long(runtime: Runtime) -> None:
    done = run(runtime, examples=20, steps=50, derandomize=False)
    wanted = {"killed", "cut off", "killed after its commit", "voucher", "sent back", "told", "explained"}
    assert wanted <= set(done), done


@pytest.mark.soak
@pytest.mark.parametrize("cents", [7_800_000, 3_900_001])
def test_a_diligent_office_comes_to_the_end(runtime: Runtime, cents: int) -> None:
    """The acts of the machine reach every stage, amended on the way or not: else it would prove nothing about the last ones."""
    MoneyMachine.runtime, MoneyMachine.done = runtime, {}
    machine = MoneyMachine()
    with runtime.database.transaction() as session:
        machine.world = money.a_world(session, bank_of(runtime), next(_numbers))
    for _ in range(40):
        machine.advance(cents, How())
        with runtime.database.reading() as session:
            if machine.world.made.row(session).closed_at is not None:
                break
    else:
        pytest.fail(f"the grant was not closed: {MoneyMachine.done}")
    assert set(MoneyMachine.done) == {"go on"}
    with runtime.database.reading() as session:
        assert machine.world.made.agreement(session).version == 1 + cents % 2
    machine.everything_agrees()
