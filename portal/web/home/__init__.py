"""The page on which one arrives."""
