"""Every page that has an address of its own, for everybody outside the circle: the same bytes with and without a sealed file."""

import re

import pytest

from accounts.roles import Role
from accounts.tests.factories import user_with
from households.tests.factories import MembershipFactory
from safety.tests.factories_file import a_file, proved, write
from tests.test_house_rules import patterns

pytestmark = pytest.mark.django_db
# What changes from one answer to the next by itself: keys of forms, tokens, nonces, times of the clock, numbers of requests.
TOKENS = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|[A-Za-z0-9_-]{20,}|\d{1,2}:\d{2}(:\d{2})?(\.\d+)?|编号：\w+")
# The audit page lists what was just read, by whom: it grows by the reading itself.
ITSELF = {"/desk/audit/"}
ADDRESSES = sorted({f"/{route}" for route, _, _ in patterns() if "<" not in route and "(" not in route} - ITSELF)


def pages(client):
    found = {}
    for address in ADDRESSES:
        answer = client.get(address)
        text = "" if answer.streaming else answer.content.decode(errors="replace")
        found[address] = (answer.status_code, TOKENS.sub("", text))
    return found


@pytest.mark.parametrize("role", [Role.CHAIR, Role.SAFETY_OFFICER])
def test_no_page_tells_an_outsider_of_a_file(as_user, safety_officer, grid, role):
    member = MembershipFactory(
        household__area=grid, household__head_name="王桂兰", resident__area=grid, resident__name="王桂兰"
    )
    reader = proved(as_user(user_with(role, grid.parent, username="reader")))
    own = [member.household.get_absolute_url(), member.resident.get_absolute_url()]
    before = pages(reader), [TOKENS.sub("", reader.get(address).content.decode()) for address in own]

    file = a_file(grid, safety_officer, name="王桂兰")
    write(file, "danger", safety_officer)
    after = pages(reader), [TOKENS.sub("", reader.get(address).content.decode()) for address in own]

    assert len(ADDRESSES) > 80
    assert [a for a in ADDRESSES if before[0][a] != after[0][a]] == []
    assert before[1] == after[1]
