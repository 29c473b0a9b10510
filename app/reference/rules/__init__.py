"""Pure questions about dated reference rows and the spelling of codes."""
