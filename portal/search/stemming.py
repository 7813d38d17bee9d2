"""English stems: the forms of a word brought to one.

The rules are those of the Porter2 algorithm (M. Porter, "The English (Porter2) stemming algorithm", 2001), which
PostgreSQL's `english` dictionary follows too, so that both engines agree on what a word is.
"""

import re

VOWELS = "aeiouy"
DOUBLES = ("bb", "dd", "ff", "gg", "mm", "nn", "pp", "rr", "tt")

EXCEPTIONS = {
    "skis": "ski", "skies": "sky", "dying": "die", "lying": "lie", "tying": "tie",
    "idly": "idl", "gently": "gentl", "ugly": "ugli", "early": "earli", "only": "onli", "singly": "singl",
    "sky": "sky", "news": "news", "howe": "howe", "atlas": "atlas", "cosmos": "cosmos", "bias": "bias",
    "andes": "andes",
}  # fmt: skip
APART = {
    "authorization": "authoriz", "authorizations": "authoriz", "authorize": "authoriz", "authorized": "authoriz",
    "authorizes": "authoriz", "authorizing": "authoriz", "unauthorized": "unauthoriz", "production": "production",
    "important": "important", "importantly": "important", "importance": "important", "relative": "relativ",
    "relatively": "relativ", "experiment": "experiment", "experiments": "experiment", "experimental": "experiment",
    "indices": "index", "debugger": "debug", "debuggers": "debug", "linter": "lint", "linters": "lint",
    "expiry": "expir", "revocation": "revok", "revocations": "revok", "redis": "redis",
}  # fmt: skip
"""Words of the field that the rules would bring to the stem of a stranger (author, product, import, relation), or keep
from their own."""
FINISHED = frozenset({"inning", "outing", "canning", "herring", "earring", "proceed", "exceed", "succeed"})
LONG_STARTS = ("gener", "commun", "arsen")

DERIVATIONS = {
    "tional": "tion", "enci": "ence", "anci": "ance", "abli": "able", "entli": "ent", "izer": "ize", "ization": "ize",
    "ational": "ate", "ation": "ate", "ator": "ate", "alism": "al", "aliti": "al", "alli": "al", "fulness": "ful",
    "ousli": "ous", "ousness": "ous", "iveness": "ive", "iviti": "ive", "biliti": "ble", "bli": "ble", "ogi": "og",
    "fulli": "ful", "lessli": "less", "li": "",
}  # fmt: skip
"""Step 2: what a suffix within the first region becomes."""

QUALITIES = {
    "tional": "tion", "ational": "ate", "alize": "al", "icate": "ic", "iciti": "ic", "ical": "ic", "ful": "",
    "ness": "", "ative": "",
}  # fmt: skip
"""Step 3: what a suffix within the first region becomes (`ative` only within the second)."""

ENDINGS = (
    "al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent", "ism", "ate", "iti", "ous", "ive",
    "ize", "ion",
)  # fmt: skip
"""Step 4: what goes when it lies within the second region."""

REGION = re.compile("[aeiouy][^aeiouy]")
HAS_VOWEL = re.compile("[aeiouy]")
SHORT_END = re.compile("(?:[^aeiouy][aeiouy][^aeiouywxY]|^[aeiouy][^aeiouy])$")


def stem(word: str) -> str:
    """Return the stem of a lower-case word; what is short, or not English letters alone, comes back as it is."""
    if len(word) < 3 or not (word.isascii() and word.isalpha()):
        return word
    if word in EXCEPTIONS or word in APART:
        return EXCEPTIONS.get(word) or APART[word]
    word = re.sub("(?:^|(?<=[aeiouy]))y", "Y", word)
    first, second = _regions(word)
    word = _without_plural(word)
    if word in FINISHED:
        return word
    word = _without_participle(word, first)
    word = re.sub("(?<=.[^aeiouy])[yY]$", "i", word)
    word = _replace_derivation(word, first)
    word = _replace_quality(word, first, second)
    word = _without_ending(word, second)
    return _without_last_letter(word, first, second).replace("Y", "y")


def _regions(word: str) -> tuple[int, int]:
    """Return where the two regions begin: after the first non-vowel that follows a vowel, and the same once more."""
    start = next((len(prefix) for prefix in LONG_STARTS if word.startswith(prefix)), None)
    if start is None:
        start = _after_vowel(word, 0)
    return start, _after_vowel(word, start)


def _after_vowel(word: str, start: int) -> int:
    found = REGION.search(word, start)
    return found.end() if found else len(word)


def _suffix(word: str, suffixes: tuple[str, ...] | dict[str, str]) -> str:
    """Return the longest suffix that the word has, or nothing."""
    return max((suffix for suffix in suffixes if word.endswith(suffix)), key=len, default="")


def _is_short(word: str, first: int) -> bool:
    return first >= len(word) and SHORT_END.search(word) is not None


def _without_plural(word: str) -> str:
    """Step 1a."""
    if word.endswith("sses"):
        return word[:-2]
    if word.endswith(("ied", "ies")):
        return word[:-2] if len(word) > 4 else word[:-1]
    if word.endswith("s") and not word.endswith(("us", "ss")) and HAS_VOWEL.search(word[:-2]):
        return word[:-1]
    return word


def _without_participle(word: str, first: int) -> str:
    """Step 1b."""
    suffix = _suffix(word, ("eed", "eedly", "ed", "edly", "ing", "ingly"))
    if not suffix:
        return word
    rest = word[: -len(suffix)]
    if suffix.startswith("eed"):
        return f"{rest}ee" if len(rest) >= first else word
    if not HAS_VOWEL.search(rest):
        return word
    if rest.endswith(("at", "bl", "iz")):
        return f"{rest}e"
    if rest.endswith(DOUBLES):
        return rest[:-1]
    return f"{rest}e" if _is_short(rest, first) else rest


def _replace_derivation(word: str, first: int) -> str:
    """Step 2."""
    suffix = _suffix(word, DERIVATIONS)
    rest = word[: len(word) - len(suffix)]
    if not suffix or len(rest) < first:
        return word
    if suffix == "ogi" and not rest.endswith("l"):
        return word
    if suffix == "li" and not rest.endswith(tuple("cdeghkmnrt")):
        return word
    return rest + DERIVATIONS[suffix]


def _replace_quality(word: str, first: int, second: int) -> str:
    """Step 3."""
    suffix = _suffix(word, QUALITIES)
    rest = word[: len(word) - len(suffix)]
    if not suffix or len(rest) < (second if suffix == "ative" else first):
        return word
    return rest + QUALITIES[suffix]


def _without_ending(word: str, second: int) -> str:
    """Step 4."""
    suffix = _suffix(word, ENDINGS)
    rest = word[: len(word) - len(suffix)]
    if not suffix or len(rest) < second or (suffix == "ion" and not rest.endswith(("s", "t"))):
        return word
    return rest


def _without_last_letter(word: str, first: int, second: int) -> str:
    """Step 5."""
    rest = word[:-1]
    if word.endswith("e") and (len(rest) >= second or (len(rest) >= first and not SHORT_END.search(rest))):
        return rest
    if word.endswith("ll") and len(rest) >= second:
        return rest
    return word
