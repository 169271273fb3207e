"""Graduates with surveys, mails with links, and reports of investments."""

import datetime as dt
from typing import Any

from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.mail import mailers

from dojo.followup import links, rules, services
from dojo.followup.models import Investment, Survey, SurveyMail
from dojo.followup.services import Figures
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from tests.factories import dojo
from tests.factories import subsidies as make
from tests.factories.programs import SUMIDA
from tests.kernel.files import corpus

SYSTEM = Actor.system("test")


def graduates(
    number: int = 1, *, code: str = "dojo", lecturer: Actor | None = None, planned: bool = True
) -> list[tuple[Actor, Any]]:
    """So many people who have just graduated from one cohort of 墨田区, with their surveys planned."""
    planner, approver = make.official_actor(), make.official_actor(SUMIDA, Role.APPROVER)
    cohort = dojo.make_cohort(planner, code=code, lecturer=lecturer)
    people = dojo.enrolled(cohort, number)
    dojo.held(cohort)
    for _actor, row in people:
        dojo.attend(planner, row, "pppppp")
    done = {row.enrolment_id: row for row in dojo.graduate(planner, approver, cohort)}
    found = [(actor, done[row.pk]) for actor, row in people]
    with acting(SYSTEM):
        for _actor, graduation in found if planned else ():
            services.surveys_plan(actor=SYSTEM, graduation_id=graduation.pk)
    return found


def ago(graduation: Any, days: int) -> list[Survey]:
    """As if the graduation had been so many days ago; the surveys move with it."""
    on = clock.today() - dt.timedelta(days=days)
    with acting(SYSTEM):
        type(graduation).objects.filter(pk=graduation.pk).update(confirmed_on=on)
        graduation.confirmed_on = on
        for planned in rules.plan(on):
            rows = Survey.objects.filter(graduation=graduation, months=planned.months)
            rows.update(due_on=planned.due_on, closes_on=planned.closes_on)
        return surveys(graduation)


def surveys(graduation: Any) -> list[Survey]:
    """In the order of their months."""
    rows = Survey.objects.filter(graduation=graduation).select_related("cohort__course")
    return list(rows.order_by("months"))


def asked(days: int = 100, **others: Any) -> tuple[Actor, Survey]:
    """A graduate whose first survey has begun: three months ago and a bit."""
    actor, graduation = graduates(1, **others)[0]
    ago(graduation, days)
    with acting(SYSTEM):
        services.surveys_ask(actor=SYSTEM, today=clock.today())
    return actor, surveys(graduation)[0]


def secret(survey: Survey, number: int = 0) -> str:
    """What the link of the survey's mail carries."""
    with acting(SYSTEM):
        return links.secret_of(SurveyMail.objects.get(survey=survey, number=number))


def send(size: int = 25) -> list[Any]:
    """Send what waits; returns the mails of this sending."""
    before = len(mail.outbox)
    with acting(SYSTEM), mailers.default as connection:
        services.mails_send(connection=connection, today=clock.today(), size=size)
    return mail.outbox[before:]


def evidence(name: str = "注文書.pdf", content: bytes | None = None) -> SimpleUploadedFile:
    """A small real PDF, or whatever is given."""
    return SimpleUploadedFile(name, content or corpus.pdf())


def figures(**changes: Any) -> Figures:
    """An investment of yesterday."""
    values: dict[str, Any] = {
        "source": "own",
        "kind": "software",
        "what": "生産管理クラウドの導入",
        "invested_on": clock.today() - dt.timedelta(days=1),
        "amount_yen": 720_000,
    }
    return Figures(**values | changes)


def report(actor: Actor, **changes: Any) -> Investment:
    """The firm reports with evidence."""
    with acting(actor):
        return services.investment_report(
            actor=actor, figures=figures(**changes), uploaded=evidence()
        )
