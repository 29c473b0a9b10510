"""One file per intent."""
