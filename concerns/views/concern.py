"""诉求: the page of one."""

from django.urls import reverse

from concerns.enums import Origin, Status
from concerns.models import Concern
from concerns.queries import similar_to, status_chip, steps_for, timeline_of, without_officer
from concerns.views.actions import actions_for, may_join
from concerns.views.parts import approvals_of, cases_of, clocks_of, referrals_of, together_of
from fedhub.core.files import attachments_of
from fedhub.core.views import ScopedDetailView
from fedhub.reference.lookup import label

# The life of a concern on its page.
LIFE = [Status.NEW, Status.ACCEPTED, Status.ASSIGNED, Status.DONE, Status.ANSWERED, Status.CLOSED]


def crumb():
    return ("诉求", reverse("concerns:concern_list"))


class ConcernDetail(ScopedDetailView):
    permission = "concerns.view_concern"
    model = Concern
    template_name = "concerns/concern_detail.html"

    def get_rows(self):
        return super().get_rows().select_related("area", "household", "resident", "assigned_to", "lead")

    def get_title(self):
        return self.get_row().title

    def get_crumbs(self):
        return [crumb()]

    def get_context_data(self, **kwargs):
        concern, user = self.get_row(), self.request.user
        referrals = referrals_of(concern, user)
        main, rest = actions_for(concern, user, referrals)
        return super().get_context_data(
            chip=status_chip(concern),
            topic=label("survey_topic", concern.topic),
            steps=steps_for(concern, user),
            main=main,
            rest=rest,
            life=life_of(concern),
            clocks=clocks_of(concern),
            replies=concern.replies.select_related("made_by", "rating").order_by("-pk"),
            referrals=referrals,
            approvals=approvals_of(concern, user),
            together=together_of(concern, user),
            without_officer=without_officer(concern),
            answerable=LIFE[3:],
            sheet_open=user.has_perm("concerns.answer_concern", concern),
            alike=similar_to(concern, user) if may_join(concern, user) else [],
            entries=timeline_of(concern),
            receptions=concern.receptions.order_by("pk") if user.has_perm("concerns.view_reception", concern) else [],
            cases=cases_of(concern, user),
            may_visit=may_go_there(concern, user),
            pictures=pictures_of(concern),
            **kwargs,
        )


def pictures_of(concern):
    """Her pictures, for the component: dicts url, caption. Only residents' own pages send any."""
    if concern.origin != Origin.PORTAL:
        return []
    rows = attachments_of(concern, "photo")
    return [
        {"url": reverse("core:file", args=[row.uuid]), "caption": f"照片 {number}"}
        for number, row in enumerate(rows, start=1)
    ]


def may_go_there(concern, user):
    """True when `user` may visit the family of `concern` to see what became of it."""
    home = concern.household
    return home is not None and home.is_open and user.has_perm("grids.add_visit", home)


def life_of(concern):
    """Items for the steps bar; a closed concern shows how it ended."""
    here = LIFE.index(concern.status)
    items = []
    for number, status in enumerate(LIFE):
        state = "done" if number < here or concern.status == Status.CLOSED else "now" if number == here else ""
        items.append({"label": status.label, "state": state})
    return items
