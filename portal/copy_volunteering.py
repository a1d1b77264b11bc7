"""What her copy says of volunteering: her own record, hours, certificates, and what was wanted for her. No name of others."""

from django.utils import timezone

from groups.models import Certificate, Service, ServiceNeed, Volunteer, VolunteerRecord


def volunteering_of(person, user):
    """Tables of what she did as a volunteer and of what volunteers are to do for her, as far as `user` sees it."""
    own = Volunteer.objects.visible_to(user).filter(resident=person).order_by("-pk")
    services = Service.objects.visible_to(user).filter(volunteer__resident=person).order_by("-started_at", "-pk")
    papers = Certificate.objects.visible_to(user).filter(volunteer__resident=person).order_by("-pk")
    needs = ServiceNeed.objects.visible_to(user).filter(resident=person).defer("detail").order_by("-pk")
    records = VolunteerRecord.objects.filter(volunteer__in=own.order_by().values("pk")).standing()
    return [
        ("志愿者登记", ["编号", "状态", "特长", "同意告知书"],
         [[v.number, v.get_state_display(), v.skills, v.agreed_on or ""] for v in own]),
        ("志愿服务记录", ["开始", "做了什么", "时长", "状态"],
         [[timezone.localdate(s.started_at), s.what, s.hours, s.get_state_display()] for s in services]),
        ("志愿者培训、表彰、评价", ["日期", "种类", "内容"], [[r.on, r.get_kind_display(), r.what] for r in records]),
        ("志愿服务证明", ["编号", "从", "到", "时长"], [[p.number, p.since, p.until, p.hours] for p in papers]),
        ("请志愿者帮忙", ["编号", "要做什么", "到哪天", "状态"],
         [[n.number, n.what, n.until, n.get_state_display()] for n in needs]),
    ]  # fmt: skip
