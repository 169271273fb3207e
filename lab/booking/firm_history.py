"""What the labs tell on a firm's card: bookings that were used or missed, results of trials."""

import datetime as dt
from collections.abc import Callable, Iterator

from django.db import models
from django.utils.translation import gettext_lazy as _

from lab.booking import policies, states
from lab.booking.codes import Purpose
from lab.booking.models import Reservation, TrialReport
from portal.kernel import clock
from portal.kernel.actor import Actor, Hat
from programs import history
from programs.history import LAB, OF_FIRM, Event, Place, Todo, Told
from programs.models import Firm

_USED = _("ラボを使いました（%(lab)s、%(purpose)s）")
_BOOKED = _("ラボの予約：%(state)s（%(lab)s、%(purpose)s）")
_TRIED = _("ラボでの試用の結果：%(outcome)s、%(wish)s")
_PURPOSES = dict(Purpose.choices)
_OUTCOMES = dict(TrialReport.Outcome.choices)
_WISHES = dict(TrialReport.Wish.choices)
_TOLD = (states.USED, states.IN_USE, states.MISSED, states.CALLED_OFF)
_COLUMNS = ("public_id", "status", "starts_at", "purpose", "lab__name", "person_name", "ward_id")
_TRIAL = ("public_id", "written_at", "outcome", "wish", "machine_names", "ward_id")


@history.tells(Reservation, TrialReport)
def tell(
    actor: Actor, firm: Firm, today: dt.date, _has: Callable[[type[models.Model]], bool]
) -> Iterator[Told]:
    """Two queries: the bookings, the results of trials."""
    rows = policies.visible_reservations(actor).filter(firm_id=firm.pk).order_by("-starts_at")
    is_firm = actor.hat == Hat.FIRM
    for row in rows.values(*_COLUMNS)[: history.MOST]:
        place = Place("booking:reservation", row["public_id"]) if is_firm else None
        values = {"lab": row["lab__name"], "purpose": _PURPOSES[row["purpose"]]}
        if row["status"] in _TOLD:
            state = states.RESERVATION.state(row["status"])
            used = row["status"] in (states.USED, states.IN_USE)
            yield Event(
                at=row["starts_at"],
                lane=LAB,
                text=_USED if used else _BOOKED,
                values={**values, "state": state.label},
                note=(row["person_name"],),
                tone="" if used else "red",
                place=place,
                ward_id=row["ward_id"],
            )
        elif (
            row["status"] == states.APPROVED
            and is_firm
            and row["starts_at"] > clock.midnight(today)
        ):
            day = clock.to_date(row["starts_at"])
            yield Todo(LAB, OF_FIRM, _("ラボを使う"), row["lab__name"], day, place)
    trials = policies.visible_trials(actor).filter(firm_id=firm.pk).order_by("-written_at")
    for trial in trials.values(*_TRIAL)[: history.MOST]:
        yield Event(
            at=trial["written_at"],
            lane=LAB,
            text=_TRIED,
            values={"outcome": _OUTCOMES[trial["outcome"]], "wish": _WISHES[trial["wish"]]},
            note=(trial["machine_names"],),
            tone="green" if trial["wish"] == TrialReport.Wish.BUY else "",
            place=Place("booking:trial_result", trial["public_id"]) if is_firm else None,
            ward_id=trial["ward_id"],
        )
