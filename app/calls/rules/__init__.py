"""What a call may say, as closed vocabularies of kinds, and what follows from it: pure."""
