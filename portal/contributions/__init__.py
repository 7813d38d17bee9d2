"""Proposals for new and changed documents, and their states."""
