"""The form of one question: options as lines, when it is asked, where an answer leads."""

import json
import re
from dataclasses import replace

from django import forms
from django.core.exceptions import ValidationError

from fedhub.core.forms import StaffForm
from surveys.definition.check import numbers
from surveys.definition.codes import coded_options, coded_rows
from surveys.definition.marks import MarkError, option_of
from surveys.definition.questionnaire import END, WITH_OPTIONS, Condition, Jump, Question
from surveys.enums import Kind

BOUNDED = (Kind.MULTIPLE, Kind.RANKING, Kind.NUMBER, Kind.TEXT, Kind.DATE)
LEADING = (Kind.SINGLE, Kind.YES_NO, Kind.SCALE)
LIMITED = (Kind.SINGLE, Kind.MULTIPLE, Kind.YES_NO)
CODED = re.compile(r"^([a-z]{1,2}|r?\d{1,3})\s*[)）]\s*(?=\S)")
LINES_HELP = (
    "一行一个。行尾可以写：____（可以填字）、【互斥】（和别的不能一起选）、【不愿回答】、【求助】（选了就显示求助电话）、"
    "【告诉专人】（还问她要不要告诉专人）、【限20份】（名额）。"
)
CODES_HELP = "前面的 a)、b) 是选项的代码，答过的人靠它对得上：可以改后面的字，不要改代码；整行删掉就是停用。"
ASKED = [("", "选了下面任一项才问"), ("not", "没选下面任何一项才问")]
# Kinds that use an input; static/js/kinds.js hides it for the others.
USED_BY = {
    "required": [kind for kind in Kind if kind != Kind.NOTE],
    "options": list(WITH_OPTIONS),
    "rows": [Kind.MATRIX],
    "least": list(BOUNDED),
    "most": list(BOUNDED),
    "decimals": [Kind.NUMBER],
    "long": [Kind.TEXT],
    "shuffle": [kind for kind in WITH_OPTIONS if kind not in (Kind.MATRIX, Kind.SCALE)],
}
FIELDS = (
    "label",
    "hint",
    "kind",
    "required",
    "sensitive",
    "options",
    "rows",
    "least",
    "most",
    "decimals",
    "long",
    "shuffle",
)


class QuestionForm(StaffForm):
    """`question` is as it stands, `questionnaire` all of it, `was_out` what of it was published (a Question or None)."""

    label = forms.CharField(label="问什么", max_length=300, widget=forms.Textarea({"rows": 2}))
    hint = forms.CharField(label="提示", max_length=200, required=False, help_text="写在问句下面的小字。")
    kind = forms.ChoiceField(label="题型", choices=Kind.choices)
    required = forms.BooleanField(label="必答", required=False)
    sensitive = forms.BooleanField(label="敏感", required=False, help_text="旁边显示求助电话；要有“不愿回答”。")
    options = forms.CharField(label="选项", required=False, max_length=9000, help_text=LINES_HELP)
    rows = forms.CharField(label="行", required=False, max_length=9000, help_text="一行一个。")
    least = forms.CharField(label="最少", required=False, max_length=10)
    most = forms.CharField(label="最多", required=False, max_length=10)
    decimals = forms.IntegerField(label="几位小数", required=False, min_value=0, max_value=4)
    long = forms.BooleanField(label="可以写几行", required=False)
    shuffle = forms.BooleanField(label="选项随机排列", required=False)
    asked = forms.ChoiceField(label="什么时候问", choices=ASKED, required=False, widget=forms.RadioSelect)
    shown = forms.MultipleChoiceField(
        label="看前面的题", required=False, widget=forms.CheckboxSelectMultiple, help_text="一个也不勾：都问。"
    )

    sections = [
        ("问题", ["label", "kind hint", "required sensitive"]),
        ("怎么答", ["options", "rows", "least most", "decimals", "long shuffle"]),
    ]

    def __init__(self, *args, question, questionnaire, was_out=None, **kwargs):
        self.question, self.questionnaire, self.was_out = question, questionnaire, was_out
        super().__init__(*args, **kwargs)
        self.places = numbers(questionnaire)
        for name in ("options", "rows"):
            self.fields[name].widget = forms.Textarea({"rows": min(max(len(getattr(question, name)) + 2, 5), 14)})
            if was_out:
                self.fields[name].help_text = CODES_HELP
        if was_out:
            self.fields["kind"].disabled = True
        self.fields["kind"].widget.attrs["data-kinds"] = json.dumps(USED_BY)
        self._start()
        self._offer_conditions()
        self._offer_jumps()

    def _start(self):
        question = self.question
        for name in FIELDS:
            self.fields[name].initial = getattr(question, name)
        self.fields["options"].initial = self._lines(question.offered())
        self.fields["rows"].initial = self._lines(tuple(row for row in question.rows if not row.retired))

    def _lines(self, options):
        return "\n".join(f"{one.code}) {option_line(one)}" if self.was_out else option_line(one) for one in options)

    def _offer_conditions(self):
        earlier = []
        for one in self.questionnaire.questions():
            if one.code == self.question.code:
                break
            if not one.retired and one.kind != Kind.NOTE:
                earlier.append(one)
        groups = []
        for one in earlier:
            title = f"第 {self.places[one.code]} 题 {one.label[:24]}"
            simple = one.options and one.kind != Kind.MATRIX
            pairs = (
                [(f"{one.code}:{o.code}", o.label) for o in one.offered()] if simple else [(f"{one.code}:", "答了")]
            )
            groups.append((title, pairs))
        self.fields["shown"].choices = groups
        conditions = self.question.shown_if
        self.fields["shown"].initial = [f"{c.question}:{o}" for c in conditions for o in (c.options or ("",))]
        self.fields["asked"].initial = "not" if conditions and conditions[0].negate else ""
        if not groups:
            del self.fields["shown"], self.fields["asked"]

    def _offer_jumps(self):
        self.jump_names = []
        if self.question.kind not in LEADING:
            return
        later, seen = [], False
        for one in self.questionnaire.questions():
            if seen and not one.retired:
                later.append(
                    (one.code, f"第 {self.places.get(one.code, '')} 题 {one.label[:20]}".replace("第  题", "说明"))
                )
            seen = seen or one.code == self.question.code
        targets = [("", "下一题"), *later, (END, "结束")]
        now = {code: jump.target for jump in self.question.jumps for code in jump.options}
        for option in self.question.offered():
            name = f"jump_{option.code}"
            self.fields[name] = forms.ChoiceField(
                label=f"选“{option.label[:20]}”后去", choices=targets, required=False, initial=now.get(option.code, "")
            )
            self.jump_names.append(name)

    @property
    def jump_fields(self):
        """Bound fields of where each answer leads."""
        return [self[name] for name in self.jump_names]

    def clean(self):
        data = super().clean()
        kind = Kind(data.get("kind") or self.question.kind)
        for name, wanted in (("options", kind in WITH_OPTIONS), ("rows", kind == Kind.MATRIX)):
            if wanted and name in data:
                try:
                    data[name] = self._read_lines(data[name], getattr(self.question, name), kind, name)
                except ValidationError as error:
                    self.add_error(name, error)
            else:
                data[name] = self._kept(name)
        for name in ("least", "most"):
            if name in data:
                data[name] = self._bound(name, data[name].strip(), kind)
        return data

    def _kept(self, name):
        """Of a kind without lines: nothing, but what was out stays as retired."""
        return getattr(self.question, name) if self.was_out else ()

    def _read_lines(self, text, before, kind, name):
        found = []
        known = {option.code: option for option in before}
        for number, line in enumerate(text.splitlines(), 1):
            words, code = line.strip(), ""
            if self.was_out and (coded := CODED.match(words)):
                code, words = coded[1], words[coded.end() :]
                if code not in known:
                    raise ValidationError(f"第 {number} 行：没有代码 {code}，新加的选项前面不写代码。")
                if code in {option.code for option in found}:
                    raise ValidationError(f"第 {number} 行：代码 {code} 写了两次。")
            if not words:
                continue
            try:
                option, jump = option_of(words, Kind.MATRIX if name == "rows" else kind)
            except MarkError as error:
                raise ValidationError(f"第 {number} 行：{error}") from error
            if jump:
                raise ValidationError(f"第 {number} 行：跳题在下面选。")
            found.append(replace(option, code=code or self._same(option, before, found)))
        if not found:
            raise ValidationError("请写选项，一行一个。" if name == "options" else "请写行，一行一个。")
        used = {option.code for option in found}
        gone = tuple(replace(o, retired=True) for o in before if o.code not in used) if self.was_out else ()
        coded = coded_rows(found, gone) if name == "rows" else coded_options(kind, found, gone)
        return (*coded, *gone)

    def _same(self, option, before, found):
        """The code of an option that was never out and says the same as before, so that conditions on it hold."""
        if self.was_out:
            return ""
        taken = {one.code for one in found}
        return next((one.code for one in before if one.label == option.label and one.code not in taken), "")

    def _bound(self, name, text, kind):
        if not text or kind not in BOUNDED:
            return None
        if kind == Kind.DATE:
            return text
        if not re.fullmatch(r"-?\d{1,9}", text):
            self.add_error(name, "请写数。")
            return None
        return int(text)

    def made(self):
        """The Question that the form says; call it when the form is valid."""
        data = self.cleaned_data
        kind = Kind(data["kind"])
        return Question(
            self.question.code, kind, " ".join(data["label"].split()), hint=data["hint"],
            required=data["required"] and kind != Kind.NOTE, options=data["options"], rows=data["rows"],
            least=data["least"], most=data["most"], decimals=data["decimals"] or 0 if kind == Kind.NUMBER else 0,
            long=data["long"] and kind == Kind.TEXT, shuffle=data["shuffle"] and kind in WITH_OPTIONS,
            sensitive=data["sensitive"], retired=self.question.retired, shown_if=self._conditions(), jumps=self._jumps(),
        )  # fmt: skip

    def _conditions(self):
        found, negate = {}, self.cleaned_data.get("asked") == "not"
        for value in self.cleaned_data.get("shown", ()):
            code, _, option = value.partition(":")
            found.setdefault(code, []).append(option)
        return tuple(Condition(code, tuple(o for o in options if o), negate) for code, options in found.items())

    def _jumps(self):
        found, kept = {}, {option.code for option in self.cleaned_data["options"] if not option.retired}
        for name in self.jump_names:
            code = name.removeprefix("jump_")
            if (target := self.cleaned_data.get(name)) and code in kept:
                found.setdefault(target, []).append(code)
        return tuple(Jump(tuple(codes), target) for target, codes in found.items())


def option_line(option):
    """An option as a line of the form; the other way of `option_of`."""
    marks = [
        "____" if option.other else "",
        "【互斥】" if option.exclusive else "",
        "【不愿回答】" if option.refuse else "",
        ("【告诉专人】" if option.tell else "【求助】") if option.help else "",
        f"【限{option.limit}份】" if option.limit is not None else "",
    ]
    return option.label + "".join(marks)


class SectionForm(StaffForm):
    title = forms.CharField(label="这一部分的标题", max_length=40, required=False)
    note = forms.CharField(label="说明", max_length=300, required=False, widget=forms.Textarea({"rows": 3}))


class NewQuestionForm(forms.Form):
    """What kind of question, and where."""

    kind = forms.ChoiceField(label="题型", choices=Kind.choices)
    section = forms.IntegerField(label="部分", min_value=0, max_value=200)
