"""Demonstration mode: one click per role, on this machine alone.

`settings.DEMO_MODE` opens it; a request that does not come from this machine, or came through a
proxy, is refused in every page, not only here (portal.accounts.middleware).
"""

import datetime as dt
import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from allauth.account.models import EmailAddress
from django.conf import settings
from django.http import HttpRequest
from django.http.request import split_domain_port
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts import roles, services
from portal.accounts.hats import ward_name
from portal.accounts.models import Assignment, User
from portal.accounts.roles import HAT_OF, Role
from portal.kernel import clock

DOMAIN = "demo.machikoba.example"
SUMIDA, OTA = 13107, 13111
# Before any fiscal year of the demonstration data begins.
_SINCE = dt.date(2021, 4, 1)
_PROXY_HEADERS = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_HOST", "HTTP_FORWARDED", "HTTP_VIA")


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """A person of the demonstration. `firm_ward` asks `programs` for a membership there.

    `confirm_in`: days from the load until the role must be confirmed; below 0 it sleeps.
    """

    key: str
    name: str
    kana: str
    role: Role
    look_at: str | Promise
    ward_id: int | None = None
    firm_ward: int | None = None
    confirm_in: int = 200

    @property
    def email(self) -> str:
        return f"{self.key}@{DOMAIN}"

    @property
    def place(self) -> str:
        ward = self.ward_id or self.firm_ward
        return ward_name(ward) if ward else ""

    @property
    def role_label(self) -> str:
        return roles.label(self.role)

    @property
    def hat_key(self) -> str:
        """The hat to wear; a firm's number is not known here, so the first one is taken."""
        if self.role in roles.FIRM_ROLES:
            return ""
        hat = HAT_OF[self.role]
        return f"{hat}:{self.ward_id}" if self.ward_id else str(hat)


PEOPLE = (
    DemoPerson(
        "owner",
        "大野 健一",
        "オオノ ケンイチ",
        Role.FIRM_OWNER,
        gettext_lazy("補助金を申請し、「まだ発注できません／発注できます」を見てください。"),
        firm_ward=SUMIDA,
    ),
    DemoPerson(
        "member",
        "大野 由美",
        "オオノ ユミ",
        Role.FIRM_MEMBER,
        gettext_lazy("同じ会社の担当者として、下書きの続きを入力してみてください。"),
        firm_ward=SUMIDA,
    ),
    DemoPerson(
        "reviewer",
        "佐藤 美咲",
        "サトウ ミサキ",
        Role.REVIEWER,
        gettext_lazy("受信箱で申請を確認し、補正を1回依頼してみてください。"),
        ward_id=SUMIDA,
    ),
    DemoPerson(
        "reviewer2",
        "高橋 直樹",
        "タカハシ ナオキ",
        Role.REVIEWER,
        gettext_lazy("もう1人の担当です。担当の割当てと引継ぎを見てください。"),
        ward_id=SUMIDA,
        confirm_in=6,
    ),
    DemoPerson(
        "approver",
        "鈴木 誠",
        "スズキ マコト",
        Role.APPROVER,
        gettext_lazy("起案された申請を決裁し、交付決定通知書を出してください。"),
        ward_id=SUMIDA,
    ),
    DemoPerson(
        "ward-admin",
        "田中 恵子",
        "タナカ ケイコ",
        Role.WARD_ADMIN,
        gettext_lazy(
            "職員を招待し、期限の近い役割と休止した役割を、年次の権限確認で確かめてください。"
        ),
        ward_id=SUMIDA,
        confirm_in=20,
    ),
    DemoPerson(
        "reviewer-ota",
        "中村 翔太",
        "ナカムラ ショウタ",
        Role.REVIEWER,
        gettext_lazy("別の区の担当です。墨田区の申請が見えないことを確かめてください。"),
        ward_id=OTA,
    ),
    DemoPerson(
        "approver-ota",
        "小林 和子",
        "コバヤシ カズコ",
        Role.APPROVER,
        gettext_lazy("別の区の決裁者です。大田区の予算の残りを見てください。"),
        ward_id=OTA,
    ),
    DemoPerson(
        "committee",
        "山本 隆",
        "ヤマモト タカシ",
        Role.COMMITTEE,
        gettext_lazy("割り当てられた案件の利益相反を申告し、採点票を提出してください。"),
        ward_id=SUMIDA,
        confirm_in=24,
    ),
    DemoPerson(
        "committee2",
        "岡田 進",
        "オカダ ススム",
        Role.COMMITTEE,
        gettext_lazy(
            "年次の確認が済まず、役割が休止した方です。確認できる方の示し方を見てください。"
        ),
        ward_id=SUMIDA,
        confirm_in=-11,
    ),
    DemoPerson(
        "advisor",
        "渡辺 由紀",
        "ワタナベ ユキ",
        Role.ADVISOR,
        gettext_lazy(
            "今日の訪問を記録し（電波を切っても書けます）、共有された計画を評価してください。"
        ),
    ),
    DemoPerson(
        "lecturer",
        "伊藤 修",
        "イトウ オサム",
        Role.LECTURER,
        gettext_lazy(
            "担当する期の名簿を開き、会場のコードを映し、出席とコメントを記録してください。"
        ),
    ),
    DemoPerson(
        "lab",
        "加藤 拓也",
        "カトウ タクヤ",
        Role.LAB_STAFF,
        gettext_lazy(
            "今日の台帳を開き、予約を承認し、入室を記録し、設備の休止と休館を試してください。"
        ),
        ward_id=SUMIDA,
    ),
    DemoPerson(
        "school",
        "中島 教子",
        "ナカジマ キョウコ",
        Role.PARTNER,
        gettext_lazy(
            "大学の担当です。町工場の課題に回答し、進んでいるプロジェクトの結果を報告してください。"
        ),
        ward_id=SUMIDA,
    ),
    DemoPerson(
        "bank",
        "西村 守",
        "ニシムラ マモル",
        Role.PARTNER,
        gettext_lazy(
            "金融機関の担当です。企業が見せた内容だけが見えることを確かめ、状態を返してください。"
        ),
        ward_id=SUMIDA,
    ),
    DemoPerson(
        "policy",
        "吉田 明",
        "ヨシダ アキラ",
        Role.POLICY,
        gettext_lazy("全区の集計を見て、目標との差を確かめてください。"),
    ),
    DemoPerson(
        "policy2",
        "中野 真理",
        "ナカノ マリ",
        Role.POLICY,
        gettext_lazy("ほかの政策担当が作った公表を確かめ、公表日時を決めて承認してください。"),
    ),
    DemoPerson(
        "auditor",
        "山田 節子",
        "ヤマダ セツコ",
        Role.AUDITOR,
        gettext_lazy(
            "標本から案件を開き、申請から支払までの日付と額を確かめてください。案件の内容は変えられません。"
        ),
    ),
    DemoPerson(
        "sysadmin",
        "松本 亮",
        "マツモト リョウ",
        Role.SYSADMIN,
        gettext_lazy("全区の職員の役割を見てください。申請の中身は見えません。"),
    ),
)
BY_KEY = {person.key: person for person in PEOPLE}


def is_loopback_host(host: str) -> bool:
    """localhost and the loopback addresses, with or without a port or brackets."""
    name = (split_domain_port(host)[0] or host).strip("[]").lower()
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def is_local(request: HttpRequest) -> bool:
    """Whether the request was made on this machine, to this machine, through no proxy.

    A proxy on this machine may add no header and send a loopback Host of its own (nginx does by
    default). Where there is one, the site has an address of its own, so the settings tell.
    """
    at_home = not settings.HTTPS and is_loopback_host(urlsplit(settings.SITE_URL).hostname or "")
    direct = not any(header in request.META for header in _PROXY_HEADERS)
    return (
        at_home
        and direct
        and is_loopback_host(request.META.get("REMOTE_ADDR", ""))
        and is_loopback_host(request.META.get("HTTP_HOST", ""))
    )


def refusal(request: HttpRequest) -> str | None:
    """Why the demonstration does not answer this request, or None."""
    if is_local(request):
        return None
    return _(
        "デモンストレーションモードは、このコンピューター自身からしか使えません。"
        "公開するときは、環境変数 DEMO_MODE を外してください。"
    )


def is_open(request: HttpRequest) -> bool:
    """Whether one-click sign-in may be offered and carried out."""
    return bool(settings.DEMO_MODE) and is_local(request)


def ensure_demo_people() -> dict[str, User]:
    """Create the people and their staff roles (key → person); safe to repeat.

    Nobody gets a password: the one-click sign-in is the only way in. Memberships of firms are
    attached by the demonstration data of `programs`. Needs `acting(Actor.system(…))`.
    """
    return {person.key: _ensure(person) for person in PEOPLE}


def _ensure(person: DemoPerson) -> User:
    user = User.objects.filter(email=person.email).first()
    if user is None:
        user = User.objects.create_user(person.email, name=person.name, name_kana=person.kana)
    EmailAddress.objects.get_or_create(
        user=user, email=user.email, defaults={"verified": True, "primary": True}
    )
    if person.role in roles.STAFF_ROLES:
        due = clock.today() + dt.timedelta(days=person.confirm_in)
        Assignment.objects.get_or_create(
            user=user,
            role=person.role,
            ward_id=person.ward_id,
            revoked_at=None,
            defaults={
                "valid_from": _SINCE,
                "reason": "デモンストレーション",
                "confirmed_on": due - dt.timedelta(days=settings.ROLE_CONFIRMATION_DAYS),
            },
        )
        services.let_into_editor(user)
    return user
