"""Calls: programmes and their calls, each call one versioned, hashed document.

Words: programme, call, version, corrigendum, strand, stage, rule kind, provenance (source and
confidence of a figure), phase (forthcoming, open, closed: computed from the clock, never stored).
``rules/call_rules.py`` is the document, ``rules/*_kinds.py`` its vocabularies; ``catalogue/`` holds
the calls that ship, each with the sample applications that prove it. Lifecycle of a call:

    stateDiagram-v2
    [*] --> draft
    draft --> published: published
    published --> published: corrected
    published --> closed: closed
    published --> withdrawn: withdrawn

Use cases: create_programme, import_call, save_draft, publish_call, correct_call, withdraw_call,
close_call.
"""
