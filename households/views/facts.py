"""Categories, consents and safe contact of a person or household."""

from django.urls import reverse

from fedhub.core.views import FormView, ScopedUpdateView, StepView
from households.consenttexts import current
from households.enums import ConsentPurpose
from households.forms.facts import ConsentForm, SafeContactForm, StatusCorrectForm, StatusEndForm, StatusForm
from households.models import Consent, SafeContact, Status
from households.services.consent import give_consent, set_safe_contact, withdraw_consent
from households.services.status import correct_status, end_status, open_status
from households.views.household import OfHousehold, category_labels
from households.views.minor import NeedsBasis
from households.views.resident import OfResident

STATUS_FACTS = ("category", "valid_from", "source", "authority", "proof", "expires_on", "amount", "note")


class StatusCreate(OfResident, FormView):
    permission = "households.change_resident"
    title = "登记类别"
    form_class = StatusForm

    def get_rows(self):
        return super().get_rows().active()

    def get(self, request, *args, **kwargs):
        self.get_row()
        return super().get(request, *args, **kwargs)

    def save(self, form):
        person = self.get_row()
        facts = {name: form.cleaned_data[name] for name in STATUS_FACTS}
        open_status(resident=person, by=self.request.user, **facts)
        return f"{person.get_absolute_url()}?tab=statuses"


class HouseholdStatusCreate(OfHousehold, FormView):
    permission = "households.change_household"
    title = "登记家庭类别"
    form_class = StatusForm

    def get_rows(self):
        return super().get_rows().active()

    def get(self, request, *args, **kwargs):
        self.get_row()
        return super().get(request, *args, **kwargs)

    def save(self, form):
        household = self.get_row()
        facts = {name: form.cleaned_data[name] for name in STATUS_FACTS}
        open_status(household=household, by=self.request.user, **facts)
        return household


class OfStatus(FormView):
    """A form page about one category row that is in force."""

    permission = "households.change_resident"
    model = Status

    def get_rows(self):
        return super().get_rows().filter(replaced_at=None).select_related("resident__area", "household__area")

    def get_owner(self):
        status = self.get_row()
        return status.resident or status.household

    def get_back_url(self):
        tab = "?tab=statuses" if self.get_row().resident_id else ""
        return f"{self.get_owner().get_absolute_url()}{tab}"

    def get_crumbs(self):
        return [(str(self.get_owner()), self.get_back_url())]

    def get_title(self):
        return f"{self.title}：{category_labels([self.get_row().category])[0]}"

    def get(self, request, *args, **kwargs):
        self.get_row()
        return super().get(request, *args, **kwargs)


class StatusEnd(OfStatus):
    title = "结束类别"
    form_class = StatusEndForm
    submit_label = "结束"

    def save(self, form):
        data = form.cleaned_data
        end_status(self.get_row(), on=data["on"], reason=data["reason"], by=self.request.user)
        return self.get_back_url()


class StatusCorrect(NeedsBasis, OfStatus):
    """The form shows proof and remark, which for a child are shut (households.minors)."""

    title = "更正类别"
    form_class = StatusCorrectForm
    submit_label = "更正"

    def get_people(self):
        return [self.get_row().resident] if self.get_row().resident_id else []

    def get_form_kwargs(self):
        return {"status": self.get_row()}

    def save(self, form):
        correct_status(self.get_row(), by=self.request.user, **form.facts())
        return self.get_back_url()


class ConsentCreate(OfResident, FormView):
    permission = "households.change_resident"
    title = "登记同意"
    form_class = ConsentForm
    template_name = "households/consent_form.html"

    def get_context_data(self, **kwargs):
        texts = [(ConsentPurpose(purpose).label, current(purpose)) for purpose in ConsentPurpose.values]
        return super().get_context_data(texts=texts, **kwargs)

    def get_form_kwargs(self):
        return {"instance": Consent(resident=self.get_row())}

    def save(self, form):
        give_consent(form.save(commit=False), by=self.request.user)
        return f"{self.get_row().get_absolute_url()}?tab=consents"


class ConsentWithdraw(StepView):
    """She takes it back: one tap, at once."""

    permission = "households.change_resident"
    model = Consent
    success_message = "已登记撤回，从现在起不再用于这个目的。"

    def act(self, row):
        withdraw_consent(row, by=self.request.user)

    def get_success_url(self):
        return reverse("households:resident_detail", args=[self.get_row().resident_id]) + "?tab=consents"


class SafeContactUpdate(OfResident, ScopedUpdateView):
    permission = "households.change_resident"
    title = "安全联系"
    form_class = SafeContactForm

    def get_form_kwargs(self):
        person = self.get_row()
        safe = getattr(person, "safe_contact", None)
        return {"instance": safe or SafeContact(resident=person)}

    def save(self, form):
        set_safe_contact(
            form.save(commit=False), list(form.proposed()), base_version=form.cleaned_data.get("version"),
            by=self.request.user,
        )  # fmt: skip
        return f"{self.get_row().get_absolute_url()}?tab=consents"
