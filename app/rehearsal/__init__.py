"""Rehearsal: a call tried with sample applications before anybody applies.

Words: scenario (a sample application with what must come of it), trial (what came of it).
A trial runs the rules that every real application meets: composition, budget, duration,
activities and indicators; answers that a scenario does not hold are not looked at.
Lifecycle: none; nothing is stored.
Use cases: try_call (``grappe call try`` and the officer's dry-run page), offer_sample (what that page begins with where
a call ships with no scenarios).
"""
