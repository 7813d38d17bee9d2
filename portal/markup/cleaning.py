"""The characters of a text, before anything is read into them."""

import re

# Control characters but for tab and line feed, and what UTF-8 cannot say. The parser marks its notes with two of them.
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    """Return a text whose lines end in line feeds and which has no control characters."""
    return CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
