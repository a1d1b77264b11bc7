"""Model fields of the house: encrypted text, blind index, partial date, random key."""

import json
import logging
import secrets

from django import forms
from django.core.exceptions import FieldError
from django.db import models

from fedhub.core import crypto
from fedhub.core.validators import validate_partial_date

log = logging.getLogger("fedhub.crypto")

UNREADABLE = "无法解密"


class Unreadable(str):
    """Shown in place of a value that cannot be opened, so that the page still renders."""

    __slots__ = ()


class EncryptedField(models.BinaryField):
    """Base of the encrypted fields. `column` is the authenticated name, `ring` the keyring ring (main | sealed).

    The name is given explicitly, because the history copy of a model must open the same bytes; it is kept as `aad`,
    since `column` is Django's own attribute for the database column. Look-ups other
    than isnull are refused: search by a BlindIndexField.
    """

    def __init__(self, *args, column, ring="main", **kwargs):
        self.aad, self.ring = column, ring
        kwargs.setdefault("editable", True)
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("editable", None)
        kwargs["column"] = self.aad
        if self.ring != "main":
            kwargs["ring"] = self.ring
        return name, path, args, kwargs

    def encode(self, value):
        """Python value to bytes."""
        return str(value).encode()

    def decode(self, data):
        """Bytes to Python value."""
        return data.decode()

    def is_empty(self, value):
        """True when `value` is stored as NULL."""
        return value is None or value == ""

    def get_prep_value(self, value):
        if self.is_empty(value):
            return None
        if isinstance(value, Unreadable):
            raise ValueError("An unreadable value cannot be saved again.")
        return crypto.encrypt(self.encode(value), column=self.aad, ring=self.ring)

    def get_db_prep_value(self, value, connection, prepared=False):
        if not prepared:
            value = self.get_prep_value(value)
        return None if value is None else connection.Database.Binary(value)

    def prepare_all(self, values, connection):
        """`get_db_prep_save` for many plain values at once."""
        if any(isinstance(value, Unreadable) for value in values):
            raise ValueError("An unreadable value cannot be saved again.")
        data = [None if self.is_empty(value) else self.encode(value) for value in values]
        binary = connection.Database.Binary
        return [one and binary(one) for one in crypto.encrypt_all(data, column=self.aad, ring=self.ring)]

    def from_db_value(self, value, expression, connection):
        if value is None:
            return self.empty_value()
        try:
            return self.decode(crypto.decrypt(value, column=self.aad, ring=self.ring))
        except crypto.Undecryptable:
            log.error("value of column %s cannot be decrypted", self.aad)
            return Unreadable(UNREADABLE)

    def empty_value(self):
        """What NULL reads as."""
        return ""

    def to_python(self, value):
        return self.empty_value() if value is None else value

    def get_default(self):
        return self.empty_value() if not self.has_default() else super().get_default()

    def get_lookup(self, lookup_name):
        if lookup_name != "isnull":
            raise FieldError(f"{self.aad} is encrypted: search by its blind index.")
        return super().get_lookup(lookup_name)

    def value_to_string(self, obj):
        raise FieldError(f"{self.aad} is encrypted and is not serialised.")


class EncryptedTextField(EncryptedField):
    """Encrypted text; NULL reads as ''. `max_length` limits the form, not the stored bytes."""

    def __init__(self, *args, text_length=None, **kwargs):
        self.text_length = text_length
        kwargs.setdefault("null", True)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        if self.text_length:
            kwargs["text_length"] = self.text_length
        return name, path, args, kwargs

    def formfield(self, **kwargs):
        widget = forms.Textarea(attrs={"rows": 3}) if (self.text_length or 0) > 200 else forms.TextInput
        defaults = {"widget": widget, "label": self.verbose_name, "required": not self.blank}
        if self.text_length:
            defaults["max_length"] = self.text_length
        return forms.CharField(**{**defaults, **{k: v for k, v in kwargs.items() if k != "form_class"}})


_to_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_from_json = json.JSONDecoder().decode


class EncryptedJSONField(EncryptedField):
    """Encrypted JSON value (dict or list); NULL reads as None."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("null", True)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def is_empty(self, value):
        return value is None

    def empty_value(self):
        return None

    def encode(self, value):
        return _to_json(value).encode()

    def decode(self, data):
        return _from_json(data.decode())


class BlindIndexField(models.CharField):
    """Keyed fingerprint written by the service beside an encrypted value (see core.crypto.blind); NULL when empty."""

    def __init__(self, *args, **kwargs):
        kwargs["max_length"] = 43
        kwargs["null"] = kwargs["blank"] = True
        kwargs["editable"] = False
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        for key in ("max_length", "null", "blank", "editable"):
            kwargs.pop(key, None)
        return name, path, args, kwargs


class KeyTextField(models.CharField):
    """Search key compared by code point, so that a prefix range uses its index on both engines.

    PostgreSQL orders text by the locale unless the column says COLLATE "C"; SQLite already compares by bytes.
    """

    def db_parameters(self, connection):
        parameters = super().db_parameters(connection)
        if connection.vendor == "postgresql":
            parameters["collation"] = "C"
        return parameters


class PartialDateField(models.CharField):
    """A date known to the year, month or day: text "1985", "1985-04" or "1985-04-01"; '' is unknown."""

    def __init__(self, *args, **kwargs):
        kwargs["max_length"] = 10
        kwargs.setdefault("blank", True)
        kwargs.setdefault("default", "")
        super().__init__(*args, **kwargs)
        self.validators = [*self.validators, validate_partial_date]

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("max_length", None)
        return name, path, args, kwargs


def random_key():
    """A random positive 62-bit integer: a key that tells nothing about order or time."""
    return secrets.randbits(62) + 1


class RandomKeyField(models.BigAutoField):
    """Primary key with a random value: on SQLite it is the rowid itself, so row order tells nothing."""

    def __init__(self, *args, **kwargs):
        kwargs["default"] = random_key
        kwargs.setdefault("primary_key", True)
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("default", None)
        return name, path, args, kwargs
