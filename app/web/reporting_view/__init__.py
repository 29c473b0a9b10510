"""Reports in words and rows, as pages of the consortium and of the office show them."""
