"""bench/results.json, the table on the terminal and in docs/performance.md."""

import json
import os
from dataclasses import dataclass
from pathlib import Path

import psutil

from bench.measure import Target
from portal.kernel import clock
from portal.runtime.paths import ROOT, var_dir

RESULTS = Path(__file__).parent / "results.json"
PARTIAL = "bench-partial.json"
DOCUMENT = ROOT / "docs/performance.md"
QUERIES, BYTES, GROWTH_SHARE = 12, 80_000, 0.05


@dataclass(frozen=True)
class Goal:
    """Most times the floor's median; for pages of the queue also statements and bytes."""

    times: float
    queries: int | None = None
    bytes: int | None = None


QUEUE = Goal(25, QUERIES, BYTES)
GOALS = {
    "queue_first": QUEUE,
    "queue_page_50": QUEUE,
    "queue_status": QUEUE,
    "queue_search": QUEUE,
    "detail": Goal(20),
    "my_page": Goal(20),
    "home": Goal(4),
    "site_search": Goal(25),
    "public_page": Goal(15),
    "public_page_cached": Goal(4),
    "submit": Goal(40),
    "committee": Goal(20),
    "firm_card": Goal(20),
    "cohort_board": Goal(20),
    "week_grid": Goal(20),
    "kpi_page": Goal(20),
}
# Searches are measured with a word of few and a word of many; the slower one counts.
SEARCHES = ("queue_search", "site_search")
# What is measured beside the pages, as sentences below the table.
WORKS = {
    "export": (
        "`export`: {rows:,} rows of the ledger at {value:,} rows/s, peak {peak_mb} MB"
        " ({verdict}; goals: {goal:,} rows/s, below {goal_peak_mb} MB)."
    ),
    "letters": (
        "`letters`: {letters} letters on {processes} processes at {value}/s"
        " ({verdict}; goal: {goal}/s)."
    ),
    "survey_mails": (
        "`survey_mails`: {mails:,} mails leave at {mails_per_second}/s; the slowest page (`{page}`)"
        " then takes {busy_ms} ms, {value} × its idle median of {idle_ms} ms"
        " ({verdict}; goal: {goal})."
    ),
    "ranking": (
        "`ranking`: {applications:,} scored applications in {value} s ({verdict}; goal: below {goal} s)."
    ),
    "booking_insert": (
        "`booking_insert`: {threads} threads lock, look and book: {per_second}/s, {value} × one bare row"
        " under the same constraints, {bare_per_second}/s ({verdict}; goal: {goal})."
    ),
    "booking_race": (
        "`booking_race`: {clients} firms for one slot, {rounds} rounds, one winner each: all are"
        " answered within {value} ms at the 95th percentile, median {p50_ms} ms, {deadlocks} deadlocks"
        " ({verdict}; goal: {goal} ms, none)."
    ),
    "capability_search": (
        "`capability_search`: {searches} searches among {firms:,} firms, p95 {value} ms, median"
        " {median_ms} ms ({verdict}; goal: below {goal} ms)."
    ),
    "kpi_effect": (
        "`kpi_effect`: {firms:,} firms over {years} years with analytic errors in {value} s with the"
        " library still to be loaded, {again} s afterwards ({verdict}; goal: {goal} s)."
    ),
    "plan_batch": (
        "`plan_batch`: teams for {orders} orders of six steps on 500 firms and 24 half-weeks in"
        " {value} s in the slower of two markets ({verdict}; goal: {goal} s), {served} served, no rule"
        " broken."
    ),
    "plan_bound": (
        "`plan_bound`: that plan reaches {value:.2%} of the upper bound by column generation"
        " in the harder of two markets ({verdict}; goal: {goal:.0%}): {loose:.2%}, and with a third"
        " less free time {busy:.2%}; with the published weights {published_weights:.2%}."
    ),
    "kpi_releases": (
        "`kpi_releases`: {releases} releases with {figures:,} figures take {value} MB with their indexes"
        " ({verdict}; goal: {goal} MB); one is stored in {store_seconds} s (the first one, of which every"
        " column is looked through for small cells, in {first_seconds} s), two are compared in"
        " {compare_ms} ms."
    ),
    "kpi_rebuild": (
        "`kpi_rebuild`: counting {facts:,} facts anew and comparing takes {seconds} s, the raw aggregate"
        " {raw_seconds} s; the worst of the ratios is {value} ({verdict}; goal: {goal})."
    ),
    "kpi_fresh": (
        "`kpi_fresh`: among {facts:,} facts a new one has moved the dashboard's figure after {value} s,"
        " through outbox and worker ({verdict}; goal: {goal} s)."
    ),
    "kpi_page_full": (
        "`kpi_page` with {facts:,} facts: {median_ms} ms, {value} × floor, {few} × with few; the first"
        " answer, with nothing summed up before, {cold_ms} ms ({verdict}; goal: {goal}, and at most"
        " {most_growth} times what it is with few)."
    ),
    "budget_race": (
        "`budget_race`: {threads} threads take money for {attempts} decisions:"
        " {per_second}/s, {value} × the bare UPDATE's {bare_per_second}/s"
        " ({verdict}; goal: {goal}), exact."
    ),
}


def results(
    targets: dict[str, Target], memory: tuple[float, float], about: dict[str, object]
) -> dict[str, dict[str, object]]:
    """name → {value, unit, goal, ok, …}; pages are given as times the floor's median."""
    floor = targets["floor"].median_ms
    found: dict[str, dict[str, object]] = {
        name: _page(target, floor) for name, target in targets.items()
    }
    for name in SEARCHES:
        found[name] = _slower(found, targets, name)
    for name, goal in GOALS.items():
        _judge(found[name], goal)
    before, after = memory
    allowed = round(before * GROWTH_SHARE, 1)
    found["queue_growth"] = {
        "value": round(after - before, 1),
        "unit": "MB",
        "goal": allowed,
        "ok": after - before <= allowed,
        "rss_mb_before": round(before, 1),
        "rss_mb_after": round(after, 1),
        "requests": about["memory_requests"],
    }
    found["about"] = {"value": None, "unit": "", "goal": None, "ok": True, **about}
    return found


def _slower(
    found: dict[str, dict[str, object]], targets: dict[str, Target], name: str
) -> dict[str, object]:
    rare, common = f"{name}_rare", f"{name}_common"
    slower = max((found.pop(rare), found.pop(common)), key=lambda entry: float(str(entry["value"])))
    return slower | {
        "median_ms_rare": round(targets[rare].median_ms, 2),
        "median_ms_common": round(targets[common].median_ms, 2),
    }


def machine() -> dict[str, object]:
    """Where and when it was measured, and what else the machine was doing."""
    return {
        "measured_on": clock.today().isoformat(),
        "cores": os.cpu_count(),
        "load_1m": round(psutil.getloadavg()[0], 1),
    }


def _page(target: Target, floor: float) -> dict[str, object]:
    is_floor = target.name == "floor"
    return {
        "value": round(target.median_ms if is_floor else target.median_ms / floor, 2),
        "unit": "ms" if is_floor else "× floor",
        "goal": None,
        "ok": True,
        "median_ms": round(target.median_ms, 2),
        "p95_ms": round(target.p95_ms, 2),
        "rps8": round(target.rps8, 1),
        "queries": target.queries,
        "bytes": target.bytes,
        "bytes_gzip": target.gzip_bytes,
        "rss_mb": round(target.rss_mb, 1),
        "requests": len(target.seconds),
    }


def _judge(entry: dict[str, object], goal: Goal) -> None:
    entry["goal"] = goal.times
    good = [float(str(entry["value"])) <= goal.times]
    for name, most in (("queries", goal.queries), ("bytes", goal.bytes)):
        if most is not None:
            entry[f"goal_{name}"] = most
            good.append(int(str(entry[name])) <= most)
    entry["ok"] = all(good)


def keep(found: dict[str, dict[str, object]], file: Path | None = None) -> None:
    """Write what was measured so far beside the results: they are those of one whole run."""
    file = file or var_dir() / PARTIAL
    file.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n")


def write(found: dict[str, dict[str, object]]) -> None:
    """Write the results of a whole run, and the table into the document between its two marks."""
    keep(found, RESULTS)
    replace("results", table(found))
    (var_dir() / PARTIAL).unlink(missing_ok=True)


def replace(mark: str, text: str) -> None:
    """Put the text between `<!-- bench:MARK -->` and `<!-- bench:end -->` of the document."""
    start, end = f"<!-- bench:{mark} -->", "<!-- bench:end -->"
    before, _, rest = DOCUMENT.read_text().partition(start)
    _, _, after = rest.partition(end)
    DOCUMENT.write_text(f"{before}{start}\n{text}\n{end}{after}")


def table(found: dict[str, dict[str, object]]) -> str:
    """The results as a Markdown table with one line on the circumstances."""
    about, growth = found["about"], found["queue_growth"]
    circumstances = (
        f"Measured {about['measured_on']}: {about['applications']:,} applications of"
        f" {about['firms']:,} firms, {about['workers']} workers, {about['cores']} cores, load"
        f" {about['load_1m']} before the start, {about['rounds']} rounds."
    )
    memory = (
        f"Memory of both workers before and after {growth['requests']:,} signed-in requests:"
        f" {growth['rss_mb_before']} → {growth['rss_mb_after']} MB"
        f" ({_verdict(growth)}; goal: no more than {growth['goal']} MB more)."
    )
    columns = (
        "| | × floor | goal | | median ms | p95 ms | req/s, 8 clients | queries | kB"
        " | kB gzip | RSS MB |"
    )
    lines = [circumstances, "", columns, "|---|--:|--:|---|--:|--:|--:|--:|--:|--:|--:|"]
    lines += [_line(name, entry) for name, entry in found.items() if "rps8" in entry]
    works = [
        WORKS[name].format(**entry, verdict=_verdict(entry))
        for name, entry in found.items()
        if name in WORKS
    ]
    return "\n".join([*lines, "", memory, *(f"\n{work}" for work in works)])


def _line(name: str, entry: dict[str, object]) -> str:
    is_page = entry["unit"] == "× floor"
    return (
        f"| `{name}` | {entry['value'] if is_page else ''} | {entry['goal'] or ''}"
        f" | {_verdict(entry) if entry['goal'] else ''} | {entry['median_ms']}"
        f" | {entry['p95_ms']} | {entry['rps8']} | {entry['queries']}"
        f" | {int(str(entry['bytes'])) / 1000:.1f} | {int(str(entry['bytes_gzip'])) / 1000:.1f}"
        f" | {entry['rss_mb']} |"
    )


def _verdict(entry: dict[str, object]) -> str:
    return "reached" if entry["ok"] else "**missed**"
