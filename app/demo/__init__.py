"""The demo: a living installation made through the same use cases that people use.

Organisations, people, projects and amounts are invented; regions, rules and dates are real.
"""
