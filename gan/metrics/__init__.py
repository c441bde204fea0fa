"""How good samples are: pure functions of tensors."""
