"""What people of many countries write into titles, names and comments, and the edges of the mail RFCs."""

from random import Random

WORDS = {
    "german": "in Übersicht bitte Büro der für für Ärger mit Größe Straße Drucker läuft nicht Maß Öl ü Fußgänger",
    "turkish": "İstanbul ışık çalışmıyor şifre değiştirme ğüşöç yazıcı arızalı",
    "arabic": "لا أستطيع تسجيل الدخول إلى البريد الإلكتروني السلام عليكم",
    "persian": "نمی‌توانم می‌خواهم رایانه‌ها کتاب‌خانه چاپگر خراب است",
    "hebrew": "המדפסת אינה עובדת שלום",
    "hindi": "क्षत्रिय क्‍ष र्‍य हिन्दी प्रिंटर",
    "thai": "เครื่องพิมพ์ไม่ทำงาน รหัสผ่าน",
    "chinese": "打印机无法工作 密码 网络连接中断 會議室",
    "japanese": "プリンターが動きません。 パスワード 会議室　予約 ﾊﾝｶｸ",
    "korean": "프린터가 작동하지 않습니다 비밀번호",
    "greek": "Δεν λειτουργεί ο εκτυπωτής",
    "russian": "Не работает принтер пароль",
    "emoji": "👨‍👩‍👧 👩🏽‍💻 🏳️‍🌈 ❤️‍🔥 👍🏿 🇩🇪 🏴󠁧󠁢󠁥󠁮󠁧󠁿 1️⃣ 🫩 🧑‍🚒 ☎️",
    "accents": "café naïve São Zürich Ångström Łódź",
}
EDGES = [
    "=?utf-8?q?a?=", "=?", "?=", "=C3=BC", "a=b", "_", "__", "a_b", "100%", "Re:", "AW:", "a:b", ";", "a;b", ",", "a,b",
    '"', '"quoted"', "\\", "a\\b", "(comment)", "(", ")", "<a@b.example>", "<", ">", "a@b.example", "@", "[x]", ".",
    "a.b", "...", "#", "'", "`", "~", "x" * 70, "y" * 150, "Desk, North", "(Information Technology Department,", "Jr.",
    "a  b", "a\u00a0b", "a\u202fb", "a\u3000b", "-", "--", "&amp;", "{actor}", "%(x)s", "{{ x }}", "ü" * 60, "…", "€",
]  # fmt: skip
LINES = [
    ".", "..", ".a", "From here on", ">From", "", "  two blanks first", "blanks at the end   ", "\ttab", "z" * 1200,
    "ö" * 700, "--===============0==", "=3D", "soft=", "a\u2028b", "a\x0cb", "Subject: no header", "-- ",
]  # fmt: skip


def line(random: Random, longest: int = 200) -> str:
    """Returns a title or a name: words of one or two languages, with edges between them."""
    vocabulary = [
        word for name in random.sample(sorted(WORDS), random.randint(1, 2)) for word in WORDS[name].split(" ")
    ]
    wanted = [random.choice(EDGES if random.random() < 0.2 else vocabulary) for _ in range(random.randint(1, 24))]
    found = ""
    for word in wanted:
        if len(found) + 1 + len(word) <= longest:
            found = f"{found} {word}".strip()
    return found


def text(random: Random) -> str:
    """Returns a comment of one or more lines, without blanks at its ends."""
    lines = [random.choice(LINES) if random.random() < 0.2 else line(random) for _ in range(random.randint(1, 12))]
    return "\n".join(lines).strip() or "."
