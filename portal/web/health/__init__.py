"""Whether the portal is alive, and whether it is ready."""
