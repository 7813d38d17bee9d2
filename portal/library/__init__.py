"""The library: documents, their revisions, and the import and export of content/."""
