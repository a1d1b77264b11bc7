"""Pages around what a phone keeps: what is not sent yet, drafts to finish on screen, and the phones themselves."""

from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from fedhub.core import once
from fedhub.core.access import PUBLIC
from fedhub.core.files import attachments_of
from fedhub.core.views import FormView, StaffPage, StaffView, StepView
from grids.forms.late import form_again
from grids.forms.visit import VisitForm
from grids.models import Device, Envelope
from grids.queries import people_at_home, visiting_agreements
from grids.services.offline import drop, end_device, finish_draft, finished_url, pictures_of, still_missing
from grids.services.signature import KIND as SIGNATURE


class OfflinePage(StaffView):
    """What is shown without network. It names nobody: any phone may keep it."""

    permission = PUBLIC
    title = "没有网络"
    template_name = "grids/offline_page.html"

    def get(self, request, *args, **kwargs):
        return self.render()


class Outbox(StaffPage):
    """What this phone still holds (the page's script knows), and what arrived and waits to be finished on screen."""

    permission = "grids.add_visit"
    title = "未上传的走访"
    template_name = "grids/outbox.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(unfinished=to_finish(self.request.user), **kwargs)


def to_finish(user):
    """[{url, text}] of the drafts that arrived and wait for `user` to finish them on screen, the newest first."""
    rows = Envelope.objects.visible_to(user, "grids.add_visit").select_related("household").order_by("-pk")[:50]
    return [
        {
            "url": reverse("grids:draft_finish", args=[row.pk]),
            "text": f"{row.household} {timezone.localtime(row.written_at):%Y-%m-%d %H:%M}",
        }
        for row in rows
    ]


class DraftForm(FormView):
    """Base: the form of a visit filled in with what a phone sent."""

    model = Envelope
    form_class = VisitForm
    template_name = "grids/draft_form.html"
    success_message = "走访已保存。"

    def dispatch(self, request, *args, **kwargs):
        # Sent twice: by the second time the draft waits no more.
        key = once.parse_key(request.POST.get("once_key"))
        done = once.earlier_result(request.user, key) if key else None
        return redirect(done) if done else super().dispatch(request, *args, **kwargs)

    def get_rows(self):
        return super().get_rows().select_related("household__area", "user", "device")

    def get_title(self):
        return f"走访 {self.get_row().household}"

    def get_key(self):
        """The once-key of the form."""
        raise NotImplementedError

    def get_form(self, data=None, files=None):
        row = self.get_row()
        if data is None:
            return form_again(row, self.get_key())
        return VisitForm(data, files, user=row.user, household=row.household, asks_risk=False)

    def get_context_data(self, **kwargs):
        row = self.get_row()
        pictures = [
            (one.kind, {"url": reverse("core:file", args=[one.uuid]), "caption": one.name})
            for one in attachments_of(row).filter(kind__in=["photo", SIGNATURE])
        ]
        return super().get_context_data(
            draft=row,
            household=row.household,
            notes=visiting_agreements(people_at_home(row.household)),
            kept_photos=[picture for kind, picture in pictures if kind == "photo"],
            kept_signature=any(kind == SIGNATURE for kind, _ in pictures),
            **kwargs,
        )

    def log(self, form):
        photos, signature = pictures_of(self.get_row())
        return form.log(photos=photos, signature=signature, by=self.request.user)


class DraftFinish(DraftForm):
    """补全: a draft that was not finished, or did not pass, under the once-key it had on the phone."""

    permission = "grids.add_visit"
    title = "补全走访"
    submit_label = "保存走访"

    def dispatch(self, request, *args, **kwargs):
        done = finished_url(request.user, kwargs["pk"])
        return redirect(done) if done else super().dispatch(request, *args, **kwargs)

    def get_key(self):
        return self.get_row().key

    def get_back_url(self):
        return reverse("grids:outbox")

    def save(self, form):
        if form.cleaned_data["once_key"] != str(self.get_key()):
            raise ValidationError("这一页过期了，请从“未上传”重新打开。")
        visit = self.log(form)
        finish_draft(self.request.user, self.get_key(), visit)
        return visit


class DraftDrop(StepView):
    """不要了: what was typed and its pictures are deleted."""

    permission = "grids.add_visit"
    model = Envelope
    service = drop
    success_message = "已删掉。"

    def get_success_url(self):
        return reverse("grids:outbox")


class DeviceList(StaffPage):
    """我的手机: where one's visits may lie unsent, and how to take a lost one out of use."""

    permission = "grids.add_visit"
    title = "我的手机"
    template_name = "grids/device_list.html"

    def get_crumbs(self):
        return [("我的", reverse("accounts:me"))]

    def get_context_data(self, **kwargs):
        user = self.request.user
        devices = list(Device.objects.visible_to(user, self.permission).in_force().order_by("-seen_at", "-pk")[:50])
        missing = still_missing(user, {key for device in devices for key in device.unsent})
        return super().get_context_data(
            devices=[(device, len(missing & set(device.unsent))) for device in devices],
            **kwargs,
        )


class DeviceEnd(StepView):
    """停用: the phone wipes what it keeps when it next has a network; sealed drafts stay unreadable on it."""

    permission = "grids.add_visit"
    model = Device
    service = end_device
    success_message = "已停用。这台手机一连上网，就会清掉里面的计划和没写完的内容。"

    def get_rows(self):
        return super().get_rows().in_force()

    def get_success_url(self):
        return reverse("grids:device_list")
