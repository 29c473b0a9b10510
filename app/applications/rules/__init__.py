"""What an application says, what it costs and whether it can be submitted: pure."""
