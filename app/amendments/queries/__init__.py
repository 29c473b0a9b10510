"""The only SELECTs of amendments."""
