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
