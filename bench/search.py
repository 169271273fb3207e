"""`site_search`: a word of many and a word of few among 50,000 public documents.

The words of the documents are those of the lexicon of processes and of the shipped pages. The slower
of the two searches counts. `python -m bench.search` measures it and the officials' search alone, on a
seeded database as `python -m bench` makes it, and prints the figures.
"""

import datetime as dt
import os
import random
from collections.abc import Iterator
from urllib.parse import quote

from bench import measure

COPIES = 9
DOCUMENTS = 50_000 // (1 + COPIES)
COMMON, RARE = "補助金", "真空浸炭"
SHOWS = "search-hit"
# Folding 50,000 texts takes minutes; a tenth is written by the service, the rest is like it.
_COPIES = """
    INSERT INTO search_document (source, key, kind, place, ward_id, url, title, title_en, summary,
        summary_en, body, "on", starts_at, ends_at, folded_title, folded, title_grams, grams, digest)
    SELECT 'copy', key || '-' || copy, kind, place, ward_id, url, title, title_en, summary,
        summary_en, body, "on", starts_at, ends_at, folded_title, folded, title_grams, grams, digest
    FROM search_document, generate_series(1, %(copies)s) copy WHERE source = 'bench'
    ON CONFLICT DO NOTHING
"""
_SENTENCES = (
    "{0}の工程を見直し、{1}と{2}の段取りを1枚の表にまとめました。",
    "{0}を頼む先を探す時間が、月に{3}時間から半分になりました。",
    "補助金を使って{1}の機械を入れ替え、{0}の外注を減らしています。",
    "{2}の図面を探さない工場にするため、{0}の記録から始めました。",
    "区の相談員と一緒に{0}の原価を数え、見積の根拠を揃えました。",
)


def pages() -> list[measure.Target]:
    """A search of each kind, on documents that are written first."""
    seed()
    return [
        measure.page(f"site_search_{name}", f"/search/?q={quote(word)}", SHOWS)
        for name, word in (("common", COMMON), ("rare", RARE))
    ]


def seed() -> int:
    """Writes the documents and the statistics of their table."""
    from django.db import connection

    from portal.kernel.database import acting
    from portal.search import services
    from portal.search.sources import Source

    done = services.refresh(Source("bench", lambda _keys: _entries()))
    with acting(services.WRITER), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute(_COPIES, {"copies": COPIES})
        cursor.execute("SELECT count(*) FROM search_document")
        count: int = cursor.fetchone()[0]
    print(f"{done.written} documents written, {count} in all", flush=True)
    return count


def _entries() -> Iterator[object]:
    from lab.nakama.taxonomy import definitions
    from portal.kernel import clock
    from portal.search.models import Kind
    from portal.search.sources import Entry
    from programs.wards import WARDS

    chance, now = random.Random(60), clock.now()
    words = [
        word for entry in definitions.processes() for word in (entry.name_ja, *entry.words[:6])
    ]
    kinds, codes = list(Kind), [ward.code for ward in WARDS]
    for number in range(DOCUMENTS):
        told = [
            chance.choice(_SENTENCES).format(*chance.sample(words, 3), chance.randint(2, 90))
            for _ in range(chance.randint(3, 14))
        ]
        rare = RARE if number % 1_000 == 7 else ""
        yield Entry(
            key=str(number),
            kind=chance.choice(kinds),
            title=f"{chance.choice(words)}{chance.choice(('の話', 'の補助金', 'を始める', 'の講座'))}{number}",
            url=f"/bench/{number}/",
            summary=told[0],
            body="".join(told[1:]) + rare,
            ward_id=chance.choice([None, *codes]),
            ends_at=None if number % 5 else now + dt.timedelta(days=chance.randint(-900, 60)),
        )


def main() -> None:
    """Measure and print; writes no results."""
    from bench import __main__ as bench
    from bench import instance
    from portal.runtime.steps import Steps

    steps = Steps(3)
    with instance.services() as running:
        with steps.step("Seeded database") as step:
            step.note(bench.prepare(running, step, 100_000, 30_000))
        with steps.step("Copy to measure on"):
            instance.clone(running.database)
        with steps.step("Web server, 2 workers"):
            server = instance.served(running, steps)
            server.__enter__()
        try:
            os.environ.update(running.environment(instance.RUN))
            _print(running.port)
        finally:
            server.__exit__(None, None, None)


def _print(port: int) -> None:
    import django

    django.setup()
    from bench import cases, people
    from bench.report import GOALS

    staff = people.sign_in(cases.official())
    auditor = people.sign_in(_auditor())
    office = "/staff/search/?q={}"
    names = {"name": "製作所", "person": "渡辺", "number": "R8-13107"}
    targets = [
        measure.page("floor", "/floor/", "1"),
        *pages(),
        *(
            measure.page(f"office_{n}", office.format(quote(q)), "<h1>", staff)
            for n, q in names.items()
        ),
        *(
            measure.page(f"audit_{n}", office.format(quote(q)), "<h1>", auditor)
            for n, q in names.items()
        ),
    ]
    measure.rounds(port, targets, 100)
    floor = targets[0].median_ms
    for target in targets:
        times, goal = target.median_ms / floor, GOALS["site_search"].times
        print(
            f"{target.name}: {target.median_ms:.2f} ms, {times:.1f} × floor (goal {goal}),"
            f" {target.queries} statements, {target.bytes} bytes"
        )


def _auditor() -> object:
    from portal.accounts.models import Assignment, User
    from portal.accounts.roles import Role
    from portal.kernel import clock
    from portal.kernel.actor import Actor
    from portal.kernel.database import acting

    with acting(Actor.system("bench")):
        user = User.objects.create_user(email="auditor@bench.example", name="計測 監査")
        Assignment.objects.create(user=user, role=Role.AUDITOR, valid_from=clock.today())
    return user


if __name__ == "__main__":
    main()
