"""What people do with awards and letters."""
