"""What the content ought to be beyond what an import needs: sections, questions, lengths, links that lead somewhere."""

import ast
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

from portal.library.conventions import breaches_of
from portal.library.covering import find_uncovered, passages_of
from portal.library.domain import CHALLENGE_SECTIONS, LESSON_SECTIONS, Kind, Problem, find_sections, kind_of
from portal.library.entries import former_slugs, sort_out
from portal.library.figures import measure_figures
from portal.library.files import Source, read_folder
from portal.library.links import address_of, resolve_link
from portal.library.originality import find_shared_passages
from portal.library.outside import FILE as ENTERED_LINKS
from portal.library.outside import blame_host, links_out, takes_part
from portal.library.prose import body_lines, body_prose, prose_of
from portal.library.readability import reading_grade
from portal.library.spelling import find_american_forms, find_slips
from portal.markup import Rendered, find_code_blocks, find_links, render

WORDS = {Kind.LESSON: (900, 2_000), Kind.CHALLENGE: (500, 1_200)}
"""How many words a text should have at least and at most, blocks of code not counted."""
SECTIONS = {Kind.LESSON: LESSON_SECTIONS, Kind.CHALLENGE: CHALLENGE_SECTIONS}
ASKED = "asked.yml"
MISTAKES = 3
TASKS = 3
MISTAKE = re.compile(r"^\s*(?:(?:[-*]|\d+\.)\s+)?\*\*|^### ")
TASK = re.compile(r"^\s*[-*] \[ \] ")
EXTERNAL = re.compile(r"(?:https?|mailto):", re.IGNORECASE)
SITE_PAGES = (
    "/", "/about", "/account", "/best-practices", "/challenges", "/collaboration", "/contribute", "/contributions",
    "/feed.atom", "/glossary", "/how-to-contribute", "/login", "/moderation", "/progress", "/register", "/resources",
    "/roadmap", "/search", "/tools", "/wanted",
)  # fmt: skip
"""Addresses of the site that a text may link to, beside those of documents and stages."""


def check_content(folder: Path) -> list[Problem]:
    """Return every breach in the content of a folder, in the order of files and lines. Raises Missing for no folder."""
    return sorted({*check_structure(folder), *check_writing(folder)})


def check_structure(folder: Path) -> list[Problem]:
    """Return what is wrong with keys, sections, links and places on the roadmap. Raises Missing for no folder."""
    sources, problems = read_folder(folder)
    flawless, flaws = sort_out(sources)
    problems.extend(flaws)
    shelf = _Shelf(folder, flawless, [source.path for source in sources if source.path.endswith(".md")])
    for source in flawless:
        problems.extend(breaches_of(source))
        problems.extend(_check_source(source, shelf))
    problems.extend(_check_names(shelf))
    problems.extend(_check_completeness(shelf))
    problems.extend(_check_references(shelf))
    problems.extend(_check_links_out(shelf))
    return sorted(set(problems))


def check_writing(folder: Path) -> list[Problem]:
    """Return words spelt wrongly or the American way, and passages that two texts share.

    Raises Missing for no folder, and where codespell is not installed.
    """
    sources, _ = read_folder(folder)
    prose = {
        source.path: prose_of(source)
        for source in sources
        if not source.meta.get("retired") and source.path != ASKED  # people ask in any spelling
    }
    problems = [
        Problem(path, number, f"`{word}` is American; British is `{british}`")
        for path, lines in prose.items()
        for number, word, british in find_american_forms(lines)
    ]
    problems.extend(Problem(slip.path, slip.line, f"misspelt: {slip.remark}") for slip in find_slips(prose))
    texts = {path: lines for path, lines in prose.items() if path.endswith(".md")}
    for shared in find_shared_passages(texts):
        there = f"content/{shared.other_path}:{shared.other_line}"
        message = f"these words stand in {there} as well: “{shared.words}”"
        problems.append(Problem(shared.path, shared.line, message))
    return sorted(set(problems))


def reading_grades(folder: Path) -> dict[str, float]:
    """Return the grade of each text of a folder by its path; see `portal.library.readability`."""
    sources, _ = read_folder(folder)
    texts = (source for source in sources if source.path.endswith(".md") and not source.meta.get("retired"))
    return {source.path: reading_grade(body_prose(source)) for source in texts}


@dataclass(frozen=True)
class _Shelf:
    """All files that can be read, and what they say of one another."""

    folder: Path
    sources: Sequence[Source]
    """Those in which nothing keeps the import from using them."""
    paths: Sequence[str]
    """Of all texts, also of those that an import would refuse."""

    @cached_property
    def roadmap(self) -> dict[str, tuple[str, dict[str, Any]]]:
        """Stage and entry of each topic, by its slug."""
        return {
            topic["slug"]: (stage["slug"], topic)
            for stage in self.data("roadmap.yml").get("stages", ())
            for topic in stage.get("topics") or ()
        }

    @cached_property
    def stages(self) -> set[str]:
        return {stage for stage, _topic in self.roadmap.values()}

    @cached_property
    def texts(self) -> list[Source]:
        return [source for source in self.sources if source.path.endswith(".md")]

    @cached_property
    def renamed(self) -> dict[str, str]:
        """The present slug of lessons, by their former ones."""
        return {
            former: _slug(source)
            for source in self.texts
            if _kind(source.path) is Kind.LESSON
            for former in (*former_slugs(source.meta), source.meta.get("id", _slug(source)))
            if former != _slug(source)
        }

    @cached_property
    def addresses(self) -> dict[str, str]:
        """Where each file is found on the site."""
        return {path: address_of(_kind(path), PurePosixPath(path).stem) for path in self.paths}

    @cached_property
    def known_addresses(self) -> set[str]:
        lessons = (f"/lessons/{slug}" for slug in (*self.roadmap, *self.renamed))
        stages = (f"/roadmap/{stage}" for stage in self.stages)
        figures = (f"/figures/{name}" for name in measure_figures(self.folder))
        return {*SITE_PAGES, *self.addresses.values(), *lessons, *stages, *figures}

    @cached_property
    def rendered(self) -> dict[str, Rendered]:
        """Each text as a reader sees it, by the address of its page."""
        return {self.addresses[source.path]: render(source.body) for source in self.texts}

    @cached_property
    def anchors(self) -> dict[str, set[str]]:
        """The anchors of each page, by its address."""
        anchors = {address: {heading.id for heading in page.headings} for address, page in self.rendered.items()}
        terms = self.data("glossary.yml").get("terms", ())
        anchors.setdefault("/glossary", set()).update(term["slug"] for term in terms)
        for lesson in (address for address in anchors if address.startswith("/lessons/")):
            anchors[lesson] |= {"check-yourself", "go-further"}
        return anchors

    @cached_property
    def present_texts(self) -> list[Source]:
        """Those that are not retired."""
        return [source for source in self.texts if not source.meta.get("retired")]

    @cached_property
    def wordings(self) -> dict[str, list[str]]:
        """In which words a phrase of the roadmap may be said."""
        return {entry["phrase"]: entry["said"] for entry in self.data("wordings.yml").get("wordings", ())}

    @cached_property
    def entered_links(self) -> set[str]:
        return {entry["url"] for entry in self.data(ENTERED_LINKS).get("links", ())}

    def data(self, path: str) -> dict[str, Any]:
        """Return what one of the lists says; empty where it is missing or broken."""
        return next((source.meta for source in self.sources if source.path == path), {})

    def present(self, slug: str) -> str:
        """Return what a topic is called today."""
        return self.renamed.get(slug, slug)

    def has_topic(self, slug: str) -> bool:
        """Tell whether a topic is on the roadmap, under its present or its former name."""
        return self.present(slug) in {self.present(topic) for topic in self.roadmap}


def _check_source(source: Source, shelf: _Shelf) -> Iterator[Problem]:
    if not source.path.endswith(".md"):
        yield from _check_topics_of_list(source, shelf)
        return
    if source.meta.get("retired"):
        return
    kind = _kind(source.path)
    if kind is Kind.LESSON:
        yield from _check_lesson(source, shelf)
    if kind is Kind.CHALLENGE:
        yield from _check_topics(source, ("topics",), source.meta.get("topics", ()), shelf)
    yield from _check_length(source, kind, shelf)
    yield from _check_sections(source, SECTIONS.get(kind, ()))
    yield from _check_headings(source)
    yield from _check_links(source, shelf)
    yield from _check_code(source)


def _check_lesson(source: Source, shelf: _Shelf) -> Iterator[Problem]:
    yield from _check_place_on_roadmap(source, shelf)
    yield from _check_topics(source, ("needs",), source.meta.get("needs", ()), shelf)
    yield from _check_parts(source)


def _check_parts(source: Source) -> Iterator[Problem]:
    """Name a part of a lesson that lacks what makes it one: an example to run, mistakes, tasks and a harder goal."""
    for title, (line, lines) in _parts_of(source).items():
        for complaint in _complain_about_part(title, lines):
            yield source.problem_in_body(line, complaint)


def _complain_about_part(title: str, lines: Sequence[str]) -> Iterator[str]:
    if title == "Example" and not any(line.lstrip().startswith("```") for line in lines):
        yield "the example has no code"
    if title == "Common mistakes":
        count = sum(MISTAKE.match(line) is not None for line in lines)
        if count < MISTAKES:
            yield f"there are {count} mistakes with a bold name; {MISTAKES} are wanted"
    if title == "Practice":
        count = sum(TASK.match(line) is not None for line in lines)
        if count < TASKS:
            yield f"there are {count} criteria `- [ ]`; {TASKS} are wanted"
        if not any(line.startswith(("Stretch:", "**Stretch:**")) for line in lines):
            yield "the project has no line `Stretch:` with a harder goal"


def _parts_of(source: Source) -> dict[str, tuple[int, list[str]]]:
    """Return the lines of each section of a text, after the number of its first."""
    lines = source.body.split("\n")
    sections = find_sections(source.body)
    ends = [*(section.line - 1 for section in sections[1:]), len(lines)]
    return {
        section.title: (section.line, lines[section.line : end]) for section, end in zip(sections, ends, strict=True)
    }


def _check_covers(source: Source, topic: Mapping[str, Any], shelf: _Shelf) -> Iterator[Problem]:
    passages = passages_of("\n".join(line for _, line in body_lines(source)))
    for phrase, wordings in find_uncovered(topic.get("covers") or (), passages, shelf.wordings).items():
        said = "" if wordings == [phrase] else f" as {', '.join(f'`{wording}`' for wording in wordings)}"
        message = f"the roadmap says that this covers `{phrase}`, but no part of it says so{said}"
        yield source.problem_in_body(1, message)


def _check_length(source: Source, kind: Kind, shelf: _Shelf) -> Iterator[Problem]:
    words = shelf.rendered[shelf.addresses[source.path]].words
    fewest, most = WORDS.get(kind, (0, words))
    if not fewest <= words <= most:
        message = f"the {kind} has {words:,} words without code; {fewest:,} to {most:,} are wanted"
        yield source.problem_in_body(1, message)


def _check_place_on_roadmap(source: Source, shelf: _Shelf) -> Iterator[Problem]:
    slug = _slug(source)
    listed = next((entry for topic, entry in shelf.roadmap.items() if shelf.present(topic) == slug), None)
    if listed is None:
        yield source.problem((), f"the topic `{slug}` is not on the roadmap (roadmap.yml)")
        return
    stage, topic = listed
    if PurePosixPath(source.path).parts[1] != stage:
        yield source.problem((), f"the roadmap has this topic in the stage `{stage}`, so the file belongs there")
    for key in ("title", "level"):
        if source.meta[key] != topic[key]:
            yield source.problem((key,), f"`{key}` is {source.meta[key]!r} here and {topic[key]!r} on the roadmap")
    here = {shelf.present(needed) for needed in source.meta.get("needs") or ()}
    there = {shelf.present(needed) for needed in topic.get("needs") or ()}
    if here != there:
        yield source.problem(("needs",), f"`needs` differs from the roadmap, which has {sorted(there)}")
    yield from _check_covers(source, topic, shelf)


def _check_sections(source: Source, wanted: Sequence[str]) -> Iterator[Problem]:
    """Name the first section that is missing, out of order or not wanted; what follows it would only repeat it."""
    if not wanted:
        return
    found = find_sections(source.body)
    for section, title in zip(found, wanted, strict=False):
        if section.title != title:
            message = f"here the section `## {title}` should begin, not `## {section.title}`"
            yield source.problem_in_body(section.line, message)
            return
    if len(found) < len(wanted):
        last = found[-1].line if found else 1
        yield source.problem_in_body(last, f"after this, the section `## {wanted[len(found)]}` is missing")
    elif len(found) > len(wanted):
        extra = found[len(wanted)]
        yield source.problem_in_body(extra.line, f"the section `## {extra.title}` is not one of the sections wanted")


def _check_headings(source: Source) -> Iterator[Problem]:
    before = 1
    code = {line for block in find_code_blocks(source.body) for line in range(block.line, block.end + 1)}
    for number, line in enumerate(source.body.split("\n"), start=1):
        heading = re.match(r"(#{1,6}) ", line)
        if heading is None or number in code:
            continue
        level = len(heading[1])
        if level == 1:
            yield source.problem_in_body(number, "the title is in the front matter; headings begin with `##`")
        elif level > before + 1:
            yield source.problem_in_body(number, f"a heading of level {level} cannot follow one of level {before}")
        before = max(level, 2)


def _check_links(source: Source, shelf: _Shelf) -> Iterator[Problem]:
    for target in find_links(source.body):
        if EXTERNAL.match(target):
            continue
        line = next((number for number, text in enumerate(source.body.split("\n"), start=1) if target in text), 1)
        if complaint := _complain_about(target, source, shelf):
            yield source.problem_in_body(line, f"the link to `{target}` {complaint}")


def _complain_about(target: str, source: Source, shelf: _Shelf) -> str:
    """Return what is wrong with a link within the site; empty where nothing is."""
    if target.startswith("#"):
        address, anchor = shelf.addresses[source.path], target[1:]
    else:
        resolved = resolve_link(target, path=source.path, addresses=_with_former_files(shelf))
        if resolved is None:
            return "dangles: there is no such file"
        address, _hash, anchor = resolved.partition("#")
        address = address.partition("?")[0]
    if address not in shelf.known_addresses:
        return "dangles: there is no such page"
    if anchor and address in shelf.anchors and anchor not in shelf.anchors[address]:
        return f"dangles: the page has no heading `#{anchor}`"
    return ""


def _with_former_files(shelf: _Shelf) -> dict[str, str]:
    """Return where each file is found on the site, under the names that it once had too."""
    former = {
        str(PurePosixPath(source.path).with_name(f"{name}.md")): shelf.addresses[source.path]
        for source in shelf.texts
        for name in former_slugs(source.meta)
    }
    return {**former, **shelf.addresses}


def _check_code(source: Source) -> Iterator[Problem]:
    for block in find_code_blocks(source.body):
        if not block.language:
            yield source.problem_in_body(block.line, "the code block does not name its language")
        if not block.is_closed:
            yield source.problem_in_body(block.line, "the code block is never closed")
        if block.language == "python":
            try:
                ast.parse(block.code)
            except SyntaxError as error:
                line = block.line + (error.lineno or 0)
                yield source.problem_in_body(line, f"this is not Python: {error.msg}")


def _check_topics_of_list(source: Source, shelf: _Shelf) -> Iterator[Problem]:
    for key in ("terms", "tools", "resources"):
        for position, entry in enumerate(source.meta.get(key) or ()):
            if not isinstance(entry, dict):
                continue
            topics = [entry["topic"]] if "topic" in entry else entry.get("topics") or ()
            yield from _check_topics(source, (key, position), topics, shelf)
    if source.path == "tools.yml":
        yield from _check_tools(source)


def _check_tools(source: Source) -> Iterator[Problem]:
    languages = {entry["slug"] for entry in source.meta["languages"]} | {"any"}
    purposes = {entry["slug"] for entry in source.meta["purposes"]}
    for position, tool in enumerate(source.meta["tools"]):
        for language in set(tool["languages"]) - languages:
            yield source.problem(("tools", position, "languages"), f"there is no language `{language}`")
        if tool["purpose"] not in purposes:
            yield source.problem(("tools", position, "purpose"), f"there is no purpose `{tool['purpose']}`")


def _check_topics(
    source: Source, place: tuple[str | int, ...], slugs: Sequence[str], shelf: _Shelf
) -> Iterator[Problem]:
    for slug in slugs:
        if not shelf.has_topic(slug):
            yield source.problem(place, f"there is no topic `{slug}` on the roadmap")


def _check_names(shelf: _Shelf) -> Iterator[Problem]:
    """Name texts that claim the permanent id or the slug of another one."""
    for kind in (Kind.LESSON, Kind.PAGE, Kind.CHALLENGE):
        texts = [source for source in shelf.texts if _kind(source.path) is kind]
        yield from _twice(texts, {source.path: _slug(source) for source in texts}, "slug")
        yield from _twice(texts, {source.path: source.meta.get("id", _slug(source)) for source in texts}, "id")


def _check_completeness(shelf: _Shelf) -> Iterator[Problem]:
    """Name topics of the roadmap without a lesson."""
    roadmap = next((source for source in shelf.sources if source.path == "roadmap.yml"), None)
    if roadmap is None:
        return
    written = {_slug(source) for source in shelf.present_texts if _kind(source.path) is Kind.LESSON}
    for stage_position, stage in enumerate(roadmap.meta["stages"]):
        for position, topic in enumerate(stage.get("topics") or ()):
            if shelf.present(topic["slug"]) not in written:
                place = ("stages", stage_position, "topics", position)
                yield roadmap.problem(place, f"the topic `{topic['slug']}` has no lesson")


def _check_references(shelf: _Shelf) -> Iterator[Problem]:
    """Name what is said elsewhere of phrases that no topic covers, and of texts that are not there."""
    phrases = {phrase for _, topic in shelf.roadmap.values() for phrase in topic.get("covers") or ()}
    present = {f"{_kind(source.path)}/{_slug(source)}" for source in shelf.present_texts}
    present.update(f"{Kind.TERM}/{term['slug']}" for term in shelf.data("glossary.yml").get("terms", ()))
    for source in shelf.sources:
        if source.path == ASKED:
            for position, entry in enumerate(source.meta["asked"]):
                if entry["document"] not in present:
                    yield source.problem(("asked", position), f"there is no text `{entry['document']}`")
        if source.path == "wordings.yml":
            for position, entry in enumerate(source.meta["wordings"]):
                if entry["phrase"] not in phrases:
                    yield source.problem(("wordings", position), f"no topic of the roadmap covers `{entry['phrase']}`")


def _check_links_out(shelf: _Shelf) -> Iterator[Problem]:
    """Name links to sites that should not be linked to, links that are not entered, and entries of no link."""
    linked = set()
    for source in shelf.sources:
        for link, line in links_out(source) if takes_part(source) else ():
            linked.add(link)
            if complaint := blame_host(link):
                yield Problem(source.path, line, f"the link to `{link}` {complaint}")
            if link not in shelf.entered_links:
                message = f"the link to `{link}` is not entered in links.yml; `flask content enter-links` does it"
                yield Problem(source.path, line, message)
    for source in shelf.sources:
        for position, entry in enumerate(source.meta["links"]) if source.path == ENTERED_LINKS else ():
            if entry["url"] not in linked:
                yield source.problem(("links", position), f"nothing links to `{entry['url']}` any more")


def _twice(texts: Sequence[Source], names: Mapping[str, str], what: str) -> Iterator[Problem]:
    counts = Counter(names.values())
    for source in texts:
        name = names[source.path]
        if counts[name] > 1:
            yield source.problem((what,), f"another file has the {what} `{name}` as well")


def _kind(path: str) -> Kind:
    kind = kind_of(path)
    if kind is None:
        raise ValueError(f"{path} is no file of the content")
    return kind


def _slug(source: Source) -> str:
    return PurePosixPath(source.path).stem
