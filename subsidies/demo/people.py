"""Who acts in the demonstration: the firms' owners, and officials in every ward."""

import datetime as dt
import random
from collections import defaultdict
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password

from portal.accounts.demo import BY_KEY, DOMAIN, OTA, SUMIDA
from portal.accounts.models import Assignment, User
from portal.accounts.roles import Role
from portal.kernel.actor import Actor, Hat
from programs.demo_names import GIVEN, SURNAMES
from programs.models import Firm, FirmMembership, Site, Ward

_SINCE = dt.date(2021, 4, 1)
_NAMED = {
    SUMIDA: (("reviewer", "reviewer2"), "approver"),
    OTA: (("reviewer-ota",), "approver-ota"),
}


@dataclass(frozen=True, slots=True)
class Office:
    """The officials of one ward. `both` prepares as well: somebody else must decide then."""

    reviewers: tuple[Actor, ...]
    approver: Actor
    both: Actor | None = None


@dataclass(frozen=True, slots=True)
class Applicant:
    """A firm with the owner who applies for it."""

    firm: Firm
    actor: Actor


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody. `main` is the firm in which the demonstration's owner works."""

    offices: dict[int, Office]
    by_ward: dict[int, list[Applicant]]
    by_firm: dict[int, Applicant]
    main: Applicant


def assemble(rng: random.Random, firms: list[Firm]) -> Cast:
    """The people who exist, and new officials for the wards that have none."""
    by_firm = _applicants(firms)
    by_ward: dict[int, list[Applicant]] = defaultdict(list)
    main = by_firm[firms[0].pk]
    rows = Site.objects.filter(firm__in=firms, closed_on=None).order_by("id")
    for ward_id, firm_id in dict.fromkeys(rows.values_list("ward_id", "firm_id")):
        if firm_id in by_firm and firm_id != main.firm.pk:
            by_ward[ward_id].append(by_firm[firm_id])
    return Cast(_offices(rng), dict(by_ward), by_firm, main)


def _applicants(firms: list[Firm]) -> dict[int, Applicant]:
    known = {firm.pk: firm for firm in firms}
    owners = FirmMembership.objects.filter(firm__in=firms, role=Role.FIRM_OWNER, valid_to=None)
    return {
        row.firm_id: Applicant(
            known[row.firm_id],
            Actor(
                row.user_id,
                row.user.name,
                Hat.FIRM,
                frozenset({Role.FIRM_OWNER}),
                firm_id=row.firm_id,
            ),
        )
        for row in owners.select_related("user").order_by("-id")
    }


def _offices(rng: random.Random) -> dict[int, Office]:
    wards = list(Ward.objects.values_list("code", flat=True))
    invented = _invent(rng, [ward for ward in wards if ward not in _NAMED])
    offices = {
        ward: Office(
            (_official(first, ward, Role.REVIEWER),), _official(second, ward, Role.APPROVER)
        )
        for ward, (first, second) in invented.items()
    }
    emails = {person.email: key for key, person in BY_KEY.items()}
    users = {emails[user.email]: user for user in User.objects.filter(email__in=emails)}
    for ward, (reviewers, approver) in _NAMED.items():
        offices[ward] = Office(
            tuple(_official(users[key], ward, Role.REVIEWER) for key in reviewers),
            _official(users[approver], ward, Role.APPROVER),
            _let_prepare(users[approver], ward) if ward == OTA else None,
        )
    return offices


def _let_prepare(user: User, ward: int) -> Actor:
    """An approver who is a reviewer as well, as in small offices (兼務)."""
    Assignment.objects.get_or_create(
        user=user,
        role=Role.REVIEWER,
        ward_id=ward,
        revoked_at=None,
        defaults={"valid_from": _SINCE, "reason": "兼務（デモンストレーション）"},
    )
    return _official(user, ward, Role.REVIEWER, Role.APPROVER)


def _invent(rng: random.Random, wards: list[int]) -> dict[int, tuple[User, User]]:
    """A reviewer and an approver for each ward, without passwords."""
    users = User.objects.bulk_create(
        User(
            email=f"{role}-{ward}@{DOMAIN}",
            name=f"{rng.choice(SURNAMES)[0]} {rng.choice(GIVEN)}",
            password=make_password(None),
        )
        for ward in wards
        for role in (Role.REVIEWER, Role.APPROVER)
    )
    pairs = dict(zip(wards, zip(users[::2], users[1::2], strict=True), strict=True))
    Assignment.objects.bulk_create(
        Assignment(
            user=user, role=role, ward_id=ward, valid_from=_SINCE, reason="デモンストレーション"
        )
        for ward, pair in pairs.items()
        for user, role in zip(pair, (Role.REVIEWER, Role.APPROVER), strict=True)
    )
    return pairs


def _official(user: User, ward: int, *roles: Role) -> Actor:
    return Actor(user.pk, user.name, Hat.WARD, frozenset(roles), ward_id=ward)
