"""What the shipped schemes, and the forms after the decision, say in English (english.json).

A ward's own wording has none and stays as it is written; the page marks it as Japanese. The stored
rules are never changed: answers, papers and letters know the Japanese wording alone.
"""

import json
from dataclasses import replace
from functools import cache
from pathlib import Path

from portal.ui.markup import in_japanese
from programs.wards import WARDS
from subsidies.rules.scheme import SchemeRules

FILE = Path(__file__).with_suffix(".json")


def told(text: str) -> str:
    """A wording of a scheme in the language of the page, where there is one."""
    return text if in_japanese() else wordings().get(text, text)


def told_categories(rules: SchemeRules) -> SchemeRules:
    """The rules to calculate with for the page: their categories are named in its language."""
    return replace(rules, categories=tuple(replace(c, name=told(c.name)) for c in rules.categories))


@cache
def wordings() -> dict[str, str]:
    """Japanese → English, written out for every ward."""
    found: dict[str, str] = {}
    for japanese, english in json.loads(FILE.read_text(encoding="utf-8")).items():
        if "{ward}" not in japanese:
            found[japanese] = english
            continue
        for ward in WARDS:
            found[japanese.replace("{ward}", ward.name)] = english.replace("{ward}", ward.name_en)
    return found
