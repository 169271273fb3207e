"""Worksheets in the small world: the canary firm's with a course that the world's lecturer does not teach,
another firm's that the world's lecturer and advisor read.
"""

SUMIDA = 13107


def build(firm, people, enrolment):
    """The canary's sheet (handed in and taken back), a consent, and a sheet that others read."""
    from dojo.worksheets import services
    from portal.accounts.models import User
    from portal.accounts.roles import Role
    from portal.kernel.actor import Actor, Hat
    from portal.kernel.database import acting
    from tests.factories import dojo as courses
    from tests.factories import worksheets as make

    owner = Actor(people["owner"], "owner", Hat.FIRM, frozenset({Role.FIRM_OWNER}), firm_id=firm.pk)
    own = make.fill(owner, make.sheet(owner, enrolment=enrolment), make.CALCULATOR)
    own = make.hand_in(owner, own)
    with acting(owner):
        own = services.worksheet_reopen(actor=owner, worksheet_id=own.pk)
    consent = make.let_in(owner, make.advisor_actor())
    lecturer = courses.as_lecturer(User.objects.get(pk=people["lecturer"]), SUMIDA)
    other, seat, cohort = make.seat(lecturer=lecturer)
    read = make.fill(other, make.sheet(other, enrolment=seat), make.CALCULATOR)
    advisor = make.advisor_actor(SUMIDA, User.objects.get(pk=people["advisor"]))
    make.let_in(other, advisor)
    return {"own": own, "consent": consent, "read": make.hand_in(other, read), "cohort": cohort}


def arguments(short, world):
    """Arguments that lead to the canary's sheet, or to the one that others read."""
    if short in {"list", "start", "consents", "taught", "advised"}:
        return []
    table = {
        "consent_end": [world["consent"].public_id],
        "step": [world["own"].public_id, "costs"],
        "autosave": [world["own"].public_id, "costs"],
        "version": [world["own"].public_id, 1],
        "read": [world["read"].public_id],
        "pdf": [world["read"].public_id],
        "group": [world["cohort"].public_id, "investment"],
    }
    return table.get(short, [world["own"].public_id])
