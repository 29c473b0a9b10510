"""Data protection: what is held of a person, for how long, and how it leaves.

Words: holding (a kind of record that may hold something of a person: it is exported, and it goes or stays at an
erasure), erasure request (asked by the person, decided by an administrator who has seen what goes and what stays),
binding act (a signed act whose name must be kept), retention (how long each kind of record is kept, and why),
notice (what a page that collects personal data says about them).

Erasure request:
    stateDiagram-v2
    [*] --> asked
    asked --> withdrawn: withdrawn
    asked --> refused: refused
    asked --> erased: erased

An erased person keeps the row with its id, so that acts stay those of one person; the name is gone from every page.
Use cases: export_person, ask_erasure (and withdraw_erasure), erase_person, refuse_erasure, apply_retention,
forget_payees.
"""
