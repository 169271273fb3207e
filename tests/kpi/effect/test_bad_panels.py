"""Anybody's panel at the command line: figures as JSON, or words that say what to mend."""

import json

import pytest
from django.core.management import CommandError, call_command

from tests.kpi.effect.test_estimators import DATA

HEAD = "firm,year,start,value"
GOOD = [
    f"{firm},{year},{start},{value}"
    for firm, start, step in [("a", 2022, 5), ("b", 2022, 6), ("c", "", 1), ("d", "", 2)]
    for year, value in [(2020, 10), (2021, 11), (2022, 12 + step)]
]


def run(path, capsys, *more):
    call_command(
        "kpi_effect",
        str(path),
        "--unit",
        "firm",
        "--time",
        "year",
        "--cohort",
        "start",
        "--outcome",
        "value",
        *more,
    )
    return json.loads(capsys.readouterr().out)


def panel(tmp_path, lines, head=HEAD, encoding="utf-8"):
    path = tmp_path / "panel.csv"
    path.write_text("\n".join([head, *lines]), encoding=encoding)
    return path


def test_published_panel_at_the_command_line(capsys):
    call_command(
        "kpi_effect",
        str(DATA / "mpdta.csv"),
        "--unit",
        "county",
        "--time",
        "year",
        "--cohort",
        "first_treat",
        "--outcome",
        "lemp",
    )
    found = json.loads(capsys.readouterr().out)
    assert round(found["simple"]["att"], 4) == -0.0400
    assert round(found["simple"]["se"], 4) == 0.0120
    assert [round(found[name]["att"], 4) for name in ("group", "dynamic", "calendar")] == [
        -0.0310,
        -0.0772,
        -0.0417,
    ]
    assert found["n"] == {
        "rows": 2500,
        "units": 500,
        "treated": 191,
        "never": 309,
        "periods": [2003, 2004, 2005, 2006, 2007],
    }
    assert len(found["att_gt"]) == 12
    assert found["warnings"] == []


def test_full_width_numbers_another_encoding_and_blanks_are_read(tmp_path, capsys):
    lines = [line.replace("2020", "２０２０") for line in GOOD] + ["e,2020,,", "e,2021,,３"]
    path = panel(tmp_path, lines, encoding="cp932")
    found = run(path, capsys)
    assert found["simple"]["att"] == pytest.approx(4.0)
    assert found["n"]["units"] == 5
    assert any("1行を除きました" in told for told in found["warnings"])


@pytest.mark.parametrize(
    ("lines", "head", "more", "words"),
    [
        (GOOD, "firm,year,begin,value", [], "列「start」がありません"),
        ([], HEAD, [], "使える行がありません"),
        ([*GOOD, "e,2020,,many"], HEAD, [], "14行目の「value」：many"),
        ([*GOOD, "e,20x0,,1"], HEAD, [], "「year」：20x0"),
        ([*GOOD, "e,2020.5,,1"], HEAD, [], "「year」：2020.5"),
        ([*GOOD, ",2020,,1"], HEAD, [], "「firm」：空欄"),
        ([*GOOD, GOOD[0]], HEAD, [], "重なっています（1組）"),
        ([*GOOD, "a,2023,2023,1"], HEAD, [], "途中で変わる単位があります（1件）"),
        ([line for line in GOOD if ",2020," in line], HEAD, [], "期が1つ（2020）"),
        (
            [line for line in GOOD if line[0] in "cd"],
            HEAD,
            [],
            "対象になった（処置を受けた）単位がありません",
        ),
        ([line for line in GOOD if line[0] in "ab"], HEAD, [], "一度も対象にならない単位がない"),
        (
            [line for line in GOOD if line[0] in "ab"],
            HEAD,
            ["--control", "not_yet"],
            "全員が同じ期に対象になっている",
        ),
        (
            [
                line.replace(",2022,", ",2020,", 1)
                if line[0] in "ab" and ",2022,2022" not in line
                else line.replace("2022,2022", "2022,2020")
                for line in GOOD
            ],
            HEAD,
            [],
            "対象になる前の期がありません",
        ),
        (
            [line.replace("2022,2022", "2022,inf").replace(",2022,1", ",x,1") for line in GOOD],
            HEAD,
            [],
            "数字でない値",
        ),
    ],
)
def test_bad_panels_are_refused_in_words(tmp_path, capsys, lines, head, more, words):
    with pytest.raises(CommandError, match=words):
        run(panel(tmp_path, lines, head), capsys, *more)


def test_refusals_speak_english_too(tmp_path, capsys):
    with pytest.raises(CommandError, match="only one period"):
        run(panel(tmp_path, [GOOD[0], GOOD[6]]), capsys, "--language", "en")


def test_what_is_left_out_is_told(tmp_path, capsys):
    """A constant covariate, a unit without a past, one that begins after the last period."""
    lines = [
        f"{line},7"
        for line in [*GOOD, "e,2020,2020,1", "e,2021,2020,1", "f,2020,2030,4", "f,2021,2030,5"]
    ]
    found = run(panel(tmp_path, lines, f"{HEAD},size"), capsys, "--covariates", "size")
    assert found["covariates"] == []
    assert found["n"]["units"] == 5
    told = "".join(found["warnings"])
    for words in ("共変量を除きました：size", "前の期がない1件", "最後の期より後の1件"):
        assert words in told


def test_no_file(tmp_path):
    with pytest.raises(CommandError, match="cannot be read"):
        call_command(
            "kpi_effect", str(tmp_path / "x.csv"), unit="a", time="b", cohort="c", outcome="d"
        )
