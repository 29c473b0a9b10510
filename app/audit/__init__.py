"""Audit: what happened, to what, by whom, when.

One append-only table is audit trail and outbox. Every use case records its event in
its own transaction. Events of one subject form a hash chain, so that a changed or
missing event shows; personal values enter only as salted digests, so that erasing a
person leaves every chain valid.

Once a day the last links of all chains are hashed into one root and sealed: who can write into every table still
cannot make a chain anew without it showing, as long as somebody keeps one root elsewhere.

Use cases: record_event, verify_chains, seal_root, verify_roots, forget_values (of one person, or of a time long over).
"""
