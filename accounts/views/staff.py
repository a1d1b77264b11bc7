"""Staff administration: accounts, roles with dates, one-time codes; and everybody's own page."""

from django.core.exceptions import ValidationError
from django.http import Http404
from django.urls import reverse

from accounts.forms import GrantForm, StaffFilterForm, StaffUserForm
from accounts.leaving import left_in_hand
from accounts.models import RoleGrant, User
from accounts.roles import PERMISSIONS, Role
from accounts.services import (
    change_staff,
    create_staff,
    disable_staff,
    enable_staff,
    end_grant,
    grant_role,
    grantable_roles,
    has_factor,
    issue_code,
    reset_factors,
)
from fedhub.core.access import SIGNED_IN
from fedhub.core.views import (
    ScopedCreateView,
    ScopedDetailView,
    ScopedListView,
    ScopedUpdateView,
    StaffPage,
    StaffView,
    StepView,
)


class StaffList(ScopedListView):
    permission = "accounts.view_user"
    model = User
    title = "工作账号"
    filter_class = StaffFilterForm
    sorts = {"name": ("name", "姓名"), "updated": ("-updated_at", "最近更新")}
    results_template = "accounts/user_list/_results.html"
    unit = "个"

    def get_list(self):
        return self.get_rows().prefetch_related("grants__area")

    def get_create_url(self):
        return reverse("accounts:user_create") if self.request.user.has_perm("accounts.add_user") else ""


class StaffDetail(ScopedDetailView):
    permission = "accounts.view_user"
    model = User
    template_name = "accounts/user_detail.html"
    log_reading = False

    def get_title(self):
        return self.get_row().name

    def get_crumbs(self):
        return [("工作账号", reverse("accounts:user_list"))]

    def get_context_data(self, **kwargs):
        user = self.get_row()
        return super().get_context_data(
            grants=user.grants.select_related("area", "granted_by").order_by("-valid_from", "-id"),
            may_grant=bool(grantable_roles(self.request.user)) and self.request.user.has_perm("accounts.grant_role"),
            may_change=self.request.user.has_perm("accounts.change_user"),
            state="在用" if user.is_active else "已停用",
            factors=has_factor(user),
            meta=[user.username, *user.role_labels],
            left=left_in_hand(user, self.request.user),
            **kwargs,
        )


class StaffCreate(ScopedCreateView):
    permission = "accounts.add_user"
    model = User
    title = "新建账号"
    form_class = StaffUserForm
    success_message = "账号已建好。请授予角色，再开一次性登录码交给本人。"

    def get_form_kwargs(self):
        return {}

    def get_back_url(self):
        return reverse("accounts:user_list")

    def save(self, form):
        return _page(create_staff(form.save(commit=False), by=self.request.user))


class StaffUpdate(ScopedUpdateView):
    permission = "accounts.change_user"
    model = User
    title = "修改账号"
    form_class = StaffUserForm

    def get_back_url(self):
        return _page(self.get_row())

    def save(self, form):
        change_staff(
            form.instance, list(form.proposed()), base_version=form.cleaned_data["version"], by=self.request.user
        )
        return _page(form.instance)


def _page(user):
    return reverse("accounts:user_detail", args=[user.pk])


class StaffStep(StepView):
    """A step on an account."""

    permission = "accounts.change_user"
    model = User

    def get_success_url(self):
        return _page(self.get_row())


class StaffDisable(StaffStep):
    service = disable_staff
    success_message = "账号已停用，所有登录马上失效，角色已经终止。"


class StaffEnable(StaffStep):
    service = enable_staff
    success_message = "账号已恢复。角色需要重新授予。"


class StaffResetFactors(StaffStep):
    service = reset_factors
    success_message = "登录保护已取消，所有登录马上失效。本人下次登录只要密码，请提醒她重新开通。"


class StaffCode(StaffView):
    """Print a one-time code: shown once on this page, never stored in clear; asking again makes a new one."""

    permission = "accounts.change_user"
    model = User
    template_name = "accounts/code_slip.html"
    title = "一次性登录码"

    def post(self, request, pk):
        user = self.get_row()
        return self.render(person=user, code=issue_code(user, by=request.user), back_url=_page(user))


class GrantCreate(ScopedCreateView):
    permission = "accounts.grant_role"
    model = User
    form_class = GrantForm
    success_message = "角色已授予，从起始日期起生效。"

    def get_rows(self):
        return User.objects.visible_to(self.request.user, "accounts.view_user")

    def get_title(self):
        return f"给{self.get_row().name}授予角色"

    def get_form_kwargs(self):
        return {}

    def get_back_url(self):
        return _page(self.get_row())

    def save(self, form):
        data = form.cleaned_data
        grant_role(
            self.get_row(), role=data["role"], area=data["area"], valid_from=data["valid_from"],
            valid_to=data["valid_to"], source=data["source"], by=self.request.user,
        )  # fmt: skip
        return _page(self.get_row())


class GrantEnd(StepView):
    permission = "accounts.grant_role"
    model = RoleGrant
    success_message = "角色已终止，马上生效。"

    def get_rows(self):
        ids = self.request.user.scope(self.permission)
        rows = RoleGrant.objects.select_related("user", "area")
        return rows if ids is None else rows.filter(area_id__in=ids)

    def act(self, row):
        if Role(row.role) not in grantable_roles(self.request.user):
            raise Http404
        if hasattr(row, "duty"):
            raise ValidationError("这个角色来自包保责任，请到“网格与包保”里结束包保，角色会一起终止。")
        end_grant(row, by=self.request.user)

    def get_success_url(self):
        return _page(self.get_row().user)


class Me(StaffPage):
    """我的: who I am, what I may do where, my sign-ins, my second factor."""

    permission = SIGNED_IN
    title = "我的"
    template_name = "accounts/me.html"

    def get_context_data(self, **kwargs):
        user = self.request.user
        return super().get_context_data(
            grants=RoleGrant.objects.in_force().filter(user=user).select_related("area"),
            factors=has_factor(user),
            meta=[user.username, user.title],
            **kwargs,
        )


class RoleMatrix(StaffPage):
    """Roles and their rights on one page, from the code itself."""

    permission = "accounts.view_user"
    title = "角色与权限"
    template_name = "accounts/roles.html"

    def get_context_data(self, **kwargs):
        from_code = [(role.label, len(PERMISSIONS[role]), _areas_of_work(role)) for role in Role]
        return super().get_context_data(roles=from_code, **kwargs)


WORK = {
    "households.view_household": "看家庭和居民",
    "households.change_household": "改家庭和居民",
    "households.reveal_resident": "看遮住的号码",
    "households.merge_resident": "合并重复的人",
    "grids.add_visit": "记走访",
    "grids.confirm_visitchange": "确认走访变化",
    "grids.change_duty": "安排包保、办交接",
    "grids.export_duty": "看和导出履职记录",
    "concerns.view_concern": "看诉求",
    "concerns.assign_concern": "受理、交办诉求",
    "concerns.close_concern": "办结诉求",
    "ledgers.add_importbatch": "导入台账",
    "households.export_resident": "导出台账（遮挡）",
    "households.export_full_resident": "导出完整台账",
    "concerns.export_concern": "导出诉求台账（遮挡）",
    "concerns.export_full_concern": "导出完整诉求台账",
    "areas.change_area": "管理网格",
    "reference.change_codetable": "管理代码表",
    "accounts.add_user": "管理账号",
    "accounts.grant_role": "授予角色",
    "core.view_auditevent": "看审计记录",
    "safety.view_riskreport": "处理受限待办",
    "safety.lead_safetyfile": "主办受限档案",
    "safety.count_safetyfile": "看维权年度数字",
    "safety.watch_urgentopening": "核对紧急打开",
}


def _areas_of_work(role):
    return [label for permission, label in WORK.items() if permission in PERMISSIONS[role]]
