"""Names by which people's sheets call the columns, whatever the language of the page."""

WEEK = "week"
# Column → its names; a bracket behind a name, spaces and capitals do not matter.
NAMES: dict[str, tuple[str, ...]] = {
    WEEK: ("週の日付", "週", "週の始まり", "週の月曜日", "月曜日", "日付", "week", "date", "date in the week"),
    "logged_in": (
        "ログインした人数", "ログイン人数", "ログイン", "利用者数", "logged in", "logins",
        "people who logged in",
    ),
    "entered": ("入力した件数", "入力件数", "入力済み", "entered", "records entered"),
    "expected": (
        "入力するはずだった件数", "入力するはずの件数", "入力予定", "対象件数", "expected",
        "records expected",
    ),
    "errors": ("エラーの件数", "エラー件数", "エラー", "errors"),
}  # fmt: skip
# What parts cells: the first of these that stands in the heading.
SEPARATORS = "\t,;，、"
