"""Where a term stands in a text, as the bits of one number: the bit of place n is 2 ** n.

Whether terms follow one another is then said by a shift and an "and" for all places at once.
"""

from collections.abc import Collection, Mapping, Sequence

OFFSET = 3
"""Bytes in which the number of the first byte is written that is not empty."""


def pack_places(places: Sequence[int]) -> bytes:
    r"""Return places, which come in order, as bytes, without the empty ones at the beginning, which are counted.

    >>> pack_places([3, 9]), pack_places([160]), pack_places([])
    (b'\x00\x00\x00\x08\x02', b'\x14\x00\x00\x01', b'\x00\x00\x00')
    """
    if not places:
        return bytes(OFFSET)
    empty = places[0] // 8
    bits = bytearray(places[-1] // 8 - empty + 1)
    for place in places:
        bits[place // 8 - empty] |= 1 << place % 8
    return empty.to_bytes(OFFSET, "little") + bits


def unpack_places(packed: bytes) -> int:
    """Return places as the bits of a number."""
    return int.from_bytes(packed[OFFSET:], "little") << 8 * int.from_bytes(packed[:OFFSET], "little")


def find_rows(numbers: Collection[int], places: Sequence[Mapping[int, int]]) -> list[int]:
    """Return the documents in which terms follow one another; `places` are those of each term by document."""
    first, *others = places
    found = []
    for number in numbers:
        row = first[number]
        for following in others:
            row = row << 1 & following[number]
        if row:
            found.append(number)
    return found
