"""Pages of those who carry out a grant."""
