"""Roadmaps for tests, in as few words as will do: `make_roadmap({"web": {"http": [], "json": ["http"]}})`."""

from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from portal.roadmap.domain import Level, Roadmap, StageEntry, TopicEntry
from portal.settings import ROOT

Needs = Mapping[str, Mapping[str, Sequence[str]]]
"""Stages, their topics, and what each of these needs, all by slug."""


def make_roadmap(
    needs: Needs,
    *,
    titles: Mapping[str, str] | None = None,
    planned: Sequence[str] = (),
    covers: Mapping[str, Sequence[str]] | None = None,
) -> Roadmap:
    """Return a roadmap without a database. The key of a topic is `key-` and its slug."""
    titles = titles or {}
    covers = covers or {}
    leads_to: dict[str, list[str]] = {}
    for topics in needs.values():
        for slug, needed in topics.items():
            for name in needed:
                leads_to.setdefault(name, []).append(slug)

    def entry(slug: str, stage: str) -> TopicEntry:
        return TopicEntry(
            id=sum(map(ord, slug)),
            key=f"key-{slug}",
            slug=slug,
            title=titles.get(slug, slug.capitalize()),
            level=Level.CORE,
            stage=stage,
            needs=tuple(needs[stage][slug]),
            leads_to=tuple(leads_to.get(slug, ())),
            covers=tuple(covers.get(slug, ())),
            has_lesson=slug not in planned,
        )

    return Roadmap(
        tuple(
            StageEntry(
                slug=stage,
                title=titles.get(stage, stage.capitalize()),
                summary="",
                number=number,
                topics=tuple(entry(slug, stage) for slug in topics),
            )
            for number, (stage, topics) in enumerate(needs.items(), start=1)
        )
    )


def real_roadmap() -> Roadmap:
    """Return the roadmap of content/, without a database."""
    stages = roadmap_file()["stages"]
    return make_roadmap(
        {stage["slug"]: {topic["slug"]: topic["needs"] for topic in stage["topics"]} for stage in stages},
        titles={
            **{stage["slug"]: stage["title"] for stage in stages},
            **{topic["slug"]: topic["title"] for stage in stages for topic in stage["topics"]},
        },
    )


def roadmap_file() -> dict[str, Any]:
    """Return what content/roadmap.yml holds."""
    data: dict[str, Any] = yaml.safe_load((ROOT / "content" / "roadmap.yml").read_text(encoding="utf-8"))
    return data


def roadmap_data(needs: Needs, **changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a roadmap file holds; `changes` are further values of topics, `-` in a slug written as `_`."""
    return {
        "stages": [
            {
                "slug": stage,
                "title": stage.capitalize(),
                "topics": [
                    {
                        "slug": slug,
                        "title": slug.capitalize(),
                        "level": "core",
                        "needs": list(needed),
                        **changes.get(slug.replace("-", "_"), {}),
                    }
                    for slug, needed in topics.items()
                ],
            }
            for stage, topics in needs.items()
        ]
    }
