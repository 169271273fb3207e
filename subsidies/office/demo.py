"""The demonstration's schemes under change, by the room's own services: every state of a revision,
a trial on last year's applications, a share of a budget for graduates."""

import datetime as dt
from typing import Any

from portal.accounts.demo import OTA, SUMIDA
from portal.accounts.models import Assignment
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from portal.notices.models import APP, DIGEST
from portal.notices.services import settings_save
from programs.models import FirmMembership
from subsidies.models import Call, Scheme, SchemeVersion
from subsidies.office import services, ward_demo
from subsidies.office.about import About
from subsidies.office.models import Revision

ADACHI, KATSUSHIKA = 13121, 13122
CLOUD = {
    "code": "cloud_used",
    "task": "plan",
    "label": "クラウドサービスを使いますか",
    "kind": "yes_no",
    "hint": "インターネットを通して使うソフトのことです。",
}
PLACE = {
    "code": "data_place",
    "task": "plan",
    "label": "データをどこに置くか",
    "kind": "text",
    "hint": "例：国内のデータセンター",
    "max_length": 100,
    "when": {"asked": "cloud_used", "operator": "is_true"},
}
RESERVED_YEN = 1_000_000
# Words of their own in two wards; the first a firm may do without.
MAILS = {
    "application_submitted": {
        "subject": "{scheme}の申請を受け付けました（{receipt_no}）",
        "body": "{firm} 御中\n\n「{title}」の申請を受け付けました。\n"
        "交付が決まるまで、契約・発注・支払いをしないでください。\n\n{ward} {contact}",
        "optional": True,
    },
    "correction_requested": {
        "subject": "【{due}まで】申請の補正をお願いします（{receipt_no}）",
        "body": "{firm} 御中\n\n{due}までに、次のところを直してください。\n{message}\n\n"
        "分からないことは、{contact}へお尋ねください。",
    },
    "grant_paid": {
        "subject": "補助金をお支払いしました（{receipt_no}）",
        "body": "{firm} 御中\n\n{paid_on}に{amount}を振り込みました。",
        "optional": True,
    },
}
# Who wants such mail otherwise than at once, of the firms' owners in the order of their ids.
WAYS = (("subsidies.application_submitted", APP), ("subsidies.grant_paid", DIGEST))


def load(today: dt.date) -> int:
    """Tell it all; returns how many revisions there are."""
    _being_edited(today)
    _proposed()
    _published()
    _dropped()
    _created()
    _reserve()
    _opt_outs()
    ward_demo.load()
    return Revision.objects.count()


def _being_edited(today: dt.date) -> None:
    """墨田区: a question under a condition, half as many employees, tried on last year."""
    editor = _official(SUMIDA, Role.REVIEWER)
    revision = _begin(editor, SUMIDA, 1)
    if editor is None or revision is None:
        return
    criteria = [
        {**item, "threshold": 20, "any_of": ""} if item["code"] == "employees" else item
        for item in revision.rules["criteria"]
    ]
    questions = [*revision.rules["questions"], CLOUD, PLACE]
    _save(editor, revision, questions=questions, criteria=criteria, mails=MAILS)
    with acting(editor):
        trial = services.trial_begin(
            actor=editor, revision_id=revision.pk, fiscal_year=clock.fiscal_year(today) - 1
        )
        services.trial_run(actor=editor, trial_id=trial.pk)


def _proposed() -> None:
    """大田区: waits for the approver."""
    editor = _official(OTA, Role.REVIEWER)
    revision = _begin(editor, OTA, 1)
    if editor is None or revision is None:
        return
    _save(editor, revision, correction_days=21, cap_yen=600_000)
    with acting(editor):
        services.revision_propose(
            actor=editor,
            revision_id=revision.pk,
            note="上限額を60万円に上げ、補正の期間を3週間に延ばす。",
        )


def _published() -> None:
    """足立区: sent back once, then the next version."""
    editor, approver = _official(ADACHI, Role.REVIEWER), _official(ADACHI, Role.APPROVER)
    revision = _begin(editor, ADACHI, 3)
    if editor is None or approver is None or revision is None:
        return
    propose: dict[str, Any] = {"actor": editor, "revision_id": revision.pk}
    _save(editor, revision, review_days=50, mails=MAILS)
    with acting(editor):
        services.revision_propose(**propose, note="審査の目安を短くする。")
    with acting(approver):
        services.revision_send_back(
            actor=approver, revision_id=revision.pk, reason="効果報告の期限もあわせて見直すこと。"
        )
    revision = _save(editor, revision, follow_up_by="07-31")
    with acting(editor):
        services.revision_propose(**propose, note="審査の目安と効果報告の期限を見直す。")
    with acting(approver):
        services.revision_publish(actor=approver, revision_id=revision.pk, seen=revision.counter)


def _dropped() -> None:
    """葛飾区: given up."""
    editor = _official(KATSUSHIKA, Role.REVIEWER)
    revision = _begin(editor, KATSUSHIKA, 1)
    if editor is not None and revision is not None:
        with acting(editor):
            services.revision_drop(actor=editor, revision_id=revision.pk)


def _created() -> None:
    """葛飾区: a scheme of its own, copied from 墨田区's rules, not published yet."""
    editor = _official(KATSUSHIKA, Role.REVIEWER)
    source = SchemeVersion.objects.filter(scheme__ward_id=SUMIDA, scheme__stage=1).order_by("pk")
    if editor is None or not source.exists():
        return
    about = About(
        name="葛飾区 町工場はじめてのデータ補助金",
        name_en="Katsushika First Data Subsidy for Small Factories",
        summary="紙の日報をやめ、機械と作業の記録をデータにする費用を補助します。",
        stage=1,
        source="令和9年度要綱（案）",
    )
    with acting(editor):
        newest = source.filter(published_at__isnull=False).latest("number")
        revision = services.scheme_create(
            actor=editor, code="KD1", about=about, version_id=newest.pk
        )
    _save(editor, revision, cap_yen=300_000, floor_yen=30_000)


def _reserve() -> None:
    """墨田区: a part of the running first-come budget is kept for graduates of the Dojo."""
    admin = _official(SUMIDA, Role.WARD_ADMIN)
    call = Call.objects.filter(
        ward_id=SUMIDA, mode=Call.Mode.FIRST_COME, version__scheme__stage=1
    ).order_by("-fiscal_year")[:1]
    if admin is None or not call:
        return
    others = call[0].committed_yen - call[0].graduate_yen
    with acting(admin):
        services.call_change_budget(
            actor=admin,
            call_id=call[0].pk,
            budget_yen=max(call[0].budget_yen, others + RESERVED_YEN),
            reserved_yen=RESERVED_YEN,
            reason="DX道場の修了者の枠を設ける。",
        )


def _official(ward: int, role: str) -> Actor | None:
    """Somebody of the ward with that role alone."""
    row = (
        Assignment.objects.filter(ward_id=ward, role=role, user__is_active=True)
        .select_related("user")
        .order_by("pk")
        .first()
    )
    if row is None:
        return None
    return Actor(row.user_id, row.user.name, Hat.WARD, frozenset({role}), ward_id=ward)


def _begin(editor: Actor | None, ward: int, stage: int) -> Revision | None:
    scheme = Scheme.objects.filter(ward_id=ward, stage=stage).order_by("code").first()
    if editor is None or scheme is None:
        return None
    with acting(editor):
        return services.revision_begin(actor=editor, scheme_id=scheme.pk)


def _save(editor: Actor, revision: Revision, **values: Any) -> Revision:
    with acting(editor):
        return services.revision_save(
            actor=editor, revision_id=revision.pk, values=values, counter=None
        )


def _opt_outs() -> None:
    """One firm's owner does without a kind of mail, another has one in the daily mail."""
    owners = FirmMembership.objects.filter(role=Role.FIRM_OWNER, valid_to=None)
    people = owners.select_related("user").order_by("id")[: len(WAYS)]
    for member, (topic, way) in zip(people, WAYS, strict=False):
        actor = Actor(
            member.user_id,
            member.user.name,
            Hat.FIRM,
            frozenset({Role.FIRM_OWNER}),
            firm_id=member.firm_id,
        )
        with acting(actor):
            settings_save(actor=actor, ways={topic: way})
