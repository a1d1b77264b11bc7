"""未成年人资料查看: asking for leave, deciding, and the list of every opening (未成年人网络保护条例 art. 36, 37)."""

from django.contrib import messages
from django.db.models import Count
from django.shortcuts import redirect
from django.urls import reverse

from fedhub.core.models import AuditEvent
from fedhub.core.text import chinese_date
from fedhub.core.views import FormView, ScopedDetailView, ScopedListView, StepView
from fedhub.reference.lookup import rule
from households.enums import AccessState
from households.forms.minor import MinorAskForm, MinorFilterForm, MinorRefuseForm, OpeningFilterForm
from households.minors import ADULT, USE, may_open_minor, note_opening
from households.models import ChildFile, MinorAccess, Resident
from households.models.minor import APPROVE
from households.services.minors import ask_access, end_access, grant_access, refuse_access

TONES = {
    AccessState.ASKED: "warn",
    AccessState.GRANTED: "ok",
    AccessState.REFUSED: "quiet",
    AccessState.ENDED: "quiet",
}
ASK = "households.add_minoraccess"


def crumb():
    return ("未成年人资料查看", reverse("households:minor_list"))


def chip_of(access):
    """Tone and words of the chip of a leave; one that ran out says so."""
    if access.state == AccessState.GRANTED and not access.holds:
        return "quiet", "已到期"
    return TONES[access.state], access.get_state_display()


def ask_url(user, resident):
    """Where `user` asks for leave to open what is kept about `resident`, '' where she may not."""
    return reverse("households:minor_ask", args=[resident.pk]) if user.has_perm(ASK, resident) else ""


class ChildPage:
    """A page with facts of a person: what is kept about a child is shut without a basis, and its showing is noted."""

    # Tabs that show nothing that is kept about a child.
    open_tabs = ("readers",)

    def get_person(self):
        return self.get_row()

    def get_basis(self):
        if not hasattr(self, "basis"):
            self.basis = may_open_minor(self.request.user, self.get_person())
        return self.basis

    @property
    def shut(self):
        return self.get_basis() is None

    def get(self, request, *args, **kwargs):
        if not self.shut and self.get_tab() not in self.open_tabs:
            note_opening(request.user, self.get_person(), self.get_basis())
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        basis = self.get_basis()
        return super().get_context_data(
            shut=self.shut, basis=None if basis in (None, ADULT) else basis.words,
            ask_url=ask_url(self.request.user, self.get_person()) if self.shut else "", **kwargs,
        )  # fmt: skip


class NeedsBasis:
    """A form that shows what is kept about a person: for a child it opens with a basis alone, else the way to ask is shown."""

    def get_people(self):
        return [self.get_row()]

    def dispatch(self, request, *args, **kwargs):
        for person in self.get_people():
            basis = may_open_minor(request.user, person)
            if basis is None:
                messages.info(request, "这一页有未成年人的资料，要先申请。")
                url = ask_url(request.user, person)
                return redirect(url or person.get_absolute_url())
            note_opening(request.user, person, basis)
        return super().dispatch(request, *args, **kwargs)


class MinorList(ScopedListView):
    """What one asked for oneself, and for whoever is in charge what waits for her."""

    permission = "households.view_minoraccess"
    model = MinorAccess
    title = "未成年人资料查看"
    filter_class = MinorFilterForm
    unit = "件"
    results_template = "households/minor_list/_results.html"

    def get_list(self):
        return self.get_rows().select_related("resident__area", "user", "decided_by").defer("why")

    def row(self, item):
        return item, chip_of(item)


class MinorAsk(FormView):
    """One step: the reason. Whoever is in charge opens at once, for the day."""

    permission = ASK
    model = Resident
    title = "申请查看未成年人资料"
    form_class = MinorAskForm
    template_name = "households/minor_ask.html"

    def is_in_charge(self):
        return self.request.user.has_perm(APPROVE, self.get_row())

    def get_rows(self):
        return super().get_rows().select_related("area")

    def get_title(self):
        return f"申请查看{self.get_row().name}的资料"

    @property
    def submit_label(self):
        return "写明理由，今天打开" if self.is_in_charge() else "提交申请"

    @property
    def success_message(self):
        return "已登记理由，今天可以看。" if self.is_in_charge() else "已申请，等妇联主席同意。"

    def get_crumbs(self):
        return [crumb()]

    def get_back_url(self):
        return self.get_row().get_absolute_url()

    def get(self, request, *args, **kwargs):
        if may_open_minor(request.user, self.get_row()) is not None:
            return redirect(self.get_row().get_absolute_url())
        return super().get(request, *args, **kwargs)

    def get_form_kwargs(self):
        days = rule("minor_access_days")
        who = "负责人写明理由，只在当天有效；" if self.is_in_charge() else f"妇联主席同意以后可以看 {days} 天；"
        return {"rule": f"{who}每看一次都有记录。"}

    def get_context_data(self, **kwargs):
        person, user = self.get_row(), self.request.user
        asked = MinorAccess.objects.visible_to(user).filter(resident=person, user=user).order_by("-pk").first()
        child = ChildFile.objects.visible_to(user).open().filter(resident=person).select_related("officer").first()
        return super().get_context_data(
            asked=asked, chip=chip_of(asked) if asked else None, officer=child.officer if child else None, **kwargs
        )

    def save(self, form):
        access = ask_access(self.get_row(), why=form.cleaned_data["why"], by=self.request.user)
        if not access.own_word:
            return access
        child = ChildFile.objects.visible_to(self.request.user).open().filter(resident=self.get_row()).first()
        return child or self.get_row()


class OfAccess:
    permission = APPROVE
    model = MinorAccess

    def get_rows(self):
        return super().get_rows().select_related("resident__area", "user", "decided_by")

    def get_crumbs(self):
        return [crumb()]

    def get_back_url(self):
        return self.get_row().get_absolute_url()


class MinorDetail(OfAccess, ScopedDetailView):
    permission = "households.view_minoraccess"
    title = "未成年人资料查看"
    template_name = "households/minor_detail.html"

    def get_title(self):
        return f"查看{self.get_row().resident.name}的资料"

    def get_context_data(self, **kwargs):
        access, user = self.get_row(), self.request.user
        decides = user.has_perm(APPROVE, access.resident)
        waits = access.state == AccessState.ASKED
        return super().get_context_data(
            chips=[chip_of(access)],
            may_decide=decides and waits and access.user_id != user.pk,
            may_end=decides and access.holds,
            waits=waits and access.user_id == user.pk,
            days=rule("minor_access_days"),
            age=access.resident.age(),
            **kwargs,
        )


class MinorGrant(OfAccess, StepView):
    service = grant_access
    success_message = "已同意。"


class MinorRefuse(OfAccess, FormView):
    title = "不同意查看"
    form_class = MinorRefuseForm
    submit_label = "不同意"
    success_message = "已登记。"

    def save(self, form):
        return refuse_access(self.get_row(), why=form.cleaned_data["why"], by=self.request.user)


class MinorEnd(OfAccess, StepView):
    service = end_access
    success_message = "已收回，从现在起看不了。"


class MinorOpenings(ScopedListView):
    """谁看过哪个孩子的资料: the yearly check asks for every opening with what it rested on (art. 37)."""

    permission = "core.view_auditevent"
    model = AuditEvent
    title = "未成年人资料查看记录"
    filter_class = OpeningFilterForm
    sorts = {"new": ("-at", "最新")}
    unit = "次"
    results_template = "households/minor_openings/_results.html"

    def get_rows(self):
        return super().get_rows().filter(target_label="households.Resident", action=USE)

    def filtered(self, rows):
        found = super().filtered(rows)
        self.sums = found.aggregate(
            times=Count("pk"), children=Count("target_id", distinct=True), people=Count("actor_id", distinct=True)
        )
        return found

    def page_rows(self, items):
        people = Resident.objects.visible_to(self.request.user, self.permission).select_related("area")
        found = people.in_bulk({item.target_id for item in items})
        return [self.line(item, found.get(item.target_id)) for item in items]

    def line(self, item, person):
        fields = {"page": "页面", "file": "照片、材料"}
        what = item.detail.get("what", "")
        names = {f.name: str(f.verbose_name) for f in Resident._meta.concrete_fields} | {"number": "号码"}
        return {
            "at": item.at,
            "who": item.actor_name,
            "child": person.name if person else "（已不在范围内）",
            "area": person.area.name if person else "",
            "what": fields.get(what) or names.get(what, "遮住的内容"),
            "basis": item.reason,
        }

    def get_context_data(self, **kwargs):
        start, end = self.filter_form.period()
        days = "至".join([chinese_date(start) if start else "最早", chinese_date(end) if end else "今天"])
        sums = self.sums
        told = f"{days}：看了 {sums['times']} 次，{sums['children']} 个孩子，{sums['people']} 个人看过。"
        return super().get_context_data(told=told, **kwargs)
