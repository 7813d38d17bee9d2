"""Search: the page of results, suggestions as one types, and the description for browsers."""
