"""Libraries of any size to measure with: the real one, and whatever is missing, mixed from its sections."""

import re
import tempfile
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import chain
from pathlib import Path
from random import Random
from typing import NamedTuple

from portal.app import create_app
from portal.db import current_session, db
from portal.library import indexing
from portal.search.domain import SECTION_BREAK, Heading, SearchDocument
from portal.search.engines.memory import MemoryEngine
from portal.search.synonyms import Synonyms
from portal.settings import Settings
from portal.web.searching import load_places
from tests.support.site import Site

SEED = 2025
SOURCES = 3
"""Articles of which one is mixed."""
FIRST_ID = 1_000_000
"""Ids of mixed documents begin above those of real ones."""
SENTENCE_END = re.compile(r"(?<=[.?]) ")


class Section(NamedTuple):
    """A heading with all that stands under it, the line of the heading itself included."""

    heading: Heading
    text: str


def make_documents(content: Path, count: int) -> list[SearchDocument]:
    """Return as many documents as are asked for, the same ones for the same content.

    The mix of kinds is that of the real library, whatever the number: of a hundred documents about 81 are terms of the
    glossary (120 characters in the middle), 17 lessons (15,000), one a case note (10,000) and one a page (5,000). Real
    documents come first, as they are. Where they do not suffice, further ones follow:

    - an article has the order of sections of a real one; each section is a whole one, drawn from that article and two
      others of its kind and, where there are enough, its stage: under a heading which all of a kind have, one under the
      same heading, and else any. So lengths are spread as in real articles, and words as in texts about one field;
    - a term has a name of two real ones, whole sentences of their two definitions, and whole blocks of what lessons say
      about either;
    - titles are made of real titles and headings, and each is a new one.
    """
    real = read_library(content).documents
    random = Random(SEED)
    kept: list[SearchDocument] = []
    mixed: list[SearchDocument] = []
    mixer = Mixer(real, random)
    for kind, share in sorted(share_out(count, Counter(document.kind for document in real)).items()):
        pool = [document for document in real if document.kind == kind]
        kept += random.sample(pool, min(share, len(pool)))
        mixed += (mixer.mix(pool) for _ in range(share - len(pool)))
    random.shuffle(kept)
    random.shuffle(mixed)
    return kept + mixed


class Library(NamedTuple):
    """What a search engine is given of a content folder."""

    documents: Sequence[SearchDocument]
    synonyms: Synonyms


@cache
def read_library(content: Path) -> Library:
    """Import a content folder into a portal of its own, and read there what search is given."""
    with tempfile.TemporaryDirectory() as folder:
        site = Site(Path(folder), content=content)
        site.prepare()
        keeper = Keeper()
        app = create_app(Settings(instance_dir=site.folder / "instance", content_dir=content, log_level="ERROR"))
        with app.app_context():
            indexing.rebuild(current_session(), keeper, load_places)
            synonyms = indexing.load_synonyms(current_session())
            db.session.remove()
            db.engine.dispose()
    return Library(sorted(keeper.documents, key=lambda document: (document.kind, document.slug)), synonyms)


class Keeper(MemoryEngine):
    """An engine that keeps the documents of which it is to make an index."""

    documents: Sequence[SearchDocument] = ()

    def rebuild(self, documents: Iterable[SearchDocument], *, up_to: int, only_if_broken: bool = False) -> bool:
        self.documents = list(documents)
        return True


def share_out(count: int, sizes: Counter[str]) -> dict[str, int]:
    """Divide a number in proportion to sizes; what is left over goes to the largest remainders."""
    whole = sum(sizes.values())
    shares = {name: count * size // whole for name, size in sizes.items()}
    by_remainder = sorted(sizes, key=lambda name: (-(count * sizes[name] % whole), name))
    for name in by_remainder[: count - sum(shares.values())]:
        shares[name] += 1
    return shares


class Mixer:
    """Makes documents of the parts of real ones."""

    def __init__(self, real: Sequence[SearchDocument], random: Random) -> None:
        self._random = random
        self._titles = {document.title for document in real}
        self._headings = [section.heading.text for document in real for section in free_sections([document])]
        self._count = 0

    def mix(self, pool: Sequence[SearchDocument]) -> SearchDocument:
        """Return a document of the kind of those in the pool."""
        self._count += 1
        first = self._random.choice(pool)
        made = self._mix_article(first, pool) if first.body else self._mix_term(first, pool)
        self._titles.add(made.title)
        number = FIRST_ID + self._count
        return replace(made, key=f"{first.kind}:{number}", document_id=number, slug=f"{first.slug}-{number}")

    def _mix_article(self, first: SearchDocument, pool: Sequence[SearchDocument]) -> SearchDocument:
        near = [other for other in pool if other.stage == first.stage and other is not first]
        far = [other for other in pool if other is not first]
        others = self._random.sample(near if len(near) >= SOURCES - 1 else far, SOURCES - 1)
        sources = [first, *others]
        sections = self._draw_sections(first, sources)
        tags = sorted({tag for source in sources for tag in source.tags})
        asked = [wording for source in sources for wording in source.asked]
        return replace(
            first,
            title=self._new_title(first.title, [s.heading.text for s in sections if not s.heading.is_usual]),
            summary=others[0].summary,
            headings=tuple(section.heading for section in sections),
            body=SECTION_BREAK.join([lead_of(first), *(section.text for section in sections)]),
            tags=tuple(self._random.sample(tags, len(first.tags))),
            asked=tuple(self._random.sample(asked, len(first.asked))),
        )

    def _draw_sections(self, first: SearchDocument, sources: Sequence[SearchDocument]) -> list[Section]:
        drawn: list[Section] = []
        free = free_sections(sources)
        self._random.shuffle(free)
        for own in sections_of(first):
            if own.heading.is_usual:
                found = [s for source in sources for s in sections_of(source) if s.heading.text == own.heading.text]
                drawn.append(self._random.choice(found))
            else:
                drawn.append(free.pop())
        return drawn

    def _new_title(self, title: str, headings: Collection[str]) -> str:
        """Return a title with a heading of the document after it, or where these are used up, of any other one."""
        own = self._random.sample(sorted(headings), len(headings))
        any_others = iter(lambda: self._random.choice(self._headings), None)
        titles = (f"{title}: {heading}" for heading in chain(own, any_others))
        return next(made for made in titles if made not in self._titles)

    def _mix_term(self, first: SearchDocument, pool: Sequence[SearchDocument]) -> SearchDocument:
        partners = iter(lambda: self._random.choice(pool), None)
        second = next(other for other in partners if join_names(first.title, other.title) not in self._titles)
        title = join_names(first.title, second.title)
        aliases = [join_names(alias, second.title) for alias in first.aliases]
        sentences, blocks = SENTENCE_END.split(first.summary), first.context.splitlines()
        drawn = self._random.sample([*sentences, *SENTENCE_END.split(second.summary)], len(sentences))
        drawn_blocks = self._random.sample([*blocks, *second.context.splitlines()], len(blocks))
        return replace(
            first,
            title=title,
            aliases=tuple(alias for alias in aliases if alias != title),
            summary=" ".join(drawn),
            context="\n".join(drawn_blocks),
        )


def join_names(first: str, second: str) -> str:
    """Return a name that begins like one and ends like another: of "access token" and "disk image", "access image"."""
    words = first.split()
    return " ".join([*(words[:-1] or words), second.rsplit(maxsplit=1)[-1]])


def sections_of(document: SearchDocument) -> Iterator[Section]:
    """Yield the sections of a document, without what stands before the first."""
    texts = document.body.split(SECTION_BREAK)[1:]
    return map(Section, document.headings, texts)


def free_sections(documents: Iterable[SearchDocument]) -> list[Section]:
    """Return the sections whose heading says something about their document."""
    return [s for document in documents for s in sections_of(document) if not s.heading.is_usual]


def lead_of(document: SearchDocument) -> str:
    """Return what stands before the first section."""
    return document.body.split(SECTION_BREAK, 1)[0]
