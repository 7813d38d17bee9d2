"""What people type, for measurements: sixty searches of all sorts, and beginnings of names."""

from collections.abc import Mapping, Sequence
from random import Random
from typing import NamedTuple

HALF_TYPED = "a half-typed word"
MISSPELT = "a misspelt word"
QUERIES: Mapping[str, Sequence[str]] = {
    "a common word": ("cache", "database", "request", "server", "error", "python", "test", "data"),
    "a rare word": ("idempotency", "backpressure", "argon2", "savepoint", "canary", "webhook", "hsts", "deadlock"),
    "words": (
        "http status",
        "docker image",
        "foreign key",
        "password hashing",
        "rate limit per user",
        "slow query log",
        "refresh token rotation",
        "connection pool exhausted",
        "zero downtime deployment",
        "retry with exponential backoff",
        "load balancer health check",
        "validate json request body",
    ),
    "a question": (
        "how do I undo a commit",
        "why is my query slow",
        "when should I use a message queue",
        "how to store passwords safely",
        "which status code for validation errors",
        "what is the difference between authentication and authorization",
        "what happens when two users edit the same record",
        "how does the browser know that a certificate is valid",
    ),
    "a phrase": ('"optimistic locking"', '"single point of failure"', '"cross-site scripting"', '"at least once"'),
    "code": (
        "select_related",
        "Cache-Control",
        "429",
        "C++",
        "If-None-Match",
        "git rebase -i",
        "asyncio.gather",
        "ON CONFLICT DO UPDATE",
    ),
    "an abbreviation": ("k8s", "CORS", "ACID", "N+1", "JWT", "CI/CD"),
    HALF_TYPED: ("transac", "authent", "load bal", "observab", "docker cont", "cach"),
}
WORDS = (
    "authentication",
    "transaction",
    "kubernetes",
    "concurrency",
    "middleware",
    "deployment",
    "pagination",
    "certificate",
    "replication",
    "permission",
)
"""What is misspelt, in another way each time."""
NAMES = (
    "access token",
    "backup",
    "caching",
    "certificate",
    "connection pool",
    "database",
    "deployment",
    "docker",
    "environment",
    "foreign key",
    "graphql",
    "idempotency",
    "index",
    "json",
    "kubernetes",
    "load balancing",
    "logging",
    "message queue",
    "migration",
    "normal form",
    "oauth",
    "pagination",
    "password",
    "rate limit",
    "refactoring",
    "replica",
    "session",
    "testing",
    "transaction",
    "validation",
    "webhook",
    "websocket",
)
"""What is half typed into the box with suggestions."""
TYPED = range(2, 9)
"""Letters of a name that have been typed when suggestions are asked for."""
SLIPS = 4
"""Words that are misspelt in a round of searches, or of suggestions."""


class Search(NamedTuple):
    """Something to be looked for."""

    name: str
    """The same in every round, where a misspelt word is another one each time."""
    text: str
    is_half_typed: bool = False


def searches(random: Random) -> list[Search]:
    """Return all searches in any order, with misspelt words that were not there before."""
    found = [Search(text, text, sort == HALF_TYPED) for sort, texts in QUERIES.items() for text in texts]
    misspelt = [misspell(word, random) for word in random.sample(WORDS, SLIPS)]
    found += [Search(f"{MISSPELT} {number}", text) for number, text in enumerate(misspelt)]
    random.shuffle(found)
    return found


def beginnings(random: Random) -> list[Search]:
    """Return each name as far as it is typed after a while, and some that are misspelt."""
    found = [Search(name, name[: random.choice(TYPED)].rstrip(), is_half_typed=True) for name in NAMES]
    misspelt = [misspell(word, random)[: TYPED[-1]] for word in random.sample(WORDS, SLIPS)]
    found += [Search(f"{MISSPELT} {number}", text, is_half_typed=True) for number, text in enumerate(misspelt)]
    random.shuffle(found)
    return found


def misspell(word: str, random: Random) -> str:
    """Return a word with two neighbours swapped, one letter left out, or one mistaken; never the first."""
    place = random.choice([place for place in range(1, len(word) - 2) if word[place] != word[place + 1]])
    slips = (
        word[:place] + word[place + 1] + word[place] + word[place + 2 :],
        word[:place] + word[place + 1 :],
        word[:place] + random.choice("aeiorstn".replace(word[place], "")) + word[place + 1 :],
    )
    return random.choice(slips)
