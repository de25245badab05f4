"""The endings of files that an operating system or an office program runs, mounts or installs at a double click.

Sources: the lists of Outlook (“Blocked attachments in Outlook”, Level 1) and Gmail (“File types blocked in Gmail”), and
that of Chromium (components/safe_browsing/content/resources/download_file_types.asciipb). What these lists have
besides is data that a service desk needs: certificates, mail folders and profiles, plain archives.
"""

_WINDOWS = """
    exe com scr pif bat cmd cpl msc dll ocx sys drv efi msi msp mst msu msix msixbundle appx appxbundle
    appinstaller application appref-ms appcontent-ms gadget vsix xbap xnk scf inf ins isp its job grp hlp hpj
    cnt chm reg ppkg mui ax theme themepack deskthemepack diagcab diagcfg diagpkg perfmoncfg settingcontent-ms
    library-ms search-ms searchconnector-ms printerexport osd prg fxp pcd vsmacros vsw wim swm esd ade adp mad
    maf mag mam maq mar mas mau mav maw mcf mda mdb mde mdt mdw mdz accda accdb accde accdr accdu
""".split()
_SHORTCUTS = (
    "lnk url website rdp wsb udl iqy dqy oqy rqy odc webpnp webloc inetloc fileloc terminal pyzw desktop".split()
)
_SCRIPTS = """
    vbs vbe vb vbp bas js jse jar jnlp class war ear ws wsf wsc wsh sct shb shs hta htc asp aspx asx ps1 ps1xml
    ps2 ps2xml psc1 psc2 psd1 psm1 pssc psrc cdxml msh msh1 msh2 mshxml msh1xml msh2xml sh bash csh fish ksh zsh
    tcsh command py pyc pyd pyo pyw pyz pl pm php phar rb lua tcl swf spl scpt scptd applescript workflow action
    tool osx mht mhtml
""".split()
_OTHER_SYSTEMS = """
    app dmg pkg mpkg smi toast sparseimage sparsebundle dylib kext prefpane so ko elf run appimage deb
    rpm snap flatpak flatpakref flatpakrepo apk xapk aab ipa xpi crx
""".split()
_DISKS = """
    iso img vhd vhdx vmdk vdi qcow2 ova vbox nrg udf
""".split()
_OFFICE = """
    docm dotm xlsm xltm xlam xla xll wll pptm potm ppam ppa ppsm sldm slk one onepkg onetoc2
""".split()

BLOCKED = (*_WINDOWS, *_SHORTCUTS, *_SCRIPTS, *_OTHER_SYSTEMS, *_DISKS, *_OFFICE)
