"""Components of the pages: icon, chip, card, facts, tabs, timeline, masked value and others.

Built-in for every template. Small ones that stand in every table row are plain functions; the others render
`components/<name>.html`. Lists are given as dicts; the gallery page shows each one.
"""

import html
import re
from copy import copy
from datetime import date
from functools import cache, lru_cache
from pathlib import Path

from crispy_forms.templatetags.crispy_forms_filters import as_crispy_field
from django import template
from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.forms import DateInput, TextInput
from django.template.library import SimpleBlockNode
from django.urls import reverse
from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from fedhub.core import addresses, once
from fedhub.core.privacy import privacy_of
from fedhub.core.reveal import REASONS
from fedhub.core.templatetags.fmt import short_day

register = template.Library()
# Django finds the blocks of a page by walking `child_nodelists`, and its own block tags hide theirs: {{ block.super }} of a block
# that stands inside a component (the actions in page_head) was empty, and with it the buttons of the page above.
SimpleBlockNode.child_nodelists = ("nodelist",)

ICON_FILE = Path(settings.BASE_DIR) / "static" / "img" / "icons.svg"
KINDS = {"", "ok", "warn", "bad", "info", "secret", "accent", "line", "quiet"}
# A state is never a colour alone: the icon that goes with a kind when none is named.
KIND_ICONS = {"ok": "check", "warn": "clock", "bad": "alert", "info": "info", "secret": "lock"}
NOTHING = mark_safe('<span class="wf-mute">未登记</span>')


def _render(context, name, **values):
    page = context.template.engine.get_template(f"components/{name}.html")
    return page.render(context.new(values | {"csrf_token": context.get("csrf_token", "")}))


# --- icons, chips -------------------------------------------------------------------------------------------------
@cache
def icons():
    """`{name: inner svg}` of the drawn icons."""
    found = re.findall(r'<symbol id="([a-z]+)"[^>]*>(.*?)</symbol>', ICON_FILE.read_text(), re.DOTALL)
    return dict(found)


@cache
def _svg(name):
    return mark_safe(
        f'<svg class="wf-icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">{icons()[name]}</svg>'
    )


@register.simple_tag
def once_field():
    """The once-key of a form that is a button alone; forms with fields carry theirs (core.forms)."""
    return format_html('<input type="hidden" name="once_key" value="{}">', once.new_key())


@register.simple_tag
def page_url(name):
    """The address of a page without arguments: `{% url %}` for what stands on every page, without looking it up each time."""
    return addresses.page_url(name)


@register.simple_tag
def row_url(name, pk):
    """The address of a page of one row: `{% url %}` for what stands in every row of a list."""
    return addresses.url_for(name)(pk)


@register.simple_tag
def icon(name, label=""):
    """One line icon. `label` is read aloud where the icon stands without a word. KeyError for an unknown name."""
    return format_html('{}<span class="wf-sr">{}</span>', _svg(name), label) if label else _svg(name)


@register.simple_tag
def chip(kind, text, icon=None):
    """A state in a word: kind of KINDS, text, icon (by kind when not named; "" for none). Nothing without text."""
    if not text:
        return ""
    kind = kind if kind in KINDS else ""
    name = KIND_ICONS.get(kind, "") if icon is None else icon
    classes = f"wf-chip wf-chip-{kind}" if kind not in ("", "quiet") else "wf-chip"
    return format_html('<span class="{}">{}{}</span>', classes, _svg(name) if name else "", text)


def link(url, text):
    """A link for the lines of a list; `url` comes from `reverse`, `text` is escaped."""
    return SafeString(f'<a href="{url}">{html.escape(text)}</a>')


def mute(text):
    """A word in the quiet colour, for the lines of a list."""
    return SafeString(f'<span class="wf-mute">{html.escape(text)}</span>')


@lru_cache(maxsize=2000)
def chips(labels, most=None):
    """Plain chips side by side (a tuple of labels), a dash when there is none; more than `most` are counted."""
    if not labels:
        return mark_safe('<span class="wf-mute">—</span>')
    rest = format_html('<span class="wf-mute">等 {} 类</span>', len(labels)) if most and len(labels) > most else ""
    return format_html(
        '<span class="wf-chips">{}{}</span>', mark_safe("".join(chip("", x) for x in labels[:most])), rest
    )


@register.simple_tag
def due(day, done=False):
    """A date to come as a chip: 逾期 7 天 (bad), 今天到期 and up to 3 days (warn), 还有 9 天; later dates in words."""
    if not isinstance(day, date) or done:
        return short_day(day)
    return days_left((day - timezone.localdate()).days) or short_day(day)


@lru_cache(maxsize=500)
def days_left(left):
    """What `due` says of a day `left` days from today, "" where it says the day itself."""
    if left < 0:
        return chip("bad", f"逾期 {-left} 天")
    if left == 0:
        return chip("warn", "今天到期")
    return chip("warn" if left <= 3 else "", f"还有 {left} 天", "clock") if left <= 14 else ""


# --- boxes --------------------------------------------------------------------------------------------------------
@register.simple_block_tag(takes_context=True)
def card(context, content, title="", *, link_text="", link_url="", count=None, foot="", flush=False, note=""):
    """A white box about one subject. `flush`: content (a table, rows) reaches the edges."""
    return _render(
        context, "card", content=content, title=title, link_text=link_text, link_url=link_url, count=count, foot=foot,
        flush=flush, note=note,
    )  # fmt: skip


@register.simple_block_tag(takes_context=True)
def alert(context, content, kind="info", title="", *, link_text="", link_url=""):
    """A sentence that stays true while the page is open."""
    return _render(
        context, "alert", content=content, kind=kind, title=title, icon_name=KIND_ICONS.get(kind, "info"),
        link_text=link_text, link_url=link_url,
    )  # fmt: skip


@register.simple_block_tag(takes_context=True)
def empty(context, content, title="", *, icon="list", action_text="", action_url=""):
    """An empty page or list: what it is for and the first step."""
    return _render(
        context, "empty", content=content, title=title, icon_name=icon, action_text=action_text, action_url=action_url
    )


@register.simple_block_tag(takes_context=True)
def table(context, content, caption, *, sticky=False, scroll=False, stay=False):
    """A table of records; under 700 px its rows become cards (give each td a data-label) unless `stay`.

    `sticky`: the head stays under the top bar of a long page. `scroll`: a box of its own height.
    """
    box = "wf-table-page" if sticky else "wf-table-scroll" if scroll else "wf-table-wrap"
    return _render(context, "table", content=content, caption=caption, box=box, stay=stay)


@register.simple_block_tag
def lines(content, rows):
    """The lines of a long table: the block is one line, `%(title)s` in it the cell `title` of each of `rows` (NamedTuples).

    The block is rendered once and filled here; cells that are not markup are escaped. A per cent sign is written twice,
    and nothing that somebody typed may stand in the block itself. For lists of fifty lines with many cells: as variables
    of the template they take half the time of its rendering.
    """
    return mark_safe("".join([content % dict(zip(row._fields, map(_cell, row), strict=True)) for row in rows]))


def _cell(text):
    """`text` as markup."""
    return text if type(text) is SafeString else conditional_escape(text)


@register.simple_block_tag
def filterbar(content, *, end=""):
    """Filters above a table; `end` is the sentence on the right."""
    tail = format_html('<span class="wf-filters-end">{}</span>', end) if end else ""
    return format_html('<div class="wf-filters">{}{}</div>', content, tail)


# --- label and value ----------------------------------------------------------------------------------------------
@register.simple_block_tag
def facts(content, *, columns=2):
    """Rows of label and value in one or two columns; inside: {% fact %} and {% factblock %}."""
    return format_html('<dl class="{}">{}</dl>', "wf-facts wf-facts-1" if columns == 1 else "wf-facts", content)


@register.simple_tag
def fact(label, value, note=""):
    """One label and value; an empty value says 未登记."""
    shown = NOTHING if value in (None, "") else conditional_escape(value)
    tail = format_html(' <span class="wf-mute">{}</span>', note) if note else ""
    return format_html("<div><dt>{}</dt><dd>{}{}</dd></div>", label, shown, tail)


@register.simple_block_tag
def factblock(content, label):
    """One label with marked-up content (chips, a masked value)."""
    return format_html("<div><dt>{}</dt><dd>{}</dd></div>", label, content.strip() and mark_safe(content) or NOTHING)


class Masker:
    """Markup of one masked field: with a 查看 button when the user may open it (reason, log, 30 seconds).

    Made once for a column of a table, called for each row. `words=False` shows the eye alone, for tables.
    """

    def __init__(self, user, model, field, *, words=True):
        options = model._meta
        self._mask = privacy_of(model).masks[field]
        permission = getattr(model.Privacy, "reveal", f"{options.app_label}.reveal_{options.model_name}")
        self._open = ""
        if user is None or not user.has_perm(permission):
            return
        try:
            label = options.get_field(field).verbose_name
        except FieldDoesNotExist:
            label = "完整内容"
        # Only the mask, the key and the name differ from row to row.
        self._open = (
            f'<span class="wf-mask" data-mask><span class="wf-mask-dots">%s</span><button type="button" data-reveal '
            f'data-url="{_reveal_url()}" data-record="{options.label_lower}" data-pk="%s" data-field="{field}" '
            f'aria-label="查看%s{conditional_escape(label)}" title="查看">{_svg("eye")}{"查看" if words else ""}</button></span>'
        )

    def __call__(self, pk, value, who=""):
        """Markup for the value of the record `pk`; `who` names the person in the spoken label of the button."""
        if not value:
            return NOTHING
        text = html.escape(self._mask(value))
        if not self._open:
            return SafeString(f'<span class="wf-mask"><span class="wf-mask-dots">{text}</span></span>')
        return SafeString(self._open % (text, pk, html.escape(who)))


@cache
def _reveal_url():
    return reverse("core:reveal")


@register.simple_tag(takes_context=True)
def masked(context, record, field, who="", *, words=True):
    """The masked value of `record.field`, see Masker."""
    return Masker(context.get("user"), record._meta.model, field, words=words)(record.pk, getattr(record, field), who)


@register.simple_tag
def reveal_reasons():
    """`[(code, label)]` of the reasons for opening a masked value."""
    return list(REASONS.items())


# --- page parts ---------------------------------------------------------------------------------------------------
@register.simple_block_tag(takes_context=True)
def page_head(context, content, title, *, chips=(), meta=(), crumbs=()):
    """Head of a page; the content are the actions, the main one last.

    chips: (kind, text[, icon]) each; meta: short facts in one line; crumbs: (label, url) of the pages above.
    """
    shown = [chip(*entry) for entry in chips or ()]
    return _render(
        context, "page_head", title=title, chips=shown, meta=[m for m in meta or () if m], crumbs=crumbs or (),
        actions=content.strip() and mark_safe(content),
    )  # fmt: skip


@register.simple_tag(takes_context=True)
def tabs(context, items, label="分页"):
    """Parts of one record: dicts label, url, current, count."""
    return _render(context, "tabs", items=items, label=label)


@register.simple_tag(takes_context=True)
def segments(context, items, label="种类"):
    """One filter of at most six values: dicts label, url, current, count."""
    return _render(context, "segments", items=items, label=label)


@register.simple_tag(takes_context=True)
def timeline(context, entries):
    """What happened, newest first: dicts when (text or list), title, text, url, state ("now", "bad", "")."""
    rows = [{**e, "when": [e["when"]] if isinstance(e.get("when"), str) else e.get("when") or []} for e in entries]
    return _render(context, "timeline", entries=rows)


@register.simple_tag(takes_context=True)
def steps(context, items):
    """A wizard or a life cycle: dicts label, note, state ("done", "now", "")."""
    return _render(context, "steps", items=items)


@register.simple_tag(takes_context=True)
def tiles(context, items):
    """Three to five figures in one band: dicts label, figure, unit, note, url, current."""
    return _render(context, "tiles", items=items)


@register.simple_tag(takes_context=True)
def todo(context, item):
    """One thing to do: dict or object with icon, title, line, due, tone, url, action."""
    return _render(context, "todo", item=item)


@register.simple_tag(takes_context=True)
def people(context, rows):
    """Persons in charge: dicts name, note, url, link_text."""
    return _render(context, "people", rows=rows)


@register.simple_tag(takes_context=True)
def photos(context, rows, empty_text="没有照片"):
    """Stored pictures: dicts url, caption."""
    return _render(context, "photos", rows=rows, empty_text=empty_text)


@register.simple_tag
def meter(done, total, label):
    """Long work with its counts."""
    return format_html(
        '<progress class="wf-meter" max="{}" value="{}" aria-label="{}">{} / {}</progress>',
        total or 1, done, label, done, total,
    )  # fmt: skip


@register.simple_tag(takes_context=True)
def pager(context, page):
    """Neighbouring pages of a keyset page (fedhub.core.paging.Page)."""
    engine = context.template.engine
    return engine.get_template("generic/_pager.html").render(context.new({"page": page}))


@register.simple_tag
def face(name):
    """The first character of a name as a round mark."""
    return format_html('<span class="wf-face" aria-hidden="true">{}</span>', str(name or "")[:1])


@register.simple_tag(takes_context=True)
def field(context, bound, label="", **attrs):
    """One form field outside crispy: label, input, hint, errors. `label` replaces the form's; attrs: the input's."""
    kind = getattr(bound.field.widget, "input_type", "")
    name = {"checkbox": "form-check-input", "select": "form-select"}.get(kind, "form-control")
    classes = f"{name} is-invalid" if bound.errors else name
    html = bound.as_widget(attrs={**attrs, "class": classes})
    return _render(context, "field", field=bound, widget=html, label=label or bound.label, tick=kind == "checkbox")


# Markup of filter fields made by crispy: most filters stand unused on every page of a list.
_filter_fields = {}
_MOST_FILTER_FIELDS = 2000
# Stands in kept markup where what somebody typed goes.
_TYPED = "\ue000typed\ue001"


@register.simple_tag
def filter_field(bound):
    """One field of a filter form, by crispy; the markup is kept per process, but never what somebody typed."""
    value, field = bound.value(), bound.field
    choices = getattr(field, "choices", None)
    if bound.errors or hasattr(field, "queryset"):
        return as_crispy_field(bound)
    if value and choices is None:
        if type(field.widget) not in (TextInput, DateInput):
            return as_crispy_field(bound)
        typed = conditional_escape(field.widget.format_value(value))
        return mark_safe(_kept_field(_with_mark(bound), _TYPED).replace(_TYPED, typed))
    return _kept_field(bound, str(value), choices and tuple(map(tuple, choices)))


def _kept_field(bound, *about):
    key = (type(bound.form), bound.name, bound.label, *about)
    found = _filter_fields.get(key)
    if found is None:
        if len(_filter_fields) >= _MOST_FILTER_FIELDS:
            _filter_fields.clear()
        found = _filter_fields[key] = as_crispy_field(bound)
    return found


def _with_mark(bound):
    """`bound` as if the mark had been typed."""
    marked = copy(bound)
    marked.value = lambda: _TYPED
    return marked


# The menu in the forms it has taken: for one person on one page it changes only with its numbers.
_rails = {}
_MOST_RAILS = 1000


@register.simple_tag(takes_context=True)
def rail(context):
    """The main menu (`_rail.html`), kept per process for each set of entries, numbers, page and office."""
    menu, name, note = context.get("menu") or (), context.get("site_name", ""), context.get("site_note", "")
    groups = tuple(
        (g["url"], g["current"], g["count"], tuple((c["url"], c["current"], c["count"]) for c in g["children"]))
        for g in menu
    )
    found = _rails.get((name, note, groups))
    if found is None:
        if len(_rails) >= _MOST_RAILS:
            _rails.clear()
        page = context.template.engine.get_template("_rail.html")
        found = page.render(context.new({"site_name": name, "site_note": note} | ({"menu": menu} if menu else {})))
        _rails[name, note, groups] = found
    return found
