"""The follow-up in the small world: the canary's first survey has begun, and a report came back."""

SUMIDA = 13107


def build(firm, people, graduation):
    """The canary's surveys (the first asked, by mail) and a returned report with its file."""
    import datetime as dt

    from dojo.followup import services
    from dojo.followup.models import Investment
    from portal.kernel import clock
    from portal.kernel.actor import Actor
    from portal.kernel.database import acting
    from tests.factories import followup
    from tests.factories import subsidies as make
    from tests.support.world_papers import put_bytes

    system = Actor.system("test")
    with acting(system):
        services.surveys_plan(actor=system, graduation_id=graduation.pk)
    followup.ago(graduation, 100)
    with acting(system):
        services.surveys_ask(actor=system, today=clock.today())
    stored = make.make_file(firm_id=firm.pk, ward_id=SUMIDA)
    put_bytes(stored)
    row = Investment.objects.create(
        graduation=graduation,
        ward_id=SUMIDA,
        firm=firm,
        firm_name=firm.name,
        source="own",
        kind="software",
        what="生産管理クラウドの導入",
        invested_on=clock.today() - dt.timedelta(days=5),
        amount_yen=720_000,
        evidence=stored,
        status="returned",
        reason="日付が読めません。",
        reported_by_id=people["owner"],
    )
    return {"survey": followup.surveys(graduation)[0], "investment": row}


def arguments(short, world):
    """Arguments that lead to the canary's survey, report or cohort."""
    from tests.factories import followup

    if short in {"mine", "report", "cohorts", "investments"}:
        return []
    survey = world["survey"]
    if short == "link":
        return [followup.secret(survey)]
    if short == "board":
        return [survey.cohort.public_id]
    if short in {"survey", "phone"}:
        return [survey.public_id]
    return [world["investment"].public_id]
