"""The only SELECTs of reporting."""
