"""The editor: questions added, moved, doubled, taken out and brought back, one step undone. Works without scripts."""

import json

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse

from fedhub.core.versions import StaleVersion
from fedhub.core.views import FormView, StepView
from surveys.definition import edit
from surveys.definition.check import problems
from surveys.definition.codes import blank_question, fresh_question
from surveys.enums import Kind
from surveys.forms.question import NewQuestionForm, QuestionForm, SectionForm
from surveys.forms.survey import ConfirmForm
from surveys.services.writing import (
    WRITABLE,
    change_draft,
    has_news,
    last_before,
    out_of,
    undo,
    write_question,
    written,
)
from surveys.states import chip_of
from surveys.views.preview import listed, phone_parts, shown_questions
from surveys.views.survey import PUBLISH, InStatus, OfSurvey

STALE = "问卷刚被别人改过，这一步没有做。请看过新的内容再做。"


class OfDraft(InStatus):
    """A page of a survey that can be written now."""

    statuses = WRITABLE

    def get_editor_url(self):
        return reverse("surveys:editor", args=[self.get_row().pk])

    def get_crumbs(self):
        return [*super().get_crumbs(), ("写题目", self.get_editor_url())]

    def get_back_url(self):
        return self.get_editor_url()


class Editor(OfDraft, FormView):
    """All questions in order with their steps, and a phone beside them. What is posted here is the order of a drag."""

    title = "写题目"
    form_class = ConfirmForm
    template_name = "surveys/editor.html"
    success_message = ""

    def get_crumbs(self):
        return OfSurvey.get_crumbs(self)

    def get_form_kwargs(self):
        return {"version": self.get_row().version}

    def get_context_data(self, **kwargs):
        survey = self.get_row()
        questionnaire, out = written(survey), out_of(survey)
        found = problems(questionnaire, mode=survey.mode, sensitive=survey.sensitive)
        by_code = {}
        for one in found:
            by_code.setdefault(one.code, []).append(one)
        sections = listed(questionnaire, out)
        for _, _, lines in sections:
            for line in lines:
                line["problems"] = by_code.pop(line["question"].code, [])
        return super().get_context_data(
            object=survey,
            chips=[chip_of(survey)],
            sections=sections,
            general=[one for rest in by_code.values() for one in rest],
            blocks=sum(one.blocks for one in found),
            kinds=Kind.choices,
            phone=shown_questions(questionnaire),
            step_back=last_before(survey),
            news=has_news(survey),
            may_renew=survey.edition > 0 and self.request.user.has_perm(PUBLISH, survey),
            **kwargs,
        )

    def save(self, form):
        try:
            order = json.loads(self.request.POST.get("order") or "null")
            order = [[str(code) for code in part] for part in order]
        except (ValueError, TypeError):
            raise ValidationError("顺序读不出来，没有改。") from None

        def step(now):
            try:
                return edit.ordered(now, order)
            except ValueError:
                raise ValidationError(STALE) from None

        change_draft(
            self.get_row(), step, what="换顺序", by=self.request.user, base_version=form.cleaned_data["version"]
        )
        return self.get_editor_url()


class DraftStep(OfDraft, StepView):
    """One step of the editor by a button. `code` in the address names the question."""

    success_message = ""
    what = ""

    def get_question(self):
        question = written(self.get_row()).question(self.kwargs["code"])
        if question is None:
            raise Http404
        return question

    def act(self, row):
        question = self.get_question()
        change_draft(row, self.step, what=f"{self.what}：{question.label[:30]}", by=self.request.user)

    def step(self, now):
        raise NotImplementedError

    def get_success_url(self):
        return f"{self.get_editor_url()}#q-{self.kwargs['code']}"

    def post(self, request, *args, **kwargs):
        try:
            return super().post(request, *args, **kwargs)
        except StaleVersion:
            messages.error(request, STALE)
            return redirect(self.get_editor_url())


class QuestionUp(DraftStep):
    what = "上移"

    def step(self, now):
        return edit.move_by(now, self.kwargs["code"], -1)


class QuestionDown(DraftStep):
    what = "下移"

    def step(self, now):
        return edit.move_by(now, self.kwargs["code"], 1)


class QuestionDouble(DraftStep):
    what = "复制"

    def step(self, now):
        return edit.double(now, self.kwargs["code"])


class QuestionTakeOut(DraftStep):
    what = "拿掉"

    def step(self, now):
        return edit.take_out(now, self.kwargs["code"], out_of(self.get_row()))

    def get_success_url(self):
        return self.get_editor_url()


class QuestionBringBack(DraftStep):
    what = "恢复"

    def step(self, now):
        return edit.bring_back(now, self.kwargs["code"])


class Undo(OfDraft, StepView):
    """Back to what was written before the last step."""

    success_message = "已撤销上一步；再点一次就恢复。"

    def act(self, row):
        version = self.request.POST.get("version", "")
        undo(row, base_version=int(version) if version.isdecimal() and len(version) < 10 else -1, by=self.request.user)

    def post(self, request, *args, **kwargs):
        try:
            return super().post(request, *args, **kwargs)
        except StaleVersion:
            messages.error(request, STALE)
            return redirect(self.get_editor_url())

    def get_success_url(self):
        return self.get_editor_url()


class QuestionAdd(OfDraft, StepView):
    """A new question of a kind at the end of a section; its form opens next."""

    success_message = ""

    def act(self, row):
        form = NewQuestionForm(self.request.POST)
        if not form.is_valid():
            raise ValidationError("请选题型。")
        kind = Kind(form.cleaned_data["kind"])
        self.code = fresh_question({one.code for one in written(row).questions()})
        question = blank_question(kind, self.code)
        section = form.cleaned_data["section"]
        change_draft(
            row, lambda now: edit.add(now, question, section), what=f"加题：{kind.label}", by=self.request.user
        )

    def get_success_url(self):
        code = getattr(self, "code", None)
        return reverse("surveys:question", args=[self.get_row().pk, code]) if code else self.get_editor_url()


class QuestionUpdate(OfDraft, FormView):
    """One question. Others may change other questions at the same time; of this one, one of the two wins."""

    title = "改题"
    form_class = QuestionForm
    template_name = "surveys/question_form.html"

    def get_question(self):
        question = written(self.get_row()).question(self.kwargs["code"])
        if question is None:
            raise Http404
        return question

    def dispatch(self, request, *args, **kwargs):
        if request.method == "POST" and written(self.get_row()).question(self.kwargs["code"]) is None:
            messages.error(request, "这一题刚被别人删掉了，没有保存。要它回来，可以“撤销上一步”。")
            return redirect(self.get_editor_url())
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        survey = self.get_row()
        return {
            "question": self.get_question(), "questionnaire": written(survey), "version": survey.version,
            "was_out": out_of(survey).question(self.kwargs["code"]),
        }  # fmt: skip

    def get_back_url(self):
        return f"{self.get_editor_url()}#q-{self.kwargs['code']}"

    def get_context_data(self, **kwargs):
        questionnaire = written(self.get_row())
        form = kwargs.get("form")
        return super().get_context_data(
            object=self.get_row(),
            code=self.kwargs["code"],
            phone=phone_parts(form.question, questionnaire) if form is not None else None,
            **kwargs,
        )

    def save(self, form):
        write_question(
            self.get_row(), form.made(), base_version=form.cleaned_data["version"], by=self.request.user
        )  # fmt: skip
        return self.get_back_url()


class QuestionPreview(QuestionUpdate):
    """How the question would look as it is typed; saves nothing."""

    def get(self, request, *args, **kwargs):
        raise Http404

    def post(self, request, *args, **kwargs):
        form = self.get_form(request.POST)
        question = form.made() if form.is_valid() else form.question
        return self.render(
            "surveys/_phone_question.html", form=form, shown=phone_parts(question, written(self.get_row()))
        )


class SectionUpdate(OfDraft, FormView):
    """Title and note of a part; the number behind the last one is a new part."""

    title = "分部分"
    form_class = SectionForm
    success_message = ""

    def get_form_kwargs(self):
        parts, number = written(self.get_row()).sections, self.kwargs["number"]
        if number > len(parts):
            raise Http404
        part = parts[number] if number < len(parts) else None
        start = {"title": part.title, "note": part.note} if part else {}
        return {"initial": start, "version": self.get_row().version}

    def save(self, form):
        data = form.cleaned_data
        change_draft(
            self.get_row(), lambda now: edit.put_section(now, self.kwargs["number"], data["title"], data["note"].strip()),
            what="改部分", by=self.request.user, base_version=data["version"],
        )  # fmt: skip
        return self.get_editor_url()


class SectionStep(OfDraft, StepView):
    """A whole part one place up or down. The page says which version it showed: the number of a part is its place."""

    success_message = ""
    by = 0

    def act(self, row):
        version = self.request.POST.get("version", "")
        change_draft(
            row, lambda now: edit.move_section(now, self.kwargs["number"], self.by), what="移动部分", by=self.request.user,
            base_version=int(version) if version.isdecimal() and len(version) < 10 else -1,
        )  # fmt: skip

    def post(self, request, *args, **kwargs):
        try:
            return super().post(request, *args, **kwargs)
        except StaleVersion:
            messages.error(request, STALE)
            return redirect(self.get_editor_url())

    def get_success_url(self):
        return f"{self.get_editor_url()}#part-{max(self.kwargs['number'] + self.by, 0)}"


class SectionUp(SectionStep):
    by = -1


class SectionDown(SectionStep):
    by = 1


class SectionDrop(OfDraft, StepView):
    """Take the heading of a part away; its questions stay."""

    success_message = ""

    def act(self, row):
        change_draft(
            row, lambda now: edit.drop_section(now, self.kwargs["number"]), what="去掉部分", by=self.request.user
        )

    def get_success_url(self):
        return self.get_editor_url()
