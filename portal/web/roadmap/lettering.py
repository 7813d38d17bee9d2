"""How wide text will be, before any browser has drawn it."""

# Widths in hundredths of the size of the interface face (static/fonts), semi-bold; any other character counts as 65.
_WIDTHS = {
    character: width
    for width, characters in (
        (20, " '"),
        (25, ",.:;!|ijl"),
        (31, "IJ"),
        (41, '"()[]{}-_/1?frt'),
        (48, "csz"),
        (54, "aegkvxy27"),
        (59, "bdhnopquELFS3456890+"),
        (67, "PTBYCKRZX"),
        (73, "ADGHNUV&"),
        (82, "OQw"),
        (90, "m@%"),
        (103, "MW"),
    )
    for character in characters
}


def text_width(text: str, size: float) -> float:
    """Return about how wide a text is when set at a size, both in pixels."""
    return sum(_WIDTHS.get(character, 65) for character in text) * size / 100


def wrap_text(text: str, width: float, size: float) -> tuple[str, ...]:
    """Return a text on one line, or on two of nearly the same width; what does not fit on two is cut short."""
    if text_width(text, size) <= width:
        return (text,)
    words = text.split()
    breaks = [(" ".join(words[:place]), " ".join(words[place:])) for place in range(1, len(words))]
    if not breaks:
        return (_shorten(text, width, size),)
    first, second = min(breaks, key=lambda lines: max(text_width(line, size) for line in lines))
    return _shorten(first, width, size), _shorten(second, width, size)


def _shorten(text: str, width: float, size: float) -> str:
    if text_width(text, size) <= width:
        return text
    while text and text_width(f"{text}…", size) > width:
        text = text[:-1]
    return f"{text.rstrip()}…"
