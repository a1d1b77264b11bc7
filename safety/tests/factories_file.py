"""Safety files, for tests."""

import time

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY

from safety.services.files import add_entry, open_file

WORDS = "昨晚十点丈夫用皮带抽她背部"
INTAKE = {
    "told_at": "2026-11-20T09:30:00+08:00", "how": "desk", "name": "王桂兰", "capacity": "full", "harms": ["beating"],
    "happened": WORDS,
}  # fmt: skip
ANSWERS = {
    "danger": {"safe": "yes", "level": "yellow"},
    "contact": {"ways": ["visit"], "hours": "上午", "words": "社区来送报纸"},
    "plan": {"exit": "后门，去姐姐家"},
    "report": {
        "at": "2026-11-20T10:00:00+08:00", "told": ["police"], "station": "文新派出所", "person": "李警官", "number": "无",
        "said": "已接报",
    },
    "letter": {
        "number": "告2026001", "station": "文新派出所", "on": "2026-11-20", "received_on": "2026-11-21", "offender": "张某",
    },
    "order": {"step": "granted", "court": "区法院", "number": "民保1", "by": "self", "since": "2026-11-20", "until": "2027-05-20"},
}  # fmt: skip


def a_file(area, lead, **facts):
    """A file with its intake, led by `lead`."""
    return open_file(
        area=area, intake={**INTAKE, **facts}, informant={"name": "邻居甲", "phone": "13900001111"}, by=lead
    )


def write(file, kind, by, **facts):
    """An entry of `kind` with likely answers."""
    return add_entry(file, kind, {**ANSWERS.get(kind, {}), **facts}, by=by)


def proved(client, minutes=0):
    """`client` as if she had given a code of her authenticator so many minutes ago."""
    session = client.session
    at = time.time() - 60 * minutes
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "mfa", "at": at, "type": "totp"}]
    session[f"{AUTHENTICATION_METHODS_SESSION_KEY}_user"] = session["_auth_user_id"]
    session.save()
    return client
