"""What the measurements publish: one whole run, judged by the stricter of two goals."""

import json
from types import SimpleNamespace

import pytest

from bench import kpi, report
from kpi import services


def test_what_was_measured_so_far_stands_beside_the_results(tmp_path, monkeypatch):
    monkeypatch.setenv("MACHIKOBA_VAR", str(tmp_path))
    monkeypatch.setattr(report, "RESULTS", tmp_path / "results.json")
    monkeypatch.setattr(report, "replace", lambda mark, text: None)
    monkeypatch.setattr(report, "table", lambda found: "")
    partial = tmp_path / "bench-partial.json"
    report.keep({"ranking": {"value": 1}})
    assert json.loads(partial.read_text()) == {"ranking": {"value": 1}}
    assert not report.RESULTS.exists()
    report.write({"ranking": {"value": 2}})
    assert json.loads(report.RESULTS.read_text()) == {"ranking": {"value": 2}}
    assert not partial.exists()


@pytest.mark.parametrize(
    ("warm", "few", "ok"),
    [(0.020, 20, True), (0.021, 20, False), (0.016, 10, False), (0.015, 10, True)],
)
def test_the_dashboard_is_to_be_quick_with_all_facts_and_hardly_slower_than_with_few(warm, few, ok):
    found = kpi.judged(warm, 0.2, floor=0.001, few=few)
    assert found["ok"] is ok
    told = report.WORKS["kpi_page_full"].format(**found, facts=5_000_000, verdict="")
    assert f"{1000 * warm:.1f} ms" in told
    assert "200.0 ms" in told
    assert "at most 1.5 times" in told


def test_the_worst_of_the_ratios_counts(monkeypatch):
    spent = iter([10.0, 12.0, 10.0, 16.0, 10.0, 11.0, 0.0])

    def timed(work):
        work()
        return next(spent)

    monkeypatch.setattr(kpi, "_timed", timed)
    monkeypatch.setattr(kpi, "_ask", lambda sql: [(5,)])
    monkeypatch.setattr(services, "rebuild", lambda: SimpleNamespace(wrong=[]))
    found = kpi.rebuild()
    assert (found["value"], found["ok"], found["seconds"]) == (1.6, False, 12.0)
    assert "the worst of the ratios is 1.6" in report.WORKS["kpi_rebuild"].format(
        **found, verdict=""
    )
