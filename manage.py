#!/usr/bin/env python
"""Run a management command; without environment, on the settings and database of `make run`."""

import os
import sys
from pathlib import Path


def choose_settings() -> None:
    """Take `portal.settings.dev`, or the settings named in the environment where they are a file of this folder."""
    named = os.environ.get("DJANGO_SETTINGS_MODULE", "")
    if Path(__file__).resolve().parent.joinpath(*named.split(".")).with_suffix(".py").is_file():
        return
    if named:
        sys.stderr.write(f"DJANGO_SETTINGS_MODULE={named} is another project's and is ignored: portal.settings.dev\n")
    os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings.dev"


if __name__ == "__main__":
    choose_settings()
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
