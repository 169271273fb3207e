"""A claim of the canary's advisor, approved; a month that the world's advisor has still to write."""

from typing import Any


def build(supported: dict[str, Any], people: dict[str, int]) -> dict[str, Any]:
    """The rows that the pages lead to."""
    from tests.factories import advisors as factory
    from tests.factories import claims as make
    from tests.factories import subsidies

    office, own = supported["office"], supported["own"]
    # Not on the month's last day: on the first of a month that is yesterday, when there was another.
    visit = make.accepted_last_month(own, supported["case"], supported["owner"], office, number=1)
    claim = make.approved(make.submitted(own))
    advisor = factory.as_advisor(people["advisor"])
    theirs = supported["advisor_case"]
    make.accepted_last_month(advisor, theirs, subsidies.firm_actor(theirs.firm), office, number=1)
    return {"claim": claim, "line": claim.lines.get(), "visit": visit}


def arguments(short: str, world: dict[str, Any]) -> list[Any]:
    """Arguments that lead to the canary's claim; an advisor's page to the advisor's own month."""
    from advisors.claims import months
    from tests.factories import claims as make

    claim = world["claim"].public_id
    table = {
        "month": [world["claim"].ward_id, months.slug(make.last_month())],
        "correct": [world["line"].pk],
        "take_back": [world["visit"].public_id],
        **{key: [claim] for key in ("claim", "decide", "pdf", "report_pdf", "statement")},
    }
    return table.get(short, [])
