"""The commands that read a file, as somebody runs them who has no server, no database and no keys."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_indicators_of_a_file_need_no_settings():
    ran = subprocess.run(
        [
            sys.executable,
            "manage.py",
            "kpi_indicators",
            "tests/kpi/golden/facts.csv",
            "--as-of",
            "2027-03-31",
        ],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert len(json.loads(ran.stdout)["indicators"]) == 18
