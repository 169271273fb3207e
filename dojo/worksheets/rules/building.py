"""Steps whose questions come from other steps: a score for each candidate and criterion."""

from collections.abc import Iterator
from dataclasses import replace

from django.utils.translation import gettext as _

from dojo.worksheets.rules.comparison import BEST
from dojo.worksheets.rules.reading import Content, rows_of
from dojo.worksheets.rules.sheet import ROW_ID, Field, Sheet

SCORES = "scores"


def built(sheet: Sheet, content: Content) -> Sheet:
    """The sheet with the steps as they stand for this content."""
    return replace(
        sheet,
        steps=tuple(
            replace(step, fields=tuple(_scores(sheet, content))) if step.builds == SCORES else step
            for step in sheet.steps
        ),
    )


def named(sheet: Sheet, content: Content, step: str) -> Iterator[tuple[str, str]]:
    """(id, name) of a step's rows; a row without a name is left out."""
    found = sheet.step(step)
    for row in rows_of(content, found) if found else ():
        if name := str(row.get("name", "")).strip():
            yield str(row.get(ROW_ID, "")), name


def score_code(candidate: str, criterion: str) -> str:
    """The field in which a candidate is judged by a criterion."""
    return f"{candidate}-{criterion}"


def _scores(sheet: Sheet, content: Content) -> Iterator[Field]:
    for candidate, name in named(sheet, content, "candidates"):
        for criterion, asked in named(sheet, content, "criteria"):
            yield Field(
                score_code(candidate, criterion),
                _("%(name)s：%(criterion)s") % {"name": name, "criterion": asked},
                "choice",
                choices=tuple((str(score), str(score)) for score in range(1, BEST + 1)),
                required=False,
            )
