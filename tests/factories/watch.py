"""Applications that have something in common, compared as the worker does."""

from typing import Any

from portal.kernel.database import acting
from subsidies.models import Application, ApplicationDocument
from subsidies.watch import services
from subsidies.watch.models import Finding
from tests.factories import subsidies as make

PLAN = {
    "problem": "日報を紙で書き、月末に事務の担当者が三日かけて集計している。転記の誤りが月に数件ある。",
    "solution": "現場の入力を端末に変え、集計と給与計算への受渡しを自動にして、二重の入力をなくす。",
    "effect": "集計が月二十四時間から二時間になり、その時間を見積りの作成に充てる。",
}


def line(**changes: Any) -> dict[str, Any]:
    """One line of a budget."""
    return {**make.LINES[0], **changes}


def quoted(number: int, vendors: tuple[str, ...], day: str) -> dict[str, Any]:
    """A line of a million yen with a quote of each vendor of that day; the first is chosen."""
    return line(
        description=f"品{chr(0x5000 + number)}",
        unit_price=1_000_000,
        quotes=[
            {
                "vendor": vendor,
                "quoted_on": day,
                "amount": 1_000_000 + place * 50_000,
                "is_chosen": "" if place else "yes",
            }
            for place, vendor in enumerate(vendors)
        ],
    )


def case(number: int, *, ward: int = make.SUMIDA, **more: Any) -> Application:
    """A submitted application that has nothing in common with those of another number.

    `file_of`: its quote is byte for byte that of another application.
    """
    file_of = more.pop("file_of", None)
    call = more.pop("call", None) or make.make_call(ward=ward)
    actor = make.firm_actor(more.pop("firm", None) or make.make_firm(ward=call.ward_id))
    own = {code: f"{chr(0x4E00 + number)}{number}" for code in PLAN}
    answers = {**make.ANSWERS, **own, **more.pop("answers", {})}
    usual = line(vendor=f"業者{chr(0x5000 + number)}", description=f"品{chr(0x5000 + number)}")
    draft = make.make_draft(actor, call, answers=answers, lines=more.pop("lines", [usual]), **more)
    if file_of is not None:
        _copy_quote(file_of, draft)
    make.submit(actor, draft)
    return Application.objects.get(pk=draft.pk)


def compare(*applications: Application) -> list[Finding]:
    """Compare these in turn; all findings there are, in the order of their ids."""
    with acting(make.SYSTEM):
        for application in applications:
            services.application_compare(actor=make.SYSTEM, application_id=application.pk)
        return list(Finding.objects.order_by("id"))


def _copy_quote(source: Application, draft: Application) -> None:
    with acting(make.SYSTEM):
        quotes = ApplicationDocument.objects.filter(requirement="quotes")
        copied = quotes.get(application=draft).stored_file
        copied.sha256 = quotes.get(application=source).stored_file.sha256
        copied.save()
