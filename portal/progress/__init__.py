"""A learner's status per topic, and what follows from it."""
