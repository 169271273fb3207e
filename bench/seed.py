"""Fills an empty database: `python -m bench.seed --applications 100000 --firms 30000`.

Firms and the measured cases come from the portal's own code; the mass is made by SQL, as the
administrator with triggers and foreign key checks off (session_replication_role), in about a
minute. The first firm is 墨田区's, whose people and case are measured; the next RESERVED ones are
大田区's and keep a complete draft each for the submissions.
"""

import argparse
import os
import random
from pathlib import Path

import django
import psycopg

RESERVED = 900
DRAFTS_PERCENT = 4
SQL = Path(__file__).parent / "sql"


def main() -> None:
    """Seed the database of DATABASE_URL; BENCH_ADMIN_URL is the same one as administrator."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--applications", type=int, required=True)
    parser.add_argument("--firms", type=int, required=True)
    given = parser.parse_args()
    django.setup()
    with psycopg.connect(os.environ["BENCH_ADMIN_URL"], autocommit=True) as admin:
        admin.execute("SET synchronous_commit = off")
        admin.execute("SET session_replication_role = replica")
        admin.execute("SET work_mem = '256MB'")
        seed(admin, given.applications, given.firms)
    print(f"{given.applications} applications of {given.firms} firms")


def seed(admin: psycopg.Connection, applications: int, firms: int) -> None:
    """All steps in order."""
    from bench import cases

    _say("schemes and firms")
    _schemes()
    busy, *reserved = _firms(firms)
    _say("people and calls")
    _run(admin, "people")
    _say("measured cases")
    made = cases.build(draft_firm=reserved[0], detail_firm=busy)
    _say("applications")
    before = admin.execute("SELECT max(id) FROM subsidies_application").fetchone()
    _set(admin, model=made.detail, draft=made.draft, reserved=reserved[-1], before=before[0])
    # Some of these become drafts, which the ledger does not have: so many more are made.
    _set(admin, busy=busy, count=applications * (100 + DRAFTS_PERCENT) // 100)
    _run(admin, "applications")
    _say("what hangs on them")
    _run(admin, "consequences")
    _run(admin, "drafts")
    _say("a lab with a million bookings")
    _run(admin, "labs")
    _say("search")
    _run(admin, "search")
    _say("statistics")
    admin.execute("VACUUM (ANALYZE)")


def _schemes() -> None:
    from bench.cases import SYSTEM
    from portal.kernel import clock
    from portal.kernel.database import acting
    from subsidies.services.schemes import schemes_load

    with acting(SYSTEM):
        schemes_load(actor=SYSTEM, now=clock.now())


def _firms(count: int) -> list[int]:
    """Invented firms like the demonstration's. Returns the ids of the measured and reserved ones."""
    from bench.cases import OTA, SUMIDA, SYSTEM
    from portal.kernel.database import acting
    from programs.demo import build_firms
    from programs.models import Firm, FirmWard, Site

    built = list(build_firms(random.Random(23), count))
    # Those first, plain corporations that meet every criterion.
    most = min(RESERVED, count // 30)
    usable = [item for item in built if _fits(item, SUMIDA)][:1]
    usable += [item for item in built if _fits(item, OTA)][:most]
    chosen = {id(item) for item in usable}
    built = usable + [item for item in built if id(item) not in chosen]
    with acting(SYSTEM):
        Firm.objects.bulk_create((item.firm for item in built), batch_size=2000)
        Site.objects.bulk_create((site for item in built for site in item.sites), batch_size=5000)
        FirmWard.objects.bulk_create(
            (
                FirmWard(firm=item.firm, ward_id=ward, basis="site", since="2021-04-01")
                for item in built
                for ward in item.ward_ids
            ),
            batch_size=5000,
        )
    return [item.firm.pk for item in usable]


def _fits(item: object, ward: int) -> bool:
    firm, site = item.firm, item.sites[0]
    fits = site.ward_id == ward and firm.kind == "corporation" and 1 <= firm.employees <= 300
    if fits:
        site.since = "2010-04-01"
    return fits


def _set(admin: psycopg.Connection, **values: int) -> None:
    for name, value in values.items():
        admin.execute("SELECT set_config(%s, %s, false)", [f"bench.{name}", str(value)])


def _run(admin: psycopg.Connection, name: str) -> None:
    admin.execute((SQL / f"{name}.sql").read_text())


def _say(step: str) -> None:
    print(step, flush=True)


if __name__ == "__main__":
    main()
