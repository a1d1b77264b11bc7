"""What the pages of activities ask for."""

from django.db.models import Count
from django.urls import reverse

from fedhub.core.files import attachments_by_owner
from fedhub.reference.lookup import rule
from groups.activity_enums import EntryState
from groups.models import ActivityPhoto, Entry


def names_of(activity, user):
    """The names on the list of an activity that `user` sees, those who come first."""
    rows = Entry.objects.visible_to(user).filter(activity=activity).select_related("resident")
    order = list(EntryState)
    return sorted(
        rows, key=lambda e: (e.state == EntryState.CANCELLED, e.resident.name_sort, order.index(e.state), e.pk)
    )


def counts_of(activity, user):
    """`{state: number}` of the names of an activity."""
    rows = Entry.objects.visible_to(user).filter(activity=activity)
    found = dict(rows.values_list("state").annotate(n=Count("pk")).order_by())
    return {state.value: found.get(state.value, 0) for state in EntryState}


def satisfaction(activity):
    """`(slips, percent content or None)`: None for so few slips that they would tell who wrote what (rule "small_number")."""
    slips = activity.slips
    return slips, round(100 * activity.found["满意"] / slips) if slips and slips >= rule("small_number") else None


def photos_of(activity, user, *, published=False):
    """`[(ActivityPhoto, address of the picture)]`, the oldest first, with who is on them; three queries."""
    rows = ActivityPhoto.objects.visible_to(user, "groups.view_activity").filter(activity=activity).order_by("pk")
    rows = list((rows.filter(published=True) if published else rows).prefetch_related("people"))
    files = attachments_by_owner(rows)
    return [(one, reverse("core:file", args=[files[one.pk][0].uuid])) for one in rows if files[one.pk]]


def public_photos(activities, user):
    """`[{url, caption}]` of the published photos of these activities (queryset), as far as `user` sees them; two queries."""
    rows = ActivityPhoto.objects.visible_to(user, "groups.view_activity").filter(
        activity__in=activities, published=True
    )
    rows = list(rows.select_related("activity").order_by("-activity__starts_at", "pk"))
    files = attachments_by_owner(rows)
    return [
        {"url": reverse("core:file", args=[files[one.pk][0].uuid]), "caption": f"{one.activity.title}：{one.caption}"}
        for one in rows
        if files[one.pk]
    ]
