"""Her messages, and by what and when she wants to be told that there is one."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect

from fedhub.notices.enums import PUSH
from fedhub.notices.services.inbox import choice_of, choose, inbox_of, own_message, read
from portal.forms import ChoiceForm
from portal.views.base import HerPage

SHOWN = 50


class Inbox(HerPage):
    def get(self, request):
        return self.show("portal/inbox.html", rows=inbox_of(self.person)[:SHOWN])


class Read(HerPage):
    """One message. Opening it is a form: a page that is only looked at writes nothing."""

    def post(self, request, number):
        read(own_message(self.person, number) or self.missing())
        return redirect("resident:message", number=number)

    def get(self, request, number):
        return self.show("portal/message.html", message=own_message(self.person, number) or self.missing())


class Choose(HerPage):
    """What she wants. What the office has noted with her of safe ways is neither shown nor loosened here."""

    def get(self, request):
        choice = choice_of(self.person)
        known = {"channels": choice.channels, "hour_from": choice.hour_from, "hour_to": choice.hour_to}
        return self.show("portal/choice.html", form=ChoiceForm(initial=known), push=PUSH)

    def post(self, request):
        form = ChoiceForm(request.POST)
        if form.is_valid():
            try:
                choose(self.person, **form.cleaned_data)
            except ValidationError as error:
                for name, words in error.message_dict.items():
                    form.add_error(name, words)
            else:
                messages.success(request, "记下了，从现在起照这样办。")
                return redirect("resident:inbox")
        return self.show("portal/choice.html", form=form, push=PUSH)
