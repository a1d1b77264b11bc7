"""G5: list, deep page, filter, search and look-up, against the session floor and the stock admin."""

from django.test import Client

from accounts.models import User
from bench.measure import interleaved, queries_of
from fedhub.core import crypto
from households.models import Resident


def run(rounds=15):
    """Dict of CPU milliseconds and queries a page, and the row counts found."""
    user = User.objects.filter(grants__role="chair").order_by("id").first()
    client = Client()
    client.force_login(user, backend="accounts.backends.StaffBackend")
    middle = Resident.objects.order_by("id")[Resident.objects.count() // 2]
    number = middle.id_number or "11010519491231002X"
    first = client.get("/households/residents/")
    deep = first.context["page"].next_url
    for _ in range(20):
        page = client.get(f"/households/residents/{deep}").context["page"]
        deep = page.next_url or deep

    def page_of(address):
        def get():
            response = client.get(address)
            if response.status_code != 200:
                raise RuntimeError(f"{address}: {response.status_code}")

        return get

    grid = middle.area_id
    pages = {
        "floor": page_of("/bench/floor/"),
        "list": page_of("/households/residents/"),
        "deep": page_of(f"/households/residents/{deep}"),
        "filter": page_of(f"/households/residents/?area={grid}&sex=2"),
        "search_name": page_of(f"/search/?q={middle.name[-2:]}"),
        "search_initials": page_of("/search/?q=wgl"),
        "search_id": page_of(f"/search/?q={number}"),
        "admin_list": page_of("/bench/admin/households/resident/"),
        "admin_search": page_of(f"/bench/admin/households/resident/?q={middle.name[-2:]}"),
    }
    slow = {name: pages.pop(name) for name in ("admin_list", "admin_search")}
    found = interleaved(pages, rounds, repeat=3)
    found |= interleaved({"floor_again": pages["floor"], **slow}, 3)
    crypto.forget_keys()
    return {"cpu_ms": found, "queries": {name: queries_of(work) for name, work in pages.items()}}
