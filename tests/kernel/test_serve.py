"""What `manage.py serve` leaves behind: nothing, however it ends."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings

SERVE = (
    "import time; from fedhub.core.management.commands.serve import Command;"
    "print(Command()._start(['sleep', '120']).pid, flush=True); time.sleep(120)"
)


def lives(pid):
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the kernel's promise is Linux's")
def test_the_workers_of_a_killed_serve_do_not_outlive_it():
    serve = subprocess.Popen([sys.executable, "-c", SERVE], cwd=settings.BASE_DIR, stdout=subprocess.PIPE, text=True)
    child = int(serve.stdout.readline())
    before = lives(child)

    serve.send_signal(signal.SIGKILL)
    serve.wait()
    serve.stdout.close()
    end = time.monotonic() + 20
    while lives(child) and time.monotonic() < end:
        time.sleep(0.05)

    after = lives(child)
    if after:
        os.kill(child, signal.SIGKILL)
    assert (before, after) == (True, False)
