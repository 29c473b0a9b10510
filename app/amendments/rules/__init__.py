"""Pure rules of amendments."""
