"""Shared plans in the small world: the canary firm's with an advisor of its own, another firm's with
the world's advisor, who must not read of the canary.
"""

SUMIDA = 13107


def build(firm, advisor_id):
    """(the canary's share, the share of the world's advisor)."""
    from portal.accounts.models import User
    from tests.factories import evaluation as factory
    from tests.factories import subsidies as make

    call = factory.make_call()
    own = factory.share(factory.make_plan(make.firm_actor(firm), call), factory.advisor_actor())
    advisor = factory.as_advisor(User.objects.get(pk=advisor_id), SUMIDA)
    other = factory.share(factory.make_plan(call=call), advisor)
    return own, other


def arguments(short, shares):
    """Arguments that lead to the canary firm's plan, or to the advisor's."""
    own, other = shares
    if short == "home":
        return []
    if short == "plan":
        return [own.application.public_id]
    if short == "end":
        return [own.application.public_id, own.public_id]
    return [other.public_id]
