"""Uploads with a size limit, kept out of the operating system's shared temporary folder."""

import tempfile

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload


class CappedUploadHandler(FileUploadHandler):
    """Streams an upload into an unnamed file; stops at UPLOAD_MAX_BYTES and marks the request as too large.

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
            raise StopUpload(connection_reset=False)
        self.file.write(raw_data)

    def file_complete(self, file_size):
        self.file.seek(0)
        return UploadedFile(self.file, self.file_name, self.content_type, file_size, self.charset)
