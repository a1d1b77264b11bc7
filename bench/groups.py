"""G5 of groups, volunteers, activities, backbone women and service needs (bench.groups_fill): every list with its filters against
the session floor, and the pages of one volunteer, group, shift, activity, need, the succession, the ledgers.
"""

from datetime import timedelta

from django.utils import timezone

from bench.lists import deep_address, signed_in
from bench.measure import interleaved, queries_of
from fedhub.core.memory import settle
from groups.models import Activity, Backbone, Group, Service, ServiceNeed, Shift, Volunteer

GROUPS = "/groups/"


def run(rounds=9):
    """CPU and wall milliseconds a page (`{name: [cpu, wall]}`), its queries, and how many volunteers and services there are."""
    client = signed_in()
    settle()
    volunteer = Volunteer.objects.filter(state="active").order_by("pk")[Volunteer.objects.count() // 2]
    woman = Backbone.objects.current().order_by("pk")[20]
    shift, team = Shift.objects.filter(on=timezone.localdate()).first(), Group.objects.order_by("pk")[100]
    activity, need = Activity.objects.filter(state="held").first(), ServiceNeed.objects.filter(state="open").first()
    month = f"{timezone.localdate() - timedelta(days=300):%Y-%m}"
    lists = {
        "volunteers": ("volunteers/", {
            "all": "state=all", "pending": "state=pending", "kind": "kind=law", "time": "time=weekend_am",
            "name": f"q={volunteer.name}", "word": "q=梅", "nobody": "q=没有这个人",
            "number": f"q={volunteer.number}", "hours": "sort=hours",
            "initials": "q=wgl", "kind_time": "kind=law&time=weekend_am&sort=hours",
        }),
        "services": ("services/", {
            "recorded": "state=recorded", "confirmed": "state=confirmed", "counted": "state=counted", "void": "state=void",
            "open": "state=open", "kind": "kind=law", "kind_recorded": "kind=law&state=recorded",
        }),
        "certificates": ("certificates/", {}),
        "shifts": ("shifts/", {}),
        "groups": ("", {"kind": "kind=choir", "resting": "state=resting", "all": "state=all", "name": "q=巾帼"}),
        "activities": ("activities/", {
            "kind": "kind=lecture", "ahead": "state=ahead", "held": "state=held", "cancelled": "state=cancelled",
            "month": f"month={month}", "word": "q=普法", "nothing": "q=没有这场", "first": "sort=first",
        }),
        "needs": ("needs/", {
            "all": "state=all", "open": "state=open", "expired": "state=expired", "kind": "kind=law", "time": "time=weekend_am",
            "source": "source=visit", "word": "q=手机", "number": f"q={need.number}", "until": "sort=until",
        }),
        "backbone": ("backbone/", {
            "all": "state=all", "ended": "state=ended", "mine": "state=mine", "tasks": "state=tasks", "skill": "skill=law",
            "level": "level=city", "source": "source=group", "grid": f"area={woman.resident.area_id}", "by_name": "sort=name",
            "oldest": "sort=oldest", "name": f"q={woman.resident.name}", "initials": "q=wgl",
        }),
    }  # fmt: skip
    addresses = {"floor": "/bench/floor/"}
    for name, (path, filters) in lists.items():
        page = GROUPS + path
        addresses |= {name: page, f"{name}_deep": page + deep_address(client, page)}
        addresses |= {f"{name}_{key}": f"{page}?{query}" for key, query in filters.items()}
    slow = {
        "floor_again": "/bench/floor/",
        "volunteer": volunteer.get_absolute_url(), "group": team.get_absolute_url(), "shift": shift.get_absolute_url(),
        "activity": activity.get_absolute_url(), "activity_names": f"{activity.get_absolute_url()}names/",
        "need": need.get_absolute_url(), "woman": woman.get_absolute_url(), "notice": f"{GROUPS}services/notice/",
        "succession": f"{GROUPS}succession/",
    }  # fmt: skip

    def page_of(address):
        def get():
            response = client.get(address)
            if response.status_code != 200:
                raise RuntimeError(f"{address}: {response.status_code}")
            return response

        return get

    def ledger(key):
        def export():
            answer = client.post(f"/ledgers/{key}/export/", {"mode": "masked", "purpose": "测速度"})
            if answer.status_code == 302:
                answer = client.post(f"{answer.headers['Location']}file/")
            return sum(len(part) for part in answer)

        return export

    pages = {name: page_of(address) for name, address in addresses.items()}
    slow = {name: page_of(address) for name, address in slow.items()}
    slow |= {f"ledger_{key}": ledger(key) for key in ("activities", "backbone")}
    found = interleaved(pages, int(rounds), repeat=2) | interleaved(slow, 3)
    return {
        "volunteers": Volunteer.objects.count(),
        "services": Service.objects.count(),
        "pages": found,
        "queries": {name: queries_of(work) for name, work in (pages | slow).items()},
    }
