"""One advisor is in one place at a time: records (not plans) exclude each other's time.

Two ranges, so that GiST needs no extension.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("advisors", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE advisors_visit ADD CONSTRAINT visit_apart EXCLUDE USING gist"
            " (int8range(advisor_id, advisor_id, '[]') WITH &&,"
            " tstzrange(starts_at, ends_at) WITH &&)"
            " WHERE (status NOT IN ('planned', 'cancelled'))",
            "ALTER TABLE advisors_visit DROP CONSTRAINT visit_apart",
        )
    ]
