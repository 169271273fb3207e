"""`survey_mails`: 10,000 mails of surveys wait; how do the pages answer while a worker sends them?

The pages' medians are taken twice with one client: with nothing else to do, and while a process of
its own calls the task `followup.send_mails` over and over without the pause that the beat makes
between two runs, to a mail server of this machine that takes everything. Published is the worst
page's busy median divided by its idle one. Every mail must arrive exactly once.
"""

import argparse
import datetime as dt
import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import Any

from bench.client import Connection
from bench.instance import WORKER
from bench.measure import CONNECTIONS, Target

MAILS, ROUNDS = 10_000, 150
MOST_TIMES = 2.0
LONGEST_SECONDS = 600
SIZE = 500


def measure(port: int, pages: Sequence[Target]) -> dict[str, object]:
    """The worst ratio. Raises RuntimeError when mails were lost or sent twice."""
    _queue(MAILS)
    idle = _medians(port, pages, None)
    with subprocess.Popen(
        [sys.executable, "-m", "bench.mail_sink"], stdout=subprocess.PIPE, text=True
    ) as sink:
        assert sink.stdout is not None
        address = f"smtp://127.0.0.1:{int(sink.stdout.readline())}"
        started = time.monotonic()
        with subprocess.Popen(
            [sys.executable, "-m", "bench.survey_mails", "--send"],
            env=os.environ | WORKER | {"EMAIL_URL": address},
        ) as sender:
            busy = _medians(port, pages, sender)
            failed = sender.wait(LONGEST_SECONDS)
        seconds = time.monotonic() - started
        sink.send_signal(signal.SIGTERM)
        arrived = int(sink.stdout.readline())
    if failed or arrived != MAILS:
        raise RuntimeError(f"{arrived} of {MAILS} mails arrived (exit code {failed})")
    worst = max(idle, key=lambda name: busy[name] / idle[name])
    ratio = busy[worst] / idle[worst]
    return {
        "value": round(ratio, 2),
        "unit": "× idle median",
        "goal": MOST_TIMES,
        "ok": ratio <= MOST_TIMES,
        "mails": MAILS,
        "mails_per_second": round(MAILS / seconds, 1),
        "page": worst,
        "idle_ms": round(1000 * idle[worst], 2),
        "busy_ms": round(1000 * busy[worst], 2),
    }


def _medians(
    port: int, pages: Sequence[Target], sender: subprocess.Popen[bytes] | None
) -> dict[str, float]:
    """Seconds of each page's median over the rounds, or over those before the sender was done."""
    connections = [Connection(port) for _ in range(CONNECTIONS)]
    seconds: dict[str, list[float]] = {page.name: [] for page in pages}
    for number in range(ROUNDS):
        for page in pages:
            answer = page.request(connections[number % CONNECTIONS])
            seconds[page.name].append(answer.seconds)
        if sender is not None and sender.poll() is not None:
            break
    for connection in connections:
        connection.close()
    return {name: statistics.median(found) for name, found in seconds.items()}


def _queue(count: int) -> None:
    """Surveys of so many people, all asked today: cohorts of 500, one survey each."""
    from bench.cases import SUMIDA, SYSTEM
    from dojo import services as courses
    from dojo.followup import services
    from dojo.models import Cohort, Course, Enrolment, Graduation
    from portal.kernel import clock
    from portal.kernel.database import acting
    from programs.models import FirmMembership

    today = clock.today()
    with acting(SYSTEM):
        courses.courses_load(actor=SYSTEM)
        course = Course.objects.get(code="dojo")
        rows = FirmMembership.objects.filter(valid_to=None).select_related("firm", "user")
        # Half of the cohort behind `cohort_board` has graduated already.
        rows = rows.exclude(user_id__in=Graduation.objects.values("person_id"))
        people = list(rows.order_by("user_id").distinct("user_id")[:count])
        if len(people) < count:
            raise RuntimeError(f"the seed has only {len(people)} people")
        cohorts = Cohort.objects.bulk_create(
            Cohort(
                course=course,
                ward_id=SUMIDA,
                fiscal_year=clock.fiscal_year(today),
                number=1 + number,
                capacity=SIZE,
                selection=Cohort.Selection.FIRST_COME,
                opens_on=today,
                closes_on=today,
                place="bench",
                contact="bench",
                rule=course.rule,
            )
            for number in range(-(-count // SIZE))
        )
        enrolments = Enrolment.objects.bulk_create(
            Enrolment(
                cohort=cohorts[place // SIZE],
                ward_id=SUMIDA,
                firm=row.firm,
                person=row.user,
                firm_name=row.firm.name,
                person_name=row.user.name,
                motive="bench",
                status="enrolled",
            )
            for place, row in enumerate(people)
        )
        graduations = Graduation.objects.bulk_create(
            Graduation(
                enrolment=row,
                ward_id=SUMIDA,
                firm_id=row.firm_id,
                person_id=row.person_id,
                course_code="dojo",
                assessment={},
            )
            for row in enrolments
        )
        _surveys(graduations, today)
    left = count
    while left > 0:
        with acting(SYSTEM):
            done = services.surveys_ask(actor=SYSTEM, today=today, limit=1_000)
        if not done:
            raise RuntimeError("not every survey was asked")
        left -= done


def _surveys(graduations: Sequence[Any], today: dt.date) -> None:
    """The first survey of each, which falls due today."""
    from dojo.followup import rules
    from dojo.followup.models import Survey
    from dojo.followup.services.planning import survey_of

    planned = next(iter(rules.plan(rules.months_after(today, -3))))
    Survey.objects.bulk_create(survey_of(row, planned) for row in graduations)


def send() -> None:
    """As a worker whose next run begins at once, until nothing waits."""
    import django

    django.setup()
    from dojo.followup import tasks

    while tasks.send_mails():
        pass


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--send", action="store_true", required=True)
    parser.parse_args()
    send()
