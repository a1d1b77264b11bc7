"""Who speaks for a child under fourteen: sees what that guardian said, and nothing of anybody else; over by itself."""

import re
import uuid
from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from concerns.models import Concern
from fedhub.core.models import AuditEvent
from fedhub.core.testing.twins import bare
from households.models import Resident
from households.tests.factories import MembershipFactory, access_at
from portal.models import Binding, Guardian, GuardianWord, RightsRequest, Stay
from portal.queries import family_of
from portal.services.entry import issue_code
from portal.services.guardians import end_guardian, record_guardian, resume_guardian, stop_guardian
from portal.services.rights import ask_right
from portal.tests.test_portal import CENTRE, ENTER, HOME, MINE, SAY, answered, typed
from portal.tests.test_wechat import came_back, wechat  # noqa: F401
from safety.models import RiskReport, SafetyFile
from safety.tests.factories_file import a_file

pytestmark = pytest.mark.django_db
WARD, WARD_SAY, WARD_ASK = "/r/ward/", "/r/ward/say/", "/r/ward/ask/"


@pytest.fixture
def child(grid):
    birth = f"{timezone.localdate().year - 9}-01-01"
    return MembershipFactory(
        household__area=grid, resident__area=grid, resident__name="张小雨", resident__birth=birth, relation="20"
    ).resident


def parent_of(child, name, kind="father", by=None, **more):
    person = MembershipFactory(
        household=child.memberships.get().household, resident__area=child.area, resident__name=name,
        resident__birth="1982-01-01",
    ).resident  # fmt: skip
    facts = {"proof": "hukou", "how": "paper", **more}
    return record_guardian(Guardian(child=child, person=person, kind=kind, **facts), by=by)


@pytest.fixture
def father(child, worker):
    return parent_of(child, "张建国", by=worker)


@pytest.fixture
def mother(child, worker):
    return parent_of(child, "王桂兰", "mother", by=worker)


def signed_in(guardian, by):
    client = Client()
    client.post(ENTER, {"code": issue_code(guardian.child, guardian=guardian, by=by)})
    return client


def test_a_guardian_says_something_reads_the_answer_and_asks(father, child, worker):
    client = signed_in(father, worker)

    client.post(WARD_SAY, typed(title="学校门口没有斑马线"))

    concern = Concern.objects.get()
    assert (concern.resident, concern.on_behalf, concern.anonymous) == (child, "张建国", False)
    answered(concern, worker)
    page = client.get(f"{WARD}{concern.code}/")
    assert ("7 月 4 日前换好" in page.content.decode(), page.context["may_rate"]) == (True, True)
    assert client.post(f"{WARD}{concern.code}/", {"score": "5"}).status_code == 302
    assert client.post(WARD_ASK, {"kind": "copy"}).url == WARD
    asked = RightsRequest.objects.get()
    assert (asked.resident, asked.guardian) == (child, father)
    home = client.get(WARD).content.decode()
    assert [word for word in ("张小雨", "学校门口没有斑马线", "要一份副本") if word not in home] == []
    begun = AuditEvent.objects.get(action="portal.stay.begin")
    assert (begun.target_id, begun.actor_name) == (child.pk, "居民端")


def test_nothing_of_the_other_parent_of_the_child_or_of_the_office_is_seen(father, mother, child, worker, chair):
    before = [bare(signed_in(father, worker).get(path)) for path in (WARD, HOME, WARD_ASK)]
    her = signed_in(mother, worker)
    her.post(WARD_SAY, typed(title="孩子晚上不敢回家"))
    her.post(WARD_ASK, {"kind": "copy"})
    concern = Concern.objects.get()

    him = signed_in(father, worker)

    assert [bare(him.get(path)) for path in (WARD, HOME, WARD_ASK)] == before
    gone = bare(him.get(f"{WARD}zzzzzzzz/"))
    assert bare(him.get(f"{WARD}{concern.code}/")) == gone
    assert him.post(f"{WARD}{concern.code}/", {"score": "5"}).status_code == 404
    number = RightsRequest.objects.get().pk
    assert him.post(f"{WARD_ASK}{number}/back/").status_code == 404
    # That she asked for a copy does not keep him from asking, and says nothing to him.
    assert him.post(WARD_ASK, {"kind": "copy"}).status_code == 302
    assert RightsRequest.objects.count() == 2


def test_the_pages_of_somebody_herself_are_not_a_guardian_s(father, worker):
    client = signed_in(father, worker)

    assert [client.get(path).url for path in (MINE, CENTRE, "/r/mine/data/ask/", f"{MINE}abcd/")] == [WARD] * 4
    assert client.get(WARD).context["person"] is None
    # Without a name is without a name, whoever is in.
    assert client.get(SAY).context["nameless"] is True
    assert Client().get(WARD).url == ENTER


def test_a_child_with_a_safety_file_is_like_any_other(as_user, father, child, worker, chair, grid, safety_officer):
    """The twin: every page of the guardian, of whoever hands out the code, and the copy."""

    def everything():
        client, desk, chief = signed_in(father, worker), as_user(worker), as_user(chair)
        asked = father.rights_requests.first()
        addresses = [
            reverse("portal:guardian_create", args=[child.pk]), reverse("portal:guardian_code", args=[father.pk]),
        ]  # fmt: skip
        papers = [reverse(f"portal:{name}", args=[asked.pk]) for name in ("rights_detail",)]
        return [
            *(bare(client.get(path)) for path in (HOME, WARD, WARD_SAY, WARD_ASK)),
            *(bare(desk.get(address)) for address in addresses), *(bare(chief.get(paper)) for paper in papers),
        ]  # fmt: skip

    ask_right(child, kind="copy", guardian=father)
    without = everything()
    a_file(grid, safety_officer, resident=child.pk, name=child.name)

    assert SafetyFile.objects.count() == 1
    assert everything() == without


def test_what_only_the_trained_person_may_read_is_said_there_too(father, child, worker, safety_officer):
    client = signed_in(father, worker)

    page = client.post(WARD_SAY, typed(title="孩子身上有伤", only="on"))

    assert ("收到了" in page.content.decode(), RiskReport.objects.count()) == (True, 1)
    assert (Concern.objects.count(), GuardianWord.objects.count()) == (0, 0)
    told = RiskReport.objects.get().reporter
    assert (told["name"], told["informant"]["name"]) == ("不是本人，反映人写来的（居民端）", "张建国（父亲）")
    assert "孩子身上有伤" not in client.get(WARD).content.decode()


def test_it_ends_by_itself_on_the_fourteenth_birthday(child, worker):
    day, ahead = timezone.localdate(), timedelta(days=1)
    if f"{day + ahead:%m-%d}" == "02-29":
        # Fourteen years before a 29 February there was none.
        ahead *= 2
    Resident.objects.filter(pk=child.pk).update(birth=f"{(day + ahead).year - 14}-{day + ahead:%m-%d}")
    child.refresh_from_db()
    guardian = parent_of(child, "张建国", by=worker)
    client, code = signed_in(guardian, worker), None
    assert client.get(WARD).status_code == 200
    code = issue_code(child, guardian=guardian, by=worker)

    with time_machine.travel(timezone.now() + ahead):
        assert client.get(WARD).url == ENTER
        late = Client().post(ENTER, {"code": code})
        with pytest.raises(ValidationError, match="已满 14 周岁"):
            issue_code(child, guardian=Guardian.objects.get(), by=worker)
        # From now on the child comes in alone.
        assert issue_code(Resident.objects.get(pk=child.pk), by=worker)

    assert "这个码打不开" in late.content.decode()


@pytest.mark.parametrize("how", ["over", "ends_on", "withdrawn", "child gone"])
def test_it_ends_with_the_guardianship_and_with_the_consent(father, child, worker, how):
    client, code = signed_in(father, worker), issue_code(child, guardian=father, by=worker)
    if how == "over":
        end_guardian(father, why="over", by=worker)
    elif how == "ends_on":
        yesterday = timezone.localdate() - timedelta(days=1)
        Guardian.objects.update(given_on=yesterday, ends_on=yesterday)
    elif how == "withdrawn":
        assert client.post(f"{WARD}end/").url == HOME
    else:
        Resident.objects.filter(pk=child.pk).update(state="moved", left_on=timezone.localdate())

    assert client.get(WARD).url == ENTER
    assert "这个码打不开" in Client().post(ENTER, {"code": code}).content.decode()


def test_shut_without_a_word_it_looks_like_a_wrong_code(father, child, worker):
    client, open_code = signed_in(father, worker), issue_code(child, guardian=father, by=worker)
    wrong = bare(Client().post(ENTER, {"code": "AAAA-AAAA"}))[2].replace("AAAA-AAAA", "")

    stop_guardian(father, by=worker)

    father.refresh_from_db()
    new_code = issue_code(child, guardian=father, by=worker)
    assert len(new_code) == 9
    assert client.get(WARD).url == ENTER

    def page(code):
        return re.sub('value="[0-9a-f-]{36}"', "", bare(Client().post(ENTER, {"code": code}))[2].replace(code, ""))

    assert {page(code) for code in (open_code, new_code)} == {re.sub('value="[0-9a-f-]{36}"', "", wrong)}
    resume_guardian(father, by=worker)
    father.refresh_from_db()
    assert signed_in(father, worker).get(WARD).status_code == 200


def test_a_new_code_of_one_parent_leaves_the_other_s_alone(father, mother, worker):
    code, client = issue_code(father.child, guardian=father, by=worker), signed_in(mother, worker)

    signed_in(father, worker)

    assert client.get(WARD).status_code == 200
    assert "这个码打不开" in Client().post(ENTER, {"code": code}).content.decode()
    assert Stay.objects.filter(ended_at=None).count() == 2


@pytest.mark.parametrize(
    ("facts", "field"),
    [({"how": "oral"}, "witness"), ({"how": "online"}, "how"), ({"given_on": date(2999, 1, 1)}, "given_on"),
     ({"ends_on": date(2000, 1, 1)}, "ends_on"), ({"name": ""}, "name")],
)  # fmt: skip
def test_what_cannot_be_recorded(child, worker, facts, field):
    guardian = Guardian(child=child, **{"name": "张建国", "kind": "father", "proof": "hukou", "how": "paper", **facts})

    with pytest.raises(ValidationError) as refused:
        record_guardian(guardian, by=worker)

    assert (list(refused.value.message_dict), Guardian.objects.count()) == ([field], 0)


@pytest.mark.parametrize("birth", ["", "2018", "2018-05", "2000-01-01"])
def test_without_a_day_of_birth_or_for_somebody_older_nobody_speaks(child, worker, birth):
    Resident.objects.filter(pk=child.pk).update(birth=birth)
    child.refresh_from_db()

    with pytest.raises(ValidationError, match="未满 14 周岁"):
        record_guardian(Guardian(child=child, name="张建国", kind="father", proof="hukou", how="paper"), by=worker)


def test_the_staff_records_hands_out_stops_and_ends_it(as_user, child, worker, auditor, stranger):
    desk = as_user(worker)
    page = desk.get(reverse("portal:guardian_create", args=[child.pk]))
    data = {
        "name": "李秀英", "kind": "grandparent", "proof": "court", "how": "oral", "witness": "何晓燕",
        "given_on": timezone.localdate().isoformat(), "once_key": page.context["form"]["once_key"].value(),
    }  # fmt: skip

    assert desk.post(reverse("portal:guardian_create", args=[child.pk]), data).status_code == 302

    guardian = Guardian.objects.get()
    assert (guardian.name, guardian.witness, guardian.text_version, guardian.taken_by) == (
        "李秀英", "何晓燕", "1", worker,
    )  # fmt: skip
    panel = desk.get(f"{child.get_absolute_url()}?tab=portal").content.decode()
    assert [
        word for word in ("李秀英", "见证人 何晓燕", "停用（不告诉他）", "给监护人登录码") if word not in panel
    ] == []
    slip = desk.post(reverse("portal:guardian_code", args=[guardian.pk])).content.decode()
    assert "用这个码进入" in slip
    for step, state in (("stop", "已停用"), ("resume", "有效"), ("over", "不再是监护人")):
        done = desk.post(reverse(f"portal:guardian_{step}", args=[guardian.pk]), {"once_key": str(uuid.uuid4())})
        assert done.status_code == 302
        assert state in desk.get(f"{child.get_absolute_url()}?tab=portal").content.decode()
    assert as_user(stranger).get(reverse("portal:guardian_code", args=[guardian.pk])).status_code == 404
    assert as_user(auditor).get(reverse("portal:guardian_create", args=[child.pk])).status_code == 404


def test_a_guardian_s_copy_holds_nothing_that_others_told(as_user, father, mother, child, worker, chair):
    signed_in(mother, worker).post(WARD_SAY, typed(title="孩子晚上不敢回家"))
    asked = ask_right(child, kind="copy", guardian=father)
    client = as_user(chair)
    access_at("granted", resident=child, user=chair)

    page = client.get(reverse("portal:rights_copy", args=[asked.pk])).content.decode()

    assert ("张小雨" in page, "孩子晚上不敢回家" in page, "谁看过" in page) == (True, False, False)


@pytest.mark.parametrize(
    "sql",
    ["UPDATE portal_guardian SET how = 'oral', witness = ''", "UPDATE portal_guardian SET kind = 'x'",
     "UPDATE portal_guardian SET ended_on = given_on", "UPDATE portal_guardian SET stopped_by_id = taken_by_id",
     "UPDATE portal_guardian SET person_id = child_id"],
)  # fmt: skip
def test_the_database_refuses_what_cannot_be(father, sql):
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_a_guardian_ties_no_wechat_to_the_child(father, worker, wechat):  # noqa: F811
    client = Client()
    came_back(client, wechat, "oFATHER")
    client.post(ENTER, {"code": issue_code(father.child, guardian=father, by=worker)})

    assert client.post("/r/mine/wechat/").url == WARD
    assert Binding.objects.count() == 0
    # He comes back from WeChat once more: it opens nothing.
    assert came_back(Client(), wechat, "oFATHER").url == ENTER


def test_whoever_tries_addresses_of_another_guardian_learns_nothing(father, mother, child, worker):
    her = signed_in(mother, worker)
    her.post(WARD_SAY, typed(title="孩子晚上不敢回家"))
    her.post(WARD_ASK, {"kind": "correct", "words": "学校名写错了"})
    code, number = Concern.objects.get().code, RightsRequest.objects.get().pk
    him, gone = signed_in(father, worker), []
    for way in (code, code.lower(), code[::-1], "AAAAAAAA"):
        gone += [bare(him.get(f"{start}{way}/")) for start in (WARD, MINE)]
    for n in range(20):
        gone += [bare(him.post(f"{WARD_ASK}{number + n}/back/")), bare(him.post(f"{CENTRE}{number + n}/withdraw/"))]

    statuses = {(status, where) for status, where, _ in gone}
    assert statuses == {(404, ""), (302, WARD)}
    assert [text for status, _, text in gone if status == 404 and ("不敢" in text or "学校名" in text)] == []
    assert RightsRequest.objects.get().state == "open"


def test_whom_the_form_offers_as_guardian(child, father, worker, grid, other_grid):
    home = child.memberships.get()
    MembershipFactory(
        household=home.household, resident__area=grid, resident__name="早搬走的", valid_to=timezone.localdate()
    )
    MembershipFactory(household=home.household, resident__area=other_grid, resident__name="别的网格的")

    assert [person.name for person in family_of(child, home, worker)] == ["张建国"]
