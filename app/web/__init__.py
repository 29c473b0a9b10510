"""The HTML door: one folder per audience, no business decisions."""
