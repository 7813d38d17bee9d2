"""The review of contributions: queue, decisions, audit log."""
