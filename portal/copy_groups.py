"""What her copy says of groups and of her as a backbone woman: what she reads on her own page, nothing of evaluations or lists."""

from groups.models import Backbone, BackboneTask, Honour, Member, Training


def in_groups(person, user):
    """Tables of her places in groups, and of her file as a backbone woman, as far as `user` sees them."""
    places = Member.objects.visible_to(user).filter(resident=person).exclude(valid_from=None).select_related("group")
    files = Backbone.objects.visible_to(user).filter(resident=person).order_by("-valid_from", "-pk")
    lines = {"backbone__in": files.values("pk")}
    trainings = Training.objects.standing().filter(**lines).order_by("-on", "-pk")
    honours = Honour.objects.standing().filter(**lines).order_by("-year", "-pk")
    tasks = BackboneTask.objects.filter(**lines).order_by("-given_on", "-pk")
    return [
        ("队伍", ["队伍", "角色", "从", "到"],
         [[m.group.name, m.get_role_display(), m.valid_from, m.valid_to or "现在"] for m in places.order_by("-pk")]),
        ("妇女骨干", ["编号", "专长", "级别", "从", "到"],
         [[f.number, "、".join(f.skill_words), f.get_level_display(), f.valid_from, f.valid_to or "现在"] for f in files]),
        ("骨干培训", ["日期", "内容", "学时"], [[t.on, t.name, t.hours] for t in trainings]),
        ("请您办的事", ["交办", "做什么", "状态", "结果"],
         [[t.given_on, t.what, t.get_state_display(), t.result] for t in tasks]),
        ("荣誉", ["年度", "荣誉", "文号"], [[h.year, h.words, h.paper] for h in honours]),
    ]  # fmt: skip
