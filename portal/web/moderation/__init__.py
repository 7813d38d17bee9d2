"""The workbench of moderators: queue, items, decisions, log."""
