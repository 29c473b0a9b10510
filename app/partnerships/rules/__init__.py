"""Who counts in a consortium and what a call asks of it: pure."""
