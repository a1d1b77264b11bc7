"""Filling in: the first screen, one short page after the other, the end, the thanks."""

from django.http import HttpResponse

from fedhub.notices.wechat.client import is_on
from surveys.enums import Mode
from surveys.logic import next_page, shows_help
from surveys.services.drafts import save_draft
from surveys.services.editing import answer_of
from surveys.services.incoming import marked
from surveys.services.seen import has_answered
from surveys.views.filling import NONCE, FillingPage, asked_of, at_once, thanks_of
from surveys.views.visitor import SurveyPage


class First(SurveyPage):
    """Who asks, why, how long it takes, what is known of her."""

    def get(self, request):
        if page := self.closed():
            return page
        if self.key and not self.ticket and has_answered(self.survey, marked(self.survey, self.identity())):
            return self.to("thanks")
        wechat = "MicroMessenger" in request.headers.get("User-Agent", "") and self.asks_wechat()
        return HttpResponse(self.kept(f"first:{wechat}:{self.handed}", lambda: self.write(wechat)))

    def write(self, wechat):
        start = self.url("wechat") if wechat else self.url("page", 1)
        return self.written(
            "surveys/resident/first.html",
            start=start,
            count=len(asked_of(self.live)),
            at_once=at_once(self.live),
        )

    def asks_wechat(self):
        return self.survey.once_each and not self.ticket and is_on()


class OnePage(FillingPage):
    """The page `number`."""

    def get(self, request, number):
        if page := self.closed():
            return page
        self.number = number
        if not 1 <= number <= len(self.live.pages):
            return self.to("first")
        mixed = any(
            question.shuffle for question in self.live.questionnaire.questions() if question.code in self.codes()
        )
        sheet = self.load() if self.key else self.fresh()
        if self.had or mixed:
            return self.stands(sheet)
        if number > 1:
            # Nothing is kept of what came before: she began elsewhere, or the browser keeps no cookie.
            return self.unkept()
        return self.answer(self.kept(f"page:{number}:{self.handed}", lambda: self.page(sheet)))

    def stands(self, sheet):
        if not self.questions(sheet):
            following = next_page(self.live.questionnaire, sheet.answers, sheet.texts, self.number)
            return self.to("page", following) if following else self.to("end")
        return self.answer(self.page(sheet, errors=sheet.wrong))

    def unkept(self):
        words = "没有找到前面填的内容：可能放得太久了，也可能浏览器关了 Cookie。请从第一页再开始。"
        return self.say(
            "要从头开始", words, first=self.url("page", 1), at_once=self.url("all") if at_once(self.live) else ""
        )


class AllPages(FillingPage):
    """All of it on one page, for whoever likes that better, or whose browser keeps nothing."""

    is_last = is_first = whole = True

    def codes(self):
        return [code for page in self.live.pages for code in page]

    @property
    def action(self):
        return self.url("all")

    def get(self, request):
        if page := self.closed():
            return page
        if not at_once(self.live):
            return self.to("page", 1)
        sheet = self.load() if self.key else self.fresh()
        if self.had or any(question.shuffle for question in self.live.questionnaire.questions()):
            return self.answer(self.page(sheet, errors=sheet.wrong))
        return self.answer(self.kept(f"all:{self.handed}", lambda: self.page(sheet)))

    def post(self, request, **kwargs):
        return super().post(request, **kwargs) if at_once(self.live) else self.to("page", 1)


class End(FillingPage):
    """Everything that was asked is answered: the last look before it is sent."""

    is_last, is_first = True, False

    def codes(self):
        return []

    def page(self, sheet, *, posted=None, errors=None, note="", age_wrong="", contact=None):
        return self.written(
            "surveys/resident/page.html", parts=[], end=True, last=True, tail=True, way=100, back=True, kept=True, errors={},
            edition=self.survey.edition, nonce=NONCE.decode(), note=note, contact=contact or {}, action=self.url("end"),
            asks_contact=self.survey.mode != Mode.ANONYMOUS, contact_must=self.named,
            helps=self.survey.sensitive or shows_help(self.live.questionnaire, sheet.answers), tells=self.tells(sheet),
        )  # fmt: skip

    def needs_draft(self, request):
        return True

    def get(self, request):
        if page := self.closed():
            return page
        sheet = self.load() if self.key else self.fresh()
        return self.answer(self.page(sheet)) if self.had else self.to("first")


class Thanks(SurveyPage):
    """It was taken in; with her code for letters, which this browser alone can make again."""

    def get(self, request):
        return self.show("surveys/resident/thanks.html", **thanks_of(self))


class Edit(SurveyPage):
    """Her answer once more, to change it: only where she answered by name, and until the survey ends."""

    def post(self, request):
        if page := self.closed():
            return page
        found = answer_of(self.survey, self.key) if self.named and self.key and not self.ticket else None
        if found is None:
            return self.say("改不了", "没有找到您在这个浏览器里填的答卷。")
        save_draft(self.survey, self.key, found)
        return self.to("page", 1)

    def get(self, request):
        return self.to("thanks")
