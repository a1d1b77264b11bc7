"""Service needs of the demo: a retired teacher who tutors in a family in hardship and is paired with it, needs in every state, a
girl of sixteen with her guardian, and what is kept of volunteers besides their hours."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from groups.enums import ServiceKind
from groups.models import Offer, ServiceNeed, Volunteer, VolunteerRecord
from groups.need_enums import Near, NeedSource, RecordKind, Rhythm, Strain
from groups.services import hours, needs, offers, records, serving, volunteers
from groups.services.helping import pair_volunteer
from hardship.models import HardshipFile
from households.models import Consent, Household, Resident

KINDS = (ServiceKind.ELDERS, ServiceKind.CLEAN, ServiceKind.TUTORING, ServiceKind.MEDICAL)
WHATS = {
    ServiceKind.ELDERS: "陪独居老人说说话、量血压", ServiceKind.CLEAN: "帮行动不便的人打扫屋子",
    ServiceKind.TUTORING: "辅导初一英语", ServiceKind.MEDICAL: "陪着去医院复查",
}  # fmt: skip


def write_needs(demo):
    """Through the services; the hours of the teacher lie in the weeks that have gone."""
    teacher = _teacher(demo)
    _story(demo, teacher)
    others = list(Volunteer.objects.active().filter(area=demo.community).exclude(pk=teacher.pk).order_by("pk")[:6])
    _keep_records(demo, [teacher, *others])
    made = [_need(demo, home, kind) for home, kind in zip(_homes(demo, 4), KINDS, strict=True)]
    # One waits for her answer, one for the family's, one was declined; one is open.
    asked = [_ask(demo, need, others) for need in made[1:]]
    if asked[1]:
        offers.accept(asked[1])
    if asked[2]:
        offers.decline(asked[2], why="这段时间在外地", by=demo.chair)
    _at_places(demo)
    _girl(demo)


def _day(ago, hour):
    day = timezone.localdate() - timedelta(days=ago)
    return timezone.make_aware(datetime.combine(day, time(hour)))


def _teacher(demo):
    """孙老师, who taught mathematics until she retired."""
    row = Volunteer(
        area=demo.community, name="孙玉梅", sex="2", birth="1961-05-01", occupation="退休教师", told_risks=True,
        kinds=[ServiceKind.TUTORING, ServiceKind.ELDERS], times=["weekday_pm", "weekend_am"], skills="数学、语文",
        near=Near.COMMUNITY, insurance="社区志愿者团体意外险", insured_from=timezone.localdate() - timedelta(days=60),
        insured_until=timezone.localdate() + timedelta(days=305), limits=[Strain.LIFTING], trained="家庭教育指导师",
        may_name=True,
    )  # fmt: skip
    volunteers.register_volunteer(row, by=demo.chair)
    return volunteers.accept_volunteer(row, by=demo.chair)


def _story(demo, teacher):
    """Both agree, she is paired with the family, and her hours count."""
    today, taken = timezone.localdate(), set(ServiceNeed.objects.values_list("household_id", flat=True))
    files = HardshipFile.objects.open().filter(state="active", guarded=False).exclude(household__in=taken)
    file = next(
        one for one in files.select_related("household__area").order_by("pk") if needs.speaker_of(one.household)
    )
    need = needs.raise_need(
        ServiceNeed(
            household=file.household, resident=needs.speaker_of(file.household), file=file, source=NeedSource.FILE,
            kind=ServiceKind.TUTORING, what="辅导四年级数学", detail="周六上午孩子在家，先打电话。", times=["weekend_am"],
            rhythm=Rhythm.WEEKLY, half_hours=4, skill="数学", until=today + timedelta(days=150),
        ),
        by=demo.chair,
    )  # fmt: skip
    offer = offers.accept(offers.ask(need, teacher, by=demo.chair), by=demo.chair)
    offer = offers.served_agrees(offer, how="paper", by=demo.chair)
    pairing = pair_volunteer(offer, by=demo.chair)
    began = today - timedelta(days=40)
    type(pairing).objects.filter(pk=pairing.pk).update(starts_on=began, speaks_by=began + timedelta(days=14))
    # They agreed before she began.
    Offer.objects.filter(pk=offer.pk).update(asked_on=began, answered_on=began, served_on=began)
    Consent.objects.filter(pk=offer.consent_id).update(given_on=began)
    offer = Offer.objects.select_related("need", "consent").get(pk=offer.pk)
    for ago in (35, 28, 21, 14, 7):
        service = serving.record_done(offer, started_at=_day(ago, 9), ended_at=_day(ago, 11), what="", by=demo.chair)
        if ago > 7:
            hours.confirm_service(service, by=demo.chair)
        if ago > 14:
            hours.count_service(service)


def _homes(demo, most):
    """Families on the books without a need, in which a grown person lives."""
    taken = ServiceNeed.objects.exclude(household=None).values("household")
    rows = Household.objects.active().filter(area__code__startswith=demo.community.code).exclude(pk__in=taken)
    found = []
    for home in rows.select_related("area").order_by("-pk")[:40]:
        if len(found) < most and needs.speaker_of(home):
            found.append(home)
    return found


def _need(demo, home, kind):
    return needs.raise_need(
        ServiceNeed(
            household=home, resident=needs.speaker_of(home), source=NeedSource.VISIT, kind=kind, what=WHATS[kind],
            times=["weekday_pm"], rhythm=Rhythm.WEEKLY, half_hours=3, until=timezone.localdate() + timedelta(days=60),
            strains=[Strain.WALKING] if kind == ServiceKind.MEDICAL else [],
        ),
        by=demo.chair,
    )  # fmt: skip


def _ask(demo, need, volunteers_):
    """Ask the first of them who may be asked."""
    for row in volunteers_:
        try:
            return offers.ask(need, row, by=demo.chair)
        except offers.ValidationError:
            continue
    return None


def _at_places(demo):
    """Needs at places: one with a risk for which nobody is asked without an insurance, one withdrawn."""
    today = timezone.localdate()
    for kind, what, place, facts in (
        (ServiceKind.SAFETY, "夏夜巡逻，劝导电动车进楼", "小区门口集合", {
            "risky": True, "risks": "夜里走路、和人起争执", "wanted": 4, "times": ["weekday_eve"],
        }),
        (ServiceKind.EVENT, "重阳节活动布置会场、引导", "社区活动室", {"wanted": 3, "times": ["weekend_am"]}),
    ):  # fmt: skip
        row = ServiceNeed(
            area=demo.community, kind=kind, what=what, place=place, rhythm=Rhythm.ONCE, half_hours=4,
            until=today + timedelta(days=21), **facts,
        )  # fmt: skip
        needs.raise_need(row, by=demo.chair)
    needs.withdraw_need(row, why="改到下个月办", by=demo.chair)


def _girl(demo):
    """A girl of sixteen registered with her guardian; the signed paper has not come yet."""
    year = timezone.localdate().year - 16
    people = Resident.objects.women().filter(area__code__startswith=demo.community.code, birth__startswith=f"{year}-")
    girl = people.select_related("area").order_by("pk").first()
    if girl is not None:
        volunteers.register_herself(
            girl, told_risks=True, kinds=[ServiceKind.EVENT], times=["weekend_am"], skills="会剪视频", phone="",
            guardian="母亲 13900000000", guardian_on=timezone.localdate(),
        )  # fmt: skip


def _keep_records(demo, rows):
    today = timezone.localdate()
    for index, row in enumerate(rows):
        facts = [(RecordKind.TRAINING, "社区志愿者岗前培训", "街道妇联", None)]
        if index == 0:
            facts += [
                (RecordKind.HONOUR, "年度优秀巾帼志愿者", "区妇联", None),
                (RecordKind.RATING, "孩子的数学有进步，家里很感谢", "服务的家庭", 5),
            ]  # fmt: skip
        for ago, (kind, what, giver, points) in enumerate(facts, start=1):
            record = VolunteerRecord(
                volunteer=row, kind=kind, on=today - timedelta(days=10 * ago), what=what, giver=giver, points=points
            )
            records.add_record(record, by=demo.chair)
