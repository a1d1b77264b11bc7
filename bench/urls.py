"""The project's addresses, an empty view as the floor, and the stock admin as a peer."""

from django.http import HttpResponse
from django.urls import path

from bench.peers import site
from fedhub.core.access import LIBRARY_VIEWS, PUBLIC, SIGNED_IN, access
from fedhub.urls import urlpatterns as project


@access(SIGNED_IN)
def floor(request):
    """Session and user from the database, nothing else."""
    return HttpResponse(str(request.user.pk))


for _name in (
    "index",
    "households_resident_changelist",
    "households_resident_import",
    "households_resident_process_import",
):
    LIBRARY_VIEWS[_name] = SIGNED_IN
LIBRARY_VIEWS["login"] = PUBLIC

urlpatterns = [path("bench/floor/", floor), path("bench/admin/", site.urls), *project]
