"""Whether partnership, budget and activities of a submitted application meet the call."""

from __future__ import annotations

from app.applications.rules.admissibility import concerns_documents
from app.core.violations import Violation


def eligibility_findings(found: tuple[Violation, ...]) -> tuple[Violation, ...]:
    """Those of the submitted findings that are not about documents.

    A region whose category nobody knows comes as a warning: the officer decides and says why.
    """
    return tuple(finding for finding in found if not concerns_documents(finding))
