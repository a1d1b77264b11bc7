"""What hardship files, pairing and aid ask of somebody: decisions that wait, and what runs out (handbook 4.4, 4.5)."""

from django.urls import reverse

from desk.todo import SHOWN, Todo, due_chip
from fedhub.reference.lookup import held_rule
from hardship.queries import (
    ending_consents,
    expiring_goods,
    expiring_proofs,
    lonely_files,
    returned_to,
    review_due,
    silent_pairings,
    waiting_for_approval,
    waiting_gifts,
    waiting_notices,
    waiting_objections,
    waiting_pairings,
    waiting_requests,
    waiting_reviews,
)
from hardship.rounds import waiting_rounds


def aid_todos(user, today, week):
    """`(kind, rows, true count)`: "decide" for whoever decides, "aid" for whoever looks after the families."""
    if user.has_perm("hardship.approve_hardshipfile"):
        yield _gather("decide", _decisions(user))
    if user.has_perm("hardship.change_hardshipfile"):
        yield _gather("aid", _reminders(user, today, week))


def _gather(kind, sources):
    rows, total = [], 0
    for queryset, made in sources:
        found = list(queryset[: SHOWN + 1])
        rows += [_todo(kind, *made(one)) for one in found[:SHOWN]]
        total += len(found) if len(found) <= SHOWN else queryset.count()
    order = {"late": 0, "today": 1, "week": 2}
    rows.sort(key=lambda row: order[row.when])
    return kind, rows[:SHOWN], total


def _todo(kind, title, line, chip, url, action):
    text, tone, when = chip
    return Todo(kind, "heart", title, line, text, tone, url, action, when)


WAITS = ("待审批", "info", "today")
LONG = ("很久没联系", "bad", "late")


def _decisions(user):
    """Querysets of what waits for `user` to decide, each with what its row says."""
    files = waiting_for_approval(user).select_related("household").order_by("updated_at", "pk")
    yield files, lambda f: (str(f.household), f"困难档案 {f.get_state_display()}", WAITS, f.get_absolute_url(), "审核")
    reviews = waiting_reviews(user).exclude(made_by=user).select_related("file__household").order_by("on", "pk")
    yield reviews, lambda r: (
        str(r.file.household), f"困难等级调整为{r.get_level_display()}", WAITS, r.file.get_absolute_url(), "确认"
    )  # fmt: skip
    pairs = waiting_pairings(user).select_related("household", "helper").order_by("pk")
    yield (
        pairs,
        lambda p: (str(p.household), f"{p.helper}已到户数上限，要第二人签字", WAITS, p.get_absolute_url(), "签字"),
    )
    gifts = waiting_gifts(user).select_related("household", "fund", "batch").order_by("asked_on", "pk")
    yield gifts, lambda g: (str(g.household), f"救助 {g.what} {g.amount_words}", WAITS, g.get_absolute_url(), "审批")
    rounds = waiting_rounds(user).select_related("area").order_by("asked_on", "pk")
    yield rounds, lambda r: (r.title, f"节日慰问 {r.area.name}", WAITS, r.get_absolute_url(), "审批")
    asked = waiting_requests(user).select_related("household").order_by("asked_on", "pk")
    yield asked, lambda a: (str(a.household), f"申请{a.get_deed_display()}", WAITS, a.get_absolute_url(), "审批")
    if held_rule("hardship_notice_on"):
        drafts = waiting_notices(user).select_related("file__household").order_by("pk")
        yield drafts, lambda n: (str(n.file.household), "拟好的公示等发布", WAITS, n.get_absolute_url(), "看看")
        objected = waiting_objections(user).select_related("notice__file__household").order_by("made_on", "pk")
        yield objected, lambda o: (
            str(o.notice.file.household), "公示有异议", ("待核实", "warn", "today"),
            reverse("hardship:objection_answer", args=[o.pk]), "核实",
        )  # fmt: skip


def _reminders(user, today, week):
    """Querysets of what runs out, each with what its row says."""
    back = returned_to(user).select_related("household").order_by("updated_at", "pk")
    yield back, lambda f: (
        str(f.household), "困难档案退回补充", ("退回", "bad", "today"), f.get_absolute_url(), "补充"
    )  # fmt: skip
    late = review_due(user, week).select_related("household").order_by("review_due_on", "pk")
    yield late, lambda f: (
        str(f.household), "困难等级复核", due_chip(f.review_due_on, today), f.get_absolute_url(), "复核"
    )  # fmt: skip
    lonely = lonely_files(user).select_related("household").order_by("level", "pk")
    yield lonely, lambda f: (
        str(f.household), f"{f.get_level_display()}，还没有结对的帮扶人", ("没有结对", "warn", "today"),
        reverse("hardship:pair_create", args=[f.pk]), "结对",
    )  # fmt: skip
    silent = silent_pairings(user).select_related("household", "helper").order_by("speaks_by", "pk")
    yield silent, lambda p: (
        str(p.household), f"{p.helper}帮扶，{p.every_days} 天联系一次", LONG, p.get_absolute_url(), "问一问"
    )  # fmt: skip
    ends = ending_consents(user).select_related("household", "helper").order_by("pk")
    yield ends, lambda p: (
        str(p.household), f"提供给{p.helper}的同意快到期或者已经没有了", ("同意到期", "warn", "today"),
        p.get_absolute_url(), "处理",
    )  # fmt: skip
    proofs = expiring_proofs(user).select_related("file__household").order_by("valid_until", "pk")
    yield proofs, lambda e: (
        str(e.file.household), f"{e.get_kind_display()}到期", due_chip(e.valid_until, today),
        f"{e.file.get_absolute_url()}?tab=evidence", "换新的",
    )  # fmt: skip
    if user.has_perm("hardship.add_batch"):
        goods = expiring_goods(user).order_by("expires_on", "pk")
        yield goods, lambda b: (
            b.item, f"{b.number} 还有 {b.left.normalize():f} {b.unit}，快到有效期", due_chip(b.expires_on, today),
            b.get_absolute_url(), "安排发放",
        )  # fmt: skip
