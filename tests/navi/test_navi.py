"""支援ナビ on its pages: signed out, as a firm, into an application."""

import datetime as dt
import random
from urllib.parse import quote

import pytest
from django.conf import settings as django_settings
from django.urls import reverse

from portal.accounts.demo import BY_KEY
from portal.accounts.roles import Role
from portal.cms.models import MeasurePage
from portal.cms.selectors.trails import address
from portal.kernel import clock
from portal.kernel.database import acting
from portal.navi import demo, items, selectors, state
from portal.navi.models import NaviResult
from portal.navi.rules import fitting
from portal.navi.rules.answering import key_of
from portal.navi.rules.guide import guide
from subsidies.contents import rules_of
from subsidies.models import Application, Scheme
from subsidies.rules.eligibility import answered, judge
from subsidies.schemes.definitions import scheme_definitions
from tests.factories import navi as make_navi
from tests.factories import subsidies as make
from tests.factories.cms import home, make_page
from tests.factories.programs import SUMIDA, MembershipFactory
from tests.navi.test_rules import random_answers, said_to
from tests.support.people import client_of, make_person

pytestmark = pytest.mark.django_db
BUNKYO = 13105


def body(answer):
    return answer.content.decode()


def at(short, *args):
    return reverse(f"navi:{short}", args=args)


def shipped(ward, name, stage=1, **dates):
    """An open call of the scheme that the ward gets for the stage."""
    row = next(one for one in scheme_definitions({ward: name}) if one.stage == stage)
    call = make.make_call(ward=ward, stage=stage, rules=row.rules, **dates)
    Scheme.objects.filter(pk=call.version.scheme_id).update(name=row.name)
    return call


def answer_all(client, own=None, **given):
    """Every question on its page, back included; gives the result's page."""
    said = make_navi.GIVEN | given
    place = at("question", "ward")
    for _page in range(9):
        if place == at("result"):
            break
        code = place.rstrip("/").rsplit("/", 1)[-1]
        posted = (own or {}) if code == "own" else {"answer": said[code]}
        place = client.post(place, posted)["Location"]
    return client.get(place)


def test_signed_out_the_questions_lead_to_what_may_be_applied_for(client):
    call = shipped(BUNKYO, "文京区")
    later = shipped(BUNKYO, "文京区", 2, opens_in=dt.timedelta(20), closes_in=dt.timedelta(50))
    assert "支援ナビ" in body(client.get(at("start")))
    shown = body(answer_all(client, ward=str(BUNKYO)))
    assert django_settings.SESSION_COOKIE_NAME not in client.cookies
    now = shown[: shown.index("あとで使えるもの")] if "あとで使えるもの" in shown else shown
    assert at("begin", call.pk) in now
    assert "答えた内容では、この補助金の要件を満たします。" in now
    assert "下書きを始める" in now
    assert at("begin", later.pk) in now
    for name in ("DXアドバイザーの派遣を頼む", "診断で、いまの位置と次の手を知る"):
        assert name in now
    # Back again: the answer stands; another one changes what fits, with the reason.
    assert 'value="18"' in body(client.get(at("question", "size")))
    client.post(at("question", "checks"), {"answer": ["arrears"]})
    shown = body(client.get(at("result")))
    assert at("begin", call.pk) not in shown
    assert "税の滞納がある間は申請できません" in shown
    # Wiped: nothing is left.
    client.post(at("forget"))
    assert client.get(at("result"))["Location"].startswith(at("question", "ward"))


def test_what_a_ward_asks_in_its_own_way_is_asked_and_open_answers_are_for_later(client):
    call = shipped(SUMIDA, "墨田区")
    answer = answer_all(client)
    shown = body(answer)
    assert at("begin", call.pk) not in shown
    assert "まだ分からない要件：墨田区で事業を始めて、満何年になりますか。" in shown
    page = client.get(at("question", "own"))
    names = list(page.context["form"].fields)
    assert len(names) == 3
    said = dict(zip(names, ("yes", "たくさん", "yes"), strict=True))
    refused = client.post(at("question", "own"), said)
    assert refused.status_code == 422
    assert "0以上の整数を数字で入力してください" in body(refused)
    assert "たくさん" in body(refused)
    said[names[1]] = "12年"
    assert client.post(at("question", "own"), said)["Location"] == at("result")
    assert at("begin", call.pk) in body(client.get(at("result")))


def test_a_ward_without_calls_and_a_firm_outside_are_told_so(client):
    shown = body(answer_all(client, ward=str(BUNKYO)))
    assert "文京区で募集中・募集予定の補助金はありません" in shown
    assert "DXアドバイザーの派遣を頼む" in shown
    client.post(at("forget"))
    shown = body(answer_all(client, ward="0"))
    assert "23区の中に工場や事務所のある会社が対象です" in shown
    assert "23区の中の工場や事務所" in shown


def test_a_bad_answer_is_said_and_a_forged_state_is_none(client):
    refused = client.post(at("question", "size"), {"answer": "十八"})
    assert refused.status_code == 422
    assert "0以上の整数を数字で入力してください" in body(refused)
    assert "十八" in body(refused)
    client.cookies[state.name()] = "eyJnaXZlbiI6e319:x:y"
    assert client.get(at("result"))["Location"].startswith(at("question", "ward"))
    assert client.get(at("question", "nothing")).status_code == 404


def test_an_application_begins_with_the_answers_and_still_asks_for_the_oath(owner):
    with acting(make.SYSTEM):
        call = shipped(BUNKYO, "文京区")
    client = client_of(owner)
    answer_all(client, ward=str(BUNKYO))
    # Coming back from a sign-in, the address is asked for without the form.
    assert client.get(at("begin", call.pk))["Location"] == at("result")
    place = client.post(at("begin", call.pk))["Location"]
    draft = Application.objects.get()
    # What the firm's record says is shown once, as ever; what was answered is not asked again.
    assert place == reverse("subsidies:check", args=[draft.public_id, "capital"])
    place = client.post(place, {"answer": "10000000"})["Location"]
    assert place == reverse("subsidies:check", args=[draft.public_id, "pledge"])
    assert draft.eligibility["employees"] == "18"
    assert draft.eligibility["manufacturer"] == "yes"
    assert "pledge" not in draft.eligibility
    assert "日報・伝票・見積を、紙や手入力で書いている" in draft.answers["problem"]
    row = NaviResult.objects.get()
    # The same again on the same day is the same result, and the draft goes on.
    assert client.post(at("keep"))["Location"] == at("kept_one", row.public_id)
    assert "続きを入力する" in body(client.get(at("result")))
    assert "いちばん合った支援" in body(client.get(at("kept")))
    assert client.post(at("kept_one", row.public_id))["Location"] == at("result")
    assert "支援ナビの答え" in body(client.get(reverse("subsidies:call_detail", args=[call.pk])))


def test_a_firm_sees_its_own_results_alone(owner):
    row = make_navi.kept(owner)
    rival = make.firm_actor(make.make_firm())
    assert client_of(rival).get(at("kept_one", row.public_id)).status_code == 404
    assert "残した結果はありません" in body(client_of(rival).get(at("kept")))
    with acting(rival):
        assert not NaviResult.objects.exists()


def test_every_call_stands_in_one_list_and_now_means_an_application_passes(owner):
    """By chance over the calls of 墨田区: what the page says is what the application is told."""
    with acting(make.SYSTEM):
        calls = [shipped(SUMIDA, "墨田区", stage) for stage in (1, 2, 3)]
    now = clock.now()
    with acting(owner):
        base = selectors.ground(owner, SUMIDA, now)
        for seed in range(40):
            rng = random.Random(seed)
            said = random_answers(rng, SUMIDA)
            own = selectors.own_criteria(base, said, clock.to_date(now))
            said = said.with_own({key_of(one): said_to(one, rng) for one in own})
            found = items.found(owner, said, base, now)
            named = [item.code for item in (*found.now, *found.later)]
            assert sorted(named) == sorted(set(named))
            told = fitting.all_told(said, base.wording, base.criteria())
            for call in calls:
                rules = rules_of(call.version)
                facts = base.facts_for(call, clock.to_date(now))
                verdict = judge(rules, answered(rules, told), facts)
                assert (f"call-{call.pk}" in {one.code for one in found.now}) == verdict.is_eligible
                assert f"call-{call.pk}" in named
            assert all(item.missing for item in found.later)


@pytest.mark.parametrize("asks", [True, False])
def test_the_number_of_questions_never_jumps_without_a_word(client, asks):
    """Seven or eight is said until it is known; then the number, which stays."""
    ward, name = (SUMIDA, "墨田区") if asks else (BUNKYO, "文京区")
    shipped(ward, name)
    said = make_navi.GIVEN | {"ward": str(ward)}
    for number, code in enumerate(said, 1):
        page = body(client.get(at("question", code)))
        assert f"{number}問目（全7問か8問。8問目は、" in page
        assert "結果を見る" not in page
        place = client.post(at("question", code), {"answer": said[code]})["Location"]
    assert place == (at("question", "own") if asks else at("result"))
    page = body(client.get(at("question", "own" if asks else "checks")))
    assert ("8問目（全8問）" if asks else "7問目（全7問）") in page
    assert "結果を見る" in page


NEEDS_ACCOUNT = "サインインと企業の登録（無料）が必要です"


def test_who_is_no_firm_yet_reads_first_and_is_told_of_the_sign_in(
    client, owner, django_capture_on_commit_callbacks
):
    shipped(BUNKYO, "文京区")
    go = at("go", "advice")
    shown = body(answer_all(client, ward=str(BUNKYO)))
    assert go in shown
    assert shown.count(NEEDS_ACCOUNT) == 2, "advisors and partners"
    assert "どんな支援かを先に読む" not in shown, "nobody has published such a page"
    with django_capture_on_commit_callbacks(execute=True):
        page = make_page(
            MeasurePage, home(), title="アドバイザー", kind="support", summary="2人が通います。"
        )
    shown = body(client.get(at("result")))
    assert f'href="{address(page)}">どんな支援かを先に読む' in shown
    # The page says the same, and its button comes here, too; the sign-in says what follows.
    told = body(client.get(address(page)))
    assert go in told
    assert NEEDS_ACCOUNT in told
    sign_in = client.get(go)["Location"]
    assert sign_in == f"/accounts/login/?next={go}"
    assert "ここから先は、サインインが必要です" in body(client.get(sign_in))
    assert "ここから先は" not in body(client.get("/accounts/login/"))
    newcomer = client_of(make_person("newcomer@example.jp").pk)
    register = newcomer.get(go)["Location"]
    assert register == f"{reverse('programs:firm_register')}?next={quote(go, safe='')}"
    firm = client_of(owner)
    assert firm.get(go)["Location"] == reverse("advisors:ask")
    assert NEEDS_ACCOUNT not in body(answer_all(firm, ward=str(SUMIDA)))
    assert firm.get(at("go", "nothing")).status_code == 404
    official = client_of(make.official_actor())
    assert "企業の方が申し込む画面です" in body(official.get(go, follow=True))


def test_many_calls_cost_no_more_questions_than_one(client, django_assert_max_num_queries):
    answer_all(client, ward=str(BUNKYO))
    for number in range(12):
        shipped(BUNKYO, "文京区", number % 3 + 1)
    with django_assert_max_num_queries(8):
        assert client.get(at("result")).status_code == 200
    assert len(guide().questions) == 8


def test_the_demonstration_has_results_of_the_owner_and_of_others():
    with acting(make.SYSTEM):
        firms = [make.make_firm(employees=12) for _number in range(4)]
        for place, firm in enumerate(firms):
            email = BY_KEY["owner"].email if place == 0 else f"demo{place}@example.jp"
            MembershipFactory(firm=firm, user=make_person(email), role=Role.FIRM_OWNER)
        shipped(SUMIDA, "墨田区")
        said = demo.load(firms=firms, now=clock.now(), scale=0.2)
        assert said == f"支援ナビの結果 {NaviResult.objects.count()}件"
        rows = list(NaviResult.objects.filter(firm=firms[0]))
        assert len(rows) == 2
        assert rows[0].made_at - rows[1].made_at == demo.SEASON
        assert all(row.found["now"] for row in NaviResult.objects.all())


def test_what_a_person_answered_is_not_there_for_who_signs_in_next(client, owner):
    """A shared computer: the answers, and the firm's kept ones, go with the sign-out."""
    shipped(BUNKYO, "文京区")
    firm = client_of(owner)
    assert answer_all(firm, ward=str(BUNKYO)).status_code == 200
    client.cookies[state.name()] = firm.cookies[state.name()].value
    assert client.get(at("result"))["Location"].startswith(at("question", "ward"))
    other = client_of(make_person("next@example.jp").pk)
    other.cookies[state.name()] = firm.cookies[state.name()].value
    assert other.get(at("result"))["Location"].startswith(at("question", "ward"))
    assert firm.get(at("result")).status_code == 200
