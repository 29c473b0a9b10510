"""Pages of those who handle money: payments, bank accounts, files for the bank, statements."""
