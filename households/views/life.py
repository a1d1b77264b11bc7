"""The seven life events, each a small form on a household's or a person's page."""

from django.urls import reverse

from fedhub.core.views import FormView
from households.forms.life import (
    ArriveForm,
    BirthForm,
    DeathForm,
    JoinForm,
    LeaveForm,
    MarriageForm,
    MoveHomeForm,
    RegisterForm,
    SplitForm,
)
from households.services.households import living_members
from households.services.life import (
    move_home,
    move_in,
    move_out,
    record_birth,
    record_death,
    record_marriage,
    register_at,
    split_household,
)
from households.views.household import OfHousehold
from households.views.resident import OfResident


class HouseholdEvent(OfHousehold, FormView):
    """An event of a household on the books."""

    permission = "households.change_household"

    def get_rows(self):
        return super().get_rows().active().select_related("area")

    def get(self, request, *args, **kwargs):
        self.get_row()
        return super().get(request, *args, **kwargs)


class PersonEvent(OfResident, FormView):
    """An event of a person on the books."""

    permission = "households.change_resident"

    def get_rows(self):
        return super().get_rows().active()

    def get(self, request, *args, **kwargs):
        self.get_row()
        return super().get(request, *args, **kwargs)


class Arrive(HouseholdEvent):
    title = "迁入"
    form_class = ArriveForm

    def save(self, form):
        data, household = form.cleaned_data, self.get_row()
        move_in(
            data["resident"], household, relation=data["relation"], on=data["on"], came_from=data["came_from"],
            registered=data["registered"], by=self.request.user,
        )  # fmt: skip
        return f"{household.get_absolute_url()}?tab=members"


class Birth(HouseholdEvent):
    permission = "households.add_resident"
    title = "出生"
    form_class = BirthForm

    def get_form_kwargs(self):
        return {}

    def save(self, form):
        child, household = form.save(commit=False), self.get_row()
        record_birth(child, household, relation=form.cleaned_data["relation"], by=self.request.user)
        return f"{household.get_absolute_url()}?tab=members"


class Split(HouseholdEvent):
    permission = "households.move_household"
    title = "分户"
    form_class = SplitForm
    submit_label = "分户"

    def get_form_kwargs(self):
        household = self.get_row()
        return {"members": living_members(household), "household": household}

    def save(self, form):
        return split_household(
            self.get_row(), form.new_household(), form.relations(), on=form.cleaned_data["on"], by=self.request.user
        )


class MoveHome(HouseholdEvent):
    permission = "households.move_household"
    title = "整户搬迁"
    form_class = MoveHomeForm
    submit_label = "登记搬迁"

    def save(self, form):
        area, address = form.place()
        data = form.cleaned_data
        return move_home(
            self.get_row(), on=data["on"], area=area, address=address, why=data["why"], by=self.request.user
        )


class Join(PersonEvent):
    """Also for somebody who had moved away."""

    title = "迁入一户"
    form_class = JoinForm

    def get_rows(self):
        rows = OfResident.model.objects.visible_to(self.request.user, self.permission)
        return rows.filter(state__in=["active", "moved"])

    def save(self, form):
        data = form.cleaned_data
        return move_in(
            self.get_row(), data["household"], relation=data["relation"], on=data["on"], came_from=data["came_from"],
            registered=data["registered"], by=self.request.user,
        )  # fmt: skip


class Leave(PersonEvent):
    title = "迁出"
    form_class = LeaveForm
    submit_label = "登记迁出"

    def save(self, form):
        data = form.cleaned_data
        return move_out(
            self.get_row(), on=data["on"], why=data["why"], keep_registration=data["keep_registration"],
            by=self.request.user,
        )  # fmt: skip


class Death(PersonEvent):
    title = "去世"
    form_class = DeathForm
    submit_label = "登记去世"

    def save(self, form):
        return record_death(self.get_row(), on=form.cleaned_data["on"], by=self.request.user)


class Marriage(PersonEvent):
    title = "结婚"
    form_class = MarriageForm

    def save(self, form):
        data = form.cleaned_data
        return record_marriage(
            self.get_row(), on=data["on"], spouse=data["spouse"], household=data["household"],
            relation=data["relation"], by=self.request.user,
        )  # fmt: skip


class Register(PersonEvent):
    title = "户籍所在"
    form_class = RegisterForm

    def save(self, form):
        data = form.cleaned_data
        register_at(self.get_row(), data["household"], relation=data["relation"], on=data["on"], by=self.request.user)
        return reverse("households:resident_detail", args=[self.get_row().pk])
