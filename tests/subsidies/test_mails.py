"""Mail texts of a scheme: what may stand in them, what the firm gets, what it may refuse."""

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from portal.accounts.models import User
from portal.kernel import outbox
from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from portal.notices.models import Notice, OptOut
from portal.notices.services import unsubscribe_token
from portal.notices.tasks import send_waiting
from subsidies import services
from subsidies.mails import values_of
from subsidies.office import services as office
from subsidies.rules.mails import COMMON, EVENTS, MORE, fill, unknown
from subsidies.rules.scheme import InvalidRules, SchemeRules
from tests.axe import assert_axe_clean, assert_no_sideways_scroll
from tests.factories import subsidies as make
from tests.screens import save_screen
from tests.support.people import sign_in

OWN = {
    "application_submitted": {
        "subject": "【墨田区】{scheme}を受け付けました",
        "body": "{firm} 御中\n受付番号は{receipt_no}です。{call}。問合せ：{ward} {contact}",
        "optional": True,
    }
}
NAMES = st.sampled_from([*COMMON, *MORE])


def rules(**mails):
    return make.rules_json(mails=mails or OWN)


def told(application):
    with acting(make.SYSTEM):
        outbox.drain()
        return Notice.objects.filter(url__contains=str(application.public_id)).order_by("pk")


class TestFilling:
    @given(st.text(), st.dictionaries(NAMES, st.text()))
    def test_only_known_names_change_and_nothing_raises(self, text, values):
        filled = fill(text, values)
        if "{" not in text:
            assert filled == text
        assert isinstance(unknown(text, values), list)

    @given(NAMES, st.text())
    def test_what_a_value_contains_is_not_read(self, name, other):
        hostile = "{firm}{0}{firm.__class__}" + other
        assert fill(f"a{{{name}}}b", {name: hostile}) == f"a{hostile}b"

    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("{firm}様 {due}", []),
            ("{company}", ["{company}"]),
            ("{firm.__class__}", ["{firm.__class__}"]),
            ("{firm!r}", ["{firm!r}"]),
            ("{0}{}", ["{0}", "{}"]),
            ("{firm", ["{"]),
            ("firm}", ["}"]),
            ("{{firm}}", ["{", "}"]),
        ],
    )
    def test_what_is_not_on_the_list_is_named(self, text, found):
        assert unknown(text, {"firm", "due"}) == found


class TestRules:
    def test_an_unknown_name_is_refused_with_the_list(self):
        bad = {"grant_paid": {"subject": "{company}へ", "body": "{amount}", "optional": True}}
        with pytest.raises(InvalidRules) as refused:
            SchemeRules.parse(rules(**bad))
        (problem,) = refused.value.found
        assert problem.where == "mails.grant_paid.subject"
        assert "{company}" in problem.text
        assert "{firm}" in problem.text
        assert "{amount}" in problem.text

    @pytest.mark.parametrize("code", [code for code, event in EVENTS.items() if event.is_needed])
    def test_nobody_may_be_allowed_to_refuse_what_is_needed(self, code):
        with pytest.raises(InvalidRules, match="手続に必要なため"):
            SchemeRules.parse(rules(**{code: {"subject": "a", "body": "b", "optional": True}}))

    def test_a_placeholder_of_another_event_is_refused(self):
        bad = {"application_submitted": {"subject": "a", "body": "{due}まで", "optional": False}}
        with pytest.raises(InvalidRules, match="使えない差込み"):
            SchemeRules.parse(rules(**bad))


@pytest.mark.django_db
class TestSending:
    def test_the_firm_gets_the_schemes_own_words(self):
        application = make.make_submitted(call=make.make_call(rules=rules()))
        notice, other = told(application)  # the owner and a member
        assert other.subject == notice.subject
        assert notice.subject == f"【墨田区】{application.scheme_name}を受け付けました"
        assert notice.body.startswith(f"{application.firm_name} 御中")
        assert f"受付番号は{application.receipt_no}です。" in notice.body
        assert "墨田区 産業振興課" in notice.body
        assert notice.topic == "subsidies.application_submitted"
        OptOut.objects.create(user_id=notice.recipient_id, topic=notice.topic)
        send_waiting()
        owner = User.objects.get(pk=notice.recipient_id).email
        assert owner not in [m.to[0] for m in mail.outbox]
        assert other.recipient.email in [m.to[0] for m in mail.outbox]

    def test_the_usual_words_where_there_are_none_are_of_the_usual_kind(self):
        application = make.make_submitted()
        notice = told(application).first()
        assert notice.subject == f"申請を受け付けました（{application.receipt_no}）"
        assert notice.topic == "subsidies.progress"

    def test_a_correction_names_its_day_and_cannot_be_refused(self):
        own = {
            "correction_requested": {
                "subject": "{receipt_no} 補正のお願い",
                "body": "{due}までに直してください。\n{message}",
                "optional": False,
            }
        }
        application = make.make_submitted(call=make.make_call(rules=rules(**own)))
        told(application)
        official = make.official_actor()
        due_on = make.TODAY + make.dt.timedelta(days=25)
        with acting(official):
            services.correction_request(
                actor=official,
                application_id=application.pk,
                fields=["answers.problem"],
                notes={},
                message="課題を具体的に書いてください。{firm}",
                due_on=due_on,
            )
        notice = told(application).filter(subject__contains="補正のお願い").first()
        assert make.clock.wareki(due_on) in notice.body
        assert notice.body.endswith("課題を具体的に書いてください。{firm}")
        assert notice.topic == "subsidies.correction"

    def test_a_newer_version_does_not_change_a_running_case(self):
        call = make.make_call()
        application = make.make_submitted(call=call)
        assert values_of(application)["firm"] == application.firm_name
        assert told(application).first().topic == "subsidies.progress"


@pytest.mark.django_db
class TestOffice:
    def begun(self):
        call, editor = make.make_call(), make.official_actor()
        with acting(editor):
            revision = office.revision_begin(actor=editor, scheme_id=call.version.scheme_id)
        client = Client()
        sign_in(client, User.objects.get(pk=editor.user_id))
        return call, revision, client

    def test_the_editor_refuses_and_keeps_what_was_typed(self):
        _call, revision, client = self.begun()
        page = reverse("office:part", args=[revision.pk, "mails"])
        shown = client.get(page).content.decode()
        assert "{receipt_no}" in shown
        assert "application_decided__optional" not in shown
        typed = {"counter": revision.counter, "grant_paid__subject": "支払い"}
        answer = client.post(page, {**typed, "grant_paid__body": "{bank}へ振り込みました"})
        text = answer.content.decode()
        assert answer.status_code == 422
        assert "使えない差込みがあります：{bank}。" in text
        assert "{bank}へ振り込みました" in text
        answer = client.post(
            page,
            {**typed, "grant_paid__body": "{amount}です", "grant_paid__optional": "on"},
        )
        assert answer.status_code == 302
        revision.refresh_from_db()
        assert revision.rules["mails"] == {
            "grant_paid": {"subject": "支払い", "body": "{amount}です", "optional": True}
        }

    def test_a_preview_is_filled_from_a_real_case_and_recorded(self):
        call, revision, client = self.begun()
        application = make.make_submitted(call=call)
        page = reverse("office:mails", args=[revision.pk])
        assert "独自の文面はありません" in client.get(page).content.decode()
        editor = make.official_actor()
        with acting(editor):
            office.revision_save(
                actor=editor, revision_id=revision.pk, values={"mails": OWN}, counter=None
            )
        text = client.get(page, {"case": application.receipt_no}).content.decode()
        assert f"【町工場DXポータル】【墨田区】{application.scheme_name}を受け付けました" in text
        assert f"{application.firm_name} 御中" in text
        assert "この種類のメールが要らないとき" in text
        assert AuditRow.objects.filter(action="office.mail_previewed").count() == 2
        other = Client()
        sign_in(other, User.objects.get(pk=make.official_actor(13101).user_id))
        assert other.get(page).status_code == 404


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.django_db(transaction=True)
def test_preview_and_choice_on_a_screen_and_on_a_telephone(signed_in):
    with acting(make.SYSTEM):
        call, editor = make.make_call(), make.official_actor()
        make.make_submitted(call=call)
        user = User.objects.get(pk=editor.user_id)
    with acting(editor):
        revision = office.revision_begin(actor=editor, scheme_id=call.version.scheme_id)
        office.revision_save(
            actor=editor, revision_id=revision.pk, values={"mails": OWN}, counter=None
        )
    token = unsubscribe_token(user_id=user.pk, topic="subsidies.grant_paid")
    for width in (1280, 320):
        with acting(make.SYSTEM):
            page = signed_in(user, width=width)
        for name, args in (
            ("office:mails", [revision.pk]),
            ("office:part", [revision.pk, "mails"]),
            ("notices:settings", []),
            ("notices:unsubscribe", [token]),
        ):
            page.goto(reverse(name, args=args))
            assert_axe_clean(page)
            assert_no_sideways_scroll(page)
            save_screen(page, name.replace(":", "-"))
