#!/usr/bin/env python
"""Django's command line for the portal."""

import os
import sys

from django.core.management import execute_from_command_line

# What reads nothing but a file runs anywhere, without the settings of a server.
FILE_COMMANDS = {"kpi_effect", "kpi_indicators", "nakama_evaluate", "nakama_plan"}

if __name__ == "__main__":
    is_alone = FILE_COMMANDS.intersection(sys.argv[1:2])
    settings = "portal.settings.alone" if is_alone else "portal.settings.base"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", settings)
    execute_from_command_line(sys.argv)
