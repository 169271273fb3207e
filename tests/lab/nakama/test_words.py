"""Words that are taught: to whom, by whom, and what becomes of profiles and searches."""

import threading

import pytest
from django.urls import reverse

from lab.nakama import services
from lab.nakama.models import Alias, UnknownWord
from lab.nakama.rules.tokens import tokenise
from lab.nakama.selectors.search import Wish, search
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from portal.kernel.transitions import RoleMissing, StaleState
from tests.factories.cases import coordinator
from tests.factories.nakama import as_firm, make_profile
from tests.factories.programs import FirmFactory
from tests.lab.nakama.test_profiles import TODAY, codes
from tests.support.people import client_of, make_person

pytestmark = pytest.mark.django_db


def test_one_click_teaches_a_word_to_profiles_and_searches_at_once():
    profile = make_profile(FirmFactory(jsic="32"), description="ドゴン加工を30年。")
    lab = coordinator()
    assert codes(profile) == []
    asked = search(lab, Wish("ドゴン加工"), today=TODAY)
    services.search_noted(actor=lab, unknown=dict.fromkeys(asked.reading.unknown, "ドゴン加工"))
    word = UnknownWord.objects.get()
    assert (word.word, word.times) == ("ドゴン加工", 1)
    touched = services.word_learn(actor=lab, word_id=word.pk, code="grind.buff")
    assert touched == 1
    assert codes(profile) == ["grind.buff"]
    hits = search(lab, Wish("ドゴン加工 1個"), today=TODAY).result.fitting
    assert [hit.profile for hit in hits] == [profile.pk]
    with pytest.raises(StaleState):
        services.word_learn(actor=lab, word_id=word.pk, code="weld")
    client = client_of(lab)
    address = reverse("nakama:alias", args=[Alias.objects.get(text="ドゴン加工").pk])
    assert "ドゴン加工" in client.get(address).content.decode()
    seen = Alias.objects.get(text="ドゴン加工").changed_at.isoformat()
    # Another meaning, then out of use, then used again; the profile is read anew each time.
    new = {"text": "ドゴン加工", "code": "weld.tig", "reason": "溶接のこと", "seen": seen}
    assert client.post(address, {**new, "reason": "", "change": "1"}).status_code == 422
    assert client.post(address, {**new, "change": "1"}).status_code == 302
    assert codes(profile) == ["weld.tig"]
    stale = client.post(address, {"w-reason": "使わない", "seen": seen, "retire": "1"})
    assert "ほかの人が先に変えました" in stale.content.decode()
    for act, then in (("retire", []), ("restore", ["weld.tig"])):
        seen = Alias.objects.get(text="ドゴン加工").changed_at.isoformat()
        asked = {"w-reason": "聞き直した", "seen": seen, act: "1"}
        assert client.post(address, asked).status_code == 302
        assert codes(profile) == then
    told = AuditRow.objects.filter(action__startswith="nakama.alias_", reason="聞き直した")
    assert {row.action for row in told} == {"nakama.alias_retired", "nakama.alias_restored"}


def test_a_shipped_word_that_is_changed_stays_changed_when_words_are_loaded_again():
    lab = coordinator()
    row = Alias.objects.get(text="ターニング", process_id="cut.lathe")
    services.alias_change(
        actor=lab,
        alias_id=row.pk,
        seen=row.changed_at.isoformat(),
        word=services.Word("ターニング", "cut.mc"),
        reason="この地域ではマシニングのこと",
    )
    assert services.lexicon_load(actor=Actor.system("test")) == 0
    used = Alias.objects.filter(text="ターニング", is_active=True)
    assert [word.code for word in used] == ["cut.mc"]
    page = client_of(lab).get(reverse("nakama:aliases"), {"q": "ターニング", "show": "retired"})
    assert page.content.decode().count("<tr>") == 2


def test_only_lab_staff_teach_words():
    owner = as_firm(FirmFactory(jsic="18"), make_person("own@example.jp").pk)
    with acting(owner), pytest.raises(RoleMissing):
        services.alias_add(actor=owner, text="ドゴン", code="weld")


def test_the_tokenizer_serves_several_threads():
    told = []

    def run():
        told.append([token.surface for token in tokenise("旋盤加工とフライス" * 50)])

    threads = [threading.Thread(target=run) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(told) == 4
    assert all(words == told[0] for words in told)
