"""What the demonstration's firms have written: one story, from the stock-taking to the plan."""

from typing import Any

PROBLEMS: dict[str, Any] = {
    "firm": {
        "sales": "184,000,000",
        "profit": "-2,500,000",
        "employees": "14",
        "top_customer": "62",
    },
    "issues": [
        {
            "area": "production",
            "what": "どの注文がどこまで進んでいるか、現場に聞きに行かないと分からない。",
            "loss": "1,800,000",
            "urgency": "3",
        },
        {
            "area": "sales",
            "what": "見積を探すのに1件20分かかり、返事が遅いと言われる。",
            "loss": "900,000",
            "urgency": "5",
        },
        {
            "area": "people",
            "what": "段取りを知っているのが、68歳の工場長だけ。",
            "loss": "",
            "urgency": "3",
        },
    ],
    "barriers": {
        "codes": ["B-1", "C-2", "D-1"],
        "words": "前に入れた在庫のソフトが、入力する人がいなくて止まった。",
    },
    "aim": {
        "north": "納期を聞かれたら、その場で答えられる工場にする。",
        "direction": "defence",
        "phase": "2",
        "first": "日報をスマートフォンで入力する。",
    },
}
PROCESS: dict[str, Any] = {
    "scope": {"name": "受注から出荷指示まで", "area": "sales", "times": "90"},
    "stages": [
        {
            "name": "FAXで注文を受ける",
            "who": "事務",
            "tool": "talk",
            "work": "5",
            "wait": "90",
            "errors": "2",
        },
        {
            "name": "台帳に書き写す",
            "who": "事務",
            "tool": "paper",
            "work": "15",
            "wait": "60",
            "errors": "6",
        },
        {
            "name": "材料の有無を確かめる",
            "who": "工場長",
            "tool": "talk",
            "work": "20",
            "wait": "480",
            "errors": "1",
        },
        {
            "name": "作業指示書を書く",
            "who": "工場長",
            "tool": "sheet",
            "work": "25",
            "wait": "30",
            "errors": "3",
        },
        {
            "name": "現場に渡す",
            "who": "班長",
            "tool": "paper",
            "work": "5",
            "wait": "0",
            "errors": "0",
        },
    ],
    "seen": {
        "surprise": "作業は70分なのに、待ちが11時間あった。",
        "target": "台帳への書き写しと、材料の確認待ち。",
    },
}
IMPROVEMENT: dict[str, Any] = {
    "waste": [
        {
            "what": "注文を台帳と指示書に2回書いている。",
            "way": "join",
            "how": "1つの表に入力し、指示書は印刷する。",
            "minutes": "900",
            "who": "事務",
        },
        {
            "what": "材料を1件ずつ見に行く。",
            "way": "swap",
            "how": "朝に1回、まとめて数える。",
            "minutes": "1,200",
            "who": "班長",
        },
    ],
    "rest": {
        "left": "外出中に、進み具合を確かめられない。",
        "need": "注文ごとの進み具合を、スマートフォンで見られれば十分。",
    },
}
TOOLS: dict[str, Any] = {
    "criteria": [
        {"name": "求める働きがあるか", "weight": "5"},
        {"name": "現場の人が使いやすいか", "weight": "4"},
        {"name": "使い始めるまでの期間", "weight": "3"},
        {"name": "5年間の費用と効果", "weight": "4"},
    ],
    "candidates": [
        {"name": "表計算を続ける", "vendor": "", "initial": "0", "monthly": "0", "weeks": "1"},
        {"name": "工程管理クラウド", "vendor": "甲ソフト", "initial": "600,000", "monthly": "18,000", "weeks": "6"},
        {"name": "統合型の仕組み", "vendor": "乙システム", "initial": "3,200,000", "monthly": "45,000", "weeks": "20"},
    ],
    "scores": {
        "1-1": "2", "1-2": "4", "1-3": "5", "1-4": "3",
        "2-1": "4", "2-2": "4", "2-3": "4", "2-4": "4",
        "3-1": "5", "3-2": "2", "3-3": "1",
    },
    "choice": {
        "chosen": "工程管理クラウド",
        "reason": "現場の3人が1週間試し、全員が続けられると言った。",
        "asked": "文字を大きくできるのがよい、と班長が話した。",
    },
}  # fmt: skip
INVESTMENT: dict[str, Any] = {
    "costs": {
        "what": "工程管理クラウド",
        "initial": "1,200,000",
        "subsidy": "0",
        "running": "216,000",
    },
    "benefits": {"hours": "22.5", "hourly": "2,600", "saved": "60,000", "margin": "0"},
    "assumptions": {"years": "5", "rate": "2.5", "first_year": "50", "swing": "30"},
}
# Nothing comes back: what the calculator says then.
LOSS: dict[str, Any] = {
    **INVESTMENT,
    "costs": {
        "what": "統合型の仕組み",
        "initial": "3,200,000",
        "subsidy": "0",
        "running": "540,000",
    },
    "benefits": {"hours": "8", "hourly": "2,600", "saved": "0", "margin": "0"},
}
PLAN: dict[str, Any] = {
    "goal": {
        "goal": "納期の問合せに、その場で答える。",
        "measure": "答えるまでの時間",
        "now": "半日",
        "target": "5分",
        "by": "令和9年9月30日",
    },
    "people": {"owner": "社長", "lead": "製造課長", "key": "班長2人"},
    "actions": [
        {
            "what": "日報の項目を10個に減らす。",
            "owner": "班長",
            "due": "令和8年12月18日",
            "done": "紙の新しい様式ができている。",
        },
        {
            "what": "3人で1週間試す。",
            "owner": "製造課長",
            "due": "令和9年1月22日",
            "done": "困ったことの一覧がある。",
        },
        {
            "what": "全員に広げる。",
            "owner": "社長",
            "due": "令和9年3月31日",
            "done": "紙の日報をやめている。",
        },
    ],
    "checks": {
        "m3": "入力した人の割合が70%を超えたか。",
        "m6": "問合せに答えるまでの時間。",
        "m12": "続けるか、次の仕事に広げるか。",
    },
}
RISKS: dict[str, Any] = {
    "risks": [
        {
            "what": "現場の反発・混乱",
            "likely": "2",
            "harm": "3",
            "care": "班長が選んだ3人で始め、良かった例を朝礼で話す。",
            "owner": "製造課長",
            "due": "令和9年1月22日",
        },
        {
            "what": "使いこなす力の不足",
            "likely": "3",
            "harm": "2",
            "care": "写真入りの手順書を1枚作る。",
            "owner": "班長",
            "due": "令和9年1月15日",
        },
        {
            "what": "情報の安全への不安",
            "likely": "1",
            "harm": "3",
            "care": "退職した人の権限を、その日に消す。",
            "owner": "事務",
            "due": "",
        },
    ],
    "drill": {"done": ["update", "backup"], "next": "控えから戻せるかを、1月に試す。"},
}
ALL = {
    "problems": PROBLEMS,
    "process": PROCESS,
    "improvement": IMPROVEMENT,
    "tools": TOOLS,
    "investment": INVESTMENT,
    "plan": PLAN,
    "risks": RISKS,
}
