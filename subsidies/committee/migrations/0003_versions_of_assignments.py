"""A submitted version hangs on the assignment: officials read it, but never the working copy.

The sheet's key is its assignment's, so that the column keeps its values.
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("committee", "0002_guards")]

    operations = [
        migrations.RemoveConstraint("sheetversion", "sheet_version_once"),
        migrations.RenameField("sheetversion", "sheet", "assignment"),
        migrations.AlterField(
            "sheetversion",
            "assignment",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="versions",
                to="committee.assignment",
            ),
        ),
        migrations.AddConstraint(
            "sheetversion",
            models.UniqueConstraint(fields=["assignment", "number"], name="sheet_version_once"),
        ),
    ]
