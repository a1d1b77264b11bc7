"""`manage.py serve`: web server and task workers as one foreground command."""

import contextlib
import ctypes
import os
import signal
import subprocess  # noqa: S404 - starts only this project's own commands
import sys
import time

from django.conf import settings
from django.core.management.base import BaseCommand

QUEUES = ("default", "slow")
# How long a background process waits for another's write; less than what the reaper of dead workers allows.
PATIENCE_SECONDS = 100
# prctl(2): the signal a process gets when its parent is gone.
PR_SET_PDEATHSIG = 1


class Command(BaseCommand):
    help = "启动网页服务、两个后台工作进程和每分钟的小活，Ctrl-C 一起停。"

    def add_arguments(self, parser):
        parser.add_argument("--host", default="0.0.0.0")  # noqa: S104 - phones in the same network must reach it
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--workers", type=int, default=max(2, os.cpu_count() or 2))
        parser.add_argument("--certificate", default="")
        parser.add_argument("--key", default="")

    def handle(self, *args, **options):
        commands = {"web": self._web(options)}
        for queue in QUEUES:
            commands[f"task {queue}"] = self._manage("db_worker", "--queue-name", queue, "--interval", "1")
        commands["tick"] = self._manage("tick", "--forever")
        running = {name: self._start(command, name != "web") for name, command in commands.items()}
        stopping = []

        def stop(*_):
            stopping.append(True)

        signal.signal(signal.SIGINT, stop)
        signal.signal(signal.SIGTERM, stop)
        try:
            while not stopping:
                time.sleep(0.5)
                for name, process in list(running.items()):
                    if process.poll() is not None and not stopping:
                        self.stderr.write(f"{name} 停了（{process.returncode}），重新启动。")
                        time.sleep(1)
                        running[name] = self._start(commands[name], name != "web")
        finally:
            for process in running.values():
                process.send_signal(signal.SIGTERM)
            for process in running.values():
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(timeout=15)
                # The whole group: a web master that dies early would leave its workers behind.
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
            self.stdout.write("已停止，数据都在。")

    def _web(self, options):
        """Granian in WSGI mode, one thread a process: the fastest of the servers measured for this work."""
        command = [
            sys.executable, "-m", "granian", "--interface", "wsgi", "--host", options["host"],
            "--port", str(options["port"]), "--workers", str(options["workers"]), "--blocking-threads", "1",
            "--respawn-failed-workers", "--no-access-log", "--log-level", "warning", "fedhub.wsgi:application",
        ]  # fmt: skip
        if options["certificate"]:
            command[3:3] = ["--ssl-certificate", options["certificate"], "--ssl-keyfile", options["key"]]
        return command

    def _manage(self, *words):
        return [sys.executable, str(settings.BASE_DIR / "manage.py"), *words]

    def _start(self, command, background=False):
        more = {"FEDHUB_BUSY_SECONDS": str(PATIENCE_SECONDS)} if background else {}
        # A group of its own: Ctrl-C reaches this process, which stops the others in order.
        return subprocess.Popen(  # noqa: S603
            command, start_new_session=True, cwd=settings.BASE_DIR, env={**os.environ, **more},
            preexec_fn=stop_with_parent(),
        )  # fmt: skip


def stop_with_parent():
    """What a child does first: ask the kernel to stop it when `serve` is gone, however that went (Linux only).

    Otherwise a killed `serve` leaves web workers that go on answering, with the old program, beside those of the next.
    """
    if not sys.platform.startswith("linux"):
        return None
    parent, libc = os.getpid(), ctypes.CDLL(None)

    def ask():
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)

    return ask
