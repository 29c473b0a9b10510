"""What the pages of a grant show, whoever looks at them."""
