"""G5: list, deep page, filter, search and look-up, against the session floor and the stock admin."""

import html
import re

from django.db import connection

from accounts.models import User
from accounts.roles import Role
from bench.measure import interleaved, queries_of
from fedhub.core.memory import settle
from fedhub.core.testing.client import FormClient
from households.models import Resident

HOMES = "/households/"
LIST, SEARCH, ADMIN = "/households/residents/", "/search/", "/bench/admin/households/resident/"
PAGES_DEEP = 40


def chair():
    """The account that measures: the chair of the seeded community, whose scope is every grid of it."""
    return User.objects.filter(grants__role=Role.CHAIR).order_by("id").first()


def signed_in():
    """A test client with the chair's session."""
    client, user = FormClient(), chair()
    User.objects.filter(pk=user.pk).update(must_change_password=False)
    client.force_login(user, backend="accounts.backends.StaffBackend")
    return client


def run(rounds=9):
    """CPU and wall milliseconds a page (`{name: [cpu, wall]}`), its queries, and how many rows or hits it shows.

    Memory is kept as in a web worker (`settle`), for the project's pages and for those of the stock admin.
    """
    client = signed_in()
    settle()
    count = Resident.objects.count()
    middle = Resident.objects.exclude(id_blind=None).filter(sex="2").order_by("id")[count // 4]
    deep = deep_address(client)
    part = middle.name[-2:]
    addresses = {
        "floor": "/bench/floor/",
        "list": LIST,
        "deep": LIST + deep,
        "filter": f"{LIST}?area={middle.area.code}&who=women",
        "search_name": f"{SEARCH}?q={part}",
        "search_initials": f"{SEARCH}?q=wgl",
        # Families come the heaviest overdue ones first, two lists in one.
        "homes": HOMES,
        "homes_deep": HOMES + deep_address(client, HOMES),
        "homes_grid": f"{HOMES}?area={middle.area.code}",
        # Lists narrowed by typed words: a whole name, which few have, and a part of one, which hundreds have at a million.
        "list_whole": f"{LIST}?q={middle.name}",
        "homes_whole": f"{HOMES}?q={middle.name}",
        "list_name": f"{LIST}?q={part}",
        "list_initials": f"{LIST}?q=wgl",
        "homes_name": f"{HOMES}?q={part}",
    }
    slow = {"admin_list": ADMIN, "admin_deep": f"{ADMIN}?p={count * 9 // 500}", "admin_search": f"{ADMIN}?q={part}"}

    def page_of(address):
        def get():
            response = client.get(address)
            if response.status_code != 200:
                raise RuntimeError(f"{address}: {response.status_code}")
            return response

        return get

    def look_up():
        # A whole number never stands in an address: it is posted, and the answer leads to a sealed one.
        response = client.post(SEARCH, {"q": middle.id_number}, follow=True)
        if middle.name not in response.content.decode():
            raise RuntimeError(f"{SEARCH}: {response.redirect_chain}")
        return response

    pages = {name: page_of(address) for name, address in addresses.items()} | {"search_id": look_up}
    slow = {name: page_of(address) for name, address in slow.items()}
    # As a web worker, which has read its addresses and templates by then.
    for work in pages.values():
        work()
    settle()
    # One after the other, as requests come: five of the same in a row find all their code in the processor's caches.
    found = interleaved(pages, rounds * 5)
    found |= interleaved({"floor_again": pages["floor"], **slow}, 3)
    return {
        "residents": count,
        "pages": found,
        "queries": {name: queries_of(work) for name, work in (pages | slow).items()},
        "bytes": {name: len(work().content) for name, work in pages.items()},
        "vendor": connection.vendor,
    }


def deep_address(client, page=LIST, pages=PAGES_DEEP):
    """Query of a page deep in the list at `page`: `pages` on, reached as a person does."""
    address = ""
    for _ in range(pages):
        found = re.search(r'href="(\?[^"]*after=[^"]+)"', client.get(page + address).content.decode())
        address = html.unescape(found[1]) if found else address
    return address
