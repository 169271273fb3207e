"""The demonstration's consultations: firms that asked before they applied, and some that only asked."""

import datetime as dt

from portal.accounts.models import Assignment
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from programs.models import Firm
from subsidies import states
from subsidies.consultations import selectors
from subsidies.consultations.models import Consultation
from subsidies.consultations.services import consultation_record
from subsidies.models import Application, Call, Scheme

NOTES = (
    "紙の日報と在庫表を見せてもらった。まず日報の入力から始めることを勧めた。見積書は2者から取るように伝えた。",
    "受発注の手順を聞き取り、導入するソフトの候補を2つに絞った。交付決定の前に発注しないように念を押した。",
    "検査記録の作り方を確かめた。計画の目標を数字で書くように助言した。",
)
# So many cases of a ward's open ones get a record; the next one is left for the official to ask.
A_WARD = 4
BEFORE = 12  # days between the talk and the application


def load() -> int:
    """Tell it all; returns how many consultations there are."""
    reviewers = Assignment.objects.filter(role=Role.REVIEWER, ward_id__isnull=False)
    for row in reviewers.select_related("user").order_by("ward_id", "user_id").distinct("ward_id"):
        actor = Actor(
            row.user_id, row.user.name, Hat.WARD, frozenset({row.role}), ward_id=row.ward_id
        )
        _cases(actor)
        _only_asked(actor)
    return Consultation.objects.count()


def _cases(actor: Actor) -> None:
    """Of schemes that ask for it: most of the open cases have their talk on record."""
    needs = selectors.needs_of(Scheme.objects.filter(ward_id=actor.ward_id))
    asked = [scheme_id for scheme_id, found in needs.items() if found]
    rows = Application.objects.filter(
        ward_id=actor.ward_id, status__in=states.OPEN, version__scheme_id__in=asked
    ).select_related("version")
    for number, case in enumerate(rows.order_by("id")[: A_WARD + 1]):
        scheme_id = case.version.scheme_id
        if number == A_WARD or case.submitted_at is None:
            continue
        day = clock.to_date(case.submitted_at) - dt.timedelta(days=BEFORE)
        _record(actor, case.firm_id, scheme_id, day, number, next(iter(needs[scheme_id])))


def _only_asked(actor: Actor) -> None:
    """One firm of the ward asked about a scheme that takes applications now."""
    call = (
        Call.objects.filter(ward_id=actor.ward_id, closes_at__gt=clock.now())
        .select_related("version")
        .order_by("id")
        .first()
    )
    firm = Firm.objects.filter(wards__ward_id=actor.ward_id).order_by("id").last()
    if call and firm:
        day = clock.today() - dt.timedelta(days=3)
        _record(actor, firm.pk, call.version.scheme_id, day, 2, "")


def _record(
    actor: Actor, firm_id: int, scheme_id: int, day: dt.date, number: int, need: str
) -> None:
    with acting(actor):
        consultation_record(
            actor=actor,
            firm_id=firm_id,
            scheme_id=scheme_id,
            held_on=day,
            note=NOTES[number % len(NOTES)],
            need=need,
        )
