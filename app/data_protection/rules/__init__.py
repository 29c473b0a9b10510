"""Pure rules of people, sign-in and roles."""
