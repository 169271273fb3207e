"""The demonstration's old cases: a trial of fiscal 2019 and 2020, withdrawn before a decision.

Written directly, as the rest of the past is (subsidies/demo/history.py): no service can make what
happened years ago. What follows, holds and disposals, goes through the services.
"""

import datetime as dt
import uuid

from portal.accounts.demo import OTA, SUMIDA
from portal.accounts.roles import Role
from portal.kernel import clock, numbering
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.files import services as files
from programs.models import Firm, FirmMembership
from subsidies import states
from subsidies.demo import papers
from subsidies.grants.demo import official
from subsidies.models import (
    Application,
    ApplicationDocument,
    ApplicationVersion,
    Call,
    ExpenseLine,
    Scheme,
    SchemeVersion,
)
from subsidies.retention import services
from subsidies.retention.models import KeptCase
from subsidies.rules import snapshot
from subsidies.services.attachments import PURPOSE

CODE, SYSTEM = "DX0", Actor.system("retention.demo")
TITLES = (
    "受注台帳の電子化",
    "紙の作業日報をやめる試み",
    "在庫の棚卸しをバーコードで行う",
    "図面の電子保管",
    "検査記録の電子化",
)


def load(today: dt.date) -> int:
    """Tell it all; returns how many cases are entered. Needs `acting(Actor.system(…))`."""
    years = (clock.fiscal_year(today) - 7, clock.fiscal_year(today) - 6)
    reviewer, approver = official(SUMIDA, Role.REVIEWER), official(SUMIDA, Role.APPROVER)
    first = _call(SUMIDA, years[0])
    _withdrawn(first, 0)
    services.kept_enter(actor=SYSTEM)
    _dispose(reviewer, approver, today)
    second = _call(SUMIDA, years[1])
    cases = [_withdrawn(second, number) for number in (1, 2, 3, 4)]
    other = _call(OTA, years[1])
    for number in (0, 1):
        _withdrawn(other, number)
    services.kept_enter(actor=SYSTEM)
    _hold(reviewer, cases[0], "audit", "令和8年度の定期監査の対象のため、報告が終わるまで残す。")
    hold = _hold(reviewer, cases[1], "disclosure", "情報公開請求があったため。")
    with acting(reviewer):
        services.hold_lift(actor=reviewer, hold_id=hold, reason="開示の決定が終わったため。")
        services.disposal_propose(
            actor=reviewer,
            reason="文書管理規程により、保存期間が満了した文書を廃棄する。",
            today=today,
        )
    return KeptCase.objects.count()


def _dispose(reviewer: Actor, approver: Actor, today: dt.date) -> None:
    with acting(reviewer):
        row = services.disposal_propose(
            actor=reviewer, reason="令和元年度の試行の文書を廃棄する。", today=today
        )
    with acting(approver):
        services.disposal_approve(actor=approver, disposal_id=row.pk)
    services.work(disposal_id=row.pk, today=today)


def _hold(actor: Actor, case: Application, kind: str, reason: str) -> int:
    with acting(actor):
        return services.hold_put(
            actor=actor, receipt_no=case.receipt_no or "", kind=kind, reason=reason
        ).pk


def _call(ward: int, year: int) -> Call:
    """The trial's call of that fiscal year, with the rules of the ward's first stage."""
    first = Scheme.objects.filter(ward_id=ward, stage=1).order_by("id")[0]
    rules = {**first.versions.earliest("number").rules, "retention_years": 5}
    opens, closes = _at(year, 6, 1), _at(year, 9, 30)
    scheme, new = Scheme.objects.get_or_create(
        ward_id=ward,
        code=CODE,
        defaults={
            "name": "デジタル化の試行補助金",
            "name_en": "Trial subsidy for digitisation",
            "stage": 1,
            "summary": "いまの制度の前に行った試行です。",
            "source": "デモンストレーション",
        },
    )
    if new:
        SchemeVersion.objects.create(scheme=scheme, number=1, rules=rules, published_at=opens)
    return Call.objects.create(
        version=scheme.versions.get(),
        ward_id=ward,
        fiscal_year=year,
        mode=Call.Mode.FIRST_COME,
        opens_at=opens,
        closes_at=closes,
        project_ends_on=dt.date(year + 1, 2, 26),
        budget_yen=3_000_000,
        contact="産業振興課",
    )


def _withdrawn(call: Call, number: int) -> Application:
    """A case submitted in July and withdrawn in October, with one file."""
    like = (
        ApplicationVersion.objects.filter(application__ward_id=call.ward_id, number=1)
        .select_related("application")
        .order_by("pk")[number]
    )
    firm, at = like.application.firm, _at(call.fiscal_year, 7, 1 + number)
    payload = {
        **like.payload,
        "call": call.pk,
        "scheme": call.version.scheme.name,
        "scheme_version": call.version_id,
        "answers": {**like.payload["answers"], "title": TITLES[number]},
        "documents": [],
        # Cases of those years come from before quotes were kept line by line.
        "quotes": [],
    }
    owner = _owner(firm)
    case = Application.objects.create(
        public_id=uuid.uuid5(uuid.NAMESPACE_OID, f"{CODE}:{call.pk}:{number}"),
        ward_id=call.ward_id,
        firm=firm,
        call=call,
        version=call.version,
        status=states.WITHDRAWN,
        eligibility=like.application.eligibility,
        answers=payload["answers"],
        expense_input=payload["expenses"],
        created_by_id=owner,
        created_at=at,
        updated_at=_at(call.fiscal_year, 10, 5),
        firm_name=payload["firm"]["name"],
        scheme_name=call.version.scheme.name,
        stage=1,
        title=TITLES[number],
        receipt_no=_receipt_no(call),
        submitted_at=at,
        requested_yen=payload["calculation"]["subsidy_yen"],
    )
    ApplicationVersion.objects.create(
        application=case,
        number=1,
        payload=payload,
        sha256=snapshot.digest(payload),
        submitted_at=at,
        deadline=call.closes_at,
        submitted_by_id=owner,
        idempotency_key=case.public_id,
    )
    ExpenseLine.objects.bulk_create(
        ExpenseLine(application=case, position=position, **line)
        for position, line in enumerate(payload["expenses"])
    )
    _file(case)
    return case


def _receipt_no(call: Call) -> str:
    ward, scheme, year = call.ward_id, CODE, call.fiscal_year
    number = numbering.next_number(series="receipt", ward_id=ward, scheme=scheme, fiscal_year=year)
    return numbering.receipt_no(ward_id=ward, scheme=scheme, fiscal_year=year, number=number)


def _file(case: Application) -> None:
    stored = files.store_generated(
        actor=Actor.system(SYSTEM.name, ward_id=case.ward_id),
        content=papers.sample("見積書"),
        name="見積書.pdf",
        content_type=papers.PDF,
        purpose=PURPOSE,
        ward_id=case.ward_id,
        firm_id=case.firm_id,
    )
    ApplicationDocument.objects.create(
        application=case, requirement="quotes", stored_file=stored, created_at=case.submitted_at
    )


def _owner(firm: Firm) -> int:
    found = FirmMembership.objects.filter(firm=firm, role=Role.FIRM_OWNER).order_by("id").first()
    assert found is not None
    return found.user_id


def _at(year: int, month: int, day: int) -> dt.datetime:
    return dt.datetime(year, month, day, 10, tzinfo=clock.TOKYO)
