"""Readings of awards and letters."""
