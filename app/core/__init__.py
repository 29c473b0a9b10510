"""The pure kernel: words that every area shares and nothing that touches the world.

Money and Rate (exact), Lifecycle, Violation, DomainError, Actor, periods, canonical
JSON, chart arithmetic. No I/O, no clock, no settings, no float.
"""
