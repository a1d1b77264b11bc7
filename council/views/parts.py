"""What the council's pages share: crumbs, deeds of a page, forms about one row that lead back to it."""

from dataclasses import dataclass

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse

from fedhub.core.views import FormView, StepView


@dataclass(frozen=True)
class Deed:
    """One link of a page, or a button that posts."""

    label: str
    url: str
    posts: bool = False
    danger: bool = False


def deed(label, name, pk, **more):
    """A Deed at the address `council:<name>` of the row `pk`."""
    return Deed(label, reverse(f"council:{name}", args=[pk]), **more)


def topic_crumb():
    return "议题", reverse("council:topic_list")


def meeting_crumb():
    return "会议", reverse("council:meeting_list")


class RowForm(FormView):
    """A small form about one row: `act(form, row, user)` calls the service, then the row's page is shown.

    `opens(row)` False: it came too late and leads to the row with a sentence.
    """

    changes_row = False

    def opens(self, row):
        return True

    def get(self, request, *args, **kwargs):
        row = self.get_row()
        if not self.opens(row):
            messages.warning(request, f"现在不能{self.title}，这里是最新的情况。")
            return redirect(self.get_back_url())
        return super().get(request, *args, **kwargs)

    def get_form_kwargs(self):
        return {}

    def get_title(self):
        return f"{self.title}：{self.get_row()}"

    def get_back_url(self):
        return self.get_row().get_absolute_url()

    def save(self, form):
        self.act(form, self.get_row(), self.request.user)
        return self.get_back_url()

    def act(self, form, row, user):
        raise NotImplementedError


class RowStep(StepView):
    """A button about one row that leads back to the page it stands on."""
