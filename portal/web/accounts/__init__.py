"""Registering, signing in and out, and the account page."""
