"""The endings of documents of Office, OpenDocument and OpenOffice 1 that are archives.

Left out are `.otf` and `.otc`, templates of formulas and charts, because these are fonts.
"""

PACKED = frozenset(
    "docx dotx xlsx xltx xlsb pptx potx ppsx sldx thmx vsdx vssx vstx"
    " odt ott oth odm otm ods ots odp otp odg otg odf odb odi oti"
    " sxw stw sxg sxc stc sxi sti sxd std sxm".split()
)
