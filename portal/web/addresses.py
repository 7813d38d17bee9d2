"""Addresses of documents, built in one place."""

from portal.library.domain import Kind
from portal.library.links import address_of


def document_address(kind: str, slug: str, document_id: int, anchor: str = "") -> str:
    """Return the address under which a document is read, or a section of it.

    A term's leads to its place in the glossary, and has no sections.
    """
    address = f"/notes/{document_id}-{slug}" if kind == Kind.NOTE else address_of(Kind(kind), slug)
    return f"{address}#{anchor}" if anchor and "#" not in address else address
