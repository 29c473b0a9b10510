"""Sample applications as facts, and what was expected of them against what was found: pure."""
