"""The endings of files that an operating system or an office program runs, mounts or installs at a double click.

Sources: the lists of Outlook (“Blocked attachments in Outlook”, Level 1) and Gmail (“File types blocked in Gmail”), and
that of Chromium (components/safe_browsing/content/resources/download_file_types.asciipb). Not taken from these lists is
data that a service desk needs: certificates (cer, crt, der), mail folders and profiles (pst, prf), temporary files
(tmp), MATLAB's data (mat), and plain archives (cab and the kinds that Chromium lists). docs/files.md says so.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator

from trackline_schemas.text.normal_form import normalise, without_marks

_WINDOWS = """
    exe com scr pif bat cmd cpl msc dll ocx sys drv efi msi msp mst msu msix msixbundle appx appxbundle
    appinstaller application appref-ms appcontent-ms gadget vsix xbap xnk scf inf ins isp its job grp hlp hpj
    cnt chm reg ppkg mui ax theme themepack deskthemepack diagcab diagcfg diagpkg perfmoncfg settingcontent-ms
    library-ms search-ms searchconnector-ms printerexport osd prg fxp pcd vsmacros vsw wim swm esd ade adp mad
    bgi plg ops msrcincident diagpack nsh vxd lib ex mof xrm-ms slp fon
    maf mag mam maq mar mas mau mav maw mcf mda mdb mde mdt mdw mdz accda accdb accde accdr accdu
""".split()
_SHORTCUTS = (
    "lnk url website rdp wsb udl iqy dqy oqy rqy odc webpnp webloc inetloc fileloc terminal pyzw desktop".split()
)
_SCRIPTS = """
    vbs vbe vb vbp bas js jse jar jnlp class war ear ws wsf wsc wsh sct shb shs hta htc asp aspx asx ps1 ps1xml
    ps2 ps2xml psc1 psc2 psd1 psm1 pssc psrc cdxml msh msh1 msh2 mshxml msh1xml msh2xml sh bash csh fish ksh zsh
    tcsh command py pyc pyd pyo pyw pyz pl pm php phar rb lua tcl swf spl scpt scptd applescript workflow action
    tool osx mht mhtml mjs psdm1 ahk au3 svgz
""".split()
_OTHER_SYSTEMS = """
    app dmg pkg mpkg smi toast sparseimage sparsebundle dylib kext prefpane so ko elf run appimage deb
    rpm snap flatpak flatpakref flatpakrepo apk xapk aab ipa xpi crx
    xip air mobileconfig
""".split()
_DISKS = """
    iso img vhd vhdx vmdk vdi qcow2 ova vbox nrg udf
""".split()
_OFFICE = """
    docm dotm xlsm xltm xlam xla xll wll pptm potm ppam ppa ppsm sldm slk one onepkg onetoc2 oxt
""".split()

BLOCKED = (*_WINDOWS, *_SHORTCUTS, *_SCRIPTS, *_OTHER_SYSTEMS, *_DISKS, *_OFFICE)

# Others are words or domains that real files have before their own ending, such as example.com.pdf and step.one.pdf.
_NEVER_INSIDE = frozenset(
    "exe scr pif bat cmd cpl msc dll msi msp msu msix appx vbs vbe jse ws wsf wsc wsh hta lnk scf chm reg jar jnlp"
    " ps1 psm1 apk dmg deb rpm iso vhd vhdx docm dotm xlsm xltm xlam pptm potm ppam ppsm".split()
)
# A program's ending before one of these hides it. In setup.exe.log it says what the log is about.
_SHOWN = frozenset(
    "pdf png jpg jpeg gif webp bmp tif tiff heic heif svg doc docx xls xlsx csv ppt pptx odt ods odp rtf htm html mp3"
    " mp4 mov avi".split()
)
# Look-alikes of the full stop: ideographic, Syriac, Arabic, Lisu.
_STOPS = ".\u3002\u0701\u0702\u06d4\ua4f8"
# Windows opens a file with such an ending as the object of this class.
_CLASS = re.compile(r"\{[0-9a-f-]{36}\}")
# Windows takes what follows a colon as the name of another stream of the same file. Some programs end a name at %00.
_STREAM = re.compile(":|%00")
# Letters that have no plain letter in Unicode's decompositions.
_LETTERS = str.maketrans({"ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L"})


def plain_letters(name: str) -> str:
    """Returns the name with plain letters for those with marks, as programs save it that know nothing else."""
    return without_marks(name.translate(_LETTERS))


def named_like_program(name: str, blocked: Collection[str]) -> bool:
    return any(_are_of_program(endings, blocked) for endings in _list_endings(name))


def last_endings(name: str) -> frozenset[str]:
    """Returns the ending by which a program opens the file: one for each way to read the name."""
    return frozenset(endings[-1] for endings in _list_endings(name))


def _list_endings(name: str) -> Iterator[list[str]]:
    """Reads the name as Windows does: it ignores dots and spaces at the end, and an alternate stream after a colon.
    Look-alikes of the full stop count as one, and letters with marks count as plain ones too."""
    for form in {normalise("NFKC", name), plain_letters(name)}:
        for part in _STREAM.split(form):
            visible = "".join(char for char in part if unicodedata.category(char)[0] != "C")
            cells = re.split(f"[{_STOPS}]", visible.rstrip(f"{_STOPS} ~"))[1:]
            if cells:
                yield [ending.strip(" _~").casefold() for ending in cells]


def _are_of_program(endings: list[str], blocked: Collection[str]) -> bool:
    if endings[-1] in blocked or _CLASS.fullmatch(endings[-1]):
        return True
    return endings[-1] in _SHOWN and not _NEVER_INSIDE.intersection(blocked).isdisjoint(endings[:-1])
