"""The measured cases: made by the portal's own services, so that they are what people make.

`build()` makes a complete draft in 大田区, and in 墨田区 an application that has been through a
correction and waits for its decision, with check list, messages and history.
"""

import datetime as dt
import hashlib
import uuid
from dataclasses import dataclass

from portal.accounts.models import Assignment, User
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from portal.kernel.files.models import StoredFile
from portal.notices.models import Notice
from programs.models import FirmMembership
from subsidies import services
from subsidies.contents import rules_of
from subsidies.models import Application, ApplicationDocument, Call
from subsidies.rules import checklist

SUMIDA, OTA = 13107, 13111
SYSTEM = Actor.system("bench")
ELIGIBILITY = {
    "manufacturer": "yes",
    "plan_made": "yes",
    "parent_single": "0",
    "parent_several": "no",
    "ordered": "no",
    "arrears": "no",
    "double": "no",
    "pledge": "yes",
}
REQUIRED = {"center_plan", "quotes", "registry", "tax"}
TEXTS = {
    "contact_name": "大野 由美",
    "contact_phone": "03-1234-5678",
    "title": "手書き日報の電子化",
    "problem": "日報を紙で書き、月末に1人が3日かけて集計している。転記の誤りも月に5件ほどある。"
    * 3,
    "solution": "作業者が端末で入力し、集計と原価の計算を自動にする。入力は1件30秒以内とする。" * 3,
    "effect": "集計が月24時間から2時間になり、見積りの根拠に実績を使えるようになる。" * 2,
}
LINES = [
    {
        "category": "software",
        "description": f"日報・原価管理システム（{part}）",
        "vendor": "隅田ソフトウェア株式会社",
        "quantity": 1,
        "unit_price": price,
        "tax_percent": 10,
    }
    for part, price in (("基本", 180_000), ("端末登録", 90_000), ("設定", 60_000))
]


@dataclass(frozen=True)
class Cases:
    """Primary keys of the draft to copy and of the application whose detail is measured."""

    draft: int
    detail: int


def member(firm_id: int) -> Actor:
    """The firm's owner."""
    with acting(SYSTEM):
        held = FirmMembership.objects.select_related("user").get(firm_id=firm_id)
    user = held.user
    return Actor(user.pk, user.name, Hat.FIRM, frozenset({held.role}), firm_id=firm_id)


def official(ward_id: int = SUMIDA) -> User:
    """The first reviewer of the ward."""
    with acting(SYSTEM):
        rows = Assignment.objects.filter(ward_id=ward_id, role=Role.REVIEWER)
        return rows.select_related("user").order_by("user_id")[0].user


def build(draft_firm: int, detail_firm: int) -> Cases:
    """Make both. `draft_firm` is a firm with a site in 大田区, `detail_firm` one in 墨田区."""
    draft = _draft(member(draft_firm), _call(OTA))
    detail = _draft(member(detail_firm), _call(SUMIDA))
    _to_decision(member(detail_firm), detail)
    _tell(member(detail_firm))
    return Cases(draft.pk, detail.pk)


def _call(ward_id: int) -> Call:
    """The ward's stage 1 call that is open now."""
    with acting(SYSTEM):
        calls = Call.objects.filter(ward_id=ward_id, version__scheme__stage=1)
        return calls.select_related("version__scheme").latest("closes_at")


def _draft(actor: Actor, call: Call) -> Application:
    with acting(actor):
        draft = services.draft_start(actor=actor, call_id=call.pk)
        given = {"actor": actor, "application_id": draft.pk}
        services.draft_save_eligibility(answers=ELIGIBILITY, **given)
        ends_on = call.project_ends_on
        dates = {"order_on": ends_on - dt.timedelta(60), "finish_on": ends_on - dt.timedelta(20)}
        answers = TEXTS | {name: day.isoformat() for name, day in dates.items()}
        services.draft_save_answers(answers=answers, **given)
        services.draft_save_expenses(lines=LINES, **given)
        asked = {document.code for document in rules_of(call.version).documents}
        rows = {
            requirement: ApplicationDocument.objects.create(
                application_id=draft.pk, requirement=requirement, stored_file=_file(actor)
            )
            for requirement in sorted(asked & REQUIRED)
        }
        services.draft_save_quotes(lines=_quotes(rows["quotes"].pk), **given)
    return draft


def _quotes(document: int) -> dict[int, dict[str, object]]:
    """One quote for each line, of the same paper."""
    day = (clock.today() - dt.timedelta(days=7)).isoformat()
    return {
        place: {
            "quotes": [
                {
                    "vendor": line["vendor"],
                    "quoted_on": day,
                    "amount": line["unit_price"],
                    "document": document,
                }
            ]
        }
        for place, line in enumerate(LINES)
    }


def _file(actor: Actor) -> StoredFile:
    """The row of a clean file, without bytes: no measured page opens it."""
    key = uuid.uuid4().hex
    with acting(SYSTEM):
        return StoredFile.objects.create(
            firm_id=actor.firm_id,
            purpose="application",
            original_name="見積書.pdf",
            extension="pdf",
            content_type="application/pdf",
            size=123_456,
            sha256=hashlib.sha256(key.encode()).hexdigest(),
            state=StoredFile.State.CLEAN,
            storage_key=f"clean/{key}",
        )


def _to_decision(firm: Actor, application: Application) -> None:
    """Submitted, sent back once, mended, checked, proposed."""
    user = official()
    ward = Actor(user.pk, user.name, Hat.WARD, frozenset({Role.REVIEWER}), ward_id=SUMIDA)
    of_firm = {"actor": firm, "application_id": application.pk}
    of_ward = {"actor": ward, "application_id": application.pk}
    with acting(firm):
        services.application_submit(idempotency_key=uuid.uuid4(), consent=True, **of_firm)
    with acting(ward):
        services.assign(actor=ward, application_ids=[application.pk], assignee_id=ward.user_id)
        services.correction_request(
            fields=["answers.effect"],
            notes={},
            message="効果を数値で示してください。",
            due_on=clock.today() + dt.timedelta(days=14),
            **of_ward,
        )
    with acting(firm):
        services.message_post(body="承知しました。修正します。", **of_firm)
        services.draft_save_answers(answers={"effect": "月22時間の削減。"}, **of_firm)
        services.correction_answer(idempotency_key=uuid.uuid4(), **of_firm)
    with acting(ward):
        services.message_post(body="ありがとうございます。確認します。", **of_ward)
        for item in checklist.items(rules_of(application.version)):
            services.check_item_set(item=item.code, verdict="ok", note="", **of_ward)
        services.check_finish(**of_ward)
        services.decision_propose(
            outcome="grant", amount_yen=None, reason="要件を満たし、計画が具体的である。", **of_ward
        )


def _tell(actor: Actor) -> None:
    with acting(SYSTEM):
        Notice.objects.bulk_create(
            Notice(
                recipient_id=actor.user_id,
                event_key=f"bench-{number}",
                subject="補正のお願い",
                body="効果を数値で示してください。",
                url="/my/",
            )
            for number in range(5)
        )
