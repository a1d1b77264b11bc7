"""交接: all that somebody is in charge of to others in one step, and taking it back on the same day."""

from django.contrib import messages
from django.urls import reverse

from accounts.leaving import left_in_hand
from accounts.models import User
from concerns.loads import left_by
from fedhub.core.views import FormView, ScopedListView, StepView
from grids.forms.handover import HandOverForm
from grids.models import Duty, HandOver
from grids.queries import homes_of_each, receivers
from grids.services.handover import hand_over, undo_hand_over
from grids.views.duty import crumb


class HandOverCreate(FormView):
    """Her duties without an end, each to a person; what is not chosen apart goes to the one above."""

    permission = "grids.change_duty"
    model = User
    title = "交接"
    form_class = HandOverForm
    template_name = "grids/handover.html"
    submit_label = "交接"

    def get_title(self):
        return f"{self.get_row().name}的交接"

    def get_crumbs(self):
        return [crumb(), ("交接记录", reverse("grids:handover_list"))]

    def get_back_url(self):
        return reverse("grids:duty_list")

    def get_duties(self):
        """Her duties where the user arranges them; read once."""
        if not hasattr(self, "duties"):
            rows = Duty.objects.visible_to(self.request.user, self.permission).of(self.get_row())
            self.duties = list(rows.select_related("area__parent", "person", "grant"))
            self.homes = homes_of_each([duty.area for duty in self.duties], self.request.user)
            self.concerns = left_by(self.get_row(), self.request.user).count()
        return self.duties

    def get_form_kwargs(self):
        duties = self.get_duties()
        people = receivers(self.get_row(), duties, self.request.user)
        return {"duties": duties, "people": people, "homes": self.homes, "concerns": self.concerns}

    def get_context_data(self, **kwargs):
        duties = self.get_duties()
        may_see = self.request.user.has_perm("accounts.view_user")
        others = self.get_row().grants.in_force().exclude(duty__in=duties).select_related("area")
        # With duties, her concerns go along; without any they are handed over on a page of their own.
        # Her tasks in the places she gives up go along with them.
        along = {"duties", "concerns", "tasks"}
        left = left_in_hand(self.get_row(), self.request.user, but=along if duties else {"duties"})
        top = {code: pk for pk, code in ((d.area_id, d.area.code) for d in duties)}
        outer = [pk for code, pk in top.items() if not any(code != c and code.startswith(c) for c in top)]
        return super().get_context_data(
            person=self.get_row(), duties=duties, homes=sum(self.homes[pk] for pk in outer), concerns=self.concerns,
            others=list(others) if may_see else [], account_url=reverse("accounts:user_detail", args=[self.get_row().pk]),
            left=left, **kwargs,
        )  # fmt: skip

    def save(self, form):
        data, user = form.cleaned_data, self.request.user
        row = hand_over(
            self.get_row(), form.shares(), on=data["on"], reason=data["reason"], concerns=data.get("concerns", False),
            rest_to=data["to"], by=user,
        )  # fmt: skip
        also = f"、{row.concerns} 件诉求" if row.concerns else ""
        self.success_message = (
            f"{row.from_person}的 {row.duties} 项包保（{row.homes:,} 户）{also}已交接，当天可以撤销。"
        )
        return reverse("grids:handover_list")


class HandOverList(ScopedListView):
    permission = "grids.change_duty"
    model = HandOver
    title = "交接记录"
    sorts = {"new": ("-created_at", "最近的在前")}
    unit = "次"
    results_template = "grids/handover_list/_results.html"

    def get_list(self):
        return self.get_rows().select_related("from_person", "created_by", "area").defer("undo")

    def get_crumbs(self):
        return [crumb()]


class HandOverUndo(StepView):
    permission = "grids.change_duty"
    model = HandOver

    def get_rows(self):
        return super().get_rows().select_related("from_person")

    def act(self, row):
        result = undo_hand_over(row, by=self.request.user)
        also = f"、{result.concerns} 件诉求" if result.concerns else ""
        self.success_message = f"已撤销，{result.duties} 项包保{also}退回给{row.from_person}。"
        if result.refused:
            names = "、".join(result.refused[:10])
            more = f"等 {len(result.refused)} 项" if len(result.refused) > 10 else ""
            messages.warning(self.request, f"这些之后又动过，没有退回，请逐项看：{names}{more}。")

    def get_success_url(self):
        return reverse("grids:handover_list")
