"""The review in the small world: one blind case of the canary firm, declared, not submitted."""

SUMIDA = 13107
OF_ROUND = {"board", "own_sheets", "own_workbook", "round", "act", "terms", "member", "results"}
OF_CASE = {"office_case", "assign", "renew"}


def build(firm, member_id):
    """The assignment of the committee member, who is the chair as well."""
    from portal.accounts.models import User
    from tests.factories import committee as factory

    call = factory.make_call()
    factory.make_reviewing(call, firm=firm)
    member = factory.as_member(User.objects.get(pk=member_id), SUMIDA)
    round_ = factory.make_open(call=call, cases=0, members=[member], per_case=1, is_blind=True)
    row = round_.assignments.select_related("user", "case", "round").get()
    factory.declare(row)
    return row


def arguments(short, row):
    """Arguments that lead to the review of the canary firm's application."""
    if short in {"home", "reviews"}:
        return []
    if short == "create":
        return [row.round.call_id]
    if short in OF_ROUND:
        return [row.round_id]
    if short in OF_CASE:
        return [row.case_id]
    return {
        "release": [row.case_id, 1],
        "document": [row.pk, 1],
        "change": [row.pk, "exclude"],
    }.get(short, [row.pk])
