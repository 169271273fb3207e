"""A row of the officials' search as a line with its link."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.kernel.actor import Actor, Hat
from portal.kernel.transitions import State
from portal.letters.models import Letter
from portal.search.selectors import people
from portal.search.selectors.office import Results
from portal.search.selectors.people import Person
from programs.models import Firm
from subsidies import grant_states, states
from subsidies.models import Application, Grant
from subsidies.selectors import scheme_label

_PARTS = {
    people.HEAD: _("代表者"),
    people.MEMBER: "",
    people.LEARNER: _("受講者"),
    people.CONTACT: _("申請の連絡担当者"),
}
_PAGES = {people.LEARNER: "dojo:person", people.CONTACT: "subsidies:application"}


@dataclass(frozen=True, slots=True)
class Line:
    """What it is called, where it leads, and what tells it from its like."""

    label: str
    url: str
    note: str = ""
    tag: str = ""
    state: State | None = None


def lines(actor: Actor, found: Results) -> dict[str, list[Line]]:
    """Group → its lines."""
    groups: dict[str, list[Any]] = {
        "exact": found.exact,
        "firms": found.firms.rows,
        "people": found.people.rows,
        "applications": found.applications.rows,
        "grants": found.grants.rows,
        "letters": found.letters.rows,
    }
    return {name: [_line(actor, row) for row in rows] for name, rows in groups.items()}


def _line(actor: Actor, row: Firm | Person | Application | Grant | Letter) -> Line:
    match row:
        case Firm():
            tag = "" if row.is_active else gettext("営業していません")
            return Line(row.name, _card(actor, row), row.corporate_number, tag)
        case Person():
            return Line(row.name, _person_url(actor, row), row.firm_name, str(_PARTS[row.part]))
        case Application():
            url = reverse("subsidies:application", args=[row.receipt_no])
            note = f"{row.firm_name} {scheme_label(row.scheme_name)}"
            return Line(row.receipt_no or "", url, note, state=states.APPLICATION.state(row.status))
        case Grant():
            url = reverse("grants:staff_grant", args=[row.receipt_no])
            state = grant_states.GRANT.state(row.status)
            return Line(row.receipt_no, url, f"{row.firm_name} {row.title}", state=state)
        case Letter():
            url = reverse("subsidies:application", args=[row.case_no])
            return Line(row.document_no, url, row.case_no)


def _person_url(actor: Actor, row: Person) -> str:
    if row.firm is not None:
        return _card(actor, row.firm)
    return reverse(_PAGES[row.part], args=[row.ref])


def _card(actor: Actor, firm: Firm) -> str:
    if actor.hat == Hat.SUPPORT:
        return reverse("programs:advised_card", args=[firm.pk])
    return reverse("programs:firm_card", args=[firm.public_id])
