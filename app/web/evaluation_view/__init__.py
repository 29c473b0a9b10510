"""What pages say of an evaluation, whoever reads them."""
