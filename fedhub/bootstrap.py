"""First start of an installation, before any settings can be read: folders, keyring, empty database file.

Called by the Makefile: `python -m fedhub.bootstrap demo|site`. Everything it makes lies under var/.
"""

import os
import socket
import sqlite3
import sys
from pathlib import Path

from fedhub.core.keyring import Keyring

BASE_DIR = Path(__file__).resolve().parent.parent


def prepare(home):
    """Make folder, keyring and database file of `home` where they are missing. Returns True on the very first start.

    A missing database beside an existing keyring is a loss, not a first start: it is refused with a sentence.
    """
    home = Path(home)
    keyring = Path(os.environ.get("FEDHUB_KEYRING", home / "keys" / "keyring.json"))
    database = Path(os.environ.get("FEDHUB_DB", home / "fedhub.sqlite3"))
    external = bool(os.environ.get("DATABASE_URL"))
    for name in ("media", "tmp", "backups"):
        (home / name).mkdir(parents=True, exist_ok=True)
    home.chmod(0o700)
    if keyring.exists():
        if not external and not database.exists() and (home / "started").exists():
            sys.exit(f"数据库文件 {database} 不见了，没有启动。请先从备份恢复：见 README“恢复备份”。")
        first = not (home / "started").exists()
    else:
        if not external and database.exists():
            sys.exit(f"找不到钥匙文件 {keyring}，没有启动。请把备份信封里的钥匙放回原处再试。")
        Keyring.create(keyring)
        first = True
    if not external and not database.exists():
        connection = sqlite3.connect(database)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA user_version=1")
        connection.close()
        database.chmod(0o600)
    return first


def lan_address():
    """This machine's address in the local network, or '' (asks the routing table; sends nothing)."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            address = probe.getsockname()[0]
        except OSError:
            return ""
    return "" if address.startswith("127.") else address


def main(kind):
    """Prepare var/demo or the office's own place, then migrate; the demo also gets its data."""
    if kind == "demo":
        os.environ["DJANGO_SETTINGS_MODULE"] = "fedhub.settings.demo"
        home = BASE_DIR / "var" / "demo"
    else:
        os.environ["DJANGO_SETTINGS_MODULE"] = "fedhub.settings.prod"
        home = Path(os.environ.get("FEDHUB_HOME", BASE_DIR / "var" / "site"))
    prepare(home)
    import django  # noqa: PLC0415 - settings can be read only now
    from django.core.management import call_command  # noqa: PLC0415

    django.setup()
    call_command("init", demo=kind == "demo")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "demo")
