"""The life of a document that the platform makes."""

from __future__ import annotations

from enum import StrEnum

from app.core.lifecycle import Lifecycle


class DocumentState(StrEnum):
    """Where a document stands."""

    REQUESTED = "requested"
    SEALED = "sealed"
    FAILED = "failed"


class DocumentEvent(StrEnum):
    """What can happen to it."""

    SEAL = "seal"
    FAIL = "fail"
    RETRY = "retry"


DOCUMENT = Lifecycle(
    name="document",
    initial=DocumentState.REQUESTED,
    transitions={
        (DocumentState.REQUESTED, DocumentEvent.SEAL): DocumentState.SEALED,
        (DocumentState.REQUESTED, DocumentEvent.FAIL): DocumentState.FAILED,
        (DocumentState.FAILED, DocumentEvent.RETRY): DocumentState.REQUESTED,
    },
)
