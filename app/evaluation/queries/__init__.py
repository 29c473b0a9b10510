"""Readings of evaluations: rounds and applications, experts and assignments, reports, rankings."""
