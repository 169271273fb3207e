"""検索: words to processes, hard conditions in SQL, ranking over the few that remain."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from lab.nakama import policies, states
from lab.nakama.rules import materials, nearness, ranking
from lab.nakama.rules.certificates import code_of
from lab.nakama.rules.reading import Reading, Term, read
from lab.nakama.selectors.lexicon import lexicon, process_codes
from portal.kernel.actor import Actor

# Product words beside a named process only say more about it.
_BESIDE = 0.3
_WORDS = 24


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


@dataclass(frozen=True, slots=True)
class Wish:
    """A search as it was typed; `process` narrows it to a code and what is below."""

    text: str = ""
    process: str = ""
    conditions: Conditions = field(default_factory=Conditions)


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found, and how the text was read."""

    result: ranking.Result
    reading: Reading
    processes: tuple[str, ...]
    by_text: bool


def search(actor: Actor, wish: Wish, *, today: dt.date) -> Answer:
    """Profiles of all wards. Raises RoleMissing."""
    policies.require(policies.may_search(actor))
    reading = read(wish.text, lexicon())
    terms = _terms(reading, wish.process)
    by_text = not terms
    words = reading.words[:_WORDS]
    hits = [] if by_text and not words else _hits(terms, words, reading.materials, wish, today)
    processes = {code for term, _weight in terms for code in term.codes}
    return Answer(
        result=ranking.rank(hits, words=len(words), by_text=by_text),
        reading=reading,
        processes=tuple(sorted(processes)),
        by_text=by_text,
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
    words: Sequence[str],
    soft: frozenset[str],
    wish: Wish,
    today: dt.date,
) -> list[ranking.Hit]:
    values: dict[str, Any] = {
        "listed": list(states.LISTED),
        "today": today,
        "soft": [f"<{code}" for code in sorted(soft)] + sorted({c.split(".")[0] for c in soft}),
        **_asked(terms),
        **_limits(wish.conditions),
        **{f"word{number}": word for number, word in enumerate(words)},
    }
    with connection.cursor() as cursor:
        cursor.execute(_statement(wish.conditions, len(words), by_text=not terms), values)
        return [_hit(row) for row in cursor.fetchall()]


def _asked(terms: list[tuple[Term, float]]) -> dict[str, Any]:
    """(term, offered process, nearness × weight), three arrays of one length."""
    whole = sum(weight for _term, weight in terms)
    rows = [
        (number, code, near, near * weight / whole)
        for number, (term, weight) in enumerate(terms)
        for code, near in nearness.offers(term.codes, process_codes()).items()
    ]
    names = ("terms", "codes", "nears", "shares")
    return {name: [row[column] for row in rows] for column, name in enumerate(names)}


def _limits(conditions: Conditions) -> dict[str, Any]:
    return {
        "size": conditions.size_mm,
        "tolerance": conditions.tolerance_um,
        "lot": conditions.lot,
        "certificate": code_of(conditions.certificate),
        "materials": materials.wanted(conditions.material, lexicon())
        if conditions.material
        else [],
    }


def _hit(row: tuple[Any, ...]) -> ranking.Hit:
    profile, score, top, size, tolerance, lot, material, certificate, all_own, *rest = row
    met = (
        (ranking.MATERIAL, material),
        (ranking.SIZE, size),
        (ranking.TOLERANCE, tolerance),
        (ranking.LOT, lot),
        (ranking.CERTIFICATE, certificate),
    )
    failed = tuple(name for name, is_met in met if not is_met)
    if not failed and not all_own:  # one process keeps the tolerance, another the size
        failed = (ranking.TOLERANCE,)
    words, takes_material, breadth, answered, asked = rest
    return ranking.Hit(profile, score, top, failed, words, takes_material, breadth, answered, asked)


# What each condition asks of a capability `c`. What a firm has not said does not count as met.
_SIZE = "coalesce(c.reach_mm >= %(size)s, false)"
_TOLERANCE = """EXISTS (SELECT 1 FROM nakama_tolerancestep s WHERE s.capability_id = c.id
    AND s.tolerance_um <= %(tolerance)s AND (s.up_to_mm IS NULL OR s.up_to_mm >= coalesce(%(size)s, 0)))"""
_LOT = """((c.lot_min IS NOT NULL OR c.lot_max IS NOT NULL)
    AND coalesce(c.lot_min <= %(lot)s, true) AND coalesce(c.lot_max >= %(lot)s, true))"""
# And of a profile `p`.
_MATERIAL = "p.materials && %(materials)s::varchar[]"
_CERTIFICATE = """EXISTS (SELECT 1 FROM nakama_profilecertificate k WHERE k.profile_id = p.id
    AND k.code = %(certificate)s AND coalesce(k.valid_until >= %(today)s, true))"""

_BY_PROCESS = """
WITH asked AS MATERIALIZED (
    SELECT * FROM unnest(%(terms)s::int[], %(codes)s::varchar[], %(nears)s::float8[], %(shares)s::float8[])
        AS a (term, process_id, near, share)
), offered AS (
    SELECT c.profile_id, a.term,
        a.near * CASE WHEN c.is_implied THEN {implied} ELSE 1 END AS near,
        a.share * CASE WHEN c.is_implied THEN {implied} ELSE 1 END AS share,
        {size} AS size_met, {tolerance} AS tolerance_met, {lot} AS lot_met
    FROM asked a JOIN nakama_capability c ON c.process_id = a.process_id
), topped AS (
    SELECT *, max(near) OVER (PARTITION BY profile_id) AS top FROM offered
), shares AS (
    SELECT profile_id, term, max(share) AS share, count(*) AS offers, max(top) AS top,
        bool_or(size_met) FILTER (WHERE near = top) AS size_met,
        bool_or(tolerance_met) FILTER (WHERE near = top) AS tolerance_met,
        bool_or(lot_met) FILTER (WHERE near = top) AS lot_met,
        bool_or(size_met AND tolerance_met AND lot_met) FILTER (WHERE near = top) AS all_met
    FROM topped GROUP BY profile_id, term
), scored AS (
    SELECT profile_id, sum(share) AS score, sum(offers)::int AS breadth, max(top) AS top, bool_or(size_met) AS size_met,
        bool_or(tolerance_met) AS tolerance_met, bool_or(lot_met) AS lot_met, bool_or(all_met) AS all_met
    FROM shares GROUP BY profile_id
)
SELECT p.id, o.score, o.top, coalesce(o.size_met, false), coalesce(o.tolerance_met, false),
    coalesce(o.lot_met, false), {material}, {certificate}, coalesce(o.all_met, false), {words}, {soft},
    o.breadth, p.answered, p.asked
FROM scored o JOIN nakama_capabilityprofile p ON p.id = o.profile_id
WHERE p.status = ANY(%(listed)s)
"""

_BY_TEXT = """
SELECT p.id, 0.0::float8, 0.0::float8, coalesce(o.size_met, {no_size}), coalesce(o.tolerance_met, {no_tolerance}),
    coalesce(o.lot_met, {no_lot}), {material}, {certificate},
    coalesce(o.all_met, {no_size} AND {no_tolerance} AND {no_lot}), {words}, {soft}, 0, p.answered, p.asked
FROM nakama_capabilityprofile p LEFT JOIN LATERAL (
    SELECT bool_or({size}) AS size_met, bool_or({tolerance}) AS tolerance_met, bool_or({lot}) AS lot_met,
        bool_or({size} AND {tolerance} AND {lot}) AS all_met
    FROM nakama_capability c WHERE c.profile_id = p.id
) o ON true
WHERE p.status = ANY(%(listed)s) AND ({words}) > 0
"""


def _statement(conditions: Conditions, words: int, *, by_text: bool) -> str:
    """The SQL, of this module's own pieces; every value is a parameter."""
    asked = {
        "size": (_SIZE, conditions.size_mm is not None),
        "tolerance": (_TOLERANCE, conditions.tolerance_um is not None),
        "lot": (_LOT, conditions.lot is not None),
        "material": (_MATERIAL, bool(conditions.material)),
        "certificate": (_CERTIFICATE, bool(conditions.certificate)),
    }
    pieces = {name: piece if wanted else "true" for name, (piece, wanted) in asked.items()}
    unmet = {
        f"no_{name}": "false" if wanted else "true" for name, (_piece, wanted) in asked.items()
    }
    bits = [
        f"((p.search_vector @@ quote_literal(%(word{number})s)::tsquery)::int << {number})"
        for number in range(words)
    ]
    return (_BY_TEXT if by_text else _BY_PROCESS).format(
        **pieces,
        **unmet,
        words=" | ".join(bits) or "0",
        soft="(p.materials && %(soft)s::varchar[] OR cardinality(%(soft)s::varchar[]) = 0)",
        implied=nearness.IMPLIED,
    )
