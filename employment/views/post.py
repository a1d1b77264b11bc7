"""Pages of employers, posts and complaints."""

from django.http import Http404
from django.urls import reverse

from employment.enums import EmployerState, PostState
from employment.forms.post import (
    ComplaintForm,
    EmployerCheckForm,
    EmployerFilterForm,
    EmployerForm,
    PostFilterForm,
    PostForm,
    WhyForm,
)
from employment.models import Complaint, Employer, Post
from employment.queries import suggested_seekers
from employment.search import LATEST
from employment.services import posts
from employment.states import EMPLOYER_TONES, POST_TONES
from employment.views.lines import EMPLOYER_VALUES, POST_VALUES, employer_lines, post_lines
from employment.views.listing import UPDATED, FiguredList
from fedhub.core.views import (
    FormView,
    ScopedCreateView,
    ScopedDetailView,
    ScopedListView,
    ScopedUpdateView,
    StepView,
)

VIEW, ADD_POST, CHANGE_POST = "employment.view_post", "employment.add_post", "employment.change_post"
ADD_EMPLOYER, CHANGE_EMPLOYER = "employment.add_employer", "employment.change_employer"


def employer_crumb():
    return ("用人单位", reverse("employment:employer_list"))


def post_crumb():
    return ("岗位", reverse("employment:post_list"))


# --- employers ----------------------------------------------------------------------------------------------------------
class EmployerList(ScopedListView):
    permission = VIEW
    model = Employer
    title = "用人单位"
    filter_class = EmployerFilterForm
    unit = "个"
    results_template = "employment/employer_list/_results.html"

    def read(self, rows):
        return rows.values(*EMPLOYER_VALUES)

    def page_rows(self, items):
        return employer_lines(items)

    def get_create_url(self):
        return reverse("employment:employer_create") if self.request.user.has_perm(ADD_EMPLOYER) else ""


class EmployerCreate(ScopedCreateView):
    permission = ADD_EMPLOYER
    model = Employer
    title = "登记用人单位"
    form_class = EmployerForm

    def get_form_kwargs(self):
        return {}

    def get_crumbs(self):
        return [employer_crumb()]

    def get_back_url(self):
        return reverse("employment:employer_list")

    def save(self, form):
        return posts.create_employer(form.save(commit=False), by=self.request.user)


class OfEmployer:
    permission = CHANGE_EMPLOYER
    model = Employer

    def get_rows(self):
        return super().get_rows().select_related("area__parent", "checked_by")

    def get_crumbs(self):
        return [employer_crumb(), (self.get_row().name, self.get_row().get_absolute_url())]

    def get_back_url(self):
        return self.get_row().get_absolute_url()


class EmployerDetail(OfEmployer, ScopedDetailView):
    permission = VIEW
    title = "用人单位"
    template_name = "employment/employer_detail.html"

    def get_title(self):
        return self.get_row().name

    def get_crumbs(self):
        return [employer_crumb()]

    def get_context_data(self, **kwargs):
        employer, user = self.get_row(), self.request.user
        may = user.has_perm(CHANGE_EMPLOYER, employer)
        return super().get_context_data(
            chips=[(EMPLOYER_TONES[employer.state], employer.get_state_display())], meta=[employer.area.name],
            may_change=may, may_check=may and employer.state == EmployerState.NEW,
            may_suspend=may and employer.state != EmployerState.SUSPENDED,
            may_resume=may and employer.state == EmployerState.SUSPENDED, may_post=user.has_perm(ADD_POST, employer),
            posts=[(one, POST_TONES[one.state]) for one in employer.posts.order_by("-pk")[:50]],
            complaints=list(employer.complaints.select_related("post", "recorded_by")) if may else [], **kwargs,
        )  # fmt: skip


class EmployerUpdate(OfEmployer, ScopedUpdateView):
    title = "改用人单位"
    form_class = EmployerForm

    def save(self, form):
        version = form.cleaned_data["version"]
        return posts.change_employer(form.instance, list(form.proposed()), base_version=version, by=self.request.user)


class EmployerCheck(OfEmployer, FormView):
    title = "核验用人单位"
    form_class = EmployerCheckForm
    submit_label = "核验通过"

    def save(self, form):
        data = form.cleaned_data
        return posts.check_employer(self.get_row(), paper=data["paper"], on=data["on"], by=self.request.user)


class EmployerSuspend(OfEmployer, FormView):
    title = "暂停用人单位"
    form_class = WhyForm
    submit_label = "暂停"
    success_message = "已暂停，它的岗位都不再显示。"

    def save(self, form):
        return posts.suspend_employer(self.get_row(), why=form.cleaned_data["why"], by=self.request.user)


class EmployerResume(OfEmployer, StepView):
    service = posts.resume_employer
    success_message = "已恢复，要重新核验。"


class ComplaintCreate(OfEmployer, FormView):
    title = "登记投诉"
    form_class = ComplaintForm

    def get_form_kwargs(self):
        return {"employer": self.get_row()}

    def save(self, form):
        complaint = form.save(commit=False)
        complaint.employer = self.get_row()
        return posts.complain(complaint, by=self.request.user)


class ComplaintDismiss(FormView):
    permission = CHANGE_EMPLOYER
    model = Complaint
    title = "投诉不成立"
    form_class = WhyForm

    def get_rows(self):
        return super().get_rows().select_related("employer")

    def get_back_url(self):
        return self.get_row().get_absolute_url()

    def save(self, form):
        return posts.dismiss_complaint(self.get_row(), why=form.cleaned_data["why"], by=self.request.user)


STEP_WORDS = {
    "close": "已关闭，不再显示。关错了的，可以撤销关闭。",
    "reopen": "已恢复，核对以后再发布。",
    "unclose": "已撤销关闭，还在招的，核对以后再发布。",
}


# --- posts --------------------------------------------------------------------------------------------------------------
class PostList(FiguredList):
    permission = VIEW
    model = Post
    title = "岗位"
    filter_class = PostFilterForm
    unit = "个"
    results_template = "employment/post_list/_results.html"
    sorts = UPDATED | {"pay": ("-pay_month", "工资高的在前（折合每月）")}

    def get_total(self, rows):
        """A search has counted its hits."""
        total = self.filter_form.found.total
        return super().get_total(rows) if total is None else total

    def read(self, rows):
        return rows.values(*POST_VALUES)

    def page_rows(self, items):
        return post_lines(items)

    def get_context_data(self, **kwargs):
        return super().get_context_data(since=self.filter_form.found.since, latest=LATEST, **kwargs)


class PostCreate(OfEmployer, FormView):
    """A post of this employer."""

    permission = ADD_POST
    title = "登记岗位"
    form_class = PostForm
    success_message = "已存草稿。看过用语检查以后发布。"

    def get_form_kwargs(self):
        return {"instance": Post(employer=self.get_row(), area=self.get_row().area)}

    def save(self, form):
        return posts.create_post(form.save(commit=False), by=self.request.user)


class OfPost:
    permission = CHANGE_POST
    model = Post

    def get_rows(self):
        return super().get_rows().select_related("area__parent", "employer__area", "keeper", "place_area")

    def get_crumbs(self):
        return [post_crumb(), (self.get_row().title, self.get_row().get_absolute_url())]

    def get_back_url(self):
        return self.get_row().get_absolute_url()


class PostDetail(OfPost, ScopedDetailView):
    permission = VIEW
    title = "岗位"
    template_name = "employment/post_detail.html"

    def get_title(self):
        return self.get_row().title

    def get_crumbs(self):
        return [post_crumb()]

    def get_context_data(self, **kwargs):
        post, user = self.get_row(), self.request.user
        may = user.has_perm(CHANGE_POST, post)
        found = posts.findings_of(post) if may else []
        sees = user.has_perm("employment.view_seeker") and post.state == PostState.OPEN
        publishes = post.state in (PostState.DRAFT, PostState.HIDDEN)
        steps = {PostState.FILLED: [("reopen", "重新招聘")], PostState.CLOSED: [("unclose", "撤销关闭")]}.get(
            post.state, []
        )
        return super().get_context_data(
            chips=[(POST_TONES[post.state], post.get_state_display())], meta=[post.employer.name, post.area.name],
            may_change=may and post.state != PostState.CLOSED, findings=found,
            stop=posts.stops_publishing(post) if may and publishes else "",
            may_publish=may and publishes, may_refresh=may and post.state == PostState.OPEN,
            steps=steps if may else [], people=suggested_seekers(post, user) if sees else [], sees=sees, **kwargs,
        )  # fmt: skip


class PostUpdate(OfPost, ScopedUpdateView):
    title = "改岗位"
    form_class = PostForm

    def save(self, form):
        version = form.cleaned_data["version"]
        return posts.change_post(form.instance, list(form.proposed()), base_version=version, by=self.request.user)


class PostPublish(OfPost, StepView):
    service = posts.publish_post
    success_message = "已发布。"


class PostRefresh(OfPost, StepView):
    service = posts.refresh_post
    success_message = "已更新，从今天起重新算有效期。"


class PostStep(OfPost, StepView):
    def act(self, row):
        if self.kwargs["step"] not in STEP_WORDS:
            raise Http404
        posts.step_post(row, self.kwargs["step"], by=self.request.user)
        self.success_message = STEP_WORDS[self.kwargs["step"]]
