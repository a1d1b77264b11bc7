"""Writing down a concern: by staff, with what it may repeat shown while typing."""

from django.shortcuts import render
from django.urls import reverse

from concerns.forms.concern import ConcernForm
from concerns.models import Concern
from concerns.queries import similar_concerns
from concerns.services.intake import take_in
from concerns.similar import Said
from concerns.views.concern import crumb
from fedhub.areas.models import Area
from fedhub.core.text import row_key
from fedhub.core.views import ScopedCreateView, StaffView
from households.models import Household, Resident


class Intake:
    """What the form and its warning share: the household of the address, and the concerns this one may repeat."""

    permission = "concerns.add_concern"
    model = Concern

    def get_household(self):
        """The household of `?household=`; 404 when it is out of scope."""
        if not hasattr(self, "_household"):
            rows = Household.objects.visible_to(self.request.user, self.permission).select_related("area")
            self._household = self.named_row("household", rows)
        return self._household

    def get_similar(self, data):
        """What the typed `data` may repeat, in the community it is about; [] for a word or two."""
        said = Said(data.get("title", "")[:80], data.get("place", "")[:60], data.get("topic", "")[:4])
        if len(said.title.strip()) < 3:
            return []
        return similar_concerns(said, area=self.get_place(data), user=self.request.user)

    def get_place(self, data):
        """Where the typed concern lies: household, person or chosen place; None while nothing says so."""
        user, household = self.request.user, self.get_household()
        if household is not None:
            return household.area
        person, area = data.get("resident", ""), data.get("area", "")
        if row_key(person):
            people = Resident.objects.visible_to(user, self.permission).select_related("area")
            if found := people.filter(pk=person).first():
                return found.area
        return Area.objects.visible_to(user, self.permission).filter(pk=area).first() if row_key(area) else None


class ConcernCreate(Intake, ScopedCreateView):
    """Raised by staff; `?household=` comes from a household's page and sets family and place."""

    title = "登记诉求"
    form_class = ConcernForm
    template_name = "concerns/concern_form.html"
    success_message = ""

    def get_title(self):
        household = self.get_household()
        return f"登记诉求：{household}" if household else self.title

    def get_form_kwargs(self):
        return {"household": self.get_household(), "initial": {"resident": self.request.GET.get("resident")}}

    def get_context_data(self, **kwargs):
        data = self.request.POST
        return super().get_context_data(
            similar=self.get_similar(data) if data else [], join=data.get("join", ""),
            hint_url=f"{reverse('concerns:similar')}?{self.request.GET.urlencode()}", **kwargs,
        )  # fmt: skip

    def get_back_url(self):
        household = self.get_household()
        return household.get_absolute_url() if household else reverse("concerns:concern_list")

    def get_crumbs(self):
        return [crumb()]

    def save(self, form):
        data, household = form.cleaned_data, self.get_household()
        resident = data.get("resident")
        if household is None and resident is not None and resident.home is not None:
            household = resident.home.household
        self.success_message = (
            f"诉求已登记，并入 {data['join'].number} 一起办。" if data["join"]
            else "诉求已登记，当场办结。" if data["answer"] else "诉求已登记。"
        )  # fmt: skip
        return take_in(
            lead=data["join"], answer=data["answer"],
            origin=data["origin"],
            title=data["title"],
            area=household.area if household else data["area"],
            household=household,
            resident=resident,
            detail=data["detail"],
            topic=data["topic"],
            place=data["place"],
            anonymous=data.get("anonymous", False),
            on_behalf=data["on_behalf"],
            channel=data["channel"],
            raised_on=data["raised_on"],
            by=self.request.user,
        )  # fmt: skip


class SimilarHint(Intake, StaffView):
    """POST title, place, topic, resident, area while typing: the concerns this one may repeat. Nothing enters an
    address."""

    def post(self, request):
        self.get_household()
        context = {"similar": self.get_similar(request.POST), "join": request.POST.get("join", "")}
        return render(request, "concerns/concern_form/_similar.html", context)
