"""What messages say, as data (fixtures/words.json): templates, the one sentence that leaves this machine, words never written.

Whoever glances at her phone reads the same sentence whatever it is about: 您有一条社区服务提醒 (security design 4.9,
4.13). What it is stands on her own page alone, and for sensitive matters not even there.
"""

import json
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from django.core.checks import Error, register
from django.core.exceptions import ValidationError

from fedhub.core.text import normalise

_PATH = Path(__file__).parent / "fixtures" / "words.json"
PLACE = re.compile(r"\{(\w+)\}")
MOST = 120


@dataclass(frozen=True)
class Template:
    """One kind of message. `text` is read on her own page; `places` {name: label} are filled in, a `sensitive` one has none;
    `staff`: may be chosen by hand; `listed`: who still has to be told stands on a list of the matter itself, so that
    no second one asks for it."""

    key: str
    label: str
    text: str
    sensitive: bool
    staff: bool = False
    listed: bool = False
    places: dict = field(default_factory=dict)

    @property
    def shown(self):
        """The text with the names of its places, as whoever chooses it reads it."""
        return PLACE.sub(lambda match: f"【{self.places[match[1]]}】", self.text)


@cache
def _data():
    return json.loads(_PATH.read_text(encoding="utf-8"))


@cache
def templates():
    """`{key: Template}` in order."""
    return {row["key"]: Template(**row) for row in _data()["templates"]}


def listed():
    """Keys of the templates whose matters keep a list of their own of who has to be told."""
    return {key for key, template in templates().items() if template.listed}


def outside():
    """The sentence that leaves this machine, for everybody and everything."""
    return _data()["outside"]


def brief():
    """The same in no more than 20 signs, as WeChat takes it."""
    return _data()["brief"]


def neutral():
    """What stands in the inbox of somebody whose words must be neutral."""
    return _data()["neutral"]


def label_of(key):
    """The kind in words; a template that is no more keeps its key."""
    found = templates().get(key)
    return found.label if found else key


def case_words(text):
    """The words in `text` that are never written to anybody, in order."""
    plain = re.sub(r"\s", "", text)
    return [word for word in _data()["case_words"] if word in plain]


def written(key, values=None):
    """The text of the template `key` with `values`. Raises ValidationError by place for what is missing, too long or not to be
    written; KeyError for a template that does not exist; TypeError for values that the template has no place for."""
    template, values = templates()[key], {k: normalise(v) for k, v in (values or {}).items()}
    if set(values) - set(template.places):
        raise TypeError(f"{key} has no place for {sorted(set(values) - set(template.places))}")
    errors = {}
    for name, label in template.places.items():
        text = values.get(name, "")
        if not text:
            errors[name] = f"请填{label}。"
        elif len(text) > MOST:
            errors[name] = f"最多 {MOST} 个字。"
        elif found := case_words(text):
            errors[name] = f"消息里不写“{'”“'.join(found)}”这样的词，别人也可能看到。换个说法，细节见面说。"
    if errors:
        raise ValidationError(errors)
    return PLACE.sub(lambda match: values[match[1]], template.text)


def problems(data):
    """`[sentence]`: what is wrong with `data` (as in words.json): case words, places of a sensitive one, places not named."""
    found = []
    listed = data["case_words"]
    texts = {name: data[name] for name in ("brief", "outside", "neutral")}
    for row in data["templates"]:
        places = row.get("places", {})
        if row["sensitive"] and places:
            found.append(f"{row['key']}: a sensitive message has no places")
        if set(PLACE.findall(row["text"])) != set(places):
            found.append(f"{row['key']}: places are not those of the text")
        texts[row["key"]] = row["text"] + row["label"]
    for key, text in texts.items():
        found += [f"{key}: {word}" for word in listed if word in text]
    return found


@register()
def words_are_neutral(app_configs, **kwargs):
    """No template tells a stranger what it is about."""
    return [Error(sentence, id="fedhub.E010") for sentence in problems(_data())]
