"""Views and forms: the only rooms that speak HTTP."""
