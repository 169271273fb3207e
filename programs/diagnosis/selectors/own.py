"""Reads of diagnoses: a firm's own, those somebody is let see, what a request for advisors begins with."""

from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from portal.kernel.actor import Actor
from programs.diagnosis import policies, states
from programs.diagnosis.barriers import name
from programs.diagnosis.instruments import HEARING, PRODUCTIVITY
from programs.diagnosis.models import Diagnosis
from programs.diagnosis.rules.definition import Definition, built
from programs.diagnosis.rules.path import chosen, walk

# So many of one instrument are drawn as a line and listed.
MOST_SHOWN = 20
PAGE_SIZE = 25
# Weak sides that are named where there are no troubles in words.
MOST_WEAK = 2


@dataclass(frozen=True, slots=True)
class Start:
    """What a request for advisors begins with: taken from a firm's latest diagnosis that fits."""

    diagnosis: Diagnosis
    name: str
    trouble: str
    fields: tuple[str, ...]
    barriers: tuple[str, ...]


def get_diagnosis(actor: Actor, **lookup: object) -> Diagnosis:
    """One visible diagnosis with its questions. Raises Diagnosis.DoesNotExist."""
    return policies.visible_diagnoses(actor).select_related("questionnaire").get(**lookup)


def listed(actor: Actor) -> QuerySet[Diagnosis]:
    """The firm's, the newest first, without answers."""
    rows = policies.visible_diagnoses(actor).defer("answers", "aside", "result", "ticks")
    return rows.order_by("-started_at", "-pk")


def shared_page(actor: Actor, number: int) -> Page[Diagnosis]:
    """What firms let an advisor or a lecturer see, firm by firm, the newest first."""
    rows = policies.visible_diagnoses(actor).defer("answers", "aside", "result", "ticks")
    ordered = rows.order_by("firm_name", "firm_id", "-finished_at", "-pk")
    return Paginator(ordered, PAGE_SIZE).get_page(number)


def drafts(actor: Actor) -> QuerySet[Diagnosis]:
    """What the firm has begun."""
    return listed(actor).filter(status=states.DRAFT)


def series(actor: Actor, row: Diagnosis) -> list[Diagnosis]:
    """The firm's finished diagnoses of the same instrument, as far as seen, the oldest first."""
    rows = policies.visible_diagnoses(actor).filter(
        firm_id=row.firm_id, instrument=row.instrument, status=states.DONE
    )
    return list(rows.defer("answers", "aside").order_by("-finished_at", "-pk")[:MOST_SHOWN])[::-1]


def start_of(actor: Actor, firm_id: int) -> Start | None:
    """The latest hearing of troubles, else the latest other diagnosis that scores; None without any."""
    rows = policies.visible_diagnoses(actor).filter(firm_id=firm_id, status=states.DONE)
    found = rows.exclude(instrument=PRODUCTIVITY).select_related("questionnaire")
    latest = found.order_by("-finished_at", "-pk")
    row = latest.filter(instrument=HEARING).first() or latest.first()
    if row is None:
        return None
    sheet = built(row.questionnaire.definition)
    return Start(
        diagnosis=row,
        name=str(sheet.name),
        trouble="\n".join(troubles(sheet, row)),
        fields=tuple(row.result.get("fields", ())),
        barriers=tuple(row.result.get("barriers", ())),
    )


def troubles(sheet: Definition, row: Diagnosis) -> list[str]:
    """In words: what was chosen as a trouble, what was typed, barriers; else the weakest sides."""
    if row.instrument == HEARING:
        return _heard(sheet, row)
    scores = row.result.get("scores", {})
    weak = sorted(
        (axis for axis in sheet.axes if scores.get(axis.code) is not None),
        key=lambda axis: scores[axis.code],
    )
    said = _("%(name)s：%(text)s")
    return [said % {"name": axis.name, "text": axis.low} for axis in weak[:MOST_WEAK]]


def _heard(sheet: Definition, row: Diagnosis) -> list[str]:
    told = []
    for page in walk(sheet, row.answers):
        for question in page.questions:
            if question.code == "trouble":
                picked = chosen(question, row.answers)
                told += [str(one.words) for one in question.options if one.code in picked]
            elif question.code == "words" and row.answers.get("words"):
                told.append(str(row.answers["words"]))
    return told + [name(code) for code in row.result.get("barriers", ())]
