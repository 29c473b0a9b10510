"""What pages of the evaluation show: sheets of scores, reports, the room of a group."""
