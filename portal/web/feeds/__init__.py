"""What programs read: the feed, the map of the site, and the rules for robots."""
