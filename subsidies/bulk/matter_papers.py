"""起案一式 of a 伺い: 伺い文, letter, facts, amounts, history and the accounts' data in one ZIP.

The same shape whatever is to be decided. Japanese whatever the official reads.
"""

from collections.abc import Iterator, Sequence

from portal.exports.reports import Cell, Column
from portal.exports.writers import CSV, XLSX
from portal.kernel import clock
from portal.kernel.documents import render_pdf
from portal.kernel.money import format_yen
from programs.models import Ward
from subsidies import packages
from subsidies.bulk.matters import Matter, Signed
from subsidies.contents import rules_of
from subsidies.ledger.selectors import corporate_numbers

_FACTS = (Column("区分"), Column("項目"), Column("内容"))
_FIGURES = (Column("項目"), Column("式・出典"), Column("額（円）", "yen"))
_ACTS = (Column("日時", "moment"), Column("行為"), Column("した人"), Column("理由"))
_BOOKED = (
    Column("年度", "number"),
    Column("予算科目"),
    Column("制度"),
    Column("受付番号"),
    Column("区分"),
    Column("文書番号"),
    Column("決定日", "date"),
    Column("相手方"),
    Column("法人番号"),
    Column("件名"),
    Column("前の額（円）", "yen"),
    Column("金額（円）", "yen"),
)


def file_name(matter: Matter) -> str:
    """The package's name."""
    return f"起案一式_{matter.name}_{matter.grant.receipt_no}.zip"


def matter_zip(matter: Matter) -> bytes:
    """All papers of the matter with the SHA-256 of each."""
    sheet = packages.sheet
    acts: list[Sequence[Cell]] = [[act.at, act.text, act.who, act.note] for act in matter.acts]
    files = {
        "01_伺い文.pdf": question_pdf(matter),
        matter.letter_name: matter.letter,
        "03_事実.xlsx": sheet(XLSX, _FACTS, "事実", matter.facts),
        "04_額.xlsx": sheet(XLSX, _FIGURES, "額", matter.figures),
        "05_経緯.xlsx": sheet(XLSX, _ACTS, "経緯", acts),
    }
    if matter.booking:
        files["06_会計データ.csv"] = sheet(CSV, _BOOKED, "会計データ", _booked(matter))
    return packages.pack(
        files,
        made_at=matter.made_at,
        matter=matter.name,
        receipt_no=matter.grant.receipt_no,
        document_no=matter.document_no,
    )


def question_pdf(matter: Matter) -> bytes:
    """伺い文: what is to be decided, on which grounds, for how much; who proposed and who decided."""
    grant = matter.grant
    ward = Ward.objects.get(pk=grant.ward_id)
    rules = rules_of(grant.application.version)
    scheme = grant.application.scheme_name
    facts = [
        ["起案", _signed(matter.prepared) or "（起案者）"],
        ["決裁", _signed(matter.approved) or "決裁前"],
        ["文書番号", matter.document_no or "決裁の後に付番"],
        ["受付番号", grant.receipt_no],
        ["補助事業者", grant.firm_name],
        ["事業の名前", grant.title],
        ["結論", matter.conclusion],
        ["根拠", rules.guideline or f"{scheme}交付要綱"],
        ["理由", matter.reason],
    ]
    if matter.booked and matter.booking:
        facts.insert(7, [matter.booking, format_yen(matter.booked[1])])
    return render_pdf(
        "selection",
        {
            "title": f"{matter.name}について（伺い）",
            "subtitle": f"{ward.name}　{scheme}",
            "author": ward.name,
            "keywords": [matter.document_no or grant.receipt_no],
            "footer": f"{grant.receipt_no}　{clock.wareki(clock.to_date(matter.made_at))}",
            "landscape": False,
            "facts": facts,
            "paragraphs": [matter.question],
            "parts": [
                {
                    "caption": "決定の内容" if matter.approved else "決定の案",
                    "widths": ["50mm", "1fr"],
                    "head": ["項目", "内容"],
                    "rows": [[label, text] for label, text in matter.rows],
                },
                {
                    "caption": "額",
                    "widths": ["60mm", "1fr", "34mm"],
                    "head": ["項目", "式・出典", "額"],
                    "rows": [
                        [label, how or "—", format_yen(yen)] for label, how, yen in matter.figures
                    ],
                },
            ],
        },
        made_at=matter.made_at,
    )


def _signed(who: Signed | None) -> str:
    return f"{who[0]}　{clock.wareki(clock.to_date(who[1]))}" if who else ""


def _booked(matter: Matter) -> Iterator[Sequence[Cell]]:
    """One line for the accounts, none where the matter leaves the money as it is."""
    if matter.booked is None:
        return
    grant = matter.grant
    numbers = corporate_numbers({grant.firm_id})
    yield [
        grant.call.fiscal_year,
        grant.call.budget_line,
        grant.application.scheme_name,
        grant.receipt_no,
        matter.booking,
        matter.document_no,
        matter.decided_on,
        grant.firm_name,
        numbers.get(grant.firm_id, ""),
        grant.title,
        *matter.booked,
    ]
