"""The clock and the queue as callers: each module holds jobs, each job one item at a time."""
