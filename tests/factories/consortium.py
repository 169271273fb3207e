"""Members, a problem and how it goes on, through the services."""

import datetime as dt
from itertools import count
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from lab.consortium import services
from lab.consortium.models import Member, Project
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from tests.kernel.files import corpus

SUMIDA, OTA = 13107, 13111
_numbers = count(1)


def staff_actor(user_id: int | None = None, ward: int = SUMIDA) -> Actor:
    """The secretariat."""
    if user_id is None:
        user_id = _person(Role.LAB_STAFF, "事務局 職員", ward)
    return Actor(user_id, "事務局 職員", Hat.SUPPORT, frozenset({Role.LAB_STAFF}), ward_id=ward)


def _person(role: str, name: str, ward: int | None) -> int:
    from tests.support.people import assign, make_person

    user = make_person(f"consortium{next(_numbers)}@example.jp", name=name)
    return assign(user, role, ward_id=ward).pk


def add_member(staff: Actor, kind: str = "university", **changed: Any) -> Member:
    """A member without people."""
    given = {"name": f"城東大学{next(_numbers)}", "joined_on": dt.date(2026, 4, 1), **changed}
    with acting(staff):
        return services.member_add(actor=staff, given=services.Entry(kind=kind, **given))


def partner_actor(
    staff: Actor, member: Member, *, user_id: int | None = None, name: str = "城東 教授"
) -> Actor:
    """Somebody who signs in for the member."""
    if user_id is None:
        user_id = _person(Role.PARTNER, name, SUMIDA)
    with acting(staff):
        services.contact_add(actor=staff, member_id=member.pk, name=name, user_id=user_id)
    return Actor(user_id, name, Hat.SUPPORT, frozenset({Role.PARTNER}), ward_id=SUMIDA)


def paper(name: str = "合意書.pdf") -> SimpleUploadedFile:
    """A signed paper."""
    return SimpleUploadedFile(name, corpus.pdf())


def offer(actor: Actor, **changed: Any) -> Project:
    """A PBL problem for ten days."""
    given: dict[str, Any] = {
        "kind": "pbl",
        "title": "検査の記録を写真に変えたい",
        "problem": "紙に書き写すのに毎日1時間かかります。",
        "season": "first",
        "students": 4,
        "open_until": clock.today() + dt.timedelta(10),
        "ward_id": SUMIDA,
        "is_named": False,
        "needs_nda": False,
        "contact_name": "現場 花子",
        "contact_phone": "03-0000-0000",
        "detail": "三次元測定機の型番はここだけに書きます。",
        **changed,
    }
    with acting(actor):
        return services.project_offer(actor=actor, given=services.Problem(**given))


def reply(actor: Actor, project: Project, **more: Any) -> Any:
    """The institution would take it on."""
    given = services.Reply(
        "画像処理の授業で取り組みます。", 5, "first", "城東 教授", "03-1111-1111"
    )
    return do("answer_add", actor, project_id=project.pk, given=given, **more)


def talking(firm: Actor, partner: Actor, **changed: Any) -> Project:
    """Offered, answered, chosen."""
    project = offer(firm, **changed)
    answer = reply(partner, project)
    do("project_pick", firm, project_id=project.pk, answer_id=answer.pk)
    project.refresh_from_db()
    return project


def signed(on: dt.date | None = None, days: int = 180, **changed: Any) -> services.Signed:
    """An agreement of today."""
    on = on or clock.today()
    given: dict[str, Any] = {"on": on, "ends_on": on + dt.timedelta(days), "uploaded": paper()}
    return services.Signed(**{**given, **changed})


def agree(actor: Actor, project: Project, **changed: Any) -> Project:
    """The agreement is recorded."""
    row = do("project_agree", actor, project_id=project.pk, given=signed(**changed))
    project.refresh_from_db()
    return row


def do(name: str, actor: Actor, /, **given: Any) -> Any:
    """One act of the room, as the actor."""
    with acting(actor):
        return getattr(services, name)(actor=actor, **given)


def bank_actor(staff: Actor, name: str = "融資 太郎", user_id: int | None = None) -> Actor:
    """Somebody of a bank who signs in."""
    member = add_member(staff, "bank", name=f"すみだ信用金庫{next(_numbers)}")
    return partner_actor(staff, member, user_id=user_id, name=name)


def member_of(actor: Actor) -> Member:
    """The member somebody speaks for."""
    with acting(Actor.system("test")):
        return Member.objects.get(contacts__user_id=actor.user_id, contacts__ended_at=None)


def begin(firm: Actor, bank: Actor, *, days: int = 30, paper_too: bool = False) -> Any:
    """Prepared: what is wanted, who the firm is, one record."""
    items = [
        services.Shown("purpose", "相談したいこと", "検査装置を入れたい"),
        services.Shown("basics", "企業の基本情報", "企業名：かくれ精機"),
        services.Shown("event", "記録", "道場を修了しました"),
    ]
    row = do(
        "referral_begin",
        firm,
        member_id=member_of(bank).pk,
        until=clock.today() + dt.timedelta(days),
        items=items,
    )
    if paper_too:
        do("paper_add", firm, referral_id=row.pk, heading="計画書", uploaded=paper("計画.pdf"))
    return row


def consent(firm: Actor, bank: Actor, **more: Any) -> Any:
    """Prepared and consented to."""
    row = begin(firm, bank, **more)
    do("referral_consent", firm, referral_id=row.pk)
    row.refresh_from_db()
    return row


def collab(staff: Actor, *parties: tuple[Any, str]) -> Any:
    """A joint development of firms (or names) with their capital groups."""
    row = do("collab_add", staff, title="小型搬送ロボットの筐体")
    for firm, group in parties:
        given = {"name": firm} if isinstance(firm, str) else _number_of(firm)
        do("party_add", staff, collab_id=row.pk, group=group, **given)
    row.refresh_from_db()
    return row


def _number_of(firm: Any) -> dict[str, str]:
    return {"name": "", "corporate_number": firm.corporate_number}


def contract(staff: Actor, row: Any, **changed: Any) -> Any:
    """The contract of today, led by the first party."""
    given: dict[str, Any] = {
        "contract_no": "K-1",
        "on": clock.today(),
        "uploaded": paper("契約書.pdf"),
        **changed,
    }
    if "lead_id" not in given:
        given["lead_id"] = row.parties.first().pk
    return do("collab_contract", staff, collab_id=row.pk, given=services.Contract(**given))


def meeting(staff: Actor, *, ago: int = 1) -> Any:
    """A meeting that took place so many days ago."""
    from lab.consortium.models import Meeting

    at = clock.now() + dt.timedelta(3)
    row = do("meeting_call", staff, title="第1回 運営会議", starts_at=at, place="DXラボ")
    Meeting.objects.filter(pk=row.pk).update(starts_at=clock.now() - dt.timedelta(ago))
    return row


def minutes(staff: Actor, row: Any, base: int = 0, attended: Any = (), **changed: Any) -> Any:
    """A version of the minutes."""
    given = {"text": "課題の集め方を話した。", "decisions": "年2回募集する", **changed}
    written = services.Written(base=base, attended=list(attended), **given)
    return do("minutes_write", staff, meeting_id=row.pk, given=written)
