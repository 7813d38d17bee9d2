"""Everything one reads: lessons with their notes and history, challenges, lists and pages."""
