"""Reads of the worksheets: lists, and one sheet with all that its page shows."""

from collections.abc import Collection
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Case, QuerySet, Value, When

from dojo.worksheets import policies, states
from dojo.worksheets.models import Worksheet
from dojo.worksheets.rules.building import built
from dojo.worksheets.rules.reading import Problem, is_begun, problems
from dojo.worksheets.rules.sheet import Sheet
from dojo.worksheets.sheets import SHEETS
from portal.kernel.actor import Actor

PAGE_SIZE = 25


@dataclass(frozen=True, slots=True)
class Reading:
    """A sheet as one person reads it; `hide` names the figures kept from them."""

    row: Worksheet
    sheet: Sheet
    problems: tuple[Problem, ...]
    hide: Collection[str] = ()

    def is_done(self, step: str) -> bool:
        """Whether the step was filled in and nothing is to be mended."""
        found = self.sheet.step(step)
        begun = found is not None and is_begun(self.row.content, found)
        return begun and all(problem.step != step for problem in self.problems)


def reading_of(row: Worksheet, *, hide: Collection[str] = ()) -> Reading:
    """The sheet with the steps as they stand for its content."""
    sheet = built(SHEETS[row.kind], row.content)
    return Reading(row, sheet, tuple(problems(sheet, row.content)), hide)


def get_sheet(actor: Actor, **lookup: object) -> Worksheet:
    """One visible sheet with its course. Raises Worksheet.DoesNotExist."""
    rows = policies.visible_worksheets(actor).select_related("enrolment__cohort__course")
    return rows.get(**lookup)


def own_sheets(actor: Actor) -> QuerySet[Worksheet]:
    """The firm's, the last changed first."""
    return policies.visible_worksheets(actor).select_related("enrolment__cohort__course")


def taught_page(actor: Actor, number: int, *, cohort_id: int | None = None) -> Page[Worksheet]:
    """A lecturer's, those that wait for a word first."""
    rows = policies.taught_worksheets(actor).select_related("enrolment__cohort__course")
    if cohort_id is not None:
        rows = rows.filter(enrolment__cohort_id=cohort_id)
    waiting = Case(When(status=states.HANDED_IN, then=Value(0)), default=Value(1))
    return Paginator(rows.order_by(waiting, "-changed_at", "-pk"), PAGE_SIZE).get_page(number)


def waiting(actor: Actor) -> QuerySet[Worksheet]:
    """The sheets that wait for the lecturer's word."""
    return policies.taught_worksheets(actor).filter(status=states.HANDED_IN)


def advised_page(actor: Actor, number: int) -> Page[Worksheet]:
    """An advisor's, firm by firm."""
    rows = policies.advised_worksheets(actor).order_by("firm_name", "firm_id", "kind", "pk")
    return Paginator(rows, PAGE_SIZE).get_page(number)


def group_sheets(actor: Actor, *, cohort_id: int, kind: str) -> QuerySet[Worksheet]:
    """All sheets of one kind in a cohort, for everybody in the room."""
    rows = policies.taught_worksheets(actor).filter(enrolment__cohort_id=cohort_id, kind=kind)
    return rows.order_by("firm_name", "pk")
