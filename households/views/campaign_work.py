"""What belongs to a campaign: lists by kind, adding and taking out, the sheet of what it came to, the same again next year."""

from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from fedhub.core import audit
from fedhub.core.views import FormView, ScopedListView, StaffView, StepView
from fedhub.ledgers.services.export import office_of
from households.campaign_kinds import kind_for
from households.campaign_work import met_elsewhere, offered_rows, public_photos, tagged_kinds, tagged_rows, work_of
from households.forms.campaign_work import WorkForm
from households.models import Campaign
from households.progress import brought, by_grid, gifts_handed, news_text, totals
from households.services.campaign_tags import repeat_campaign, tag_work, untag_work
from households.views.campaign import CHANGE, OfCampaign, crumb

VIEW = "households.view_campaign"
SHOWN = 30


class OfWork(OfCampaign):
    """A page about one kind of work of a campaign."""

    def get_kind(self):
        kind = kind_for(self.request.user, self.kwargs["kind"])
        if kind is None:
            raise Http404
        return kind

    def get_work_url(self):
        return reverse("households:campaign_work", args=[self.kwargs["pk"], self.kwargs["kind"]])

    def get_back_url(self):
        return self.get_work_url()


class CampaignWork(ScopedListView):
    """The rows of one kind that belong to a campaign and that the reader sees."""

    permission = VIEW
    model = Campaign
    title = "专项里的工作"
    results_template = "households/campaign_work/_results.html"
    keeps_filters = False

    def dispatch(self, request, *args, **kwargs):
        self.kind = kind_for(request.user, kwargs["kind"])
        self.campaign = Campaign.objects.visible_to(request.user, VIEW).filter(pk=kwargs["pk"]).first()
        if self.kind is None or self.campaign is None:
            raise Http404
        self.sorts = {"new": (f"-{self.kind.day}", "最近的在前")}
        self.unit, self.model = self.kind.unit, self.kind.model
        return super().dispatch(request, *args, **kwargs)

    def get_title(self):
        return self.kind.label

    def get_crumbs(self):
        return [crumb(), (self.campaign.name, self.campaign.get_absolute_url())]

    def get_rows(self):
        return tagged_rows(self.campaign, self.kind, self.request.user)

    def row(self, item):
        return item, self.kind.words(item), getattr(item, self.kind.day)

    def what_is_asked(self):
        return (*super().what_is_asked(), self.campaign.pk, self.kind.key)

    def get_create_url(self):
        may = self.request.user.has_perm(CHANGE, self.campaign) and self.campaign.started_on
        return reverse("households:campaign_work_add", args=[self.campaign.pk, self.kind.key]) if may else ""

    def get_context_data(self, **kwargs):
        may = self.request.user.has_perm(CHANGE, self.campaign)
        return super().get_context_data(
            create_label="挂上", campaign=self.campaign, kind=self.kind, may_change=may, **kwargs
        )


class CampaignWorkAdd(OfWork, FormView):
    title = "挂到专项"
    form_class = WorkForm
    submit_label = "挂上"
    success_message = ""

    def get_title(self):
        return f"挂到专项：{self.get_kind().label}"

    def get_form_kwargs(self):
        kind = self.get_kind()
        return {"kind": kind, "rows": offered_rows(self.get_row(), kind, self.request.user)}

    def save(self, form):
        number = tag_work(
            self.get_row(), self.get_kind(), [row.pk for row in form.cleaned_data["rows"]], by=self.request.user
        )
        self.success_message = f"已挂上 {number} {self.get_kind().unit}。"
        return self.get_work_url()


class CampaignWorkDrop(OfWork, StepView):
    success_message = "已从专项里拿掉，记录本身不变。"

    def act(self, row):
        untag_work(row, self.get_kind(), self.kwargs["row"], by=self.request.user)

    def get_success_url(self):
        return self.get_work_url()


class CampaignMet(OfCampaign, ScopedListView):
    """Families that are still to be visited though other work of the campaign reached them."""

    permission = VIEW
    title = "别的工作已经联系到"
    unit = "户"
    sorts = {"due": ("due_on", "最该走访的在前")}
    results_template = "households/task_list/_results.html"
    keeps_filters = False

    def dispatch(self, request, *args, **kwargs):
        # A campaign out of scope is a 404 before the list says anything of its filters.
        self.get_row()
        return super().dispatch(request, *args, **kwargs)

    def get_list(self):
        campaign = self.get_row()
        rows = met_elsewhere(self.get_tasks(), campaign, self.request.user, tagged_kinds(campaign))
        return rows.select_related("household__area", "assigned_to").defer("note")

    def what_is_asked(self):
        return (*super().what_is_asked(), self.get_row().pk)

    def get_context_data(self, **kwargs):
        return super().get_context_data(today=timezone.localdate(), may_change=False, **kwargs)


class CampaignRepeat(OfCampaign, StepView):
    """This year's from last year's."""

    permission = "households.add_campaign"
    success_message = "已照着办好一份，还没有开始；农历节日请改日期。"

    def act(self, row):
        self.made = repeat_campaign(row, by=self.request.user)

    def get_success_url(self):
        return (getattr(self, "made", None) or self.get_row()).get_absolute_url()


class CampaignSheet(OfCampaign, StaffView):
    """What it came to, on paper: numbers, what was done, pictures that may be shown. No family is named."""

    permission = VIEW
    title = "专项总结"
    template_name = "households/campaign_sheet.html"

    def get(self, request, *args, **kwargs):
        campaign, tasks, user = self.get_row(), self.get_tasks(), request.user
        tagged = tagged_kinds(campaign)
        audit.record_read(campaign, by=user, action="households.campaign.print")
        rows = by_grid(tasks)
        figures, counts = totals(rows), brought(tasks)
        return self.render(
            campaign=campaign, rows=rows, figures=figures, counts=counts, gifts=gifts_handed(tasks),
            work=[(kind, number) for kind, number in work_of(campaign, user, tagged) if number],
            photos=public_photos(campaign, user, tagged)[:SHOWN], back_url=self.get_back_url(),
            news=news_text(campaign, office_of(campaign.area), figures, counts),
        )  # fmt: skip
