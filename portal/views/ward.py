"""A guardian's pages about a child under fourteen: what this guardian said and asked, and the consent. Nothing of another
parent, of the child's own, or of the office."""

import uuid

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect

from fedhub.core.deeds import Deed
from households.consenttexts import text_of
from portal.enums import GuardianEnd
from portal.forms import RateForm, RightForm, SayForm
from portal.queries import may_rate, rating_of, replies_of, steps_of, ward_concerns, ward_held, ward_requests
from portal.services.guardians import end_guardian
from portal.services.rights import ask_right, withdraw_right
from portal.services.say import say, say_sealed
from portal.views.base import NO_MORE, TAKEN_BACK, WardPage
from portal.views.rating import take_rating


class Ward(WardPage):
    def get(self, request):
        guardian = self.guardian
        return self.show(
            "portal/ward.html", held=ward_held(self.ward), asked=ward_requests(guardian)[:20], guardian=guardian,
            concerns=[(one, steps_of(one)) for one in ward_concerns(guardian)],
            consent=text_of("child", guardian.text_version),
        )  # fmt: skip


class WardSay(WardPage):
    """A concern for the child, in the guardian's name."""

    def get(self, request):
        return self.page(SayForm())

    def page(self, form):
        return self.show("portal/say.html", form=form, nameless=False, for_ward=True)

    def post(self, request):
        form = SayForm(request.POST, request.FILES)
        if getattr(request, "upload_too_large", False):
            form.add_error("pictures", "照片太大，一张不能超过 15 MB，没有收下。")
        elif form.is_valid():
            data = form.cleaned_data
            facts = {name: data[name] for name in ("title", "detail", "place", "topic", "pictures")}
            if data["only"]:
                told = {name: facts[name] for name in ("title", "detail", "place")}
                told |= {"reach": data["reach"], "guardian": self.guardian}
                heard = say_sealed(key=data["key"], person=self.ward, **told)
                return self.show("portal/told.html", heard=heard)
            code = say(key=data["key"], person=self.ward, guardian=self.guardian, **facts)
            return self.show("portal/said.html", code=f"{code[:4]}-{code[4:]}", nameless=False)
        if "key" in form.errors:
            form.data = form.data.copy()
            form.data["key"] = str(uuid.uuid4())
            form.add_error(None, "这一页放得太久了，没有交上去。内容都在，请再交一次。")
        return self.page(form)


class WardConcern(WardPage):
    """One that this guardian raised: what was answered, and the guardian's word on it."""

    def get_concern(self):
        found = ward_concerns(self.guardian).filter(code=self.kwargs["code"].upper()).first()
        return found or self.missing()

    def get(self, request, code):
        return self.page(RateForm())

    def page(self, form):
        concern = self.get_concern()
        replies = replies_of(concern)
        return self.show(
            "portal/ward_concern.html", concern=concern, steps=steps_of(concern), replies=replies, form=form,
            may_rate=may_rate(concern, replies), rating=rating_of(replies),
        )  # fmt: skip

    def post(self, request, code):
        concern, form = self.get_concern(), RateForm(request.POST)
        if take_rating(concern, form):
            messages.success(request, "记下了，谢谢您。")
            return redirect("resident:ward_concern", code=concern.code)
        return self.page(form)


class WardAsk(WardPage):
    """A copy, a correction, or that something of the child is deleted; answered in person."""

    def get(self, request):
        return self.show("portal/right.html", form=RightForm())

    def post(self, request):
        form = RightForm(request.POST)
        if form.is_valid():
            try:
                asked = ask_right(self.ward, guardian=self.guardian, **form.cleaned_data)
            except ValidationError as error:
                for name, words in error.message_dict.items():
                    form.add_error(name, words)
            else:
                messages.success(request, f"收到了，{asked.due_on:%Y-%m-%d} 前答复您。")
                return redirect("resident:ward")
        return self.show("portal/right.html", form=form)


class WardTakeBack(Deed, WardPage):
    back = "resident:ward"

    def act(self, number):
        withdraw_right(ward_requests(self.guardian).filter(pk=number).first() or self.missing())
        return TAKEN_BACK


class WardEnd(Deed, WardPage):
    """The guardian takes the consent back: it binds at once, and the way in is shut with it (个人信息保护法 art. 15)."""

    back = "resident:ward"

    def act(self):
        end_guardian(self.guardian, why=GuardianEnd.WITHDRAWN)
        self.back = "resident:home"
        return NO_MORE
