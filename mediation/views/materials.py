"""What lies in the file of a case: materials with their pictures, and what papers say of a party."""

from django.http import Http404

from fedhub.core import audit
from fedhub.core.answers import kept_file
from mediation.forms.filing import MaterialForm, PersonForm, StrikeForm
from mediation.models import MaterialPage
from mediation.services import filing as acts
from mediation.views.cases import CHANGE, VIEW, CaseForm, OfCase
from mediation.views.leads import key_of


class Filed(CaseForm):
    """A form about the file, while the case is open. What was typed before it ended comes to the service, which says so."""

    permission = CHANGE
    success_message = "已记下。"

    def check_row(self):
        super().check_row()
        if self.get_row().is_broken() or (self.opens and not self.get_row().is_open()):
            raise Http404

    @property
    def opens(self):
        """True when the page is only asked for."""
        return self.request.method in ("GET", "HEAD")


class MaterialCreate(Filed):
    def get_title(self):
        return "收一份材料"

    def get_form(self, data=None, files=None):
        return MaterialForm(data, files, user=self.request.user, case=self.get_row())

    def save(self, form):
        facts = {k: v for k, v in form.cleaned_data.items() if k != "once_key"}
        acts.add_material(self.get_row(), **facts, by=self.request.user, key=key_of(form))
        return self.get_row().get_absolute_url()


class Strike(Filed):
    submit_label = "作废"

    def check_row(self):
        super().check_row()
        self.material = self.get_row().materials.select_related("case").filter(pk=self.kwargs["material"]).first()
        if self.material is None or (self.opens and self.material.struck):
            raise Http404

    def get_title(self):
        return "材料作废"

    def get_form(self, data=None, files=None):
        return StrikeForm(data, files, user=self.request.user, case=self.get_row())

    def save(self, form):
        acts.strike_material(self.material, why=form.cleaned_data["why"], by=self.request.user)
        return self.get_row().get_absolute_url()


class Sheet(OfCase):
    """A picture of one sheet."""

    permission = VIEW

    def get(self, request, *args, **kwargs):
        sheet = MaterialPage.objects.filter(material__case=self.get_row(), pk=self.kwargs["sheet"]).first()
        data = sheet.get() if sheet else b""
        if not data:
            raise Http404
        audit.record_sealed_read(sheet, by=request.user)
        return kept_file(data, "image/jpeg", "1.jpg")


class Person(Filed):
    """What papers say of one party, who acts for her, how she is reached."""

    def check_row(self):
        super().check_row()
        if not self.kwargs["place"] < len(self.get_row().parties):
            raise Http404

    @property
    def party(self):
        return self.get_row().parties[self.kwargs["place"]]

    def get_title(self):
        return f"{self.party['name']}的资料、代理人"

    def get_page_title(self):
        return "当事人资料"

    def get_form(self, data=None, files=None):
        case = self.get_row()
        return PersonForm(
            data, files, user=self.request.user, case=case,
            initial={**PersonForm.initial_of(self.party), "seen": acts.party_mark(self.party)}, known=self.party.get("resident"),
        )  # fmt: skip

    def save(self, form):
        acts.describe_party(self.get_row(), self.kwargs["place"], **form.told(), by=self.request.user)
        return self.get_row().get_absolute_url()
