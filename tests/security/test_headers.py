"""A stored file is nothing that a browser runs; the headers of every other answer are looked at in the matrix."""

from __future__ import annotations

from tests.security.visitor import Visitor, matrix
from tests.security.world import Two


def test_a_stored_file_is_handed_out_and_never_run(two: Two) -> None:
    visitor = Visitor(two, "coordinator_contact", two.runtime)
    for path in ("/applications/{application_id}/attachments/{field_id}/file", "/documents/{document_id}"):
        row = next(row for row in matrix() if (row.method, row.path) == ("GET", path))
        answer = visitor.ask(row, two.ours)
        assert answer.headers["content-type"] == "application/pdf"
        assert "filename" in answer.headers["content-disposition"]
