"""One file per intent of amendments."""
