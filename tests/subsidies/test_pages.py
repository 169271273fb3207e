"""What the pages lead to, and what they offer to change."""

import pytest
from django.test import Client
from django.urls import reverse

from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.kernel.database import acting
from subsidies import services
from tests.factories import subsidies as make
from tests.support.people import assign, make_person, sign_in

pytestmark = pytest.mark.django_db


def test_every_crumb_of_a_case_may_be_opened_by_who_sees_it(client: Client):
    application = make.make_submitted()
    page = reverse("subsidies:application", args=[application.receipt_no])
    people = (
        assign(make_person("auditor@example.jp"), Role.AUDITOR),
        User.objects.get(pk=make.official_actor().user_id),
    )
    for person in people:
        sign_in(client, person)
        crumbs = client.get(page).context["breadcrumb"]
        assert [client.get(crumb.url).status_code for crumb in crumbs if crumb.url] == [200]


def test_a_conflict_in_a_correction_offers_only_the_fields_that_were_named(client: Client):
    application = make.make_submitted()
    official = make.official_actor()
    with acting(official):
        services.correction_request(
            actor=official,
            application_id=application.pk,
            fields=["answers.title"],
            notes={},
            message="題名を直してください。",
            due_on=application.due_on,
        )
    owner = make.firm_actor(application.firm)
    with acting(owner):
        application.refresh_from_db()
        stale = application.revision
        services.draft_save_answers(
            actor=owner, application_id=application.pk, answers={"title": "甲"}, revision=stale
        )
    sign_in(client, User.objects.get(pk=owner.user_id))
    page = reverse("subsidies:task", args=[application.public_id, "plan"])
    answer = client.post(page, {"title": "乙", "revision": stale})
    assert answer.status_code == 409
    assert list(answer.context["form"].fields) == ["title"]
    assert answer.context["breadcrumb"][0].url == reverse(
        "subsidies:correction", args=[application.public_id]
    )


@pytest.mark.parametrize(
    ("made", "page", "said"),
    [
        (make.make_submitted, "approve", "できるのは「決裁待ち」の申請です"),
        (make.make_proposed, "propose", "この申請はいま「決裁待ち」です"),
        (make.make_proposed, "correction_request", "書類確認中、審査中」の申請です"),
    ],
)
def test_a_page_that_is_not_ones_own_says_why(client: Client, made, page, said):
    application = made()
    sign_in(client, User.objects.get(pk=make.official_actor().user_id))
    answer = client.get(reverse(f"subsidies:{page}", args=[application.receipt_no]), follow=True)
    assert said in " ".join(str(message) for message in answer.context["messages"])


def test_who_proposed_a_case_hears_that_another_decides(client: Client):
    official = make.official_actor()
    application = make.make_proposed(reviewer=official)
    sign_in(client, User.objects.get(pk=official.user_id))
    page = reverse("subsidies:approve", args=[application.receipt_no])
    assert "この申請はあなたが起案しました。" in client.get(page, follow=True).content.decode()


def test_who_has_not_the_role_hears_who_has_it(client: Client):
    application = make.make_proposed()
    other = assign(make_person("tsugi@example.jp"), Role.REVIEWER, ward_id=make.SUMIDA)
    sign_in(client, other)
    page = reverse("subsidies:approve", args=[application.receipt_no])
    assert "できるのは「決裁者」です" in client.get(page, follow=True).content.decode()
