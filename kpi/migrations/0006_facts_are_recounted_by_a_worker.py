"""Every fact waits in kpi_pending until its cells are recounted; facts know their month."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

# extract() of a date for each of millions of facts would take longer than counting them.
MONTH = """
ALTER TABLE kpi_fact ADD COLUMN month integer GENERATED ALWAYS AS (
    (extract(year FROM occurred_on) * 12 + extract(month FROM occurred_on) - 1)::integer
) STORED;
"""
NO_MONTH = "ALTER TABLE kpi_fact DROP COLUMN month;"

# One statement for all facts of a statement: whoever writes a fact cannot forget it.
PENDING = """
CREATE FUNCTION kpi_fact_waits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO kpi_pending (fact_id) SELECT id FROM told;
    RETURN NULL;
END
$$;
CREATE TRIGGER fact_waits AFTER INSERT ON kpi_fact
    REFERENCING NEW TABLE AS told FOR EACH STATEMENT EXECUTE FUNCTION kpi_fact_waits();
"""
NOT_PENDING = """
DROP TRIGGER fact_waits ON kpi_fact;
DROP FUNCTION kpi_fact_waits();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("kpi", "0005_quotients"),
    ]

    operations = [
        migrations.CreateModel(
            name="Check",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "checked_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("as_of", models.DateField()),
                ("wrong", models.PositiveIntegerField()),
                ("lines", models.JSONField(default=list, help_text="the first of them, in words")),
                ("redefined", models.JSONField(default=list)),
                ("versions", models.JSONField(default=dict)),
                ("seconds", models.FloatField()),
            ],
            options={
                "verbose_name": "夜間の数え直し",
            },
        ),
        migrations.CreateModel(
            name="Pending",
            fields=[
                (
                    "fact",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="pending",
                        serialize=False,
                        to="kpi.fact",
                    ),
                ),
            ],
            options={
                "verbose_name": "再集計を待つ事実",
            },
        ),
        migrations.RunSQL(MONTH, NO_MONTH),
        migrations.RunSQL(PENDING, NOT_PENDING),
    ]
