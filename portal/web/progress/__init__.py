"""One's own progress: setting a status, and the dashboard."""
