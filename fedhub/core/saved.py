"""Filters of a list kept under a name, each for its owner alone; numbers of persons are never kept."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import CharField, IntegerField
from django.http import Http404, QueryDict
from django.urls import NoReverseMatch, resolve, reverse

from fedhub.core.models import SavedFilter
from fedhub.core.prepared import Given, prepared
from fedhub.core.sought import MARK, is_number

MOST = 20
LENGTH = 1000


def list_view_of(page, user):
    """The class of the list named `page` ("concerns:concern_list"), open to `user`. Raises Http404."""
    try:
        view = getattr(resolve(reverse(page)).func, "view_class", None)
    except NoReverseMatch:
        raise Http404 from None
    if view is None or not getattr(view, "keeps_filters", False) or view.filter_class is None:
        raise Http404
    if not user.has_perm(view.permission):
        raise Http404
    return view


def kept_query(text, view, user):
    """`(query, left_out)`: what of the address `text` of the list `view` may be kept, and whether a number was left out.

    Kept are filters and the order; no page of the list, nothing empty, nothing sealed.
    """
    names = {*view.filter_class(user=user).fields, "sort"}
    kept, left_out = QueryDict(mutable=True), False
    for name, values in QueryDict(text).lists():
        for value in values:
            if name not in names or not value:
                continue
            if value.startswith(MARK) or is_number(value):
                left_out = True
            else:
                kept.appendlist(name, value)
    return kept.urlencode(), left_out


@transaction.atomic
def save_filter(user, *, page, name, query):
    """Keep `query` for `user` under `name`; the same name gets the new filters. Returns the SavedFilter.

    Raises ValidationError when there is nothing to keep, too much of it, or MOST are kept already.
    """
    if not query:
        raise ValidationError("没有能存的条件。号码不存，请换成姓名或别的条件。")
    if len(query) > LENGTH:
        raise ValidationError("条件太长，存不下。请去掉一些。")
    others = SavedFilter.objects.filter(user=user, page=page).exclude(name=name)
    if others.count() >= MOST:
        raise ValidationError(f"一页最多存 {MOST} 组，请先删掉不用的。")
    return SavedFilter.objects.update_or_create(user=user, page=page, name=name, defaults={"query": query})[0]


def delete_filter(saved, *, by):
    """Take a kept one away."""
    saved.delete()


@prepared
def _kept_of():
    rows = SavedFilter.objects.filter(user_id=Given("user", IntegerField()), page=Given("page", CharField()))
    return rows.order_by("pk").values_list("pk", "name", "query")


def saved_for(user, page, query):
    """What `user` kept for the list `page`: dicts pk, name, url, current (its filters are those of the address `query`).

    One query.
    """
    shown = _pairs(query)
    return [
        {"pk": pk, "name": name, "url": f"{reverse(page)}?{kept}", "current": _pairs(kept) == shown}
        for pk, name, kept in _kept_of.rows(user=user.pk, page=page)
    ]


def _pairs(query):
    return sorted((k, v) for k, vs in QueryDict(query).lists() for v in vs if v and k not in {"after", "before"})
