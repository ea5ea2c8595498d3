"""The simulated street."""
