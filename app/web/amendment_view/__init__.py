"""Amendments in words, as pages of the consortium and of the office show them."""
