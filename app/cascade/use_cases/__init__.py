"""What people do with payments to third parties."""
