"""Calls in the shape of the jGrants public API (デジタル庁), for whoever reads that already.

Fields of `GET /exp/v1/public/subsidies` and its detail (domain.md B). What jGrants knows and a
ward's call does not (files as base64) is an empty list; `target_area_search` is the prefecture, as
there, the ward stands in `target_area_detail`. Times in UTC. Texts are Japanese.
"""

import datetime as dt
from typing import Any

from django.utils import translation
from django.utils.html import format_html, format_html_join

from portal.kernel import clock
from portal.kernel.money import format_rate, format_yen
from subsidies.contents import rules_of
from subsidies.models import Call
from subsidies.rules.scheme import SchemeRules

PREFECTURE = "東京都"
CREDIT = (
    "項目名と形はデジタル庁「jGrants API」（https://developers.digital.go.jp/documents/jgrants/api/）の"
    "公開仕様に倣っています。内容の出典は各制度のsourceに示す区の要綱・公表資料です。"
)


def call_id(call: Call) -> str:
    """The call's id, at most 18 characters as there: MK131070000000042."""
    return f"MK{call.ward_id}{call.pk:010d}"


def pk_of(given: str) -> int | None:
    """The call's key out of such an id; None for anything else."""
    is_ours = len(given) == 17 and given.isascii() and given[:2] == "MK" and given[2:].isdecimal()
    return int(given[7:]) if is_ours else None


def summary(call: Call) -> dict[str, Any]:
    """An entry of the list."""
    with translation.override("ja"):
        return {
            "id": call_id(call),
            "name": f"S-{call.fiscal_year}-{call.ward_id}-{call.version.scheme.code}-{call.round}",
            "title": _title(call),
            "target_area_search": PREFECTURE,
            "target_area_detail": call.ward.name,
            "subsidy_max_limit": rules_of(call.version).cap_yen,
            "acceptance_start_datetime": _utc(call.opens_at),
            "acceptance_end_datetime": _utc(call.closes_at),
            "target_number_of_employees": _employees(rules_of(call.version)),
        }


def detail(call: Call, *, url: str) -> dict[str, Any]:
    """Everything about one call; `url` is the address of its page here."""
    rules = rules_of(call.version)
    with translation.override("ja"):
        return {
            **summary(call),
            "subsidy_catch_phrase": call.version.scheme.summary,
            "detail": _html(call, rules),
            "use_purpose": "設備整備・IT導入をしたい",
            "industry": "製造業",
            "subsidy_rate": format_rate(rules.rate),
            "project_end_deadline": _utc(_end_of(call.project_ends_on)),
            "request_reception_presence": "有",
            "is_enable_multiple_request": False,
            "front_subsidy_detail_page_url": url,
            "application_guidelines": [],
            "outline_of_grant": [],
            "application_form": [],
            "source": call.version.scheme.source,
        }


def envelope(result: list[dict[str, Any]]) -> dict[str, Any]:
    """The answer around the entries, with the credit."""
    return {
        "metadata": {"type": "jgrants-v1", "resultset": {"count": len(result)}, "credit": CREDIT},
        "result": result,
    }


def _title(call: Call) -> str:
    return f"{call.ward.name} {call.version.scheme.name}"


def _html(call: Call, rules: SchemeRules) -> str:
    """Paragraphs; every text of the scheme is escaped."""
    floor = f"、下限{format_yen(rules.floor_yen)}" if rules.floor_yen else ""
    head = format_html(
        "<p>{}</p><p>補助率{}、上限{}{}。消費税は{}。</p>",
        call.version.scheme.summary,
        format_rate(rules.rate),
        format_yen(rules.cap_yen),
        floor,
        "対象外（税抜）" if rules.tax_mode == "excluded" else "対象（税込）",
    )
    categories = format_html_join("", "<li>{}</li>", ((item.name,) for item in rules.categories))
    contact = format_html("<p>問合せ先：{}</p>", call.contact)
    return format_html("{}<p>対象経費：</p><ul>{}</ul>{}", head, categories, contact)


def _employees(rules: SchemeRules) -> str:
    """jGrants' wording of the size: 300名以下, or 従業員数の制約なし."""
    criterion = rules.criterion("employees")
    if criterion is None or not isinstance(criterion.threshold, int):
        return "従業員数の制約なし"
    return f"{criterion.threshold}名以下"


def _utc(moment: dt.datetime) -> str:
    return f"{moment.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%S}.000Z"


def _end_of(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(23, 59, 59), tzinfo=clock.TOKYO)
