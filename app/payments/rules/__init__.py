"""Pure rules of payments."""
