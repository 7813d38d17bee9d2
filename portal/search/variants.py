"""Spellings and forms of a word that its stem does not show, brought to one, so that either finds both.

What comes out need not be a word: it only has to be the same for all of them, and another one for other words.
"""

import re
from functools import lru_cache

PAIRS = {
    "acknowledgement": "acknowledgment", "acknowledgements": "acknowledgments", "ageing": "aging",
    "artefact": "artifact", "artefacts": "artifacts", "calibre": "caliber", "centre": "center", "centred": "centered",
    "centres": "centers", "centring": "centering", "defence": "defense", "defences": "defenses", "disc": "disk",
    "discs": "disks", "enrol": "enroll", "fibre": "fiber", "fibres": "fibers", "fulfil": "fulfill",
    "fulfils": "fulfills", "fulfilment": "fulfillment", "grey": "gray", "judgement": "judgment",
    "judgements": "judgments", "learnt": "learned", "licence": "license", "licences": "licenses",
    "licenced": "licensed", "litre": "liter", "litres": "liters", "manoeuvre": "maneuver", "metre": "meter",
    "metres": "meters", "offence": "offense", "offences": "offenses", "practise": "practice",
    "practised": "practiced", "practises": "practices", "practising": "practicing", "programme": "program",
    "programmes": "programs", "sceptical": "skeptical", "spelt": "spelled", "theatre": "theater",
}  # fmt: skip
"""British words and what Americans write; those that follow a rule are left to the rules."""

IRREGULAR = {
    "began": "begin", "begun": "begin", "bought": "buy", "broke": "break", "broken": "break", "built": "build",
    "caught": "catch", "chose": "choose", "chosen": "choose", "fell": "fall", "fallen": "fall", "forgot": "forget",
    "forgotten": "forget", "froze": "freeze", "frozen": "freeze", "gave": "give", "given": "give", "grew": "grow",
    "grown": "grow", "held": "hold", "hidden": "hid", "hide": "hid", "hides": "hid", "hiding": "hid", "kept": "keep",
    "lost": "lose", "ran": "run",
    "sent": "send", "shrank": "shrink", "shrunk": "shrink", "sold": "sell", "spoke": "speak", "spoken": "speak",
    "stole": "steal", "stolen": "steal", "taken": "take", "threw": "throw", "thrown": "throw", "took": "take",
    "woke": "wake", "woken": "wake", "written": "write", "wrote": "write",
}  # fmt: skip
"""Forms of verbs that no rule makes, and what they share, which is never longer than they are."""

VERBS = re.compile("(?<=[a-z]{3})(is|ys)(?=(?:e|ed|es|er|ers|ing|able|ation|ations)$)")
"""`serialise`, `organisation`, `analysing`: with a z."""
FIRM = frozenset(
    """
    advis apprais aris bruis compromis compris concis cruis demis devis disguis enterpris excis exercis expertis
    franchis imprecis improvis likewis merchandis nois otherwis paradis pois precis premis prais promis rais revis
    supervis surpris televis treatis wis
    """.split()  # noqa: SIM905  # forty beginnings are read best as a text
)
"""What stands before the `e` of words that have their s in America too."""
COLOURS = re.compile("^(arm|behavi|col|endeav|fav|flav|harb|hon|hum|lab|neighb|rig|rum|sav|vap|vig)ou?r")
CATALOGUES = re.compile("^(anal|catal|dial|epil|monol|prol)ogue(?=s?$|d$)")
DOUBLED = re.compile(
    "^(cancel|channel|counsel|dial|equal|fuel|initial|label|level|marshal|model|panel|signal|spiral|total|travel|tunnel)"
    "l(?=ed$|ing$|er$|ers$|ation$|ations$)"
)


@lru_cache(maxsize=65_536)
def common_spelling(word: str) -> str:
    """Return the form that a lower-case word shares with its twins.

    >>> common_spelling("serialised"), common_spelling("behaviour"), common_spelling("promise")
    ('serialized', 'behavior', 'promise')
    """
    if known := PAIRS.get(word) or IRREGULAR.get(word):
        return known
    word = COLOURS.sub(r"\1or", word)
    word = CATALOGUES.sub(r"\1og", word)
    word = DOUBLED.sub(r"\1", word)
    found = VERBS.search(word)
    if found and word[: found.end()] not in FIRM:
        return f"{word[: found.end() - 1]}z{word[found.end() :]}"
    return word
