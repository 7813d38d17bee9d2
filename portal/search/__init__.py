"""Full-text search: documents in, hits out.

`domain` says what goes in and out and what an engine must do. `analysis` and `stemming` turn text into terms, `entries`
weighs the terms of a document, `parsing` reads what somebody typed, and `ranking`, `highlighting` and `spelling` make
the answer; all of these are pure. `engines` keep the entries: `whoosh` on disk, `memory` in the process.
"""
