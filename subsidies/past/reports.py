"""実績報告 and 検査: what was bought, with its papers, and what the ward found of it."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from portal.kernel import clock
from portal.kernel.files.models import StoredFile
from subsidies.demo import papers
from subsidies.grants.kinds.changes import record_with as change_record
from subsidies.grants.kinds.completion import EFFECT, EFFECT_KIND, EFFECT_KINDS
from subsidies.grants.kinds.final_amount import inspected_with
from subsidies.grants.kinds.reported import (
    read_with,
    record_with,
    terms_with,
)
from subsidies.grants.models import Filing, FilingDocument, FilingVersion, Inspection
from subsidies.grants.quoted import Named, quoted_in
from subsidies.grants.rules.changes import compare
from subsidies.grants.rules.inspection import ITEMS, OK
from subsidies.grants.rules.spent import Quoted, first_lines
from subsidies.grants.services.filings import PURPOSE
from subsidies.past import courses
from subsidies.past.told import Maker, Told
from subsidies.rules import expenses
from subsidies.rules.amount import ExpenseItem

# Steps of the chain whose papers the firm hands in; all of one purchase were scanned into one file.
STEPS = ("order", "delivery", "invoice", "payment")
SCAN, PHOTO = "証拠書類一式（見積から振込まで）", "設置した場所の写真"
_RESULTS = (
    "予定したものをすべて導入し、現場の全員が使い始めた。集計の時間は計画どおり減っている。",
    "導入と操作の研修を終えた。最初の月は入力の漏れがあったが、2か月目からはなくなった。",
    "設置と試験運用を終え、毎日使っている。紙の台帳は廃止した。",
)
# What the firms said of the effect; every sixth left it open.
_FELT = ("felt", "felt", "not_yet", "felt", "", "felt")
_FINDINGS = (
    "書類はそろっている。",
    "見積から振込までの日付と額を確かめた。計画との違いはない。",
    "写真と管理台帳で、導入したものを確かめた。",
)
_DAY = dt.timedelta(days=1)


def plan_of(told: Told) -> list[ExpenseItem]:
    """The lines that stood when the project was done: those of the decision, or as changed."""
    plan = [ExpenseItem(**line) for line in told.granted.version.payload["expenses"]]
    return dearer(plan) if told.course.changed_at else plan


def dearer(plan: list[ExpenseItem]) -> list[ExpenseItem]:
    """The first line costs one in a hundred more: a small change, whatever it is."""
    line = expenses.as_input(plan[0])
    return [ExpenseItem(**{**line, "unit_price": line["unit_price"] * 101 // 100}), *plan[1:]]


def change_of(told: Told) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the firm typed into its notice of a change, and what that freezes."""
    before = [ExpenseItem(**line) for line in told.granted.version.payload["expenses"]]
    after, ends_on = dearer(before), told.grant.project_ends_on
    change = compare(
        told.rules,
        before,
        after,
        decided_yen=told.grant.decided_yen,
        ends_on=ends_on,
        new_ends_on=ends_on,
        purpose_changes=False,
    )
    content = {
        "why": "見積りの有効期限が過ぎ、取り直したところ価格が少し上がったため。",
        "purpose": "no",
        "lines": [expenses.as_input(item) for item in after],
    }
    return content, change_record(
        told.grant, told.rules, change, before, after, before, new_ends_on=ends_on
    )


def spend(told: Told, maker: Maker) -> None:
    """Fill in the report, its record and the final amount, as far as the course went.

    Where too little would be left to pay anything (下限), all was bought as planned.
    """
    if told.course.reported_at is None:
        return
    _spend(told, maker)
    if told.final is not None and not told.final.final_yen:
        told.course = replace(told.course, way=courses.USUAL)
        _spend(told, maker)


def _spend(told: Told, maker: Maker) -> None:
    at = told.course.reported_at
    assert at is not None
    quoted = quoted_in(told.granted.version.payload)
    terms = terms_with(told.grant, told.rules, today=clock.to_date(at))
    percent = maker.rng.randint(78, 94) if told.course.way == courses.CHEAPER else 100
    lines = first_lines(plan_of(told), firm_name=told.grant.firm_name)
    for line in lines:
        line.update(_typed(told, line, quoted, percent, asked=terms.request_needed))
    told.content = {
        "completed_on": told.course.completed_on.isoformat(),
        "results": maker.rng.choice(_RESULTS),
        "other_yen": "0",
        EFFECT: (felt := _FELT[told.course.completed_on.toordinal() % len(_FELT)]),
        EFFECT_KIND: EFFECT_KINDS[told.course.completed_on.toordinal() % 5][0]
        if felt == "felt"
        else "",
        "notes": "",
        "spent": lines,
    }
    read = read_with(told.content, terms, _papers(lines, quoted, terms.request_needed), quoted)
    told.record = record_with(told.grant, told.content, told.rules, read, on=clock.to_date(at))
    if told.course.ruled_at:
        told.cuts = _cuts(told, maker) if told.course.way == courses.CUT else {}
        frozen = FilingVersion(payload={"record": told.record})
        told.final = inspected_with(told.grant, told.rules, frozen, told.cuts)


def files(told: Told, maker: Maker) -> tuple[StoredFile, StoredFile]:
    """The scan of all papers, and a photograph."""
    assert told.course.reported_at is not None
    scan, photo = (
        papers.stored(
            content,
            key=maker.new_id(),
            ward_id=told.grant.ward_id,
            firm_id=told.grant.firm_id,
            owner=told.firm_user,
            purpose=PURPOSE,
            name=name,
            at=told.course.reported_at - dt.timedelta(hours=1),
            preview=True,
        )
        for content, name in ((papers.sample(SCAN), SCAN), (papers.photograph(), PHOTO))
    )
    return scan, photo


def documents(
    told: Told, filing: Filing, scan: StoredFile, photo: StoredFile
) -> Iterable[FilingDocument]:
    """The scan proves each step of each line; the photograph the whole."""
    quoted = quoted_in(told.granted.version.payload)
    asked = terms_with(told.grant, told.rules, today=clock.to_date(scan.created_at)).request_needed
    for key, steps in _papers(told.content["spent"], quoted, asked).items():
        for step in sorted(steps):
            yield FilingDocument(
                filing=filing,
                requirement=step,
                item=key,
                stored_file=scan,
                created_at=scan.created_at,
            )
    yield FilingDocument(
        filing=filing, requirement="photos", stored_file=photo, created_at=photo.created_at
    )


def inspection(told: Told, maker: Maker) -> Inspection:
    """The inspection of the report, by the official in charge or a colleague."""
    at, grant = told.course.inspected_at, told.grant
    assert at is not None
    assert told.report is not None
    on_site = told.granted.application.stage > 1 and maker.rng.random() < 0.5
    inspector = maker.rng.choice(told.office.reviewers).user_id
    assert inspector is not None
    return Inspection(
        grant=grant,
        ward_id=grant.ward_id,
        firm_id=grant.firm_id,
        version=told.report,
        method=Inspection.Method.ON_SITE if on_site else Inspection.Method.PAPERS,
        inspected_on=clock.to_date(at),
        inspected_by=maker.users[inspector],
        verdicts={item.code: {"verdict": OK, "note": ""} for item in ITEMS},
        cuts=told.cuts,
        findings=maker.rng.choice(_FINDINGS),
        saved_at=at,
    )


def _typed(
    told: Told, line: dict[str, Any], quoted: dict[Named, Quoted], percent: int, *, asked: bool
) -> dict[str, Any]:
    """What the firm typed of a line: its days one after the other, paid in full."""
    course, known = told.course, (line["category"], line["description"]) in quoted
    net = line["planned_yen"] if percent == 100 else line["planned_yen"] * percent // 10_000 * 100
    tax = net * line["tax_percent"] // 100
    invoiced = course.delivered_on + (course.completed_on - course.delivered_on) // 2
    days = {
        "request": None if known or not asked else told.grant.decided_on - 26 * _DAY,
        "quote": None if known else told.grant.decided_on - 20 * _DAY,
        "order": course.ordered_on,
        "delivery": course.delivered_on,
        "acceptance": course.delivered_on,
        "invoice": invoiced,
        "payment": course.completed_on,
    }
    amounts = {"net_yen": net, "tax_yen": tax, "invoice_yen": net + tax, "paid_yen": net + tax}
    return {
        **{f"{step}_on": day.isoformat() if day else "" for step, day in days.items()},
        **{name: str(yen) for name, yen in amounts.items()},
        "place": "本社工場",
    }


def _papers(
    lines: Iterable[dict[str, Any]], quoted: dict[Named, Quoted], asked: bool
) -> dict[str, frozenset[str]]:
    """Line → the steps that the scan proves; the application's quote is there already."""
    found = {}
    for line in lines:
        own = () if (line["category"], line["description"]) in quoted else ("quote",)
        found[line["key"]] = frozenset((*STEPS, *own, *(("request",) if own and asked else ())))
    return found


def _cuts(told: Told, maker: Maker) -> dict[str, dict[str, Any]]:
    """The inspection takes a part of the dearest line out."""
    line = max(told.record["lines"], key=lambda item: item["eligible_net_yen"])
    net = line["eligible_net_yen"] * maker.rng.randint(8, 20) // 100_000 * 1000
    if not net:
        return {}
    return {
        line["key"]: {
            "net_yen": net,
            "tax_yen": net * line["tax_percent"] // 100,
            "reason": "翌年度分の保守料が含まれていたため。",
        }
    }
