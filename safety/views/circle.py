"""Pages about who may see a file, and about opening one in an emergency."""

from django.http import Http404
from django.urls import reverse

from accounts.queries import holders_at
from safety import law
from safety.enums import Capacity
from safety.forms.circle import AnswerForm, ExcuseForm, HandForm, LetInForm, UrgentForm, WhyForm
from safety.models import CaseGrant, SafetyFile, UrgentOpening
from safety.queries import people_to_name
from safety.services import circle
from safety.views.parts import BREAK, LEAD, TITLE, VIEW, LeadOnly, SealedForm, SealedPage, list_crumb
from safety.views.report import content


class CircleForm(SealedForm, LeadOnly):
    """A form about the circle of one file."""

    template_name = "safety/entry_form.html"

    def people(self):
        return people_to_name(self.get_row())

    def get_form(self, data=None, files=None):
        return self.form_class(data, files, user=self.request.user, people=self.people())

    def get_title(self):
        return self.heading


class LetIn(CircleForm):
    form_class = LetInForm
    heading = "让谁看得到"
    submit_label = "点名"
    success_message = "已点名，到期自动看不到。"

    def get_context_data(self, **kwargs):
        minor = self.state.capacity == Capacity.MINOR
        return super().get_context_data(hint=str(law.MINOR_ACCESS) if minor else "", **kwargs)

    def save(self, form):
        data = form.cleaned_data
        circle.let_in(
            self.get_row(),
            user=data["person"],
            part=data["part"],
            why=data["why"],
            until=data["until"],
            by=self.request.user,
        )
        return self.get_back_url()


class HandLead(CircleForm):
    form_class = HandForm
    heading = "移交主办"
    submit_label = "移交"
    success_message = "已移交，您看不到这份档案了。"

    def people(self):
        return holders_at(LEAD, self.get_row().area).exclude(pk=self.request.user.pk)

    def save(self, form):
        data = form.cleaned_data
        circle.hand_lead(self.get_row(), user=data["person"], why=data["why"], by=self.request.user)
        return reverse("safety:file_list")


class Excuse(CircleForm):
    form_class = ExcuseForm
    heading = "登记回避"
    submit_label = "登记"
    success_message = "已登记，这个人以后也不能看这份档案。"

    def people(self):
        file = self.get_row()
        return (
            holders_at(VIEW, file.area)
            .exclude(pk__in=file.recusals.values("user_id"))
            .exclude(pk=self.request.user.pk)
        )

    def save(self, form):
        data = form.cleaned_data
        circle.excuse(self.get_row(), user=data["person"], why=data["why"], by=self.request.user)
        return self.get_back_url()


class LetOut(SealedForm, LeadOnly):
    """Somebody sees it no more."""

    form_class = WhyForm
    template_name = "safety/entry_form.html"
    submit_label = "结束"
    success_message = "已结束，从现在起看不到。"

    def get_grant(self):
        rows = CaseGrant.objects.in_force().filter(file=self.get_row(), is_lead=False).select_related("user")
        grant = rows.filter(pk=self.kwargs["grant"]).first()
        if grant is None:
            raise Http404
        return grant

    def get_title(self):
        return f"不再让{self.get_grant().user.name}看"

    def get_form(self, data=None, files=None):
        return self.form_class(data, files, user=self.request.user)

    def save(self, form):
        circle.let_out(self.get_grant(), by=self.request.user, why=form.cleaned_data["why"])
        return self.get_back_url()


class UrgentAsk(SealedForm, SealedPage):
    """Ask that a file is opened which one is not in the circle of. Whether there is one shows only after another agreed."""

    permission = BREAK
    model = SafetyFile
    title = TITLE
    form_class = UrgentForm
    template_name = "safety/entry_form.html"
    submit_label = "提出"
    success_message = "已提出。另一位负责人同意以后，有档案的会出现在这里，只开一天。"

    def get_title(self):
        return "紧急打开"

    def get_crumbs(self):
        return [list_crumb()]

    def get_form_kwargs(self):
        return {}

    def get_back_url(self):
        return reverse("safety:file_list")

    def save(self, form):
        data = form.cleaned_data
        circle.ask_to_open(area=data["area"], who=data["who"], why=data["why"], by=self.request.user)
        return self.get_back_url()


class UrgentAnswer(SealedForm, SealedPage):
    """The second person's answer. She reads who asks for whom and why, never whether there is a file."""

    permission = BREAK
    model = UrgentOpening
    title = TITLE
    form_class = AnswerForm
    template_name = "safety/entry_form.html"
    submit_label = "答复"
    success_message = "已答复。"

    def get_rows(self):
        rows = UrgentOpening.objects.visible_to(self.request.user, BREAK).filter(answered_by=None)
        return rows.exclude(asked_by=self.request.user).select_related("asked_by", "area")

    def get_title(self):
        return "紧急打开：要您同意"

    def get_crumbs(self):
        return [list_crumb()]

    def get_form_kwargs(self):
        return {}

    def get_back_url(self):
        return reverse("safety:file_list")

    def get_context_data(self, **kwargs):
        opening = self.get_row()
        facts = content(opening.facts)
        asked = [("谁要打开", opening.asked_by.name), ("哪个社区", opening.area.name), ("要找谁", facts.get("who", "")),
                 ("为什么", facts.get("why", ""))]  # fmt: skip
        return super().get_context_data(asked=asked, **kwargs)

    def save(self, form):
        circle.answer_opening(self.get_row(), agrees=form.cleaned_data["agrees"], by=self.request.user)
        return self.get_back_url()
