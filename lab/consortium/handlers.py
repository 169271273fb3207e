"""Who is told what of the projects. Run once per event."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lab import topics
from lab.consortium import people
from lab.consortium.models import Collab, Meeting, Project, ProjectAnswer, Referral
from portal.kernel import outbox
from portal.kernel.models import OutboxEvent
from portal.kernel.texts import filled
from portal.notices.services import notify
from portal.ui.markup import era_date, moment_text


@outbox.handles("consortium.offered", name="consortium.notice_offered")
def tell_offered(event: OutboxEvent) -> None:
    """Schools and 公設試 read the problem."""
    row = _row(event)
    body = filled(
        _("企業から新しい課題が出ました。%(day)sまでに、取り組めるかどうかを回答してください。"),
        day=era_date(row.open_until),
    )
    _tell(event, row, _("課題：%(title)s"), body, people.institution_people())


@outbox.handles("consortium.answered", name="consortium.notice_answered")
def tell_answered(event: OutboxEvent) -> None:
    """The firm chooses."""
    row = _row(event)
    answer = ProjectAnswer.objects.select_related("member").get(pk=event.payload["answer_id"])
    body = filled(
        _("%(member)sが、取り組みたいと回答しました。内容を見て、話を進めるか決めてください。"),
        member=answer.member.name,
    )
    _tell(event, row, _("課題に回答がありました：%(title)s"), body, _firm(row))


@outbox.handles("consortium.picked", name="consortium.notice_picked")
def tell_picked(event: OutboxEvent) -> None:
    """The institution was chosen."""
    row = _row(event)
    body = _("企業が、話を進める相手に選びました。次にすることを開いて確かめてください。")
    _tell(event, row, _("協議が始まります：%(title)s"), body, people.member_people(row.member_id))


@outbox.handles("consortium.nda_signed", name="consortium.notice_nda_signed")
def tell_nda_signed(event: OutboxEvent) -> None:
    """The institution reads the details."""
    row = _row(event)
    body = _("秘密保持契約の日が記録され、企業名と詳しい事情が見えるようになりました。")
    subject = _("詳しい事情が見えます：%(title)s")
    _tell(event, row, subject, body, people.member_people(row.member_id))


@outbox.handles("consortium.reopened", name="consortium.notice_reopened")
def tell_reopened(event: OutboxEvent) -> None:
    """The one with whom it came to nothing; others may answer anew."""
    row = _row(event)
    body = _("企業がほかの機関をもう一度募集することになりました。することはありません。")
    to = people.member_people(event.payload["member_id"])
    _tell(event, row, _("協議が終わりました：%(title)s"), body, to, _list())


@outbox.handles("consortium.agreed", name="consortium.notice_agreed")
def tell_agreed(event: OutboxEvent) -> None:
    """Both sides."""
    row = _row(event)
    body = _("合意が記録されました。始まったら、開始を記録してください。")
    _tell(event, row, _("合意しました：%(title)s"), body, _both(row))


@outbox.handles("consortium.agreement_undone", name="consortium.notice_agreement_undone")
def tell_undone(event: OutboxEvent) -> None:
    """Both sides."""
    row = _row(event)
    body = _("事務局が合意の記録を取り消しました。正しい合意書で、もう一度記録してください。")
    _tell(event, row, _("合意の記録が取り消されました：%(title)s"), body, _both(row))


@outbox.handles("consortium.reported", name="consortium.notice_reported")
def tell_reported(event: OutboxEvent) -> None:
    """The firm says what it did with the result."""
    row = _row(event)
    body = _("結果の報告が届きました。読んで、どう使ったかを記録してください。")
    _tell(event, row, _("結果の報告：%(title)s"), body, _firm(row))


@outbox.handles("consortium.ended_early", name="consortium.notice_ended_early")
def tell_ended_early(event: OutboxEvent) -> None:
    """Both sides."""
    row = _row(event)
    body = filled(_("途中で終わることになりました。理由：%(reason)s"), reason=row.reason)
    _tell(event, row, _("途中で終わりました：%(title)s"), body, _both(row))


@outbox.handles("consortium.referral_sent", name="consortium.notice_referral_sent")
def tell_referral(event: OutboxEvent) -> None:
    """The bank; without the firm's name, which only the page shows."""
    row = _referral(event)
    body = filled(
        _(
            "企業からの紹介が届きました。%(day)sまで内容を見られます。受け付けたら知らせてください。"
        ),
        day=era_date(row.consent_until),
    )
    _tell_referral(event, row, _("融資の紹介が届きました"), body, _bank(row))


@outbox.handles("consortium.referral_answered", name="consortium.notice_referral_answered")
def tell_referral_answered(event: OutboxEvent) -> None:
    """The firm: the status, nothing more."""
    row = _referral(event)
    body = filled(
        _("%(bank)sの状態：%(state)s。くわしくは、金融機関と直接話してください。"),
        bank=row.member.name,
        state=row.state.label,
    )
    _tell_referral(event, row, _("融資の紹介の状態が変わりました"), body, _of_firm(row))


@outbox.handles("consortium.referral_revoked", name="consortium.notice_referral_revoked")
def tell_referral_revoked(event: OutboxEvent) -> None:
    """The bank reads nothing any more."""
    row = _referral(event)
    body = _("企業が同意を取り消しました。内容は見られません。手元の写しも消してください。")
    _tell_referral(event, row, _("融資の紹介の同意が取り消されました"), body, _bank(row))


@outbox.handles("consortium.referral_expired", name="consortium.notice_referral_expired")
def tell_referral_expired(event: OutboxEvent) -> None:
    """Both."""
    row = _referral(event)
    body = _("見せる期限が過ぎ、内容は見られなくなりました。続けるときは、企業が新しく紹介します。")
    to = [*_bank(row), *_of_firm(row)]
    _tell_referral(event, row, _("融資の紹介の期限が過ぎました"), body, to)


@outbox.handles("consortium.collab_contracted", name="consortium.notice_collab_contracted")
def tell_contracted(event: OutboxEvent) -> None:
    """The firms of the register."""
    _tell_collab(
        event,
        _("共同開発の契約が記録されました：%(title)s"),
        _("事務局が契約を記録しました。内容が違うときは、事務局（ラボ）に連絡してください。"),
    )


@outbox.handles("consortium.collab_cancelled", name="consortium.notice_collab_cancelled")
def tell_cancelled(event: OutboxEvent) -> None:
    """The firms of the register."""
    _tell_collab(
        event,
        _("共同開発の取消しが記録されました：%(title)s"),
        _("初回の納品前に取り消されたと、事務局が記録しました。することはありません。"),
    )


def _tell_collab(event: OutboxEvent, subject: str, body: str) -> None:
    row = Collab.objects.get(pk=event.payload["collab_id"])
    notify(
        event_key=str(event.pk),
        recipients=people.firm_people(row.firm_ids),
        subject=filled(subject, title=row.title),
        body=body,
        url=reverse("consortium:collab", args=[row.public_id]),
        topic=topics.CONSORTIUM,
    )


@outbox.handles("consortium.meeting_called", name="consortium.notice_meeting_called")
def tell_meeting(event: OutboxEvent) -> None:
    """All members' people."""
    row = Meeting.objects.get(pk=event.payload["meeting_id"])
    body = filled(_("%(at)s、%(place)s"), at=moment_text(row.starts_at), place=row.place)
    _tell_meeting(event, row, _("会議のお知らせ：%(title)s"), body)


@outbox.handles("consortium.minutes_published", name="consortium.notice_minutes_published")
def tell_minutes(event: OutboxEvent) -> None:
    """All members' people."""
    row = Meeting.objects.get(pk=event.payload["meeting_id"])
    body = _("議事録を公開しました。自分の会員の宿題と期限を確かめてください。")
    _tell_meeting(event, row, _("議事録：%(title)s"), body)


@outbox.handles("consortium.meeting_called_off", name="consortium.notice_meeting_called_off")
def tell_off(event: OutboxEvent) -> None:
    """All members' people."""
    row = Meeting.objects.get(pk=event.payload["meeting_id"])
    _tell_meeting(event, row, _("会議は中止になりました：%(title)s"), row.reason)


def _tell_meeting(event: OutboxEvent, row: Meeting, subject: str, body: str) -> None:
    notify(
        event_key=str(event.pk),
        recipients=people.everybody(),
        subject=filled(subject, title=row.title),
        body=body,
        url=reverse("consortium:meeting", args=[row.public_id]),
        topic=topics.MEETINGS,
    )


def _referral(event: OutboxEvent) -> Referral:
    return Referral.objects.select_related("member").get(pk=event.payload["referral_id"])


def _bank(row: Referral) -> list[int]:
    return people.member_people(row.member_id)


def _of_firm(row: Referral) -> list[int]:
    return people.firm_people([row.firm_id])


def _tell_referral(
    event: OutboxEvent, row: Referral, subject: str, body: str, to: list[int]
) -> None:
    notify(
        event_key=str(event.pk),
        recipients=to,
        subject=subject,
        body=body,
        url=reverse("consortium:referral", args=[row.public_id]),
        topic=topics.CONSORTIUM,
    )


def _row(event: OutboxEvent) -> Project:
    return Project.objects.get(pk=event.payload["project_id"])


def _firm(row: Project) -> list[int]:
    return people.firm_people([row.firm_id])


def _both(row: Project) -> list[int]:
    return [*_firm(row), *people.member_people(row.member_id)]


def _list() -> str:
    return reverse("consortium:projects")


def _tell(
    event: OutboxEvent, row: Project, subject: str, body: str, to: list[int], url: str = ""
) -> None:
    notify(
        event_key=str(event.pk),
        recipients=to,
        subject=filled(subject, title=row.title),
        body=body,
        url=url or reverse("consortium:project", args=[row.public_id]),
        topic=topics.CONSORTIUM,
    )
