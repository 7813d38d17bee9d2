"""A small library for tests: two stages, four topics, lessons, a page, a case note and a glossary, as real files."""

from pathlib import Path

from portal.clock import utc_now
from portal.db import transaction
from portal.library.importing import import_content
from portal.library.queries import lesson_keys_by_slug, read_data
from portal.roadmap.operations import import_roadmap

ROADMAP = """\
stages:
  - slug: web
    title: HTTP and the web
    summary: The protocol of the web.
    topics:
      - slug: http
        title: HTTP
        level: foundation
        needs: []
        covers: [methods, status codes]
        practice: a server that serves files
      - slug: json
        title: JSON
        level: foundation
        needs: [http]
        covers: [types]
        practice: an endpoint that accepts a document
  - slug: speed
    title: Caching
    summary: Not doing it again.
    topics:
      - slug: caching
        title: Caching strategies
        level: core
        needs: [http]
        covers: [cache-aside]
        practice: cache a catalogue
      - slug: http-caching
        title: HTTP caching
        level: core
        needs: [caching, http]
        covers: [ETag]
        practice: answer 304
"""

GLOSSARY = """\
terms:
  - term: ETag
    slug: etag
    definition: >-
      A name that a server gives to one version of a resource.
    topic: http-caching
  - term: HTTP
    slug: http
    expansion: Hypertext Transfer Protocol
    definition: >-
      The protocol in which browsers and servers talk.
    topic: http
"""

PAGE = """\
---
title: About
summary: What this portal is.
---

This portal teaches backend engineering. Begin with [HTTP](../lessons/web/http.md).
"""

CHALLENGE = """\
---
title: Slow queries
summary: A list that took four seconds.
topics: [caching]
tags: [database]
---

## Symptom

The list took four seconds.

## How it was found

By the slow-query log.

## Cause

A missing index.

## Fix

Add it.

## How to know it worked

It takes four milliseconds.

## How to prevent it

Count the queries in a test.
"""


def lesson(title: str, *, level: str = "foundation", needs: str = "", words: str = "", extra: str = "") -> str:
    """Return the text of a short lesson file; `extra` are further lines of front matter."""
    return f"""\
---
{extra}title: {title}
summary: What one should know about {title}.
level: {level}
needs: [{needs}]
tags: [sample]
questions:
  - prompt: >-
      What is it?
    choices:
      - text: >-
          A thing
        right: true
        why: >-
          It is one.
      - text: >-
          Nothing
        why: >-
          It is something.
  - prompt: >-
      Why is it?
    answer: >-
      Because it is useful.
    why: >-
      Nobody would keep it otherwise.
sources:
  - title: RFC 9110
    url: https://www.rfc-editor.org/rfc/rfc9110
    why: >-
      The rules themselves.
---

## In short

{title} in one sentence. {words}

## Why it matters

Without it things break.

## How it works

### The mechanism

It works with HTTP.

## Example

```python
print("hello")
```

```output
hello
```

## Common mistakes

- **Forgetting it.** It shows late.

## Practice

- [ ] `GET /` answers 200.
"""


def write_content(folder: Path) -> Path:
    """Write the small library into a folder and return it."""
    files = {
        "roadmap.yml": ROADMAP,
        "glossary.yml": GLOSSARY,
        "pages/about.md": PAGE,
        "challenges/slow-queries.md": CHALLENGE,
        "lessons/web/http.md": lesson("HTTP"),
        "lessons/speed/caching.md": lesson("Caching strategies", level="core", needs="http"),
        "lessons/speed/http-caching.md": lesson("HTTP caching", level="core", needs="caching, http"),
    }
    for path, text in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder


def import_library(folder: Path) -> None:
    """Import a content folder as the command does, but for the search index."""
    with transaction() as session:
        import_content(session, folder, now=utc_now())
        import_roadmap(session, read_data(session, "roadmap"), keys=lesson_keys_by_slug(session))
