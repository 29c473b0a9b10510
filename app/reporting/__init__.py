"""Reporting: what the consortium did and spent, what of it counts, and what is paid for it until the grant is closed."""
