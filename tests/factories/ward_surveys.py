"""Waves of the ward survey with firms that are asked, through the services."""

import datetime as dt
from typing import Any

from django.core import mail
from django.core.mail import mailers

from kpi.surveys import links, services
from kpi.surveys.models import Asked, Wave
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from tests.factories import subsidies as make
from tests.factories.programs import SUMIDA, FirmFactory, SiteFactory

SYSTEM = Actor.system("test")
# The shortest way through: nothing to mend, no links with others.
SHORT = {"state": "considering", "view": "fine", "joint": "no"}
# A longer one: something ready-made, walls of cost and people.
LONG = {
    "state": "done",
    "view": "5",
    "trouble": ["cost", "plan"],
    "idea": ["ready"],
    "real": [],
    "wall": ["cost", "people"],
    "joint": "fear",
}


def official(ward: int = SUMIDA) -> Actor:
    return make.official_actor(ward, Role.REVIEWER)


def planned(actor: Actor | None = None, *, days: int = 30, **changes: Any) -> Wave:
    """A wave that begins today."""
    today = clock.today()
    plan = {"name": "実態調査", "starts_on": today, "ends_on": today + dt.timedelta(days=days)}
    actor = actor or official()
    with acting(actor):
        return services.wave_plan(actor=actor, plan=services.Plan(**{**plan, **changes}))


def begun(actor: Actor | None = None, **changes: Any) -> Wave:
    """An open wave of all firms on the register."""
    actor = actor or official()
    wave = planned(actor, **changes)
    with acting(actor):
        return services.wave_open(actor=actor, wave_id=wave.pk)


def firms(n: int, *, ward: int = SUMIDA, employees: int = 12, **fields: Any) -> list[Any]:
    """Firms on the ward's register with an address of their own."""
    found = [
        FirmFactory(ward=ward, employees=employees, email=f"f{ward}-{i}@example.jp", **fields)
        for i in range(n)
    ]
    for firm in found:
        SiteFactory(firm=firm, ward_id=ward)
    return found


def asked(wave: Wave) -> list[Asked]:
    return list(Asked.objects.filter(wave=wave).select_related("wave").order_by("firm_id"))


def secret(row: Asked) -> str:
    return links.secret_of(row)


def typed(secret: str, answers: dict[str, Any]) -> services.Opened:
    """Every page on the way, as a browser sends them."""
    found = services.opened(secret=secret)
    for page in found.sheet.pages:
        values = {q.code: answers[q.code] for q in page.questions if q.code in answers}
        if values:
            found = services.page_save(
                secret=secret, page=page.code, typed=values, revision=found.revision or None
            )
    return found


def answered(row: Asked, answers: dict[str, Any] = SHORT, *, is_linked: bool = False) -> Any:
    """Typed and sent."""
    typed(secret(row), answers)
    return services.answers_send(secret=secret(row), is_linked=is_linked, revision=None)


def closed(wave: Wave, actor: Actor | None = None) -> Wave:
    actor = actor or official()
    with acting(actor):
        return services.wave_close(actor=actor, wave_id=wave.pk)


def send(size: int = 100) -> list[Any]:
    """The mails that left."""
    before = len(mail.outbox)
    with acting(SYSTEM), mailers.default as connection:
        services.mails_send(connection=connection, today=clock.today(), size=size)
    return mail.outbox[before:]


def moved(wave: Wave, **days: int) -> None:
    """The wave as if it had begun, ended or closed so many days from today."""
    day: dict[str, Any] = {name: clock.today() + dt.timedelta(days=n) for name, n in days.items()}
    if "closed_at" in day:
        day["closed_at"] = clock.midnight(day["closed_at"])
    Wave.objects.filter(pk=wave.pk).update(**day)
