"""Readings of payments to third parties."""
