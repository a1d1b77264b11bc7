"""文书: documents for Word, made from a template that the office can edit (docxtpl).

An app registers a Paper with the words its template may use; `fill` makes the document from the office's own template,
or from the shipped one. A template is a program (Jinja2): it runs in a sandbox, and what an office uploads is looked at
first (core.papercheck) and may only name words, repeat a list and leave parts out.
"""

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from fedhub.core import audit, files
from fedhub.core.models import Attachment, Setting
from fedhub.core.papercheck import PaperError, check_template
from fedhub.core.registry import Registry

TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
# What XML cannot hold, and the marks that docxtpl takes for page and paragraph breaks.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")

papers = Registry()


@dataclass(frozen=True)
class Paper:
    """A kind of document. `words`: {word of the template: an example}; `lists`: {list: {word of a row: an example}}."""

    key: str
    label: str
    shipped: Path
    words: Mapping
    lists: Mapping = field(default_factory=dict)
    order: int = 50


# --- making a document --------------------------------------------------------------------------------------------
def fill(paper, values):
    """Bytes of the document `paper` with `values` ({word: text}, {list: [{word: text}]}).

    Raises KeyError for a missing value, PaperError when the office's own template cannot be filled with these.
    """
    rows = {name: [_texts(row, words) for row in values[name]] for name, words in paper.lists.items()}
    context, own = _texts(values, paper.words) | rows, own_template(paper)
    if own is None:
        return render(paper.shipped.read_bytes(), context)
    template = files.read(_attachment(own))
    try:
        return render(template, context)
    except Exception as error:
        # What stands behind a condition is reached by some values only, and fails in as many ways as there are.
        raise PaperError(
            "用本单位的模板没有生成。请在“文书模板”里恢复自带的模板，或者换一个。", "not_filled"
        ) from error


def _texts(values, words):
    return {word: _UNPRINTABLE.sub("", str(values[word])) for word in words}


def render(template, context, *, strict=False):
    """Bytes of the .docx `template` (bytes) filled with `context`; `strict`: an unknown word is an error."""
    from docxtpl import DocxTemplate  # noqa: PLC0415 - takes 12 MiB and 0.2 s
    from jinja2 import StrictUndefined, Undefined  # noqa: PLC0415
    from jinja2.sandbox import SandboxedEnvironment  # noqa: PLC0415

    environment = SandboxedEnvironment(autoescape=True, undefined=StrictUndefined if strict else Undefined)
    document = DocxTemplate(io.BytesIO(template))
    document.render(context, environment, autoescape=True)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def example(paper):
    """Values as `fill` takes them, made of the examples; two rows for each list."""
    return dict(paper.words) | {name: [dict(words), dict(words)] for name, words in paper.lists.items()}


def blank(paper):
    """Values as `fill` takes them when nothing is known yet: no texts, no rows."""
    return dict.fromkeys(paper.words, "") | {name: [] for name in paper.lists}


# --- the office's own template ------------------------------------------------------------------------------------
def _key(paper):
    return f"paper:{paper.key}"


def own_template(paper):
    """`{"file", "name", "by", "at"}` of the office's own template, or None."""
    return Setting.objects.filter(key=_key(paper)).values_list("value", flat=True).first() or None


def _attachment(own):
    return Attachment.objects.get(uuid=UUID(own["file"]))


def template_bytes(paper):
    """The template in use."""
    own = own_template(paper)
    return files.read(_attachment(own)) if own else paper.shipped.read_bytes()


@transaction.atomic
def put_template(paper, data, *, name, by):
    """Use `data` (bytes of a .docx) from now on. Raises PaperError with one sentence that says what is wrong with it."""
    check_template(paper, data, lambda template: _try_out(paper, template))
    row = Setting.objects.select_for_update().get_or_create(key=_key(paper))[0]
    _forget(row)
    stored = files.store(data, owner=row, kind="paper", name=name, content_type=TYPE, by=by, level=2)
    row.value = {"file": stored.uuid.hex, "name": stored.name, "by": by.name, "at": timezone.now().isoformat()}
    row.save(update_fields=["value", "updated_at"])
    audit.record("core.paper.change", by=by, paper=paper.key)


def _try_out(paper, template):
    for values in (example(paper), blank(paper)):
        render(template, values, strict=True)


@transaction.atomic
def drop_template(paper, *, by):
    """Use the shipped template again; nothing happens when it is in use already."""
    row = Setting.objects.select_for_update().filter(key=_key(paper)).first()
    if row is None or not row.value:
        return
    _forget(row)
    row.value = {}
    row.save(update_fields=["value", "updated_at"])
    audit.record("core.paper.restore", by=by, paper=paper.key)


def _forget(row):
    if row.value:
        files.remove(Attachment.objects.filter(uuid=UUID(row.value["file"])))
