"""修了証: what stands in it. Japanese, dates in 和暦; data only, the layout is templates/documents/certificate.typ."""

import datetime as dt
from typing import Any

import qrcode
from django.conf import settings
from django.urls import reverse

from dojo.models import Cohort, Graduation
from dojo.rules import codes
from portal.kernel import clock


def certificate(graduation: Graduation, cohort: Cohort, *, expires_on: dt.date) -> dict[str, Any]:
    """The certificate of a graduation that has its number."""
    row = graduation.enrolment
    assert graduation.confirmed_on is not None
    name = cohort.course.name
    address = settings.SITE_URL + verify_path(graduation.number)
    return {
        "title": "修了証",
        "document_no": graduation.number,
        "date": clock.wareki(graduation.confirmed_on),
        "keywords": ["修了証", name, graduation.number],
        "footer": f"修了証　{graduation.number}",
        "person": row.person_name,
        "firm": row.firm_name,
        "body": (
            f"上記の者は、{clock.wareki_fiscal_year(cohort.fiscal_year)}"
            f"「{name}」第{cohort.number}期の課程を修了したことを証します。"
        ),
        "rows": [
            (
                "出席",
                f"{graduation.assessment['counted']}回（修了の要件：{graduation.assessment['needed']}回以上）",
            ),
            ("有効期限", clock.wareki(expires_on)),
            ("確かめ方", f"{address}（確認コード {check_code(graduation.number)}）"),
        ],
        "issuer_office": cohort.ward.name,
        "issuer": cohort.ward.mayor_title,
        "verify": address,
        "modules": modules(address),
    }


def fact_cohort(cohort: Cohort) -> str:
    """期・回 of the fact: DX道場 第2期."""
    return f"{cohort.course.name} 第{cohort.number}期"


def fact_source(cohort: Cohort) -> str:
    """根拠 of the fact."""
    return f"{fact_cohort(cohort)}（{clock.wareki_fiscal_year(cohort.fiscal_year)}）の受講記録"


def check_code(number: str) -> str:
    """The certificate's own check characters."""
    return codes.check(settings.SECRET_KEY.encode(), number)


def verify_path(number: str) -> str:
    """The address at which anybody sees whether the certificate holds."""
    return reverse("dojo:verify", args=[number, check_code(number)])


def modules(text: str) -> list[str]:
    """The QR code's rows, "1" dark and "0" light."""
    code = qrcode.QRCode(border=2, error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(text)
    code.make(fit=True)
    return ["".join("1" if dark else "0" for dark in line) for line in code.get_matrix()]
