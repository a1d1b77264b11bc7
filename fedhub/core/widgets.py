"""Inputs that need a little script: the picker of one record among many, the pictures of a form, a drawn signature.

The first two work without script: the picker posts what was typed, the pictures are an ordinary file input. The
signature is hidden without it.
"""

from django import forms
from django.urls import reverse


class PickerWidget(forms.TextInput):
    """Choose one record by searching, instead of a select with thousands of options.

    `url_name` answers {"results": [{"id", "text", "note"}]} to a posted q (rows within the user's scope). Posts the id as
    `<name>` and the typed words as `<name>-text`. `label_of(value)` gives the words for a value that is already set.
    """

    template_name = "widgets/picker.html"

    def __init__(self, url_name, label_of=None, attrs=None):
        self.url_name = url_name
        self.label_of = label_of
        super().__init__(attrs)

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        widget = context["widget"]
        widget["url"] = reverse(self.url_name)
        widget["shown"] = self.label_of(value) if value and self.label_of else ""
        widget["attrs"].setdefault("class", "form-control")
        return context

    def value_from_datadict(self, data, files, name):
        return data.get(name) or None

    def value_omitted_from_data(self, data, files, name):
        return name not in data


class PhotosWidget(forms.Widget):
    """Up to `most` pictures, with previews, a count and a way to take one out again. Gives the list of files.

    No subclass of FileInput: crispy draws those by itself and would leave out the previews.
    """

    template_name = "widgets/photos.html"
    needs_multipart_form = True

    def __init__(self, most=9, attrs=None):
        self.most = most
        super().__init__({"accept": "image/jpeg,image/png,image/webp,image/heic", "multiple": True, **(attrs or {})})

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        context["widget"]["most"] = self.most
        return context

    def value_from_datadict(self, data, files, name):
        return files.getlist(name) if hasattr(files, "getlist") else files.get(name)

    def value_omitted_from_data(self, data, files, name):
        return name not in files

    def use_required_attribute(self, initial):
        return False


class SignWidget(forms.Widget):
    """A sheet to sign on with a finger; static/js/sign.js puts the drawing into a file input as PNG. Gives the file.

    The template puts it into a details element with `data-sign` and `hidden`, which the script shows. `done`: what is said
    once there is a drawing.
    """

    template_name = "widgets/sign.html"
    needs_multipart_form = True

    def __init__(self, attrs=None, done="已签，和走访一起保存"):
        super().__init__(attrs)
        self.done = done

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        context["widget"]["done"] = self.done
        return context

    def value_from_datadict(self, data, files, name):
        return files.get(name)

    def value_omitted_from_data(self, data, files, name):
        return name not in files

    def use_required_attribute(self, initial):
        return False
