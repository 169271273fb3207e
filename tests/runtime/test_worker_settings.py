"""A worker starts without the CMS and is otherwise the same portal (docs/adr/0038-workers.md)."""

import json
import os
import subprocess

from django.urls import reverse

from portal.celery import app
from portal.runtime import environment
from portal.runtime.paths import ROOT
from portal.runtime.processes import python
from tests.support.world import routes

# What such a process is, told as JSON after its system checks.
TELL = """
import json, sys
import django
django.setup()
from django.core.management import call_command
from django.urls import reverse
from portal.celery import app
from tests.support.world import routes
call_command("check", fail_level="WARNING")
app.loader.import_default_modules()
names = sorted(name for name, _ in routes())
print(json.dumps({
    "loaded": sorted({name.partition(".")[0] for name in sys.modules}),
    "tasks": sorted(app.tasks),
    "routes": names,
    "my": reverse("desk:my"),
}))
"""
# The CMS, and libraries for tables and charts that are loaded only by who draws with them.
HEAVY = {"wagtail", "modelcluster", "taggit", "numpy", "pandas", "matplotlib", "plotly"}

OF_SITE = ("site:", "wagtail")


def test_a_worker_has_no_cms_but_every_task_and_address():
    done = subprocess.run(
        python("-c", TELL),
        cwd=ROOT,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": environment.WORKER_SETTINGS},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert HEAVY.isdisjoint(told["loaded"])
    app.loader.import_default_modules()
    tasks = {name for name, task in app.tasks.items() if not task.__module__.startswith("tests.")}
    assert set(told["tasks"]) == tasks
    assert {row["task"] for row in app.conf.beat_schedule.values()} <= tasks
    # Mails and notices name pages by their routes; the site's own are told as written addresses.
    named = sorted(name for name, _ in routes() if not name.startswith(OF_SITE))
    assert told["routes"] == named
    assert told["my"] == reverse("desk:my")


def test_who_brings_settings_of_their_own_has_chosen_for_the_workers_too():
    def chosen(module: str) -> str:
        return environment.of_workers({"DJANGO_SETTINGS_MODULE": module})["DJANGO_SETTINGS_MODULE"]

    assert chosen("portal.settings.base") == "portal.settings.worker"
    assert chosen("ward.settings") == "ward.settings"
