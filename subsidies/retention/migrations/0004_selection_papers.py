"""The kept papers of a selection (審査結果一覧, 採択者一覧, 議事録) go with the last of its cases.

Until then they stay as they were approved: one document on many cases. The rest of
`retention_erase` is that of migration 0003.
"""

from importlib import import_module

from django.db import migrations

before = import_module("subsidies.retention.migrations.0003_rooms_since")

_NEXT = "    DELETE FROM notices_notice notice"
assert before.ERASE.count(_NEXT) == 1
MORE = """
    UPDATE letters_letter SET data = retention_blank(data) WHERE key IN (
        SELECT kind || ':' || mine.selection_id
        FROM selection_choice mine,
             unnest(ARRAY['selection_results', 'selection_results_xlsx', 'selection_list',
                          'selection_minutes']) kind
        WHERE mine.application_id = app AND NOT EXISTS (
            SELECT 1 FROM selection_choice other
            LEFT JOIN retention_keptcase kept ON kept.application_id = other.application_id
            WHERE other.selection_id = mine.selection_id AND other.application_id <> app
              AND kept.disposed_at IS NULL
        )
    );
"""
ERASE = before.ERASE.replace(_NEXT, MORE.lstrip("\n") + _NEXT)


class Migration(migrations.Migration):
    dependencies = [
        ("retention", "0003_rooms_since"),
        ("selection", "0004_document_numbers"),
    ]

    operations = [
        migrations.RunSQL(before.DROP + ERASE, before.DROP + before.ERASE),
    ]
