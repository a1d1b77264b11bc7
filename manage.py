#!/usr/bin/env python
"""Command-line entry. Without DJANGO_SETTINGS_MODULE the demo in var/demo is meant, never an office's own data."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fedhub.settings.demo")
    execute_from_command_line(sys.argv)
