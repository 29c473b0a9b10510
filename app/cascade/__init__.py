"""Cascade: what beneficiaries of a running grant pay to third parties out of the grant.

Words: support (a payment to a third party), voucher (support for one activity of the recipient), exchange (support for
a stay at a host in another country: the lump sum of the host's country, halved for a short or a near stay), recipient
(who is paid; for an exchange the organisation that visits), ceiling (the most that one recipient may receive within a
grant, a call or a programme; the ledger keeps it), reversal (a payment that no longer counts, with its reason).
A payment is recorded by a contact of the partner that paid, or of the coordinator, while the grant runs. It is never
deleted or changed: who recorded it wrongly reverses it and records it anew. Lifecycle: recorded, reversed; each once.
Only the name of a visitor goes, when the records of the grant need no longer be kept.

Use cases: record_voucher, record_exchange (with exchange_preview), both by what recording holds in common;
reverse_support, attach_evidence, forget_visitors, forget_recipients, verify_support.
"""
