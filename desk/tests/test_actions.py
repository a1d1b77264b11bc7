"""Actions of the audit log are written in words of their own."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from desk.actions import NOUNS, VERBS, WHOLE, label_of_action

RECORDED = re.compile(r'(?:audit\.record\w*\(\s*|\baction=)"([a-z]+\.[a-z_]+\.[a-z_]+)"')


def recorded():
    """Every action that the code records and readers outside the sealed circle may see."""
    found = set()
    for path in Path(settings.BASE_DIR).glob("[a-z]*/**/*.py"):
        if "tests" not in path.parts and ".venv" not in path.parts:
            found |= set(RECORDED.findall(path.read_text()))
    return sorted(
        action for action in found if not action.startswith(("safety.", "mediation.lead.", "mediation.case."))
    )


@pytest.mark.parametrize("action", recorded())
def test_every_recorded_action_has_its_words(action):
    noun, _, verb = action.rpartition(".")

    assert action in WHOLE or (noun in NOUNS and verb in VERBS)


@pytest.mark.parametrize(
    ("action", "words"),
    [
        ("households.household.print", "家庭：打印"),
        ("concerns.concern.close", "诉求：办结"),
        ("accounts.user.login", "账号：登录"),
        ("some.thing.else", "系统：办理"),
    ],
)
def test_words_of_an_action(action, words):
    assert label_of_action(action) == words
