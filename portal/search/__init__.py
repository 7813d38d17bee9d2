"""Full-text search: documents in, hits out.

`domain` says what goes in and out and what an engine must do. `analysis` (with `stemming` and `variants`) turns text
into terms, and `entries` weighs the terms of a document. `parsing` reads what somebody typed, with `synonyms`;
`finding` looks its parts up, with `spelling` for slips; `ranking` puts documents in order, and `answering` makes the
page of hits, with `highlighting`, and the suggestions, with `names`. All of these are pure: they ask an
`opened.OpenIndex`, which the `engines` open: `whoosh` on disk (`store`, `locks`), `postgresql` in tables (`tables`,
`filling`), `memory` in the process.
"""
