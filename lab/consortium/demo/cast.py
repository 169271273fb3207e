"""Who plays: the secretariat, a dozen members, firms with their owners."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from lab.consortium import services
from lab.consortium.models import Member
from portal.accounts.demo import BY_KEY, OTA, SUMIDA
from portal.accounts.models import Assignment, User
from portal.accounts.roles import Role
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from programs.models import Firm, FirmMembership

Paper = Callable[[str], SimpleUploadedFile]
JOINED = dt.date(2025, 4, 1)
FIRMS = 14
# kind, name, strengths, ward
MEMBERS: tuple[tuple[str, str, str, int | None], ...] = (
    ("university", "城東工科大学", "画像処理、ロボット、生産管理の授業", None),
    ("university", "隅田川デザイン大学", "使いやすさの調査、画面の設計", None),
    ("university", "多摩川情報大学", "データ分析、機械学習", None),
    ("kosen", "東都高専", "電子回路、センサー、組込み", None),
    ("school", "本所工業高校", "旋盤、溶接、CAD", None),
    ("public_lab", "都立ものづくり試験所", "材料試験、三次元測定、X線検査", None),
    ("bank", "すみだがわ信用金庫", "設備資金、補助金のつなぎ資金", None),
    ("bank", "城南みらい銀行", "DX推進ローン、事業承継", None),
    ("vendor", "まちIoT株式会社", "稼働の見える化、後付けセンサー", None),
    ("vendor", "ネジとコード合同会社", "見積りと生産管理のクラウド", None),
    ("ward", "墨田区 産業振興課", "補助金、道場、ラボ", SUMIDA),
    ("ward", "大田区 産業振興課", "補助金、仲間まわし", OTA),
)
# Who speaks for those that do not sign in.
OFFICES = ("産学連携センター", "教務課", "地域連携室", "営業推進部", "企画課")


@dataclass(frozen=True)
class Cast:
    """The actors. `owners[0]` is the firm of the one-click owner."""

    staff: Actor
    school: Actor
    bank: Actor
    owners: list[Actor]
    members: dict[str, Member]
    system: Actor

    @property
    def by_kind(self) -> dict[str, list[Member]]:
        found: dict[str, list[Member]] = {}
        for row in self.members.values():
            found.setdefault(row.kind, []).append(row)
        return found


def do(name: str, actor: Actor, /, **given: Any) -> Any:
    """One act, as the actor."""
    with acting(actor):
        return getattr(services, name)(actor=actor, **given)


def cast(firms: Sequence[Firm]) -> Cast | None:
    """None where the demonstration's people or firms are missing."""
    owners = _owners(firms)
    keys = ("lab", "school", "bank")
    users = {key: User.objects.filter(email=BY_KEY[key].email).first() for key in keys}
    held = Assignment.objects.filter(role=Role.LAB_STAFF, user=users["lab"])
    if not owners or None in users.values() or not held.exists():
        return None
    staff = _support(users["lab"], Role.LAB_STAFF)
    members = {
        name: do(
            "member_add",
            staff,
            given=services.Entry(kind, name, JOINED, strengths=strong, ward_id=ward),
        )
        for kind, name, strong, ward in MEMBERS
    }
    _contacts(staff, members, users)
    return Cast(
        staff=staff,
        school=_support(users["school"], Role.PARTNER),
        bank=_support(users["bank"], Role.PARTNER),
        owners=owners,
        members=members,
        system=Actor.system("consortium.demo"),
    )


def _support(user: Any, role: Role) -> Actor:
    return Actor(user.pk, user.name, Hat.SUPPORT, frozenset({role}), ward_id=SUMIDA)


def _contacts(staff: Actor, members: dict[str, Member], users: dict[str, Any]) -> None:
    signing = {"城東工科大学": users["school"], "すみだがわ信用金庫": users["bank"]}
    for number, (name, member) in enumerate(members.items()):
        user = signing.get(name)
        do(
            "contact_add",
            staff,
            member_id=member.pk,
            name=user.name if user else f"窓口 {number + 1}番",
            post=OFFICES[number % len(OFFICES)],
            email=f"madoguchi{number + 1}@consortium.example",
            phone=f"03-0000-{1000 + number}",
            user_id=user.pk if user else None,
        )


def _owners(firms: Sequence[Firm]) -> list[Actor]:
    """Owners of firms with an open site, the one-click owner's first."""
    rows = FirmMembership.objects.filter(
        firm__in=[firm.pk for firm in firms], role=Role.FIRM_OWNER, valid_to=None
    ).select_related("user")
    mine = BY_KEY["owner"].email
    found: dict[int, Actor] = {}
    for row in sorted(rows, key=lambda one: (one.user.email != mine, one.firm_id)):
        if row.firm_id not in found and services.wards_of(row.firm_id):
            roles = frozenset({Role.FIRM_OWNER})
            found[row.firm_id] = Actor(
                row.user_id, row.user.name, Hat.FIRM, roles, firm_id=row.firm_id
            )
        if len(found) == FIRMS:
            break
    return list(found.values())
