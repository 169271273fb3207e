"""The dashboard reads the steps of a target from the target in force, as the newest version told them."""

from django.db import migrations

TOLD = """
UPDATE kpi_target t SET path = v.path
FROM (
    SELECT DISTINCT ON (indicator, ward_id, fiscal_year) indicator, ward_id, fiscal_year, path
    FROM releases_targetversion ORDER BY indicator, ward_id, fiscal_year, id DESC
) v
WHERE (t.indicator, t.ward_id, t.fiscal_year) = (v.indicator, v.ward_id, v.fiscal_year)
"""


class Migration(migrations.Migration):
    dependencies = [("releases", "0002_frozen"), ("kpi", "0008_target_path")]

    operations = [migrations.RunSQL(TOLD, migrations.RunSQL.noop)]
