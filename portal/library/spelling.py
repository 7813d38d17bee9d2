"""British spelling, and slips that codespell knows.

The list of American forms is made from stems and endings, so that it stays short enough to be read. A term of the field
that is spelt the American way (`Authorization`, `serializer`) is not on it, and what stands in code is never looked at.
"""

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from portal.errors import Missing
from portal.library.prose import Line

WORD = re.compile(r"[A-Za-z]+")

# Stems before -ise and its forms.
ISE = """
    anonym apolog canonical capital categor central character container custom denormal depriorit deserial digit emphas
    equal final formal general harmon ideal initial international item local material maxim memor minim modern modular
    neutral normal optim organ parallel parameter parametr penal personal popular priorit random rational real recogn
    reinitial reorgan sanit scrutin sensit serial special stabil standard summar symbol synchron token unrecogn util
    vector virtual visual
""".split()  # noqa: SIM905  # a list of words is read best as a text
ISE_ENDINGS = ("e", "es", "ed", "ing", "ation", "ations", "able")
# Stems before -yse.
YSE = ("anal", "catal", "paral")
# Stems before -our and its forms.
OUR = ("behavi", "col", "endeav", "fav", "flav", "harb", "hon", "hum", "lab", "neighb", "rig", "rum")
OUR_ENDINGS = ("", "s", "ed", "ing", "al", "able", "ably", "ite", "ites", "ful", "less")
# Verbs whose last l is doubled.
DOUBLED = (
    "cancel", "channel", "dial", "fuel", "initial", "label", "level", "marshal", "model", "panel", "pencil", "signal",
    "total", "travel", "tunnel",
)  # fmt: skip
OTHERS = {
    "acknowledgment": "acknowledgement", "aging": "ageing", "aluminum": "aluminium", "analog": "analogue",
    "artifact": "artefact", "artifacts": "artefacts", "catalog": "catalogue", "catalogs": "catalogues",
    "cataloged": "catalogued", "center": "centre", "centers": "centres", "centered": "centred", "cozy": "cosy",
    "defense": "defence", "defenses": "defences", "dialog": "dialogue", "enrollment": "enrolment",
    "fulfill": "fulfil", "fulfills": "fulfils", "fulfillment": "fulfilment", "gotten": "got", "gray": "grey",
    "installment": "instalment", "judgment": "judgement", "kilometer": "kilometre", "maneuver": "manoeuvre",
    "math": "maths", "offense": "offence", "percent": "per cent", "plow": "plough", "pretense": "pretence",
    "skeptical": "sceptical", "skillful": "skilful", "theater": "theatre", "willful": "wilful",
    "authorize": "authorise", "authorized": "authorised", "authorizes": "authorises", "authorizing": "authorising",
    "unauthorized": "unauthorised",
}  # fmt: skip


def _american_forms() -> Iterator[tuple[str, str]]:
    for stem in ISE:
        for ending in ISE_ENDINGS:
            yield f"{stem}iz{ending}", f"{stem}is{ending}"
    for stem in YSE:
        for ending in ("e", "es", "ed", "ing"):
            yield f"{stem}yz{ending}", f"{stem}ys{ending}"
    for stem in OUR:
        for ending in OUR_ENDINGS:
            yield f"{stem}or{ending}", f"{stem}our{ending}"
    for stem in DOUBLED:
        for ending in ("ed", "ing", "er", "ers"):
            yield f"{stem}{ending}", f"{stem}l{ending}"
    yield from OTHERS.items()


TERMS = frozenset({"serializable"})
"""Terms of the field that are spelt so: an isolation level of SQL."""
AMERICAN: Mapping[str, str] = {word: british for word, british in _american_forms() if word not in TERMS}


def find_american_forms(lines: Sequence[Line]) -> Iterator[tuple[int, str, str]]:
    """Yield line, word and British form of each word that is spelt the American way, names in capitals left out."""
    for number, line in lines:
        for word in WORD.findall(line):
            british = AMERICAN.get(word.lower())
            if british and not word.isupper():
                yield number, word, british


@dataclass(frozen=True)
class Slip:
    """A word that codespell takes for a slip, with what it says of it; lines count from 1."""

    path: str
    line: int
    remark: str


def find_slips(texts: Mapping[str, Sequence[Line]]) -> Iterator[Slip]:
    """Yield what codespell finds in texts, by their paths. Raises Missing where codespell is not installed."""
    with tempfile.TemporaryDirectory() as folder:
        for path, lines in texts.items():
            file = Path(folder, path)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(_in_place(lines), encoding="utf-8")
        run = subprocess.run(  # our own interpreter and fixed words
            [sys.executable, "-m", "codespell_lib", "."],
            cwd=folder, capture_output=True, encoding="utf-8", check=False,
        )  # fmt: skip
    if "No module named" in run.stderr:
        raise Missing("codespell is not installed; `make test` installs it.")
    for line in run.stdout.splitlines():
        if found := re.fullmatch(r"\./(.+?):(\d+): (.+)", line):
            yield Slip(found[1], int(found[2]), found[3])


def _in_place(lines: Sequence[Line]) -> str:
    """Return lines as a text in which each stands at its number."""
    rows = [""] * max((number for number, _ in lines), default=0)
    for number, line in lines:
        rows[number - 1] += " " + line
    return "\n".join(rows) + "\n"
