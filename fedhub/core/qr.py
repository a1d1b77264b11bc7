"""A QR picture as squares of an SVG."""

import qrcode


def qr_squares(text):
    """`(side, path)`: the side of the picture in squares, and the path of its dark ones for an SVG of that view box."""
    code = qrcode.QRCode(border=2, error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(text)
    rows = code.get_matrix()
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return len(rows), path
