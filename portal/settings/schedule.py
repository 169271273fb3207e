"""What the scheduler (Celery beat) begins by itself, and when (Asia/Tokyo)."""

from celery.schedules import crontab

# `expires` (seconds): a worker that was away finds one of each waiting, not thousands.
CELERY_BEAT_SCHEDULE = {
    "outbox-relay": {"task": "outbox.relay", "schedule": 2, "options": {"expires": 2}},
    "outbox-sweep": {"task": "outbox.sweep", "schedule": 60, "options": {"expires": 60}},
    "outbox-purge": {
        "task": "outbox.purge",
        "schedule": crontab(hour=3, minute=20),
        "options": {"expires": 3600},
    },
    "files-rescan": {"task": "files.rescan", "schedule": 300, "options": {"expires": 300}},
    "files-sweep": {
        "task": "files.sweep",
        "schedule": crontab(hour=3, minute=40),
        "options": {"expires": 3600},
    },
    "exports-sweep": {"task": "exports.sweep", "schedule": 60, "options": {"expires": 55}},
    "exports-expire": {
        "task": "exports.expire",
        "schedule": crontab(hour=3, minute=50),
        "options": {"expires": 3600},
    },
    "auditing-sweep": {"task": "auditing.sweep", "schedule": 60, "options": {"expires": 55}},
    "auditing-expire": {
        "task": "auditing.expire",
        "schedule": crontab(hour=3, minute=55),
        "options": {"expires": 3600},
    },
    "bulk-sweep": {"task": "bulk.sweep", "schedule": 60, "options": {"expires": 55}},
    "office-sweep": {"task": "office.sweep", "schedule": 60, "options": {"expires": 55}},
    "watch-sweep": {
        "task": "watch.sweep",
        "schedule": crontab(hour=2, minute=10),
        "options": {"expires": 3600},
    },
    "series-refresh": {
        "task": "series.refresh",
        "schedule": crontab(hour=2, minute=50),
        "options": {"expires": 3600},
    },
    "diagnosis-remind": {
        "task": "diagnosis.remind",
        "schedule": crontab(hour=7, minute=40),
        "options": {"expires": 3600},
    },
    "retention-sweep": {"task": "retention.sweep", "schedule": 60, "options": {"expires": 55}},
    "retention-enter": {
        "task": "retention.enter",
        "schedule": crontab(hour=4, minute=40),
        "options": {"expires": 3600},
    },
    "ledger-publish": {
        "task": "ledger.publish",
        "schedule": crontab(hour=4, minute=10),
        "options": {"expires": 3600},
    },
    "notices-mail": {"task": "notices.send_waiting", "schedule": 15, "options": {"expires": 15}},
    "notices-digests": {
        "task": "notices.send_digests",
        "schedule": crontab(hour=8, minute=0),
        "options": {"expires": 6 * 3600},
    },
    "notices-tidy": {
        "task": "notices.tidy",
        "schedule": crontab(hour=4, minute=28),
        "options": {"expires": 3600},
    },
    "news-mail": {"task": "mailing.send_waiting", "schedule": 15, "options": {"expires": 15}},
    "news-tidy": {
        "task": "mailing.tidy",
        "schedule": crontab(hour=4, minute=25),
        "options": {"expires": 3600},
    },
    "search-refresh": {"task": "search.refresh", "schedule": 300, "options": {"expires": 290}},
    "pages-links": {
        "task": "desk.check_links",
        "schedule": crontab(hour=4, minute=40),
        "options": {"expires": 3600},
    },
    "pages-due": {"task": "desk.publish_due", "schedule": 60, "options": {"expires": 55}},
    "personal-copies": {
        "task": "personal.work_off",
        "schedule": 60,
        "options": {"expires": 60},
    },
    "personal-expire": {
        "task": "personal.expire",
        "schedule": crontab(hour=3, minute=55),
        "options": {"expires": 3600},
    },
    "notices-remind-roles": {
        "task": "notices.remind_roles",
        "schedule": crontab(hour=7, minute=0),
        "options": {"expires": 12 * 3600},
    },
    "obligations-close": {
        "task": "obligations.close",
        "schedule": crontab(hour=4, minute=20),
        "options": {"expires": 3600},
    },
    "obligations-remind": {
        "task": "obligations.remind",
        "schedule": crontab(hour=7, minute=20),
        "options": {"expires": 12 * 3600},
    },
    "committee-remind": {
        "task": "committee.remind",
        "schedule": crontab(hour=7, minute=10),
        "options": {"expires": 12 * 3600},
    },
    "evaluation-remind": {
        "task": "evaluation.remind",
        "schedule": crontab(hour=7, minute=25),
        "options": {"expires": 12 * 3600},
    },
    "dojo-settle-seats": {
        "task": "dojo.settle_seats",
        "schedule": 600,
        "options": {"expires": 590},
    },
    "dojo-remind": {
        "task": "dojo.remind",
        "schedule": crontab(hour=7, minute=30),
        "options": {"expires": 12 * 3600},
    },
    "followup-ask": {
        "task": "followup.ask",
        "schedule": crontab(hour="8-19", minute="*/10"),
        "options": {"expires": 590},
    },
    "followup-mail": {
        "task": "followup.send_mails",
        "schedule": 15,
        "options": {"expires": 15},
    },
    "surveys-keep": {
        "task": "surveys.keep",
        "schedule": crontab(hour="7-20", minute="5-55/10"),
        "options": {"expires": 590},
    },
    "surveys-mail": {
        "task": "surveys.send_mails",
        "schedule": 15,
        "options": {"expires": 15},
    },
    "adoption-remind": {
        "task": "adoption.remind",
        "schedule": crontab(hour=7, minute=40),
        "options": {"expires": 12 * 3600},
    },
    "booking-settle": {"task": "booking.settle", "schedule": 60, "options": {"expires": 55}},
    "events-settle": {"task": "events.settle", "schedule": 600, "options": {"expires": 590}},
    "events-remind": {
        "task": "events.remind",
        "schedule": crontab(hour=7, minute=35),
        "options": {"expires": 12 * 3600},
    },
    "cases-waves": {"task": "cases.waves", "schedule": 300, "options": {"expires": 290}},
    "cases-daily": {
        "task": "cases.daily",
        "schedule": crontab(hour=4, minute=50),
        "options": {"expires": 12 * 3600},
    },
    "kpi-work-off": {"task": "kpi.work_off", "schedule": 60, "options": {"expires": 60}},
    "kpi-rebuild": {
        "task": "kpi.rebuild",
        "schedule": crontab(hour=4, minute=0),
        "options": {"expires": 3600},
    },
    "consortium-tidy": {
        "task": "consortium.tidy",
        "schedule": crontab(hour=0, minute=5),
        "options": {"expires": 12 * 3600},
    },
    "effect-sweep": {"task": "effect.sweep", "schedule": 60, "options": {"expires": 55}},
    "exchange-sweep": {"task": "exchange.sweep", "schedule": 60, "options": {"expires": 55}},
    "exchange-tidy": {
        "task": "exchange.tidy",
        "schedule": crontab(hour=6, minute=40),
        "options": {"expires": 3600},
    },
}
