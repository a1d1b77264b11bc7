"""专项活动: choose a template, see whom it reaches, start, follow, print the list by route, close."""

from datetime import timedelta
from urllib.parse import urlencode

from django.http import Http404
from django.urls import reverse

from fedhub.core import audit
from fedhub.core.models.jobs import JobState
from fedhub.core.views import FormView, ScopedDetailView, ScopedListView, ScopedUpdateView, StaffPage, StepView
from fedhub.ledgers.services.export import office_of
from fedhub.reference.shipped import shipped_campaigns
from households.campaign_work import hung_on
from households.criteria import criteria_words, fitting_homes, next_day
from households.enums import CampaignState
from households.forms.campaign import CampaignFilterForm, CampaignForm, CloseCampaignForm, StartCampaignForm
from households.models import Campaign, VisitTask
from households.progress import brought, by_grid, gifts_handed, newest_photos, news_text, route, totals
from households.services.campaigns import (
    AT_ONCE,
    change_campaign,
    close_campaign,
    create_campaign,
    drop_campaign,
    resume_campaign,
    start_campaign,
)
from households.tasks import fill_campaign

CHANGE = "households.change_campaign"
SHOWN = 20
TONES = {CampaignState.DRAFT: "warn", CampaignState.RUNNING: "ok", CampaignState.CLOSED: "quiet"}


def crumb():
    return ("专项活动", reverse("households:campaign_list"))


class CampaignList(ScopedListView):
    permission = "households.view_campaign"
    model = Campaign
    title = "专项活动"
    filter_class = CampaignFilterForm
    unit = "次"
    sorts = {"new": ("-starts_on", "最近的在前")}
    results_template = "households/campaign_list/_results.html"

    def get_list(self):
        return self.get_rows().select_related("area")

    def row(self, item):
        return item, TONES[item.state]

    def get_create_url(self):
        may = self.request.user.has_perm("households.add_campaign")
        return reverse("households:campaign_templates") if may else ""

    def get_context_data(self, **kwargs):
        return super().get_context_data(create_label="办一次", **kwargs)


class CampaignTemplates(StaffPage):
    """The templates that come with the program, by date, and an empty one."""

    permission = "households.add_campaign"
    title = "选一个模板"
    template_name = "households/campaign_templates.html"

    def get_crumbs(self):
        return [crumb()]

    def get_context_data(self, **kwargs):
        found = [
            (one, next_day(one["month"], one["day"]), criteria_words(one["criteria"]))
            for one in shipped_campaigns().values()
        ]
        found.sort(key=lambda row: row[1])
        return super().get_context_data(templates=found, **kwargs)


class CampaignCreate(FormView):
    permission = "households.add_campaign"
    title = "办一次专项活动"
    form_class = CampaignForm
    submit_label = "保存，看有多少户"
    success_message = "已保存，还没有开始。"

    def get_template(self):
        """What the chosen template says, {} for an empty one; 404 for one that is not there."""
        key = self.request.GET.get("template", "")
        if key and key not in shipped_campaigns():
            raise Http404
        return shipped_campaigns().get(key, {})

    def get_crumbs(self):
        return [crumb(), ("选一个模板", reverse("households:campaign_templates"))]

    def get_form_kwargs(self):
        given = self.get_template()
        if not given:
            return {}
        day = next_day(given["month"], given["day"])
        names = ("name", "visit_kind", "goods", "ask", "route", "criteria")
        campaign = Campaign(
            template=given["key"], starts_on=day - timedelta(days=given["days"] - 1), ends_on=day,
            **{name: given[name] for name in names},
        )  # fmt: skip
        return {"instance": campaign}

    def get_back_url(self):
        return reverse("households:campaign_list")

    def save(self, form):
        campaign = form.save(commit=False)
        campaign.criteria = form.criteria()
        return create_campaign(campaign, by=self.request.user)


class OfCampaign:
    """A page of one campaign."""

    permission = CHANGE
    model = Campaign

    def get_rows(self):
        return super().get_rows().select_related("area__parent", "created_by", "job")

    def get_crumbs(self):
        campaign = self.get_row()
        return [crumb(), (campaign.name, campaign.get_absolute_url())]

    def get_back_url(self):
        return self.get_row().get_absolute_url()

    def get_tasks(self):
        """Tasks of the campaign in the user's scope."""
        return VisitTask.objects.visible_to(self.request.user).filter(campaign=self.get_row())


class CampaignUpdate(OfCampaign, ScopedUpdateView):
    title = "改专项活动"
    form_class = CampaignForm

    def save(self, form):
        changed = list(form.proposed())
        criteria = form.criteria()
        if criteria != form.instance.criteria:
            form.instance.criteria = criteria
            changed.append("criteria")
        return change_campaign(form.instance, changed, base_version=form.cleaned_data["version"], by=self.request.user)


class CampaignDetail(OfCampaign, ScopedDetailView):
    """Before it starts: whom it reaches. Afterwards: how far it is."""

    permission = "households.view_campaign"
    title = "专项活动"
    template_name = "households/campaign_detail.html"
    log_reading = False

    def get_title(self):
        return self.get_row().name

    def get_crumbs(self):
        return [crumb()]

    def get_context_data(self, **kwargs):
        campaign, user = self.get_row(), self.request.user
        context = {
            "chips": [(TONES[campaign.state], campaign.get_state_display())],
            "meta": [campaign.area.name, f"{campaign.starts_on:%Y-%m-%d} 至 {campaign.ends_on:%Y-%m-%d}"],
            "words": criteria_words(campaign.criteria),
            "may_change": user.has_perm(CHANGE, campaign),
        }
        if campaign.state == CampaignState.DRAFT:
            homes = fitting_homes(campaign.area, campaign.criteria)
            context |= {"total": homes.count(), "homes": first_homes(homes)}
        else:
            context |= self.standing(campaign)
        return super().get_context_data(**context, **kwargs)

    def standing(self, campaign):
        """What a running or closed campaign shows."""
        tasks, user = self.get_tasks(), self.request.user
        rows = by_grid(tasks)
        figures, counts = totals(rows), brought(tasks)
        href = f"{reverse('households:task_list')}?{urlencode({'campaign': campaign.pk})}"
        mine = campaign.job_id and campaign.job.owner_id == self.request.user.pk
        return hung_on(campaign, tasks, user) | {
            "rows": rows, "figures": figures, "counts": counts, "gifts": gifts_handed(tasks),
            "photos": newest_photos(tasks, self.request.user) if counts["photos"] else [],
            "news": news_text(campaign, office_of(campaign.area), figures, counts),
            "job": campaign.job if mine and campaign.job.state != JobState.DONE else None,
            "stopped": campaign.job_id and campaign.job.state == JobState.FAILED and campaign.state == CampaignState.RUNNING,
            "may_export": user.has_perm("households.export_resident"),
            "may_repeat": user.has_perm("households.add_campaign", campaign),
            "tasks_url": href,
            "tiles": tiles(figures, counts, href),
        }  # fmt: skip


def tiles(figures, counts, href):
    """The figures of a campaign as the page shows them first; `href` is the list of its tasks."""
    return [
        {"label": label, "figure": f"{figure:,}", "unit": unit, "url": url}
        for label, figure, unit, url in (
            ("已走访", figures["done"], f"/ {figures['total']:,} 户", f"{href}&state=done"),
            ("待走访", figures["open"], "户", href),
            ("见到的人", counts["people"], "人", ""),
            ("送到物资", counts["gifts"], "户", ""),
            ("照片", counts["photos"], "张", ""),
        )
    ]


def first_homes(homes):
    """The first of `homes` as a preview lists them."""
    return homes.select_related("area").order_by("area__code", "address_key", "pk")[:SHOWN]


class CampaignStart(OfCampaign, FormView):
    title = "开始专项活动"
    form_class = StartCampaignForm
    template_name = "households/campaign_start.html"
    submit_label = "开始，安排这些家庭"

    def get_homes(self):
        campaign = self.get_row()
        return fitting_homes(campaign.area, campaign.criteria)

    def get_form_kwargs(self):
        if not hasattr(self, "total"):
            self.total = self.get_homes().count()
        return {"total": self.total}

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            campaign=self.get_row(), homes=first_homes(self.get_homes()), total=self.total,
            more=max(self.total - SHOWN, 0), words=criteria_words(self.get_row().criteria), at_once=AT_ONCE, **kwargs,
        )  # fmt: skip

    def save(self, form):
        campaign = start_campaign(self.get_row(), fill_campaign.enqueue, by=self.request.user)
        self.success_message = (
            f"已开始，共 {self.total:,} 户。" if campaign.job_id is None else "已开始，正在安排，可以离开这一页。"
        )
        return campaign


class CampaignClose(OfCampaign, FormView):
    title = "结束专项活动"
    form_class = CloseCampaignForm
    template_name = "households/campaign_close.html"
    submit_label = "结束"

    def get_context_data(self, **kwargs):
        return super().get_context_data(left=self.get_row().tasks.open().count(), **kwargs)

    def save(self, form):
        campaign = self.get_row()
        left = close_campaign(campaign, why=form.cleaned_data["why"], by=self.request.user)
        self.success_message = f"已结束，{left:,} 户没有走访到，任务已取消。" if left else "已结束，全部走访到了。"
        return campaign


class CampaignResume(OfCampaign, StepView):
    """Planning that stopped goes on where it was."""

    success_message = "接着安排，可以离开这一页。"

    def act(self, row):
        resume_campaign(row, fill_campaign.enqueue, by=self.request.user)


class CampaignDrop(OfCampaign, StepView):
    service = drop_campaign
    success_message = "已放弃，没有安排任何家庭。"


class CampaignRoute(OfCampaign, ScopedDetailView):
    """The list on paper, by the way one walks, with a column to sign; the printing is logged."""

    permission = "households.view_campaign"
    title = "走访名单"
    template_name = "households/campaign_route.html"
    log_reading = False

    def get(self, request, *args, **kwargs):
        audit.record_read(self.get_row(), by=request.user, action="households.campaign.print")
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        tasks = self.get_tasks()
        grid, everyone = self.request.GET.get("grid", ""), self.request.GET.get("all")
        if grid:
            tasks = tasks.filter(household__area_id__in=self.request.user.places_within(grid))
        if not everyone:
            tasks = tasks.open()
        return super().get_context_data(
            grids=route(tasks), campaign=self.get_row(), back_url=self.get_back_url(), landscape=False, **kwargs
        )
