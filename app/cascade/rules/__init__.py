"""What may be paid to whom, and how much. Pure."""
