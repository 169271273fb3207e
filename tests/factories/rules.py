"""Rules of a scheme version to try: DX1 with changes, what is wrong with it, a filled-in form."""

import datetime as dt

import pytest

from subsidies.rules import form
from subsidies.rules.scheme import GENERAL, InvalidRules, SchemeRules
from tests.factories.subsidies import ANSWERS, DOCUMENTS, ELIGIBILITY, LINES, rules_json

FACTS = {"firm.employees": 12, "firm.capital_yen": 10_000_000, "firm.has_site_in_ward": True}
TODAY = dt.date(2026, 11, 21)


def rules(**changes) -> SchemeRules:
    return SchemeRules.parse(rules_json("DX1", **changes))


def with_questions(*more, **changes) -> SchemeRules:
    base = rules_json("DX1")
    return SchemeRules.parse({**base, "questions": [*base["questions"], *more], **changes})


def problems(**changes):
    with pytest.raises(InvalidRules) as caught:
        rules(**changes)
    return {problem.where: problem.text for problem in caught.value.found}


def content(answers=None, *, group=GENERAL, **changes):
    return form.Content(
        answers={**ANSWERS, **(answers or {})},
        eligibility=ELIGIBILITY,
        expenses=LINES,
        documents=dict.fromkeys(DOCUMENTS, 1),
        facts=FACTS,
        applicant_class=group,
        **changes,
    )
