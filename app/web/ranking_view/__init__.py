"""The ranking as pages, files and programs show it: rows by what somebody may see, cards, the funding line in words."""
