"""What the diagnoses tell on a firm's card, to whom the firm lets see them: each one, and open drafts."""

import datetime as dt
from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.kernel.actor import Actor, Hat
from programs import history
from programs.diagnosis import policies, states
from programs.diagnosis.barriers import name
from programs.diagnosis.models import Diagnosis
from programs.diagnosis.selectors.versions import names
from programs.history import DIAGNOSIS, OF_FIRM, Event, Place, Todo, Told
from programs.models import Firm


@history.tells(Diagnosis)
def tell(actor: Actor, firm: Firm, today: dt.date, has: history.Has) -> Iterator[Told]:
    """Two queries: the diagnoses without their answers, the instruments' names."""
    rows = policies.visible_diagnoses(actor).filter(firm_id=firm.pk)
    found = rows.defer("answers", "aside", "ticks").order_by("-started_at", "-pk")
    called = names()
    route = "diagnosis:diagnosis" if actor.hat == Hat.FIRM else "diagnosis:read"
    for row in found[: history.MOST]:
        title, place = called.get(row.instrument, row.instrument), Place(route, row.public_id)
        if row.status == states.DRAFT or row.finished_at is None:
            what = _("診断「%(name)s」の続きに答える") % {"name": title}
            yield Todo(DIAGNOSIS, OF_FIRM, what, row.person_name, place=place)
            continue
        yield Event(
            at=row.finished_at,
            lane=DIAGNOSIS,
            text=gettext_lazy("診断「%(name)s」の結果が出ました"),
            values={"name": title},
            note=(_points(row), row.person_name),
            place=place,
            ward_id=row.ward_id,
        )


def _points(row: Diagnosis) -> str:
    if row.score is not None:
        return _("%(score)s点") % {"score": row.score}
    return _("、").join(name(code) for code in row.result.get("barriers", []))
