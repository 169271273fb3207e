"""検索: words to processes, hard conditions in SQL, ranking over the few that remain."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from lab.nakama import policies, states
from lab.nakama.rules import matching, materials, nearness, ranking
from lab.nakama.rules.certificates import code_of
from lab.nakama.rules.lexicon import Lexicon
from lab.nakama.rules.reading import Reading, Term, read
from lab.nakama.selectors.lexicon import lexicon, process_codes
from portal.kernel.actor import Actor
from portal.kernel.database import acting

# Product words beside a named process only say more about it.
_BESIDE = 0.3
_WORDS, _ENOUGH = 24, 10


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a firm must meet. `size_mm` is the longest side, `tolerance_um` is ± at that size."""

    material: str = ""
    size_mm: int | None = None
    tolerance_um: int | None = None
    lot: int | None = None
    certificate: str = ""

    @property
    def is_empty(self) -> bool:
        return self == Conditions()

    @property
    def asked(self) -> frozenset[str]:
        """Names of the conditions there are (rules.ranking)."""
        there = {
            ranking.MATERIAL: bool(self.material),
            ranking.SIZE: self.size_mm is not None,
            ranking.TOLERANCE: self.tolerance_um is not None,
            ranking.LOT: self.lot is not None,
            ranking.CERTIFICATE: bool(self.certificate),
        }
        return frozenset(name for name, is_there in there.items() if is_there)


@dataclass(frozen=True, slots=True)
class Wish:
    """A search as it was typed; `process` narrows it to a code and what is below."""

    text: str = ""
    process: str = ""
    conditions: Conditions = field(default_factory=Conditions)


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found, and how the text was read; `unread` is a material nobody knows."""

    result: ranking.Result
    reading: Reading
    processes: tuple[str, ...]
    by_text: bool
    unread: tuple[str, ...] = ()


def search(actor: Actor, wish: Wish, *, today: dt.date) -> Answer:
    """Profiles of all wards. Raises RoleMissing."""
    policies.require(policies.may_search(actor))
    known = lexicon()
    reading = read(wish.text, known)
    terms = _terms(reading, wish.process)
    by_text = not terms
    words = reading.words[:_WORDS]
    limits = _limits(wish.conditions, known)
    result = ranking.rank([], words=0)
    # Row policies would be asked about every part of every firm. What is listed is the statement's own
    # condition; the page then reads the few it shows as the actor.
    with acting(actor.elevated()):
        for floor in (nearness.CANDIDATE, nearness.NEAR) if words or terms else ():
            hits = _hits(terms, reading, limits, wish, today, floor)
            result = ranking.rank(hits, words=len(words), by_text=by_text)
            # What is only near is looked for where there is little else.
            if by_text or len(result.fitting) >= _ENOUGH:
                break
    processes = {code for term, _weight in terms for code in term.codes}
    return Answer(
        result=result,
        reading=reading,
        processes=tuple(sorted(processes)),
        by_text=by_text,
        unread=materials.unread([wish.conditions.material], known),
    )


def _terms(reading: Reading, process: str) -> list[tuple[Term, float]]:
    """What is asked with its weight; a chosen process takes the place of what was read."""
    if process:
        return [(Term(frozenset({process}), is_implied=False), 1.0)]
    if all(term.is_implied for term in reading.terms):
        return [(term, 1.0) for term in reading.terms]
    return [(term, _BESIDE if term.is_implied else 1.0) for term in reading.terms]


def _hits(
    terms: list[tuple[Term, float]],
    reading: Reading,
    limits: dict[str, Any],
    wish: Wish,
    today: dt.date,
    floor: float,
) -> list[ranking.Hit]:
    """Two statements of one table each: no plan of them can go wrong, whatever the statistics say."""
    known = process_codes()
    offers = [(nearness.offers(term.codes, known, floor), weight) for term, weight in terms]
    words, demanded = reading.words[:_WORDS], wish.conditions.asked
    values = {"today": today, "listed": list(states.LISTED), **limits}
    with connection.cursor() as cursor:
        codes = sorted({code for near, _weight in offers for code in near})
        cursor.execute(_capabilities(wish.conditions), {**values, "codes": codes or None})
        matched = matching.gather(cursor.fetchall(), offers)
        asked = {
            **values,
            "ids": list(matched) if terms else None,
            "soft": _soft(reading.materials),
            **{f"word{number}": word for number, word in enumerate(words)},
        }
        cursor.execute(_profiles(wish.conditions, len(words), by_text=not terms), asked)
        return [
            matching.hit(matched.get(row[0], matching.NOTHING), row, demanded)
            for row in cursor.fetchall()
        ]


def _soft(materials: frozenset[str]) -> list[str]:
    """Marks of a firm that takes one of the materials of the query's words."""
    families = {code.partition(".")[0] for code in materials}
    return sorted({f"<{code}" for code in materials} | families)


def _limits(conditions: Conditions, known: Lexicon) -> dict[str, Any]:
    return {
        "size": conditions.size_mm,
        "tolerance": conditions.tolerance_um,
        "lot": conditions.lot,
        "certificate": code_of(conditions.certificate),
        "materials": materials.wanted(conditions.material, known) if conditions.material else [],
    }


# What each condition asks of a capability `c`. What a firm has not said does not count as met. The
# steps of a capability are in order (services.parts): one that is fine enough at that size suffices.
_SIZE = "coalesce(c.reach_mm >= %(size)s, false)"
_TOLERANCE = """c.id IN (SELECT s.capability_id FROM nakama_tolerancestep s
    WHERE s.tolerance_um <= %(tolerance)s
    AND (s.up_to_mm IS NULL OR s.up_to_mm >= coalesce(%(size)s::int, 0)))"""
_LOT = """((c.lot_min IS NOT NULL OR c.lot_max IS NOT NULL)
    AND coalesce(c.lot_min <= %(lot)s, true) AND coalesce(c.lot_max >= %(lot)s, true))"""
# And of a profile `p`.
_MATERIAL = "p.materials && %(materials)s::varchar[]"
_CERTIFICATE = """p.id IN (SELECT k.profile_id FROM nakama_profilecertificate k
    WHERE k.code = %(certificate)s AND coalesce(k.valid_until >= %(today)s, true))"""


def _capabilities(conditions: Conditions) -> str:
    """(profile, process, is_implied, size, tolerance and lot met as bits). Of this module's own pieces."""
    met = (
        (_SIZE, conditions.size_mm is not None),
        (_TOLERANCE, conditions.tolerance_um is not None),
        (_LOT, conditions.lot is not None),
    )
    bits = " + ".join(
        f"({piece})::int * {1 << number}" if wanted else str(1 << number)
        for number, (piece, wanted) in enumerate(met)
    )
    return (
        f"SELECT c.profile_id, c.process_id, c.is_implied, {bits} FROM nakama_capability c"  # noqa: S608
        " WHERE %(codes)s::varchar[] IS NULL OR c.process_id = ANY(%(codes)s)"
    )


def _profiles(conditions: Conditions, words: int, *, by_text: bool) -> str:
    """(profile, material and certificate met, words as bits, takes the soft material, answers)."""
    material = _MATERIAL if conditions.material else "true"
    certificate = _CERTIFICATE if conditions.certificate else "true"
    # quote_literal makes one lexeme of whatever was typed.
    bits = " | ".join(
        f"((p.search_vector @@ quote_literal(%(word{number})s)::tsquery)::int << {number})"
        for number in range(words)
    )
    return (
        f"SELECT p.id, {material}, {certificate}, {bits or '0'},"  # noqa: S608
        " cardinality(%(soft)s::varchar[]) = 0 OR p.materials && %(soft)s::varchar[],"
        " p.answered, p.asked FROM nakama_capabilityprofile p WHERE p.status = ANY(%(listed)s)"
        + (f" AND ({bits}) > 0" if by_text else " AND p.id = ANY(%(ids)s)")
    )
