"""What pickers ask: at most twenty people or households of the user's scope, as JSON.

The words are posted: they may be an identity number, which must not stand in an address.
"""

from django.http import JsonResponse

from fedhub.core.views import StaffView
from fedhub.reference.lookup import labels
from households.models import Household, Resident
from households.queries import find_households, find_residents

SHOWN = 20


class PickResident(StaffView):
    permission = "households.view_resident"
    model = Resident

    def post(self, request):
        people = find_residents(request.user, request.POST.get("q", ""), SHOWN)
        sexes = labels("sex")
        results = []
        for person in people:
            home = person.home
            notes = [sexes.get(person.sex, ""), person.birth[:7], home.household.address if home else person.area.name]
            results.append({"id": person.pk, "text": person.name, "note": " · ".join(n for n in notes if n)})
        return JsonResponse({"results": results})


class PickHousehold(StaffView):
    permission = "households.view_household"
    model = Household

    def post(self, request):
        homes = find_households(request.user, request.POST.get("q", ""), SHOWN)
        return JsonResponse(
            {
                "results": [
                    {
                        "id": home.pk,
                        "text": str(home),
                        "note": " · ".join(filter(None, [home.address, home.area.name])),
                    }
                    for home in homes
                ]
            }
        )
