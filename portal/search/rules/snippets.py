"""What is shown of a hit: its title and a sentence, with the words marked."""

import re
from collections.abc import Iterable

from django.utils.html import conditional_escape, format_html_join
from django.utils.safestring import SafeString, mark_safe

from portal.search.rules.folding import Folded, fold

AROUND, LENGTH = 30, 140
_SENTENCE = re.compile(r"[^。！？\n]+[。！？]?")


def marked(text: str, words: Iterable[str]) -> SafeString:
    """The text with every occurrence of the folded words in <mark>; everything else is escaped."""
    places = _merged(Folded.of(text), words)
    if not places:
        return conditional_escape(text)
    parts, at = [], 0
    for start, end in places:
        parts.append((text[at:start], text[start:end]))
        at = end
    return mark_safe(  # noqa: S308 (both halves are escaped)
        format_html_join("", "{}<mark>{}</mark>", parts) + conditional_escape(text[at:])
    )


def excerpt(summary: str, body: str, words: Iterable[str]) -> str:
    """The summary if it has one of the words or nothing else does; else the body's first sentence
    that has one, cut around it.
    """
    words = list(words)
    if not body or not words or _any(fold(summary), words):
        return summary
    for match in _SENTENCE.finditer(body):
        sentence = match.group().strip()
        if _any(fold(sentence), words):
            return _cut(sentence, words)
    return summary


def _any(folded: str, words: Iterable[str]) -> bool:
    return any(word in folded for word in words)


def _cut(sentence: str, words: Iterable[str]) -> str:
    if len(sentence) <= LENGTH:
        return sentence
    places = _merged(Folded.of(sentence), words)
    start = max(0, places[0][0] - AROUND) if places else 0
    end = min(len(sentence), start + LENGTH)
    return f"{'…' if start else ''}{sentence[start:end]}{'…' if end < len(sentence) else ''}"


def _merged(folded: Folded, words: Iterable[str]) -> list[tuple[int, int]]:
    """The places of all words in their order; those that touch are one."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(place for word in words for place in folded.places(word)):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged
