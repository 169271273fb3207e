"""Every state from which a firm has something to do → the room of portal/desk/turns that tells of it
on マイページ, with a day and a link; or why it does not stand there.

A state counts when its table gives a firm's role a main action in it (`Transition.primary`).
"""

SUBSIDIES, SUPPORT, LAB = "subsidies", "support", "lab"

TOLD = {
    ("subsidies.application", "draft"): SUBSIDIES,
    ("subsidies.application", "correction"): SUBSIDIES,
    ("grants.filing", "draft"): SUBSIDIES,
    ("grants.filing", "returned"): SUBSIDIES,
    ("grants.progressrequest", "open"): SUBSIDIES,
    ("grants.hearing", "asked"): SUBSIDIES,
    ("grants.sitevisit", "instructed"): SUBSIDIES,
    ("grants.recovery", "owed"): SUBSIDIES,
    ("diagnosis.diagnosis", "draft"): SUPPORT,
    ("dojo.enrolment", "offered"): SUPPORT,
    ("worksheets.worksheet", "returned"): SUPPORT,
    ("followup.survey", "open"): SUPPORT,
    ("followup.investment", "returned"): SUPPORT,
    ("advisors.request", "asked"): SUPPORT,
    ("advisors.visit", "recorded"): SUPPORT,
    ("booking.reservation", "held"): LAB,
    ("booking.turn", "offered"): LAB,
    ("events.registration", "offered"): LAB,
    ("cases.case", "draft"): LAB,
    ("cases.case", "open"): LAB,
    ("cases.case", "inviting"): LAB,
    ("cases.case", "offered"): LAB,
    ("cases.case", "running"): LAB,
    ("cases.case", "delivered"): LAB,
    ("cases.step", "todo"): LAB,
    ("cases.step", "defect"): LAB,
    ("cases.step", "working"): LAB,
    ("cases.step", "inspecting"): LAB,
    ("exchange.pairing", "proposed"): LAB,
    ("exchange.pairing", "agreed"): LAB,
    ("exchange.pairing", "reported"): LAB,
    ("exchange.match", "claimed"): LAB,
    ("exchange.joint", "offering"): LAB,
    ("exchange.joint", "split"): LAB,
    ("exchange.joint", "asking"): LAB,
    ("exchange.jointshare", "asked"): LAB,
    ("exchange.jointshare", "making"): LAB,
    ("exchange.jointshare", "handed"): LAB,
    ("consortium.project", "offered"): LAB,
    ("consortium.project", "talking"): LAB,
    ("consortium.project", "agreed"): LAB,
    ("consortium.project", "running"): LAB,
    ("consortium.project", "reported"): LAB,
    ("consortium.referral", "draft"): LAB,
}
NOT_TOLD = {
    ("adoption.tool", "stopped"): "taking up a tool again is the firm's own choice",
    ("nakama.profile", "hidden"): "being found by others is the firm's own choice",
    (
        "nakama.profile",
        "prefilled",
    ): "likewise; ラボと仲間まわし begins with it (portal/desk/lab.py)",
    ("worksheets.worksheet", "draft"): "written for oneself; nobody waits for it",
    (
        "booking.reservation",
        "approved",
    ): "a date on the page, not a task: one checks in at the door",
    ("booking.reservation", "in_use"): "one is in the lab and checks out at the door",
}
# What no table of states shows, and still waits for the firm.
BESIDE = {
    "a trial in a lab without its result": LAB,
    "a 商談会 without a wish": LAB,
    "a joint purchase that is offered": LAB,
    "an invitation to a step": LAB,
    "a rating after a case": LAB,
    "a wave of the ward's survey": SUPPORT,
    "the review of a tool": SUPPORT,
    "what was tried in this browser before": SUPPORT,
    "the next step of a grant": SUBSIDIES,
    "a report after the payment whose year has begun": SUBSIDIES,
}
