"""Rows for tests, with the least that a test must say."""
