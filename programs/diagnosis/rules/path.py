"""The way through a questionnaire for given answers, and what is still to be answered on it."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.kernel.money import NotYen, parse_yen, without_sign
from portal.kernel.texts import filled
from programs.diagnosis.rules.definition import (
    COUNT,
    END,
    FIGURES,
    MANY,
    ONE,
    SIGNED_YEN,
    TEXT,
    Branch,
    Definition,
    Page,
    Question,
)

Answers = Mapping[str, Any]
# Hours of a month, people: more than that is a slip of the finger.
MOST_COUNT = 1_000_000
MOST_YEN = 10**13
# Characters of a text; what is longer is kept, and said to be too long.
MOST_TEXT = 2000


@dataclass(frozen=True, slots=True)
class Problem:
    """What is to be mended on a page."""

    page: str
    question: str
    text: Any


def walk(sheet: Definition, answers: Answers) -> tuple[Page, ...]:
    """The pages that these answers lead through, in order. Ends for every sheet without a circle."""
    pages: list[Page] = []
    at = sheet.pages[0].code
    while at != END and (page := sheet.page(at)) is not None and page not in pages:
        pages.append(page)
        at = _after(sheet, page, answers)
    return tuple(pages)


def chosen(question: Question, answers: Answers) -> tuple[str, ...]:
    """The codes chosen of a question that has options, in the order of the options."""
    given = answers.get(question.code, "")
    codes = set(given) if isinstance(given, list) else {given}
    return tuple(option.code for option in question.options if option.code in codes)


def figure(question: Question, answers: Answers) -> int | None:
    """What was typed as a number: 円 or a count; None where it is empty or no such number."""
    text = unicodedata.normalize("NFKC", str(answers.get(question.code, "") or "")).strip()
    sign, text = without_sign(text) if question.kind == SIGNED_YEN else (1, text)
    try:
        value = parse_yen(text)
    except NotYen:
        return None
    return sign * value if value <= (MOST_COUNT if question.kind == COUNT else MOST_YEN) else None


def problems(sheet: Definition, answers: Answers) -> list[Problem]:
    """What is missing or unreadable on the way that the answers lead."""
    return [
        Problem(page.code, question.code, text)
        for page in walk(sheet, answers)
        for question in page.questions
        if (text := _problem(question, answers)) is not None
    ]


def _problem(question: Question, answers: Answers) -> Any:
    label = question.words
    if question.kind in {ONE, MANY}:
        if question.required and not chosen(question, answers):
            return filled(_("「%(label)s」を選んでください。"), label=label)
        return None
    text = str(answers.get(question.code, "") or "").strip()
    if not text:
        if question.required:
            return filled(_("「%(label)s」を入力してください。"), label=label)
        return None
    if question.kind == TEXT and len(text) > MOST_TEXT:
        return filled(
            _("「%(label)s」は%(most)s字以内で入力してください。"),
            label=label,
            most=f"{MOST_TEXT:,}",
        )
    if question.kind in FIGURES and figure(question, answers) is None:
        return filled(_("「%(label)s」は整数で入力してください。例：1,200"), label=label)
    return None


def _after(sheet: Definition, page: Page, answers: Answers) -> str:
    for branch in page.branches:
        if _holds(page, branch, answers):
            return branch.to
    if page.next:
        return page.next
    place = sheet.pages.index(page) + 1
    return sheet.pages[place].code if place < len(sheet.pages) else END


def _holds(page: Page, branch: Branch, answers: Answers) -> bool:
    question = next(found for found in page.questions if found.code == branch.question)
    found = chosen(question, answers)
    return not found if not branch.chosen else bool(set(found) & set(branch.chosen))
