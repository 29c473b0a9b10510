"""How much our own code costs beside the bare thing it wraps: ratios in one run, never absolute times."""
