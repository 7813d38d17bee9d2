"""Addresses of documents, built in one place."""

from portal.library.domain import Kind
from portal.library.links import address_of


def document_address(kind: str, slug: str, document_id: int) -> str:
    """Return the address under which a document is read; a term's leads to its place in the glossary."""
    if kind == Kind.NOTE:
        return f"/notes/{document_id}-{slug}"
    return address_of(Kind(kind), slug)
