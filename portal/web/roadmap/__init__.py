"""The roadmap as a map and as an outline, and its stages."""
