"""Runs: the trainer, what it tells, and what is kept of it."""
