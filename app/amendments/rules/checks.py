"""May this amendment be asked for, accepted and signed? Every finding at once, each at its field."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from app.amendments.rules.drafting import budget_table, entered_lines, own_funding, partner_facts
from app.amendments.rules.lifecycle import AmendmentKind
from app.amendments.rules.proposal import Proposal
from app.applications.rules.budget import BudgetTable
from app.applications.rules.budget_findings import budget_findings
from app.applications.rules.facts import ApplicationFacts, BudgetLine
from app.calls.rules.funding_kinds import CostPurpose, DurationLimits, FlatRateCosts
from app.core.money import Money
from app.core.violations import Figure, Severity, Violation
from app.grants.rules.agreement import AccountFacts, AgreementFacts

if TYPE_CHECKING:
    from app.calls.rules.call_rules import CallRules

MIN_REASON = 20
"""Characters of the reason for an amendment, and for giving it back or refusing it."""
NOTHING = Money.zero()


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What happened under the agreement in force, which an amendment may not undo.

    ``accepted`` costs by partner and category, ``third_parties`` paid by each partner; ``paid`` of the grant or asked
    for, ``due`` after decided reports beside that, ``prefinanced`` once the payment at the start is among it;
    ``reported`` numbers of periods whose report was submitted; ``account`` the one the proposal names and whether the
    finance office has validated it, None where it no longer stands; ``support_to_smes`` as the applicant declared it.
    """

    today: date
    accepted: Mapping[tuple[UUID, str], Money]
    third_parties: Mapping[UUID, Money]
    paid: Money
    due: Money
    prefinanced: bool
    reported: Collection[int]
    account: AccountFacts | None
    validated: bool
    support_to_smes: Money


@dataclass(frozen=True, slots=True)
class Asked:
    """An amendment with the version that it would make; ``reason`` and ``effect_on`` as the coordinator gives them."""

    base: AgreementFacts
    after: AgreementFacts
    proposal: Proposal
    reason: str
    effect_on: date | None


def amendment_findings(rules: CallRules, asked: Asked, known: Circumstances) -> tuple[Violation, ...]:
    """What stops the request, and warnings for who decides; places are the fields of its form."""
    found = [*_whole(asked, known)]
    if asked.proposal.account_id is not None:
        found += _account(asked, known)
    if asked.proposal.budget is not None:
        found += _budget(rules, asked, known)
    if asked.proposal.duration_months is not None:
        found += _duration(rules, asked, known)
    return tuple(found)


def acceptance_findings(rules: CallRules, asked: Asked, known: Circumstances) -> tuple[Violation, ...]:
    """What stops acceptance and the last signature: the same, and an account that nobody has validated."""
    found = amendment_findings(rules, asked, known)
    if asked.proposal.account_id is None or known.account is None or known.validated:
        return found
    words = "The finance office has not validated the account {iban} yet: two persons see it before it counts."
    return (*found, Violation("amendment.account_unvalidated", words, "account", {"iban": known.account.iban}))


def reason_findings(reason: str) -> tuple[Violation, ...]:
    """Why an amendment cannot be asked for, given back or refused: nobody says why."""
    if len(reason.strip()) >= MIN_REASON:
        return ()
    words = "Say why in at least {minimum} characters: it stands in the record."
    return (Violation("amendment.reason", words, "reason", {"minimum": MIN_REASON}),)


def _whole(asked: Asked, known: Circumstances) -> Iterator[Violation]:
    yield from reason_findings(asked.reason)
    kinds, end = asked.proposal.kinds, asked.base.end_on
    if not kinds:
        yield Violation("amendment.nothing", "Nothing is to be changed yet. Choose what the amendment is about.")
    if known.today > end and set(kinds) - {AmendmentKind.BANK_ACCOUNT}:
        words = "The project ended on {end}. After its end only the bank account can be changed."
        yield Violation("amendment.after_end", words, figures={"end": end})
    if asked.effect_on is not None and not asked.base.start_on <= asked.effect_on <= known.today:
        words = "An amendment takes effect between {start}, the start of the project, and today, {today}; or when it is signed."
        figures: dict[str, Figure] = {"start": asked.base.start_on, "today": known.today}
        yield Violation("amendment.effect", words, "effect_on", figures)


def _account(asked: Asked, known: Circumstances) -> Iterator[Violation]:
    if known.account is None:
        words = (
            "The account that was proposed no longer stands: it was refused, or another one was given. Give it again."
        )
        yield Violation("amendment.account_gone", words, "account")
    elif asked.base.account is not None and known.account.is_same(asked.base.account):
        yield Violation("amendment.account_same", "This is the account that the agreement names already.", "account")


def _budget(rules: CallRules, asked: Asked, known: Circumstances) -> Iterator[Violation]:
    before, after = entered_lines(rules, asked.base), asked.proposal.lines
    table = budget_table(rules, asked.base, after)
    broken = {(one.rule, one.place) for one in _limits(rules, asked.base, before, known)}
    yield from (one for one in _limits(rules, asked.base, after, known) if (one.rule, one.place) not in broken)
    if table.eligible > asked.base.eligible:
        words = "The eligible costs come to {after}, and the agreement has {before}: {over} too much."
        figures: dict[str, Figure] = {"after": table.eligible, "before": asked.base.eligible}
        figures["over"] = table.eligible - asked.base.eligible
        yield Violation("amendment.total_raised", words, "budget", figures)
    yield from _owed(asked, known)
    yield from _floors(rules, asked, table, known)


def _owed(asked: Asked, known: Circumstances) -> Iterator[Violation]:
    """What the authority has paid or owes stays covered, and the text says what was paid at the start."""
    bound, maximum = known.paid + known.due, asked.after.maximum_grant
    if maximum < bound:
        words = "The grant would fall to {maximum}, and {paid} was paid or asked for already."
        figures: dict[str, Figure] = {"maximum": maximum, "paid": known.paid}
        if known.due:
            words = (
                "The grant would fall to {maximum}. {paid} was paid or asked for, and {due} is due after accepted "
                "reports: it cannot fall below {bound}."
            )
            figures |= {"due": known.due, "bound": bound}
        yield Violation("amendment.below_paid", words, "budget", figures)
    before, after = asked.base.prefinancing, asked.after.prefinancing
    if known.prefinanced and before is not None and before != after:
        words = (
            "The pre-financing of {paid} was asked for since this amendment was accepted, and its text says {says}. It "
            "is given back, so that its text is made anew."
        )
        figures = {"paid": before.cash, "says": after.cash if after is not None else NOTHING}
        yield Violation("amendment.prefinanced_since", words, "budget", figures)


def _limits(
    rules: CallRules, agreement: AgreementFacts, lines: Sequence[BudgetLine], known: Circumstances
) -> Iterator[Violation]:
    """The one validator of budgets; limits that the agreement in force does not keep either are not asked again."""
    facts = ApplicationFacts(
        application_id=agreement.grant_id,
        strand=agreement.strand,
        stage="",
        partners=partner_facts(agreement),
        lines=tuple(lines),
        own_funding=own_funding(rules, agreement),
        support_to_smes=known.support_to_smes,
    )
    for one in budget_findings(rules, facts, budget_table(rules, agreement, lines)):
        if one.severity is Severity.BLOCKING and one.rule != "budget.own_funding_above_grant":
            yield one


def _floors(rules: CallRules, asked: Asked, table: BudgetTable, known: Circumstances) -> Iterator[Violation]:
    """No line falls below what was accepted or paid on. What was exceeded before stays as it is: it is not lowered."""
    paying = rules.funding.categories_for(CostPurpose.THIRD_PARTIES)
    titles = {one.id: f"{one.code} {one.title}" for one in (*asked.base.categories, *asked.after.categories)}
    for row in table.rows:
        partner = row.partner
        for category_id, cost in row.cells.items():
            if isinstance(rules.funding.category(category_id), FlatRateCosts):
                continue
            if cost >= asked.base.cost_of(partner.partner_id, category_id):
                continue
            place = f"budget/{partner.partner_id}/{category_id}"
            figures: dict[str, Figure] = {"name": partner.name, "category": titles[category_id], "amount": cost}
            accepted = known.accepted.get((partner.partner_id, category_id), NOTHING)
            if cost < accepted:
                words = "{name}, {category}: {accepted} was accepted in reports, so the plan cannot fall to {amount}."
                yield Violation("amendment.below_accepted", words, place, figures | {"accepted": accepted})
            used = known.third_parties.get(partner.partner_id, NOTHING)
            if category_id in paying and Money.total(row.cells.get(each, NOTHING) for each in paying) < used:
                words = "{name} paid {used} to third parties already, so the plan for them cannot fall to {amount}."
                yield Violation("amendment.below_third_parties", words, place, figures | {"used": used})


def _duration(rules: CallRules, asked: Asked, known: Circumstances) -> Iterator[Violation]:
    months, place = asked.after.duration_months, "duration_months"
    limits = rules.rule_of(DurationLimits, asked.base.strand)
    if limits is not None and not limits.min_months <= months <= limits.max_months:
        words = "The call asked for {least} to {most} months; {months} are wanted. The managing body decides if that is justified."
        figures: dict[str, Figure] = {"least": limits.min_months, "most": limits.max_months, "months": months}
        yield Violation("amendment.duration_beyond_call", words, place, figures, Severity.WARNING)
    if asked.after.end_on < known.today:
        words = "The project would have ended on {end}, which is over. It ends today at the earliest."
        yield Violation("amendment.end_over", words, place, {"end": asked.after.end_on})
    old, new = ({one.number: one for one in each.periods} for each in (asked.base, asked.after))
    for number in sorted(known.reported):
        if old.get(number) != new.get(number):
            words = "The report on period {number} was submitted, so its days cannot move any more."
            yield Violation("amendment.period_reported", words, place, {"number": number})


def decide_by(requested_on: date, days: int) -> date:
    """The last day on which the authority answers in time."""
    return requested_on + timedelta(days=days)
