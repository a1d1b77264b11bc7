"""Grids and communities: list, page, opening, changing, splitting, merging, closing."""

from collections import Counter

from django.db.models import Count, Q
from django.urls import reverse

from fedhub.areas.enums import CODE_LENGTH, AreaKind, AreaStatus
from fedhub.areas.models import Area, Building
from fedhub.areas.services import change_area
from fedhub.core.views import FormView, ScopedCreateView, ScopedDetailView, ScopedListView, ScopedUpdateView
from grids.forms.place import GridFilterForm, GridForm, MergeForm, RetireForm, SplitForm
from grids.models import Duty, Term
from grids.queries import duties_of, grid_figures
from grids.services.places import Part, close_grid, merge_grids, open_grid, split_grid
from households.models import Household


def crumb():
    return ("网格与包保", reverse("grids:grid_list"))


def page_of(grid):
    return reverse("grids:grid_detail", args=[grid.pk])


class GridList(ScopedListView):
    permission = "areas.view_area"
    model = Area
    title = "网格与包保"
    filter_class = GridFilterForm
    sorts = {"code": ("code", "代码")}
    template_name = "grids/grid_list.html"
    results_template = "grids/grid_list/_results.html"
    unit = "个"

    def get_list(self):
        return self.get_rows().grids().select_related("parent")

    def get(self, request, *args, **kwargs):
        self.homes = Counter()
        homes = Household.objects.visible_to(request.user).active()
        for code, number in homes.values_list("area__code").annotate(n=Count("pk")).order_by():
            self.homes[code[: CODE_LENGTH[AreaKind.GRID]]] += number
        self.heads = {}
        for duty in Duty.objects.visible_to(request.user).in_force().for_list().order_by("role", "pk"):
            self.heads.setdefault(duty.area_id, []).append(f"{duty.person} {duty.get_role_display()}")
        return super().get(request, *args, **kwargs)

    def row(self, grid):
        return {
            "id": grid.pk,
            "code": grid.code,
            "grid": grid,
            "homes": self.homes[grid.code],
            "people": "、".join(self.heads.get(grid.pk, [])),
        }

    def get_create_url(self):
        return reverse("grids:grid_create") if self.request.user.has_perm("areas.add_area") else ""

    def get_context_data(self, **kwargs):
        user = self.request.user
        return super().get_context_data(
            communities=Area.objects.visible_to(user).communities().active(), create_label="新建网格",
            duties_url=reverse("grids:duty_list") if user.has_perm("grids.view_duty") else "", **kwargs,
        )  # fmt: skip


class PlaceDetail(ScopedDetailView):
    """Base of the pages of a grid and a community."""

    permission = "areas.view_area"
    model = Area
    kinds = ()
    log_reading = False

    def get_rows(self):
        return super().get_rows().filter(kind__in=self.kinds).select_related("parent")

    def get_title(self):
        return self.get_row().name

    def get_crumbs(self):
        return [crumb()]

    def get_context_data(self, **kwargs):
        place, user = self.get_row(), self.request.user
        return super().get_context_data(
            figures=figure_tiles(place, user),
            duties=duties_of(place),
            children=place.children.order_by("code"),
            history=place_history(place),
            may_change=user.has_perm("areas.change_area", place) and place.closed_on is None,
            may_assign=user.has_perm("grids.add_duty", place) and place.is_home,
            **kwargs,
        )


def figure_tiles(place, user):
    """Tiles of a place: what the lists behind them show to this user."""
    figures = grid_figures(place, user)

    def list_of(name, permission, field, value):
        """Address of a list limited to the place; '' where the list has no such limit and would count others too, and for
        whoever does not open it."""
        if not user.has_perm(permission):
            return ""
        if place.kind == AreaKind.GRID and place.status == AreaStatus.ACTIVE:
            return f"{reverse(name)}?{field}={value}"
        whole = all(code.startswith(place.code) for code, _ in user.grids("households.view_household"))
        return reverse(name) if whole and place.kind == AreaKind.COMMUNITY else ""

    return [
        {"label": "在册家庭", "figure": figures["homes"], "unit": "户",
         "url": list_of("households:household_list", "households.view_household", "area", place.code)},
        {"label": "本月走访", "figure": figures["visited"], "unit": "户",
         "url": list_of("grids:visit_list", "grids.view_visit", "grid", place.pk)},
        {"label": "走访逾期", "figure": figures["overdue"], "unit": "户"},
        {"label": "没办完的诉求", "figure": figures["concerns"], "unit": "件",
         "url": list_of("concerns:concern_list", "concerns.view_concern", "grid", place.pk)},
    ]  # fmt: skip


def place_history(place):
    """Entries for the timeline: what a place came from and became."""
    lines = []
    for change in place.became.select_related("new"):
        verb = "分出" if change.kind == AreaStatus.SPLIT else "并入"
        became = f"，{verb}“{change.new.name}”" if change.new else ""
        lines.append((change.on, change.pk, change.get_kind_display() + became, change.reason))
    for change in place.came_from.select_related("old"):
        verb = "拆分" if change.kind == AreaStatus.SPLIT else "合并"
        lines.append((change.on, change.pk, f"由“{change.old.name}”{verb}而来", change.reason))
    lines.sort(reverse=True)
    entries = [{"when": [on.isoformat()], "title": title, "text": reason} for on, _, title, reason in lines]
    return [*entries, {"when": [place.opened_on.isoformat()], "title": "启用", "text": ""}]


class GridDetail(PlaceDetail):
    template_name = "grids/grid_detail.html"
    kinds = (AreaKind.GRID, AreaKind.UNIT)

    def get_context_data(self, **kwargs):
        grid = self.get_row()
        return super().get_context_data(
            buildings=grid.buildings.order_by("compound", "name"),
            may_retire=self.request.user.has_perm("areas.add_area", grid) and grid.is_home
            and grid.kind == AreaKind.GRID,
            build_url=self.get_build_url(),
            **kwargs,
        )  # fmt: skip

    def get_build_url(self):
        may = self.request.user.has_perm("areas.add_building", self.get_row())
        return reverse("areas:building_create") if may else ""


class CommunityDetail(PlaceDetail):
    template_name = "grids/community_detail.html"
    kinds = (AreaKind.COMMUNITY,)

    def get_context_data(self, **kwargs):
        place = self.get_row()
        homes = Count("pk")
        rows = Household.objects.visible_to(self.request.user).active().filter(area__code__startswith=place.code)
        by_area = dict(rows.values_list("area__code").annotate(n=homes).order_by())
        grids = [
            (grid, sum(n for code, n in by_area.items() if code.startswith(grid.code)))
            for grid in Area.objects.visible_to(self.request.user).grids().active().filter(parent=place)
        ]
        terms = Term.objects.visible_to(self.request.user).filter(area=place).order_by("-starts_on", "-pk")
        return super().get_context_data(grids=grids, terms=terms, meta=[place.code, place.office_name], **kwargs)


class GridCreate(ScopedCreateView):
    permission = "areas.add_area"
    model = Area
    title = "新建网格"
    form_class = GridForm
    success_message = "网格已启用。"

    def get_form_kwargs(self):
        communities = list(Area.objects.visible_to(self.request.user, self.permission).communities().active()[:2])
        return {"initial": {"parent": communities[0] if len(communities) == 1 else None}}

    def get_back_url(self):
        return reverse("grids:grid_list")

    def get_crumbs(self):
        return [crumb()]

    def save(self, form):
        return page_of(open_grid(form.instance, by=self.request.user))


class GridUpdate(ScopedUpdateView):
    permission = "areas.change_area"
    model = Area
    title = "修改网格"
    form_class = GridForm

    def get_rows(self):
        return super().get_rows().filter(kind=AreaKind.GRID).select_related("parent").active()

    def get_back_url(self):
        return page_of(self.get_row())

    def get_crumbs(self):
        return [crumb(), (self.get_row().name, page_of(self.get_row()))]

    def save(self, form):
        change_area(
            form.instance, list(form.proposed()), base_version=form.cleaned_data["version"], by=self.request.user
        )
        return page_of(form.instance)


class RetireBase(FormView):
    """Base of splitting, merging, closing: a grid in use, on the page that asks again."""

    permission = "areas.add_area"
    model = Area

    def get_rows(self):
        rows = super().get_rows().filter(kind=AreaKind.GRID).select_related("parent").active()
        return rows.filter(Q(parent__kind=AreaKind.COMMUNITY))

    def get_back_url(self):
        return page_of(self.get_row())

    def get_crumbs(self):
        return [crumb(), (self.get_row().name, page_of(self.get_row()))]


class GridSplit(RetireBase):
    form_class = SplitForm
    submit_label = "拆分"
    success_message = "已拆分：家庭、居民、诉求、楼栋、包保都已转走，以前的走访还记在原网格。"

    def get_title(self):
        return f"拆分{self.get_row().name}"

    def get_form_kwargs(self):
        return {"grid": self.get_row()}

    def save(self, form):
        grid = self.get_row()
        parts = [
            Part(
                name=name,
                households=list(Household.objects.visible_to(self.request.user, self.permission).filter(pk__in=homes)),
                buildings=list(
                    Building.objects.visible_to(self.request.user, self.permission).filter(pk__in=buildings)
                ),
                rest=rest,
            )
            for name, homes, buildings, rest in form.parts()
        ]
        data = form.cleaned_data
        split_grid(grid, parts, on=data["on"], reason=data["reason"], by=self.request.user)
        return page_of(grid)


class GridMerge(RetireBase):
    form_class = MergeForm
    submit_label = "合并"
    success_message = "已合并：家庭、居民、诉求、楼栋、包保都已转过来，原网格停用，以前的走访还记在原网格。"

    def get_title(self):
        return f"把别的网格并入{self.get_row().name}"

    def get_form_kwargs(self):
        return {"grid": self.get_row()}

    def save(self, form):
        data = form.cleaned_data
        merge_grids(data["grids"], self.get_row(), on=data["on"], reason=data["reason"], by=self.request.user)
        return page_of(self.get_row())


class GridClose(RetireBase):
    form_class = RetireForm
    submit_label = "撤销网格"
    success_message = "网格已撤销，包保同时结束。"

    def get_title(self):
        return f"撤销{self.get_row().name}"

    def get_form_kwargs(self):
        return {}

    def get(self, request, *args, **kwargs):
        self.get_row()
        return super().get(request, *args, **kwargs)

    def save(self, form):
        data = form.cleaned_data
        close_grid(self.get_row(), on=data["on"], reason=data["reason"], by=self.request.user)
        return page_of(self.get_row())
