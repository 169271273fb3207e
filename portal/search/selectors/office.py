"""What officials, auditors and advisors find: firms, people, applications, grants, letters.

The policies of the rooms say whose rows are asked, the question is unfolded into a pattern
(`portal.search.rules.patterns`), and each group shows its first rows. The number of statements does
not depend on what is found.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Case, Q, Value, When

from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from portal.kernel.texts import digits
from portal.letters.models import Letter
from portal.search.rules.folding import fold
from portal.search.rules.patterns import pattern
from portal.search.selectors.people import Person, people
from programs.models import Firm
from programs.policies import visible_firms
from programs.readers import reach_of
from subsidies.grants.policies import visible_grants
from subsidies.models import Application, Grant
from subsidies.policies import visible_applications, visible_letters
from subsidies.selectors import search as search_applications

SHOWN, LEAST = 10, 2
# 8墨産産第123号, 第123号: nothing else is looked for among the letters.
_LETTER_NO = re.compile(r"第\s*[0-9]+|[0-9]\s*号")
_FIRM = ("id", "public_id", "name", "name_kana", "corporate_number", "is_active")
_CASE = ("id", "receipt_no", "firm_id", "firm_name", "scheme_name", "title", "status")


@dataclass(slots=True)
class Group[Row]:
    """The first rows of a kind; `more`: there are others."""

    rows: list[Row] = field(default_factory=list)
    more: bool = False

    @classmethod
    def of(cls, rows: Sequence[Row]) -> "Group[Row]":
        return cls(list(rows[:SHOWN]), len(rows) > SHOWN)


@dataclass(slots=True)
class Results:
    """All groups. `exact` are rows whose number is just what was typed."""

    firms: Group[Firm] = field(default_factory=Group)
    people: Group[Person] = field(default_factory=Group)
    applications: Group[Application] = field(default_factory=Group)
    grants: Group[Grant] = field(default_factory=Group)
    letters: Group[Letter] = field(default_factory=Group)
    exact: list[Any] = field(default_factory=list)
    too_short: bool = False

    @property
    def is_empty(self) -> bool:
        groups = (self.firms, self.people, self.applications, self.grants, self.letters)
        return not any(group.rows for group in groups)


def find(actor: Actor, text: str) -> Results:
    """Everything of the actor's own that goes by this name or number."""
    if len(fold(text).replace(" ", "")) < LEAST:
        return Results(too_short=True)
    if actor.hat == Hat.SUPPORT:
        return Results(firms=_reached(actor, text))
    asked = pattern(text)
    found = Results(
        firms=_firms(actor, text, asked),
        people=Group.of(people(actor, text, asked, most=SHOWN + 1)),
    )
    firm_ids = [firm.pk for firm in found.firms.rows]
    found.applications = _applications(actor, text, firm_ids)
    found.grants = _grants(actor, found.applications.rows, firm_ids)
    found.letters = _letters(actor, text, asked)
    found.exact = _exact(found, text)
    return found


def _firms(actor: Actor, text: str, asked: str) -> Group[Firm]:
    """By name, kana, number, telephone or mail; those with just this number first."""
    found = Q(search_text__regex=asked)
    if digits(text):
        found |= Q(phone__regex=asked)
    if "@" in text:
        found |= Q(email__regex=asked)
    rows = visible_firms(actor).filter(found)
    number = Case(When(corporate_number=digits(text) or "-", then=Value(0)), default=Value(1))
    return Group.of(list(rows.order_by(number, "name_kana", "id").only(*_FIRM)[: SHOWN + 1]))


def _applications(actor: Actor, text: str, firm_ids: list[int]) -> Group[Application]:
    """By receipt number or the firm's name at the time, and those of the firms found."""
    ids = search_applications(actor, text).ids[: SHOWN + 1]
    rows = visible_applications(actor).filter(Q(pk__in=ids) | Q(firm_id__in=firm_ids))
    return Group.of(list(rows.order_by("-id").only(*_CASE)[: SHOWN + 1]))


def _grants(actor: Actor, cases: list[Application], firm_ids: list[int]) -> Group[Grant]:
    wanted = Q(application__in=[case.pk for case in cases]) | Q(firm_id__in=firm_ids)
    return Group.of(list(visible_grants(actor).filter(wanted).order_by("-id")[: SHOWN + 1]))


def _letters(actor: Actor, text: str, asked: str) -> Group[Letter]:
    if not _LETTER_NO.search(fold(text)):
        return Group()
    rows = visible_letters(actor).filter(document_no__regex=asked).order_by("-issued_on", "-id")
    return Group.of(list(rows.only("case_no", "document_no", "issued_on", "kind")[: SHOWN + 1]))


def _exact(found: Results, text: str) -> list[Any]:
    """What has this very number: one of these is what somebody means who types a whole number."""
    wanted = fold(text).replace(" ", "")
    numbers = (
        *((firm, firm.corporate_number) for firm in found.firms.rows),
        *((case, case.receipt_no or "") for case in found.applications.rows),
        *((letter, letter.document_no) for letter in found.letters.rows),
    )
    return [row for row, number in numbers if number and fold(number).replace(" ", "") == wanted]


def _reached(actor: Actor, text: str) -> Group[Firm]:
    """Firms whose card a room lets the actor read, by name or number: their rows are not theirs."""
    reached = reach_of(actor)
    with acting(actor.elevated()):
        rows = Firm.objects.filter(pk__in=list(reached), search_text__regex=pattern(text))
        return Group.of(list(rows.order_by("name_kana", "id").only(*_FIRM)[: SHOWN + 1]))
