"""What both doors share: the parsed request, guards, the unit of work, status codes."""
