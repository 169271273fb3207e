"""The attacker's view: what the database itself gives a member, an official, a firm, another ward.

Everything here goes past the policies and asks the tables, as broken code or an injection would.
"""

import json

import pytest
from django.db import DatabaseError, connection, transaction

from portal.accounts.roles import Role
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from portal.kernel.files.models import StoredFile
from subsidies.committee import policies, selectors, services
from subsidies.committee.models import (
    Assignment,
    Case,
    CaseDocument,
    Declaration,
    Dossier,
    Exclusion,
    ReviewRound,
    RoundMember,
    ScoreSheet,
    SheetVersion,
)
from subsidies.models import Application, ApplicationVersion
from tests.factories import committee as build
from tests.factories import subsidies as make
from tests.factories.programs import OTA

pytestmark = pytest.mark.usefixtures("as_built")

TABLES = (
    ReviewRound,
    RoundMember,
    Case,
    Dossier,
    CaseDocument,
    Exclusion,
    Assignment,
    Declaration,
    ScoreSheet,
    SheetVersion,
)


@pytest.fixture(scope="module")
def opened(kept_database):
    return build.make_open(cases=3, per_case=2)


DENIED = "permission denied"


def count(table):
    """How many rows the table shows, or DENIED."""
    try:
        with transaction.atomic():
            return table.objects.count()
    except DatabaseError as refused:
        if DENIED not in str(refused):
            raise
        return DENIED


def seen(actor):
    with acting(actor):
        return {table.__name__: table.objects.count() for table in TABLES}


def test_a_member_sees_only_what_was_given_to_them(opened):
    rows = build.rows(opened)
    row = next(row for row in rows if row.member.number == 2)
    actor = build.actor_of(row)
    mine = [item for item in rows if item.user_id == row.user_id]
    assert seen(actor) == {
        "ReviewRound": 1,
        "RoundMember": 1,
        "Case": len(mine),
        "Dossier": 0,  # nothing to read before the declaration
        "CaseDocument": 0,
        "Exclusion": 0,
        "Assignment": len(mine),
        "Declaration": 0,
        "ScoreSheet": 0,
        "SheetVersion": 0,
    }
    build.declare(row)
    with acting(actor):
        assert list(Dossier.objects.values_list("case_id", flat=True)) == [row.case_id]


def test_a_member_reaches_no_application_firm_or_file_directly(opened):
    row = build.rows(opened)[0]
    build.declare(row)
    with acting(build.actor_of(row)):
        for table in (Application, ApplicationVersion, StoredFile):
            assert count(table) in {0, DENIED}


def test_before_the_review_is_opened_its_members_see_nothing():
    member = build.member_actor()
    round_ = build.make_planned(members=[member], cases=1, per_case=1)
    office = make.official_actor()
    with acting(office):
        services.round_prepare(actor=office, round_id=round_.pk, seed=1)
    found = seen(member)
    assert {name for name, count in found.items() if count} <= {"RoundMember"}


@pytest.mark.parametrize("who", ["other ward", "same ward", "firm", "visitor", "advisor"])
def test_others_see_nothing(opened, who):
    actor = {
        "other ward": lambda: make.official_actor(OTA),
        "same ward": build.member_actor,
        "firm": lambda: make.firm_actor(Case.objects.first().application.firm),
        "visitor": Actor.public,
        "advisor": lambda: Actor(
            build.member_actor().user_id, "相談員", Hat.SUPPORT, frozenset({Role.ADVISOR})
        ),
    }[who]()
    with acting(actor):
        assert {count(table) for table in TABLES} <= {0, DENIED}


def test_nobody_reads_a_score_before_all_have_submitted(opened):
    *others, last = build.rows(opened)
    for row in others:
        build.score(row)
    office = make.official_actor(make.SUMIDA, Role.REVIEWER, Role.WARD_ADMIN)
    neighbour = build.actor_of(last)
    with acting(office):
        assert not ScoreSheet.objects.exists()
        assert not SheetVersion.objects.exists()
        assert not policies.visible_sheets(office).exists()
        assert selectors.sheets_of(opened.call, actor=office) == []
    with acting(neighbour):
        for table in (ScoreSheet, SheetVersion):
            assert not table.objects.exclude(user_id=neighbour.user_id).exists()
    build.score(last)
    with acting(office):
        assert SheetVersion.objects.count() == len(others) + 1
        assert not ScoreSheet.objects.exists()  # working copies are the member's alone
    with acting(neighbour):
        cases = set(SheetVersion.objects.values_list("case_id", flat=True))
        own = set(
            Assignment.objects.filter(user_id=neighbour.user_id).values_list("case_id", flat=True)
        )
        assert cases == own
        assert SheetVersion.objects.exclude(user_id=neighbour.user_id).exists()


def test_a_member_cannot_write_for_another(opened):
    rows = build.rows(opened)
    row = rows[0]
    other = next(item for item in rows if item.user_id != row.user_id)
    build.declare(row)
    build.score(other)
    actor = build.actor_of(row)
    with acting(actor):
        assert ScoreSheet.objects.filter(assignment=other).update(overall="x") == 0
        with pytest.raises(DatabaseError), transaction.atomic():
            ScoreSheet.objects.create(
                assignment=other, case=other.case, ward_id=other.ward_id, user_id=other.user_id
            )
        with pytest.raises(DatabaseError), transaction.atomic():
            Assignment.objects.filter(pk=row.pk).update(user_id=other.user_id)
        with pytest.raises(Assignment.DoesNotExist):
            services.sheet_save(actor=actor, assignment_id=other.pk, entry=build.entry())


def test_a_member_tells_only_of_what_they_did(opened):
    row = build.rows(opened)[0]
    forged = (
        "INSERT INTO kernel_outboxevent (id, name, subject, ward_id, payload) VALUES"
        " (gen_random_uuid(), 'committee.round_closed', %s, %s, %s)"
    )
    payload = json.dumps({"assignment_id": row.pk})
    with (
        acting(build.actor_of(row)),
        connection.cursor() as cursor,
        pytest.raises(DatabaseError, match="row-level security"),
        transaction.atomic(),
    ):
        cursor.execute(forged, [str(row.pk), row.ward_id, payload])


def test_a_blind_dossier_names_nobody(opened):
    call = build.make_call()
    firm = make.make_firm(
        name="株式会社かなりあ精機",
        name_kana="カナリアセイキ",
        website="https://www.canary-works.co.jp/",
        representative_name="金糸 雀",
        address="東京都墨田区鳥町9-9-9",
    )
    answers = {
        **make.ANSWERS,
        "problem": "かなりあ精機では金糸雀が集計している。電話 03-1234-5678、canary@kanaria.example",
        "title": "カナリア精機の電子化とかなりあせいき、KANARIA SEIKI、Canary Worksの工場",
    }
    build.make_reviewing(call, firm=firm, answers=answers)
    blind = build.make_open(call=call, cases=0, is_blind=True)
    row = build.rows(blind)[0]
    build.declare(row)
    with acting(build.actor_of(row)):
        case = Case.objects.get(pk=row.case_id)
        told = json.dumps(
            [case.title, case.firm_name, case.vendors, Dossier.objects.get(case=case).content],
            ensure_ascii=False,
        )
        assert not CaseDocument.objects.exists()
    secrets = ("かなりあ", "カナリア", "金糸", "鳥町", "1234-5678", "canary", firm.corporate_number)
    for secret in (*secrets, "kanaria"):
        assert secret.casefold() not in told.casefold(), secret
    assert "■■■" in told


def test_a_file_is_released_to_blind_reviewers_by_hand_and_under_a_neutral_name():
    office = make.official_actor()
    blind = build.make_open(office=office, cases=1, is_blind=True)
    case = blind.cases.get()
    entry = case.application.versions.get().payload["documents"][0]
    with acting(office):
        services.document_release(
            actor=office, case_id=case.pk, document=entry["id"], reason="名前がないことを確かめた。"
        )
    row = build.rows(blind)[0]
    build.declare(row)
    with acting(build.actor_of(row)):
        shown = CaseDocument.objects.get()
        assert shown.name == f"case01-{entry['id']}.pdf"
