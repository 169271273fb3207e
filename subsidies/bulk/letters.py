"""The ward's letters, whatever they tell of: which there are, what each is called."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from portal.kernel.actor import Actor
from portal.letters.models import Letter
from portal.letters.services import received_kinds
from subsidies.policies import is_office
from subsidies.rules.scheme.papers import FILING_RECEIPT, STANDARD

# Kinds whose letters have several titles; the others are called as their paper (様式).
NAMES = {
    "receipt": _("申請受付証"),
    FILING_RECEIPT: _("届出・報告の受付証"),
    "decision": _("交付・不交付の決定通知書"),
    "ruling": _("決定後の承認・指示・取消などの通知書"),
    "selection_list": _("採択者一覧"),
    "selection_results": _("審査結果一覧"),
    "selection_results_xlsx": _("審査結果一覧（Excel）"),
    "selection_minutes": _("審査会の議事録"),
}


@dataclass(frozen=True, slots=True)
class LetterFilters:
    """What is looked for; empty values look for everything. Both days are included."""

    kind: str = ""
    since: dt.date | None = None
    until: dt.date | None = None

    def as_url(self) -> Mapping[str, str]:
        """As they stand in the address, defaults left out."""
        given = {
            "kind": self.kind,
            "since": self.since.isoformat() if self.since else "",
            "until": self.until.isoformat() if self.until else "",
        }
        return {name: value for name, value in given.items() if value}


def visible_letters(actor: Actor) -> QuerySet[Letter]:
    """Letters that the actor's ward has sent."""
    rows = Letter.objects.exclude(kind__in=received_kinds())
    if is_office(actor):
        return rows.filter(ward_id=actor.ward_id)
    return rows.none()


def letters(actor: Actor, filters: LetterFilters) -> QuerySet[Letter]:
    """Those the filter finds, by day of issue."""
    rows = visible_letters(actor)
    if filters.kind:
        rows = rows.filter(kind=filters.kind)
    if filters.since:
        rows = rows.filter(issued_on__gte=filters.since)
    if filters.until:
        rows = rows.filter(issued_on__lte=filters.until)
    return rows.select_related("stored_file").order_by("issued_on", "id")


def kinds(actor: Actor) -> list[tuple[str, str]]:
    """(code, name) of the kinds the ward has issued."""
    codes = visible_letters(actor).order_by("kind").values_list("kind", flat=True).distinct()
    return [(code, kind_name(code)) for code in codes]


def kind_name(code: str) -> str:
    """The kind in words; a code nobody has named stands for itself."""
    if code in NAMES:
        return str(NAMES[code])
    return STANDARD[code].title if code in STANDARD else code
