"""From where on two vendors quote together is a limit that a ward may set, as all others.

Versions set before had the standard, which was the only one.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("watch", "0003_quotes_together")]

    operations = [
        migrations.AddField(
            model_name="limitsversion",
            name="pair_firms",
            field=models.PositiveSmallIntegerField(
                default=4, verbose_name="一緒の見積り：企業の数"
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="limitsversion",
            name="pair_percent",
            field=models.PositiveSmallIntegerField(
                default=50, verbose_name="一緒の見積り：見積先に占める割合（％）"
            ),
            preserve_default=False,
        ),
    ]
