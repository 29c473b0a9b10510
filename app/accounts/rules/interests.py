"""Nobody decides for the public body on what they have a part in themselves.

Financial Regulation (EU, Euratom) 2018/1046, Article 61: who has an interest in a matter ceases all activity in it. Whoever
holds a role in the application or in an organisation of it has one; so has who acts for such a person.
"""

from __future__ import annotations

from app.core.violations import Violation


def interest_findings(*, of_a_party: bool, reference: str = "") -> tuple[Violation, ...]:
    """Why somebody does not act for the managing body: they belong to a party; ``reference`` says of what, in a list."""
    if not of_a_party:
        return ()
    words = "You belong to an organisation that takes part in this, so somebody else acts for the managing body."
    if reference:
        return (Violation("interest.of_a_party", "{reference}: " + words, figures={"reference": reference}),)
    return (Violation("interest.of_a_party", words),)
