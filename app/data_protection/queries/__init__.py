"""Readings of what is held of people: the inventory, one person's records, requests to erase, records that are due."""
