"""Drafts: nothing typed is lost."""

import copy

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from portal.kernel.database import acting
from portal.kernel.files.models import StoredFile
from portal.kernel.files.services import UploadRefused
from portal.kernel.transitions import RoleMissing
from subsidies import selectors, services, states
from subsidies.contents import content_of, rules_of
from subsidies.models import Application, ApplicationDocument, Call, SchemeVersion
from subsidies.rules import form
from tests.factories import subsidies as make

pytestmark = pytest.mark.django_db

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108020000009077"
    "53de0000000c4944415408d763f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)


@pytest.fixture
def actor():
    return make.firm_actor(make.make_firm())


@pytest.fixture
def draft(actor):
    call = make.make_call()
    with acting(actor):
        return services.draft_start(actor=actor, call_id=call.pk)


def save(actor, draft, answers, revision=None):
    with acting(actor):
        return services.draft_save_answers(
            actor=actor, application_id=draft.pk, answers=answers, revision=revision
        )


def test_starting_twice_gives_the_same_draft(actor, draft):
    with acting(actor):
        again = services.draft_start(actor=actor, call_id=draft.call_id)
    assert again.pk == draft.pk


def test_a_colleague_finds_the_same_draft(actor, draft):
    colleague = make.firm_actor(draft.firm, role="firm_member")
    with acting(colleague):
        assert services.draft_start(actor=colleague, call_id=draft.call_id).pk == draft.pk


def test_what_is_known_is_prefilled(actor, draft):
    assert draft.answers["contact_name"] == actor.name
    assert draft.answers["contact_phone"] == draft.firm.phone


def test_a_call_may_be_prepared_before_it_opens(actor):
    call = make.make_call(opens_in=make.dt.timedelta(days=3))
    with acting(actor):
        assert services.draft_start(actor=actor, call_id=call.pk).status == states.DRAFT


def test_a_closed_call_starts_nothing(actor):
    call = make.make_call(closes_in=make.dt.timedelta(seconds=-1))
    with pytest.raises(services.DeadlinePassed), acting(actor):
        services.draft_start(actor=actor, call_id=call.pk)


def test_officials_start_nothing(draft):
    official = make.official_actor()
    with pytest.raises(RoleMissing), acting(official):
        services.draft_start(actor=official, call_id=draft.call_id)


def test_incomplete_and_wrong_input_is_kept_as_typed(actor, draft):
    save(actor, draft, {"order_on": "来月ごろ", "title": "", "problem": "日報が\r\n紙"})
    draft.refresh_from_db()
    assert draft.answers["order_on"] == "来月ごろ"
    assert draft.answers["problem"] == "日報が\n紙"


def test_what_no_database_can_hold_is_left_out(actor, draft):
    save(actor, draft, {"problem": "あ\x00い\ud800う\x0b"})
    draft.refresh_from_db()
    assert draft.answers["problem"] == "あいう"


def test_unknown_fields_are_not_taken(actor, draft):
    save(actor, draft, {"status": "granted", "is_admin": "yes", "title": "電子化"})
    draft.refresh_from_db()
    assert draft.status == states.DRAFT
    assert not {"status", "is_admin"} & draft.answers.keys()
    assert draft.title == "電子化"


def test_two_tabs_on_different_fields_merge(actor, draft):
    base = draft.revision
    save(actor, draft, {"title": "電子化", "problem": ""}, base)
    save(actor, draft, {"title": "", "problem": "紙が多い"}, base)
    draft.refresh_from_db()
    assert (draft.answers["title"], draft.answers["problem"]) == ("電子化", "紙が多い")


def test_two_tabs_on_the_same_field_conflict_and_lose_nothing(actor, draft):
    base = draft.revision
    save(actor, draft, {"title": "電子化"}, base)
    with pytest.raises(services.StaleDraft) as caught:
        save(actor, draft, {"title": "自動化", "problem": "紙が多い"}, base)
    assert caught.value.theirs == {"answers.title": "電子化"}
    draft.refresh_from_db()
    assert draft.answers["title"] == "電子化"
    assert "problem" not in draft.answers
    save(actor, draft, {"title": "自動化"}, caught.value.revision)
    draft.refresh_from_db()
    assert draft.answers["title"] == "自動化"


def test_expenses_conflict_as_a_whole(actor, draft):
    base = draft.revision
    with acting(actor):
        services.draft_save_expenses(
            actor=actor, application_id=draft.pk, lines=make.LINES, revision=base
        )
        services.draft_save_expenses(
            actor=actor, application_id=draft.pk, lines=make.LINES, revision=base
        )
    with pytest.raises(services.StaleDraft) as caught, acting(actor):
        services.draft_save_expenses(
            actor=actor, application_id=draft.pk, lines=[{"description": "別"}], revision=base
        )
    assert caught.value.theirs["expenses"][0]["description"] == "日報システム"


def test_half_typed_lines_are_kept(actor, draft):
    with acting(actor):
        services.draft_save_expenses(
            actor=actor,
            application_id=draft.pk,
            lines=[{"description": "センサー", "unit_price": "10万?"}, {"category": "software"}],
        )
    draft.refresh_from_db()
    assert draft.expense_input == [{"description": "センサー", "unit_price": "10万?"}]


def test_a_draft_survives_a_new_form_version(actor):
    draft = make.make_draft(actor, make.make_call())
    rules = copy.deepcopy(draft.version.rules)
    rules["questions"] = [
        *(question for question in rules["questions"] if question["code"] != "effect"),
        {"code": "kpi", "task": "plan", "label": "効果の数", "kind": "number"},
    ]
    newer = SchemeVersion.objects.create(
        scheme=draft.version.scheme,
        number=2,
        rules=rules,
        published_at=make.clock.database_now(),
    )
    Call.objects.filter(pk=draft.call_id).update(version=newer)
    save(actor, draft, {"title": "新しい名前"})
    draft = Application.objects.get(pk=draft.pk)
    assert draft.version == newer
    assert draft.answers["effect"] == make.ANSWERS["effect"]
    content = content_of(draft, today=make.dt.date(2026, 11, 21))
    (gone,) = form.gone_answers(
        rules_of(newer), draft.answers, [rules_of(draft.version.scheme.versions.get(number=1))]
    )
    assert gone.label == "どのくらい良くなる見込みか"
    assert [p.anchor for p in form.missing(rules_of(newer), content)] == ["answers.kpi"]
    save(actor, draft, {"kpi": "22"})
    assert make.submit(actor, draft).payload["answers"]["kpi"] == 22


def test_a_submitted_draft_cannot_be_edited_or_deleted(actor):
    draft = make.make_draft(actor, make.make_call())
    make.submit(actor, draft)
    with pytest.raises(services.NotEditable):
        save(actor, draft, {"title": "後から"})
    with pytest.raises(services.NotEditable), acting(actor):
        services.draft_delete(actor=actor, application_id=draft.pk)


def test_a_foreign_firm_finds_no_draft(draft):
    other = make.firm_actor(make.make_firm())
    with pytest.raises(Application.DoesNotExist):
        save(other, draft, {"title": "よそ"})


def attach(actor, draft, requirement="quotes", content=PNG, name="見積書.png"):
    with acting(actor):
        return services.document_attach(
            actor=actor,
            application_id=draft.pk,
            requirement=requirement,
            uploaded=SimpleUploadedFile(name, content),
        )


def test_a_file_replaces_the_former_unless_many_are_asked(actor, draft):
    for name in ("一.png", "二.png"):
        attach(actor, draft, "quotes", name=name)
        attach(actor, draft, "tax", name=name)
    standing = ApplicationDocument.objects.filter(application=draft, replaced_at=None)
    assert standing.filter(requirement="quotes").count() == 2
    (tax,) = standing.filter(requirement="tax")
    assert tax.stored_file.original_name == "二.png"
    assert StoredFile.objects.filter(erased_at__isnull=False).count() == 1


def test_a_refused_file_is_not_attached(actor, draft):
    with pytest.raises(UploadRefused):
        attach(actor, draft, content=b"MZ not an image", name="見積書.png")
    assert not ApplicationDocument.objects.filter(application=draft).exists()


def test_a_file_for_an_unknown_document_is_refused(actor, draft):
    with pytest.raises(services.Refused):
        attach(actor, draft, "passport")
    assert not ApplicationDocument.objects.filter(application=draft).exists()


def test_a_file_is_removed_with_its_bytes(actor, draft):
    document = attach(actor, draft)
    with acting(actor):
        services.document_remove(actor=actor, application_id=draft.pk, document_id=document.pk)
    assert not ApplicationDocument.objects.filter(application=draft).exists()
    assert StoredFile.objects.get().erased_at is not None


def test_a_deleted_draft_leaves_nothing_but_a_trace(actor, draft):
    attach(actor, draft)
    with acting(actor):
        services.draft_delete(actor=actor, application_id=draft.pk)
        assert list(selectors.firm_applications(actor)) == []
    assert not Application.objects.filter(pk=draft.pk).exists()
    assert StoredFile.objects.get().erased_at is not None
