"""Scale from a bank card."""
