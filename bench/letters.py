"""How many official letters a second two processes make: 500 decisions, each with its own data.

Each process loads the fonts anew, as a worker does. Filing the PDF is not part of it.
`python -m bench.letters` prints the figure; the goal is 10 letters a second.
"""

import datetime as dt
import hashlib
import multiprocessing
import time

from django.conf import settings

from portal.runtime.paths import ROOT

LETTERS, PROCESSES = 500, 2
GOAL = 10  # letters a second
_MADE_AT = dt.datetime(2026, 11, 21, 3, 0, tzinfo=dt.UTC)


def measure() -> dict[str, object]:
    """All letters once, on as many processes as a worker machine has cores."""
    found = rate()
    return {
        "value": round(found, 1),
        "unit": "letters/s",
        "goal": GOAL,
        "ok": found >= GOAL,
        "letters": LETTERS,
        "processes": PROCESSES,
    }


def rate(letters: int = LETTERS, processes: int = PROCESSES) -> float:
    """Letters a second, the processes' start included. Raises RuntimeError where two are alike."""
    start = time.perf_counter()
    with multiprocessing.get_context("spawn").Pool(processes, initializer=_configure) as pool:
        made = pool.map(_make, range(letters), chunksize=max(1, letters // processes))
    seconds = time.perf_counter() - start
    if len(set(made)) != letters:
        raise RuntimeError("two letters came out alike")
    return letters / seconds


def _configure() -> None:
    """Letters need the folder of the templates and nothing else of the settings."""
    if not settings.configured:
        settings.configure(BASE_DIR=ROOT)


def _make(number: int) -> str:
    from portal.kernel.documents import render_pdf

    return hashlib.sha256(render_pdf("decision", _data(number), made_at=_MADE_AT)).hexdigest()


def _data(number: int) -> dict[str, object]:
    document_no = f"8墨産産第{number}号"
    return {
        "title": "DX推進補助金（第1段階） 交付決定通知書",
        "form_no": "第3号様式",
        "document_no": document_no,
        "date": "令和8年11月21日",
        "addressee_name": f"株式会社試験製作所{number}",
        "addressee_person": "代表取締役　試験 太郎",
        "issuer_office": "墨田区",
        "issuer": "墨田区長",
        "keywords": ["交付決定通知書", document_no],
        "footer": f"{document_no}　R8-13107-DX1-{number:06d}",
        "opening": "令和8年10月1日付けで申請のあった補助金については、次のとおり決定したので通知します。",
        "rows": [[f"項目{row}", f"{number * row:,}円"] for row in range(1, 9)],
        "calculation": [[f"算定{row}", f"665,999円 × 4分の3 ＝ {number:,}円"] for row in range(5)],
        "conditions": [f"条件{row}を守り、変えるときは区の承認を受けること。" for row in range(8)],
        "appeal": "",
        "contact": "産業振興課　03-0000-0000",
    }


def main() -> None:
    """Print the figure."""
    found = rate()
    verdict = "meets" if found >= GOAL else "misses"
    print(f"letters: {found:.1f}/s ({LETTERS} on {PROCESSES} processes), {verdict} {GOAL}/s")


if __name__ == "__main__":
    main()
