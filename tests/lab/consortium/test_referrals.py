"""融資の紹介: the bank sees what the firm consents to, as long as it does; a status comes back."""

import datetime as dt

import pytest
from django.urls import reverse

from lab.consortium import referral_states as states
from lab.consortium import services
from lab.consortium.models import Referral, ReferralItem, ReferralLook
from lab.consortium.selectors.counts import by_ward
from lab.consortium.selectors.referrals import events_of
from portal.accounts.roles import Role
from portal.kernel import clock, outbox
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from portal.kernel.transitions import RoleMissing, StaleState
from portal.notices.models import Notice
from programs.models import Firm
from tests.factories import consortium as build
from tests.factories import subsidies as make
from tests.support.people import client_of

pytestmark = pytest.mark.django_db
do = build.do


@pytest.fixture
def staff():
    return build.staff_actor()


@pytest.fixture
def firm():
    return make.firm_actor(make.make_firm(name="かくれ精機"))


@pytest.fixture
def bank(staff):
    return build.bank_actor(staff)


def readable(actor):
    with acting(actor):
        return list(ReferralItem.objects.order_by("pk").values_list("code", flat=True))


def test_only_what_is_chosen_only_as_long_as_it_is_consented_to(firm, bank, staff):
    row = build.begin(firm, bank)
    with acting(bank):
        assert not Referral.objects.exists()
    assert readable(bank) == []
    do("referral_consent", firm, referral_id=row.pk)
    assert readable(bank) == ["purpose", "basics", "event"]
    item = ReferralItem.objects.get(code="event")
    do("item_withdraw", firm, referral_id=row.pk, item_id=item.pk)
    assert readable(bank) == ["purpose", "basics"]
    # No other bank, no secretariat, no official.
    assert readable(build.bank_actor(staff, "別の 銀行")) == []
    assert readable(staff) == []
    with pytest.raises(Exception, match="permission denied"):
        readable(make.official_actor())
    for action in ("receive", "talk", "decide"):
        do("referral_answer", bank, referral_id=row.pk, action=action)
    row.refresh_from_db()
    assert row.status == states.DECIDED
    # With the conclusion the bank has read enough.
    assert readable(bank) == []
    with acting(Actor.system("test")):
        outbox.drain()
        told = Notice.objects.filter(recipient_id=firm.user_id)
        assert told.count() == 3
        first = Notice.objects.get(recipient_id=bank.user_id, subject="融資の紹介が届きました")
    assert "かくれ精機" not in first.subject + first.body


def test_each_look_is_written_down_and_shown_to_the_firm(firm, bank):
    row = build.consent(firm, bank, paper_too=True)
    do("referral_look", bank, referral_id=row.pk)
    paper = ReferralItem.objects.get(code="paper")
    _stored, reader = do("referral_paper", bank, referral_id=row.pk, item_id=paper.pk)
    reader.close()
    looks = list(ReferralLook.objects.order_by("pk").values_list("person_name", "items", "paper"))
    assert looks == [("融資 太郎", 4, ""), ("融資 太郎", 1, "計画書")]
    assert AuditRow.objects.filter(action="consortium.referral_looked").count() == 2
    assert AuditRow.objects.filter(action="file.downloaded", actor_id=bank.user_id).exists()
    page = client_of(firm).get(reverse("consortium:referral", args=[row.public_id]))
    assert "融資 太郎" in page.content.decode()


def test_a_consent_taken_back_while_the_bank_looks(firm, bank):
    row = build.consent(firm, bank, paper_too=True)
    address = reverse("consortium:referral", args=[row.public_id])
    client = client_of(bank)
    assert "検査装置を入れたい" in client.get(address).content.decode()
    do("referral_revoke", firm, referral_id=row.pk)
    # The button of the page that was open: refused with the reason, and nothing changes.
    answered = client.post(address, {"receive": ""}, follow=True).content.decode()
    assert "企業が同意を取り消しました" in answered
    assert "検査装置を入れたい" not in answered
    row.refresh_from_db()
    assert row.status == states.REVOKED
    paper = ReferralItem.objects.get(code="paper")
    got = client.get(
        reverse("consortium:referral_file", args=[row.public_id, paper.pk]), follow=True
    )
    assert "企業が同意を取り消しました" in got.content.decode()
    assert ReferralLook.objects.count() == 1
    refused = AuditRow.objects.filter(action="consortium.refused", actor_id=bank.user_id)
    assert refused.exists()


def test_a_consent_runs_out_by_itself(firm, bank):
    row = build.consent(firm, bank)
    Referral.objects.update(consent_until=clock.today() - dt.timedelta(1))
    # By the row policy, before the morning's job has run.
    assert readable(bank) == []
    with pytest.raises(services.ConsentOver, match="期限が過ぎました"):
        do("referral_look", bank, referral_id=row.pk)
    system = Actor.system("test")
    with acting(system):
        assert services.referrals_expire(actor=system) == 1
    with pytest.raises(StaleState):
        do("referral_extend", firm, referral_id=row.pk, until=clock.today())


def test_who_may_not(firm, bank, staff):
    row = build.begin(firm, bank)
    member = make.firm_actor(Firm.objects.get(pk=firm.firm_id), role=Role.FIRM_MEMBER)
    with pytest.raises(services.Refused, match="代表者だけ"):
        do("referral_consent", member, referral_id=row.pk)
    page = client_of(member).get(reverse("consortium:referral", args=[row.public_id]))
    assert "代表者に見てもらって" in page.content.decode()
    do("referral_consent", firm, referral_id=row.pk)
    with pytest.raises(RoleMissing):
        do("referral_answer", firm, referral_id=row.pk, action="receive")
    with pytest.raises(RoleMissing):
        do("referral_revoke", bank, referral_id=row.pk)
    for stranger in (make.firm_actor(make.make_firm()), build.bank_actor(staff)):
        with pytest.raises((Referral.DoesNotExist, RoleMissing)):
            do("referral_look", stranger, referral_id=row.pk)


def test_what_cannot_be_is_refused_with_how_to_mend_it(firm, bank, staff):
    row = build.consent(firm, bank)
    with pytest.raises(services.Refused, match="紹介が、すでにあります"):
        build.begin(firm, bank)
    keys = list(ReferralItem.objects.filter(referral=row).values_list("pk", flat=True))
    for key in keys[:-1]:
        do("item_withdraw", firm, referral_id=row.pk, item_id=key)
    with pytest.raises(services.Refused, match="最後の項目"):
        do("item_withdraw", firm, referral_id=row.pk, item_id=keys[-1])
    with pytest.raises(services.Refused, match="180日以内"):
        do("referral_extend", firm, referral_id=row.pk, until=clock.today() + dt.timedelta(181))
    nobody = build.add_member(staff, "bank", name="窓口だけの銀行")
    given = {"until": clock.today(), "items": [services.Shown("purpose", "x", "x")]}
    with pytest.raises(services.Refused, match="受け取れません"):
        do("referral_begin", firm, member_id=nobody.pk, **given)
    with pytest.raises(services.Refused, match="1つ以上"):
        do("referral_begin", firm, member_id=nobody.pk, **{**given, "items": []})


def test_officials_count_without_names(firm, bank):
    build.consent(firm, bank)
    official = make.official_actor()
    first, last = clock.fiscal_year_bounds(clock.fiscal_year(clock.today()))
    with acting(official):
        (line,) = by_ward(official, first, last)
    assert (line.ward_id, line.referred, line.answered) == (13107, 1, 0)
    # Nor does the ward's audit trail tell with whom a firm talks.
    with acting(official):
        assert not AuditRow.objects.filter(action__startswith="consortium.referral").exists()


def test_the_firm_chooses_from_its_card_on_the_page(firm, bank, staff):
    school = build.partner_actor(staff, build.add_member(staff))
    build.agree(firm, build.talking(firm, school))
    client = client_of(firm)
    address = reverse("consortium:referral_new")
    assert "企業カルテから見せる記録" in client.get(address).content.decode()
    with acting(firm):
        own = Firm.objects.get(pk=firm.firm_id)
        events = events_of(firm, own, clock.today())
    key, chosen = next(iter(events.items()))
    typed = {
        "member_id": build.member_of(bank).pk,
        "purpose": "検査装置",
        "basics": "on",
        "events": [key],
        "until": (clock.today() + dt.timedelta(400)).isoformat(),
    }
    wrong = client.post(address, typed)
    assert wrong.status_code == 422
    assert "今日から180日以内" in wrong.content.decode()
    client.post(address, {**typed, "until": (clock.today() + dt.timedelta(40)).isoformat()})
    row = Referral.objects.get()
    items = ReferralItem.objects.order_by("pk").values_list("code", "text")
    assert [code for code, _text in items] == ["purpose", "basics", "event"]
    assert list(items)[2][1] == chosen.text
    page = reverse("consortium:referral", args=[row.public_id])
    assert "いまはまだ何も見えていません" in client.get(page).content.decode()
    bad = client.post(page, {"paper": "", "heading": "計画", "uploaded": build.paper("計画.exe")})
    assert bad.status_code == 422
    shown = "-".join(str(item.pk) for item in ReferralItem.objects.order_by("pk"))
    client.post(page, {"consent": shown})
    other = client_of(bank)
    assert "かくれ精機" in other.get(page).content.decode()
    other.cookies["django_language"] = "en"
    shown = other.get(page).content.decode()
    for words in ("What you want to talk about", "Firm name: ", "検査装置"):
        assert words in shown
    for words in ("相談したいこと", "企業名：", chosen.heading):
        assert words not in shown
    other.post(page, {"receive": ""})
    row.refresh_from_db()
    assert row.status == states.RECEIVED
    assert "受付済み" in client.get(reverse("consortium:referrals")).content.decode()
