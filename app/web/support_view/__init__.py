"""Payments to third parties as the consortium and the office see them."""
