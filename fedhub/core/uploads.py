"""Uploads with a size limit, kept out of the operating system's shared temporary folder."""

import io
import tempfile

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.core.files.uploadedfile import InMemoryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http.multipartparser import MultiPartParser, MultiPartParserError


class CappedUploadHandler(FileUploadHandler):
    """Streams an upload into an unnamed file; leaves out a file beyond UPLOAD_MAX_BYTES and marks the request as too large.
    What else was sent, also behind that file, is kept.

    The file has no name on disk, so a killed process leaves nothing behind.
    """

    def new_file(self, *args, **kwargs):
        super().new_file(*args, **kwargs)
        settings.SCRATCH_ROOT.mkdir(parents=True, exist_ok=True)
        self.file = tempfile.TemporaryFile(dir=settings.SCRATCH_ROOT)  # noqa: SIM115 - lives as long as the request
        self.received = 0

    def receive_data_chunk(self, raw_data, start):
        self.received += len(raw_data)
        if self.received > settings.UPLOAD_MAX_BYTES:
            self.request.upload_too_large = True
            raise SkipFile
        self.file.write(raw_data)

    def file_complete(self, file_size):
        self.file.seek(0)
        return UploadedFile(self.file, self.file_name, self.content_type, file_size, self.charset)


class BadParts(ValueError):
    """Not the body of a form, or one with too many fields."""


class _Kept(FileUploadHandler):
    """Files of a body that lies in memory already."""

    def new_file(self, *args, **kwargs):
        super().new_file(*args, **kwargs)
        self.file = io.BytesIO()

    def receive_data_chunk(self, raw_data, start):
        self.file.write(raw_data)

    def file_complete(self, file_size):
        self.file.seek(0)
        return InMemoryUploadedFile(
            self.file, self.field_name, self.file_name, self.content_type, file_size, self.charset
        )


def parse_multipart(data, content_type):
    """`(QueryDict, files)` of a form's body that came another way than as a request. Raises BadParts."""
    head = {"CONTENT_TYPE": content_type, "CONTENT_LENGTH": len(data)}
    try:
        posted, files = MultiPartParser(head, io.BytesIO(data), [_Kept()], "utf-8").parse()
    except (MultiPartParserError, SuspiciousOperation, ValueError) as error:
        raise BadParts(type(error).__name__) from error
    return posted.copy(), files
