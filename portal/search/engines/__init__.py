"""The engines behind the search protocol."""
