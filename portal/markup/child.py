"""The process in which a contributed text is rendered; see sandbox.py for what is said to it."""

import json
import resource
import sys
from collections.abc import Collection
from dataclasses import asdict
from typing import Any

from portal.markup.conversion import convert
from portal.markup.options import Addresses, Options
from portal.markup.sandbox import CPU_SECONDS, MEMORY


def main() -> None:
    """Render one text and end."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    order = hear()
    options = Options(...)
