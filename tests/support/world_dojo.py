"""Courses in the small world: the canary firm's graduate in a cohort of 墨田区 that the world's lecturer does
not teach, who must not read of the canary.
"""

SUMIDA = 13107


def build(firm, people):
    """The cohort with its sessions, the canary's enrolment, and what hangs on it."""
    from dojo import services
    from dojo.models import Material
    from portal.accounts.models import User
    from portal.accounts.roles import Role
    from portal.kernel.actor import Actor, Hat
    from portal.kernel.database import acting
    from tests.factories import dojo
    from tests.factories import subsidies as make
    from tests.support.world_papers import put_bytes

    def official(key, role):
        return Actor(people[key], key, Hat.WARD, frozenset({role}), ward_id=SUMIDA)

    planner, approver = official("reviewer", Role.REVIEWER), official("approver", Role.APPROVER)
    owner = Actor(people["owner"], "owner", Hat.FIRM, frozenset({Role.FIRM_OWNER}), firm_id=firm.pk)
    cohort = dojo.make_cohort(planner)
    row = dojo.apply(owner, cohort)
    dojo.held(cohort)
    dojo.attend(planner, row, "ppppp")
    graduation = dojo.graduate(planner, approver, cohort)[0]
    with acting(planner):
        session = services.make_up_add(
            actor=planner,
            cohort_id=cohort.pk,
            unit_id=dojo.sessions(cohort)[0].unit_id,
            **_soon(),
        )
    stored = make.make_file(firm_id=None, ward_id=SUMIDA)
    put_bytes(stored)
    material = Material.objects.create(
        session=session, title="教材", stored_file=stored, added_by_id=people["reviewer"]
    )
    taught = dojo.make_cohort(
        planner, lecturer=dojo.as_lecturer(User.objects.get(pk=people["lecturer"]), SUMIDA)
    )
    dojo.enrolled(taught)
    return {
        "cohort": cohort,
        "row": row,
        "session": session,
        "graduation": graduation,
        "material": material,
        "lecturer": dojo.lecturer_of(cohort),
    }


def arguments(short, world):
    """Arguments that lead to the canary's cohort, enrolment, graduation."""
    from dojo import ical, papers
    from dojo.services.attendance import room_token

    if short in {
        "courses",
        "mine",
        "check_in_code",
        "teach",
        "cohort_list",
        "create",
        "verify_form",
    }:
        return []
    session = world["session"]
    if short in {"enrolment", "accept", "withdraw", "person"}:
        return [world["row"].public_id]
    if short in {"prework", "answer"}:
        return [world["row"].public_id, session.pk]
    if short in {"session", "room", "session_edit", "unmake_up", "material_add"}:
        return [session.pk]
    number = world["graduation"].number
    table = {
        "ics": [ical.address(world["row"]).rsplit("/", 1)[1].removesuffix(".ics")],
        "material": [world["material"].pk],
        "material_remove": [world["material"].pk],
        "certificate": [world["graduation"].public_id],
        "graduation": [world["graduation"].public_id],
        "verify": [number, papers.check_code(number)],
        "check_in": [room_token(session.pk)],
        "unlecture": [world["lecturer"].pk],
        "move": [world["cohort"].public_id, "end"],
    }
    return table.get(short, [world["cohort"].public_id])


def _soon():
    import datetime as dt

    from portal.kernel import clock

    starts = clock.now() + dt.timedelta(days=3)
    return {"starts_at": starts, "ends_at": starts + dt.timedelta(hours=2)}
