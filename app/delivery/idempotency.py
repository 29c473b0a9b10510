"""Idempotency: a create that is sent twice with one key creates once and is answered alike."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from starlette.responses import Response

from app.core.errors import RulesViolatedError
from app.core.violations import Violation
from app.delivery.models import AnsweredRequest
from app.delivery.unit_of_work import Work

MAX_KEY = 200


def once(work: Work, body: bytes, create: Callable[[Work], Response]) -> Response:
    """Run ``create`` unless this person already sent this key to this path; then give that answer again.

    Two at the same moment: the second waits for the first. The same key with another
    body is refused: it would hide a loss.
    """
    key = work.incoming.idempotency_key
    if not key:
        return create(work)
    if len(key) > MAX_KEY:
        raise RulesViolatedError(
            [Violation("idempotency.key_length", "The idempotency key is longer than 200 characters.")]
        )
    owner = str(work.actor.person_id or work.incoming.visitor_secret or "public")
    sha256 = hashlib.sha256(work.incoming.path.encode() + b"\0" + body).hexdigest()
    claimed = work.session.execute(
        insert(AnsweredRequest)
        .values(
            owner=owner,
            key=key,
            path=work.incoming.path,
            body_sha256=sha256,
            status=0,
            location="",
            body=b"",
            media_type="",
            answered_at=work.now,
            person_id=work.actor.person_id,
        )
        .on_conflict_do_nothing()
        .returning(AnsweredRequest.key)
    ).first()
    if claimed is None:
        return _again(work, owner, key, sha256)
    answer = create(work)
    work.session.execute(
        sa.update(AnsweredRequest)
        .where(AnsweredRequest.owner == owner, AnsweredRequest.key == key)
        .values(
            status=answer.status_code,
            location=answer.headers.get("location", ""),
            body=bytes(answer.body),
            media_type=answer.headers.get("content-type", ""),
        )
    )
    return answer


def _again(work: Work, owner: str, key: str, sha256: str) -> Response:
    stored = work.session.execute(
        sa.select(
            AnsweredRequest.body_sha256,
            AnsweredRequest.status,
            AnsweredRequest.location,
            AnsweredRequest.body,
            AnsweredRequest.media_type,
        ).where(AnsweredRequest.owner == owner, AnsweredRequest.key == key)
    ).one()
    if stored.body_sha256 != sha256:
        raise RulesViolatedError(
            [Violation("idempotency.other_content", "This idempotency key was already used for other content.")]
        )
    headers = {"location": stored.location} if stored.location else {}
    return Response(stored.body, stored.status, headers=headers, media_type=stored.media_type or None)
