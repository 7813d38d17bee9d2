"""The roadmap: stages, topics and what each needs."""
