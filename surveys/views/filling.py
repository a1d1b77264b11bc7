"""What the pages with questions share: what is kept, how a page is written and read, and how all of it is sent. Every page is
kept before the next is shown, so that the way back loses nothing."""

import uuid

from django.db import transaction
from django.http import HttpResponse

from surveys.checking import check
from surveys.enums import Kind, Mode
from surveys.forms.answer import age_error, ages_for, contact_of, said_name
from surveys.logic import next_page, offers_telling, progress, shown, shows_help
from surveys.rendering import Given, question_parts
from surveys.services.drafts import DAYS, Sheet, draft_of, drop_draft, hand_out_code, key_mark, save_draft
from surveys.services.editing import change_answer
from surveys.services.incoming import Again, Closed, Filled, Full, marked, take_in
from surveys.services.letters import letter_code, spaced
from surveys.services.pictures import keep_pictures, replace_pictures
from surveys.services.seen import has_answered
from surveys.views.visitor import TICKET, WHO, SurveyPage

NONCE = b"@@nonce@@"
MOST_AT_ONCE = 20


def at_once(live):
    """True when all of it may stand on one page: nothing depends on anything, and it is short."""
    return len(live.pages) > 1 and not live.rules and len(asked_of(live)) <= MOST_AT_ONCE


def asked_of(live):
    """Questions that somebody may be asked; notes are none."""
    return [one for one in live.questionnaire.questions() if not one.retired and one.kind != Kind.NOTE]


class FillingPage(SurveyPage):
    """What the pages with questions share."""

    number = 0
    # True for the page that holds all questions.
    whole = False

    # --- what is there ----------------------------------------------------------------------------------------------
    def load(self):
        """The Sheet of her browser; `had` says that there was one."""
        sheet = draft_of(self.survey, self.key)
        self.had = sheet is not None
        return sheet or Sheet(self.live.survey.edition)

    def codes(self):
        """Codes of the questions that stand on this page at most."""
        return self.live.pages[self.number - 1]

    def questions(self, sheet):
        here = self.asked(sheet) & set(self.codes())
        return [question for question in self.live.questionnaire.questions() if question.code in here]

    def asked(self, sheet):
        """Codes of the questions that are asked, given what the sheet holds."""
        if not self.live.rules:
            return self.live.always
        return set(shown(self.live.questionnaire, sheet.answers, sheet.texts))

    @property
    def is_last(self):
        return self.number == len(self.live.pages)

    @property
    def is_first(self):
        return self.number == 1

    def asks_age(self, sheet):
        return self.is_first and bool(self.survey.age_from) and not sheet.aged

    # --- writing the page -------------------------------------------------------------------------------------------
    def page(self, sheet, *, posted=None, errors=None, note="", age_wrong="", contact=None):
        errors = errors or {}
        given, paper = Given(sheet.answers, sheet.texts, posted), self.live.questionnaire
        places = [(code, name) for code, (_, name) in self.live.places.items()]
        parts = [
            question_parts(
                question, paper, given, error=errors.get(question.code, ""), places=places, seed=self.key or None
            )
            for question in self.questions(sheet)
        ]
        for part in parts:
            if part["kind"] == Kind.PHOTO:
                part["value"] = part["code"] in sheet.pictures
        return self.written(
            "surveys/resident/page.html", parts=parts, number=self.number, last=self.is_last, tail=self.is_last,
            way=progress(paper, sheet.answers, sheet.texts, self.number or 1), back=not self.is_first,
            edition=self.survey.edition, nonce=NONCE.decode(), kept=self.had, errors=errors, note=note, section=self.section(),
            ages=ages_for(self.survey) if self.asks_age(sheet) else None, age_wrong=age_wrong,
            age_now=(posted or {}).get("age", ""), contact=contact or {}, asks_contact=self.survey.mode != Mode.ANONYMOUS,
            contact_must=self.named, helps=self.survey.sensitive or shows_help(paper, sheet.answers),
            tells=self.tells(sheet), any_tell=any(one.get("tell") for part in parts for one in part.get("options", [])),
            photos=any(part["kind"] == Kind.PHOTO for part in parts), action=self.action,
            any_help=any(option.get("help") for part in parts for option in part.get("options", [])),
        )  # fmt: skip

    def tells(self, sheet):
        """True when the page says where the trained person is told. Not while somebody holds the phone with her."""
        return not self.handed and offers_telling(self.live.questionnaire, sheet.answers)

    @property
    def action(self):
        """Where this page is posted to."""
        return self.url("page", self.number)

    def section(self):
        """The section whose first page this is."""
        codes = set(self.codes())
        for section in self.live.questionnaire.sections:
            first = next((question.code for question in section.questions if not question.retired), None)
            if first in codes:
                return section
        return None

    def answer(self, page):
        """The page (bytes), with what differs from one opening to the next put in."""
        self.need_key()
        return HttpResponse(page.replace(NONCE, uuid.uuid4().hex.encode()))

    # --- reading what was posted ------------------------------------------------------------------------------------
    def read(self, sheet, *, complete=True):
        """Put what was posted on this page into `sheet`. Returns {question: sentence} of what is wrong."""
        post, questions = self.request.POST, self.questions(sheet)
        pictures, wrong = keep_pictures(self.survey, questions, self.request)
        stale = post.get("edition", "").isdecimal() and int(post["edition"][:6]) < self.survey.edition
        found = check(
            questions,
            post,
            places=self.live.places,
            files={*pictures, *sheet.pictures},
            retired=stale,
            complete=complete,
        )
        here = {question.code for question in questions}
        sheet.answers = {code: value for code, value in sheet.answers.items() if code not in here} | found.answers
        sheet.texts = {
            key: words for key, words in sheet.texts.items() if key.partition(".")[0] not in here
        } | found.texts
        replace_pictures(self.survey, [pk for code, pk in sheet.pictures.items() if code in pictures])
        sheet.pictures |= pictures
        sheet.wrong = {}
        sheet.edition = self.survey.edition
        return found.errors | wrong

    def post(self, request, **kwargs):
        if page := self.closed():
            return page
        self.number = kwargs.get("number", self.number)
        if not 0 <= self.number <= len(self.live.pages):
            return self.to("first")
        sheet = self.load() if self.needs_draft(request) else self.fresh()
        leaves = "back" in request.POST or "keep" in request.POST
        errors = self.read(sheet, complete=not leaves)
        age_wrong = age_error(request.POST.get("age", "")) if self.asks_age(sheet) and not leaves else ""
        sheet.aged = sheet.aged or (self.is_first and not age_wrong and not leaves)
        if leaves:
            return self.leave_page(sheet)
        if age_wrong or errors:
            if self.sent_before(request):
                return self.to("thanks")
            if sheet.pictures:
                # A picture cannot be handed back to its input: it is kept until the rest is right.
                self.need_key()
                save_draft(self.survey, self.key, sheet)
                self.had = True
            wrong = {"errors": errors, "age_wrong": age_wrong, "contact": said_name(request.POST)}
            return self.answer(self.page(sheet, posted=request.POST, **wrong))
        return self.go_on(sheet)

    def needs_draft(self, request):
        """A page that was written without a draft, and is the whole questionnaire, has none to read."""
        return request.POST.get("kept") == "1" or len(self.codes()) < sum(map(len, self.live.pages))

    def fresh(self):
        self.had = False
        return Sheet(self.survey.edition)

    def leave_page(self, sheet):
        """Back, or away for now: what does so far is kept, what is left out is no fault yet."""
        self.need_key()
        last = save_draft(self.survey, self.key, sheet)
        if "keep" not in self.request.POST:
            return self.to("page", self.before(sheet))
        code = hand_out_code(self.survey, self.key)
        return self.show("surveys/resident/kept.html", code=code, last=last, days=DAYS, here=self.action)

    def before(self, sheet):
        number = self.number or len(self.live.pages) + 1
        return next_page(self.live.questionnaire, sheet.answers, sheet.texts, number, -1) or 1

    def go_on(self, sheet):
        if self.is_last:
            return self.send(sheet)
        following = next_page(self.live.questionnaire, sheet.answers, sheet.texts, self.number)
        self.need_key()
        save_draft(self.survey, self.key, sheet)
        return self.to("page", following) if following else self.to("end")

    # --- sending ----------------------------------------------------------------------------------------------------
    def send(self, sheet):
        """Check all of it once more and take it in."""
        post = self.request.POST
        contact, wrong = contact_of(self.survey, post, must=self.named and not sheet.edits)
        if wrong:
            return self.answer(self.page(sheet, posted=post, note=wrong, contact=said_name(post)))
        missing = self.missing(sheet)
        # Without her age, a page further on was posted without the first one.
        unasked = bool(self.survey.age_from) and not sheet.aged
        if missing or unasked:
            if self.sent_before(self.request):
                return self.to("thanks")
            return self.lead_to(sheet, "" if unasked else missing, "这一题还没有填。")
        self.need_key()
        filled = self.filled(sheet, contact)
        try:
            with transaction.atomic():
                if sheet.edits:
                    change_answer(self.survey, self.key, filled, self.live.seats)
                else:
                    take_in(self.survey, filled, self.live.seats)
                if self.had:
                    drop_draft(self.survey, self.key)
        except Again:
            return self.done()
        except Closed:
            return self.say("没有收下", "问卷刚刚结束或者暂停了，这一份没有收下。谢谢您。")
        except Full as full:
            return self.full(sheet, full)
        return self.done()

    def full(self, sheet, full):
        if not full.question:
            return self.say("已经满了", "问卷的名额刚刚满了，这一份没有收下。谢谢您。")
        option = self.live.questionnaire.question(full.question).option(full.option)
        return self.lead_to(sheet, full.question, f"“{option.label}”的名额满了，请改选别的。")

    def done(self):
        """She is told so; with a one-time code the page that follows is the last that the code opens."""
        answer = self.show("surveys/resident/thanks.html", **thanks_of(self)) if self.ticket else self.to("thanks")
        for name in (TICKET, WHO):
            if name in self.request.COOKIES:
                answer.delete_cookie(name, path=self.url("first"), samesite="Lax")
        return answer

    def filled(self, sheet, contact):
        """What is taken in: answers to what is asked now, nothing else."""
        asked = self.asked(sheet)
        answers = {code: value for code, value in sheet.answers.items() if code in asked}
        texts = {key: words for key, words in sheet.texts.items() if key.partition(".")[0] in asked}
        pictures = {code: pk for code, pk in sheet.pictures.items() if code in asked}
        texts |= {code: str(pk) for code, pk in pictures.items()}
        named = [q.code for q in self.live.questionnaire.questions() if q.kind == Kind.AREA and q.code in answers]
        area = self.live.places[answers[named[0]]][0] if named and answers[named[0]] in self.live.places else None
        ticket = self.ticket or {}
        nonce = self.request.POST.get("nonce", "")[:40]
        return Filled(
            self.survey.edition, answers, texts, area or self.survey.area_id, mark=marked(self.survey, self.identity(nonce)),
            token=ticket.get("code", ""), way=ticket.get("way", "self"), helper=ticket.get("helper"), contact=contact,
            edits=key_mark(self.key) if self.named else "", pictures=list(pictures.values()),
        )  # fmt: skip

    def missing(self, sheet):
        """Code of the first question that must be answered and is not; '' when nothing is missing."""
        asked = self.asked(sheet)
        for question in self.live.questionnaire.questions():
            there = question.code in {*sheet.answers, *sheet.texts, *sheet.pictures}
            if question.code in asked and question.required and question.kind != Kind.NOTE and not there:
                return question.code
        return ""

    def lead_to(self, sheet, code, words):
        """To the page of the question ("": the first page), which says what is wrong there; what was filled in is kept."""
        self.need_key()
        sheet.wrong = {code: words} if code else {}
        save_draft(self.survey, self.key, sheet)
        if self.whole:
            return self.to("all")
        return self.to("page", next((n for n, page in enumerate(self.live.pages, 1) if code in page), 1))

    def sent_before(self, request):
        """True when what is posted again was taken in already: the second of two taps finds no draft any more."""
        nonce = request.POST.get("nonce", "")[:40]
        return (
            bool(self.key) and not self.ticket and has_answered(self.survey, marked(self.survey, self.identity(nonce)))
        )


def thanks_of(page):
    """Context of the page of thanks."""
    key = page.key
    may_edit = page.named and page.live.state() == "open" and bool(key) and not page.ticket
    return {
        "code": spaced(letter_code(page.survey, key)) if key and not page.named else "", "may_edit": may_edit,
        "letter": page.url("letter"), "edit": page.url("edit"),
    }  # fmt: skip
