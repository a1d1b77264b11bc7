"""The copy that she may ask for (个人信息保护法 art. 45): what is kept of her, without other people's words and numbers."""

from dataclasses import dataclass, field

from django.utils import timezone

from concerns.models import Concern
from employment.models import Application, CourseCertificate, Seeker, Signup, Startup, StartupLoan
from fedhub.core.privacy import masked
from fedhub.notices.services.inbox import inbox_of
from fedhub.notices.words import label_of
from fedhub.reference.lookup import labels
from grids.models import Visit
from hardship.models import Delivery, HardshipFile
from households.models import Membership, Status
from portal.copy_groups import in_groups
from portal.copy_volunteering import volunteering_of
from portal.queries import consents_of, readers_of, ward_concerns, ward_held


@dataclass
class Copy:
    """`facts` [(words, value)], then tables of rows of texts: (title, heads, rows)."""

    facts: list
    tables: list = field(default_factory=list)


def copy_of(person, user, guardian=None):
    """Copy of `person`, made for `user`, who sees it by the row rules: nothing sealed has a place here. For a `guardian` of
    a child it holds what that guardian knows and said, and nothing that anybody else told."""
    if guardian is not None:
        said = [[c.number, c.title, c.raised_on, c.get_status_display()] for c in ward_concerns(guardian)]
        return Copy(ward_held(person), [("您为孩子提的诉求", ["编号", "事项", "提出", "状态"], said)])
    facts = [
        ("姓名", person.name), ("曾用名", person.former_name), ("性别", labels("sex").get(person.sex, "")), ("出生", person.birth),
        ("证件号", masked(person, "id_number")), ("民族", labels("ethnic").get(person.ethnic, "")),
        ("文化程度", labels("education").get(person.education, "")), ("婚姻", labels("marital").get(person.marital, "")),
        ("工作", person.workplace), ("户籍地址", person.hukou_address), ("电话", "、".join(_phones(person))),
    ]  # fmt: skip
    homes = Membership.objects.visible_to(user, "households.view_household").filter(resident=person)
    homes = homes.select_related("household").order_by("-valid_from", "-pk")
    files = HardshipFile.objects.visible_to(user, "hardship.view_hardshipfile").filter(subject=person)
    gifts = Delivery.objects.visible_to(user, "hardship.view_delivery").given().filter(resident=person)
    gifts = gifts.select_related("batch", "fund").order_by("-handed_on", "-pk")
    kinds = labels("hardship_category")
    statuses = Status.objects.filter(resident=person, replaced_at=None).order_by("-valid_from", "-pk")
    said = Concern.objects.visible_to(user, "concerns.view_concern")
    concerns = said.filter(resident=person).order_by("-raised_on", "-pk")
    visits = (
        Visit.objects.visible_to(user, "grids.view_visit").kept().filter(people=person).order_by("-visited_on", "-pk")
    )
    return Copy(
        [(words, value) for words, value in facts if value],
        [
            ("家庭", ["地址", "种类", "从", "到"],
             [[m.household.address, m.get_kind_display(), m.valid_from, m.valid_to or "现在"] for m in homes]),
            ("类别", ["类别", "从", "到"],
             [[kinds.get(s.category, s.category), s.valid_from, s.valid_to or "现在"] for s in statuses]),
            ("困难帮扶档案", ["编号", "类别", "状态", "建档", "退出"],
             [[f.number, kinds.get(f.category, f.category), f.get_state_display(), f.approved_on or "", f.closed_on or ""]
              for f in files.order_by("-found_on", "-pk")]),
            ("领到的款物", ["日期", "内容", "数量"], [[d.handed_on, d.what, d.amount_words] for d in gifts]),
            ("诉求", ["编号", "事项", "提出", "状态"],
             [[c.number, c.title, c.raised_on, c.get_status_display()] for c in concerns]),
            ("走访", ["日期"], [[v.visited_on] for v in visits]),
            *volunteering_of(person, user),
            ("同意", ["目的", "提供给", "同意", "撤回"],
             [[c.get_purpose_display(), c.recipient, c.given_on, c.withdrawn_on or ""] for c, _ in consents_of(person)]),
            ("发给您的消息", ["日期", "种类", "看过"],
             [[timezone.localdate(m.posted_at), label_of(m.template),
               timezone.localdate(m.read_at) if m.read_at else ""] for m in inbox_of(person)]),
            *_work(person, user),
            *in_groups(person, user),
            ("谁看过", ["姓名", "日期"], [list(row) for row in readers_of(person)]),
        ],
    )  # fmt: skip


def _work(person, user):
    """Tables of job support: that she looks for work, where she was sent, her business and its loans, what she signed up for."""
    seekers = Seeker.objects.visible_to(user, "employment.view_seeker").filter(resident=person).order_by("-pk")
    sent = Application.objects.visible_to(user, "employment.view_seeker").filter(seeker__resident=person)
    sent = sent.select_related("post__employer").order_by("-pk")
    shops = Startup.objects.visible_to(user, "employment.view_seeker").filter(seeker__resident=person).order_by("-pk")
    loans = StartupLoan.objects.visible_to(user, "employment.view_seeker").valid()
    loans = loans.filter(startup__seeker__resident=person)
    signups = Signup.objects.visible_to(user, "employment.view_signup").filter(resident=person)
    signups = signups.select_related("event").order_by("-pk")
    papers = CourseCertificate.objects.filter(signup__in=signups).valid()
    return [
        ("求职登记", ["登记", "状态", "想做什么", "注销"],
         [[s.registered_on, s.get_state_display(), "、".join(s.wanted_words), s.ended_on or ""] for s in seekers]),
        ("推荐的岗位", ["日期", "岗位", "单位", "状态"],
         [[a.recommended_on, a.post.title, a.post.employer.name, a.get_state_display()] for a in sent]),
        ("创业", ["做什么", "种类", "开办", "停办"],
         [[s.trade, s.get_kind_display(), s.started_on, s.ended_on or ""] for s in shops]),
        ("创业担保贷款", ["金额（元）", "银行", "发放", "到期"], [[x.amount, x.bank, x.lent_on, x.until] for x in loans]),
        ("报名的活动", ["活动", "状态"], [[str(s.event), s.get_state_display()] for s in signups]),
        ("培训证书", ["编号", "证书", "发证"], [[p.number, p.title, p.issued_on] for p in papers]),
    ]  # fmt: skip


def _phones(person):
    return [masked(phone, "number") for phone in person.phones.all()]
