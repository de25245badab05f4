"""What programs for mail write around a quote, in the languages in which they do.

One table for each meaning: a word is found in every language at once, because people answer in one language to programs
in another.
"""

import re


def _any(words: str) -> str:
    """A bar stands between two; a blank in one is any space, or none."""
    found = sorted((" ".join(word.split()) for word in words.split("|")), key=len, reverse=True)
    return "(?:" + "|".join(re.escape(word).replace("\\ ", r"\s?") for word in found) + ")"


# “… wrote:”. Most of them end the line, some stand in front of the name.
WROTE = _any("""
wrote | writes | schrieb | schrieben | hat geschrieben | a écrit | a ecrit | ha scritto | escribió | escribio |
ha escrito | va escriure | escreveu | skrev | skreiv | schreef | heeft geschreven | napisał | napisała |
napisał(a) | napisali | pisze | napsal | napsala | napsal(a) | napísal | napísal(a) | kirjoitti | írta | a scris |
написал | написала | написал(а) | писал | писал(а) | пишет | написав | написала(в) | пише | έγραψε | yazdı |
şunu yazdı | đã viết | menulis | wrote this | написа | je napisao | je napisala | je napisao/la | rašė |
rakstīja | kirjutas | 写道 | 寫道 | 于写道 | 님이 작성 | 님이 작성하였습니다 | 님이 쓴 글 | のメール |
は書きました | が書きました | さんは書きました | כתב | כתבה | كتب | เขียน
""")

# How such a line begins, when it has no word for “wrote”, or a date in front.
BEGINNING = _any("""
on | am | le | il | el | em | op | den | dnia | dne | dňa | kl | på | vào | pada | στις | в | dana | a(z) |
w dniu | data | at | בתאריך
""")
WEEKDAYS = _any("""
mon | tue | wed | thu | fri | sat | sun | mo | di | mi | do | fr | sa | so | lun | mar | mer | jeu | ven | sam |
dim | mié | mie | jue | vie | sáb | sab | dom | gio | seg | ter | qua | qui | sex | maa | woe | zat | zon | pon |
wt | śr | czw | pt | niedz | man | tir | ons | tor | fre | lør | søn | mån | tis | lör | sön | ma | ti | ke | to |
pe | la | su | po | út | st | čt | pá | пн | вт | ср | чт | пт | сб | вс | понедельник | вторник | среда |
четверг | пятница | суббота | воскресенье | monday | tuesday | wednesday | thursday | friday | saturday | sunday |
montag | dienstag | mittwoch | donnerstag | freitag | samstag | sonntag | lundi | mardi | mercredi | jeudi |
vendredi | samedi | dimanche | lunes | martes | miércoles | jueves | viernes | sábado | domingo | segunda-feira |
terça-feira | quarta-feira | quinta-feira | sexta-feira | lunedì | martedì | mercoledì | giovedì | venerdì |
sabato | domenica | maandag | dinsdag | woensdag | donderdag | vrijdag | zaterdag | zondag | mandag | tirsdag |
onsdag | torsdag | fredag | lørdag | søndag | måndag | tisdag | lördag | söndag | poniedziałek | wtorek | środa |
czwartek | piątek | sobota | niedziela
""")

# The labels of a header block, by what they mean.
LABELS = {
    "sender": _any("""
from | von | de | da | van | od | fra | från | lähettäjä | feladó | от | отправитель | від | kimden | gönderen |
από | de la | di | 差出人 | 送信者 | 发件人 | 寄件者 | 寄件人 | 보낸 사람 | 보낸사람 | expéditeur | remitente |
remetente | mittente | afzender | nadawca | absender | avsändare | afsender | avsender | từ | dari | מאת | من
"""),
    "date": _any("""
sent | date | gesendet | datum | sendetermin | envoyé | envoyé le | enviado | enviado el | enviado em | fecha |
data | inviato | data invio | verzonden | wysłano | data wysłania | sendt | dato | skickat | lähetetty |
päivämäärä | päiväys | küldve | elküldve | dátum | отправлено | дата | отправлен | дата отправки | надіслано |
gönderildi | gönderilme | tarih | στάλθηκε | ημερομηνία | odesláno | odoslané | trimis | 送信日時 | 日時 | 日付 |
发送时间 | 发送日期 | 日期 | 寄件日期 | 傳送時間 | 보낸 날짜 | 날짜 | đã gửi | ngày | dikirim | tanggal | נשלח |
תאריך | تاريخ | wann | when
"""),
    "to": _any("""
to | an | à | para | a | aan | do | til | till | vastaanottaja | címzett | кому | получатель | kime | alıcı |
προς | komu | către | 宛先 | 收件人 | 收件者 | 받는 사람 | 받는사람 | destinataire | destinatario | destinatário |
empfänger | ontvanger | adresat | mottagare | tới | đến | kepada | אל | إلى | pour
"""),
    "cc": _any("""
cc | bcc | kopie | kopi | kopia | dw | copie | copie à | copia | kopio | másolat | másolatot kap | копия | копія |
bilgi | κοιν. | 抄送 | 副本 | 참조 | ccn | cci
"""),
    "subject": _any("""
subject | betreff | betr. | objet | asunto | assunto | oggetto | onderwerp | temat | emne | ämne | aihe | tárgy |
тема | konu | θέμα | předmět | predmet | subiect | 件名 | 主题 | 主旨 | 标题 | 제목 | chủ đề | subyek | subjek |
perihal | נושא | الموضوع | reply-to | reply to | antwort an | répondre à | responder a | rispondi a |
attachments | attachment | anlagen | anlage | pièces jointes | importance | wichtigkeit | organization |
organisation
"""),
}

# “Original message”, “Forwarded message”, between dashes or alone.
ORIGINAL = _any("""
original message | original-nachricht | originalnachricht | ursprüngliche nachricht | ursprungliche nachricht |
ursprüngliche mail | message d'origine | message d’origine | message original | message initial |
message précédent | mensaje original | missatge original | messaggio originale | messaggio originario |
mensagem original | oorspronkelijk bericht | origineel bericht | oprindelig meddelelse | oprindelig besked |
opprinnelig melding | original melding | originalmeddelande | ursprungligt meddelande | ursprungligt mejl |
alkuperäinen viesti | wiadomość oryginalna | oryginalna wiadomość | treść oryginalnej wiadomości |
původní zpráva | pôvodná správa | původní e-mail | eredeti üzenet | исходное сообщение | оригинальное сообщение |
пересланное сообщение с ответом | вихідне повідомлення | orijinal mesaj | özgün ileti | orijinal ileti |
αρχικό μήνυμα | mesaj original | thư gốc | pesan asli | 元のメッセージ | 原始邮件 | 原始郵件 | 邮件原件 |
원본 메시지 | 원본 메일 | reply message | please type your reply above this line | reply above this line | mail original
""")
FORWARDED = _any("""
forwarded message | begin forwarded message | weitergeleitete nachricht | anfang der weitergeleiteten nachricht |
message transféré | message transmis | début du message transféré | début du message réexpédié |
message réexpédié | mensaje reenviado | inicio del mensaje reenviado | missatge reenviat | messaggio inoltrato |
inizio messaggio inoltrato | mensagem encaminhada | mensagem reencaminhada | início da mensagem encaminhada |
início da mensagem reencaminhada | doorgestuurd bericht | begin doorgestuurd bericht | videresendt meddelelse |
videresendt besked | videresendt melding | start på videresendt besked | vidarebefordrat meddelande |
vidarebefordrat brev | vidarebefordrat mejl | välitetty viesti | edelleenlähetetty viesti | wiadomość przekazana |
przekazana wiadomość | přeposlaná zpráva | preposlaná správa | továbbított üzenet | пересылаемое сообщение |
пересланное сообщение | начало переадресованного сообщения | перенаправленное сообщение | переслане повідомлення |
yönlendirilen mesaj | iletilen ileti | iletilmiş mesaj | προωθημένο μήνυμα | mesaj redirecționat |
thư chuyển tiếp | 転送されたメッセージ | 转发的邮件 | 轉寄的郵件 | 已转发邮件 | 전달된 메시지
""")

# What a telephone adds to a mail by itself.
SENT_FROM = _any("""
sent from | sent via | sent with | sent using | get outlook for | gesendet von | gesendet mit |
diese nachricht wurde von meinem | von meinem | holen sie sich outlook für | outlook für | envoyé de |
envoyé depuis | envoyé à partir de | télécharger outlook pour | obtenez outlook pour | enviado desde |
enviado de | enviado do | enviado a partir | enviat des de | obtener outlook para | obter o outlook para |
inviato da | inviato dal | scarica outlook per | verzonden vanaf | verzonden met | verstuurd vanaf |
outlook voor | outlook downloaden voor | sendt fra | sendt med | hent outlook til | skickat från |
skickades från | hämta outlook för | lähetetty iphonesta | lähetetty ipadista | lähetetty android |
lähetetty laitteesta | hanki outlook | wysłano z | wysłane z | pobierz program outlook dla | odesláno z |
odoslané z | získejte aplikaci outlook | elküldve az | küldve az | отправлено с | отправлено из | надіслано з |
iphone'umdan gönderildi | ipad'imden gönderildi | στάλθηκε από | trimis de pe | iphoneから送信 | ipadから送信 |
从我的 | 發自我的 | 发自我的 | 나의 iphone에서 보냄 | 내 iphone에서 보냄 | được gửi từ | dikirim dari
""")

# The words before a writer's name at the end. They stay visible, and the name with them.
CLOSING = _any("""
best regards | kind regards | warm regards | with kind regards | many thanks | thanks and regards |
thanks & regards | regards | best wishes | all the best | best | cheers | sincerely | yours sincerely |
yours faithfully | yours truly | respectfully | thanks | thank you | thanks in advance | mit freundlichen grüßen |
mit freundlichem gruß | freundliche grüße | freundliche grüsse | viele grüße | viele grüsse | beste grüße |
liebe grüße | schöne grüße | mit besten grüßen | herzliche grüße | gruß | grüße | mfg | lg | vg | cordialement |
bien cordialement | bien à vous | salutations | sincères salutations | meilleures salutations |
cordiales salutations | saludos | saludos cordiales | un saludo | atentamente | cordialmente | atenciosamente |
cumprimentos | com os melhores cumprimentos | abraços | cordiali saluti | distinti saluti | saluti | un saluto |
met vriendelijke groet | met vriendelijke groeten | vriendelijke groet | groeten | groetjes | mvg |
med venlig hilsen | venlig hilsen | de bedste hilsner | hilsen | mvh | vh | med vennlig hilsen | vennlig hilsen |
med vänliga hälsningar | vänliga hälsningar | hälsningar | ystävällisin terveisin | terveisin | z poważaniem |
pozdrawiam | serdecznie pozdrawiam | s pozdravem | s úctou | üdvözlettel | с уважением | з повагою |
saygılarımla | με εκτίμηση | cu stimă | よろしくお願いします | 此致 | 祝好 | 감사합니다
""")

# What companies add below: a heading, or a sentence that begins and goes on so.
NOTICE = _any("""
disclaimer | confidentiality notice | confidentiality | privileged and confidential | haftungsausschluss |
vertraulichkeitshinweis | avis de confidentialité | aviso legal | aviso de confidencialidad |
avviso di riservatezza | vertrouwelijkheid
""")
THIS_MAIL = _any("""
this e-mail | this email | this message | this communication | the information contained in |
the information in this | diese e-mail | diese nachricht | der inhalt dieser | ce message | ce courriel |
cet e-mail | este mensaje | este correo | esta mensagem | este e-mail | questo messaggio |
le informazioni contenute | dit bericht | deze e-mail | denne e-mail | denne mail | detta meddelande
""")
SECRET = _any("""
confidential | intended | vertraulich | confidentiel | confidencial | riservat | vertrouwelijk | fortrolig |
konfidentiell
""")
