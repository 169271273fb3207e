"""`make bench`: seed, serve, measure, report. Options: --applications, --firms, --rounds."""

import argparse
import os
import sys

from bench import instance
from portal.runtime import fingerprints, processes
from portal.runtime.environment import read_dotenv
from portal.runtime.paths import ROOT, PlainError, log_dir
from portal.runtime.steps import Steps

APPLICATIONS, FIRMS, ROUNDS = 100_000, 30_000, 200
THROUGHPUT_SECONDS = 5
MAX_AGE_DAYS = 60
# The pages that are asked while mails leave.
WHILE_MAILING = ("home", "my_page", "queue_first")
# What the seed does not hold.
APART = {"growth", "kpi"}


def main() -> int:
    """One whole measurement. A missed goal is reported and is no failure: exit code 0."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--applications", type=int, default=APPLICATIONS)
    parser.add_argument("--firms", type=int, default=None, help="three tenths if not given")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="requests per page")
    parser.add_argument("--try", dest="trial", action="store_true", help="write no results")
    given = parser.parse_args()
    given.firms = given.firms or given.applications * 3 // 10
    read_dotenv()
    try:
        return run(given)
    except PlainError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1


def run(given: argparse.Namespace) -> int:
    """Start, seed where needed, measure on a copy, stop."""
    steps = Steps(8)
    with instance.services() as running:
        with steps.step("Seeded database") as step:
            step.note(prepare(running, step, given.applications, given.firms))
        with steps.step("Copy to measure on"):
            instance.clone(running.database)
        with steps.step("Web server, 2 workers") as step:
            server = instance.served(running, step)
            child = server.__enter__()
        try:
            os.environ.update(running.environment(instance.RUN))
            measure(given, running, child, steps)
        finally:
            server.__exit__(None, None, None)
    return 0


def prepare(running: instance.Services, steps: Steps, applications: int, firms: int) -> str:
    """Make the seeded database unless the one that is there fits."""
    wanted = f"{applications} {firms} {seed_digest()}"
    label = instance.label(running.database, instance.SEED) or ""
    if label.rpartition(" ")[0] == wanted and days_old(label) < MAX_AGE_DAYS:
        return "kept"
    instance.make(running, steps, instance.SEED)
    last = steps.run(
        processes.python(
            *("-m", "bench.seed", "--applications", str(applications), "--firms", str(firms))
        ),
        environment=running.environment(instance.SEED) | {"DATABASE_STATEMENT_TIMEOUT_MS": "0"},
        log=log_dir() / "bench-seed.log",
    )
    instance.set_label(running.database, instance.SEED, f"{wanted} {today()}")
    return last


def seed_digest() -> str:
    """Of the schema and of what fills it: the seed's own files and the schemes' data."""
    files = [ROOT / "bench/seed.py", ROOT / "bench/cases.py"]
    files += (path for path in sorted((ROOT / "bench/sql").glob("*.sql")) if path.stem not in APART)
    files += sorted((ROOT / "subsidies/schemes").rglob("*.json"))
    return f"{fingerprints.schema()} {fingerprints._digest(files)}"


def today() -> str:
    """The day as a number of days, because a seed counts its dates from the day it was made."""
    from portal.kernel import clock

    return str(clock.today().toordinal())


def days_old(label: str) -> int:
    """How many days ago the seed of this label was made."""
    return int(today()) - int(label.rpartition(" ")[2])


def measure(
    given: argparse.Namespace,
    running: instance.Services,
    child: processes.Child,
    steps: Steps,
) -> None:
    """All measurements on the served instance, then the report."""
    import django

    django.setup()
    from bench import (
        budget_race,
        capability_search,
        export,
        kpi,
        kpi_effect,
        kpi_releases,
        labs,
        letters,
        plan_batch,
        plan_bound,
        ranking,
        report,
        survey_mails,
        targets,
    )
    from bench import measure as m

    machine = report.machine()
    with steps.step("Sessions and drafts") as step:
        chosen = targets.choose(drafts=2 * given.rounds + 300)
        step.note(f"{len(chosen.pages)} pages")
    pages: list[m.Target] = chosen.pages
    with steps.step("Measurements") as step:
        made = m.rounds(running.port, pages, given.rounds)
        for page in pages:
            step.note(page.name)
            most = chosen.drafts_left() if page.name == "submit" else None
            page.rps8 = m.throughput(running.port, page, THROUGHPUT_SECONDS, most)
            page.rss_mb = instance.rss_mb(child)
        step.note("memory")
        memory = m.memory(running.port, chosen.signed_in, lambda: instance.rss_mb(child))
    with steps.step("Mails of surveys"):
        by_name = {page.name: page for page in pages}
        watched = [by_name[name] for name in WHILE_MAILING]
        mails = survey_mails.measure(running.port, watched)
    about = machine | {
        "applications": given.applications,
        "firms": given.firms,
        "workers": instance.WORKERS,
        "rounds": made,
        "memory_requests": m.MEMORY_REQUESTS,
        "search": chosen.needles,
    }
    found = report.results(by_name, memory, about) | {"survey_mails": mails}
    report.keep(found)
    with steps.step("Exports, the race for the budget, ranking, teams, letters") as step:
        step.note("exports")
        found["export"] = export.measure(given.applications)
        named = (
            *(budget_race, ranking, plan_batch, plan_bound, letters, capability_search),
            kpi_effect,
        )
        works = {
            **{work.__name__.rpartition(".")[2]: work for work in named},
            "booking_insert": labs.Insert,
            "booking_race": labs.Race,
            "kpi_releases": kpi_releases,
        }
        for name, work in works.items():
            step.note(name)
            try:
                found[name] = work.measure()
            except budget_race.TooFew as error:
                if not given.trial:
                    raise
                step.note(f"{name} left out: {error}")
    report.keep(found)
    with steps.step("Five million facts") as step:
        few = by_name["kpi_page"].median_ms / by_name["floor"].median_ms
        step.note(f"made in {kpi.seed():.0f} s")
        found["kpi_rebuild"] = kpi.rebuild()
        found["kpi_fresh"] = kpi.fresh()
        found["kpi_page_full"] = kpi.compare(running.port, by_name["kpi_page"], few)
    if not given.trial:
        report.write(found)
    print(f"\n{report.table(found)}")


if __name__ == "__main__":
    sys.exit(main())
