from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("kpi", "0009_check_undelivered"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="cell",
            index=models.Index(fields=["month"], name="cell_first_month"),
        ),
        migrations.AddIndex(
            model_name="cell",
            index=models.Index(fields=["computed_at"], name="cell_counted_last"),
        ),
    ]
