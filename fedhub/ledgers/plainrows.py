"""Rows of a sheet in the one form that nearly all programs write, taken from its bytes without a parser.

To be called back for each element is the dearest part of reading a workbook. A row is taken here only when the whole of
it has the strict form below; everything else goes to expat, which also sees the sheet around the rows and judges it.
What looks like a row is one: in well-formed XML `<` stands in no text and in no attribute, and from the first comment,
CDATA section or instruction on expat gets everything.
"""

import re

# No markup and no reference, and nothing that XML forbids or changes (it turns \r into \n).
_TEXT = r"[^<&\x00-\x08\x0b-\x1f\ufffe\uffff]*"
_CONTENT = rf'<v>{_TEXT}</v>|<is><t(?: xml:space="preserve")?>{_TEXT}</t></is>'
_KINDS, _STYLES = r' t="(?:s|n|b|str|inlineStr)"', r' s="[0-9]{1,5}"'
_HEAD = rf"(?:(?:{_STYLES})?(?:{_KINDS})?|{_KINDS}{_STYLES})"
_PLAIN = rf'<c r="[A-Z]{{1,3}}[0-9]{{1,7}}"{_HEAD}(?:>(?:{_CONTENT})?</c>| ?/>)'
_OTHER = r' (?!r=)[A-Za-z0-9:]+="[^"<&\x00-\x1f]*"'
_ROWS = re.compile(rf'<row(?: r="([0-9]{{1,7}})")?((?:{_OTHER})*+) ?>((?>{_PLAIN})*+)</row>')
_CELLS = re.compile(rf'<c r="([A-Z]+)[0-9]+"({_HEAD})(?: ?/>|>(?:<v>([^<]*)|<is><t[^>]*>([^<]*))?)')
_COLUMNS = re.compile(rf'<c r="([A-Z]+)[0-9]+"{_HEAD}(?: ?/>|>(<[vi])?)')
_KIND = re.compile(r' t="([^"]*)"')
_STYLE = re.compile(r' s="([^"]*)"')
# What may hide rows that are none. The XML declaration stands before everything, or expat refuses it.
_STRANGE = re.compile(rb"<[!?](?!xml )")
_END = b"</row>"
# So much without the end of a row is no sheet of the common form.
_LONGEST = 256 * 1024


class Splitter:
    """Parts the bytes of a sheet: `take(number as text or None, hidden, body)` is called for each plain row, the rest is
    for expat."""

    def __init__(self, take):
        self._take, self._held, self._common = take, b"", True

    def split(self, chunk):
        """Yield what expat gets of the next `chunk` (b"" for the end), in the order of the file with the rows taken."""
        data = self._held + chunk
        self._held = b""
        cut = data.rfind(_END) + len(_END)
        if not chunk or not self._common or _STRANGE.search(data) or len(data) - cut > _LONGEST:
            self._common = False
            yield data
        elif cut < len(_END):
            self._held = data
        else:
            self._held = data[cut:]
            yield from self._part(data[:cut])

    def _part(self, data):
        try:
            text = data.decode()
        except UnicodeDecodeError:
            self._common = False
            yield data
            return
        last = 0
        for found in _ROWS.finditer(text):
            if found.start() > last:
                yield text[last : found.start()].encode()
            number, others, body = found.groups()
            self._take(number, ' hidden="1"' in others or ' hidden="true"' in others, body)
            last = found.end()
        if last < len(text):
            yield text[last:].encode()


def cell_texts(body):
    """`[(column letters, attributes, value, inline text)]` of the cells of a row; '' for what is not there."""
    return _CELLS.findall(body)


def columns_of(body):
    """`[(column letters, '' for a cell without content)]` of the cells of a row."""
    return _COLUMNS.findall(body)


def kind_and_style(attributes):
    """`(kind, style or None)` of the attributes of a cell."""
    kind, style = _KIND.search(attributes), _STYLE.search(attributes)
    return kind[1] if kind else "n", style[1] if style else None
