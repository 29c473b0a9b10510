"""Audit: what happened, to what, by whom, when.

One append-only table is audit trail and outbox. Every use case records its event in
its own transaction. Events of one subject form a hash chain, so that a changed or
missing event shows; personal values enter only as salted digests, so that erasing a
person leaves every chain valid.

Use cases: record_event, verify_chains, forget_values (of one person, or of a time that is long over).
"""
