"""Answers to an invitation: by the mail's link, in the portal, or written down from phone and FAX."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from lab.nakama.cases import links, policies, states
from lab.nakama.cases.models import Case, Invitation, Quote, Reply, Wave
from lab.nakama.cases.services import notices, waves
from lab.nakama.cases.services.errors import Refused
from lab.nakama.services import answers_count
from portal.kernel import audit, clock, outbox, transitions
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from portal.kernel.texts import plain

# Whoever holds the mail, for the audit trail.
LINK = Actor.system("cases.link")
MOST_YEN = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Given:
    """An answer; `said_by` and `note` belong to one written down for somebody."""

    answer: str
    condition: str = ""
    said_by: str = ""
    note: str = ""


def answer_by_link(*, token: str, given: Given) -> Invitation:
    """Needs no sign-in. Raises NoSuchLink, Refused."""
    with acting(LINK):
        found = links.invitation_of(token)
        return _answer(LINK, found.pk, found.case_id, given, Reply.Way.LINK)


def answer_own(*, actor: Actor, invitation_id: int, given: Given) -> Invitation:
    """By the firm, signed in. Raises Invitation.DoesNotExist, Refused."""
    found = policies.own_invitations(actor).get(pk=invitation_id)
    with transaction.atomic(), acting(actor.elevated()):
        return _answer(actor, found.pk, found.case_id, given, Reply.Way.PORTAL)


def answer_for(*, actor: Actor, invitation_id: int, given: Given, way: str) -> Invitation:
    """電話・FAXで受けた返事, by the hub or the coordinator. Raises Refused, RoleMissing."""
    found = policies.get_invitation(actor, pk=invitation_id)
    hub = policies.parts(actor, found.case_id) & policies.HUBS
    policies.require(bool(hub) or policies.is_lab(actor))
    if way not in {Reply.Way.PHONE, Reply.Way.FAX}:
        raise Refused(_("電話かFAXかを選んでください。"))
    if not given.said_by.strip():
        raise Refused(_("話した人（FAXの差出人）を入力してください。"))
    with transaction.atomic(), acting(actor.elevated()):
        return _answer(actor, found.pk, found.case_id, given, way)


def _answer(actor: Actor, pk: int, case_id: int, given: Given, way: str) -> Invitation:
    """As the system. The same answer again writes nothing."""
    if given.answer not in states.ANSWERS:
        raise Refused(_("返事を1つ選んでください。"))
    condition = plain(given.condition, 300) if given.answer == states.CONDITIONAL else ""
    if given.answer == states.CONDITIONAL and not condition:
        raise Refused(_("「条件付き」のときは、条件を入力してください。"))
    case = Case.objects.select_for_update().get(pk=case_id)
    row = Invitation.objects.select_for_update().select_related("step", "wave").get(pk=pk)
    row.case = case
    if refusal := closed_text(row):
        raise Refused(refusal)
    if (row.status, row.condition) == (given.answer, condition):
        return row
    if row.answered_at is None:
        answers_count(firm_id=row.firm_id, answered=1)
        outbox.publish(
            name="cases.answered",
            subject=row.pk,
            ward_id=case.ward_id,
            payload={
                "invitation_id": row.pk,
                "firm_id": row.firm_id,
                "on": clock.today().isoformat(),
            },
        )
    transitions.apply(
        table=states.INVITATION,
        instance=row,
        action=given.answer,
        actor=actor,
        detail={"way": way, "case": case.number},
        fields={"condition": condition, "answered_at": clock.database_now()},
    )
    Reply.objects.create(
        invitation=row,
        answer=given.answer,
        condition=condition,
        way=way,
        said_by=plain(given.said_by, 100),
        note=plain(given.note, 300),
        written_by_id=actor.user_id if actor.hat != Hat.SYSTEM else None,
    )
    if given.answer not in states.WILLING:
        Quote.objects.filter(invitation=row).delete()
    notices.answered(row)
    _close_if_all_said(case, row.wave)
    return row


def closed_text(row: Invitation) -> str:
    """Why no answer is taken any more, or ""."""
    if row.status == states.CHOSEN:
        return _("あなたの会社に決まっています。変えたいときは、ハブ企業に連絡してください。")
    if row.status == states.PASSED or row.case.status != states.INVITING:
        return _("この声かけは終わりました。お返事をありがとうございました。")
    if row.status == states.LAPSED:
        return _("返事の期限が過ぎました。まだできるときは、ハブ企業に連絡してください。")
    return ""


def _close_if_all_said(case: Case, wave: Wave) -> None:
    """Everybody has said no: the next wave need not wait for the deadline."""
    rows = Invitation.objects.filter(wave=wave)
    if wave.closed_at is None and not rows.filter(status__in=[states.WAITING, *states.WILLING]):
        waves.wave_close(LINK, case, wave, clock.database_now())


def quote_save(
    *,
    actor: Actor,
    invitation_id: int,
    price_yen: int,
    ready_on: dt.date | None = None,
    note: str = "",
) -> Quote:
    """見積 of the firm for its step, 税抜, for the whole lot. Raises Refused."""
    found = policies.own_invitations(actor).get(pk=invitation_id)
    with transaction.atomic(), acting(actor.elevated()):
        case = Case.objects.select_for_update().get(pk=found.case_id)
        row = Invitation.objects.select_for_update().get(pk=found.pk)
        row.case = case
        if refusal := closed_text(row):
            raise Refused(refusal)
        if row.status not in states.WILLING:
            raise Refused(_("先に「できる」か「条件付き」と返事をしてください。"))
        if not 0 < price_yen <= MOST_YEN:
            raise Refused(_("金額は1円以上、10億円以下で、円の単位で入力してください。"))
        if ready_on and case.due_on and ready_on > case.due_on:
            raise Refused(
                _("渡せる日が納期より後です。間に合わないときは「条件付き」で返事をしてください。")
            )
        quote, _new = Quote.objects.update_or_create(
            invitation=row,
            defaults={
                "case": case,
                "firm_id": row.firm_id,
                "price_yen": price_yen,
                "ready_on": ready_on,
                "note": plain(note, 300),
                "written_by_id": actor.user_id,
                "written_at": clock.database_now(),
            },
        )
        # No amount in the trail: officials read it.
        audit.record(actor=actor, action="cases.quoted", obj=row, ward_id=0)
        return quote
