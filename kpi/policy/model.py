"""The logic model (ロジックモデル) of the policy in one readable place: boxes and what leads from one to the next.

Source of activities, outputs, outcomes and goals: 支援策① to ③ of the founding document 001. Assumptions and
risks are stated there in part; where they are ours, `source` says so. Boxes with an indicator show its
figure, boxes of inputs what is on record of money, people, seats and machines (`selectors.inputs`).
"""

from django.utils.translation import gettext_lazy as _

from kpi.policy.boxes import Arrow, Box, Level, Package, Text


def _indicator(code: str, level: Level, text: Text) -> Box:
    return Box(code, level, text, indicator=code)


_001 = _("政策文書（支援策の各論）")
_001_BUDGET = _("政策文書（課題：予算の制約）")
_001_SKILL = _("政策文書（課題：人材の不足）")
_001_KNOWN = _("政策文書（課題：支援策の認知度）")
_001_LINKS = _("政策文書（課題：個社支援への偏り）")
_OURS = _("このポータルの設計での想定")

PEOPLE = Package(
    number=1,
    name=_("支援策① 人と経営者"),
    purpose=_(
        "経営者の意識を変え、DXを進める人を社内に育てて、区内の町工場の労働生産性を5年間で15%高める。"
    ),
    target=_("区内の町工場の経営者と、現場のリーダー・若手の社員。"),
    means=_(
        "DX道場（全5回程度）、デジタル化推進リーダー育成講座、DXアドバイザーの伴走型の派遣（6か月程度）。"
    ),
    boxes=(
        Box("seats_dojo", Level.INPUT, _("DX道場の定員"), shows="seats_dojo"),
        Box("seats_leader", Level.INPUT, _("育成講座の定員"), shows="seats_leader"),
        Box("advisors", Level.INPUT, _("DXアドバイザーと謝金"), shows="advisors"),
        Box("dojo", Level.ACTIVITY, _("DX道場を開く")),
        Box("leader", Level.ACTIVITY, _("推進リーダーの育成講座を開く")),
        Box("support", Level.ACTIVITY, _("アドバイザーを6か月ほど派遣する")),
        _indicator("1-OP1", Level.OUTPUT, _("経営者が道場を修了する")),
        _indicator("1-OP2", Level.OUTPUT, _("推進リーダーが講座を修了する")),
        _indicator("1-OP3", Level.OUTPUT, _("企業が伴走支援を受ける")),
        _indicator("1-OC", Level.OUTCOME, _("修了した企業が1年以内にDXに投資する")),
        _indicator("1-KSI", Level.OUTCOME, _("DXに取り組む・検討する工場が増える")),
        _indicator("1-KGI", Level.IMPACT, _("町工場の労働生産性が上がる")),
    ),
    arrows=(
        Arrow(
            "seats_dojo",
            "dojo",
            _("講師にふさわしい町工場の経営者が見つかる。"),
            _("忙しい経営者が日程に合わず、定員に満たない。"),
            _001,
        ),
        Arrow(
            "seats_leader",
            "leader",
            _("企業が現場の社員を講座に出せる。"),
            _("人手不足で社員を出せず、途中でやめる。"),
            _001_SKILL,
        ),
        Arrow(
            "advisors",
            "support",
            _("製造業の現場が分かる相談員を必要な数だけ確保できる。"),
            _("相談員が足りず、1人の受け持ちが増える。"),
            _001,
        ),
        Arrow(
            "dojo",
            "1-OP1",
            _("全5回に通える内容と時間である。"),
            _("途中の回を休み、修了に届かない。"),
            _001,
        ),
        Arrow(
            "leader",
            "1-OP2",
            _("ITに詳しくない社員でもついていける。"),
            _("講座が難しく、修了者が減る。"),
            _001,
        ),
        Arrow(
            "support",
            "1-OP3",
            _("診断で終わらず、定着まで続ける。"),
            _("診断だけの訪問になり、伴走にならない。"),
            _001,
        ),
        Arrow(
            "1-OP1",
            "1-OC",
            _("学んだことを自社の投資の計画にできる。"),
            _("資金の不足や効果の見えにくさで投資が先送りされる。"),
            _001_BUDGET,
        ),
        Arrow(
            "1-OP2",
            "1-KSI",
            _("修了した社員に、社内で進める権限と時間がある。"),
            _("現場の抵抗や仕事の属人化で進まない。"),
            _001_SKILL,
        ),
        Arrow(
            "1-OP3",
            "1-KSI",
            _("支援が終わったあとも企業が自分で続ける。"),
            _("支援が終わるとツールが使われなくなる。"),
            _OURS,
        ),
        Arrow(
            "1-OC",
            "1-KGI",
            _("投資が付加価値を増やす使い方につながる。"),
            _("業務の効率化にとどまり、付加価値が増えない。景気の影響と分けられない。"),
            _001,
        ),
        Arrow(
            "1-KSI",
            "1-KGI",
            _("取り組みが初歩の段階（電子メールや文書の電子化）を超える。"),
            _("多くが初歩の段階にとどまる。"),
            _001,
        ),
    ),
)

GRANTS = Package(
    number=2,
    name=_("支援策② 補助金"),
    purpose=_(
        "導入の段階に合わせた補助金で町工場のDX投資を後押しし、使った企業の付加価値の伸びが"
        "使っていない企業を平均5ポイント上回るようにする。"
    ),
    target=_("区内でDXに投資する中小の製造業。"),
    means=_(
        "ステージ1「はじめの一歩」、ステージ2「生産性向上」、ステージ3「事業変革」の3つの補助金。"
    ),
    boxes=(
        Box("money_1", Level.INPUT, _("ステージ1の予算"), shows="money_1"),
        Box("money_2", Level.INPUT, _("ステージ2の予算"), shows="money_2"),
        Box("money_3", Level.INPUT, _("ステージ3の予算"), shows="money_3"),
        Box("call", Level.ACTIVITY, _("公募し、相談と申請を受ける")),
        Box("review", Level.ACTIVITY, _("審査し、交付を決める")),
        _indicator("2-KSI", Level.OUTPUT, _("企業が申請する")),
        _indicator("2-OP1", Level.OUTPUT, _("ステージ1に交付する")),
        _indicator("2-OP2", Level.OUTPUT, _("ステージ2に交付する")),
        _indicator("2-OP3", Level.OUTPUT, _("ステージ3に交付する")),
        _indicator("2-OC", Level.OUTCOME, _("企業が効果を実感する")),
        _indicator("2-KGI", Level.IMPACT, _("使った企業の付加価値がほかより伸びる")),
    ),
    arrows=(
        *(
            Arrow(
                f"money_{stage}",
                "call",
                _("区の予算が年度のはじめに確保される。"),
                _("予算が年度の途中で尽き、申請を受けられなくなる。"),
                _OURS,
            )
            for stage in (1, 2, 3)
        ),
        *(
            Arrow(
                f"money_{stage}",
                "review",
                _("交付の決定は予算の範囲で行う。"),
                _("要件を満たす申請が足りず、予算が残る。"),
                _OURS,
            )
            for stage in (1, 2, 3)
        ),
        Arrow(
            "call",
            "2-KSI",
            _("企業が制度を知り、手続を負担に感じない。"),
            _("多忙な経営者に情報が届かず、手続が煩雑で諦める。"),
            _001_KNOWN,
        ),
        Arrow(
            "review",
            "2-OP1",
            _("申請の手続を大幅に簡素にし、早く交付する。"),
            _("補正が増え、決定までの日数が延びる。"),
            _001,
        ),
        Arrow(
            "review",
            "2-OP2",
            _("相談員などの専門家が導入計画の妥当性を評価する。"),
            _("評価する相談員が足りず、申請が滞る。"),
            _001,
        ),
        Arrow(
            "review",
            "2-OP3",
            _("新しい価値をつくる、高度な計画が出てくる。"),
            _("投資の失敗の危険が大きく、申請が少ない。"),
            _001,
        ),
        *(
            Arrow(
                f"2-OP{stage}",
                "2-OC",
                _("導入した設備やツールが現場で使われる。"),
                _("使われなくなる。補助がなくても投資した企業に交付する。"),
                _OURS,
            )
            for stage in (1, 2, 3)
        ),
        Arrow(
            "2-OC",
            "2-KGI",
            _("実感された効果が、決算の付加価値に表れる。"),
            _("伸びる企業ほど申請するので、補助金の効果と見分けにくい。"),
            _OURS,
        ),
    ),
)

LAB = Package(
    number=3,
    name=_("支援策③ ラボと仲間まわし"),
    purpose=_(
        "個社では解決が難しい課題に、町工場・ITベンダー・大学・金融機関・行政が連携する「場」を作り、"
        "共同受注・共同開発を5年間で50件生み出す。"
    ),
    target=_("区内の町工場と、連携する企業・大学・金融機関。"),
    means=_("町工場DXラボの設置と運営、デジタル仲間まわしの基盤、産学官金連携DXコンソーシアム。"),
    boxes=(
        Box("lab_hours", Level.INPUT, _("ラボの機械と開館時間"), shows="lab_hours"),
        Box("platform", Level.INPUT, _("仲間まわしの基盤"), shows="none"),
        Box("office", Level.INPUT, _("コンソーシアムの事務局"), shows="none"),
        Box("lab", Level.ACTIVITY, _("ラボを開き、試せるようにする")),
        Box("seminar", Level.ACTIVITY, _("セミナーと研修会を開く")),
        Box("nakama", Level.ACTIVITY, _("仲間まわしを動かす")),
        Box("consortium", Level.ACTIVITY, _("大学・金融機関とつなぐ")),
        _indicator("3-KSI", Level.OUTPUT, _("ラボが使われる")),
        _indicator("3-OP1", Level.OUTPUT, _("催しが開かれる")),
        _indicator("3-OP2", Level.OUTPUT, _("企業が仲間まわしに加わる")),
        _indicator("3-OP3", Level.OUTPUT, _("産学連携が実施される")),
        _indicator("3-OC", Level.OUTCOME, _("取引が成立する")),
        _indicator("3-KGI", Level.IMPACT, _("共同受注・共同開発が生まれる")),
    ),
    arrows=(
        Arrow(
            "lab_hours",
            "lab",
            _("町工場が来られる場所と時間に開いている。"),
            _("平日の昼は現場を離れられず、使われない。"),
            _OURS,
        ),
        Arrow(
            "lab_hours",
            "seminar",
            _("機械を使った研修の時間が取れる。"),
            _("催しと予約が重なる。"),
            _OURS,
        ),
        Arrow(
            "platform",
            "nakama",
            _("もとからある企業どうしのつながりの上に作る。"),
            _("電話とFAXの取引が続き、使われない。"),
            _001_LINKS,
        ),
        Arrow(
            "office",
            "consortium",
            _("大学と金融機関が加わる利点を感じる。"),
            _("担当者が替わると続かない。"),
            _OURS,
        ),
        Arrow(
            "lab",
            "3-KSI",
            _("導入の前に実機で効果を確かめたい企業がある。"),
            _("同じ企業だけが何度も使う。"),
            _001,
        ),
        Arrow(
            "seminar",
            "3-OP1",
            _("定期的に開くだけの講師と題材がある。"),
            _("開催そのものが目的になる。"),
            _001,
        ),
        Arrow(
            "nakama",
            "3-OP2",
            _("図面や仕様を安心して渡せる。"),
            _("登録だけして使わない企業が増える。"),
            _001,
        ),
        Arrow(
            "consortium",
            "3-OP3",
            _("学生の授業の時期と企業の課題の時期が合う。"),
            _("課題が授業で扱える大きさにならない。"),
            _001,
        ),
        Arrow(
            "3-KSI",
            "3-OC",
            _("ラボで知り合った企業が取引に進む。"),
            _("ポータルの外で結ばれた取引は数えられない。"),
            _OURS,
        ),
        Arrow(
            "3-OP1",
            "3-OC",
            _("買う側の企業が催しに来る。"),
            _("売る側だけが集まる。"),
            _OURS,
        ),
        Arrow(
            "3-OP2",
            "3-OC",
            _("加わった企業が案件に返事をする。"),
            _("返事のない企業が増え、案件が出なくなる。"),
            _001_LINKS,
        ),
        Arrow(
            "3-OP3",
            "3-OC",
            _("連携の結果が企業の取引に使われる。"),
            _("研究で終わり、取引に結び付かない。"),
            _OURS,
        ),
        Arrow(
            "3-OC",
            "3-KGI",
            _("一度の取引が、複数の企業での受注や開発に育つ。"),
            _("資本関係のある企業どうしの契約が混じる。"),
            _OURS,
        ),
    ),
)

PACKAGES = {package.number: package for package in (PEOPLE, GRANTS, LAB)}

# From one package to another (both ends are indicators).
ACROSS = (
    Arrow(
        "1-OP1",
        "2-OP1",
        _("道場を修了した企業は、補助金で加点され手続が簡素になる。"),
        _("先着順の公募では加点が働かない。"),
        _001,
    ),
    Arrow(
        "1-OP3",
        "2-OP2",
        _("相談員が導入計画の妥当性を評価してから申請する。"),
        _("評価する人と売る人が同じになる。"),
        _001,
    ),
    Arrow(
        "3-KSI",
        "2-KSI",
        _("ラボで試した企業が、導入のために補助金を申請する。"),
        _("試すだけで終わる。"),
        _OURS,
    ),
    Arrow(
        "3-OP3",
        "2-OP3",
        _("大学や公設試験研究機関との共同研究も補助の対象になる。"),
        _("研究の期間が年度をまたぎ、補助の期限に合わない。"),
        _001,
    ),
)
