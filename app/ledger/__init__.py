"""Ledger: the money that a call sets aside, what of it is bound, what is paid and what is left.

Words: envelope (money set aside for one strand or one pool), commitment (a part of an envelope bound to
one award: pending until it is paid or released), entry (one balanced act), posting (one amount in one
account of an entry; never changed), accounts (appropriation, available, committed, paid), recipient amount (what a
third party received out of a grant: its sum is capped within a grant, a call or a programme).
Three guards keep an envelope from being exceeded: ``rules/commitments.py`` before, under the lock of the
envelope; the constraints and triggers of the tables at the moment of posting; ``verify_ledger`` afterwards.
Balances are kept by a trigger from the postings, so that no program can post without moving them.
Permission is the caller's: the use cases of later areas decide who may award, release and pay.

Use cases: open_envelope, commit_amount, release_commitment, charge_administration (what no call pays), post_entry (the one
place that writes entries), verify_ledger, verify_recipients, record_recipient_amount (with reverse_recipient_amount),
forget_recipient_names.
"""
