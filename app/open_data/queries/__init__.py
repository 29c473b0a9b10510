"""The only SELECTs of open data."""
