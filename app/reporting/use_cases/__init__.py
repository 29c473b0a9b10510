"""One file per intent of reporting."""
