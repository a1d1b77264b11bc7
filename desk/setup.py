"""The office's first start: chain of places, grids, first chair and administrator, recovery key."""

import hashlib
import secrets
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from accounts.roles import Role
from accounts.services import create_staff, give_grant, issue_code
from fedhub.areas.enums import AreaKind, GridKind
from fedhub.areas.models import Area
from fedhub.areas.services import next_grid_code, open_area
from fedhub.core.backup import make_recovery_key, public_key_path
from fedhub.core.models import Setting

NUMERALS = "一二三四五六七八九十"
KEY = "setup"


@dataclass
class FirstRun:
    """What is shown once after the first start."""

    chair: User
    chair_code: str
    admin: User
    admin_code: str
    recovery_key: str
    safety: User | None = None
    safety_code: str = ""


def is_open():
    """True until the first account exists."""
    return not User.objects.exists()


def new_token():
    """Make the token of the first-run page; only its digest is stored. Returns the token, printed at start."""
    token = secrets.token_urlsafe(16)
    Setting.objects.update_or_create(key=KEY, defaults={"value": {"digest": _digest(token)}})
    return token


def _digest(token):
    return hashlib.sha256(token.encode()).hexdigest()


def token_fits(token):
    """True for the token printed at the latest start, while the first run is open."""
    row = Setting.objects.filter(key=KEY).first()
    return bool(row and secrets.compare_digest(row.value.get("digest", ""), _digest(token))) and is_open()


def numeral(number):
    """1 一, 10 十, 11 十一, 25 二十五 (to 99)."""
    tens, ones = divmod(number, 10)
    if not tens:
        return NUMERALS[ones - 1]
    head = "十" if tens == 1 else f"{NUMERALS[tens - 1]}十"
    return head + (NUMERALS[ones - 1] if ones else "")


@transaction.atomic
def first_run(*, code, district, street, community, office_name, grids, chair_name, chair_account, admin_name,
              admin_account, safety_name="", safety_account=""):  # fmt: skip
    """Make the chain down to the grids and the first accounts. Returns FirstRun; its codes are shown once.

    `code` is the community's 12-digit division code; district and street take its first 6 and 9 digits. The trained
    person may be named later: until then a banner reminds the chair.
    """
    if not is_open():
        raise ValidationError("已经设置过了，请直接登录。")
    top = open_area(Area(code=code[:6], name=district, kind=AreaKind.DISTRICT), by=None)
    middle = open_area(Area(code=code[:9], name=street, kind=AreaKind.STREET, parent=top), by=None)
    home = open_area(
        Area(code=code, name=community, kind=AreaKind.COMMUNITY, parent=middle, office_name=office_name), by=None
    )
    for number in range(1, grids + 1):
        open_area(
            Area(
                code=next_grid_code(home),
                name=f"第{numeral(number)}网格",
                kind=AreaKind.GRID,
                parent=home,
                grid_kind=GridKind.BASIC,
            ),
            by=None,
        )
    chair = create_staff(User(username=chair_account, name=chair_name, title="妇联主席"), by=None)
    give_grant(chair, role=Role.CHAIR, area=home, source="首次启用", by=None)
    admin = create_staff(User(username=admin_account, name=admin_name, title="系统管理员"), by=None)
    give_grant(admin, role=Role.SYSTEM_ADMIN, area=home, source="首次启用", by=None)
    safety = None
    if safety_account:
        safety = create_staff(User(username=safety_account, name=safety_name, title="权益专人"), by=None)
        give_grant(safety, role=Role.SAFETY_OFFICER, area=home, source="首次启用", by=None)
    key = "" if public_key_path().exists() else make_recovery_key()
    return FirstRun(
        chair, issue_code(chair, by=None), admin, issue_code(admin, by=None), key,
        safety, issue_code(safety, by=None) if safety else "",
    )  # fmt: skip
