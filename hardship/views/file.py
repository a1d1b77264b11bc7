"""困难家庭档案: list, the file on one page, and the steps of its life."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from fedhub.core.addresses import url_for
from fedhub.core.templatetags.fmt import short_day
from fedhub.core.templatetags.ui import chip
from fedhub.core.views import FormView, ScopedDetailView, ScopedListView, ScopedUpdateView, StaffPage, StepView
from fedhub.reference.lookup import labels
from hardship.enums import Deed, FileState, Level
from hardship.flow import file_flow
from hardship.forms.file import (
    CheckForm,
    ExitForm,
    FileFacts,
    FileFilterForm,
    GuardForm,
    LevelForm,
    ReaderForm,
    RelapseForm,
    StepForm,
    WeightsForm,
)
from hardship.models import HardshipFile, Review
from hardship.panels import file_panels
from hardship.queries import (
    LEVEL_TONES,
    TONES,
    suggestion_for,
    waiting_for_approval,
    waiting_gifts,
    waiting_pairings,
    waiting_requests,
    waiting_reviews,
    weights,
)
from hardship.rounds import waiting_rounds
from hardship.services.files import (
    approve_file,
    change_file,
    check_file,
    close_file,
    drop_file,
    find_file,
    guard_file,
    keep_file,
    name_reader,
    propose_exit,
    propose_file,
    relapse_file,
    reopen_file,
    return_file,
    watch_file,
)
from hardship.services.reviews import change_weights, confirm_review, open_change_of, refuse_review, review_file
from hardship.views.lines import FILE_VALUES, HOME, WaitLine, file_lines, gift_words, wait_line
from hardship.way import reviews_of, way_of
from households.models import Household
from households.views.tabs import TabbedDetail

SHOWN = 50
VIEW, CHANGE, APPROVE = "hardship.view_hardshipfile", "hardship.change_hardshipfile", "hardship.approve_hardshipfile"
# Steps that ask nothing but a few words: step -> (title of the page, button, success).
STEPS = {
    "check": ("登记初核情况", "初核完成", "已登记初核情况。"),
    "propose": ("提交审核", "提交审核", "已提交，等负责人审核。"),
    "approve": ("同意建档", "同意建档", "已建档。"),
    "return": ("退回补充", "退回", "已退回，责任人会看到。"),
    "drop": ("不予建档", "不予建档", "已登记，没有建档。"),
    "propose_exit": ("提出退出", "提出退出", "已提出，等负责人决定。"),
    "keep": ("不同意退出", "不同意，继续帮扶", "已登记，继续帮扶。"),
    "watch": ("转入稳定观察", "转入稳定观察", "已转入稳定观察。"),
    "relapse": ("返困，恢复帮扶", "恢复帮扶", "已恢复帮扶。"),
    "close": ("退出结案", "退出结案", "已退出。"),
    "reopen": ("恢复建档", "恢复建档", "已恢复，请重新初核。"),
}


def crumb():
    return ("困难家庭", reverse("hardship:file_list"))


class FileList(ScopedListView):
    permission = VIEW
    model = HardshipFile
    title = "困难家庭"
    filter_class = FileFilterForm
    unit = "份"
    template_name = "hardship/file_list.html"
    results_template = "hardship/file_list/_results.html"
    sorts = {
        "updated": ("-updated_at", "最近更新"),
        "level": ("level", "等级高的在前"),
        "review": ("review_due_on", "复核先到期的在前"),
    }
    searched = ("review",)

    def get_list(self):
        rows = self.get_rows()
        # Files without a level, or without a day, stand in no order by it.
        name = self.request.GET.get("sort")
        rows = rows.filter(level__isnull=False) if name == "level" else rows
        return rows.filter(review_due_on__isnull=False) if name == "review" else rows

    def read(self, rows):
        return rows.values(*FILE_VALUES)

    def page_rows(self, items):
        return file_lines(items)

    def get_create_url(self):
        return reverse("households:household_list") if self.request.user.has_perm("hardship.add_hardshipfile") else ""

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            create_label="选一户建档", may_weigh=self.request.user.has_perm(APPROVE), **kwargs
        )


class OfFile:
    """A page of one file."""

    permission = CHANGE
    model = HardshipFile

    def get_rows(self):
        return super().get_rows().select_related("area", "household__area", "subject", "officer", "approved_by")

    def get_crumbs(self):
        file = self.get_row()
        return [crumb(), (file.number, file.get_absolute_url())]

    def get_back_url(self):
        return self.get_row().get_absolute_url()


class FileDetail(OfFile, TabbedDetail):
    """The file on one page: what is known, what comes next, its whole way; the other blocks are tabs."""

    permission = VIEW
    title = "困难家庭档案"
    template_name = "hardship/file_detail.html"
    panels = file_panels
    own_tabs = [("", "概况")]

    def get_rows(self):
        return ScopedDetailView.get_rows(self).for_page()

    def get_title(self):
        return f"{self.get_row().household}困难档案"

    def get_crumbs(self):
        return [crumb()]

    def get_chips(self):
        file = self.get_row()
        chips = [(TONES[file.state], file.get_state_display())]
        if file.level:
            chips.insert(0, (LEVEL_TONES[file.level], file.get_level_display()))
        return [*chips, ("secret", "限定人员可看")] if file.guarded else chips

    def get_meta(self):
        file = self.get_row()
        return [file.number, file.household.address, file.area.name]

    def tab_context(self, tab):
        file, user = self.get_row(), self.request.user
        context = {"steps": open_steps(file, user)}
        if tab == "":
            reviews = reviews_of(file)
            change = open_change_of(file, reviews)
            context |= {
                "category": labels("hardship_category").get(file.category, ""),
                "way": way_of(file, reviews),
                "change": change,
                "may_confirm": change is not None and user.has_perm(APPROVE, file) and change.made_by_id != user.pk,
                "may_change": file.is_open and user.has_perm(CHANGE, file),
                "may_review": file.state in ("active", "exiting", "watched") and user.has_perm(CHANGE, file),
                "may_guard": user.has_perm(APPROVE, file),
                "readers_named": file.readers.in_force().select_related("user") if file.guarded else [],
                "today": timezone.localdate(),
            }
        return context


def open_steps(file, user):
    """`[(label, url, is main)]` of what may be done next; the first that moves the file on is the main one."""
    found, main = [], False
    for step in file_flow.open_steps(file, user):
        forward = step.name not in ("drop", "return", "keep")
        found.append((step.label, reverse("hardship:file_step", args=[file.pk, step.name]), forward and not main))
        main = main or forward
    return found


class FileCreate(FormView):
    """A file for one family."""

    permission = "hardship.add_hardshipfile"
    model = Household
    title = "建困难档案"
    form_class = FileFacts
    success_message = "档案已建，下一步上门初核。"

    def get_rows(self):
        return super().get_rows().active().select_related("area")

    def get_title(self):
        return f"给{self.get_row()}建困难档案"

    def get_crumbs(self):
        return [crumb()]

    def get_back_url(self):
        return self.get_row().get_absolute_url()

    def get_form_kwargs(self):
        return {"household": self.get_row()}

    def save(self, form):
        file = form.save(commit=False)
        file.household = self.get_row()
        return find_file(file, by=self.request.user)


class FileUpdate(OfFile, ScopedUpdateView):
    title = "改档案"
    form_class = FileFacts

    def get_rows(self):
        return super().get_rows().open()

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"household": self.get_row().household}

    def save(self, form):
        version = form.cleaned_data["version"]
        return change_file(form.instance, list(form.proposed()), base_version=version, by=self.request.user)


class FileStep(OfFile, FormView):
    """One step of the life of a file; the address names it, the flow says who may walk it from where."""

    permission = VIEW
    template_name = "hardship/file_step.html"

    def get_step(self):
        step = file_flow.steps.get(self.kwargs["step"])
        if step is None or not self.request.user.has_perm(step.permission, self.get_row()):
            raise Http404
        return step

    def get_title(self):
        return STEPS[self.get_step().name][0]

    def dispatch(self, request, *args, **kwargs):
        step = self.get_step()
        self.submit_label, self.success_message = STEPS[step.name][1:]
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, *args, **kwargs):
        file, step = self.get_row(), self.get_step()
        if file.state not in step.sources:
            messages.warning(request, f"现在不能{step.label}（{file.get_state_display()}），这里是最新的情况。")
            return redirect(file)
        return super().get(request, *args, **kwargs)

    @property
    def sheet(self):
        if not hasattr(self, "_sheet"):
            self._sheet = suggestion_for(self.get_row().household)
        return self._sheet

    def get_form(self, data=None, files=None):
        file, name, user = self.get_row(), self.get_step().name, self.request.user
        if name == "propose":
            return LevelForm(data, user=user, sheet=self.sheet)
        if name == "relapse":
            return RelapseForm(data, user=user, sheet=self.sheet)
        if name == "check":
            return CheckForm(data, user=user)
        if name == "propose_exit":
            return ExitForm(data, user=user)
        if name == "close":
            at_once = file.state == FileState.EXITING
            early = file.watch_until is not None and timezone.localdate() < file.watch_until
            return ExitForm(data, user=user, at_once=at_once, needs_words=at_once or early)
        form = StepForm(data, user=user)
        form.fields["reason"].required = name in ("return", "drop", "keep", "reopen")
        return form

    def get_context_data(self, **kwargs):
        file, name = self.get_row(), self.get_step().name
        if name in ("propose", "relapse"):
            kwargs["sheet"] = self.sheet
        if name == "approve":
            kwargs["review"] = file.reviews.filter(kind="opening").order_by("-pk").first()
        return super().get_context_data(file=file, step=name, **kwargs)

    def save(self, form):
        file, data, user = self.get_row(), form.cleaned_data, self.request.user
        name = self.get_step().name
        if name == "check":
            return check_file(file, findings=data["reason"], by=user)
        if name == "propose":
            return propose_file(file, level=data["level"], reason=data["reason"], by=user)
        if name == "approve":
            return approve_file(file, reason=data["reason"], by=user)
        if name == "relapse":
            return relapse_file(file, level=data["level"], reason=data["reason"], by=user)
        if name in ("propose_exit", "close"):
            act = propose_exit if name == "propose_exit" else close_file
            return act(file, exit_reason=data["exit_reason"], reason=data["reason"], by=user)
        act = {"return": return_file, "drop": drop_file, "keep": keep_file, "watch": watch_file, "reopen": reopen_file}
        return act[name](file, reason=data["reason"], by=user)


# --- levels ------------------------------------------------------------------------------------------------------------
class FileReview(OfFile, FormView):
    """The regular review: what the sheet suggests, what a person decides."""

    title = "复核等级"
    form_class = LevelForm
    template_name = "hardship/file_step.html"
    submit_label = "保存复核"

    def get_rows(self):
        return super().get_rows().in_care()

    def get_form_kwargs(self):
        self.sheet = suggestion_for(self.get_row().household)
        return {"sheet": self.sheet, "initial": {"level": self.get_row().level}}

    def get_context_data(self, **kwargs):
        return super().get_context_data(file=self.get_row(), step="review", sheet=self.sheet, **kwargs)

    def save(self, form):
        file, data = self.get_row(), form.cleaned_data
        review = review_file(file, level=data["level"], reason=data["reason"], by=self.request.user)
        if review.level != review.level_before:
            self.success_message = "已评定，等级有变化，等另一位负责人确认。"
        return file


class OfReview:
    """What is decided on a change of level."""

    permission = APPROVE
    model = Review

    def get_rows(self):
        return super().get_rows().select_related("file__area")

    def get_back_url(self):
        return self.get_row().file.get_absolute_url()


class ReviewConfirm(OfReview, StepView):
    success_message = "已确认，等级从今天起按新的算。"

    def act(self, row):
        confirm_review(row, by=self.request.user)

    def get_success_url(self):
        return self.get_back_url()


class ReviewRefuse(OfReview, FormView):
    title = "不同意调整等级"
    form_class = StepForm
    submit_label = "不同意"
    success_message = "已退回，等级不变。"

    def get_crumbs(self):
        file = self.get_row().file
        return [crumb(), (file.number, file.get_absolute_url())]

    def save(self, form):
        return refuse_review(self.get_row(), reason=form.cleaned_data["reason"], by=self.request.user)


class Weights(FormView):
    """The score sheet: what each item counts; it only suggests."""

    permission = APPROVE
    title = "困难等级评分表"
    form_class = WeightsForm
    template_name = "hardship/weights.html"

    def get_crumbs(self):
        return [crumb()]

    def get_back_url(self):
        return reverse("hardship:file_list")

    def get_form_kwargs(self):
        return {"points": weights()}

    def save(self, form):
        change_weights(form.cleaned_data, by=self.request.user)
        return reverse("hardship:weights")


# --- who may see it --------------------------------------------------------------------------------------------------
class FileGuard(OfFile, ScopedUpdateView):
    permission = APPROVE
    title = "谁看得到这份档案"
    form_class = GuardForm

    def save(self, form):
        return guard_file(
            form.instance,
            form.cleaned_data["guarded"],
            base_version=form.cleaned_data["version"],
            by=self.request.user,
        )


class ReaderCreate(OfFile, FormView):
    permission = APPROVE
    title = "点名可看"
    form_class = ReaderForm
    submit_label = "批准"

    def get_rows(self):
        return super().get_rows().filter(guarded=True)

    def get_form_kwargs(self):
        return {"file": self.get_row()}

    def save(self, form):
        data = form.cleaned_data
        name_reader(self.get_row(), data["user"], until=data["until"], why=data["why"], by=self.request.user)
        return self.get_row()


class Waiting(StaffPage):
    """What waits for whoever decides: proposals, exits, changes of level."""

    permission = APPROVE
    title = "待审核"
    template_name = "hardship/waiting.html"

    def get_crumbs(self):
        return [crumb()]

    def get_context_data(self, **kwargs):
        user = self.request.user
        parts = [
            ("建档和退出", files_waiting(user)),
            ("等级调整", reviews_waiting(user)),
            ("救助", gifts_waiting(user)),
            ("节日慰问", rounds_waiting(user)),
            ("结对要第二人签字", pairings_waiting(user)),
            ("变更申请", requests_waiting(user)),
        ]
        return super().get_context_data(parts=[part for part in parts if part[1]], **kwargs)


def _first(rows, *names, home=HOME):
    return rows.values("id", *names, *home)[:SHOWN]


def _by(name):
    return f"{name}提交" if name else ""


def files_waiting(user):
    rows = waiting_for_approval(user).order_by("updated_at", "pk")
    url = url_for("hardship:file_detail")
    return [
        wait_line(
            url(item["id"]), item, "待建档" if item["state"] == FileState.PROPOSED else "拟退出", item["number"],
            item["area__name"], _by(item["proposed_by__name"]),
        )
        for item in _first(rows, "state", "number", "area__name", "proposed_by__name")
    ]  # fmt: skip


def reviews_waiting(user):
    rows, url = waiting_reviews(user).order_by("on", "pk"), url_for("hardship:file_detail")
    found = _first(
        rows, "file_id", "level", "level_before", "on", "made_by__name", home=[f"file__{name}" for name in HOME]
    )
    return [
        wait_line(
            url(item["file_id"]), item, Level(item["level"]).label, f"原来是{Level(item['level_before']).label}",
            f"{item['made_by__name']} {short_day(item['on'])}评定", prefix="file__",
        )
        for item in found
    ]  # fmt: skip


def gifts_waiting(user):
    rows, url = waiting_gifts(user).order_by("asked_on", "pk"), url_for("hardship:delivery_detail")
    return [
        wait_line(url(item["id"]), item, "待审批", gift_words(item), _by(item["created_by__name"]))
        for item in _first(rows, "what", "quantity", "batch__unit", "created_by__name")
    ]


def rounds_waiting(user):
    rows, url = waiting_rounds(user).order_by("asked_on", "pk"), url_for("hardship:round_detail")
    return [
        WaitLine(url(pk), escape(title), chip("warn", "待审批"), escape(f"{place} {_by(by)}"))
        for pk, title, place, by in rows.values_list("pk", "title", "area__name", "created_by__name")[:SHOWN]
    ]


def pairings_waiting(user):
    rows, url = waiting_pairings(user).order_by("pk"), url_for("hardship:pairing_detail")
    return [
        wait_line(url(item["id"]), item, "待审批", item["helper__name"], _by(item["created_by__name"]))
        for item in _first(rows, "helper__name", "created_by__name")
    ]


def requests_waiting(user):
    rows, url = waiting_requests(user).order_by("asked_on", "pk"), url_for("hardship:request_detail")
    return [
        wait_line(url(item["id"]), item, "待审批", Deed(item["deed"]).label, _by(item["created_by__name"]))
        for item in _first(rows, "deed", "created_by__name")
    ]
