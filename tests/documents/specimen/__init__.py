"""A specimen agreement of about eight pages that uses every part of the house style, with invented content."""
