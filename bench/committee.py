"""`committee`: the page on which a member reads a case and scores it, in a review made for the run.

Made on the copy that is measured, by the committee's own services: members, the draw, the opening,
a declaration and a draft of a sheet.
"""

import datetime as dt

from django.db.models import Count, Q
from django.urls import reverse

from bench import cases, measure, people
from bench.cases import SYSTEM
from portal.accounts.models import Assignment as RoleAssignment
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from subsidies import states
from subsidies.committee import services
from subsidies.committee.models import Assignment
from subsidies.contents import rules_of
from subsidies.models import Call

MEMBERS, PER_CASE, DAYS = 4, 3, 14


def page() -> measure.Target:
    """The page of one case, opened by one of its reviewers. Raises RuntimeError on a small seed."""
    call = _call()
    users = [_member(number, call.ward_id) for number in range(MEMBERS)]
    round_id = _open(call, users)
    with acting(SYSTEM):
        row = (
            Assignment.objects.filter(round_id=round_id, user=users[1])
            .select_related("case")
            .order_by("case__number")[0]
        )
    _begin(row, users[1], call)
    path = reverse("committee:case", args=[row.pk])
    shown = rules_of(call.version).scoring.criteria[0].name
    return measure.page("committee", path, shown, people.sign_in(users[1]))


def _call() -> Call:
    """The call with a scoring sheet that has the fewest, but some, applications to score."""
    with acting(SYSTEM):
        calls = (
            Call.objects.filter(version__rules__has_key="scoring", review=None)
            .annotate(found=Count("applications", filter=Q(applications__status=states.REVIEWING)))
            .filter(found__gte=1)
            .select_related("version__scheme")
            .order_by("found", "id")
        )
        call = next((call for call in calls if rules_of(call.version).scoring), None)
    if call is None:
        raise RuntimeError("no application of a scored call waits for the committee")
    return call


def _member(number: int, ward_id: int) -> User:
    with acting(SYSTEM):
        user = User.objects.create_user(
            email=f"committee-{number}@bench.example", name=f"審査委員 {number}"
        )
        RoleAssignment.objects.create(
            user=user,
            role=Role.COMMITTEE,
            ward_id=ward_id,
            valid_from=clock.today() - dt.timedelta(days=30),
        )
    return user


def _open(call: Call, users: list[User]) -> int:
    person = cases.official(call.ward_id)
    office = Actor(
        person.pk, person.name, Hat.WARD, frozenset({Role.REVIEWER}), ward_id=call.ward_id
    )
    with acting(office):
        made = services.round_create(
            actor=office,
            call_id=call.pk,
            due_on=clock.today() + dt.timedelta(days=DAYS),
            per_case=PER_CASE,
        )
        for user in users:
            services.member_add(
                actor=office, round_id=made.pk, user_id=user.pk, is_chair=user is users[0]
            )
        services.round_prepare(actor=office, round_id=made.pk, seed=23)
        services.round_open(actor=office, round_id=made.pk)
    return made.pk


def _begin(row: Assignment, user: User, call: Call) -> None:
    """No conflict, and half of a sheet."""
    member = Actor(
        user.pk, user.name, Hat.REVIEW, frozenset({Role.COMMITTEE}), ward_id=call.ward_id
    )
    codes = [item.code for item in rules_of(call.version).scoring.criteria]
    with acting(member):
        services.declare(actor=member, assignment_id=row.pk, relation="none")
        half = services.Entry(
            scores=dict.fromkeys(codes[: len(codes) // 2], 4),
            comments={codes[0]: "効果の測り方が具体的である。"},
            overall="",
            opinion="",
        )
        services.sheet_save(actor=member, assignment_id=row.pk, entry=half)
