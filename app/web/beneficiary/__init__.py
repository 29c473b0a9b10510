"""Pages of consortia with a grant."""
