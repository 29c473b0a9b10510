"""Pure rules of open data."""
