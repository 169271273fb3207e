"""An approved selection with an application of the canary firm in it, for the access tests."""

from typing import Any


def build(firm: Any, people: dict[str, int]) -> Any:
    """A review of one application of the firm, and its selection by the ward's two officials."""
    from portal.kernel import clock
    from subsidies.models import Application
    from subsidies.selection.models import Choice, Mark, Selection
    from tests.factories import committee as review

    call = review.make_call()
    review.make_reviewing(call, firm=firm)
    review.make_open(call=call, cases=0, per_case=1)
    application = Application.objects.get(call=call)
    run = Selection.objects.create(
        call=call,
        ward_id=call.ward_id,
        status="approved",
        budget_yen=1_000_000,
        result={"lines": [], "criteria": [], "minimum_total": ""},
        sha256="0" * 64,
        reason=firm.name,
        prepared_by_id=people["reviewer"],
        approved_by_id=people["approver"],
        approved_at=clock.database_now(),
    )
    Choice.objects.create(
        selection=run,
        ward_id=call.ward_id,
        firm=firm,
        application=application,
        wanted_yen=1,
        reason=firm.name,
    )
    Mark.objects.create(
        application=application,
        ward_id=call.ward_id,
        kind="linked",
        reason=firm.name,
        made_by_id=people["reviewer"],
    )
    return run


def arguments(short: str, run: Any) -> list[Any]:
    """Arguments that lead to the selection and the canary firm's part in it."""
    choice = run.choices.select_related("application").get()
    table = {
        "calls": [],
        "paper": [run.call_id, "results.xlsx"],
        "approve": [run.pk],
        "return": [run.pk],
        "mark": [choice.application.receipt_no],
        "lift": [choice.application.marks.get().pk],
        "own_result": [choice.application.public_id],
    }
    return table.get(short, [run.call_id])
