"""Asking for a note that nobody has written yet."""
