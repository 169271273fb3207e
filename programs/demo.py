"""Invented firms for the demonstration: plausible, the same on every machine, quick to load.

Corporate numbers begin (after the check digit) with 98, which no registry office uses.
"""

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.contrib.auth.hashers import make_password

from portal.accounts import demo as people_demo
from portal.accounts.models import User
from portal.accounts.roles import FIRM_ROLES, Role
from programs import postal
from programs.corporate_numbers import complete
from programs.demo_names import FANCY, GIVEN, SURNAMES, TRADES, WARDS
from programs.industry import ProductionType
from programs.models import Firm, FirmMembership, FirmWard, Site
from programs.rules import SME_CAPITAL_YEN, search_text

SEED = 20_261_121
_NUMBER_PREFIX = "980001"
_SINCE = dt.date(2021, 4, 1)
_SIZES = ((45, 1, 4), (25, 5, 9), (14, 10, 19), (9, 20, 49), (4, 50, 99), (3, 100, 300))
_FORMS = ((52, "株式会社{}"), (18, "{}株式会社"), (22, "有限会社{}"), (8, "合同会社{}"))
_SOLE_SHARE = 0.14
_SECOND_SITE_SHARE = 0.12
_OWNER_SHARE = 0.6


@dataclass
class DemoFirm:
    """A firm with its sites, before any of it is in the database."""

    firm: Firm
    sites: list[Site] = field(default_factory=list)

    @property
    def ward_ids(self) -> list[int]:
        return list(dict.fromkeys(site.ward_id for site in self.sites))


def build_firms(rng: random.Random, count: int) -> Iterator[DemoFirm]:
    """`count` firms over the 23 wards, the first ones being the edge cases of `_EDGES`."""
    wards = rng.choices(list(WARDS), [weight for weight, _codes in WARDS.values()], k=count)
    for index, ward_id in enumerate(wards):
        special = _EDGES[index] if index < len(_EDGES) else {}
        yield _build(rng, index, int(special.get("ward_id", ward_id)), special)


# Special cases by position. The first firm is where the demonstration's owner works.
_EDGES: tuple[dict[str, object], ...] = (
    {
        "name": "株式会社大野精密",
        "name_kana": "オオノセイミツ",
        "representative_name": "大野 健一",
        "ward_id": people_demo.SUMIDA,
        "second_ward": 13122,
        "jsic": "24",
        "employees": 18,
        "capital_yen": 10_000_000,
        "production_type": ProductionType.MAKE_TO_ORDER,
    },
    {
        "name": "株式会社" + "東京城東地域精密金属加工共同受注開発試作センター" * 3,
        "name_kana": "",
        "ward_id": people_demo.SUMIDA,
    },
    {"name_kana": ""},
    {"employees": 300, "capital_yen": SME_CAPITAL_YEN},
    {"employees": 301, "capital_yen": SME_CAPITAL_YEN},
    {"employees": 301, "capital_yen": SME_CAPITAL_YEN + 1},
    {"employees": 0, "sole": True},
    {
        "name": "㈱ＡＢＣ－テック",
        "name_kana": "エービーシーテック",
        "ward_id": people_demo.SUMIDA,
    },
    {"ward_id": people_demo.OTA, "second_ward": 13109},
    {"name": "Tokyo Precision Works LLC", "name_kana": "", "ward_id": people_demo.SUMIDA},
)


def load_demo_firms(*, count: int = 600) -> list[Firm]:
    """Load the firms once and attach the demonstration's people; later calls change nothing.

    Needs `acting(Actor.system(…))`. Returns all demonstration firms in the order of building.
    """
    existing = Firm.objects.filter(email__endswith=f"@{people_demo.DOMAIN}").order_by("id")
    if existing.exists():
        return list(existing)
    built = list(build_firms(random.Random(SEED), count))  # noqa: S311 (invented data)
    firms = Firm.objects.bulk_create([item.firm for item in built])
    Site.objects.bulk_create(site for item in built for site in item.sites)
    FirmWard.objects.bulk_create(
        FirmWard(
            firm=item.firm,
            ward_id=ward_id,
            basis=FirmWard.Basis.SITE,
            since=_SINCE,
        )
        for item in built
        for ward_id in item.ward_ids
    )
    _attach_people(firms)
    return firms


def _attach_people(firms: list[Firm]) -> None:
    """The demonstration's people in the first firm of their ward, an owner in most others."""
    people = people_demo.ensure_demo_people()
    memberships = [
        FirmMembership(user=people[person.key], firm=firms[0], role=person.role, valid_from=_SINCE)
        for person in people_demo.PEOPLE
        if person.role in FIRM_ROLES
    ]
    rng = random.Random(SEED + 1)  # noqa: S311
    owned = [
        firm
        for index, firm in enumerate(firms)
        if index and (index < len(_EDGES) or rng.random() < _OWNER_SHARE)
    ]
    FirmMembership.objects.bulk_create(memberships)
    give_owners(owned)


def give_owners(firms: list[Firm]) -> list[FirmMembership]:
    """The firms' representatives join the portal. Needs `acting(Actor.system(…))`."""
    owners = User.objects.bulk_create(
        User(
            email=f"firm-{firm.pk}@{people_demo.DOMAIN}",
            name=firm.representative_name,
            password=make_password(None),
        )
        for firm in firms
    )
    return FirmMembership.objects.bulk_create(
        FirmMembership(user=user, firm=firm, role=Role.FIRM_OWNER, valid_from=_SINCE)
        for user, firm in zip(owners, firms, strict=True)
    )


def _build(rng: random.Random, index: int, ward_id: int, special: dict[str, object]) -> DemoFirm:
    sole = bool(special.get("sole", rng.random() < _SOLE_SHARE and not special))
    trade = str(
        special.get("jsic") or _weighted(rng, [(w, code) for code, (w, _e) in TRADES.items()])
    )
    surname = rng.choice(SURNAMES)
    first = surname if sole or rng.random() < 0.7 else rng.choice(FANCY)
    ending = rng.choice(TRADES[trade][1])
    bare, kana = first[0] + ending[0], first[1] + ending[1]
    employees = _employees(rng, sole=sole)
    postal_code, address = _address(rng, ward_id)
    values: dict[str, object] = {
        "name": bare if sole else _weighted(rng, _FORMS).format(bare),
        "name_kana": kana,
        "representative_name": f"{surname[0]} {rng.choice(GIVEN)}",
        "jsic": trade,
        "production_type": rng.choice([*ProductionType.values, ProductionType.MAKE_TO_ORDER, ""]),
        "capital_yen": None if sole else _capital(rng, employees),
        "employees": employees,
        "established_on": dt.date(rng.randint(1948, 2019), rng.randint(1, 12), rng.randint(1, 28)),
        "phone": f"03-{rng.randint(3000, 5999)}-{rng.randint(0, 9999):04}",
        "email": f"info-{index:04}@{people_demo.DOMAIN}",
    } | {name: value for name, value in special.items() if name not in _NOT_COLUMNS}
    number = "" if sole else complete(f"{_NUMBER_PREFIX}{index:06}")
    firm = Firm(
        kind=Firm.Kind.SOLE if sole else Firm.Kind.CORPORATION,
        corporate_number=number,
        postal_code=postal_code,
        address=address,
        search_text=search_text(
            name=str(values["name"]), name_kana=str(values["name_kana"]), corporate_number=number
        ),
        **values,
    )
    built = DemoFirm(firm, [_site(firm, ward_id, Site.Kind.HEAD, "本社", postal_code, address)])
    second = special.get("second_ward")
    if second or (not special and rng.random() < _SECOND_SITE_SHARE):
        other = int(str(second)) if second else rng.choice(list(WARDS))
        code, where = _address(rng, other)
        built.sites.append(_site(firm, other, Site.Kind.FACTORY, "第二工場", code, where))
    return built


_NOT_COLUMNS = frozenset({"ward_id", "second_ward", "sole"})


def _site(firm: Firm, ward_id: int, kind: str, name: str, postal_code: str, address: str) -> Site:
    return Site(
        firm=firm, ward_id=ward_id, kind=kind, name=name, postal_code=postal_code, address=address
    )


def _employees(rng: random.Random, *, sole: bool) -> int:
    lowest, highest = _weighted(rng, [(weight, (low, high)) for weight, low, high in _SIZES])
    return rng.randint(0, 4) if sole else rng.randint(lowest, highest)


def _capital(rng: random.Random, employees: int) -> int:
    """Typical amounts, higher for larger firms (円)."""
    if employees < 10:
        return rng.choice([3_000_000, 5_000_000, 10_000_000])
    return rng.choice([10_000_000, 20_000_000, 30_000_000, 50_000_000, 80_000_000])


def _address(rng: random.Random, ward_id: int) -> tuple[str, str]:
    """A real postal code of the ward, and an invented lot in that neighbourhood."""
    code = rng.choice(WARDS[ward_id][1])
    place = postal.lookup(code)
    assert place is not None, code
    return code, f"{place.address}{rng.randint(1, 5)}-{rng.randint(1, 40)}-{rng.randint(1, 25)}"


def _weighted[T](
    rng: random.Random, options: "list[tuple[int, T]] | tuple[tuple[int, T], ...]"
) -> T:
    return rng.choices([value for _w, value in options], [weight for weight, _v in options])[0]
