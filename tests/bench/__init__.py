"""Measurements. Machines differ and are noisy, so every row is a ratio of two things measured in one run."""
