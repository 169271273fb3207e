"""見積り: a golden table that an official can read, what holds for every line, the firm's page."""

import csv
import datetime as dt
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as some

from portal.accounts.models import User
from portal.kernel.database import acting
from subsidies import reading, services, states
from subsidies.contents import content_of
from subsidies.models import Application, ApplicationVersion, Correction
from subsidies.quote_tables import percent_more
from subsidies.rules import expenses, form, quote_checks, quotes, snapshot
from subsidies.rules.scheme import QUOTES_TASK, SchemeRules
from subsidies.selectors import application_detail
from tests.factories import subsidies as make
from tests.factories.subsidies import LINES, rules_json
from tests.subsidies.test_drafts import PNG
from tests.support.people import sign_in

GOLDEN = Path(__file__).parent / "golden" / "quotes.csv"
TODAY = dt.date(2026, 12, 1)
FILE = 7
BIG = {**LINES[0], "unit_price": 1_000_000}
REQUEST = {"code": "quote_requests", "name": "見積依頼書", "many": True, "required": False}
USUAL = SchemeRules.parse(rules_json("DX1"))
DATED = SchemeRules.parse(
    rules_json("DX1")
    | {
        "quotes": {"threshold_yen": 1_000_000, "dated_request": True},
        "documents": [*rules_json("DX1")["documents"], REQUEST],
    }
)


def quote_of(text: str) -> dict[str, Any]:
    vendor, requested_on, quoted_on, amount, marks = text.split("|")
    return {
        "vendor": vendor,
        "requested_on": requested_on,
        "quoted_on": quoted_on,
        "amount": amount,
        "is_chosen": "yes" if "◎" in marks else "",
        "is_related": "yes" if "関" in marks else "",
        "document": "" if "無" in marks else FILE,
    }


def cases() -> list[dict[str, str]]:
    with GOLDEN.open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def line_of(row: dict[str, str]) -> dict[str, Any]:
    column = next(name for name in row if name.startswith("見積り"))
    return {
        **LINES[0],
        "vendor": "",
        "unit_price": row["経費の税抜額"],
        "is_used": "yes" if row["中古品"] else "",
        "quotes": [quote_of(text) for text in row[column].split(";") if text],
        "single_reason": row["足りない理由"],
        "choice_reason": row["最安でない理由"],
    }


def problems(line: dict[str, Any], rules: SchemeRules = USUAL, requests: int = 1) -> list[Any]:
    files = {"quotes": frozenset({FILE}), "quote_requests": frozenset(range(requests))}
    return quote_checks.problems(rules, [line], files=files, today=TODAY)


@pytest.mark.parametrize("row", cases(), ids=lambda row: row["場合"])
def test_the_golden_table(row):
    rules = DATED if row["依頼日が要る制度"] else USUAL
    line = line_of(row)
    (item,) = expenses.read_lines(rules, [line]).items
    assert quotes.need(rules.quotes, item).count == int(row["要る数"])
    found = [problem.anchor.removeprefix("quotes.") for problem in problems(line, rules)]
    assert found == [anchor for anchor in row["断る所"].split(";") if anchor]


def test_a_refusal_names_the_line_and_the_quote():
    line = {**BIG, "quotes": [quote_of("A社||2026-11-01|1000000|◎"), quote_of("B社|||1100000|")]}
    (problem,) = problems(line)
    assert problem.text.startswith("「日報システム」の見積り2（B社）：")


def test_the_request_itself_is_a_paper_where_the_scheme_asks_for_it():
    both = ("A社|2026-10-01|2026-11-01|1000000|◎", "B社|2026-10-01|2026-11-02|1100000|")
    line = {**BIG, "quotes": [quote_of(text) for text in both]}
    (problem,) = problems(line, DATED, requests=0)
    assert (problem.code, problem.anchor) == ("quote_request", "documents.quote_requests")


def test_the_task_waits_for_the_lines_and_is_done_with_them():
    def label(**more: Any) -> str:
        found = form.task_states(USUAL, form.Content(today=TODAY, **more))
        return {state.code: str(state.label) for state in found}[QUOTES_TASK]

    files = {"quotes": frozenset({FILE})}
    whole = {**LINES[0], "quotes": [quote_of("A社||2026-11-01|665999|◎")]}
    assert label() == "未着手"
    assert label(expenses=[LINES[0]]) == "未着手"
    assert label(expenses=[whole]) == "入力中"
    assert label(expenses=[whole], files=files) == "完了"


def test_a_vendor_named_before_quotes_were_kept_is_the_first_quote():
    assert quotes.typed_of({"vendor": "A社"}) == [{"vendor": "A社", "is_chosen": "yes"}]
    assert quotes.read({"vendor": "A社"}).chosen.vendor == "A社"


def test_the_distance_from_the_lowest_is_in_percent():
    kept = quotes.read({"quotes": [{"vendor": "A", "amount": 800}, {"vendor": "B", "amount": 901}]})
    shares = [quotes.above_lowest(quote, kept.lowest_yen) for quote in kept.quotes]
    assert [percent_more(share) for share in shares] == ["", "+12.6%"]


TYPED = some.fixed_dictionaries(
    {},
    optional={
        "vendor": some.sampled_from(["", "A社", "株式会社A社", "B社"]),
        "corporate_number": some.sampled_from(["", "4011001098993", "12"]),
        "requested_on": some.sampled_from(["", "2026-11-01", "昨日"]),
        "quoted_on": some.dates(dt.date(2026, 1, 1), dt.date(2027, 1, 1)).map(str),
        "amount": some.integers(0, 2_000_000),
        "is_chosen": some.sampled_from(["", "yes"]),
        "document": some.sampled_from(["", FILE, "x"]),
    },
)


@given(some.lists(TYPED, max_size=4), some.sampled_from([50_000, 1_000_000]))
def test_what_stands_has_one_choice_for_the_price_of_the_line(typed, yen):
    line = {**LINES[0], "vendor": "", "unit_price": yen, "quotes": typed}
    kept = quotes.read(line)
    record = quotes.as_record(kept)
    assert quotes.from_record(record) == kept
    assert snapshot.digest(record)
    if not problems(line):
        assert kept.chosen.amount_yen == yen
        assert len([quote for quote in kept.quotes if quote.is_chosen]) == 1
        assert len(kept.quotes) >= (2 if yen == 1_000_000 else 1)


def page(application: Application) -> str:
    return reverse("subsidies:quotes", args=[application.public_id])


def begun(**more: Any) -> tuple[Any, Application]:
    actor = make.firm_actor(make.make_firm())
    return actor, make.make_draft(actor, make.make_call(), **more)


def test_the_page_keeps_what_was_typed_and_says_how_to_mend_it(db, client: Client):
    actor, draft = begun(lines=[BIG], documents=("registry", "tax"))
    sign_in(client, User.objects.get(pk=actor.user_id))
    shown = client.get(page(draft))
    assert "1,000,000円（税込）以上なので、2者以上" in shown.content.decode()
    typed = {
        "revision": draft.revision,
        "quotes.0.count": 2,
        "quotes.0.0.vendor": "A社",
        "quotes.0.0.quoted_on": "令和8年11月1日",
        "quotes.0.0.amount": "1,000,000",
        "quotes.0.0.file": SimpleUploadedFile("見積書.png", PNG, "image/png"),
        "quotes.0.1.vendor": "B社",
        "quotes.0.1.quoted_on": "11月",
        "quotes.0.chosen": "0",
    }
    answer = client.post(page(draft), typed)
    assert answer["Location"].endswith("?problems=1#main")
    told = client.get(answer["Location"].partition("#")[0]).content.decode()
    assert 'value="11月"' in told
    assert "の見積り2（B社）：" in told
    draft.refresh_from_db()
    (line,) = draft.expense_input
    assert line["vendor"] == "A社"
    document = draft.documents.get(requirement="quotes")
    assert line["quotes"][0]["document"] == str(document.pk)


def test_the_page_saves_by_itself_and_overwrites_no_other_tab(db, client: Client):
    actor, draft = begun(lines=[BIG], documents=("registry", "tax"))
    sign_in(client, User.objects.get(pk=actor.user_id))
    here = reverse("subsidies:quotes_autosave", args=[draft.public_id])
    assert here in client.get(page(draft)).content.decode()
    typed = {"revision": draft.revision, "quotes.0.count": 2, "quotes.0.1.vendor": "B社"}
    saved = client.post(here, typed)
    assert saved.status_code == 200
    # The next save of the page builds on this one, empty quotes before it or not.
    again = client.post(here, {**typed, **saved.json(), "quotes.0.0.vendor": "A社"})
    assert again.status_code == 200
    draft.refresh_from_db()
    assert [one["vendor"] for one in draft.expense_input[0]["quotes"]] == ["A社", "B社"]
    stale = client.post(here, {**typed, "quotes.0.0.vendor": "C社"})
    assert (stale.status_code, bool(stale.json()["message"])) == (409, True)
    draft.refresh_from_db()
    assert draft.expense_input[0]["quotes"][0]["vendor"] == "A社"


def test_a_line_keeps_its_quotes_when_the_budget_is_saved_and_loses_them_with_it(db):
    actor, draft = begun(lines=[LINES[0], {**BIG, "description": "機械"}])
    kept = [line["quotes"] for line in draft.expense_input]
    with acting(actor):
        lines = [line for line in draft.expense_input if line["description"] == "機械"]
        services.draft_save_expenses(actor=actor, application_id=draft.pk, lines=lines)
    draft.refresh_from_db()
    assert [line["quotes"] for line in draft.expense_input] == kept[1:]


def test_a_submitted_version_freezes_the_quotes_and_the_case_shows_them(db, client: Client):
    application = make.make_submitted(lines=[BIG])
    payload = application.versions.get().payload
    (line,) = quotes.submitted(payload)
    assert [quote.is_chosen for quote in line.quotes] == [True, False]
    reviewer = make.official_actor()
    sign_in(client, User.objects.get(pk=reviewer.user_id))
    shown = client.get(reverse("subsidies:application", args=[application.receipt_no]))
    text = shown.content.decode()
    assert "最安" in text
    assert "+1.0%" in text


def test_a_refused_file_is_told_of_and_the_rest_is_kept(db, client: Client):
    actor, draft = begun(documents=("registry", "tax"))
    sign_in(client, User.objects.get(pk=actor.user_id))
    hostile = SimpleUploadedFile("見積書.pdf", b"MZ" + bytes(200), "application/pdf")
    typed = {"quotes.0.count": 1, "quotes.0.0.vendor": "A社", "quotes.0.0.file": hostile}
    told = client.post(page(draft), typed, follow=True).content.decode()
    assert "「見積書.pdf」は受け取れませんでした。" in told
    draft.refresh_from_db()
    assert draft.expense_input[0]["quotes"] == [{"vendor": "A社"}]
    assert not draft.documents.filter(requirement="quotes").exists()


def correcting(payload: dict[str, Any], field: str) -> Application:
    """An application whose submitted version is sent back for one field."""
    call, firm = make.make_call(), make.make_firm()
    person = make.firm_actor(firm).user_id
    row = make.make_row(call=call, firm=firm, creator_id=person, status=states.CORRECTION)
    ApplicationVersion.objects.create(
        application=row,
        number=1,
        payload=payload,
        sha256="",
        submitted_at=row.submitted_at,
        deadline=row.submitted_at,
        submitted_by_id=person,
        idempotency_key=row.public_id,
    )
    Correction.objects.create(
        application=row, fields=[field], message="", due_on=TODAY, requested_by_id=person
    )
    return row


@pytest.mark.parametrize(
    ("payload", "field", "asked"),
    [
        ({"quotes": [{}]}, "expenses", True),
        ({"quotes": [{}]}, "documents.quotes", True),
        ({"quotes": [{}]}, "answers.effect", False),
        # From before quotes were kept per line: such a case goes on without them.
        ({}, "expenses", False),
    ],
)
def test_a_correction_asks_for_quotes_only_where_it_is_about_them(db, payload, field, asked):
    application = correcting(payload, field)
    assert (content_of(application, today=TODAY).today == TODAY) is asked


def test_what_a_correction_changed_of_the_quotes_is_shown(db):
    actor = make.firm_actor(make.make_firm())
    application = make.make_draft(actor, make.make_call())
    make.submit(actor, application)
    reviewer = make.official_actor()
    with acting(reviewer):
        services.correction_request(
            actor=reviewer,
            application_id=application.pk,
            fields=["documents.quotes"],
            notes={},
            message="日付を確かめてください。",
            due_on=dt.date(2099, 1, 1),
        )
    application.refresh_from_db()
    line = application.expense_input[0]
    dated = {**line, "quotes": [{**line["quotes"][0], "quoted_on": "2026-10-02"}]}
    dated["quotes"][0].pop("requested_on")
    with acting(actor):
        services.draft_save_quotes(actor=actor, application_id=application.pk, lines={0: dated})
        services.correction_answer(
            actor=actor, application_id=application.pk, idempotency_key=uuid.uuid4()
        )
    detail = application_detail(reviewer, pk=application.pk)
    (change,) = [change for change in reading.changes(detail) if change[0] == "見積り"]
    assert "令和8年10月2日" in change[2]
