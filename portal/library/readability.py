"""How hard a text is to read, by the formula of Flesch and Kincaid.

Source: J. P. Kincaid and others, "Derivation of New Readability Formulas", Research Branch Report 8-75, Naval Technical
Training Command, 1975. The grade counts years of school. Syllables are counted by groups of vowels, which is right for
nine words in ten; technical terms make every text here look a little harder than it is.
"""

import re
from collections.abc import Sequence

from portal.library.prose import Line

WORD = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)*")
SENTENCE_END = re.compile(r"[.!?](?=\W*(?:\s|$))")
VOWELS = re.compile(r"[aeiouy]+")
SILENT_END = re.compile(r"(?:[^laeiouy]e|[^td]ed|[^aeiouysxz]es)$")
MARKUP = re.compile(r"^\s*(?:#{1,6}|[-*+]|\d+\.|>|!!!\s+\w+)\s+")
FRAGMENT = re.compile(r"^\s*(?:\||#|!\[)")


def reading_grade(lines: Sequence[Line]) -> float:
    """Return the grade of a text, to a tenth; 0 for one without words. Headings, tables and pictures do not count."""
    blocks = _paragraphs(lines)
    words = [word for block in blocks for word in WORD.findall(block)]
    if not words:
        return 0.0
    sentences = sum(max(1, len(SENTENCE_END.findall(block))) for block in blocks)
    syllables = sum(map(count_syllables, words))
    return round(0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59, 1)


def count_syllables(word: str) -> int:
    """Return about how many syllables an English word has, at least one."""
    text = word.lower()
    count = len(VOWELS.findall(text))
    if count > 1 and SILENT_END.search(text):
        count -= 1
    return max(1, count)


def _paragraphs(lines: Sequence[Line]) -> list[str]:
    blocks = [""]
    for _, line in lines:
        if FRAGMENT.match(line):
            continue
        if not line.strip() or MARKUP.match(line):
            blocks.append("")
        blocks[-1] += " " + MARKUP.sub("", line)
    return [block for block in blocks if WORD.search(block)]
