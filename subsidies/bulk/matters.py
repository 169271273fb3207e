"""伺い: what is to be decided after the decision, as papers need it, whatever it is.

A ruling (変更, 廃止, 概算払, 額の確定, 取消, 返還命令, 財産処分 …) or the payment of a claim. All of it
is what was frozen with the proposal or the claim, so that the papers come out the same later on.
Japanese: call it within `override("ja")`.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from portal.kernel import clock
from portal.kernel.documents import render_pdf
from portal.kernel.files import storage
from portal.kernel.files.models import StoredFile
from portal.kernel.models import AuditRow
from portal.letters.selectors import letter_of
from portal.ui.parts import Entry
from subsidies.answers import typed_answer
from subsidies.contents import rules_of
from subsidies.grants import histories, kinds, letters
from subsidies.grants.kinds import rulings
from subsidies.grants.kinds.changes import CHANGE
from subsidies.grants.kinds.claim import ADVANCE, CLAIM
from subsidies.grants.kinds.ending import CANCELLATION
from subsidies.grants.kinds.final_amount import FINAL_AMOUNT
from subsidies.grants.kinds.recovery import RECOVERY
from subsidies.grants.kinds.revocation import REVOCATION
from subsidies.grants.models import Filing, FilingVersion, Payment, Ruling
from subsidies.grants.selectors.detail import history
from subsidies.grants.services.paid_letters import payment_letter
from subsidies.models import BudgetEntry, Grant
from subsidies.rules.scheme.papers import PAYMENT

Signed = tuple[str, dt.datetime]
# (part, label, what it says) and (label, how it was worked out, 円).
Fact = tuple[str, str, str]
Figure = tuple[str, str, int]

# How the ward's accounts book it; what is not here moves no money.
BOOKINGS = {
    CHANGE: "支出負担行為（変更）",
    CANCELLATION: "支出負担行為（取消）",
    FINAL_AMOUNT: "支出負担行為（額の確定）",
    REVOCATION: "支出負担行為（取消）",
    ADVANCE: "支出命令（概算払）",
    CLAIM: "支出命令（精算払）",
    RECOVERY: "返納（返還命令）",
}
# The amounts among a ruling's terms by name, in the order of the paper.
AMOUNTS = {
    "decided_yen": "交付決定額",
    "before_yen": "変更前の補助対象経費",
    "after_yen": "変更後の補助対象経費",
    "approved_yen": "区が最後に承認した計画の補助対象経費",
    "moved_yen": "その計画からの経費区分の増減の額（増えた額と減った額の大きい方）",
    "eligible_yen": "補助対象経費の実績額",
    "standing_yen": "取消前の額",
    "revoked_yen": "取り消す額",
    "kept_yen": "取消後の額",
    "paid_yen": "支払済額",
    "principal_yen": "返還する額",
    "net_yen": "取得価格",
    "book_yen": "残存簿価",
    "price_yen": "処分価額",
    "return_yen": "返還になる額",
    "amount_yen": "決定する額",
}
_OWN_ACTS = ("grants.ruling.propose", "grants.ruling.approve", "grants.ruling.send_back")
_CLAIM_ACTS = ("grants.filing.submit", "grants.filing.accept")


@dataclass(frozen=True, slots=True)
class Matter:
    """One 伺い with all its papers say. `rows` is the letter's table, `letter` its PDF.

    `prepared` and `approved` are the people with the moments; `booked` is (before, after) in 円 as
    `booking` names it, None where no money moves. `made_at` is the moment of the last act.
    """

    code: str
    name: str
    question: str
    conclusion: str
    grant: Grant
    reason: str
    made_at: dt.datetime
    rows: list[tuple[str, str]]
    letter_name: str
    letter: bytes
    facts: list[Fact]
    figures: list[Figure]
    acts: list[Entry]
    prepared: Signed | None = None
    approved: Signed | None = None
    document_no: str = ""
    decided_on: dt.date | None = None
    booked: tuple[int, int] | None = None

    @property
    def booking(self) -> str:
        return BOOKINGS.get(self.code, "")


def of_ruling(ruling: Ruling) -> Matter:
    """A ruling as it was proposed, with its approval where there is one."""
    grant, kind = ruling.grant, rulings.get(ruling.kind)
    last = _last_act(grant, "grants.ruling", ruling.pk, _OWN_ACTS)
    granted = ruling.outcome == Ruling.Outcome.APPROVE
    made_at = ruling.approved_at or ruling.prepared_at
    approved = None
    if ruling.approved_by and ruling.approved_at:
        approved = (ruling.approved_by.name, ruling.approved_at)
    return Matter(
        code=ruling.kind,
        name=str(kind.name) if granted else f"{kind.name}（不承認）",
        question="次のとおり決定してよろしいか。",
        conclusion=str(ruling.get_outcome_display()),
        grant=grant,
        reason=ruling.reason,
        made_at=made_at,
        prepared=(ruling.prepared_by.name, ruling.prepared_at),
        approved=approved,
        document_no=ruling.document_no or "",
        decided_on=ruling.ruled_on,
        rows=kind.rows(ruling),
        letter_name=_letter_name(ruling.terms["letter"]["paper"], drafted=approved is None),
        letter=_issued(ruling.letter)
        or render_pdf("ruling", letters.ruling_letter(ruling), made_at=made_at),
        facts=[*_filed(ruling), *_terms(ruling)],
        figures=[*_figures(ruling.terms), *_columns(grant, last)],
        acts=_acts(grant, last),
        booked=_booked(ruling) if granted else None,
    )


def of_claim(filing: Filing, payment: Payment | None) -> Matter:
    """支払 of a submitted claim: what the ward's accounts are asked to pay, or have paid."""
    grant, version = filing.grant, filing.versions.latest("number")
    record = version.payload["record"]
    last = _last_act(grant, "grants.filing", filing.pk, _CLAIM_ACTS)
    made_at = payment.recorded_at if payment else version.submitted_at
    data = payment_letter(filing, yen=record["amount_yen"], kind=Payment.Kind.FINAL)
    letter = letter_of(f"{PAYMENT}:{payment.pk}") if payment else None
    final_yen = grant.final_yen or 0
    return Matter(
        code=CLAIM,
        name="補助金の支払",
        question="次のとおり支払ってよろしいか。",
        conclusion="支払",
        grant=grant,
        reason="額の確定のとおり交付の請求があったため。",
        made_at=made_at,
        prepared=(payment.recorded_by.name, payment.recorded_at) if payment else None,
        document_no=letter.document_no if letter else "",
        decided_on=payment.paid_on if payment else None,
        rows=letter.data["rows"] if letter else data["rows"],
        letter_name=_letter_name(
            rules_of(grant.application.version).form(PAYMENT).title, drafted=letter is None
        ),
        letter=_issued(letter.stored_file if letter else None)
        or render_pdf("ruling", data, made_at=made_at),
        facts=[*_version_facts(filing, version), *_account(record)],
        figures=[
            ("確定額", "", final_yen),
            ("支払済額（概算払）", "", final_yen - record["amount_yen"]),
            ("支払う額", "確定額 − 支払済額", record["amount_yen"]),
            *_columns(grant, last),
        ],
        acts=_acts(grant, last),
        booked=(final_yen, record["amount_yen"]),
    )


def _letter_name(paper: str, *, drafted: bool) -> str:
    return f"02_{paper}{'_案' if drafted else ''}.pdf"


def _issued(stored: StoredFile | None) -> bytes:
    """The letter as it was issued, empty before it is and after it was disposed of."""
    if stored is None or not stored.is_available:
        return b""
    with storage.private().open(stored.storage_key) as stream:
        return bytes(stream.read())


def _filed(ruling: Ruling) -> Iterator[Fact]:
    """What the firm submitted, in the version that the proposal was made on."""
    if ruling.filing is None or "filing_version" not in ruling.terms:
        return
    version = ruling.filing.versions.get(number=ruling.terms["filing_version"])
    yield from _version_facts(ruling.filing, version)


def _version_facts(filing: Filing, version: FilingVersion) -> Iterator[Fact]:
    kind, part = kinds.get(filing.kind), "提出された内容"
    yield part, "手続", kinds.form_name_of(filing)
    yield part, "提出日時", _moment(version.submitted_at)
    yield part, "版と照合値（SHA-256）", f"第{version.number}版　{version.sha256}"
    for question in kind.questions:
        given = version.payload["answers"].get(question.code)
        yield part, str(question.label), typed_answer(question, given)
    for document in version.payload["documents"]:
        asked = kind.document(document["requirement"])
        name = str(asked.name) if asked else document["requirement"]
        yield "添付書類", name, f"{document['name']}　SHA-256 {document['sha256']}"


def _terms(ruling: Ruling) -> Iterator[Fact]:
    """What the proposal rests on besides: its own table, the inspection, an instruction."""
    kind = rulings.get(ruling.kind)
    for row in kind.summary(ruling) if kind.summary else ():
        yield "起案の内容", str(row.label), str(row.value)
    inspection = ruling.terms.get("inspection")
    if inspection:
        day = clock.wareki(dt.date.fromisoformat(inspection["inspected_on"]))
        yield "検査", "方法", str(inspection["method"])
        yield "検査", "検査日と検査員", f"{day}　{inspection['inspected_by']}"
        yield "検査", "所見", inspection["findings"] or "なし"
        for line, cut in inspection["cuts"].items():
            yield "検査", f"減額（{line}）", str(cut.get("reason", ""))
    if instruction := ruling.terms.get("instruction"):
        yield "起案の内容", "指示する事項", instruction


def _account(record: Mapping[str, Any]) -> Iterator[Fact]:
    """By its last digits and its digest: the number itself stays in the payments list."""
    yield "振込先", "口座", record["account"]
    yield "振込先", "名義が企業名と違う理由", record["explanation"] or "なし"


def _figures(terms: Mapping[str, Any]) -> Iterator[Figure]:
    known = {**terms, **terms.get("change", {})}
    for code, name in AMOUNTS.items():
        if known.get(code) is not None:
            yield name, "", known[code]
    for item in known.get("categories", ()):
        yield f"{item['name']}（変更前）", "", item["before_yen"]
        yield f"{item['name']}（変更後）", "", item["after_yen"]
    for item in known.get("received", ()):
        yield "受領した額", clock.wareki(dt.date.fromisoformat(item["on"])), item["yen"]
    for step in known.get("steps", ()):
        yield step["label"], step["formula"], step["value"]


def _columns(grant: Grant, last: AuditRow | None) -> Iterator[Figure]:
    """Where the grant's money stood after the matter's last act."""
    sums = dict.fromkeys(BudgetEntry.Column.values, 0)
    entries = BudgetEntry.objects.filter(application_id=grant.application_id)
    if last is not None:
        entries = entries.filter(recorded_at__lte=last.at)
    for column, yen in entries.values_list("column", "amount_yen"):
        sums[column] += yen
    for column in BudgetEntry.Column:
        yield f"予算の区分：{column.label}", "予算執行簿", sums[column.value]


def _booked(ruling: Ruling) -> tuple[int, int] | None:
    """(before, after) in 円 of the kinds that move money."""
    terms = ruling.terms
    match ruling.kind:
        case code if code == CHANGE:
            return terms["change"]["decided_yen"], terms["change"]["amount_yen"]
        case code if code == CANCELLATION:
            return terms["decided_yen"], 0
        case code if code in {FINAL_AMOUNT, ADVANCE}:
            return terms["decided_yen"], terms["amount_yen"]
        case code if code == REVOCATION:
            return terms["standing_yen"], terms["kept_yen"]
        case code if code == RECOVERY:
            return sum(item["yen"] for item in terms["received"]), terms["principal_yen"]
    return None


def _last_act(grant: Grant, object_type: str, pk: int, own: tuple[str, ...]) -> AuditRow | None:
    """The matter's own last act: what came later is no part of its papers."""
    rows = AuditRow.objects.filter(
        chain=grant.ward_id, object_type=object_type, object_id=str(pk), action__in=own
    )
    return rows.order_by("-sequence").first()


def _acts(grant: Grant, last: AuditRow | None) -> list[Entry]:
    """The grant's history up to there, oldest first."""
    rows = history(grant)
    if last is not None:
        rows = rows.filter(sequence__lte=last.sequence)
    return list(histories.acts(reversed(rows)))


def _moment(moment: dt.datetime) -> str:
    local = moment.astimezone(clock.TOKYO)
    return f"{clock.wareki(clock.to_date(moment))} {local:%H:%M}"
