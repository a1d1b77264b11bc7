"""Her own pages: her concerns, what is kept of her, who read it, her consents. Nothing of whoever lives with her."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect

from concerns.enums import Status
from concerns.services.answers import hear_answer, waits_to_be_heard
from fedhub.core import crypto, files
from fedhub.core.answers import kept_file
from fedhub.core.deeds import Deed
from fedhub.core.residents import doors_of, own_doors
from fedhub.notices.wechat.client import is_on as wechat_on
from households.services.consent import agree, give_again, withdraw_consent
from portal.forms import RateForm, RightForm
from portal.queries import (
    consents_of,
    held_of,
    may_rate,
    open_purposes,
    own_concerns,
    own_consent,
    own_requests,
    rating_of,
    readers_of,
    replies_of,
    steps_of,
)
from portal.services.rights import ask_right, withdraw_right
from portal.services.wechat import is_bound
from portal.views.base import AGREED, NO_MORE, TAKEN_BACK, HerPage
from portal.views.rating import take_rating
from portal.views.wechat import pending

ENDED = (Status.ANSWERED, Status.CLOSED)


class Mine(HerPage):
    def get(self, request):
        rows = [(one, steps_of(one)) for one in own_concerns(self.person)]
        return self.show(
            "portal/mine.html", running=[row for row in rows if row[0].status not in ENDED],
            ended=[one for one, _ in rows if one.status in ENDED], doors=doors_of(own_doors, self.person),
        )  # fmt: skip


class OwnConcern(HerPage):
    """One of hers, by its code: what she was told, and her word on it."""

    def get_concern(self):
        found = own_concerns(self.person).filter(code=self.kwargs["code"].upper()).first()
        return found or self.missing()

    def get(self, request, code):
        return self.page(RateForm())

    def page(self, form):
        concern = self.get_concern()
        replies = replies_of(concern)
        return self.show(
            "portal/concern.html", concern=concern, steps=steps_of(concern), replies=replies, form=form,
            pictures=files.attachments_of(concern, "photo"), may_rate=may_rate(concern, replies),
            rating=rating_of(replies), waiting=waits_to_be_heard(concern) is not None,
        )  # fmt: skip

    def post(self, request, code):
        concern, form = self.get_concern(), RateForm(request.POST)
        if take_rating(concern, form):
            messages.success(request, "记下了，谢谢您。")
            return redirect("resident:concern", code=concern.code)
        return self.page(form)


class Hear(HerPage):
    """Opening an answer that nobody has told her yet; from then on she is told."""

    def post(self, request, code):
        concern = own_concerns(self.person).filter(code=code.upper()).first() or self.missing()
        hear_answer(concern)
        return redirect("resident:concern", code=concern.code)

    def get(self, request, code):
        return redirect("resident:concern", code=code)


class OwnPicture(HerPage):
    """A picture that she sent with one of her concerns."""

    def get(self, request, code, picture):
        concern = own_concerns(self.person).filter(code=code.upper()).first() or self.missing()
        row = files.attachments_of(concern, "photo").filter(uuid=picture).first() or self.missing()
        try:
            return kept_file(files.read(row), row.content_type)
        except (OSError, crypto.Undecryptable):
            return self.missing()


class Centre(HerPage):
    """What is kept of her, who read it, what she agreed to."""

    def get(self, request):
        return self.show(
            "portal/centre.html", held=held_of(self.person), readers=readers_of(self.person)[:50],
            consents=consents_of(self.person), may_agree=bool(open_purposes(self.person)), asked=own_requests(self.person)[:20],
            wechat_bound=is_bound(self.person), wechat_may=wechat_on() and bool(pending(self.request)),
        )  # fmt: skip


class Ask(HerPage):
    """A copy, a correction, or that something is deleted; she is recognised by the code she came in with."""

    def get(self, request):
        return self.show("portal/right.html", form=RightForm())

    def post(self, request):
        form = RightForm(request.POST)
        if form.is_valid():
            try:
                asked = ask_right(self.person, **form.cleaned_data)
            except ValidationError as error:
                for name, words in error.message_dict.items():
                    form.add_error(name, words)
            else:
                messages.success(request, f"收到了，{asked.due_on:%Y-%m-%d} 前答复您。")
                return redirect("resident:centre")
        return self.show("portal/right.html", form=form)


class OfCentre(Deed, HerPage):
    back = "resident:centre"


class TakeBack(OfCentre):
    """She needs her request no more."""

    def act(self, number):
        withdraw_right(own_requests(self.person).filter(pk=number).first() or self.missing())
        return TAKEN_BACK


class Agree(OfCentre):
    """What she may agree to by herself, each with its words and by itself (PIPL art. 14, 29)."""

    back = "resident:agree"

    def get(self, request):
        return self.show("portal/agree.html", purposes=open_purposes(self.person))

    def act(self):
        post = self.request.POST
        agree(self.person, purpose=post.get("purpose", ""), version=post.get("version", ""))
        return AGREED


class Again(OfCentre):
    """What she agreed to was changed: she agrees to the new words, or leaves it."""

    def act(self, number):
        give_again(own_consent(self.person, number) or self.missing())
        return AGREED


class Withdraw(OfCentre):
    """Taking a consent back; it binds at once (PIPL art. 15)."""

    def act(self, number):
        withdraw_consent(own_consent(self.person, number) or self.missing(), by=None)
        return NO_MORE
