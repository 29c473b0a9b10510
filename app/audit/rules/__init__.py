"""Pure rules of the event log."""
