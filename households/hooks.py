"""Menu entries of households and people, the contacts on their pages, and what is said with an opened phone number."""

from django.urls import reverse
from django.utils import timezone

from accounts.leaving import Hand, hands
from fedhub.core.menu import Entry, menu
from fedhub.core.reveal import cautions, gates
from fedhub.notices.flow import VIEW
from fedhub.reference.planning import visit_plan
from households import calendar  # noqa: F401 - the shared calendar
from households.contact import may_contact
from households.coverage import is_adult_woman, links_by_woman, links_left_by
from households.enums import ContactChannel, MembershipKind, ResidentState
from households.minors import gate
from households.models import MinorAccess, VisitTask
from households.models.minor import APPROVE
from households.panels import Panel, household_panels, resident_panels
from households.plan import deciding
from households.queries import members_of, rules_of, tasks_left_by
from households.services.due import count_differing, latest_job
from households.tasks import follow_rules

SHOWN = 20

gates.append(gate)


def waiting_leaves(user):
    """How many requests to open a child's facts wait for `user` to decide."""
    return MinorAccess.objects.visible_to(user, APPROVE).waiting().exclude(user=user).count()


visit_plan.connect(count=count_differing, follow=follow_rules, latest=latest_job)

menu.register(
    Entry("households.homes", "family", "家庭", "households:household_list", "households.view_household", 10)
)
menu.register(Entry("households.people", "family", "居民", "households:resident_list", "households.view_resident", 20))
menu.register(Entry("households.tasks", "visits", "走访任务", "households:task_list", "households.view_visittask", 15))
menu.register(
    Entry("households.campaigns", "visits", "专项活动", "households:campaign_list", "households.view_campaign", 20)
)
menu.register(
    Entry(
        "households.children", "family", "留守（困境）儿童", "households:child_list", "households.view_childfile", 40
    )
)
menu.register(
    Entry(
        "households.minors", "family", "未成年人资料查看", "households:minor_list", "households.view_minoraccess", 45,
        waiting_leaves,
    )
)  # fmt: skip
menu.register(
    Entry(
        "households.openings",
        "settings",
        "未成年人资料查看记录",
        "households:minor_openings",
        "core.view_auditevent",
        78,
    )
)
menu.register(Entry("households.messages", "family", "消息", "households:message_list", VIEW, 60))
menu.register(Entry("households.links", "family", "妇女联系", "households:link_coverage", "households.view_link", 30))
hands.register(
    Hand(
        "tasks", 15, "households.change_visittask", "grids.add_visit", "还有 {n} 项走访任务分给她。", "改由谁去",
        lambda person, user: tasks_left_by(person, user).count(),
        lambda person: f"{reverse('households:task_list')}?person={person.pk}",
    )
)  # fmt: skip
hands.register(
    Hand(
        "links", 20, "households.assign_link", "households.add_link", "还联系着 {n} 名妇女。", "移交联系的妇女",
        lambda person, user: links_left_by(person, user).values("resident_id").distinct().count(),
        lambda person: f"{reverse('households:link_hand_over')}?from={person.pk}",
    )
)  # fmt: skip


def resident_links(resident, user):
    """Her contacts, those that hold first; for whom none are kept, the page says so."""
    links = sorted(resident.links.select_related("person"), key=lambda link: (link.valid_to is not None, link.pk))
    active = is_adult_woman(resident)
    return {
        "links": links, "is_adult_woman": active,
        "may_add": active and user.has_perm("households.add_link", resident),
        "may_change_links": user.has_perm("households.change_link", resident),
    }  # fmt: skip


def household_links(household, user):
    """The grown women of a family with their contacts."""
    people = {m.resident_id: m.resident for m in members_of(household) if m.kind == MembershipKind.LIVES}
    women = [person for person in people.values() if is_adult_woman(person)]
    found = links_by_woman([woman.pk for woman in women])
    return {
        "women": [(woman, found.get(woman.pk, [])) for woman in women],
        "may_add": household.is_open and user.has_perm("households.add_link", household),
    }


resident_panels.register(
    Panel("links", "联系人", 10, "households.view_link", "households/panels/resident_links.html", resident_links)
)


def resident_messages(resident, user):
    """The newest messages to her, without their words."""
    rows = resident.messages.defer("text").select_related("made_by").order_by("-made_at", "-pk")
    return {
        "messages_to_her": rows[:SHOWN],
        "may_add": resident.state == ResidentState.ACTIVE and user.has_perm("notices.add_message", resident),
    }


resident_panels.register(
    Panel("messages", "消息", 85, VIEW, "households/panels/resident_messages.html", resident_messages)
)
household_panels.register(
    Panel("links", "联系人", 10, "households.view_link", "households/panels/household_links.html", household_links)
)


def _before_calling(phone):
    """What to know before this number is called now; "" when nothing stands against it (security 4.13)."""
    verdict = may_contact(phone.resident, ContactChannel.PHONE)
    return "" if verdict.ok and not verdict.neutral else verdict.why


cautions["households.phone"] = _before_calling


def household_tasks(household, user):
    rows = VisitTask.objects.visible_to(user).filter(household=household).select_related("assigned_to", "campaign")
    rules = rules_of(household) if household.is_open else []
    first = deciding(rules) if rules else None
    return {
        "household": household,
        "open_tasks": rows.open().order_by("due_on", "pk"),
        "past_tasks": rows.exclude(state="open").order_by("-due_on", "-pk")[:SHOWN],
        "rules": [(rule, rule is first) for rule in rules],
        "may_plan": household.is_open and user.has_perm("households.add_visittask", household),
        "may_change_tasks": user.has_perm("households.change_visittask", household),
        "plan_url": reverse("households:task_create", args=[household.pk]),
        "today": timezone.localdate(),
    }


household_panels.register(
    Panel(
        "tasks", "走访任务", 10, "households.view_visittask", "households/panels/tasks.html", household_tasks,
        lambda household: household.visit_tasks.open().count(),
    )
)  # fmt: skip
