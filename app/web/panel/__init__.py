"""Pages of the evaluation committee."""
