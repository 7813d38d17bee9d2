"""The process in which a contributed text is rendered; sandbox.py tells what is said to it."""

import resource
import sys
from collections.abc import Collection
from dataclasses import asdict

from portal.markup.conversion import convert
from portal.markup.options import Addresses, Options, Term
from portal.markup.sandbox import CPU_SECONDS, MEMORY, RECURSION, hear, say


def main() -> None:
    """Render one text and end."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.setrecursionlimit(RECURSION)
    order = hear(sys.stdin)
    markdown = order.pop("markdown")
    terms = {name: Term(*term) for name, term in order.pop("terms").items()}
    say(sys.stdout, asdict(convert(markdown, Options(ask_for_addresses, terms, **order))))


def ask_for_addresses(targets: Collection[str]) -> Addresses:
    """Ask the parent where links lead: it knows the site."""
    say(sys.stdout, {"targets": list(targets)})
    addresses: Addresses = hear(sys.stdin)
    return addresses


if __name__ == "__main__":
    main()
