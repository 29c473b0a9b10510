"""Pages of the experts: their reports and the room in which a group comes to one."""
