"""Whose turn it is on a grant."""

from __future__ import annotations

from enum import StrEnum


class Acts(StrEnum):
    """Whose turn it is: ``consortium`` prepares, ``office`` looks, three sign in this order, ``project`` is under way."""

    CONSORTIUM = "consortium"
    OFFICE = "office"
    COORDINATOR = "coordinator"
    BENEFICIARIES = "beneficiaries"
    AUTHORITY = "authority"
    PROJECT = "project"
    NOBODY = "nobody"
