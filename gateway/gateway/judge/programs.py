"""Recognises programs and disk images by the first and last bytes of a file.

Sources: the magic numbers are those of the formats' own documents (PE, ELF, Mach-O, DEX, LNK, VHD).
"""

import re

# PE and DOS programs, ELF, Mach-O (and Java classes), scripts, Android, shell links, compiled help
# packages of Linux, macOS and Chrome; compiled Lua, AppleScript and WebAssembly; OneNote
# disks: VHDX, VHD, VMDK, qcow2, VDI, WIM, SquashFS (snap)
_STARTS = (
    b"\x7fELF", b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe",
    b"#!", b"dex\n", b"L\0\0\0\x01\x14\x02\0", b"ITSF",
    b"\xed\xab\xee\xdb", b"!<arch>\ndebian", b"xar!", b"Cr24", b"\x1bLua", b"FasdUAS", b"\0asm",
    bytes.fromhex("e4525c7b8cd8a74daeb15378d02996d3"), bytes.fromhex("a12ff43fd9ef764c9ee210ea5722765f"),
    b"vhdxfile", b"conectix", b"KDMV", b"COWD", b"# Disk DescriptorFile", b"QFI\xfb", b"<<< Oracle VM VirtualBox Disk",
    b"MSWIM\0\0\0", b"hsqs",
)  # fmt: skip
# Nothing but comments and blanks stands before what makes a text a program. Others may quote it.
_TEXTS = re.compile(
    rb"\A(?:[^\S\n]*(?:[;#](?!!)[^\n]*)?\n)*[^\S\n]*(?:\[internetshortcut\]|\[desktop entry\])"
    rb"|\A\s*(?:#!\s*/|@echo\s+o(?:ff|n)\b)",
    re.IGNORECASE,
)
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
# what of a file is looked at: its first bytes, those of a sector, and its last ones
HEAD, SECTOR, TAIL = 8192, 32_769, 512


def starts_like_program(head: bytes) -> bool:
    return starts_like_binary(head) or _is_program_text(head)


def starts_like_binary(head: bytes) -> bool:
    # A text may begin with MZ, but has no zero bytes.
    dos = head[:2] in (b"MZ", b"ZM") and b"\0" in head
    # Compiled Python begins with the number of its version, CR and LF; Flash with the number of its version.
    python = head[2:4] == b"\r\n" and head[1:2] in (b"\x0c", b"\x0d", b"\x0e") and b"\0" in head[4:16]
    flash = head[:3] in (b"FWS", b"CWS", b"ZWS") and head[3:4] < b"@"
    return dos or python or flash or head.startswith(_STARTS)


def _is_program_text(head: bytes) -> bool:
    text = next((head.removeprefix(mark) for mark in _MARKS if head.startswith(mark)), head)
    return _TEXTS.search(text.replace(b"\0", b"")) is not None


def ends_like_disk(sector: bytes, tail: bytes) -> bool:
    """Tells whether a file with these bytes from SECTOR on, and these last TAIL bytes, is an image of a CD (ISO 9660),
    of a DVD (UDF), of a disk of macOS, or of a fixed one of Virtual PC, whose last part may lack a byte."""
    return sector in (b"CD001", b"BEA01") or tail.startswith(b"koly") or b"conectix" in tail[:9]
