"""Two browsers and a closing at once: one answer counts, and none is lost."""

import pytest

from kpi.models import Fact, Quotient
from kpi.surveys import services
from kpi.surveys.models import Asked, Response, Wave
from portal.kernel.database import acting
from tests.factories import ward_surveys as surveys
from tests.support.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_answers_from_two_browsers_while_the_wave_closes():
    with acting(surveys.SYSTEM):
        surveys.firms(2)
        actor = surveys.official()
        wave = surveys.begun(actor)
        rows = surveys.asked(wave)
        secrets = [surveys.secret(row) for row in rows]
        for secret, state in zip(secrets, ("done", "none"), strict=True):
            surveys.typed(secret, {**surveys.SHORT, "state": state})

    def send(secret, linked):
        return lambda: services.answers_send(secret=secret, is_linked=linked, revision=None).pk

    def close():
        with acting(actor):
            return services.wave_close(actor=actor, wave_id=wave.pk).pk

    done = at_once(
        [send(secrets[0], False), send(secrets[0], True), send(secrets[1], False), close]
    )
    assert all(isinstance(one, int) for one in done), done
    with acting(surveys.SYSTEM):
        assert Wave.objects.get().status == "closed"
        assert Response.objects.filter(asked=rows[0]).count() == 2
        assert (
            Asked.objects.get(pk=rows[0].pk).is_linked
            == Response.objects.filter(asked=rows[0]).latest("pk").is_linked
        )
        standing = Fact.objects.filter(
            event_type="survey.response", reverses=None, reversed_by=None
        )
        assert sorted(standing.values_list("part", flat=True)) == ["done", "none"]
        found = Quotient.objects.get(indicator="1-KSI")
        assert (found.n, found.numerator, found.denominator) == (2, 1, 2)
